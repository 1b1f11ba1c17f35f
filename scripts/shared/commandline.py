"""The one way a script is called: the parameters of its function are the options of its command line."""

import argparse
import contextlib
import inspect
import json
import resource
import sys
import threading
import time
from pathlib import Path

from laborvalue.errors import InputError


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong command line in one line."""

    def error(self, message):
        """End the process with the fault and where to read more."""
        sys.exit(f"laborvalue: {self.prog}: {message}; --help lists all options")


def parser_of(job):
    """The command line of a script, built from the signature of its function `job`.

    A parameter `final_demand` is the option `--final-demand`; a positional-only one is given without an option.
    Annotations say what an option takes: `int`, `list` (any number of words), `dict` (JSON), else a text. A
    parameter without a default is required; one with a default takes it where its option stands without a word.
    """
    parser = Parser(prog=f"{job.__name__}.py", description=inspect.getmodule(job).__doc__, allow_abbrev=False)
    for name, parameter in inspect.signature(job).parameters.items():
        positional = parameter.kind is parameter.POSITIONAL_ONLY
        given = {} if positional else {"required": parameter.default is parameter.empty, "dest": name}
        if parameter.annotation is list:
            given |= {"nargs": "*"}
        elif parameter.default is not parameter.empty:
            given |= {"nargs": "?", "default": parameter.default, "const": parameter.default}
        given |= {int: {"type": int}, dict: {"type": json.loads}, dict | None: {"type": json.loads}}.get(
            parameter.annotation, {}
        )
        parser.add_argument(name if positional else f"--{name.replace('_', '-')}", metavar=name.upper(), **given)
    parser.add_argument("--log", nargs="?", metavar="LOG", help="a file for the outcome and for errors")
    return parser


def run(job):
    """Call `job` with the arguments of the command line.

    `--log PATH` is taken here. An InputError, or the disk's refusal to read or write a file, goes there and to
    standard error as one line, and ends the process with exit code 1. On success the log says what the job took;
    any other error leaves its traceback there.
    """
    parser = parser_of(job)
    arguments = vars(parser.parse_args())
    log = arguments.pop("log")
    signature = inspect.signature(job).parameters.values()
    positional = [arguments.pop(p.name) for p in signature if p.kind is p.POSITIONAL_ONLY]
    try:
        job(*positional, **arguments)
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
    tell = teller(what, every)
    for number, step in enumerate(steps):
        tell(f"{number} of {len(steps)}")
        yield step


def teller(what, every=5.0):
    """A function that says on standard error how far a long job is, unless it said so less than five seconds ago."""
    told = time.monotonic()

    def tell(how_far):
        nonlocal told
        if time.monotonic() - told >= every:
            told = time.monotonic()
            print(f"laborvalue: {what}: {how_far}", file=sys.stderr, flush=True)

    return tell


@contextlib.contextmanager
def waiting(what, every=5.0):
    """While the block runs, in one call that tells nothing itself: every five seconds, how long it has taken."""
    began, ended = time.monotonic(), threading.Event()

    def tell():
        while not ended.wait(every):
            print(f"laborvalue: {what}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    clock = threading.Thread(target=tell, daemon=True)
    clock.start()
    try:
        yield
    finally:
        ended.set()
        clock.join()
