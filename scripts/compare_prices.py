"""The national system of a year -> how far its prices are from its values, and its wage-profit curve."""

import numpy as np

from laborvalue.coefficients import PriceOptions
from laborvalue.nation import NationalSystem
from laborvalue.price_deviations import compare_price_systems
from laborvalue.surplus import wage_profit_curve
from shared import files
from shared.commandline import run
from shared.stages import read_arrays_as


def compare_prices(nation, summary, settings: dict, deviations, wage_profit):
    system = read_arrays_as(NationalSystem, nation)
    files.write_table(deviations, compare_price_systems(system.price, system.value, system.output))
    made = np.isfinite(system.price)
    technique = [matrix[np.ix_(made, made)] for matrix in (system.A, system.D, system.K, system.F)]
    actual = files.read_json(summary)["profit_rate"]
    options = PriceOptions(**settings["prices"])
    curve = wage_profit_curve(*technique, system.tau[made], system.output_used[made], actual, options)
    files.write_table(wage_profit, curve)


if __name__ == "__main__":
    run(compare_prices)
