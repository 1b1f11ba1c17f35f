"""Values, prices, accounts and the stored flows of a year -> its indicators, productive sectors."""

import numpy as np

from laborvalue.indicators import year_indicators
from shared import dataset, files
from shared.commandline import run

ACCOUNTS = (
    *("domestic", "own", "domestic_share", "compensation", "households", "rural_mix", "urban_mix"),
    *("rural_own_share", "urban_own_share"),
)
SOLUTION = ("A", "A_own", "D", "K", "F", "output", "hours", "import_factor", "rural", "verdict")


def compute_indicators(regions, index, flows, accounts, solutions, nation, values, settings: dict, indicators):
    known = files.read_json(index)
    sector_columns = known["sectors"]
    solved = files.stack_records(solutions, known["regions"], SOLUTION)
    solved |= files.stack_records(accounts, known["regions"], ACCOUNTS)
    stored = dataset.open_flows(flows, solved["output"].size)
    of_sector = {
        "productive": np.array(sector_columns["productive"]),
        "digital": np.array(sector_columns["digital"]),
    }
    telephones = dataset.read_regions(regions)["telephones_1984"]
    result = year_indicators(
        solved,
        files.read_arrays(nation),
        files.read_arrays(values),
        suppliers(stored, solved, known["money_unit"]),
        of_sector,
        np.array([np.nan if count is None else count for count in telephones]),
        settings["indicators"],
    )
    productive = of_sector["productive"]
    kept = {name: array[:, productive] for name, array in result.items()}
    keys = {"region": np.array(known["regions"]), "sector": np.array(sector_columns["sector"])[productive]}
    files.write_arrays(indicators, keys | {"verdict": solved["verdict"]} | kept)


def suppliers(stored, solved, money_unit):
    """The sums over suppliers that (15) asks for, each: weights (2, m, n*) -> sums by user (2, m, n*), money."""
    m, n = solved["output"].shape
    factor, share = solved["import_factor"], solved["domestic_share"]

    def inputs_sum(weights):
        sums = dataset.weigh_flows((weights * share).reshape(2, -1), stored).reshape(2, m, n)
        return sums * money_unit * factor

    def own_cell(weights):
        return weights * share * np.einsum("cii->ci", solved["own"]) * factor

    def own_city(weights):
        return np.einsum("kcj,cji->kci", weights * share, solved["own"]) * factor

    def own_sector(weights):
        sums = np.zeros((2, m, n))
        for d in range(m):
            same = np.einsum("jcj->cj", stored[d * n : (d + 1) * n].reshape(n, m, n))
            sums += (weights * share)[:, d, None] * same
        return sums * money_unit * factor

    return {"inputs_sum": inputs_sum, "own_cell": own_cell, "own_city": own_city, "own_sector": own_sector}


if __name__ == "__main__":
    run(compute_indicators)
