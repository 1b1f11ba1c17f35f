"""The panel -> one table of the register: its numbers, what kept rows out of it, and the table set for reading."""

from pathlib import Path

from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.estimation import count_losses, describe_variables, estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from reporting import set_tables, typesetting
from reporting.subject import read_subject
from shared import files
from shared.commandline import run
from shared.panel import read_panel


def table(number: int, panel, table, words: dict, losses="", settings: dict | None = None, description=""):
    spec = BY_NUMBER[number]
    options = RegressionOptions(**settings["regressions"]) if settings else None
    rows = read_panel(panel, columns_needed(spec, options))
    try:
        columns = estimate_table(spec, rows, options) if spec.estimated else describe_variables(spec, rows)
        lost = count_losses(spec, rows, options) if spec.estimated else {}
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    subject = read_subject(description, words)
    set_table = typesetting.set_table(spec, files.rows_of(columns), subject, options, files.rows_of(lost))
    if losses:
        files.write_table(losses, lost)
    set_tables.write(Path(table).with_suffix(""), set_table)
    files.write_table(table, columns)


if __name__ == "__main__":
    run(table)
