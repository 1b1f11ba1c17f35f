"""Solved regions, their origins and the stored flows of a year -> city values."""

import itertools

import numpy as np

from laborvalue.errors import InputError
from laborvalue.network import city_values
from shared import dataset, files
from shared.commandline import run, teller

ARRAYS = ("A", "A_own", "D", "K", "F", "L", "output", "import_factor", "own_labor", "outside", "verdict", "rural")


def solve_network(year, index, flows, origins, solutions, nation, settings: dict, arrays, table, threads: int = 1):
    settings = settings["values"]
    known = files.read_json(index)
    region_keys, columns, money_unit = (known[name] for name in ("regions", "sectors", "money_unit"))
    solved = files.stack_records(solutions, region_keys, ARRAYS) | {"region": np.array(region_keys)}
    linked = files.read_arrays(origins)
    stored = dataset.open_flows(flows, solved["output"].size)
    per_output = solved["import_factor"] * money_unit / np.where(solved["output"] > 0, solved["output"], np.inf)
    supplied = linked["domestic_share"] if settings["imports"] != "none" else 1.0

    tell, products = teller(f"city values of {year}, product with {flows}"), itertools.count(1)

    def inputs_value(value):
        tell(f"number {next(products)}")
        return dataset.weigh_flows((value * supplied).ravel(), stored, threads).reshape(value.shape) * per_output

    of_sector = {
        "sector": np.array(columns["sector"]),
        "productive": np.array(columns["productive"]),
        "rural": solved["rural"][0],
    }
    by_use = {use: linked[f"{use}_origin"] for use in ("capital", "rural", "urban")}
    national_value = files.read_arrays(nation)["value"]
    try:
        values, residual = city_values(solved, by_use, inputs_value, national_value, of_sector, settings["scope"])
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    files.write_arrays(arrays, values | {"residual": np.array(residual)})

    productive = of_sector["productive"]
    m, n = len(region_keys), int(productive.sum())
    status = np.broadcast_to(solved["verdict"][:, None], solved["output"].shape)
    status = np.where((status == "usable") & ~(solved["output"] > 0), "zero_output", status)
    files.write_table(
        table,
        {
            "region": np.repeat(region_keys, n),
            "sector": np.tile(of_sector["sector"][productive], m),
            **{name: values[name][:, productive].ravel() for name in ("value_network", "value_own", "value")},
            "status": status[:, productive].ravel(),
        },
    )


if __name__ == "__main__":
    run(solve_network)
