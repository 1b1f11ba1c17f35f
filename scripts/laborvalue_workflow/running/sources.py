"""The sources of a run: files that its jobs read and no rule makes; their digests decide what is computed again.

Snakemake compares time stamps, and an older or a kept one (unzip, cp -p, rsync -a) says nothing. The digest of a
job's sources is a parameter of the job: another content makes it run. A file is read only where its stamp changed.
"""

import contextlib
import json

from laborvalue.errors import InputError
from laborvalue_workflow.data import digests, files


def place(results):
    """Where the sources of the last run of a results folder are: {path: [sha256, size, modified, changed]}."""
    return f"{digests.KEPT}/sources/{digests.one_name(results)}.json"


def read(results):
    """{path: Record} of the sources of the last run of a results folder; empty where nothing can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        with open(place(results), encoding="utf-8") as file:
            content = json.load(file)
        return {path: digests.Record(sha256, digests.Stamp(*stamp)) for path, (sha256, *stamp) in content.items()}
    return {}


class Sources:
    """The sources of the run of a results folder, as they are while it is planned.

    is_made: a function that tells whether a rule makes a file.
    """

    def __init__(self, results, is_made):
        self.results, self.is_made = results, is_made
        self.earlier, self.records = read(results), {}

    def digest(self, paths, apart=()):
        """One text for the content of those of `paths` that are sources, without those `apart`; empty where none is."""
        outside = (path for path in set(paths) if not path.startswith(f"{self.results}/"))
        own = [path for path in sorted(outside) if self.find(path) and path not in apart]
        return " ".join(self.records[path].sha256[:16] for path in own)

    def find(self, path):
        """The Record of a source; None of a file that a rule makes, or that is not there."""
        if path not in self.records:
            try:
                source = not self.is_made(path)
                self.records[path] = digests.current(path, self.earlier.get(path)) if source else None
            except FileNotFoundError:  # Snakemake says that it is missing
                return None
        return self.records[path]

    def write(self):
        """Keep them for the jobs and for the next plan."""
        known = {path: [record.sha256, *record.stamp] for path, record in self.records.items() if record}
        files.write_json(place(self.results), known)


def refuse_changed(results):
    """Raise InputError where a source of the run is not what it was when the run was planned."""
    changed = [path for path, known in read(results).items() if _changed(path, known)]
    if changed:
        raise InputError(
            "\n".join(
                f"{path}: was changed, or taken away, while the run was reading it; expected the same file until the "
                "run ends; run again"
                for path in changed
            )
        )


def _changed(path, known):
    try:
        return digests.current(path, known).sha256 != known.sha256
    except OSError:
        return True
