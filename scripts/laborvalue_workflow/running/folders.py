"""The folders of a run: what Snakemake cannot take as a path, what cannot be written, and the lock on the results."""

import contextlib
import datetime
import fcntl
import os
import re
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data.disk import REMEDIES, refused, system_error, unwritten, writing
from laborvalue_workflow.running.job import holder, lock_file


def existing(path):
    """The nearest folder or file at or above a path that is there."""
    return path if path.exists() else existing(path.absolute().parent)


def full_place(errors, places):
    """The message about a folder or file that could not be written, or read; None where all could.

    errors: the texts of Snakemake's errors, which do not always name the file; places: where its files are.
    """
    refusal = next(filter(None, map(system_error, errors)), None)
    if refusal and refusal.filename:
        return f"{refusal.filename}: {refusal.strerror}; {REMEDIES[refusal.errno]}, and run again"
    place = next(filter(None, map(refused, places)), None)
    return place or (unwritten(f"a file of Snakemake's in {' or '.join(places)}", refusal) if refusal else None)


def refuse_unwritable(folder, probe=False):
    """Raise InputError where `folder`, or the nearest existing folder above it, cannot be written.

    probe: find that out by a small file, which a full disk does not take either.
    """
    place = existing(Path(folder))
    if not place.is_dir():
        raise InputError(f"{folder}: {place} is a file; move it away, or give this run another name")
    if not os.access(place, os.W_OK):
        raise InputError(f"{folder}: {place} cannot be written; change its permissions, or work in another folder")
    if probe and (message := refused(place)):
        raise InputError(message)


# What Snakemake reads in a path as its own language, in which nothing can be escaped.
UNUSABLE = {"braces": r"[{}]", "a name in angle brackets": r"<[a-z][a-z0-9_]*>", "a line break": r"[\r\n]"}


def refuse_unusable(what, path):
    """Raise InputError where Snakemake would not take a path as it is. what: the thing that has it, for the message."""
    if signs := [name for name, pattern in UNUSABLE.items() if re.search(pattern, str(path))]:
        raise InputError(
            f"{what} is {str(path)!r}, with {' and '.join(signs)}, where Snakemake expects a name to fill in; "
            "rename it; all other characters may stay"
        )
    if path and str(path) != str(Path(path)):
        raise InputError(f"{what} is {str(path)!r}; expected {str(Path(path))!r}, as Snakemake compares paths")


def hold(folder):
    """Lock the results folder for this process; returns the open file that holds the lock.

    The file is beside the folder itself, so that a run through a link to the folder is refused, too. Its text
    (`running.job.holder`) tells the jobs of this run from those of earlier ones. Raises InputError where another run
    holds it, or where a link stands in its place, and WriteError where no lock can be written. The lock ends with the
    process, however that ends: a killed run leaves nothing to be unlocked. On a file system without locks nothing is
    held.
    """
    path = lock_file(folder)
    with writing(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _refuse_other_than_own(path)
        file = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "r+b", buffering=0)
    with contextlib.suppress(OSError):  # a network file system without locks
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{folder}: {holder(folder) or 'another process'} is running the workflow there; wait for it, or give "
                "this run another name (--config run=NAME)"
            ) from None
    with writing(path):
        file.truncate(0)
        begun = datetime.datetime.now().isoformat()
        file.write(f"process {os.getpid()} on {os.uname().nodename} since {begun}".encode())
    return file


def _refuse_other_than_own(path):
    """Raise InputError where a link, or what is no file, has this path: it would be emptied."""
    refuse_links([path])
    if os.path.exists(path) and not (os.path.isfile(path) and os.stat(path).st_nlink == 1):
        raise InputError(f"{path}: is no file of its own; expected the lock of a run, a plain file; remove it")


def refuse_links(paths):
    """Raise InputError where a link stands in the place of a file that Snakemake writes: it would write its target."""
    if links := [path for path in paths if os.path.islink(path)]:
        raise InputError("\n".join(f"{path}: is a link; expected a plain file or none; remove it" for path in links))


def is_held(folder):
    """Is another process running the workflow in a results folder."""
    with contextlib.suppress(OSError), open(lock_file(folder), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def missing_files(folder, names):
    """The paths below `folder` of the names that are not there. One look at the folder, not one for each file."""
    there = {path.name for path in Path(folder).iterdir()} if Path(folder).is_dir() else set()
    return [f"{folder}/{name}" for name in names if name not in there]
