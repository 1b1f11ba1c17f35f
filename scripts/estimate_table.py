"""The panel -> one of Tables 3 to 10, one row per term."""

import json

from laborvalue import tables
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def estimate_table(number, panel, settings, table):
    rows = files.read_table(panel, texts=("region", "sector"))
    try:
        columns = tables.estimate_table(int(number), rows, json.loads(settings))
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(table, columns)


if __name__ == "__main__":
    run(estimate_table)
