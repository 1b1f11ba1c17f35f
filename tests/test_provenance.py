"""provenance.json: every result's chain back to the sources, and the command that checks it."""

import importlib.metadata
import json
import platform
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from datasets import HOME, planned_rules, results_of, snakemake
from laborvalue.errors import InputError
from laborvalue_workflow.data import digests
from laborvalue_workflow.running.provenance import SHELL_WORD, check_records


def check(results, *more):
    """As a person types it."""
    command = [sys.executable, HOME / "scripts/check_provenance.py", results, *more]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True)


@pytest.fixture(scope="module")
def provenance(demo):
    return json.loads((demo / "provenance.json").read_text(encoding="utf-8"))


def test_every_result_has_its_checksum_rule_command_and_inputs(demo, provenance):
    made = {f"results/{demo.name}/{path}" for path in results_of(demo)}
    assert set(provenance["results"]) == made
    for path, entry in provenance["results"].items():
        assert entry["sha256"] == digests.sha256(HOME / path)
        words = shlex.split(entry["command"])  # they name the file, or the folder into which all are written
        assert entry["rule"] and (
            path.split("/")[-1].split(".")[0] in entry["command"]
            or any(str(folder) in words for folder in Path(path).parents)
        )
    table = f"results/{demo.name}/tables/table03.csv"
    forced = planned_rules(table, "--force", "--configfile", "config/demo.yaml", "--config", f"run={demo.name}")
    assert forced == {provenance["results"][table]["rule"]: 1}
    assert provenance["synthetic"] is True and provenance["config"]["embedded"]["regions"] == 20
    assert {"commit", "dirty"} == set(provenance["code"])


def test_the_versions_are_those_of_every_locked_package_that_is_installed(provenance):
    locked = re.findall(r"^([\w.-]+)==", (HOME / "requirements.lock").read_text(encoding="utf-8"), flags=re.M)
    found = dict(provenance["software"])
    assert found.pop("python") == platform.python_version()
    assert {"numpy", "scipy", "pandas", "pyarrow", "snakemake", "pyyaml"} <= set(found)
    assert set(found) <= set(locked)
    assert found == {name: importlib.metadata.version(name) for name in found}


def test_every_result_has_the_settings_on_which_it_depends_and_no_others(demo, provenance):
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))
    config["embedded"]["regions"] = 20
    solved = ["values.scope", "values.imports"]
    sections = {
        "dataset/2012/flows.npy": ["embedded"],
        "economy/2015/regions/C003.npy": ["embedded"],
        "values/2015/regions/C003.npy": ["embedded", "prices", "values.imports"],
        "values/2015/account.parquet": ["embedded", "prices", "values"],
        "values/2015/network.npz": ["embedded", "prices", *solved],
        "indicators/2012.npz": ["embedded", "prices", *solved, "indicators"],
        "tables/table02.csv": ["embedded", "prices", *solved, "indicators", "words"],
        "tables/table03.csv": ["embedded", "prices", *solved, "indicators", "regressions", "words"],
        "tables/table03.docx": ["embedded", "prices", *solved, "indicators", "regressions", "words"],
    }
    known = {
        f"{s}.{key}": value
        for s in ("embedded", "values", "prices", "indicators", "regressions", "words")
        for key, value in config[s].items()
    }
    for path, expected in sections.items():
        wanted = {key: value for key, value in known.items() if key in expected or key.split(".")[0] in expected}
        assert provenance["results"][f"results/{demo.name}/{path}"]["settings"] == wanted, path


def test_a_user_supplied_panel_is_the_source_of_its_tables(demo, run):
    panel = demo / "panel.parquet"
    finished = snakemake("provenance", "--config", f"panel={panel}", f"run={run}", 'regressions={"cluster": "city"}')
    assert finished.returncode == 0, finished.stderr[-2000:]
    provenance = json.loads((HOME / "results" / run / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["occasion"]["folders"] == {"<folder 1>": str(demo)}
    assert provenance["sources"]["<folder 1>/panel.parquet"] == digests.sha256(panel)
    words = {"words.region": "city", "words.regions": "cities", "words.nation": "the nation"}
    assert provenance["results"][f"results/{run}/tables/table02.csv"]["settings"] == words
    settings = provenance["results"][f"results/{run}/tables/table03.csv"]["settings"]
    assert {key.split(".")[0] for key in settings} == {"regressions", "words"} and settings[
        "regressions.cluster"
    ] == "city"
    assert provenance["synthetic"] is None and "files agree" in check(HOME / "results" / run).stdout


def test_the_chain_of_a_table_ends_at_the_sources(demo, provenance):
    chain = check(demo.relative_to(HOME), "--of", "tables/table03.csv").stdout
    table = provenance["results"][f"results/{demo.name}/tables/table03.csv"]["rule"]
    for step in (table, "assemble_panel", "solve_region", "split_year", "generate_year", "generate_dataset"):
        assert f"by {step}: python scripts/" in chain
    assert "resources/embedded/sectors.csv  sha256:" in chain
    assert chain.count("by solve_region:") == 60
    assert "prices.tau: 10\n" in chain and 'regressions.cluster: "city_sector"\n' in chain


def test_the_checking_command_names_what_changed(demo, tmp_path):
    assert f"{len(json.loads((demo / 'provenance.json').read_text())['results'])} files agree" in check(demo).stdout
    table = demo / "tables/table02.csv"
    text = table.read_bytes()
    table.write_bytes(text + b"\n")
    finished = check(demo)
    table.write_bytes(text)
    assert finished.returncode == 1 and "table02.csv has changed" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_it_is_the_same_but_for_the_occasion(demo, provenance, tmp_path):
    """Written again from the same records."""
    again = written(demo, tmp_path / "provenance.json", ".snakemake/metadata")
    assert again.returncode == 0, again.stderr
    again = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert again.pop("occasion").keys() == provenance["occasion"].keys()
    again["code"] = provenance["code"]  # files may be edited while the tests run
    assert again == {key: value for key, value in provenance.items() if key != "occasion"}


def written(demo, path, metadata):
    """The script as its rule runs it, on the demo's results, with these records."""
    results = f"results/{demo.name}"
    config = json.loads((demo / "provenance.json").read_text(encoding="utf-8"))["config"]
    command = [sys.executable, HOME / "scripts/write_provenance.py", "--results", results, "--home", HOME]
    command += ["--config", json.dumps(config), "--metadata", metadata, "--provenance", path]
    command += ["--description", f"{results}/dataset/dataset.yaml"]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True)


def test_without_snakemakes_records_it_is_an_error_in_one_line(demo, tmp_path):
    ended = written(demo, tmp_path / "provenance.json", tmp_path / "deleted")
    assert ended.returncode == 1 and not (tmp_path / "provenance.json").exists()
    assert ended.stderr.startswith(f"laborvalue: {tmp_path}/deleted: no record of a file in results/{demo.name}/")
    assert ended.stderr.count("\n") == 1


def test_records_that_were_deleted_in_part_are_an_error():
    records = {"results/x/panel.parquet": {"input": ["data/labor.csv", "results/x/indicators/2012.npz"]}}
    with pytest.raises(InputError, match=r"results/x/indicators/2012.npz: Snakemake has no record of this file"):
        check_records(records, "results/x")
    check_records(records | {"results/x/indicators/2012.npz": {"input": []}}, "results/x")


def test_records_in_a_database_are_not_mistaken_for_those_of_an_earlier_run(demo):
    """The folder .snakemake/metadata may hold records of earlier runs, which say nothing of this one."""
    arguments = ("--configfile", "config/demo.yaml", "--config", f"run={demo.name}")
    before = (demo / "provenance.json").read_bytes()
    ended = snakemake(*("--persistence-backend", "db", "--forcerun", "provenance", "provenance"), *arguments)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert f"no record of a file in results/{demo.name}/" in ended.stderr
    (demo / "provenance.json").write_bytes(before)


def test_moved_results_are_checked_where_they_are(demo, tmp_path):
    (tmp_path / "moved").symlink_to(demo)
    assert "files agree" in check(Path(tmp_path / "moved")).stdout


@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)))
def test_a_command_falls_into_the_words_that_were_quoted(words):
    assert [shlex.split(word) for word in SHELL_WORD.findall(shlex.join(words))] == [[word] for word in words]
