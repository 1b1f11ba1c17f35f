"""A rerun costs what changed: the jobs that run after each kind of change, and nothing else.

Early cut-off rests on how Snakemake looks at the plan again after a checkpoint, which it does not promise; these
cases pin it. What follows a rule is not written down here: it is what Snakemake plans where that rule is forced.
"""

import functools
import random
import re
import shutil

import numpy as np
import pytest
import yaml

from datasets import (
    HOME,
    SMALL_CONFIG,
    SMALL_LIMIT,
    SMALL_YEARS,
    change_hours,
    copy_of,
    planned_rules,
    ran,
    results_of,
    snakemake,
    spelt,
)
from laborvalue.econometrics.equations import ESTIMATED, TABLES
from laborvalue_workflow.data import digests, files
from laborvalue_workflow.running import compat, fingerprint
from laborvalue_workflow.running.provenance import own_settings

TABLE_RULES = [spec.name for spec in TABLES]
ESTIMATED_RULES = [spec.name for spec in ESTIMATED]
RESULTS = "results/small"
# what a changed table of one year runs in any case: its screening, the page on all years, what accepts them, and the
# splitting of all years, after which those that did not change are dropped
SCREENED = {"screen_year": 1, "write_screening": 1, "accept_screening": 1, "split_year": len(SMALL_YEARS)}


@pytest.fixture(scope="module")
def project(small, tmp_path_factory):
    """A copy of the workflow with a finished run on a small dataset of seven regions and three years."""
    return copy_of(small, tmp_path_factory.mktemp("cached") / "project")


ARGUMENTS = (*SMALL_LIMIT, "--config", *spelt(SMALL_CONFIG))


def finished(home, *more):
    arguments = (*ARGUMENTS, *more)
    ended = snakemake(*arguments, folder=home)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout + ended.stderr


def jobs(home, *more):
    """{rule: the number of its jobs that ran}."""
    return ran(finished(home, *more))


@pytest.fixture(scope="module")
def following(project):
    """A function: {rule: number of jobs} of the plan in which these rules, or jobs of these files, are forced."""

    @functools.cache
    def plan(*forced):
        return planned_rules(*ARGUMENTS, "--forcerun", *forced, folder=project) if forced else {}

    return lambda *forced: dict(plan(*forced))


def results(home):
    return results_of(home / "results/small")


def edit(path, old, new, count=1):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def test_a_second_run_does_nothing(small):
    assert jobs(small) == {}


def test_each_change_reruns_what_it_concerns(project, following):
    """In one run: a region's hours in 2015, suppliers of 2017 with the same totals, telephones of the instrument.

    Two pairs of suppliers and users swap deliveries: no region's own accounts change, the links do.
    """
    years = [following(f"{RESULTS}/economy/{year}/index.json") for year in (2015, 2017)]
    for rerun in years:
        assert rerun["split_year"] == rerun["solve_nation"] == rerun["solve_network"] == 1
    expected = following(*(f"{RESULTS}/economy/{year}/index.json" for year in (2015, 2017)), "compute_indicators")
    assert expected["solve_region"] == 2 * 7 and expected["compute_indicators"] == len(SMALL_YEARS)
    change_hours(project / "data/2015/labor.csv", "r3")
    path = project / "data/2017/flows.npy"
    flows = np.load(path)
    (first, second), (user, other) = (2 * 5 + 1, 6 * 5 + 1), (3 * 5 + 2, 4 * 5 + 2)
    moved = np.floor(min(flows[first, user], flows[second, other]) * 512) / 1024
    assert moved > 0
    for supplier, buyer, change in ((first, user, -1), (second, user, 1), (first, other, 1), (second, other, -1)):
        flows[supplier, buyer] += change * moved
    np.save(path, flows)
    edit(project / "data/regions.csv", "r2,r2,", "r2,r2,1")
    said = finished(project)
    assert ran(said) == expected | SCREENED | {"solve_region": 1, "screen_year": len(SMALL_YEARS)}
    assert ": Solving r3 in 2015\n" in said


def test_the_same_with_until_ends_in_the_files_of_that_rule(small, following, tmp_path):
    """Early cut-off and --until together, in one call."""
    home = copy_of(small, tmp_path / "project")
    rest = following(f"{RESULTS}/economy/2015/index.json")
    change_hours(home / "data/2015/labor.csv", "r3")
    upstream = {"solve_region": 1, "solve_nation": 1} | SCREENED
    assert jobs(home, "--until", "solve_nation") == upstream
    assert planned_rules(*ARGUMENTS, folder=home) == {
        rule: count for rule, count in rest.items() if rule not in upstream
    }


def test_tables_written_again_with_the_same_numbers_rerun_only_the_screening_and_the_splitting(project):
    before = results(project)
    for path in (project / "data/2012").iterdir():
        path.write_bytes(path.read_bytes())
    assert jobs(project) == SCREENED
    assert results(project) == before


def test_a_copy_in_another_folder_with_new_time_stamps_recomputes_no_result(project, tmp_path):
    """As after a clone to which results and .snakemake were copied: only the tables are split again.

    (And the page and the provenance written, since what they are made from is larger than this file's LIMIT.)
    """
    copied = tmp_path / "elsewhere"
    shutil.copytree(project, copied, copy_function=shutil.copyfile, symlinks=True)
    written = sorted(path for path in copied.rglob("*") if path.is_file() and ".snakemake" not in path.parts)
    for path in random.Random(1).sample(written, len(written)):
        path.touch()
    # which of the tables look newer than their splitting depends on the order of the time stamps
    assert set(jobs(copied)) <= {"split_year", "report", "provenance", *SCREENED}
    assert results(copied) == results(project)


def test_a_copy_touched_before_its_first_run_has_nothing_to_do(project, tmp_path):
    """The documented way to avoid even the splitting: `snakemake --touch` right after copying."""
    copied = tmp_path / "elsewhere"
    shutil.copytree(project, copied, copy_function=shutil.copyfile, symlinks=True)
    finished(copied, "--touch")
    assert jobs(copied) == {}


QUESTIONS = {  # what else can be asked of a finished run, and a part of the answer
    "--summary": "results/small/tables/table03.csv\t",
    "--detailed-summary": "--number 3 --panel",
    "--list-changes code": "",
    "--list-changes input": "",
    "--list-changes params": "",  # Snakemake 9.27 names the last output of every job there, changed or not
    "--rulegraph": "digraph snakemake_dag",
    "--dag": "digraph snakemake_dag",
    "--filegraph": "digraph snakemake_dag",
    "--list-rules": "solve_region",
    "--archive archive.tar.gz": "",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_finished_run_answers_questions(question, project):
    before = results(project)
    asked = snakemake(*question.split(), *ARGUMENTS, folder=project)
    assert asked.returncode == 0, asked.stderr[-2000:]
    assert QUESTIONS[question] in asked.stdout
    if question in ("--list-changes code", "--list-changes input"):
        assert asked.stdout.strip() == ""
    if question == "--summary":
        assert "update pending" not in asked.stdout
    assert results(project) == before


UNSEEN = {  # edits that change no result: of a comment, a docstring, a script's comment
    "scripts/laborvalue/prices.py": ("def profit_rate", "# a remark\ndef profit_rate"),
    "scripts/laborvalue/econometrics/instruments.py": ('"""', '"""Rewritten. '),
    "scripts/solve_nation.py": ("def solve_nation", "# a remark\ndef solve_nation"),
}
EDITS = {  # a file, the edits in it and the rules from which on they are planned
    "comments and docstrings": (UNSEEN, []),
    "the typesetting": (
        {"scripts/laborvalue_workflow/reporting/typesetting.py": ('"Yes"', '"yes"')},
        [*TABLE_RULES, "report"],
    ),
    "a constant of the indicators": (
        {"scripts/laborvalue/indicators.py": ("HUNDRED_MILLION = 1e8", "HUNDRED_MILLION = 1e9")},
        ["compute_indicators"],
    ),
    "the stars": (
        {"scripts/laborvalue/econometrics/covariance.py": ("(0.01, 0.05, 0.10)", "(0.01, 0.05, 0.11)")},
        [*TABLE_RULES, "audit_slopes"],  # one script makes all tables
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_changed_code_is_planned_from_the_rules_that_use_it_on(case, project, following):
    edits, rules = EDITS[case]
    texts = {project / name: (project / name).read_text(encoding="utf-8") for name in edits}
    for name, (old, new) in edits.items():
        edit(project / name, old, new)
    planned = planned_rules(*ARGUMENTS, folder=project)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    assert planned == following(*rules)


def test_every_job_is_recorded_with_the_digest_of_the_script_that_it_ran(small):
    digests = fingerprint.fingerprints(small / "scripts", small / ".snakemake/laborvalue_code.json")
    records = compat.read_records(small / ".snakemake/metadata", RESULTS).values()
    jobs_of = {(record["rule"], *re.findall(r"scripts/(\w+)\.py", record["shellcmd"])): record for record in records}
    assert len(jobs_of) > 25
    for (rule, script), record in jobs_of.items():
        assert repr(digests[script]) in record["params"], rule


def test_changed_code_reruns_what_was_planned(project):
    path = project / "scripts/solve_network.py"
    text = path.read_text(encoding="utf-8")
    expected = planned_rules(*ARGUMENTS, "--forcerun", "solve_network", "--until", "decide_sample", folder=project)
    path.write_text(text.replace("if __name__", "assert True\nif __name__"), encoding="utf-8")
    assert jobs(project, "--until", "decide_sample") == expected == {"solve_network": 3, "decide_sample": 1}


CLOSURE = ("model", "turnover", "wage", "wages_advanced", "wage_share", "profit_share", "tau_side")
READ_BY = {  # a key or a section of the config: the rules whose commands have it
    "values.scope": {"solve_network"},
    "values.without_values": {"account_values"},
    "values.imports": {"solve_region", "solve_nation", "solve_network", "account_values", "compute_indicators"},
    "prices.tau": {"solve_region", "solve_nation"},
    **{f"prices.{key}": {"solve_region", "solve_nation", "compare_prices", "compare_techniques"} for key in CLOSURE},
    "prices": {"solve_region"},
    "indicators": {"compute_indicators"},
    "regressions": {*ESTIMATED_RULES, "audit_slopes", "crosscheck", "export_programs", "draw_panel"},
    "words": {
        *(*TABLE_RULES, "compare_published", "export_panel", "export_programs", "draw_values", "draw_panel"),
    },
}


def test_every_key_of_the_config_is_in_the_commands_of_the_rules_that_read_it(small):
    """And in no other. (The report lists the config, and the provenance has it.)"""
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))
    keys = [f"{section}.{key}" for section, values in config.items() if isinstance(values, dict) for key in values]
    read = {key: set() for key in keys}
    for record in compat.read_records(small / ".snakemake/metadata", RESULTS).values():
        for key in own_settings(record):
            read[key].add(record["rule"])
    assert read == {key: READ_BY.get(key) or READ_BY.get(key.partition(".")[0], set()) for key in keys}


OTHER = {  # what changes a command is planned: other values of a section, and the rules that read them
    "scope": ({"values": {"scope": "own"}}, READ_BY["values.scope"]),
    "imports": ({"values": {"imports": "domestic_only"}}, READ_BY["values.imports"]),
    "prices": ({"prices": {"rural_sectors": ["s1"], "growth": 0.5}}, READ_BY["prices"]),
    "indicators": ({"indicators": {"occ_units": "price", "iv_mean": "leave_one_out"}}, READ_BY["indicators"]),
    "regressions": ({"regressions": {"cluster": "city", "total_digital": "tdr"}}, READ_BY["regressions"]),
    "words": ({"words": {"region": "another", "nation": "another"}}, READ_BY["words"]),
    # not used by `all`, or not by a run on a dataset; the provenance, which holds the config, is written again
    "unused": (
        {
            "readings": {"file": "config/other.yaml", "sample": 9, "seed": 2, "draws": 9, "target": "other"},
            "robustness": {"checks": ["holm"], "bootstrap_draws": 99, "bootstrap_weights": "webb", "bootstrap_seed": 2},
            "embedded": {"regions": 9, "years": [2015], "seed": 2},
            "import": {"synthetic": True, "money_unit": 12, "labels": "other", "faults": {"missing": "stop"}},
        },
        {"provenance"},
    ),
}


@pytest.mark.parametrize("case", OTHER)
def test_a_changed_section_of_the_config_is_planned_from_the_rules_that_read_it_on(case, project, following):
    sections, rules = OTHER[case]
    shutil.copy(project / "config/readings.yaml", project / "config/other.yaml")
    (project / "other/tables").mkdir(parents=True, exist_ok=True)
    given = [argument for argument in ARGUMENTS if argument.partition("=")[0] not in sections]
    assert planned_rules(*given, *spelt(sections), folder=project) == following(*sorted(rules))


def test_a_lost_intermediate_file_is_made_again(project):
    before = results(project)
    (project / "results/small/values/2015/regions/r1.npy").unlink()
    assert ": Solving r1 in 2015\n" in finished(project, "--until", "decide_sample")
    assert results(project) == before and planned_rules(*ARGUMENTS, folder=project) == {}


def test_a_failed_job_is_no_success_the_next_time(project):
    """A failed job's old output is deleted, the table made from it is not: the next run must see that."""
    path = project / "scripts/solve_network.py"
    text = path.read_text()
    broken = '    from laborvalue.errors import InputError\n\n    raise InputError("broken")\n'
    edit(path, "\n):\n", f"\n):\n{broken}")
    for _ in range(2):
        ended = snakemake(*ARGUMENTS, folder=project)
        assert ended.returncode == 1 and "laborvalue: broken" in ended.stderr
        assert "Nothing to be done" not in ended.stdout + ended.stderr
    path.write_text(text)
    assert "solve_network" in jobs(project, "--until", "decide_sample")
    assert planned_rules(*ARGUMENTS, folder=project) == {}


def test_the_same_numbers_in_other_bytes_rerun_only_the_splitting(project):
    """Rows in another order, numbers in another notation, an array stored by columns, a csv file as parquet.

    Nothing is computed again; the page and the provenance name other sources.
    """
    before, year = results(project), project / "data/2017"
    header, *rows = (year / "final_demand.csv").read_text().splitlines()
    (year / "final_demand.csv").write_text("\r\n".join([header, *reversed(rows)]) + "\r\n")
    header, *rows = (year / "primary_inputs.csv").read_text().splitlines()
    cells = [row.split(",") for row in rows]
    spelt = [",".join([*row[:2], *(f"{float(number):.17e}" for number in row[2:])]) for row in cells]
    (year / "primary_inputs.csv").write_text("\n".join([header, *spelt]) + "\n")
    np.save(year / "flows.npy", np.asfortranarray(np.load(year / "flows.npy")))
    labor = files.read_table(year / "labor.csv", texts=("region", "sector"))
    files.write_table(year / "labor.parquet", labor.to_pydict())
    (year / "labor.csv").unlink()
    assert jobs(project) == {"report": 1, "provenance": 1} | SCREENED
    after = results(project)
    # they hold the names and checksums of the sources
    changed = {"economy/2017/tables.json", "screening/2017.md", "report.html"}
    assert {path for path in before if before[path] != after[path]} == changed
    provenance = files.read_json(project / "results/small/provenance.json")
    assert provenance["sources"]["data/2017/flows.npy"] == digests.sha256(year / "flows.npy")


def test_a_source_that_vanished_is_named(project):
    path = project / "data/2012/labor.csv"
    text = path.read_text()
    path.unlink()
    ended = snakemake(*ARGUMENTS, folder=project)
    assert ended.returncode == 1 and "data/2012: no labor table for 2012" in ended.stderr
    path.write_text(text)
