"""A results folder compared with its provenance.json, and the way of one result back to its sources."""

import json
import os
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import files


def read(results):
    """The provenance.json of a results folder, with the paths of folders in the place of their names."""
    provenance = files.read_json(Path(results, "provenance.json"))
    return with_folders(provenance, provenance["occasion"].get("folders", {}))


def differences(results, provenance):
    """What is not as provenance.json says, a text for each file; results: where the folder is now."""
    folder = common_folder(provenance)
    moved = {path: Path(results, Path(path).relative_to(folder)) for path in provenance["results"]}
    wrong = [f"{here} is missing" for here in moved.values() if not here.exists()]
    for path, here in moved.items():
        if here.exists() and files.sha256(here) != provenance["results"][path]["sha256"]:
            wrong.append(f"{here} has changed")
    for path, checksum in provenance["sources"].items():
        if Path(path).exists() and files.sha256(path) != checksum:
            wrong.append(f"{path}, a source, has changed")
    return wrong


def with_folders(value, named):
    """A value in whose texts the paths of folders stand where provenance.json has their names."""
    if isinstance(value, dict):
        return {with_folders(key, named): with_folders(item, named) for key, item in value.items()}
    if isinstance(value, list):
        return [with_folders(item, named) for item in value]
    if isinstance(value, str):
        for name, folder in named.items():
            value = value.replace(name, folder)
    return value


def common_folder(provenance):
    """The folder in which the results were made, such as results/<run>."""
    return Path(os.path.commonpath(provenance["results"]))


def trace(provenance, path):
    """Print the settings on which a result depends, and its inputs back to the sources, each file once."""
    if path not in provenance["results"]:
        example = Path(min(provenance["results"])).relative_to(common_folder(provenance))
        raise InputError(f"{path} is not in provenance.json; expected a file such as {example}")
    for key, value in provenance["results"][path]["settings"].items():
        print(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    seen, waiting = set(), [path]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if entry := provenance["results"].get(current):
            print(f"{current}  sha256:{entry['sha256']}\n  by {entry['rule']}: {entry['command']}")
            waiting += entry["inputs"]
        else:
            print(f"{current}  sha256:{provenance['sources'][current]}\n  a source")
