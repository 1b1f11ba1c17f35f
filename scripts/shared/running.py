"""What a run says before and after, and that it is alone in its folder."""

import csv
import fcntl
import os
import shutil
import time
from collections import Counter
from pathlib import Path

from laborvalue.errors import InputError
from shared import costs
from shared.dataset import read_description


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
    """The errors that scripts left in the logs of `folder` after the time `since`, by the log's path."""
    logs = (path for path in sorted(Path(folder).rglob("*.log")) if path.stat().st_mtime >= since)
    texts = {str(path): path.read_text(encoding="utf-8").strip() for path in logs}
    return {path: text for path, text in texts.items() if text.startswith("laborvalue: ")}


def warnings(results, dataset, panel):
    """What a reader of these results must know, a line each: what they rest on, what was left out, what to check.

    results, dataset: folders, of which not all files need to be there; panel: a panel that was brought along, or None.
    """
    told = []
    description = Path(dataset, "dataset.yaml")
    if not panel and description.is_file() and read_description(description)["synthetic"]:
        told.append("SYNTHETIC DATA: nothing here replicates, confirms or contradicts the published estimates")
    left_out = Path(results, "exclusions.csv")
    if not panel and left_out.is_file():
        rows = rows_of(left_out)
        by_reason = Counter(row["reason"].split(" ")[0].rstrip(":") for row in rows)
        regions = len({row["region"] for row in rows if not row["reason"].startswith("zero_output")})
        if rows:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in by_reason.most_common())
            told.append(f"{regions} regions are left out, {len(rows):,} city-sector-years ({reasons}): {left_out}")
    for path in sorted(Path(results, "screening").glob("*.csv")):
        done = Counter(row["done"] for row in rows_of(path))
        if done:
            what = ", ".join(f"{text} {count:,}" for text, count in done.most_common())
            told.append(f"screening of {path.stem} ({what}): {path.with_suffix('.md')}")
    return told


def rows_of(path):
    """The rows of a csv as dicts of texts."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# what to open first, by how far a run was asked to go
OPENED = (
    *("report.html", "published.md", "tables/*.md", "robustness/*.md", "exports/*.do", "tables/*.csv", "panel.parquet"),
    *("values/*/summary.json", "screening/*.md"),
)


def ending(results, since):
    """The last line of a run that went well: how long it took since the time `since`, and what to open."""
    took = time.time() - since
    found = (path for pattern in OPENED for path in sorted(Path(results).glob(pattern)))
    first = next((path for path in found if path.stat().st_mtime >= since), None)
    opened = f" Open {first} first." if first else ""
    return f"done in {int(took) // 60}:{int(took) % 60:02}. Results are in {results}/.{opened}"


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
