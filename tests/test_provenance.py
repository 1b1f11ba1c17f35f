"""provenance.json: every result's chain back to the sources, and the command that checks it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import HOME, snakemake
from shared import files


def check(results, *more):
    command = [sys.executable, HOME / "scripts/check_provenance.py", f"results={results}", *more]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True)


@pytest.fixture(scope="module")
def told(demo):
    return json.loads((demo / "provenance.json").read_text(encoding="utf-8"))


def test_every_result_has_its_checksum_rule_command_and_inputs(demo, told):
    made = {str(p.relative_to(HOME)) for p in demo.rglob("*") if p.is_file() and "logs" not in p.parts}
    assert set(told["results"]) == made - {f"results/{demo.name}/provenance.json"}
    for path, entry in told["results"].items():
        assert entry["sha256"] == files.sha256(HOME / path)
        assert (entry["rule"] and path.split("/")[-1].split(".")[0] in entry["command"]) or "regions" in path
    assert told["results"][f"results/{demo.name}/tables/table03.csv"]["rule"] == "estimate_table"
    assert told["synthetic"] is True and told["config"]["embedded"]["regions"] == 20
    assert {"python", "snakemake", "numpy"} <= set(told["software"]) and "commit" in told["code"]


def test_the_chain_of_a_table_ends_at_the_sources(demo, told):
    chain = check(demo.relative_to(HOME), "of=tables/table03.csv").stdout
    for step in ("estimate_table", "assemble_panel", "solve_region", "split_year", "generate_year", "generate_dataset"):
        assert f"by {step}: python scripts/" in chain
    assert "resources/embedded/sectors.csv  sha256:" in chain
    assert chain.count("by solve_region:") == 60


def test_the_checking_command_tells_what_changed(demo, tmp_path):
    assert f"{len(json.loads((demo / 'provenance.json').read_text())['results'])} files agree" in check(demo).stdout
    table = demo / "tables/table02.csv"
    text = table.read_bytes()
    table.write_bytes(text + b"\n")
    finished = check(demo)
    table.write_bytes(text)
    assert finished.returncode == 1 and "table02.csv has changed" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_it_is_the_same_but_for_the_occasion(demo, told, run):
    finished = snakemake("--configfile", "config/demo.yaml", "--config", f"run={run}", "embedded={regions: 20}")
    assert finished.returncode == 0, finished.stderr[-2000:]
    again = (HOME / "results" / run / "provenance.json").read_text(encoding="utf-8").replace(run, demo.name)
    again = json.loads(again)
    assert again.pop("occasion").keys() == told["occasion"].keys()
    again["code"] = told["code"]  # files may be edited while the tests run
    mine = {key: value for key, value in told.items() if key != "occasion"}
    for path, entry in again["results"].items():
        if path.endswith("tables.json"):  # it names the run's own folder
            entry["sha256"] = mine["results"][path]["sha256"]
    assert again == mine


def test_moved_results_are_checked_where_they_are(demo, tmp_path):
    (tmp_path / "moved").symlink_to(demo)
    assert "files agree" in check(Path(tmp_path / "moved")).stdout
