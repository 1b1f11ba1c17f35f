"""Values, prices, accounts, sample and the stored flows of a year -> its indicators, productive sectors."""

import numpy as np

from laborvalue.accounts import RegionAccounts
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import located
from laborvalue.indicators import IndicatorOptions, year_indicators
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Sample
from laborvalue.solutions import NationalSystem, RegionalValues
from laborvalue_workflow.data import array_files, dataset
from laborvalue_workflow.data.stages import open_supplied, read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def compute_indicators(
    year: int, regions, index, flows, accounts, solutions, nation, values, sample, settings: dict, indicators
):
    described, rule = read_index(index), ValueOptions(**settings["values"]).import_rule
    productive, money_unit = described.sectors.productive, described.money_unit
    solved = read_stacked(RegionSystem, solutions, described.regions)
    booked = read_stacked(RegionAccounts, accounts, described.regions)
    supplied = open_supplied(flows, rule, booked.domestic_share, solved.import_factor, money_unit)
    telephones = np.array(dataset.read_regions(regions)["telephones_1984"], dtype=float)  # NaN for None
    system, regional = read_arrays_as(NationalSystem, nation), read_arrays_as(RegionalValues, values)
    members = read_arrays_as(Sample, sample).members(year, productive)
    options, sectors = IndicatorOptions(**settings["indicators"]), described.sectors
    with located(f"year {year}"):
        columns = year_indicators(booked, solved, system, regional, supplied, sectors, members, telephones, options)
    keys = {"region": np.array(described.regions), "sector": sectors.sector[productive]}
    array_files.write_arrays(indicators, keys | {name: array[:, productive] for name, array in columns.items()})


if __name__ == "__main__":
    run(compute_indicators)
