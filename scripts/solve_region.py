"""The accounts of one region and year, or of several -> coefficients, own values and prices, and a verdict each."""

from laborvalue import region
from laborvalue.errors import InputError
from shared import files
from shared.commandline import run


def solve_region(accounts: list, settings: dict, solutions: list):
    settings = settings["values"] | settings["prices"]
    for path, solution in zip(accounts, solutions, strict=True):
        try:
            files.write_record(solution, region.solve_region(files.read_record(path), settings))
        except InputError as error:
            raise InputError(f"{path}: {error}") from None


if __name__ == "__main__":
    run(solve_region)
