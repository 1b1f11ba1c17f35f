"""What happens around the jobs of one run: the lock on its results, what it takes, its notes or its failures."""

import json
import os
import sys
import time
from dataclasses import dataclass, field

from laborvalue.errors import InputError
from laborvalue_workflow.data import disk
from laborvalue_workflow.data.planned import PlannedDataset
from laborvalue_workflow.running import compat, costs, folders, summary, terminal
from laborvalue_workflow.running.job import RUNS, holder
from laborvalue_workflow.running.sources import Sources


def say(text):
    """Print a line on standard error as this project's."""
    print(f"laborvalue: {text}", file=sys.stderr)


def or_stop(function, *arguments):
    """What `function` returns; an error in the user's input, or of the system on a file, ends the process."""
    try:
        return function(*arguments)
    except InputError as error:
        sys.exit(f"laborvalue: {error}")
    except OSError as error:
        sys.exit(f"laborvalue: {disk.told(error)}")


@dataclass
class Session:
    """A run as `compat.Run` tells of it, in a stand-alone workflow, in a module and in a dry run alike.

    economy: the `PlannedDataset`; results, dataset: folders; panel: the user-supplied one, or None; region: what a
    region is called; units: function of a planned job, the region-years or nodes that it computes; readings: function
    that returns what the readings take, as one line; sources: the `Sources`.
    """

    workflow: object
    economy: PlannedDataset
    results: str
    dataset: str
    panel: str | None
    region: str
    units: object
    readings: object
    sources: Sources
    started: float = field(default_factory=time.time)
    lock: object = None

    def begin(self, run):
        """Before the first job: hold the results folder, print what the run takes."""
        if not run.dryrun:
            self.lock = or_stop(folders.hold, self.results)
            or_stop(folders.refuse_links, [job.benchmark for job in run.planned() if job.benchmark])
            self.sources.write()
            runs = json.loads(os.environ.get(RUNS, "{}"))
            os.environ[RUNS] = json.dumps(runs | {os.path.abspath(self.results): holder(self.results)})
            compat.choose_jobs_as_others_end(self.workflow)
            self.say_what_it_takes(run, compat.cores(self.workflow))

    def end(self, run):
        """After the last line of Snakemake: the plan of a dry run; warnings and what to open; or the failures."""
        if run.dryrun:
            self.say_what_it_takes(run)
        elif run.planned(finished=False) or any(map(disk.system_error, run.errors)):
            complaints = summary.complaints(f"{self.results}/logs", self.started)
            places = [".snakemake", f"{self.results}/benchmarks", f"{self.results}/logs"]
            refused = None if complaints else folders.full_place(run.errors, places)
            for line in terminal.failure_lines(run.failures, complaints, refused):
                print(line, file=sys.stderr)
        else:
            for warning in summary.warnings(self.results, self.dataset, self.panel, self.region):
                say(f"note: {warning}")
            say(summary.ending(self.results, self.started))

    def say_what_it_takes(self, run, cores=None):
        """Print the size of the run and what its planned jobs take. cores: of this machine, None on a cluster."""
        if self.panel:
            return
        say(summary.expectation(self.economy, self.results, self.region))
        jobs = run.planned()
        if any(job.rule.startswith("gather_readings") for job in jobs):
            say(self.readings())
        planned = [(job.rule, self.units(job.rule, job.outputs), job.remote, job.benchmark) for job in jobs]
        say(costs.plan(planned, self.economy, cores))
        if cores and (shorter := costs.fewer([rule for rule, *_ in planned], len(self.economy.years), cores)):
            say(shorter)
