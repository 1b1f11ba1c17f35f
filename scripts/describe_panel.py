"""The panel -> Table 2, descriptive statistics."""

from laborvalue.econometrics import tables
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def describe_panel(panel, table):
    rows = files.read_table(panel, texts=("region", "sector"), only=(*tables.KEYS, *tables.DESCRIBED))
    try:
        columns = tables.describe_panel(rows)
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(table, columns)


if __name__ == "__main__":
    run(describe_panel)
