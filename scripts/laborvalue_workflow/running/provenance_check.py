"""A results folder compared with its provenance.json, and the way of one result back to its sources."""

import json
import os
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import digests, files
from laborvalue_workflow.running import integrity
from laborvalue_workflow.running.integrity import PROVENANCE


def read(results):
    """The provenance.json of a results folder, with the paths of folders in the place of their names.

    Raises InputError where it is not what a run writes, or not what its job has written.
    """
    path = Path(results, PROVENANCE)
    digests.refuse_irregular(path)
    provenance = files.read_json(path)
    if reason := unlike_provenance(provenance):
        raise InputError(f"{path}: is not the provenance of a run: {reason}; restore it, or run the workflow again")
    return with_folders(provenance, provenance["occasion"].get("folders", {}))


def unlike_provenance(content):
    """What in the content of a provenance.json is not as a run writes it; None where all is."""
    parts = ("results", "sources", "occasion")
    if not isinstance(content, dict) or not all(isinstance(content.get(part), dict) for part in parts):
        return f"expected an object with the objects {', '.join(parts)}"
    if not content["results"]:
        return "it has no results"
    folders = content["occasion"].get("folders", {})
    if not isinstance(folders, dict) or not all(isinstance(folder, str) for folder in folders.values()):
        return "occasion.folders is no object of texts"
    for path, entry in content["results"].items():
        if not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
            return f"results: {shown(path)} has no SHA-256"
        if not isinstance(entry.setdefault("inputs", []), list) or not all(isinstance(x, str) for x in entry["inputs"]):
            return f"results: {shown(path)} has no list of inputs"
        if not isinstance(entry.setdefault("settings", {}), dict):
            return f"results: {shown(path)} has no settings"
    if unread := [path for path, digest in content["sources"].items() if not isinstance(digest, str)]:
        return f"sources: {shown(unread[0])} has no SHA-256"
    known = content["results"].keys() | content["sources"].keys()
    if lost := [path for entry in content["results"].values() for path in entry["inputs"] if path not in known]:
        return f"{shown(lost[0])}, an input, is neither among its results nor among its sources"
    if len({os.path.isabs(path) for path in content["results"]}) > 1 or not common_folder(content).parts:
        return "its results are in no common folder"
    return None


def differences(results, provenance):
    """What is not as provenance.json says, a text for each file; results: where the folder is now."""
    folder = common_folder(provenance)
    here = {str(Path(results, Path(path).relative_to(folder))): path for path in provenance["results"]}
    there = {path for path in integrity.results_in(results) if os.path.basename(path) != PROVENANCE}
    wrong = [] if as_written(Path(results, PROVENANCE)) else [f"{PROVENANCE} was changed after its job wrote it"]
    wrong += [f"{shown(path)} is missing" for path in here if path not in there]
    for path in (path for path in here if path in there):
        digest, known = digests.sha256(path), digests.recorded(path)
        if digest != provenance["results"][here[path]]["sha256"]:
            again = known and known.sha256 == digest
            wrong.append(f"{shown(path)} {'was made again after provenance.json' if again else 'has changed'}")
        elif known and known.sha256 != digest:
            wrong.append(f"the record of {shown(path)} has changed")
    wrong += [f"{shown(path)} is unknown to provenance.json" for path in sorted(there - here.keys())]
    for path, digest in provenance["sources"].items():
        if not Path(path).exists():
            wrong.append(f"{shown(path)}, a source, is missing")
        elif digests.sha256(path) != digest:
            wrong.append(f"{shown(path)}, a source, has changed")
    return wrong


def as_written(path):
    """Is a file as its job wrote it; yes where there is no record of that."""
    known = digests.recorded(path)
    return not known or known.sha256 == digests.sha256(path)


def shown(text):
    """A text for a message: with escapes where it holds characters that a terminal would obey."""
    return text if text.isprintable() else repr(text)


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
    return Path(os.path.commonpath([os.path.dirname(path) for path in provenance["results"]]))


def trace(provenance, path):
    """Print the settings on which a result depends, and its inputs back to the sources, each file once."""
    if path not in provenance["results"]:
        example = Path(min(provenance["results"])).relative_to(common_folder(provenance))
        raise InputError(f"{shown(path)} is not in provenance.json; expected a file such as {shown(str(example))}")
    for key, value in provenance["results"][path]["settings"].items():
        print(f"{shown(key)}: {shown(json.dumps(value, ensure_ascii=False))}")
    seen, waiting = set(), [path]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if entry := provenance["results"].get(current):
            print(f"{shown(current)}  sha256:{entry['sha256']}")
            print(f"  by {shown(str(entry.get('rule')))}: {shown(str(entry.get('command')))}")
            waiting += entry["inputs"]
        else:
            print(f"{shown(current)}  sha256:{provenance['sources'][current]}\n  a source")
