"""The national system of a year -> how far its prices are from its values, and its wage-profit curve."""

import numpy as np

from laborvalue.deviations import compare_price_systems
from laborvalue.surplus import wage_profit_curve
from shared import files
from shared.commandline import run


def compare_prices(nation, summary, settings: dict, deviations, wage_profit):
    nation = files.read_arrays(nation)
    files.write_table(deviations, compare_price_systems(nation["price"], nation["value"], nation["output"]))
    made = np.isfinite(nation["price"])
    square = np.ix_(made, made)
    technique = [nation[name][square] for name in "ADKF"]
    actual = files.read_json(summary)["profit_rate"]
    of_sector = [nation[name][made] for name in ("tau", "output_used")]
    curve = wage_profit_curve(*technique, *of_sector, actual, settings["prices"])
    files.write_table(wage_profit, curve)


if __name__ == "__main__":
    run(compare_prices)
