"""The national systems of all years -> where the techniques of two successive years pay the same real wage."""

import numpy as np

from laborvalue.nation import national_technique
from laborvalue.solutions import NationalSystem
from laborvalue.wage_profit import common_basket, real_wage_at, switch_points
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import price_options, read_arrays_as, read_index
from laborvalue_workflow.running.commandline import run

COLUMNS = ("year", "other_year", "profit_rate", "real_wage", "sectors_without_hours")


def compare_techniques(years: list, nations: list, indices: list, settings: dict, switches):
    """One row per switch point; a pair of years without one has a row with an empty rate."""
    compared = [read_technique(*paths, settings) for paths in zip(nations, indices, strict=True)]
    rows = []
    for k in range(len(years) - 1):
        (technique, output, made, sector), (later, _, made_later, _) = compared[k], compared[k + 1]
        both = made & made_later
        pair, first, second = (years[k], years[k + 1]), technique.among(both), later.among(both)
        if (unknown := np.isnan(first.L + second.L)).any():
            rows.append((*pair, None, None, " ".join(sector[both][unknown])))
            continue
        basket = common_basket(first, output[both])
        rates = [float(r) for r in switch_points(first, second, basket)]
        rows += [(*pair, r, real_wage_at(r, first, basket), "") for r in rates] or [(*pair, None, None, "")]
    files.write_table(switches, dict(zip(COLUMNS, zip(*rows, strict=True) if rows else [()] * 5, strict=True)))


def read_technique(nation, index, settings):
    """The technique of a year, output, which sectors are made, and their keys."""
    system, sector = read_arrays_as(NationalSystem, nation), read_index(index).sectors.sector
    technique = national_technique(system, price_options(settings["prices"]), sector)
    return technique, system.output_used, np.isfinite(system.price), sector


if __name__ == "__main__":
    run(compare_techniques)
