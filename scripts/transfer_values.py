"""Values, prices and deliveries of a year -> transfers of value and rates, by region, by sector and through trade."""

import numpy as np

from laborvalue.accounts import Deliveries
from laborvalue.coefficients import ValueOptions
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import NationalSystem, RegionalValues
from laborvalue.transfers import transfer_tables
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def transfer_values(index, deliveries, solutions, nation, values, settings: dict, transfers, regional, trade, rates):
    described, rule = read_index(index), ValueOptions(**settings["values"]).import_rule
    tables = transfer_tables(
        read_stacked(RegionSystem, solutions, described.regions),
        read_arrays_as(NationalSystem, nation),
        read_arrays_as(RegionalValues, values),
        read_arrays_as(Deliveries, deliveries).counted(rule, described.money_unit),
        np.array(described.regions),
        described.sectors,
    )
    for path, table in zip((transfers, regional, trade, rates), tables, strict=True):
        files.write_table(path, table)


if __name__ == "__main__":
    run(transfer_values)
