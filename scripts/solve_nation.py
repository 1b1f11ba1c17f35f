"""The solved regions of a year -> national coefficients, values, prices and their summary."""

import numpy as np

from laborvalue import nation
from laborvalue.coefficients import imports_rule
from laborvalue.errors import InputError
from laborvalue.records import to_arrays
from laborvalue.region import RegionSystem
from laborvalue.sample import Status
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.stages import price_options, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def solve_nation(year, index, solutions, settings: dict, arrays, table, scalars):
    known = read_index(index)
    solved = read_stacked(RegionSystem, solutions, known.regions)
    try:
        system, summary = nation.solve_nation(solved, known.sectors, price_options(settings["prices"]))
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    array_files.write_arrays(arrays, to_arrays(system))
    imports = settings["values"]["imports"]
    read_as = {
        "layout": known.layout.layout,
        "layout_declared": known.layout.declared,
        "uses_above_output": known.layout.excess,
        "imports": imports,
        "imports_rule": imports_rule(imports, known.imports_apart),
        "unknown_accounts": known.unknown_in(set(np.array(known.regions)[solved.status == Status.USABLE])),
    }
    files.write_json(scalars, summary.as_columns() | read_as)
    files.write_table(
        table,
        {
            "sector": known.sectors.sector.tolist(),
            "productive": np.where(known.sectors.productive, "true", "false"),
            "output": system.output,
            "hours": system.hours,
            "value": system.value,
            "price": system.price,
            "tlp": 1 / system.value,
        },
    )


if __name__ == "__main__":
    run(solve_nation)
