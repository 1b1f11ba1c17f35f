"""The digest of each result, recorded by the job that wrote it and checked by whatever reads it.

Beside Snakemake's own records, below `.snakemake`, is one of each result: SHA-256, size and the times of the file's
last change. So a folder of results has results only, and the same bytes whenever it was made. The time at which the
system changed the entry of a file (ctime) moves with every write, rename and copy, whatever the other time stamp says.
So a file whose size and times are those of its record is as its job wrote it; of any other the content decides.
"""

import contextlib
import os
import stat
from typing import NamedTuple

from laborvalue.errors import InputError

KEPT = ".snakemake/laborvalue"  # what is known of results and sources


class Stamp(NamedTuple):
    """What tells that a file was touched: its size in bytes and the times, in nanoseconds."""

    size: int
    modified: int
    changed: int


class Record(NamedTuple):
    """The SHA-256 of a file as hex text, and its stamp when that was known."""

    sha256: str
    stamp: Stamp


def stamp(path):
    """The Stamp of a file; raises FileNotFoundError."""
    status = os.stat(path)
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def sha256(path):
    """The SHA-256 of a file as hex text, computed from its content; raises InputError where it is no plain file."""
    import hashlib

    refuse_irregular(path)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_irregular(path, absent=""):
    """Raise InputError where no file is, or something else: a pipe would be waited for without end, a device may have
    no end. absent: what the message adds where nothing is there.
    """
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file{absent}") from None
    except (OSError, ValueError) as error:  # a name too long, a folder without permission, a null byte
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if not stat.S_ISREG(mode):
        kind = next(name for is_kind, name in KINDS if is_kind(mode))
        raise InputError(f"{path} is no file but {kind}; expected a file{absent}")


KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (lambda mode: True, "a device"),
)


def place(path):
    """Where the record of a file is."""
    return os.path.join(KEPT, "digests", one_name(path))


def one_name(path):
    """A path below the working folder by its way from there, another one from the root on, without the first slash."""
    inside = os.path.relpath(path)
    return os.path.abspath(path)[1:] if inside.startswith("..") else inside


def recorded(path):
    """The Record of a file; None where it has none that can be read."""
    try:
        with open(place(path), encoding="utf-8") as file:
            digest, *numbers = file.read().split()
        return Record(digest, Stamp(*map(int, numbers)))
    except (OSError, ValueError, TypeError):
        return None


def record(path):
    """Write the Record of a file as it is now."""
    keep(path, current(path))


def keep(path, written):
    """Write a Record of a file."""
    where = place(path)
    text = f"{written.sha256} {' '.join(map(str, written.stamp))}\n"
    try:
        file = open(where, "w", encoding="utf-8")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(where), exist_ok=True)
        file = open(where, "w", encoding="utf-8")
    with file:
        file.write(text)


def forget(path):
    """Remove the record of a file, if it has one."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place(path))


def current(path, known=None):
    """The Record of a file as it is now; its content is read where its stamp is not that of `known`, an earlier one."""
    now = stamp(path)
    return known if known and known.stamp == now else Record(sha256(path), now)


def digest_of(path):
    """The SHA-256 of a file: as recorded, if it is as its job wrote it, else computed."""
    return current(path, recorded(path)).sha256


def refuse_changed(path):
    """Raise InputError where a file is not as its job wrote it; a file without a record or without content passes.

    Snakemake gives every output a new time stamp when its job has ended. So the first reader reads the content, and
    keeps the stamp that the file has now.
    """
    known = recorded(path)
    with contextlib.suppress(FileNotFoundError):
        if known and refreshed(path, known).sha256 != known.sha256:
            raise InputError(changed(path))


def refreshed(path, known):
    """The Record of a file as it is now, kept where only its stamp is not that of `known`, its record."""
    now = current(path, known)
    if now != known and now.sha256 == known.sha256:
        with contextlib.suppress(OSError):
            keep(path, now)
    return now


def changed(path):
    """The message about a file that is not as its job wrote it."""
    return f"{path}: was changed after its job wrote it; delete it and run again, or run with --forceall"
