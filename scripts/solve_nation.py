"""The solved regions of a year -> national coefficients, values, prices and their summary."""

import numpy as np

from laborvalue import nation
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import located
from laborvalue.records import to_arrays
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Status
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.stages import price_options, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def solve_nation(year, index, solutions, settings: dict, arrays, table, scalars):
    described, rule = read_index(index), ValueOptions(**settings["values"]).import_rule
    solved = read_stacked(RegionSystem, solutions, described.regions)
    with located(f"year {year}"):
        system, summary = nation.solve_nation(solved, described.sectors, price_options(settings["prices"]))
    usable = np.array(described.regions)[solved.status == Status.USABLE]
    array_files.write_arrays(arrays, to_arrays(system))
    files.write_json(scalars, summary.as_columns() | described.treatment(rule, set(usable)))
    files.write_table(table, nation.national_table(system, described.sectors))


if __name__ == "__main__":
    run(solve_nation)
