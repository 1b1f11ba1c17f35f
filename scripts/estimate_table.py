"""The panel -> one of Tables 3 to 10, one row per term, and what kept rows out of it."""

from laborvalue.econometrics import tables
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def estimate_table(number: int, panel, settings: dict, table, losses):
    settings = settings["regressions"]
    rows = files.read_table(panel, texts=("region", "sector"), only=tables.columns_needed(number, settings))
    try:
        estimated = tables.estimate_table(number, rows, settings)
        lost = tables.count_losses(number, rows, settings)
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(losses, lost)
    files.write_table(table, estimated)


if __name__ == "__main__":
    run(estimate_table)
