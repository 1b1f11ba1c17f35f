"""What a run shows while it runs: one line per stage or every five seconds, and its failures at the end.

Snakemake's own text, with every job and its reason, goes to its log file, whose path is shown at the end. With
--verbose or --printshellcmds it is shown on the terminal too. A plan (`-n`) names every job; its reasons are shortened.
"""

import logging
import signal
import time
from collections import Counter
from pathlib import Path

from laborvalue_workflow.data import disk
from laborvalue_workflow.running import compat

EVERY = 5.0  # seconds between two lines about the same stages
NAMED = 3  # files that a reason names; the others are counted
NO_STAGE = ("all", "everything")
# signals that the system sends to a process for what it does itself
CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT)


class Stages(logging.Filter):
    """Hides what the stages' progress and the lines at the end of a run say, and prints the progress.

    stages: rule -> its stage, in the order of the data; live: do jobs run, and is the rest to be hidden; say: prints
    a line.
    """

    def __init__(self, stages, live, say, clock=time.monotonic):
        super().__init__()
        self.stages, self.live, self.say, self.clock = stages, live, say, clock
        self.rules, self.planned, self.done = {}, Counter(), Counter()
        self.begun, self.last, self.shown = clock(), clock(), {}

    def filter(self, record):
        """Is this record shown; called by logging for every record."""
        event = getattr(record, "event", None)
        if not self.live():
            return True
        if event == compat.RUN_INFO:
            self.planned = self._by_stage(record.stats)
        elif event == compat.JOB_INFO:
            self.rules[record.jobid] = record.rule_name
        elif event == compat.JOB_FINISHED:
            self._finished(self.rules.get(record.job_id))
        text = str(record.msg)
        if event == compat.ERROR and self.planned and disk.system_error(text):  # the last line of the run says it
            return False
        return event not in (*compat.DETAILS, compat.JOB_ERROR) and not compat.IS_CHATTER.match(text)

    def _by_stage(self, stats):
        counts = Counter()
        for rule, count in stats.items():
            if rule in self.stages:
                counts[self.stages[rule]] += count
        return counts

    def _finished(self, rule):
        stage = self.stages.get(rule)
        if stage is None:
            return
        self.done[stage] += 1
        now = self.clock()
        if self.done[stage] == self.planned[stage] or now - self.last >= EVERY:
            self.last = now
            self.say(f"{clock_time(now - self.begun)}  {self.progress()}")

    def progress(self):
        """The stages with new jobs since the last line, as `values 32 of 66`; a finished one as `values done (66)`."""
        moved = {stage: count for stage, count in self.done.items() if self.shown.get(stage) != count}
        self.shown = dict(self.done)
        return ", ".join(
            f"{stage} done ({self.done[stage]})"
            if self.done[stage] == self.planned[stage]
            else f"{stage} {self.done[stage]} of {self.planned[stage]}"
            for stage in dict.fromkeys(self.stages.values())
            if stage in moved
        )


class Shortened(logging.Formatter):
    """Another formatter's text, with at most three files in each list of a job."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def format(self, record):
        """The text of a record; called by logging."""
        if getattr(record, "event", None) == compat.JOB_INFO:
            fewer = {"reason": shorten(record.reason), "input": few(record.input), "output": few(record.output)}
            record = logging.makeLogRecord(record.__dict__ | fewer)
        return self.inner.format(record)


def shorten(reason):
    """A reason whose lists of files are `few`."""
    return "; ".join(", ".join(few(part.split(", "))) for part in reason.split("; "))


def few(files):
    """At most three of the files, and the number of the others."""
    return files if len(files) <= NAMED else [*files[:NAMED], f"{len(files) - NAMED} more"]


def clock_time(seconds):
    """Seconds as minutes:seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def show_stages(workflow, say):
    """Show stages on Snakemake's terminal handler, with shorter lists of files; say: prints a line.

    A rule's stage is the file it stands in.
    """
    handlers, live = compat.terminal(workflow)
    files = compat.rule_files(workflow)
    stages = {name: Path(file).stem for name, file in files.items() if name not in NO_STAGE}
    for handler in handlers:
        handler.addFilter(Stages(stages, live, say))
        handler.setFormatter(Shortened(handler.formatter))


def without_message(code):
    """How a job ended that left no message; code: its exit code, -9 where signal 9 ended it, None where unknown."""
    if code is None:
        return "ended without a message: it was killed (out of memory or time?) or crashed"
    if code >= 0:
        return f"ended with exit code {code} before it could say why"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if -code == signal.SIGKILL:
        return f"was killed ({name}), as the system does when memory is full; run with fewer --cores, or more memory"
    if -code in CRASHES:
        return f"crashed ({name}), a fault of a package or of the machine; please report it"
    return f"was ended from outside ({name}); run again"


def failure_lines(failures, complaints, refused=None):
    """One line for each failed job: what its script said, the rule and the log; then complaints of other logs.

    failures: of a `compat.Run`; complaints: {path of a log: the error that a script left there}; refused: the message
    about a folder in which neither a job's log nor a file of Snakemake's could be written.
    """
    lines, printed = [], set()
    for failure in failures:
        log = next((log for log in failure["logs"] if log in complaints), None)
        if log is None and not refused:
            lines.append(
                f"laborvalue: {failure['rule']} {without_message(failure['ended'])}; its command: {failure['command']}"
            )
        elif log is not None and complaints[log] not in printed:
            printed.add(complaints[log])
            lines.append(f"laborvalue: {complaints[log]} [{failure['rule']}, {log}]")
    lines += [f"laborvalue: {text}" for text in dict.fromkeys(complaints.values()) if text not in printed]
    return lines + ([f"laborvalue: {refused}"] if refused else [])
