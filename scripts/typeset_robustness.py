"""What a robustness check says -> the same as it is read, in each kind of file."""

import json
from pathlib import Path

from laborvalue import typeset
from shared import dataset, files, set_tables
from shared.commandline import run


def typeset_robustness(description, answers, settings, stem):
    texts = ("stage", "stars", "robust_stars", "wild_stars", "holm_stars_table", "holm_stars_all")
    rows = files.read_table(answers, texts=texts).to_pylist()
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typeset.set_robustness(Path(answers).stem, rows, told, json.loads(settings)))


if __name__ == "__main__":
    run(typeset_robustness)
