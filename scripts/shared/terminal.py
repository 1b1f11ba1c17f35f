"""What a run shows while it runs: one line per stage or every five seconds, and its failures at the end.

Snakemake's own text, with every job and its reason, stays in its log file, whose path is shown at the end, and on
the terminal under --verbose and --printshellcmds. A plan (`-n`) names every job; its reasons are shortened.
"""

import logging
import re
import time
from collections import Counter
from pathlib import Path

EVERY = 5.0  # seconds between two lines about the same stages
NAMED = 3  # files that a reason names before it counts
DETAILS = ("job_info", "job_started", "job_finished", "progress", "run_info", "resources_info", "shellcmd")
CHATTER = re.compile(
    "Building DAG|Using shell|Singularity containers: ignored|Select jobs|Execute |Updating checkpoint"
    "|DAG of jobs will be|Exiting because|Elapsed time|Removing output files|Shutting down"
    "|RuleException:\nCalledProcessError"
)


ENDS = ("all", "everything")  # no stages of their own


class Stages(logging.Filter):
    """Lets through what a reader of a run needs, tells the stages' progress, and keeps the failures.

    stages: rule -> its stage, in the order of the data; live: says whether jobs really run; tell: takes a line.
    """

    def __init__(self, stages, live, tell, clock=time.monotonic):
        super().__init__()
        self.stages, self.live, self.tell, self.clock = stages, live, tell, clock
        self.rules, self.planned, self.done = {}, Counter(), Counter()
        self.failures, self.begun, self.told, self.shown = [], clock(), clock(), {}

    def filter(self, record):
        """False for what is told by stage or at the end; called by logging for every record."""
        event = getattr(record, "event", None)
        if not self.live():
            return True
        if event == "run_info":
            self.planned = self._by_stage(record.stats)
        elif event == "job_info":
            self.rules[record.jobid] = record.rule_name
        elif event == "job_finished":
            self._finished(self.rules.get(record.job_id))
        elif event == "job_error":
            self._failed(record)
        return event not in (*DETAILS, "job_error") and not CHATTER.match(str(record.msg))

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
        if self.done[stage] == self.planned[stage] or now - self.told >= EVERY:
            self.told = now
            self.tell(f"{clock_time(now - self.begun)}  {self.progress()}")

    def progress(self):
        """The stages that moved since the last line, as `values 32 of 66`; those that are through, as `values done`."""
        moved = {stage: count for stage, count in self.done.items() if self.shown.get(stage) != count}
        self.shown = dict(self.done)
        return ", ".join(
            f"{stage} done ({self.done[stage]})"
            if self.done[stage] == self.planned[stage]
            else f"{stage} {self.done[stage]} of {self.planned[stage]}"
            for stage in dict.fromkeys(self.stages.values())
            if stage in moved
        )

    def _failed(self, record):
        logs = [path.split(" ")[0] for path in record.log]
        if all(known["logs"] != logs or not logs for known in self.failures):
            self.failures.append({"rule": record.rule_name, "logs": logs, "command": record.shellcmd})


class Shortened(logging.Formatter):
    """Another formatter's text, no more than three files named in each list of a job."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def format(self, record):
        """The text of a record; called by logging."""
        if getattr(record, "event", None) == "job_info":
            fewer = {"reason": shorten(record.reason), "input": few(record.input), "output": few(record.output)}
            record = logging.makeLogRecord(record.__dict__ | fewer)
        return self.inner.format(record)


def shorten(reason):
    """A reason whose lists of files are `few`."""
    return "; ".join(", ".join(few(part.split(", "))) for part in reason.split("; "))


def few(files):
    """No more than three of the files, and how many more there are."""
    return files if len(files) <= NAMED else [*files[:NAMED], f"{len(files) - NAMED} more"]


def clock_time(seconds):
    """Seconds as minutes:seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def watch(workflow, logger, tell):
    """A Stages on the terminal handler of Snakemake's `logger`, with shorter lists of files; tell: takes a line.

    A rule's stage is the file it stands in. Nothing is changed where the workflow is another's module, or where
    Snakemake was told to log through a plugin.
    """
    stages = {rule.name: Path(str(rule.snakefile)).stem for rule in workflow.rules if rule.name not in ENDS}
    shown = workflow.output_settings.verbose or workflow.output_settings.printshellcmds
    of_run = Stages(stages, lambda: not (workflow.dryrun or shown), tell)
    if workflow.is_main_process and workflow.modifier.is_main_snakefile():
        for handler in logger.handlers:
            if handler.name == "DefaultStreamHandler":
                handler.addFilter(of_run)
                handler.setFormatter(Shortened(handler.formatter))
    return of_run


def failure_lines(failures, complaints):
    """One line for each failed job: what its script said, the rule and the log; then complaints of other logs.

    failures: as `Stages` keeps them; complaints: path of a log -> what a script left in it.
    """
    lines, told = [], set()
    for failure in failures:
        log = next((log for log in failure["logs"] if log in complaints), None)
        if log is None:
            lines.append(
                f"laborvalue: {failure['rule']} ended without a word: it was killed (memory?) or crashed; alone it is"
                f" run by: {failure['command']}"
            )
        elif complaints[log] not in told:
            told.add(complaints[log])
            lines.append(f"{complaints[log]} [{failure['rule']}, {log}]")
    return lines + [text for text in dict.fromkeys(complaints.values()) if text not in told]
