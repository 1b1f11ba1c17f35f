"""A table's numbers -> the table as it is read, with its notes, in each kind of file."""

from pathlib import Path

from reporting import set_tables, typesetting
from shared import dataset, files
from shared.commandline import run


def typeset_table(table, settings: dict, stem, losses="", description=""):
    number = int(Path(table).stem.removeprefix("table"))
    rows = files.read_table(table, texts=("stage", "stars")).to_pylist()
    lost = files.read_table(losses, texts=("variable",)).to_pylist() if losses else []
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typesetting.set_table(number, rows, told, settings["regressions"], lost))


if __name__ == "__main__":
    run(typeset_table)
