"""A table's numbers -> the table as it is read, with its notes."""

from pathlib import Path

from laborvalue import typeset
from shared import dataset, files
from shared.commandline import run


def typeset_table(description, table, text):
    number = int(Path(table).stem.removeprefix("table"))
    rows = files.read_table(table, texts=("stage", "stars")).to_pylist()
    header, body = typeset.described(rows) if number == 2 else typeset.regressions(rows)
    told = typeset.notes(number, dataset.read_description(description) if description else None)
    files.write_text(text, typeset.markdown(number, header, body, told))


if __name__ == "__main__":
    run(typeset_table)
