"""What a job holds to while it runs: its run is the last one of the folder, and all that it reads stays as it is."""

import contextlib
import json
import os

from laborvalue.errors import InputError
from laborvalue_workflow.data import digests, disk
from laborvalue_workflow.running import sources

RUNS = "LABORVALUE_RUNS"  # environment of a job, JSON: {results folder: who runs the workflow there}


def lock_file(results):
    """The file beside a results folder that says who runs, or ran last, the workflow there: the same whatever link
    leads to the folder.
    """
    folder, name = os.path.split(os.path.realpath(results))
    return os.path.join(folder, f".{name}.running")


def holder(results):
    """Who runs, or ran last, the workflow in a results folder; empty where nobody did."""
    with contextlib.suppress(OSError):
        with open(lock_file(results), encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    return ""


class Job:
    """A job of the runs {results folder: holder}: none where the script is called by hand."""

    def __init__(self, runs):
        self.runs = runs

    @classmethod
    def of_environment(cls):
        """The job that this process is."""
        return cls(json.loads(os.environ.get(RUNS, "{}")))

    def refuse_superseded(self):
        """Raise InputError where another run has begun since: this job was left over when its own run was killed."""
        for results, begun in self.runs.items():
            if holder(results) != begun:
                raise InputError(f"{results}: another run has begun there since this job started; nothing is written")

    def refuse_changed_sources(self):
        """Raise InputError where a source is not as it was when the run was planned."""
        for results in self.runs:
            sources.refuse_changed(results)

    @contextlib.contextmanager
    def renaming(self, path):
        """Around the renaming that makes a file: refuse it to a job left over; record the digest of a result."""
        self.refuse_superseded()
        result = any(os.path.abspath(path).startswith(f"{results}/") for results in self.runs)
        if result:
            digests.forget(path)
        yield
        if result:
            digests.record(path)

    @contextlib.contextmanager
    def running(self):
        """Around the work of the job."""
        self.refuse_changed_sources()
        with disk.renaming_within(self.renaming):
            yield
        self.refuse_changed_sources()
