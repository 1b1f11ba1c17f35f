"""What a user sees while a run goes on, when it ends, and when it fails."""

import logging
import os
import re
from dataclasses import replace

import pytest

from datasets import copy_workflow, snakemake, write_dataset
from economies import random_economy
from laborvalue_workflow.data import files
from laborvalue_workflow.running import summary, terminal
from laborvalue_workflow.screening.findings import Finding, columns

ARGUMENTS = ("--config", "dataset=data", "run=seen", 'prices={"rural_sectors": ["s0"]}')


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    home = tmp_path_factory.mktemp("seen")
    copy_workflow(home)
    write_dataset(home / "data", {year: random_economy(6, 5, year) for year in (2012, 2015)})
    return home


def seen(finished):
    """What came to the terminal: without the log file that the tests' helper adds."""
    return finished.stderr.splitlines()


def test_a_run_shows_its_stages_and_ends_on_what_to_open(project):
    lines = seen(snakemake("panel", *ARGUMENTS, folder=project))
    assert len(lines) < 25, "no wall of text"
    assert not [line for line in lines if line.startswith(("Job ", "Reason", "Finished", "Execute", "Select"))]
    stages = [line for line in lines if re.match(r"laborvalue: \d+:\d\d  ", line)]
    assert all(any(f"{stage} done" in line for line in stages) for stage in ("economy", "values", "indicators"))
    text = "\n".join(lines)
    assert "note: SYNTHETIC DATA" in text
    assert re.search(r"done in \d+:\d\d\. Results are in results/seen/\. Open results/seen/panel.parquet first\.", text)
    assert re.search(r"^Complete log\(s\): ", text, flags=re.M)


def test_the_plan_names_every_city_year_with_its_reason(project):
    planned = snakemake("panel", "-n", "--forceall", *ARGUMENTS, folder=project).stdout.splitlines()
    for year in (2012, 2015):
        for region in range(6):
            at = next(k for k, line in enumerate(planned) if line.endswith(f": Solving r{region} in {year}"))
            assert planned[at + 1].startswith("Reason: Forced execution")
    assert max(map(len, planned)) < 1000, "lists of files are shortened"


def test_a_failure_ends_on_one_line_with_its_rule_and_log(project):
    path = project / "data/2015/labor.csv"
    text = path.read_text()
    path.write_text(text.replace("r3,s2,", "r3,s2,x", 1))
    finished = snakemake("panel", *ARGUMENTS, folder=project)
    path.write_text(text)
    assert finished.returncode == 1
    last = [line for line in seen(finished) if line.startswith("laborvalue: ")][-1]
    assert (
        "labor.csv" in last
        and "r3" in last
        and last.endswith("[accept_screening, results/seen/logs/accept_screening.log]")
    )
    assert not [line for line in seen(finished) if line.startswith(("Error in rule", "    "))]


def test_a_killed_job_is_named_with_its_command(project):
    path = project / "scripts/solve_nation.py"
    text = path.read_text()
    path.write_text("import os\nos.kill(os.getpid(), 9)\n" + text)
    finished = snakemake("values", "--forcerun", "solve_nation", *ARGUMENTS, folder=project)
    path.write_text(text)
    lines = [line for line in seen(finished) if "was killed (SIGKILL), as the system does when memory is full" in line]
    assert finished.returncode == 1 and lines
    assert "solve_nation" in lines[0] and "python scripts/solve_nation.py --year " in lines[0]


def test_everything_is_shown_with_printshellcmds(project):
    lines = seen(snakemake("panel", "--forcerun", "assemble_panel", "-p", *ARGUMENTS, folder=project))
    assert any(re.match(r"Job \d+: Assembling the panel", line) for line in lines)
    assert any("python scripts/assemble_panel.py --years 2012 2015" in line for line in lines)


def record(event=None, message="", **more):
    return logging.makeLogRecord({"event": event, "msg": message, "levelno": logging.INFO, **more})


def test_a_stage_is_shown_when_it_ends_and_every_five_seconds():
    now, lines = [0.0], []
    watch = terminal.Stages({"split": "economy", "solve": "values"}, lambda: True, lines.append, lambda: now[0])
    watch.filter(record("run_info", stats={"split": 1, "solve": 3, "all": 1, "total": 5}))
    for job, (rule, moment) in enumerate([("split", 1), ("solve", 2), ("solve", 65), ("solve", 66), ("all", 67)]):
        now[0] = moment
        assert not watch.filter(record("job_info", jobid=job, rule_name=rule))
        assert not watch.filter(record("job_finished", job_id=job))
    assert lines == ["0:01  economy done (1)", "1:05  values 2 of 3", "1:06  values done (3)"]


def test_only_chatter_is_hidden():
    watch = terminal.Stages({}, lambda: True, print)
    assert not watch.filter(record(message="Select jobs to execute..."))
    assert watch.filter(record(message="Waiting at most 5 seconds for missing files."))
    assert watch.filter(record("error", message="WorkflowError"))
    plan = terminal.Stages({}, lambda: False, print)
    assert plan.filter(record("job_info", jobid=1, rule_name="solve"))


def test_what_to_check_is_collected_from_the_results(tmp_path):
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset/dataset.yaml").write_text(
        "{title: t, source: s, licence: l, synthetic: false, currency: yuan, money_unit: 1, years: [2012]}"
    )
    counts = {"usable": 0, "missing_labor": 2, "zero_output": 1_000}
    files.write_json(tmp_path / "sample.json", {"regions_left_out": 1, "cells_left_out": counts})
    found = [Finding("2012", "yearbook", "wages", done="used, status to check"), Finding("2012", "negative", "hours")]
    write_findings(tmp_path, 2012, found[0], replace(found[1], done="kept"))
    lines = summary.warnings(tmp_path, tmp_path / "dataset", None, "province")
    expected = "1 regions are left out, 1,002 province-sector-years (zero_output 1,000, missing_labor 2): "
    assert lines[0] == f"{expected}{tmp_path}/exclusions.csv"
    assert "screening of 2012 (used, status to check 1, kept 1)" in lines[1] and len(lines) == 2
    assert summary.warnings(tmp_path, tmp_path / "dataset", "panel.csv", "province")[0].startswith("screening")
    files.write_json(tmp_path / "sample.json", {"regions_left_out": 0, "cells_left_out": {}})
    assert len(summary.warnings(tmp_path, tmp_path / "dataset", None, "province")) == 1


def write_findings(results, year, *findings):
    files.write_table(results / f"screening/{year}.csv", columns(findings))


def test_warnings_of_the_screening_are_told_at_the_end_once_for_all_years(tmp_path):
    lost = Finding("2012", "note", "table", found="Beijing.csv is not read", done="reported", warning=True)
    kept = Finding("2012", "unit", "unit", found="S.xlsx states '亿元'", expected="10000", done="kept")
    remark = Finding("2012", "note", "table", found="a remark", done="reported")
    for year in (2012, 2015):
        write_findings(tmp_path, year, *(replace(one, year=str(year)) for one in (lost, kept, remark)))
    assert summary.warnings(tmp_path, tmp_path, None, "province")[2:] == [
        "2012, 2015: WARNING: Beijing.csv is not read",
        "2012, 2015: WARNING: S.xlsx states '亿元'; expected 10000: kept",
    ]
    cells = [Finding("2015", "unit", "hours", where=where, found="22.7", expected="400", done="kept") for where in "ab"]
    write_findings(tmp_path, 2015, *cells)
    assert summary.warnings(tmp_path, tmp_path, None, "province")[-1] == (
        "2015: WARNING: a: 22.7; expected 400: kept (2 such cells)"
    )
    write_findings(tmp_path, 2015, *(replace(lost, found=f"{k}.csv is not read") for k in range(20)))
    assert summary.warnings(tmp_path, tmp_path, None, "province")[-1] == (
        f"{22 - summary.WARNED} more warnings: {tmp_path}/screening.md"
    )


def test_only_errors_of_jobs_of_this_run_are_shown(tmp_path):
    for name, text in {"a": "error: labor.csv: no hours", "b": "done: solve; 0.1 s", "c": "error: old"}.items():
        (tmp_path / f"{name}.log").write_text(f"{text}\n")
    os.utime(tmp_path / "c.log", (1, 1))
    found = summary.complaints(tmp_path, 1e9)
    assert found == {f"{tmp_path}/a.log": "labor.csv: no hours"}
    failures = [{"rule": "solve", "logs": [f"{tmp_path}/a.log"], "command": "false", "ended": 1}]
    assert terminal.failure_lines(failures, found) == [f"laborvalue: labor.csv: no hours [solve, {tmp_path}/a.log]"]
    assert terminal.failure_lines([], found) == ["laborvalue: labor.csv: no hours"]


def test_a_crash_is_told_from_a_kill(tmp_path):
    log = f"{tmp_path}/a.log"
    files.write_text(log, "crash: KeyError('tau')\nTraceback (most recent call last):\nKeyError: 'tau'\n")
    failure = {"rule": "solve", "logs": [log], "command": "false", "ended": 1}
    assert terminal.failure_lines([failure], summary.complaints(tmp_path, 0)) == [
        f"laborvalue: a fault of this program, please report it with its log: KeyError('tau') [solve, {log}]"
    ]
    for code, said in {
        None: "ended without a message: it was killed (out of memory or time?) or crashed",
        3: "ended with exit code 3 before it could say why",
        -9: "was killed (SIGKILL), as the system does when memory is full",
        -11: "crashed (SIGSEGV), a fault of a package or of the machine",
        -15: "was ended from outside (SIGTERM)",
        -99: "was ended from outside (signal 99)",
    }.items():
        (line,) = terminal.failure_lines([failure | {"ended": code}], {})
        assert line.startswith(f"laborvalue: solve {said}") and line.endswith("; its command: false")


def test_the_file_to_open_is_one_of_this_run(tmp_path):
    files.write_table(tmp_path / "panel.parquet", {"a": [1.0]})
    (tmp_path / "report.html").write_text("of an earlier run")
    os.utime(tmp_path / "report.html", (1, 1))
    assert summary.ending(tmp_path, 1e9).endswith(f"Open {tmp_path}/panel.parquet first.")
