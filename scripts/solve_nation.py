"""The solved regions of a year -> national coefficients, values, prices and their summary."""

import numpy as np

from laborvalue import nation
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError, located
from laborvalue.records import to_arrays
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Status
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.screenings import unusable_regions
from laborvalue_workflow.data.stages import price_options, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def solve_nation(year, index, solutions, settings: dict, arrays, table, scalars, screening=""):
    described, rule = read_index(index), ValueOptions(**settings["values"]).import_rule
    solved = read_stacked(RegionSystem, solutions, described.regions)
    usable = np.array(described.regions)[solved.status == Status.USABLE]
    with located(f"year {year}"):
        try:
            system, summary = nation.solve_nation(solved, described.sectors, price_options(settings["prices"]))
        except InputError as error:
            if usable.size:
                raise
            why = unusable_regions(described.regions, solved.status, solved.rho_values, screening, year)
            raise InputError(f"{error}: {why}") from None
    array_files.write_arrays(arrays, to_arrays(system))
    files.write_json(scalars, summary.as_columns() | described.treatment(rule, set(usable)))
    files.write_table(table, nation.national_table(system, described.sectors))


if __name__ == "__main__":
    run(solve_nation)
