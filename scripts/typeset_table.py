"""A table's numbers -> the table as it is read, with its notes, in each kind of file."""

import json
from pathlib import Path

from laborvalue import typeset
from shared import dataset, files, set_tables
from shared.commandline import run


def typeset_table(description, table, losses, settings, stem):
    number = int(Path(table).stem.removeprefix("table"))
    rows = files.read_table(table, texts=("stage", "stars")).to_pylist()
    lost = files.read_table(losses, texts=("variable",)).to_pylist() if losses else []
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typeset.set_table(number, rows, told, json.loads(settings), lost))


if __name__ == "__main__":
    run(typeset_table)
