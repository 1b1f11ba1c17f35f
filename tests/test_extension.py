"""A user follows the steps of docs/howto/extend.md, and everything that lists variables and tables follows.

In a copy of the workflow one variable, an indicator that computes it, and two tables are added to the two registers
and to the indicators of a year; nothing else is edited.
"""

import csv
import re
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from datasets import FEW_JOBS, HOME, copy_workflow, snakemake

RUN = "extended"
CONFIG = ("--configfile", "config/demo.yaml", "--config", f"run={RUN}")
FEW = 'embedded={"regions": 6, "years": [2012, 2015, 2017]}'

# What docs/howto/extend.md says to add: (file, text that stands there, what takes its place).
# The indicator: how much of a sector's output is paid as wages in the city. -------------------------------------
FUNCTION = '''
def wage_share(compensation: NDArray, output: NDArray) -> NDArray:
    """ws = compensation of employees over output, share, (m, n*); compensation, output (m, n*), money."""
    return _ratio(compensation, output)


def year_indicators('''
INDICATOR = [
    ("scripts/laborvalue/indicators.py", "\ndef year_indicators(", FUNCTION),
    (
        "scripts/laborvalue/indicators.py",
        '        "pri": industrial_agglomeration(output),\n',
        '        "pri": industrial_agglomeration(output),\n        "ws": wage_share(accounts.compensation, output),\n',
    ),
    (
        "scripts/laborvalue/variables.py",
        '    Variable("iv", ',
        '    Variable("ws", "Wage share", "Compensation of employees, share of output", described=True),\n'
        '    Variable("iv", ',
    ),
]
# The tables: a regression on it, and one of variables that were there. -----------------------------------------
TABLES = """    TableSpec(
        11,
        "Digital inputs and the wage share",
        tuple(Equation("ws", (name,)) for name in DIGITAL),
        shows="Digital inputs go with another wage share.",
        notes=("Not in the paper.",),
    ),
    TableSpec(
        12,
        "Economic and industrial agglomeration",
        (Equation("pri", ("pp", "dlq")),),
        sample=SampleRule.ALL,
    ),
)

BY_NUMBER = """
TABLE = [("scripts/laborvalue/econometrics/equations.py", ")\n\nBY_NUMBER = ", TABLES)]


def edit(folder, edits):
    for name, old, new in edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old!r} stands {text.count(old)} times"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the workflow with the indicator and the tables."""
    folder = tmp_path_factory.mktemp("extended") / "laborvalue"
    copy_workflow(folder)
    edit(folder, INDICATOR + TABLE)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def results(extended):
    """The results of a small run of it, to tables, exports and report."""
    targets = "tables", "exports", "published", "robustness", "report"
    finished = snakemake(*targets, *FEW_JOBS, *CONFIG, FEW, 'robustness={"checks": ["holm"]}', folder=extended)
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


def test_the_steps_edit_no_other_file(extended):
    """Every other file of the copy is the project's own."""
    edited = {name for name, *_ in INDICATOR + TABLE}
    for top in ("scripts", "workflow", "config"):
        for path in (path for path in (HOME / top).rglob("*") if path.is_file() and path.suffix != ".pyc"):
            name = str(path.relative_to(HOME))
            assert ((extended / name).read_bytes() != path.read_bytes()) == (name in edited), name
