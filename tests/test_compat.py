"""What the workflow takes from Snakemake's internals is there, works as described, and says so where it is missing."""

import base64
import gc
import json
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import snakemake.logging
from snakemake.cli import get_argument_parser
from snakemake.persistence.file import FilePersistence
from snakemake.scheduling.job_scheduler import JobRateLimiter
from snakemake.settings.types import MaxJobsPerTimespan
from snakemake_interface_logger_plugins.common import LogEvent

from datasets import HOME
from laborvalue.errors import InputError
from laborvalue_workflow.running import compat


def test_every_message_that_is_hidden_is_one_of_this_snakemakes():
    folder = Path(snakemake.logging.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    # one with a line break is put together from an exception's name and its message
    missing = [text for text in compat.CHATTER if "\n" not in text and text not in source]
    assert missing == []


def test_every_event_is_one_of_this_snakemakes():
    assert {*compat.DETAILS, compat.JOB_ERROR} <= {str(event) for event in LogEvent}


def test_the_terminal_handler_has_the_name_by_which_it_is_found():
    command = "import logging, sys; from snakemake.logging import LoggerManager, logger; "
    command += "from snakemake.settings.types import OutputSettings; LoggerManager(logger, OutputSettings()); "
    command += "print([handler.name for handler in logger.handlers])"
    names = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout
    assert names == f"['{compat.TERMINAL_HANDLER}']\n"


def test_a_missing_internal_ends_the_process_with_one_line():
    with pytest.raises(SystemExit) as ended:
        compat.found(SimpleNamespace(dag=SimpleNamespace()), "dag", "needrun_jobs")
    assert str(ended.value).startswith("laborvalue: Snakemake 9.")
    assert "SimpleNamespace.dag.needrun_jobs, which Snakemake 9.27 has; install snakemake 9.27" in str(ended.value)


BREAKS = {  # what another Snakemake might have under another name, so that Snakemake itself still works
    "is_main_snakefile": "del snakemake.modules.WorkflowModifier.is_main_snakefile",
    "rule_proxies._rules": """
def missing(self, name):
    raise AttributeError(name)
Rules = snakemake.common.Rules
Rules.__init__ = lambda self: self.__dict__.update(names={})
Rules._register_rule = lambda self, name, rule: self.names.update({name: rule})
Rules.__getattr__ = missing
""",
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_snakemake_that_has_changed_is_named_in_one_line(what):
    program = f"import snakemake.cli, snakemake.common, snakemake.modules\n{BREAKS[what]}\n"
    program += "snakemake.cli.main(['-n', '--configfile', 'config/demo.yaml'])"
    ended = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("laborvalue: ")]
    assert ended.returncode == 1 and len(lines) == 1, ended.stderr[-2000:]
    assert (
        what in lines[0]
        and "adapt scripts/laborvalue_workflow/running/compat.py" in lines[0]
        and "Traceback" not in ended.stderr
    )


class Named(NamedTuple):
    """A rule, of which only the name is read."""

    name: str


def a_workflow(**more):
    """The attributes of a Workflow that `WhileJobsRun` reads, while jobs run."""
    rules = [Named("split_year"), Named("solve_nation")]
    dag = SimpleNamespace(untilrules=set(), targetrules=set())
    return SimpleNamespace(
        **{"dryrun": False, "is_main_process": True, "scheduler": object(), "dag": dag, "rules": rules} | more
    )


def test_a_checkpoint_is_one_while_jobs_run_in_the_main_process_only():
    assert compat.WhileJobsRun(a_workflow(), earlier=True)
    for planning in ({"dryrun": True}, {"scheduler": None}, {"is_main_process": False}):
        assert not compat.WhileJobsRun(a_workflow(**planning), earlier=True)


def test_a_checkpoint_is_none_in_a_run_from_nothing():
    assert not compat.WhileJobsRun(a_workflow(), earlier=False)


def test_the_rule_of_until_becomes_a_target_while_jobs_run():
    workflow = a_workflow()
    workflow.dag.untilrules = {"solve_nation"}
    assert compat.WhileJobsRun(workflow, earlier=True)
    assert workflow.dag.targetrules == {workflow.rules[1]}


@pytest.mark.parametrize(
    ("given", "here", "stays"), [("100/1s", True, False), ("50/1s", True, True), ("100/1s", False, True)]
)
def test_jobs_are_chosen_by_the_clock_where_somebody_limits_them_or_on_a_cluster(given, here, stays):
    limiter = JobRateLimiter(MaxJobsPerTimespan.parse_choice(given))
    workflow = SimpleNamespace(local_exec=here, scheduler=SimpleNamespace(job_rate_limiter=limiter))
    compat.choose_jobs_as_others_end(workflow)
    assert (workflow.scheduler.job_rate_limiter is limiter) == stays


def test_the_limit_that_nobody_gave_is_the_one_by_which_it_is_known():
    default = MaxJobsPerTimespan.parse_choice(get_argument_parser().get_default("max_jobs_per_timespan"))
    assert (default.max_jobs, default.timespan) == compat.DEFAULT_RATE


@pytest.mark.parametrize(
    ("targets", "named"), [({"p_readings"}, True), ({"readings", "results/demo/report.html"}, False), (set(), False)]
)
def test_a_rule_is_a_target_where_the_command_line_names_it(targets, named):
    rule = Named("p_readings")
    proxies = SimpleNamespace(_rules={})
    workflow = SimpleNamespace(modifier=SimpleNamespace(rule_proxies=proxies), rules=[], dag_settings=None)
    is_target = compat.is_target(workflow, "readings")
    assert not is_target()  # nothing is planned yet
    workflow.dag_settings = SimpleNamespace(targets=targets)
    workflow.modifier = None  # that of another workflow
    assert not is_target()  # the rule is not there
    proxies._rules["readings"] = SimpleNamespace(rule=rule)
    assert not is_target()  # the importing workflow leaves it out
    workflow.rules.append(rule)
    assert is_target() == named


ASKS = {  # a command line -> whether it needs the rules of the readings
    "snakemake readings": True,
    "snakemake results/demo/readings/register.csv": True,
    "snakemake --until=gather_readings": True,
    "snakemake --allowed-rules gather_readings --config run=demo": True,
    "snakemake --target-jobs reading_values:year=2012": True,
    "snakemake readings --config panel=/home/x/readings/panel.csv": True,
    "snakemake --config panel=/home/x/readings/panel.csv": False,
    "snakemake all --config run=demo": False,
    "/env/snakemake/__main__.py readings": True,
    "snakemake --list-rules": None,
    "pytest readings": None,
}


@pytest.mark.parametrize("command", ASKS)
def test_a_command_asks_for_readings_by_rules_and_files_and_not_by_the_values_of_its_config(command, monkeypatch):
    monkeypatch.setattr(sys, "argv", command.split())
    stand_alone = SimpleNamespace(modifier=SimpleNamespace(is_main_snakefile=lambda: True))
    assert compat.asked_for(stand_alone, "reading") is ASKS[command]


def test_a_run_is_told_when_it_begins_and_when_it_ends():
    called = []
    job = SimpleNamespace(rule=SimpleNamespace(name="p_solve", norun=False), benchmark=None, output=["a", "b"])
    other = SimpleNamespace(rule=SimpleNamespace(name="mine", norun=False), benchmark=None, output=["c"])
    dag = SimpleNamespace(needrun_jobs=lambda exclude_finished: iter([] if exclude_finished else [job, other]))
    workflow = SimpleNamespace(dag=dag, _localrules={"mine"})
    run = compat.Run(workflow, lambda run: called.append("begin"), lambda run: called.append("end"))
    run.rules = {"p_solve": "solve"}
    log = logging.Logger("test")
    log.addHandler(run)
    assert run.planned() == [compat.PlannedJob("solve", True, None, 2)] and run.planned(finished=False) == []
    log.info("planned", extra={"event": "run_info"})
    log.info("planned again", extra={"event": "run_info"})
    failed = {"event": "job_error", "log": ["a.log (check log file(s) for error details)"], "shellcmd": "false"}
    log.error("RuleException:\nCommand 'false' returned non-zero exit status 1.", extra={"event": "error"})
    log.error("", extra=failed | {"rule_name": "p_solve"})
    log.error("", extra=failed | {"rule_name": "p_solve"})
    log.error("", extra=failed | {"rule_name": "mine"})
    assert run.failures == [{"rule": "p_solve", "logs": ["a.log"], "command": "false", "ended": 1}]
    run.close()
    run.close()
    assert called == ["begin", "end"]


@pytest.mark.parametrize("command", ["python scripts/solve.py --log 'a b.log'", "exit 3", "kill -9 $$"])
@pytest.mark.parametrize("code", [1, 3, 127, 137, -9, -11, -15, -64])
def test_the_code_with_which_a_command_ended_is_read_from_subprocess_s_words(command, code):
    said = str(subprocess.CalledProcessError(code, f"set -euo pipefail;  {command}"))
    errors = ["WorkflowError", f"RuleException:\nCalledProcessError in file x, line 2:\n{said}"]
    assert compat.exit_code(command, errors) == (-9 if code == 137 else code)
    assert compat.exit_code("another", errors) is compat.exit_code(None, errors) is None


def test_the_path_of_a_log_may_hold_blanks_and_parentheses():
    """Snakemake adds a remark in parentheses to some."""
    for path in ("a.log", "my results (v1)/logs/a.log", "old.log (x)/a.log", "x.out"):
        assert compat.log_path(path) == path
    for remark in ("(check log file(s) for error details)", "(send to storage)"):
        assert compat.log_path(f"old.log (x)/my logs/a.log {remark}") == "old.log (x)/my logs/a.log"


def test_a_module_leaves_the_process_as_it_is():
    before = gc.get_threshold(), FilePersistence._read_record_cached
    compat.plan_faster(SimpleNamespace(modifier=SimpleNamespace(is_main_snakefile=lambda: False)))
    assert (gc.get_threshold(), FilePersistence._read_record_cached) == before


def test_a_plan_keeps_every_record_that_it_has_read(monkeypatch):
    monkeypatch.setattr(FilePersistence, "_read_record_cached", FilePersistence._read_record_cached)
    before = gc.get_threshold()
    compat.plan_faster(SimpleNamespace(modifier=SimpleNamespace(is_main_snakefile=lambda: True)))
    gc.set_threshold(*before)
    assert FilePersistence._read_record_cached.cache_info().maxsize is None


def record(folder, path, **content):
    """A record as Snakemake writes it: the file's path in base64, cut where it is long."""
    name = base64.urlsafe_b64encode(path.encode()).decode()
    *cut, last = [name[k : k + 40] for k in range(0, len(name), 40)]
    place = folder.joinpath(*(f"@{part}" for part in cut), last)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(content))


def test_records_are_read_by_the_paths_of_their_files(tmp_path):
    """Long paths and paths in Chinese too."""
    long = f"results/x/{'y' * 60}/panel.parquet"
    for path in ("results/x/a.csv", "results/x/省份?>.csv", long, "results/other/a.csv"):
        record(tmp_path, path, rule="r", shellcmd="true", input=["b"])
    record(tmp_path, "results/x/text.csv", rule="r", shellcmd="true", input="['c', 'd']")
    read = compat.read_records(tmp_path, "results/x")
    assert set(read) == {"results/x/a.csv", "results/x/省份?>.csv", long, "results/x/text.csv"}
    assert read["results/x/a.csv"]["input"] == ["b"] and read["results/x/text.csv"]["input"] == ["c", "d"]


def test_records_that_are_missing_or_have_changed_are_an_error_in_one_line(tmp_path):
    with pytest.raises(InputError, match=r"no record of a file in results/x/.*--persistence-backend.*run again"):
        compat.read_records(tmp_path / "nowhere", "results/x")
    record(tmp_path, "results/x/a.csv", rule="r", input=[])
    with pytest.raises(InputError, match=r"record of results/x/a.csv has no shellcmd"):
        compat.read_records(tmp_path, "results/x")
