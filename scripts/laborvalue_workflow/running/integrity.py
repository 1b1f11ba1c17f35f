"""The files of a results folder against their records: before a run uses them, and when somebody checks them."""

import os

from laborvalue.errors import InputError
from laborvalue_workflow.data import digests
from laborvalue_workflow.running.folders import is_held

PROVENANCE = "provenance.json"
ASIDE = ("logs", "benchmarks")  # folders of a run that hold no results
LISTED = 5  # files in a message


def results_in(folder):
    """The paths of the results of a run, in order; hidden files and folders, logs and benchmarks are none."""
    for place, folders, names in os.walk(folder):
        kept = (name for name in folders if not name.startswith(".") and not (place == str(folder) and name in ASIDE))
        folders[:] = sorted(kept)
        yield from (os.path.join(place, name) for name in sorted(names) if not name.startswith("."))


def refuse_unknown_results(results, made, unfinished, is_made):
    """Raise InputError where a results folder holds results that its own jobs have not written so.

    made: the files and folders of which Snakemake has a record, None where it cannot be asked; unfinished: those of
    jobs that were ended; is_made: a function that tells whether a rule makes a file. A file whose stamp alone has
    changed gets a new record: the next look is short.
    """
    changed, lost = [], []
    for path in results_in(results):
        known, names = digests.recorded(path), {path, os.path.dirname(path)}  # a job may make a folder
        if names & unfinished or not (known or is_made(path)):
            continue
        if not known or (made is not None and not names & made):
            lost.append(path)
        elif digests.refreshed(path, known).sha256 != known.sha256:
            changed.append(path)
    if (changed or lost) and not is_held(results):
        raise InputError("\n".join([*_changed(changed), *_lost(results, lost)]))


def refuse_changed(paths):
    """Raise InputError where results are not as their jobs wrote them."""
    if changed := [path for path in paths if digests.recorded(path).sha256 != digests.digest_of(path)]:
        raise InputError("\n".join(_changed(changed)))


def _changed(paths):
    more = [f"{len(paths) - LISTED} more files were changed"] if len(paths) > LISTED else []
    return [*map(digests.changed, paths[:LISTED]), *more]


def _lost(results, paths):
    if not paths:
        return []
    return [
        f"{results}: nothing says how {paths[0]}{f' and {len(paths) - 1} more' * (len(paths) > 1)} came about; "
        "expected records of each in .snakemake; copy that folder with the results, or run with --forceall, or give "
        "this run another name"
    ]
