"""One region's accounts of a year -> its coefficients, own values and prices, and a verdict."""

import json

from laborvalue import region
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def solve_region(accounts, settings, solution):
    try:
        files.write_arrays(solution, region.solve_region(files.read_arrays(accounts), json.loads(settings)))
    except InputError as error:
        raise InputError(f"{accounts}: {error}") from None


if __name__ == "__main__":
    run(solve_region)
