"""The tutorials as they are written: in a folder as a clone has it, each page in one shell; what is shown comes out."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import HOME, copy_workflow, snakemake
from handbook import DOCUMENTS, code
from laborvalue_workflow.data import dataset, digests, files

SAVED = re.compile(r"Save as `(\S+)`:\n\n```python\n(.*?)^```", flags=re.M | re.S)
MARK = "---- the next block of the page ----"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with its environment: the one that runs the tests. `make` finds it ready."""
    folder = tmp_path_factory.mktemp("tutorials") / "laborvalue"
    copy_workflow(folder)
    shutil.copy(HOME / "Makefile", folder)
    shutil.copytree(HOME / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / name).symlink_to(Path(sys.prefix, name))
    (folder / "requirements.lock").touch()
    (folder / ".venv/ready").touch()
    yield folder
    shutil.rmtree(folder)


def follow(page, folder):
    """Save the programs that a page says to save, and give its commands; returns what each block of commands said."""
    for name, program in SAVED.findall(DOCUMENTS[page]):
        (folder / name).write_text(program, encoding="utf-8")
    commands = [text for language, text in code(page) if language == "sh"]
    script = f"\necho '{MARK}'\n".join(["set -e", *commands])
    environment = os.environ | {"PATH": os.defpath, "CORES": "2"}
    done = subprocess.run(
        ["bash", "-c", script],
        **{"cwd": folder, "env": environment, "timeout": 900, "text": True},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    said = done.stdout.split(f"{MARK}\n")[1:]
    shows_output(page, said)
    return said


def shows_output(page, said):
    """Every line that a page shows after a block of commands is in a line of what that block said."""
    output, missing = None, []
    blocks = iter(said)
    for language, text in code(page):
        if language == "sh":
            output = next(blocks).splitlines()
        elif language == "text" and output is not None:
            missing += [line for line in text.splitlines() if not any(line in each for each in output)]
    assert missing == []


@pytest.fixture(scope="module")
def started(clone):
    """The clone after the first page, which runs the demo."""
    follow("docs/start.md", clone)
    assert (clone / "results/demo/report.html").stat().st_size > 100_000
    return clone


@pytest.mark.slow
def test_start_and_the_embedded_economy(started):
    said = follow("docs/tutorials/embedded.md", started)
    other = (started / "results/own-technique/tables/table03.csv").read_bytes()
    assert other != (started / "results/demo/tables/table03.csv").read_bytes()
    assert "results/demo/dataset/2012/flows.npy" in said[-1]


@pytest.mark.slow
def test_ceads_from_the_files_to_table_3_and_the_report(started):
    """The page on imitated files with config/ceads.yaml as it is, and then everything after Table 3."""
    follow("docs/tutorials/ceads.md", started)
    results = started / "results/ceads"
    assert (results / "tables/table03.md").read_text(encoding="utf-8").count("\n|") > 10
    finished = snakemake(
        "provenance", "--configfile", "config/ceads.yaml", "--config", 'import={"synthetic": true}', folder=started
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    provenance = files.read_json(results / "provenance.json")
    file = "data/ceads/2015_Chinese_City_MRIO.mat"
    assert provenance["sources"][file] == digests.sha256(started / file)
    settings = provenance["results"]["results/ceads/tables/table03.csv"]["settings"]
    assert settings["import.money_unit"] == 1000000
    report = (results / "report.html").read_text(encoding="utf-8")
    assert "Screening of the tables" in report and "no surplus" in report and "no_surplus" not in report
    for year, notes in (
        (2012, ["total value added | largest gap", "to check"]),
        (2015, ["VA has 15 columns beyond the sectors, 0 cells not 0; left out."]),
        (
            2017,
            ["Final uses in the order rural_households, urban_households, government", "sector list 2012 (42 sectors)"],
        ),
    ):
        page = (results / f"screening/{year}.md").read_text(encoding="utf-8")
        assert all(note in page for note in notes) and "| as expected |" in page
        assert "| zero_output | output |" in page
    sectors = dataset.read_sectors(results / "dataset/sectors.csv")
    assert len(sectors["sector"]) == 42 and sectors["productive"].count(True) == 33
    lost = files.read_table(results / "exclusions.csv", texts=("region", "sector", "reason")).to_pylist()
    assert {row["reason"].split(" ")[0] for row in lost} == {"zero_output", "no_surplus"}


@pytest.mark.slow
def test_a_table_of_ones_own(clone):
    follow("docs/tutorials/own_table.md", clone)
    assert files.read_json(clone / "results/my-table/values/2012/summary.json")["regions_used"] == 3


@pytest.mark.slow
def test_a_panel_of_ones_own(clone):
    follow("docs/tutorials/own_panel.md", clone)
    assert not (clone / "results/my-panel/tables/table04.csv").exists()  # the page asks for Table 3 only
