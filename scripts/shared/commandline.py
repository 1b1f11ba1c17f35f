"""The one way a script is called: words `name=value` become the arguments of its function."""

import contextlib
import sys
import threading
import time

from laborvalue.errors import InputError


def run(job):
    """Call `job` with the command line's `name=value` words as keyword arguments.

    All arguments are strings. `log=PATH` is taken here: an InputError, or the disk's refusal to take or give
    a file, goes there and to standard error as one line, and ends the process with exit code 1; no log is
    written where all went well.
    """
    arguments = dict(word.partition("=")[::2] for word in sys.argv[1:])
    log = arguments.pop("log", None)
    try:
        job(**arguments)
    except InputError as error:
        stop(str(error), log)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        stop(f"{place}{error.strerror or error}; make room or mend the rights, and run the same command again", log)
    except MemoryError:
        stop("not enough memory; run with fewer --cores, or on a larger machine", log)


def stop(message, log):
    """End with one line on standard error and, as far as the disk takes it, in the log."""
    line = f"laborvalue: {message}"
    if log:
        with contextlib.suppress(OSError), open(log, "w", encoding="utf-8") as file:
            print(line, file=file)
    sys.exit(line)


def progress(steps, what, every=5.0):
    """Yield the items of the sequence `steps`; on standard error, every five seconds, how far it is."""
    told = time.monotonic()
    for number, step in enumerate(steps):
        if time.monotonic() - told >= every:
            told = time.monotonic()
            print(f"laborvalue: {what}: {number} of {len(steps)}", file=sys.stderr, flush=True)
        yield step


@contextlib.contextmanager
def waiting(what, every=5.0):
    """While the block runs, in one call that tells nothing itself: every five seconds, how long it has taken."""
    began, ended = time.monotonic(), threading.Event()

    def tell():
        while not ended.wait(every):
            print(f"laborvalue: {what}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
