"""The one way a script is called: words `name=value` become the arguments of its function."""

import contextlib
import resource
import sys
import time
from pathlib import Path

from laborvalue.errors import InputError


def run(job):
    """Call `job` with the command line's `name=value` words as keyword arguments.

    All arguments are strings. `log=PATH` is taken here. An InputError, or the disk's refusal to take or give
    a file, goes there and to standard error as one line, and ends the process with exit code 1; where all went
    well the log says what it took; any other error leaves its traceback there.
    """
    arguments = dict(word.partition("=")[::2] for word in sys.argv[1:])
    log = arguments.pop("log", None)
    try:
        job(**arguments)
        note(f"{job.__name__}: done; {used()}", log)
    except InputError as error:
        stop(str(error), log)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        stop(f"{place}{error.strerror or error}; make room or mend the rights, and run the same command again", log)
    except MemoryError:
        stop("not enough memory; run with fewer --cores, or on a larger machine", log)
    except Exception:
        import traceback

        note(traceback.format_exc().rstrip(), log)
        raise


def stop(message, log):
    """End with one line on standard error and in the log."""
    line = f"laborvalue: {message}"
    note(line, log)
    sys.exit(line)


def note(text, log):
    """Write the log, as far as there is one and the disk takes it."""
    if log:
        with contextlib.suppress(OSError):
            Path(log).parent.mkdir(parents=True, exist_ok=True)
            Path(log).write_text(f"{text}\n", encoding="utf-8")


def used():
    """CPU time and, where the system tells it, peak memory of this process as text."""
    times = resource.getrusage(resource.RUSAGE_SELF)
    text = f"{times.ru_utime + times.ru_stime:.2f} s of CPU"
    with contextlib.suppress(OSError):
        # not ru_maxrss, which takes over what the process that started this one had
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        text += f", {int(status.partition('VmHWM:')[2].split()[0]) / 1024:.0f} MiB of memory at most"
    return text


def progress(steps, what, every=5.0):
    """Yield the items of the sequence `steps`; on standard error, every five seconds, how far it is."""
    told = time.monotonic()
    for number, step in enumerate(steps):
        if time.monotonic() - told >= every:
            told = time.monotonic()
            print(f"laborvalue: {what}: {number} of {len(steps)}", file=sys.stderr, flush=True)
        yield step
