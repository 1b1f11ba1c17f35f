"""The national system of a year -> how far its prices are from its values, and its wage-profit curve."""

import numpy as np

from laborvalue.nation import national_technique
from laborvalue.price_deviations import compare_price_systems
from laborvalue.solutions import NationalSystem
from laborvalue.wage_profit import wage_profit_curve
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import price_options, read_arrays_as, read_index
from laborvalue_workflow.running.commandline import run


def compare_prices(nation, index, scalars, settings: dict, deviations, wage_profit):
    system = read_arrays_as(NationalSystem, nation)
    files.write_table(deviations, compare_price_systems(system.price, system.value, system.output))
    made, options = np.isfinite(system.price), price_options(settings["prices"])
    actual = files.read_json(scalars)["profit_rate"]
    technique = national_technique(system, options, read_index(index).sectors.sector).among(made)
    curve = wage_profit_curve(technique, options.closure, system.output_used[made], actual)
    files.write_table(wage_profit, curve)


if __name__ == "__main__":
    run(compare_prices)
