"""The national systems of all years -> where the techniques of two successive years pay the same real wage.

A unit of a good is the same in both years, which needs the price index of each; without it nothing is compared.
"""

import numpy as np

from laborvalue.constant_prices import technique_at
from laborvalue.nation import national_technique
from laborvalue.solutions import NationalSystem
from laborvalue.wage_profit import common_basket, real_wage_at, switch_points
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import price_options, read_arrays_as, read_index
from laborvalue_workflow.running.commandline import run

COLUMNS = ("year", "other_year", "profit_rate", "real_wage", "sectors_without_hours", "sectors_without_price_index")


def compare_techniques(years: list, nations: list, indices: list, settings: dict, switches):
    """One row per switch point; a pair of years without one has a row with an empty rate."""
    compared = [read_technique(*paths, settings) for paths in zip(nations, indices, strict=True)]
    rows = []
    for k in range(len(years) - 1):
        (technique, output, made, index, sector), (later, _, made_later, later_index, _) = compared[k], compared[k + 1]
        both = made & made_later
        pair, first, second = (years[k], years[k + 1]), technique.among(both), later.among(both)
        unknown, unpriced = (
            " ".join(sector[both][np.isnan(known)]) for known in (first.L + second.L, index[both] + later_index[both])
        )
        if unknown or unpriced:
            rows.append((*pair, None, None, unknown, unpriced))
            continue
        first, second = technique_at(first, index[both]), technique_at(second, later_index[both])
        basket = common_basket(first, (output / index)[both])
        rates = [float(r) for r in switch_points(first, second, basket)]
        rows += [(*pair, r, real_wage_at(r, first, basket), "", "") for r in rates] or [(*pair, None, None, "", "")]
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    files.write_table(switches, dict(zip(COLUMNS, columns, strict=True)))


def read_technique(nation, index, settings):
    """The technique of a year, output, which sectors are made, their price index, and their keys."""
    system, described = read_arrays_as(NationalSystem, nation), read_index(index)
    sector, prices = described.sectors.sector, described.price_index
    technique = national_technique(system, price_options(settings["prices"]), sector)
    prices = np.full(len(sector), np.nan) if prices is None else prices
    return technique, system.output_used, np.isfinite(system.price), prices, sector


if __name__ == "__main__":
    run(compare_techniques)
