"""provenance.json: for every result its checksum, rule, command, inputs and settings."""

import contextlib
import datetime
import functools
import importlib.metadata
import json
import os
import platform
import re
import shlex
import subprocess
from collections import ChainMap
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, digests
from laborvalue_workflow.running import compat, integrity, sources

SETTINGS = ("--settings", "--words")  # the options of a script that hold keys of the config
SHELL_WORD = re.compile(r"""(?:[^\s'"\\]|'[^']*'|"(?:\\.|[^"\\])*"|\\.)+""", flags=re.DOTALL)


def collect(results, config, metadata, home, description=""):
    """The content of provenance.json of a finished run.

    results: its folder; metadata: the folder of Snakemake's records, from which rules, commands and inputs are taken;
    home: the folder of the workflow; description: the dataset's dataset.yaml, or nothing.
    """
    results = Path(results)
    records = compat.read_records(metadata, results)
    check_records(records, results)
    made = {}
    for path in recorded_results(results):
        record = record_of(Path(path), records)
        made[path] = {
            "sha256": digests.recorded(path).sha256,
            "rule": record.get("rule"),
            "command": record.get("shellcmd"),
            "settings": own_settings(record),
            "inputs": sorted(files_of(record.get("input", []))),
        }
    collect_settings(made)
    read = sorted({path for entry in made.values() for path in entry["inputs"]} - set(made))
    planned = sources.read(results)
    described = dataset.read_description(description) if description else {"title": None, "synthetic": None}
    content = {
        "title": described["title"],
        "synthetic": described["synthetic"],
        "config": config,
        "code": {"commit": git(home, "rev-parse", "HEAD"), "dirty": is_dirty(home)},
        "software": software(Path(home, "requirements.lock")),
        "sources": {path: digests.current(path, planned.get(path)).sha256 for path in read},
        "results": made,
    }
    named = name_folders([config, str(results)]) | name_workflow(home)
    # the only part that differs between two runs on the same inputs
    when = occasion([record for path in made if (record := record_of(Path(path), records))])
    return without_folders(content, named) | {"occasion": when | {"folders": named}}


def recorded_results(results):
    """The results that jobs wrote, provenance.json aside; raises InputError where one is not as its job wrote it."""
    paths = [path for path in integrity.results_in(results) if digests.recorded(path)]
    integrity.refuse_changed(paths)
    return [path for path in paths if os.path.basename(path) != integrity.PROVENANCE]


def record_of(path, records):
    """Snakemake's record of a file, or of the folder that a job made with it; empty where it has none."""
    return records.get(str(path)) or records.get(str(path.parent), {})


def files_of(paths):
    """Paths with the files of a folder in its place."""
    return [file for path in paths for file in files_in(path)]


@functools.cache  # many results are made from the same files
def files_in(path):
    """The files of a folder, or the file itself; those whose names begin with a dot are left out."""
    found = sorted(map(str, Path(path).iterdir())) if os.path.isdir(path) else [path]
    return [file for file in found if not os.path.basename(file).startswith(".")]


def name_folders(value):
    """{name: folder} of the absolute paths in a value, which is a text or holds texts: `<folder 1>` stands for one."""
    found = set()

    def look(value):
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                look(item)
        elif isinstance(value, str) and os.path.isabs(value):
            found.add(os.path.dirname(value.rstrip("/")))

    look(value)
    return {f"<folder {k}>": folder for k, folder in enumerate(sorted(found - {"/"}), start=1)}


def name_workflow(home):
    """{name: its path from the working folder} of a workflow that another one imports; empty where it runs alone."""
    return {"<workflow>": place} if (place := os.path.relpath(home)).startswith("..") else {}


def without_folders(value, named):
    """A value in whose texts, also those of commands, the names of folders stand for their paths."""
    if isinstance(value, dict):
        return {without_folders(key, named): without_folders(item, named) for key, item in value.items()}
    if isinstance(value, list):
        return [without_folders(item, named) for item in value]
    if isinstance(value, str):
        for name, folder in sorted(named.items(), key=lambda item: -len(item[1])):
            forms = {folder, quoted(folder), quoted(json.dumps(folder)[1:-1])}
            for form in (form for form in forms if form in value):
                value = re.sub(rf"(?<![\w/.~-]){re.escape(form)}/", f"{name}/", value)
    return value


def quoted(text):
    """A text as it stands between the quotes of a shell."""
    return text.replace("'", "'\"'\"'")


def check_records(records, results):
    """Raise InputError where a file below `results` that a job has read has no record, though a job has made it."""
    read = sorted({path for record in records.values() for path in record["input"] if path.startswith(f"{results}/")})
    if unknown := [path for path in read if path not in records]:
        raise InputError(
            f"{unknown[0]}: Snakemake has no record of this file and {len(unknown) - 1} more; its records were deleted "
            "or dropped (--drop-metadata); run again with --forceall"
        )


def own_settings(record):
    """The keys of the config that a job read, {section.key: value}, as the options SETTINGS of its command say."""
    words = SHELL_WORD.findall(record.get("shellcmd") or "")
    sections = [settings_in(words[words.index(option) + 1]) for option in SETTINGS if option in words]
    return {name: value for found in sections for name, value in found.items()}


@functools.cache  # the jobs of a rule have the same
def settings_in(word):
    """{section.key: value} of a shell word that is JSON."""
    [text] = shlex.split(word)
    return {f"{name}.{key}": value for name, keys in json.loads(text).items() for key, value in keys.items()}


def collect_settings(made):
    """Add to each result's settings those of its inputs, and of their inputs."""
    whole = {}

    def settings_of(path):
        if path not in whole:
            whole[path] = {}  # ends a circle of files
            above = [settings_of(before) for before in made[path]["inputs"] if before in made]
            whole[path] = dict(ChainMap(made[path]["settings"], *above))
        return whole[path]

    for path in made:
        made[path]["settings"] = dict(sorted(settings_of(path).items()))


def software(lock):
    """Versions of Python and of every installed package that the lock file names."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.M)
    found = {"python": platform.python_version()}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # some are for other operating systems
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
    """The answer of git in the workflow's folder; None where it is no clone."""
    try:
        answer = subprocess.run(["git", "-C", home, *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def is_dirty(home):
    """Has the clone uncommitted changes; None where it is no clone."""
    changes = git(home, "status", "--porcelain")
    return None if changes is None else changes != ""
