"""Values, prices, accounts and deliveries of a year -> the account of value and rates."""

import numpy as np

from laborvalue.accounts import Deliveries, RegionAccounts
from laborvalue.coefficients import ValueOptions
from laborvalue.rates import rate_table
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import NationalSystem, RegionalValues
from laborvalue.value_account import account_tables
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def account_values(
    index,
    deliveries,
    accounts,
    solutions,
    nation,
    values,
    settings: dict,
    cells,
    regional,
    sectoral,
    negative,
    trade,
    rates,
):
    described, options = read_index(index), ValueOptions(**settings["values"])
    region, sectors = np.array(described.regions), described.sectors
    solved, valued = read_stacked(RegionSystem, solutions, region), read_arrays_as(RegionalValues, values)
    tables = account_tables(
        solved,
        read_arrays_as(NationalSystem, nation),
        valued,
        read_stacked(RegionAccounts, accounts, region, optional=["production_taxes"]),
        read_arrays_as(Deliveries, deliveries).counted(options.import_rule, described.money_unit),
        region,
        sectors,
        options.without_values,
    )
    paths = {"cells": cells, "regions": regional, "sectors": sectoral, "negative": negative, "trade": trade}
    for name, path in paths.items():
        files.write_table(path, tables[name])
    files.write_table(rates, rate_table(valued, solved, region, sectors))


if __name__ == "__main__":
    run(account_values)
