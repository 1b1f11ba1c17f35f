"""The panel and Tables 3 to 10 -> what one robustness check says of their slopes."""

import json
from pathlib import Path

from laborvalue import robustness
from laborvalue.errors import InputError
from laborvalue.tables import EQUATIONS, columns_needed
from shared import files
from shared.commandline import run


def check_robustness(name, panel, tables, settings, answers):
    settings = json.loads(settings)
    estimated = []
    for number in EQUATIONS:
        estimated += files.read_table(Path(tables, f"table{number:02}.csv"), texts=("stage", "stars")).to_pylist()
    needed = {column for number in EQUATIONS for column in columns_needed(number, settings)}
    rows = files.read_table(panel, texts=("region", "sector"), only=needed)
    try:
        checked = robustness.check(name, estimated, rows, settings)
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    files.write_table(answers, checked)


if __name__ == "__main__":
    run(check_robustness)
