"""The panel -> Table 2, descriptive statistics."""

import files
from commandline import run
from laborvalue import tables
from laborvalue.errors import InputError


def describe_panel(panel, table):
    try:
        columns = tables.describe_panel(files.read_table(panel, texts=("region", "sector")))
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(table, columns)


if __name__ == "__main__":
    run(describe_panel)
