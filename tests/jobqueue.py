"""A stand-in for a cluster's queue: jobs wait in a folder, a few run at a time, and their files appear late elsewhere.

jobqueue.py submit SPOOL SCRIPT    answers with the job's number, as qsub does
jobqueue.py status SPOOL NUMBER    running, success or failed
jobqueue.py serve SPOOL SLOTS LATE runs what is queued, in order, SLOTS at a time; what a job has written is hidden
                                   for LATE seconds after its end, as on a network file system
"""

import itertools
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path


def submit(spool, script):
    for number in itertools.count(1):
        try:
            (Path(spool) / f"{number}.taken").mkdir()
            break
        except FileExistsError:
            continue
    # under its last name at once, so that no half-written job is started
    Path(spool, f"{number}.part").write_text(Path(script).read_text())
    os.replace(Path(spool, f"{number}.part"), Path(spool, f"{number}.queued"))
    print(number)


def status(spool, number):
    ended = Path(spool, f"{number}.ended")
    print("running" if not ended.exists() else "success" if ended.read_text() == "0" else "failed")


def serve(spool, slots, late):
    running, hidden = {}, []
    while True:
        queued = sorted(Path(spool).glob("*.queued"), key=lambda path: int(path.stem))
        for path in queued[: int(slots) - len(running)]:
            started = path.rename(path.with_suffix(".started"))
            running[started] = subprocess.Popen(["sh", started], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path, process in list(running.items()):
            if process.poll() is not None:
                del running[path]
                if float(late):
                    hidden += [(time.monotonic() + float(late), *moved) for moved in hide(path)]
                answer = path.with_suffix(".part")
                answer.write_text(str(process.returncode))
                os.replace(answer, path.with_suffix(".ended"))
        for due, away, place in list(hidden):
            if time.monotonic() >= due:
                os.replace(away, place)
                hidden.remove((due, away, place))
        time.sleep(0.1)


def hide(script):
    """Move the outputs of the job whose script it is out of sight; returns where each is and where it belongs."""
    properties = json.loads(re.search(r"^# properties = (.*)$", script.read_text(), flags=re.M)[1])
    places = [Path(path) for path in properties["output"] if Path(path).exists()]
    moved = [(place.with_name(f".{place.name}.late"), place) for place in places]
    for away, place in moved:
        os.replace(place, away)
    return moved


if __name__ == "__main__":
    {"submit": submit, "status": status, "serve": serve}[sys.argv[1]](*sys.argv[2:])
