"""The accounts of one region and year, or of several -> coefficients, own values and prices, and a verdict each."""

import json

from laborvalue import region
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def solve_region(accounts, settings, solutions):
    """accounts, solutions: as many paths each, separated by blanks."""
    settings = json.loads(settings)
    for path, solution in zip(accounts.split(), solutions.split(), strict=True):
        try:
            files.write_record(solution, region.solve_region(files.read_record(path), settings))
        except InputError as error:
            raise InputError(f"{path}: {error}") from None


if __name__ == "__main__":
    run(solve_region)
