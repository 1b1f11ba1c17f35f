"""The panel -> one table of the register: numbers, what is left out and why, and the table set for reading."""

from pathlib import Path

from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.estimation import count_losses, describe_variables, estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import located
from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.reporting import set_tables, typesetting
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def table(number: int, panel, table, losses="", settings: dict | None = None, description="", left_out=""):
    spec = BY_NUMBER[number]
    options = RegressionOptions(**settings["regressions"]) if "regressions" in (settings or {}) else None
    rows = read_panel(panel, columns_needed(spec, options))
    missing, lost = {}, {}
    with located(panel):
        if spec.estimated:
            estimates = estimate_table(spec, rows, options)
            columns, missing, lost = estimates.columns, estimates.left_out, count_losses(spec, rows, options)
        else:
            columns = describe_variables(spec, rows)
    notes = read_subject(description, settings), options, files.as_rows(lost), files.as_rows(missing)
    set_table = typesetting.set_table(spec, files.as_rows(columns), *notes)
    for path, rows_left in ((losses, lost), (left_out, missing)):
        if path:
            files.write_table(path, rows_left)
    set_tables.write(Path(table).with_suffix(""), set_table)
    files.write_table(table, columns)


if __name__ == "__main__":
    run(table)
