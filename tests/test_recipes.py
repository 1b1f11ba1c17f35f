"""A contributor follows the recipes of the handbook word by word, and the project's checks notice a step left out.

In a copy of the project the blocks of each step are applied; then the recipe's own checks run, those of the house once
after all recipes. All recipes together give one small run, whose results show each extension.
"""

import compileall
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from datasets import FEW_JOBS, HOME, SNAKEMAKE, copy_workflow, forks, snakemake
from handbook import BLOCKS, RECIPES

RUN = "extended"
CONFIG = ("--configfile", "config/demo.yaml", "--config", f"run={RUN}")
FEW = 'embedded={"regions": 6, "years": [2012, 2015, 2017]}'
HOURS = 'indicators={"pri_measure": "hours"}'
MISSES = [(title, number) for title, (steps, _) in RECIPES.items() for number in range(1, len(steps) + 1)]
# loaded once for all calls of pytest
PYTEST = SNAKEMAKE + "import altair, hypothesis, pandas, pyarrow.parquet, pytest, scipy.sparse.linalg, scipy.special\n"
QUICK = "-xq -p no:cacheprovider -m 'not slow and not slurm'"
# what takes long or runs the workflow, and no step concerns
LONG = "example or is_made or lint or budget or picture or every_message or printed_results"
HOUSE = "tests/test_house.py"


class Stuck(Exception):
    """A step cannot be followed, or a check fails."""


def passed(what, finished):
    if finished.returncode:
        raise Stuck(f"{what}\n{finished.stdout[-3000:]}{finished.stderr[-1000:]}")


def run(command, folder):
    program, *words = shlex.split(command)
    assert program == "python"
    passed(command, subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True))


def run_tests(tests, folder):
    """One call of pytest, to the first failure and without plugins, whose loading takes as long as most checks."""
    variables = {"PYTEST_ADDOPTS": QUICK, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    words = ["pytest", *tests, "-k", f"not ({LONG})"]
    passed(words, forks(PYTEST).run(words, folder, variables, timeout=600))


def replaced(text, changes, file):
    """A text with the changes of a block `diff`, each between lines @@."""
    for change in re.split(r"^@@\n", changes, flags=re.M):
        lines = change.splitlines(keepends=True)
        before, after = ("\n" + "".join(line[1:] or line for line in lines if line[0] != sign) for sign in "+-")
        if f"\n{text}".count(before) != 1:
            raise Stuck(f"{file}: the lines stand there {text.count(before)} times:{before}")
        text = f"\n{text}".replace(before, after)[1:]
    return text


def follow(step, folder):
    for file, language, text in step:
        if language == "sh":
            for command in text.splitlines():
                run(command, folder)
        else:
            new = replaced((folder / file).read_text(encoding="utf-8"), text, file) if language == "diff" else text
            (folder / file).unlink(missing_ok=True)  # one file with that of the other copies
            (folder / file).write_text(new, encoding="utf-8")


def check(title, folder):
    """The checks of a recipe, but for those that take long and those of the house: single tests, then whole files.

    In one call, pytest does not miss a single test of a file that is given as a whole.
    """
    commands = [shlex.split(command) for command in RECIPES[title][1].splitlines()]
    assert {tuple(words[:3]) for words in commands} == {("python", "-m", "pytest")} and HOUSE in commands[-1]
    tests = [test for words in commands for test in words[3:] if test != HOUSE]
    for single in (True, False):
        if chosen := [test for test in tests if ("::" in test) == single]:
            run_tests(chosen, folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, with the bytecode of its modules, which further copies and jobs then need not compile."""
    folder = tmp_path_factory.mktemp("recipes") / "laborvalue"
    aside = {".git", ".venv", ".snakemake", ".hypothesis", "results", "data", "build"}
    copy_workflow(folder, *{path.name for path in HOME.iterdir()} - aside)
    compileall.compile_dir(folder / "scripts", quiet=1)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def copied(project, tmp_path):
    """One more copy, whose files are those of the first until they are replaced."""
    folder = shutil.copytree(project, tmp_path / "laborvalue", copy_function=os.link, symlinks=True)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("title", RECIPES)
def test_the_checks_pass_where_a_recipe_is_followed(title, copied):
    for step in RECIPES[title][0]:
        follow(step, copied)
    check(title, copied)


@pytest.mark.parametrize("title, left_out", MISSES)
def test_the_checks_notice_a_step_left_out(title, left_out, copied):
    with pytest.raises(Stuck):
        for number, step in enumerate(RECIPES[title][0], start=1):
            if number != left_out:
                follow(step, copied)
        check(title, copied)


@pytest.fixture(scope="module")
def extended(project):
    """The copy after all recipes."""
    folder = shutil.copytree(project, project.parent / "extended", copy_function=os.link, symlinks=True)
    for steps, _ in RECIPES.values():
        for step in steps:
            follow(step, folder)
    return folder


@pytest.fixture(scope="module")
def results(extended):
    """The results of a small run of it, to tables, exports and report."""
    targets = "tables", "exports", "published", "robustness", "report"
    finished = snakemake(*targets, *FEW_JOBS, *CONFIG, FEW, HOURS, 'robustness={"checks": ["holm"]}', folder=extended)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return extended / "results" / RUN


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_plan_names_the_new_tables(extended):
    planned = snakemake("-n", "tables", *CONFIG, FEW, folder=extended)
    assert planned.returncode == 0, planned.stderr[-3000:]
    for rule in ("table10", "table11", "table12"):
        assert re.search(rf"^{rule} +1$", planned.stdout, flags=re.M)


@pytest.mark.slow
def test_the_indicator_is_in_panel_table_2_and_its_own_regression(results):
    panel = pq.read_table(results / "panel.parquet").to_pandas()
    assert (panel["ws"].dropna() > 0).all() and panel["ws"].notna().sum() > 300
    (row,) = [row for row in rows(results / "tables/table02.csv") if row["variable"] == "ws"]
    described = panel.loc[panel["tlp"].notna(), "ws"].dropna()
    assert (int(row["n"]), float(row["mean"])) == (len(described), pytest.approx(described.mean()))
    assert "Wage share (ws)" in (results / "tables/table02.md").read_text(encoding="utf-8")
    table = rows(results / "tables/table11.csv")
    assert [row["term"] for row in table if row["term"] != "constant"] == ["ddr", "dsr", "dir", "indir"]
    assert {row["dependent"] for row in table} == {"ws"}


@pytest.mark.slow
def test_the_new_tables_are_set_in_every_format_with_their_notes(results):
    for name in ("table11", "table12"):
        for kind in ("csv", "md", "tex", "html", "docx"):
            assert (results / f"tables/{name}.{kind}").stat().st_size > 300
        assert rows(results / f"tables/{name}_losses.csv")
    text = (results / "tables/table11.md").read_text(encoding="utf-8")
    assert "Table 11. Digital inputs and the wage share" in text
    assert "ln ws: wage share." in text and "Not in the paper." in text


@pytest.mark.slow
def test_the_new_table_samples_the_rows_that_its_entry_says(results):
    panel = pq.read_table(results / "panel.parquet").to_pandas()
    positive = (panel[["pri", "pp", "dlq"]] > 0).all(axis=1)
    row = rows(results / "tables/table12.csv")[0]
    assert int(row["n"]) + int(row["n_singletons"]) == positive.sum()
    assert positive.sum() > (positive & panel["tlp"].notna()).sum()


@pytest.mark.slow
def test_exports_know_the_indicator_and_the_tables(results):
    with pd.io.stata.StataReader(results / "exports/panel.dta") as reader:
        assert reader.variable_labels()["ws"] == "Compensation of employees, share of output"
    do_file = (results / "exports/tables.do").read_text(encoding="utf-8")
    r_script = (results / "exports/tables.R").read_text(encoding="utf-8")
    assert "reghdfe ln_ws ln_ddr if !missing(tlp), absorb(id year)" in do_file and "table12_1" in do_file
    assert 'models[["11/4"]] <- estimate(ln_ws ~ ln_indir | id + year, with_tlp)' in r_script
    assert 'models[["12/1"]] <- estimate(ln_pri ~ ln_pp + ln_dlq | id + year, panel)' in r_script
    assert do_file.splitlines()[1].startswith("* Tables 3 to 12 from the panel")


@pytest.mark.slow
def test_what_compares_with_the_paper_leaves_new_tables_out_and_what_does_not_takes_them(results):
    published = rows(results / "published.csv")
    assert {int(row["table"]) for row in published} == set(range(3, 11))
    assert "Not compared" not in (results / "published.md").read_text(encoding="utf-8")
    assert {int(row["table"]) for row in rows(results / "robustness/holm.csv")} == set(range(3, 13))
    assert "Digital inputs and the wage share" in (results / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_config_key_changes_the_panel_and_is_in_config_and_reference(extended, results):
    panel = pq.read_table(results / "panel.parquet").to_pandas().query("year == 2012 and pri.notna()")
    hours = pq.read_table(results / "dataset/2012/labor.parquet").to_pandas()
    hours["share"] = hours["hours"] / hours.groupby("sector", observed=True)["hours"].transform("sum")
    joined = panel.astype({"region": str, "sector": str}).merge(hours.astype({"region": str, "sector": str}))
    assert len(joined) == len(panel) > 100 and joined["pri"].to_numpy() == pytest.approx(joined["share"].to_numpy())
    assert "  pri_measure: output " in (extended / "config/config.yaml").read_text(encoding="utf-8")
    assert "| `pri_measure` (16) |" in (extended / "docs/reference/config.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_figure_is_drawn_and_on_the_page(results):
    for kind in ("pdf", "png", "json"):
        assert (results / f"figures/specialization.{kind}").stat().st_size > 1000
    page = (results / "report.html").read_text(encoding="utf-8")
    assert 'data-chart="specialization"' in page and "specialized in digital sectors" in page


@pytest.mark.slow
def test_the_house_is_in_order_after_all_recipes(extended):
    run_tests([HOUSE], extended)


def test_the_steps_edit_no_other_file(project, extended):
    """Every other file of the copy is the project's own."""
    edited = {file for file, *_ in BLOCKS} | {"config/config.yaml"}
    for top in ("scripts", "workflow", "config"):
        for path in (path for path in (project / top).rglob("*") if path.is_file() and path.suffix != ".pyc"):
            name = str(path.relative_to(project))
            assert ((extended / name).read_bytes() != path.read_bytes()) == (name in edited), name
