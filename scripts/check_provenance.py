"""Does a results folder still hold what its provenance.json says, and where does one of its files come from?

python scripts/check_provenance.py results/replication
python scripts/check_provenance.py results/replication --of tables/table03.csv
"""

import json
from pathlib import Path

from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def check_provenance(results, /, of=""):
    told = files.read_json(Path(results, "provenance.json"))
    if of:
        return trace(told, str(Path(results, of)))
    moved = {path: Path(results, Path(path).relative_to(common_folder(told))) for path in told["results"]}
    wrong = [f"{here} is missing" for here in moved.values() if not here.exists()]
    for path, here in moved.items():
        if here.exists() and files.sha256(here) != told["results"][path]["sha256"]:
            wrong.append(f"{here} has changed")
    for path, checksum in told["sources"].items():
        if Path(path).exists() and files.sha256(path) != checksum:
            wrong.append(f"{path}, a source, has changed")
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise InputError(f"{results}: {'; '.join(wrong[:5])}{more}; run the workflow again, or restore the files")
    print(f"{results}: {len(moved)} files agree with provenance.json")


def common_folder(told):
    """The folder the results stood in when they were made: results/<run>."""
    return Path(*Path(next(iter(told["results"]))).parts[:2])


def trace(told, path):
    """Print the settings that mattered for a result and its chain back to the sources, each file once."""
    if path not in told["results"]:
        raise InputError(f"{path} is not in provenance.json; expected a file such as {next(iter(told['results']))}")
    for key, value in told["results"][path]["settings"].items():
        print(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    seen, waiting = set(), [path]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if entry := told["results"].get(current):
            print(f"{current}  sha256:{entry['sha256']}\n  by {entry['rule']}: {entry['command']}")
            waiting += entry["inputs"]
        else:
            print(f"{current}  sha256:{told['sources'][current]}\n  a source")


if __name__ == "__main__":
    run(check_provenance)
