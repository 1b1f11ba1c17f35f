"""The command line of a script: its options are the parameters of its function, wrong ones are answered in one line."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from datasets import HOME
from laborvalue.errors import InputError
from laborvalue_workflow.running import commandline

SCRIPTS = sorted(path.name for path in (HOME / "scripts").glob("*.py"))


def solve_example(folder, /, table, year: int, regions: list, settings: dict, note="none", threads: int = 1):
    """An example job."""
    if year == 1:
        raise InputError("labor.csv: region a has no hours")
    if year == 2:
        raise OSError(28, "No space left on device", "values.npy")
    if year == 3:
        raise KeyError("tau")
    print(json.dumps([folder, table, year, regions, settings, note, threads]))


GIVEN = ["data", "--table", "t.csv", "--year", "2015", "--regions", "a", "b", "--settings", '{"tau": 10}']


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """A function: the exit message (None where the job succeeds), the output and the log of these arguments."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["solve_example.py", *words, "--log", str(tmp_path / "logs/a.log")])
        try:
            commandline.run(solve_example)
            code = None
        except SystemExit as ended:
            code = ended.code
        log = tmp_path / "logs/a.log"
        return code, capsys.readouterr().out, log.read_text() if log.exists() else None

    return call


@pytest.mark.parametrize("columns", ["", "wide", "0", "40"])
def test_the_width_of_a_terminal_ends_no_job(columns, call, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert call(*GIVEN)[0] is None


def test_arguments_have_the_types_of_the_signature(call):
    code, output, log = call(*GIVEN)
    assert code is None and json.loads(output) == ["data", "t.csv", 2015, ["a", "b"], {"tau": 10}, "none", 1]
    assert log.startswith("done: solve_example; ")
    assert json.loads(call(*GIVEN, "--note", "--threads", "4")[1])[-2:] == ["none", 4], (
        "an empty option has its default"
    )


WRONG = {
    "missing": (GIVEN[:3], "the following arguments are required: --year, --regions, --settings"),
    "no positional": (GIVEN[1:3], "the following arguments are required: FOLDER, --year"),
    "misspelt": ([*GIVEN, "--thread", "2"], "unrecognized arguments: --thread 2"),
    "no number": ([*GIVEN, "--threads", "two"], "argument --threads: invalid int value: 'two'"),
    "no JSON": ([*GIVEN[:-1], "{tau: 10}"], "argument --settings: '{tau: 10}' is not JSON (Expecting property name"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_command_line_is_answered_in_one_line_and_in_the_log(case, call):
    words, expected = WRONG[case]
    code, _, log = call(*words)
    assert code.startswith(f"laborvalue: solve_example.py: {expected}") and "\n" not in code
    assert code.endswith("; --help lists all options")
    assert log == f"error: {code.removeprefix('laborvalue: ')}\n"


def test_an_error_in_the_data_or_on_the_disk_is_one_line(call, tmp_path):
    for year, message in {
        "1": "labor.csv: region a has no hours",
        "2": "values.npy: No space left on device; free space on its disk, and run again",
    }.items():
        code, _, log = call(*GIVEN, "--year", year)
        assert code == f"laborvalue: {message}" and log == f"error: {message}\n"
        assert commandline.error_in(tmp_path / "logs/a.log") == message


def test_any_other_error_leaves_its_traceback_in_the_log(call, tmp_path):
    with pytest.raises(KeyError):
        call(*GIVEN, "--year", "3")
    log = tmp_path / "logs/a.log"
    assert log.read_text().startswith("crash: KeyError('tau')\nTraceback") and commandline.error_in(log) == (
        "a fault of this program, please report it with its log: KeyError('tau')"
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_explains_itself(script):
    """Its first docstring, and each argument with what it takes."""
    command = [sys.executable, HOME / "scripts" / script, "--help"]
    shown = subprocess.run(command, capture_output=True, text=True)
    assert shown.returncode == 0 and shown.stderr == ""
    words = (HOME / "scripts" / script).read_text(encoding="utf-8").split('"""')[1].split()
    assert " ".join(words[:4]) in " ".join(shown.stdout.split())
    arguments = re.split(r"\n  (?=--|[A-Z])", shown.stdout)[1:]
    assert len(arguments) >= 2 and all("required" in text or "optional" in text for text in arguments)


@pytest.fixture
def script(tmp_path):
    """A script whose job prints to both streams; Python's shutdown would print a line."""
    path = tmp_path / "job.py"
    path.write_text(
        "import atexit, sys\n"
        f"sys.path.insert(0, {str(HOME / 'scripts')!r})\n"
        "from laborvalue_workflow.running.commandline import run\n"
        "def job():\n    print('a result')\n    print('a remark', file=sys.stderr)\n"
        "atexit.register(print, 'the end of Python')\nrun(job)\n"
    )
    return path


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-"])
def test_a_job_with_closed_streams_succeeds(closed, script, tmp_path):
    command = shlex.join([sys.executable, str(script), "--log", str(tmp_path / "job.log")])
    ended = subprocess.run(f"{command} {closed}", shell=True, capture_output=True, text=True)
    assert ended.returncode == 0 and (tmp_path / "job.log").read_text().startswith("done: job; ")


def test_a_script_ends_with_its_job_unless_something_else_runs_it(script, tmp_path):
    for command, after in (
        ([script], ""),
        (["-m", "cProfile", "-o", tmp_path / "profile", script], "the end of Python\n"),
    ):
        ended = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"a result\n{after}", "a remark\n")
    assert (tmp_path / "profile").stat().st_size > 0
