"""How far a long job is, on standard error."""

import contextlib
import sys
import time


def progress(steps, what, every=5.0):
    """Yield the items of the sequence `steps`; on standard error, at most every five seconds, the number done."""
    tell = teller(what, every)
    for number, step in enumerate(steps):
        tell(f"{number} of {len(steps)}")
        yield step


def teller(what, every=5.0):
    """A function that prints on standard error how far a long job is, at most every five seconds."""
    last = time.monotonic()

    def tell(how_far):
        nonlocal last
        if time.monotonic() - last >= every:
            last = time.monotonic()
            print(f"laborvalue: {what}: {how_far}", file=sys.stderr, flush=True)

    return tell


@contextlib.contextmanager
def waiting(what, every=5.0):
    """While the block runs: every five seconds, how long it has taken. For one call that prints nothing itself."""
    import threading

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
