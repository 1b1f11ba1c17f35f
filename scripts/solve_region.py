"""The accounts of one region and year, or of several -> coefficients, own values and prices, and a status each."""

from laborvalue import region
from laborvalue.accounts import RegionAccounts
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError, UnknownShares
from laborvalue.records import from_arrays, to_arrays
from laborvalue_workflow.data import array_files
from laborvalue_workflow.data.stages import price_options
from laborvalue_workflow.running.commandline import run


def solve_region(accounts: list, settings: dict, solutions: list):
    values, prices = ValueOptions(**settings["values"]), price_options(settings["prices"])
    for path, solution in zip(accounts, solutions, strict=True):
        try:
            solved = region.solve_region(from_arrays(RegionAccounts, array_files.read_record(path)), values, prices)
        except UnknownShares as error:  # about the table of the year, whichever region comes first
            raise InputError(f"year {path.split('/')[-3]}: {error}") from None
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
        array_files.write_record(solution, to_arrays(solved))


if __name__ == "__main__":
    run(solve_region)
