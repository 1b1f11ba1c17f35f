"""provenance.json: every result's chain back to the sources, and the command that checks it."""

import importlib.metadata
import json
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from datasets import HOME, results_of, snakemake
from shared import files
from write_provenance import COMPUTING


def check(results, *more):
    command = [sys.executable, HOME / "scripts/check_provenance.py", f"results={results}", *more]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True)


@pytest.fixture(scope="module")
def told(demo):
    return json.loads((demo / "provenance.json").read_text(encoding="utf-8"))


def test_every_result_has_its_checksum_rule_command_and_inputs(demo, told):
    made = {f"results/{demo.name}/{path}" for path in results_of(demo)}
    assert set(told["results"]) == made
    for path, entry in told["results"].items():
        assert entry["sha256"] == files.sha256(HOME / path)
        assert (entry["rule"] and path.split("/")[-1].split(".")[0] in entry["command"]) or "regions" in path
    assert told["results"][f"results/{demo.name}/tables/table03.csv"]["rule"] == "estimate_table"
    assert told["synthetic"] is True and told["config"]["embedded"]["regions"] == 20
    assert {"commit", "dirty"} == set(told["code"])


def test_the_versions_are_those_of_every_locked_package_that_is_installed(told):
    locked = re.findall(r"^([\w.-]+)==", (HOME / "requirements.lock").read_text(encoding="utf-8"), flags=re.M)
    found = dict(told["software"])
    assert found.pop("python") == platform.python_version()
    assert {"numpy", "scipy", "pandas", "pyarrow", "snakemake", "pyyaml"} <= set(found)
    assert set(found) <= set(locked)
    assert found == {name: importlib.metadata.version(name) for name in found}


def test_every_result_tells_the_settings_that_mattered_and_no_others(demo, told):
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))
    config["embedded"]["regions"] = 20
    sections = {
        "dataset/2012/flows.npy": ["embedded"],
        "economy/2015/regions/C003.npy": ["embedded"],
        "values/2015/regions/C003.npy": ["embedded", "prices", "values.imports"],
        "values/2015/network.npz": ["embedded", "prices", "values"],
        "indicators/2012.npz": ["embedded", "prices", "values", "indicators"],
        "tables/table02.csv": ["embedded", "prices", "values", "indicators"],
        "tables/table03.csv": ["embedded", "prices", "values", "indicators", "regressions"],
        "tables/table03.docx": ["embedded", "prices", "values", "indicators", "regressions"],
    }
    known = {f"{s}.{key}": value for s in (*COMPUTING, "embedded") for key, value in config[s].items()}
    for path, expected in sections.items():
        wanted = {key: value for key, value in known.items() if key in expected or key.split(".")[0] in expected}
        assert told["results"][f"results/{demo.name}/{path}"]["settings"] == wanted, path


def test_no_two_computing_keys_share_a_name():
    """Settings reach a job without their sections, and provenance finds the sections by the names."""
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))
    names = [name for section in COMPUTING for name in config[section]]
    assert len(names) == len(set(names))


def test_a_panel_brought_along_is_the_source_of_its_tables(demo, run):
    panel = demo / "panel.parquet"
    finished = snakemake("provenance", "--config", f"panel={panel}", f"run={run}", 'regressions={"cluster": "city"}')
    assert finished.returncode == 0, finished.stderr[-2000:]
    told = json.loads((HOME / "results" / run / "provenance.json").read_text(encoding="utf-8"))
    assert told["sources"][str(panel)] == files.sha256(panel)
    assert told["results"][f"results/{run}/tables/table02.csv"]["settings"] == {}
    settings = told["results"][f"results/{run}/tables/table03.csv"]["settings"]
    assert {key.split(".")[0] for key in settings} == {"regressions"} and settings["regressions.cluster"] == "city"
    assert told["synthetic"] is None and "files agree" in check(HOME / "results" / run).stdout


def test_the_chain_of_a_table_ends_at_the_sources(demo, told):
    chain = check(demo.relative_to(HOME), "of=tables/table03.csv").stdout
    for step in ("estimate_table", "assemble_panel", "solve_region", "split_year", "generate_year", "generate_dataset"):
        assert f"by {step}: python scripts/" in chain
    assert "resources/embedded/sectors.csv  sha256:" in chain
    assert chain.count("by solve_region:") == 60
    assert "prices.tau: 10\n" in chain and 'regressions.cluster: "city_sector"\n' in chain


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
