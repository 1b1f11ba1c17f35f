"""How every script is called: the parameters of its function are the options of its command line."""

import argparse
import contextlib
import functools
import inspect
import json
import os
import sys
import time

from laborvalue.errors import InputError
from laborvalue_workflow.data import disk, files
from laborvalue_workflow.running.job import Job

# How the first line of a job's log begins: what `error_in` reads, and what a reader sees first.
DONE, ERROR, CRASH = "done: ", "error: ", "crash: "
HELP = {int: "a whole number", list: "any number of words", dict: "JSON"}


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong command line in one line, also in the log."""

    def error(self, message):
        """End the process with what is wrong and where to read more."""
        words = sys.argv[1:]
        log = words[words.index("--log") + 1 :][:1] if "--log" in words else []
        stop(f"{self.prog}: {message}; --help lists all options", next(iter(log), None))


def parsed(text):
    """A JSON argument; raises ArgumentTypeError, from which argparse makes its message."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON ({error})") from None


def parser_of(job):
    """The command line of a script, built from the signature of its function `job`.

    A parameter `final_demand` is the option `--final-demand`; a positional-only one is given without an option.
    Annotations say what an option takes: `int`, `list` (any number of words), `dict` (JSON), else a text. A
    parameter without a default is required; one with a default takes it where its option has no word after it.
    """
    description = (sys.modules[job.__module__].__doc__ or job.__doc__ or "").strip()
    parser = Parser(
        prog=f"{job.__name__}.py",
        description=description,
        allow_abbrev=False,
        # with a width, argparse does not load what asks the terminal for one: a fortieth of a short job
        formatter_class=functools.partial(argparse.RawDescriptionHelpFormatter, width=120),
    )
    for name, parameter in inspect.signature(job).parameters.items():
        positional = parameter.kind is parameter.POSITIONAL_ONLY
        required = parameter.default is parameter.empty
        kind = dict if parameter.annotation == dict | None else parameter.annotation
        given = {} if positional else {"required": required, "dest": name}
        if kind is list:
            given |= {"nargs": "*"} | ({} if required else {"default": list(parameter.default)})
        elif not required:
            given |= {"nargs": "?", "default": parameter.default, "const": parameter.default}
        given |= {int: {"type": int}, dict: {"type": parsed}}.get(kind, {})
        default = [] if required or parameter.default in ("", None) else [f"default: {parameter.default}"]
        needed = ["required" if required else "optional"]
        parser.add_argument(
            name if positional else f"--{name.replace('_', '-')}",
            metavar=name.upper(),
            help="; ".join([HELP.get(kind, "a text"), *needed, *default]),
            **given,
        )
    parser.add_argument("--log", nargs="?", metavar="LOG", help="a file for the outcome and for errors; optional")
    return parser


def run(job):
    """Call `job` with the arguments of the command line.

    `--log PATH` is taken here. An InputError, which includes a WriteError, and any other error of the operating system
    on a file go there and to standard error as one line, and end the process with exit code 1. On success the log says
    what the job took, and the process ends (`leave`); any other error leaves its traceback there.
    """
    parser = parser_of(job)
    arguments = vars(parser.parse_args())
    log = arguments.pop("log")
    signature = inspect.signature(job).parameters.values()
    positional = [arguments.pop(p.name) for p in signature if p.kind is p.POSITIONAL_ONLY]
    try:
        with Job.of_environment().running():
            job(*positional, **arguments)
        flush_output()
        note(DONE, f"{job.__name__}; {used()}", log)
        leave()
    except InputError as error:
        stop(str(error), log)
    except BrokenPipeError:  # what reads the output, such as `head`, has ended
        sys.stdout = None
    except OSError as error:
        stop(disk.told(error, job.__name__), log)
    except MemoryError:
        stop("not enough memory; run with fewer --cores, or on a larger machine", log)
    except Exception as error:
        import traceback

        note(CRASH, f"{error!r}\n{traceback.format_exc().rstrip()}", log)
        raise


def flush_output():
    """Write what was printed; raises WriteError where it cannot be written, BrokenPipeError where nobody reads it."""
    try:
        with disk.writing("standard output"):
            if sys.stdout is not None:  # it may be closed from the start
                sys.stdout.flush()
    except disk.WriteError:
        sys.stdout = None  # else Python would try again as it ends
        raise


def leave():
    """End a process that was started as `python SCRIPT ...` without Python's shutdown, a tenth of a short job. Full
    size: 194 and 206 s of CPU with it, 228 without, one run.

    All results are in their files by then. Where another program runs the script, such as a profiler or a test, the
    process continues.
    """
    if sys.orig_argv[1:2] == sys.argv[:1]:
        os._exit(0)


def stop(message, log):
    """End with one line on standard error and in the log."""
    note(ERROR, message, log)
    sys.exit(f"laborvalue: {message}")


def note(outcome, text, log):
    """Write the log, if there is one and if it can be written. outcome: DONE, ERROR or CRASH."""
    if log:
        with contextlib.suppress(disk.WriteError):
            files.write_text(log, f"{outcome}{text}\n")


def error_in(log):
    """The message with which a job ended, from its log, a line for each fault; None where it ended otherwise."""
    with open(log, encoding="utf-8", errors="replace") as file:
        text = file.read().rstrip("\n")
    if text.startswith(CRASH):
        return f"a fault of this program, please report it with its log: {text.removeprefix(CRASH).splitlines()[0]}"
    return text.removeprefix(ERROR) if text.startswith(ERROR) else None


def used():
    """CPU time and, on Linux, peak memory of this process as text."""
    text = f"{time.process_time():.2f} s of CPU"
    with contextlib.suppress(OSError, IndexError):
        # not resource.getrusage, whose peak starts at that of the process that started this one
        with open("/proc/self/status", encoding="utf-8") as file:
            status = file.read()
        text += f", {int(status.partition('VmHWM:')[2].split()[0]) / 1024:.0f} MiB of memory at most"
    return text
