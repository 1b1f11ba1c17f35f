"""The panel and the tables of estimates, as many as there are -> one robustness check of their slopes."""

from pathlib import Path

from laborvalue.econometrics import robustness
from laborvalue.econometrics.checks import BY_NAME as CHECKS
from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.options import RegressionOptions, RobustnessOptions
from laborvalue.errors import located
from laborvalue_workflow.data import files
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.reporting import set_tables, typesetting
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def check_robustness(
    check, panel, tables: list, settings: dict, answers, description="", left_out: list = (), words: dict | None = None
):
    options = RegressionOptions(**settings["regressions"])
    bootstrap = RobustnessOptions(**settings["robustness"])
    estimated = [row for path in tables for row in files.read_table(path, texts=("stage", "stars")).to_pylist()]
    numbers = {row["table"] for row in estimated}
    needed = {column for number in numbers for column in columns_needed(BY_NUMBER[number], options)}
    rows = read_panel(panel, needed)
    with located(panel):
        answer = robustness.check(check, estimated, rows, options, bootstrap)
    subject = read_subject(description, words)
    missing = read_left_out(left_out)
    missing = [row for row in missing if CHECKS[check].concerns(BY_NUMBER[row["table"]].instrumented)]
    missing += files.as_rows(answer.left_out)
    set_table = typesetting.set_robustness(check, files.as_rows(answer.columns), subject, options, bootstrap, missing)
    set_tables.write(Path(answers).with_suffix(""), set_table)
    files.write_table(answers, answer.columns)


if __name__ == "__main__":
    run(check_robustness)
