"""A finished run -> provenance.json: of every result its checksum, its command, the settings that mattered and its
inputs, down to the sources."""

import ast
import base64
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import re
import shlex
import subprocess
from collections import ChainMap
from pathlib import Path

from shared import dataset, files
from shared.commandline import run

ASIDE = ("logs", "benchmarks")  # folders of a run that hold no results


def write_provenance(results, config: dict, metadata, home, provenance, description=""):
    """`metadata` is the folder of Snakemake's own records, from which rules, commands and inputs are taken."""
    results = Path(results)
    known = {}  # the large tables' checksums were taken when they were split
    for tables in sorted(results.glob("economy/*/tables.json")):
        known |= {entry["path"]: entry["sha256"] for entry in files.read_json(tables).values()}
    records = read_records(Path(metadata), results)
    made = {}
    for path in sorted(p for p in results.rglob("*") if p.is_file() and is_result(p.relative_to(results))):
        record = records.get(str(path), {})
        made[str(path)] = {
            "sha256": known.get(str(path)) or files.sha256(path),
            "rule": record.get("rule"),
            "command": record.get("shellcmd"),
            "settings": own_settings(record),
            "inputs": sorted(record.get("input", [])),
        }
    collect_settings(made)
    sources = sorted({path for entry in made.values() for path in entry["inputs"]} - set(made))
    told = dataset.read_description(description) if description else {"title": None, "synthetic": None}
    files.write_json(
        provenance,
        {
            "title": told["title"],
            "synthetic": told["synthetic"],
            "config": config,
            "code": {"commit": git(home, "rev-parse", "HEAD"), "dirty": is_dirty(home)},
            "software": software(Path(home, "requirements.lock")),
            "sources": {path: known.get(path) or files.sha256(path) for path in sources},
            "results": made,
            # the only part that differs between two runs on the same inputs
            "occasion": occasion([records[path] for path in made if path in records]),
        },
    )


def is_result(path):
    """Is this file below the results folder, by its path in it, a result."""
    return path.parts[0] not in ASIDE and path.name != "provenance.json" and not path.name.startswith(".")


def read_records(folder, results):
    """Snakemake's record of each file below `results`, by path; the names of the records are the paths in base64."""
    records = {}
    for path in folder.rglob("*"):
        if path.is_file():
            name = "".join(part.removeprefix("@") for part in path.relative_to(folder).parts)
            key = base64.b64decode(name).decode()
            if key.startswith(f"{results}/"):
                record = json.loads(path.read_text(encoding="utf-8"))
                records[key] = record | {"input": as_list(record.get("input"))}
    return records


def as_list(names):
    """Inputs stand in a record as a list, or as its text."""
    return ast.literal_eval(names) if isinstance(names, str) else names or []


def own_settings(record):
    """The keys of the config that a job read, {section.key: value}, as the option `--settings` of its command says."""
    words = shlex.split(record.get("shellcmd") or "")
    text = words[words.index("--settings") + 1] if "--settings" in words else "{}"
    return {f"{section}.{key}": value for section, keys in json.loads(text).items() for key, value in keys.items()}


def collect_settings(made):
    """Add to each result's settings those that its inputs were made with, and theirs."""
    whole = {}

    def settings_of(path):
        if path not in whole:
            whole[path] = {}  # a file that is its own input would have no end
            above = [settings_of(before) for before in made[path]["inputs"] if before in made]
            whole[path] = dict(ChainMap(made[path]["settings"], *above))
        return whole[path]

    for path in made:
        made[path]["settings"] = dict(sorted(settings_of(path).items()))


def software(lock):
    """Versions of Python and of every package that the lock names, as they are installed."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.M)
    found = {"python": platform.python_version()}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # some are for other systems
            found[name] = importlib.metadata.version(name)
    return found


def occasion(records):
    """When the jobs of these records ran, and on which machine."""
    times = [record[key] for record in records for key in ("starttime", "endtime") if record.get(key)]
    begun, ended = (
        datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="seconds") if times else None
        for moment in ((min(times), max(times)) if times else (None, None))
    )
    return {"first_job": begun, "last_job": ended, "host": platform.node(), "machine": platform.machine()} | {
        "cores": os.cpu_count()
    }


def git(home, *arguments):
    """What git says of the workflow's folder; None where it is no clone."""
    try:
        answer = subprocess.run(["git", "-C", home, *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def is_dirty(home):
    """Whether the clone holds changes that no commit has; None where it is no clone."""
    changes = git(home, "status", "--porcelain")
    return None if changes is None else changes != ""


if __name__ == "__main__":
    run(write_provenance)
