"""Coefficients, accounts and prices of a year -> its digital indicators with other goods in place of digital ones."""

import numpy as np

from laborvalue.accounts import RegionAccounts
from laborvalue.econometrics.audit import DIGITAL
from laborvalue.errors import located
from laborvalue.indicators import IndicatorOptions, digital_columns, placebo_pairs
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Sample
from laborvalue.solutions import NationalSystem
from laborvalue_workflow.data import array_files
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run


def placebo_year(year: int, index, accounts, solutions, nation, sample, seed: int, settings: dict, placebos):
    described, options = read_index(index), IndicatorOptions(**settings["indicators"])
    sectors, productive = described.sectors, described.sectors.productive
    solved = read_stacked(RegionSystem, solutions, described.regions)
    booked = read_stacked(RegionAccounts, accounts, described.regions)
    price = read_arrays_as(NationalSystem, nation).price
    members = read_arrays_as(Sample, sample).members(year, productive)
    pairs, found = placebo_pairs(sectors, seed), {}
    for pair in pairs:
        device, service = (np.arange(len(productive)) == good for good in pair)
        with located(f"year {year}"):
            columns = digital_columns(booked, solved, price, productive, device, service, members, options)
        for name in sorted(DIGITAL):
            found.setdefault(name, []).append(columns[name][:, productive])
    arrays = {name: np.stack(of_pairs) for name, of_pairs in found.items()}
    array_files.write_arrays(placebos, arrays | {"goods": sectors.sector[pairs]})


if __name__ == "__main__":
    run(placebo_year)
