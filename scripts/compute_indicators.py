"""Values, prices, accounts, sample and the stored flows of a year -> its indicators, productive sectors."""

import numpy as np

from laborvalue.accounts import RegionAccounts
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.indicators import IndicatorOptions, year_indicators
from laborvalue.nation import NationalSystem
from laborvalue.network import RegionalValues
from laborvalue.region import RegionSystem
from laborvalue.sample import Sample
from laborvalue_workflow.data import array_files, dataset
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def compute_indicators(
    year: int, regions, index, flows, accounts, solutions, nation, values, sample, settings: dict, indicators
):
    known = read_index(index)
    productive = known.sectors.productive
    solved = read_stacked(RegionSystem, solutions, known.regions)
    booked = read_stacked(RegionAccounts, accounts, known.regions)
    supplied = SupplierFlows.counting(
        ValueOptions(**settings["values"]).imports,
        dataset.open_flows(flows, solved.output.size),
        booked.domestic_share,
        solved.import_factor,
        known.money_unit,
    )
    telephones = dataset.read_regions(regions)["telephones_1984"]
    try:
        columns = year_indicators(
            booked,
            solved,
            read_arrays_as(NationalSystem, nation),
            read_arrays_as(RegionalValues, values),
            supplied,
            known.sectors,
            read_arrays_as(Sample, sample).members(year, productive),
            np.array([np.nan if count is None else count for count in telephones]),
            IndicatorOptions(**settings["indicators"]),
        )
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    keys = {"region": np.array(known.regions), "sector": known.sectors.sector[productive]}
    array_files.write_arrays(indicators, keys | {name: array[:, productive] for name, array in columns.items()})


if __name__ == "__main__":
    run(compute_indicators)
