"""The solved regions of a year -> national coefficients, values, prices and their summary."""

import numpy as np

from laborvalue.errors import InputError
from laborvalue.nation import solve_nation as solve
from shared import files
from shared.commandline import run

ARRAYS = ("A", "D", "K", "F", "L", "output", "hours", "verdict")


def solve_nation(year, index, solutions, settings: dict, arrays, table, summary):
    settings = settings["prices"]
    known = files.read_json(index)
    columns = known["sectors"]
    solved = files.stack_records(solutions, known["regions"], ARRAYS)
    life = columns["service_life"]
    tau = np.array(life if settings["tau"] == "service_life" else [settings["tau"]] * len(life), dtype=float)
    productive = np.array(columns["productive"])
    try:
        nation, scalars = solve(solved, np.array(columns["sector"]), productive, tau, settings)
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    files.write_arrays(arrays, nation)
    files.write_json(summary, scalars)
    files.write_table(
        table,
        {
            "sector": columns["sector"],
            "productive": ["true" if flag else "false" for flag in productive],
            "output": nation["output"],
            "hours": nation["hours"],
            "value": nation["value"],
            "price": nation["price"],
            "tlp": 1 / nation["value"],
        },
    )


if __name__ == "__main__":
    run(solve_nation)
