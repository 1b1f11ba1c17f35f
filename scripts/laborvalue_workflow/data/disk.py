"""Atomic writes, and the one place for errors of the operating system.

Every writer uses a temporary name in the same folder and renames it at the end, so that no reader sees an incomplete
file. A write that fails raises `WriteError`, whichever package was writing.
"""

import contextlib
import errno
import os
import re

from laborvalue.errors import InputError

# What helps where a file cannot be written, by the error of the operating system.
REMEDIES = {
    errno.ENOSPC: "free space on its disk",
    errno.EDQUOT: "free space in your quota on its disk",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f), or work on a disk that takes larger ones",
    errno.EROFS: "make its disk writable, or work in another folder",
    errno.EACCES: "change its permissions",
    errno.EPERM: "change its permissions",
    errno.EIO: "check its disk, or the connection to it",
    errno.ENAMETOOLONG: "take a shorter name, or a folder with a shorter path",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
}
OTHER_REMEDY = "check its disk and its permissions"
PROCESSES = "/proc"


class WriteError(InputError):
    """A file that cannot be written; the message has its path, the operating system's words and what helps."""


def cause(error):
    """Why a write failed: the number of the operating system's error, None where it is not known, and its words.

    Packages do not all pass the error on: some have its number only in their text, and a short write of C's standard
    library, "100 requested and 3 written", has none.
    """
    text = str(error).strip()
    number = error.errno
    if number is None and (match := re.search(r"errno[ =]+(\d+)", text, flags=re.IGNORECASE)):
        number = int(match[1])
    if number is None and re.search(r"\d+ requested and \d+ written", text):
        number = errno.ENOSPC
    return (number, os.strerror(number)) if number else (None, text.partition("\n")[0] or type(error).__name__)


def system_error(text):
    """The error of the operating system in another program's message, an OSError with its number and its file.

    The file is None where the message names none; all is None where it has no number that we know.
    """
    match = re.search(r"\[Errno (\d+)\][^:\n]*(?:: '([^'\n]*)')?", text)
    number = int(match[1]) if match else None
    return OSError(number, os.strerror(number), match[2]) if number in REMEDIES else None


def unwritten(path, error):
    """The message for a file that could not be written because of an OSError, one line."""
    number, words = cause(error)
    return f"{path}: cannot be written: {words}; {REMEDIES.get(number, OTHER_REMEDY)}, and run again"


def told(error, place="a file"):
    """The message about an OSError in reading, one line; place: named where the error names no file."""
    remedy = REMEDIES.get(error.errno, OTHER_REMEDY)
    return f"{error.filename or place}: {error.strerror or error}; {remedy}, and run again"


@contextlib.contextmanager
def writing(path, temporary=None):
    """Raise WriteError for `path` where the block raises an OSError of no file, of `path` or of its `temporary` name.

    An error of another file, which the block reads, is passed on; so is the end of a pipe's reader.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None or str(error.filename) in (str(path), str(temporary)):
            raise WriteError(unwritten(path, error)) from error
        raise


around_renaming = contextlib.nullcontext  # a context for a path, in which its temporary name is taken away


@contextlib.contextmanager
def renaming_within(context):
    """Let `context`, a context manager for a path, be around each renaming of `replacing` while the block runs."""
    global around_renaming
    before, around_renaming = around_renaming, context
    try:
        yield
    finally:
        around_renaming = before


@contextlib.contextmanager
def replacing(path):
    """Yield a temporary path beside `path`; it is renamed to `path` when the block ends without an error.

    Raises WriteError where the operating system refuses any part of that. The temporary file is then removed.
    """
    folder, base = os.path.split(path)
    here = f".{base}.{os.uname().nodename}."
    temporary = os.path.join(folder, f"{here}{_process(os.getpid()) or os.getpid()}")
    try:
        os.makedirs(folder or ".", exist_ok=True)
        for name in os.listdir(folder or "."):
            # left by a process that was killed; not by a job that goes on though its run was killed
            if name.startswith(f".{base}.") and not (name.startswith(here) and _runs(name.removeprefix(here))):
                _remove(os.path.join(folder, name))
    except OSError as error:
        raise WriteError(unwritten(path, error)) from error
    try:
        with writing(path, temporary):
            yield temporary
            with around_renaming(path):
                os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):  # the error of the write says more
            _remove(temporary)


def _remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _process(number):
    """A running process of this machine: its number and when it started, since numbers are used again.

    None where it has ended (a zombie has, too). Its number alone where the system has no /proc, as macOS.
    """
    if not os.path.isdir(PROCESSES):
        try:
            os.kill(int(number), 0)  # no signal: it asks whether there is one
        except PermissionError:  # there is, another user's
            return str(number)
        except (OSError, ValueError):
            return None
        return str(number)
    try:
        with open(f"{PROCESSES}/{number}/stat", encoding="utf-8") as file:
            state, *fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else f"{number}-{fields[18]}"


def _runs(process):
    """Is this, the ending of a temporary file's name, a process that runs."""
    return process == _process(process.partition("-")[0])


def refused(folder):
    """The message that says why nothing can be written in `folder` at present, one line; None where it can be."""
    probe = os.path.join(folder, f".probe.{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(probe, "wb") as file:
            file.write(bytes(4096))
    except OSError as error:
        return unwritten(folder, error)
    finally:
        with contextlib.suppress(OSError):
            _remove(probe)
    return None
