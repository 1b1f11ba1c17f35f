"""The panel and the tables of estimates, as many as there are -> every estimate again by linearmodels, side by side."""

from laborvalue.econometrics.crosscheck import crosscheck as estimate_again
from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import located
from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.running.commandline import run


def crosscheck(panel, tables: list, settings: dict, comparison):
    options = RegressionOptions(**settings["regressions"])
    texts = ("stage", "stars", "dependent", "term")
    estimated = [row for path in tables for row in files.read_table(path, texts=texts).to_pylist()]
    numbers = {row["table"] for row in estimated}
    needed = {column for number in numbers for column in columns_needed(BY_NUMBER[number], options)}
    with located(panel):
        found = estimate_again(estimated, read_panel(panel, needed), options)
    files.write_table(comparison, found)


if __name__ == "__main__":
    run(crosscheck)
