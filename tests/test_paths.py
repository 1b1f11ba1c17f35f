"""Paths as people name them: blanks, quotes, signs of the shell and other scripts' letters; what cannot be used."""

import re
import shlex
import shutil

import pytest
import yaml

from datasets import HOME, copy_workflow, results_of, snakemake, write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from laborvalue_workflow.running import configuration, folders
from published_tables import city_case

PLACE = "my projects/labor (v1) & co"  # a project's folder
ODD = "été 价值 'a' \"b\" $HOME `c` #1; [d] * ? ! ~ = %, back\\slash"  # a name with whatever a name may hold
EMBEDDED = {"regions": 4, "years": [2012]}
# What one year gives, and one figure of each kind; most tables need more years.
TARGETS = ("panel", "exports", "table02", "draw_values", "draw_panel")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A finished run in a project's folder whose path has blanks, parentheses and an ampersand; that folder."""
    home = tmp_path_factory.mktemp("paths") / PLACE
    home.parent.mkdir()
    copy_workflow(home)
    write_config(home / "config.yaml", {"run": "plain", "embedded": EMBEDDED})
    finished = snakemake(*TARGETS, "--configfile", "config.yaml", folder=home)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return home


def write_config(path, config):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def comparable(folder):
    """The results below a folder without those that hold paths or times."""
    return {
        name: content for name, content in results_of(folder).items() if not name.endswith(("tables.json", ".html"))
    }


def test_the_project_runs_in_a_folder_with_blanks_and_signs_of_the_shell(project):
    for name in ("panel.parquet", "exports/panel.dta", "exports/tables.do", "tables/table02.docx", "figures/ranks.pdf"):
        assert (project / "results/plain" / name).exists(), name
    again = snakemake(*TARGETS, "--configfile", "config.yaml", folder=project)
    assert "Nothing to be done" in again.stderr


@pytest.fixture
def abroad(project, tmp_path):
    """A workflow that imports the project; both the project's folder and its results folder have blanks."""
    text = f"""
module laborvalue:
    snakefile: {str(project / "workflow/Snakefile")!r}
    config: {{"run": "abroad", "embedded": {EMBEDDED}}}
    pathvars:
        results="out put/abroad"


use rule * from laborvalue as laborvalue_*


rule mine:
    default_target: True
    input: "out put/abroad/panel.parquet", "out put/abroad/figures/ranks.png"
"""
    (tmp_path / "Snakefile").write_text(text)
    return tmp_path


def test_a_module_writes_into_a_folder_with_blanks(project, abroad):
    """The results are those of the project alone."""
    finished = snakemake(folder=abroad)
    assert finished.returncode == 0, finished.stderr[-3000:]
    made, alone = comparable(abroad / "out put/abroad"), comparable(project / "results/plain")
    assert len(made) > 20 and made.items() <= alone.items()
    assert not (abroad / "results").exists()


def test_a_blank_breaks_no_word_of_any_command(abroad):
    targets = [f"laborvalue_{name}" for name in ("all", "exports", "robustness", "readings")]
    planned = snakemake("-n", "--printshellcmds", *targets, folder=abroad)
    assert planned.returncode == 0, planned.stderr[-3000:]
    commands = map(shlex.split, re.findall(r"^Shell command: (.*python .+)$", planned.stdout, flags=re.M))
    scripts = {command[command.index("python") + 1]: command for command in commands}
    assert len(scripts) > 20
    for script, command in scripts.items():
        assert PLACE in script and script.endswith(".py") and "out put/abroad" in " ".join(command)
        assert [word for word in command if word.startswith("put/") or word in PLACE.split()] == []


@pytest.fixture(scope="module")
def odd(project, tmp_path_factory):
    """A working folder with an odd name that holds a dataset, a panel and results, and a config for each."""
    place = tmp_path_factory.mktemp("odd") / ODD
    dataset = write_dataset(place / ODD, {2012: random_economy(4, 5, 1)}, flows_as="table")
    shutil.copy(project / "results/plain/panel.parquet", place / f"{ODD}.parquet")
    rules = {"rural_sectors": ["s0"]}
    write_config(place / "dataset.yaml", {"run": "a", "dataset": str(dataset), "prices": rules})
    write_config(place / "panel.yaml", {"run": "b", "panel": f"{ODD}.parquet"})
    return place


def test_a_dataset_and_a_working_folder_may_have_any_name(odd, project):
    """The project is elsewhere, so that its own folder is in every command."""
    door = ("-s", project / "Snakefile", "--configfile")
    finished = snakemake("panel", *door, "dataset.yaml", folder=odd)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert (odd / "results/a/panel.parquet").exists()


def test_a_panel_may_have_any_name(odd, project):
    finished = snakemake("table02", "-s", project / "Snakefile", "--configfile", "panel.yaml", folder=odd)
    assert finished.returncode == 0, finished.stderr[-3000:]
    table = "tables/table02.csv"
    assert (odd / "results/b" / table).read_bytes() == (project / "results/plain" / table).read_bytes()


def test_files_to_import_may_have_any_name(tmp_path, run):
    case = city_case(tmp_path / ODD)
    write_config(tmp_path / "mat.yaml", {"run": run, "import": case.write()})
    finished = snakemake("-n", "--configfile", tmp_path / "mat.yaml")
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert "Importing the table of 2012" in finished.stdout + finished.stderr


@pytest.mark.parametrize("key", ["tables", "labels"])
def test_a_file_to_import_whose_name_snakemake_would_fill_in_is_refused(key, tmp_path, run):
    """It would read another file: {year} is the year."""
    case = city_case(tmp_path)
    settings = case.write()
    path = tmp_path / "of {year}.file"
    shutil.copy(settings["labels"] if key == "labels" else settings["tables"][0]["file"], path)
    settings |= {"labels": str(path)} if key == "labels" else {"tables": [{"year": 2012, "file": str(path)}]}
    write_config(tmp_path / "mat.yaml", {"run": run, "import": settings})
    planned = snakemake("-n", "--configfile", tmp_path / "mat.yaml")
    assert planned.returncode == 1 and "Traceback" not in planned.stderr
    assert f"laborvalue: config: a path of import is {str(path)!r}, with braces, where Snakemake" in planned.stderr


UNUSABLE = {
    "braces": ("data {year}", "with braces"),
    "a half of a brace": ("data {", "with braces"),
    "a path variable": ("data <results>", "with a name in angle brackets"),
    "a line break": ("data\nmore", "with a line break"),
    "both": ("{a}<b>", "with braces and a name in angle brackets"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_path_that_snakemake_would_change_is_refused(case):
    path, found = UNUSABLE[case]
    with pytest.raises(InputError) as refused:
        folders.refuse_unusable("config: panel", path)
    assert str(refused.value).startswith(f"config: panel is {path!r}, {found}, where Snakemake expects a name")
    assert "\n" not in str(refused.value)
    folders.refuse_unusable("config: panel", ODD + "a < b > c")


@pytest.mark.parametrize("key, path", [("dataset", "data {year}"), ("panel", "{panel}.csv"), ("panel", "<logs>.csv")])
def test_it_is_refused_in_one_line_before_anything_runs(key, path, tmp_path, run):
    write_config(tmp_path / "config.yaml", {"run": run, key: path})
    finished = snakemake("-n", "--configfile", tmp_path / "config.yaml")
    lines = [line for line in finished.stderr.splitlines() if line.startswith("laborvalue: ")]
    assert finished.returncode == 1 and len(lines) == 1 and "Traceback" not in finished.stderr
    assert lines[0].startswith(f"laborvalue: config: {key} is {path!r}, with ")


def test_a_results_folder_of_a_module_with_braces_is_refused(tmp_path):
    module = f"module laborvalue:\n    snakefile: {str(HOME / 'workflow/Snakefile')!r}\n    config: {{'run': 'x'}}\n"
    (tmp_path / "Snakefile").write_text(f"{module}    pathvars: results='out {{put}}'\nuse rule * from laborvalue\n")
    planned = snakemake("-n", folder=tmp_path)
    assert planned.returncode == 1
    assert "laborvalue: the results folder is 'out {put}', with braces, where Snakemake expects" in planned.stderr


@pytest.mark.parametrize("written", ["data/", "./data", ".//data", "data/.", "data//"])
def test_a_path_is_the_same_however_it_is_written(written):
    given = {
        "dataset": written,
        "import": {"labels": written, "tables": [{"year": 2012, "file": f"{written}/a//b.csv"}]},
    }
    config = configuration.completed(given, HOME / "config/config.yaml")
    configuration.check(config, HOME / "workflow/schemas/config.schema.yaml")
    assert (config["dataset"], config["import"]["labels"]) == ("data", "data")
    assert config["import"]["tables"] == [{"year": 2012, "file": "data/a/b.csv"}]
    with pytest.raises(InputError, match=r"the results folder is '.*'; expected 'data'"):
        folders.refuse_unusable("the results folder", written)


def test_a_plan_is_the_same_however_the_path_of_its_dataset_is_written(tmp_path, run):
    write_dataset(tmp_path / "data", {2012: random_economy(3, 4)})
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere/below")  # link/.. is another folder than this one
    write_dataset(tmp_path / "elsewhere/data", {2015: random_economy(3, 4)})
    (tmp_path / "elsewhere/below").mkdir()
    for written, year in (("data/", 2012), (".//data/.", 2012), ("link/../data", 2015)):
        planned = snakemake("-n", "values", "--config", f"dataset={tmp_path}/{written}", f"run={run}")
        assert planned.returncode == 0 and f"values/{year}/" in planned.stdout, planned.stderr
        assert "double '/'" not in planned.stderr and "starts with" not in planned.stderr


@pytest.mark.parametrize("key", ["dataset", "panel"])
@pytest.mark.parametrize("name", ["a" * 300, "b" * 5000])
def test_a_path_that_is_too_long_is_one_line(key, name, run):
    planned = snakemake("-n", "--config", f"{key}={name}.csv", f"run={run}")
    assert planned.returncode == 1 and "Traceback" not in planned.stderr
    assert "File name too long" in planned.stderr.splitlines()[-1]


def test_a_text_of_the_config_may_hold_braces(project):
    """They are no wildcards of Snakemake's in a rule's params."""
    texts = {"prices": {"rural_sectors": ["{year}", "a{", "{b} {", "}"]}}
    write_config(project / "braces.yaml", {"run": "braces", "embedded": EMBEDDED} | texts)
    planned = snakemake("-n", "values", "--printshellcmds", "--configfile", "braces.yaml", folder=project)
    assert planned.returncode == 0, planned.stderr[-2000:]
    assert '"rural_sectors": ["{year}", "a{", "{b} {", "}"]' in planned.stdout + planned.stderr
