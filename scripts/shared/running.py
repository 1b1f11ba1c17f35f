"""What a run says before and after, and that it is alone in its folder."""

import fcntl
import os
import shutil
from pathlib import Path

from laborvalue.errors import InputError
from shared import costs


def expectation(economy, folder):
    """The size of a run and what it takes on disk from nothing, as one line. folder: where it writes."""
    m, n, years = costs.size(economy)
    needed, free = costs.disk(economy), shutil.disk_usage(_existing(Path(folder))).free / costs.GIB
    line = (
        f"{m} regions x {n} sectors x {years} years, {m * years} city-years. From nothing this takes about "
        f"{max(needed, 0.1):.1f} GiB on disk ({free:.0f} GiB free)."
    )
    return line if needed < free else f"{line} THE DISK IS TOO SMALL for a run from nothing."


def _existing(path):
    return path if path.exists() else _existing(path.absolute().parent)


def complaints(folder, since):
    """The error lines that scripts left in the logs of `folder` after the time `since`, each once."""
    logs = (path for path in sorted(Path(folder).rglob("*.log")) if path.stat().st_mtime >= since)
    told = (path.read_text(encoding="utf-8").strip() for path in logs)
    return list(dict.fromkeys(line for line in told if line.startswith("laborvalue: ")))


def refuse_unwritable(folder):
    """Raise InputError where `folder`, or the nearest folder above it that exists, takes no files."""
    place = _existing(Path(folder))
    if not place.is_dir():
        raise InputError(f"{folder}: {place} is a file; move it away, or give this run another name")
    if not os.access(place, os.W_OK):
        raise InputError(f"{folder}: {place} cannot be written; mend its rights, or work in another folder")


def hold(folder):
    """Hold the results folder for this process; returns the open file that does.

    Raises InputError where another run holds it. The hold ends with the process, however it ends: a killed run
    leaves nothing to be unlocked. Where the file system knows no locks, nothing is held.
    """
    path = Path(folder).with_name(f".{Path(folder).name}.running")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        raise InputError(
            f"{folder}: {holder} is running the workflow there; wait for it, or give this run another name "
            "(--config run=NAME)"
        ) from None
    except OSError:  # a network file system without locks: the run goes on unguarded
        return file
    file.truncate(0)
    file.write(f"process {os.getpid()} on {os.uname().nodename}")
    file.flush()
    return file
