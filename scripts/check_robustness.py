"""The panel and Tables 3 to 10, as many as there are -> what one robustness check says of their slopes."""

import json

from laborvalue.econometrics import robustness
from laborvalue.econometrics.tables import columns_needed
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def check_robustness(name, panel, tables: list, settings: dict, answers):
    settings = json.loads(settings)
    texts = ("stage", "stars")
    settings = settings["regressions"] | settings["robustness"]
    estimated = [row for path in tables for row in files.read_table(path, texts=texts).to_pylist()]
    needed = {column for number in {row["table"] for row in estimated} for column in columns_needed(number, settings)}
    rows = files.read_table(panel, texts=("region", "sector"), only=needed)
    try:
        checked = robustness.check(name, estimated, rows, settings)
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(answers, checked)


if __name__ == "__main__":
    run(check_robustness)
