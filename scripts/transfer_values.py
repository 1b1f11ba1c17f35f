"""Values, prices and deliveries of a year -> transfers of value and rates, by region, by sector and through trade."""

import numpy as np

from laborvalue.accounts import Deliveries
from laborvalue.coefficients import ValueOptions
from laborvalue.nation import NationalSystem
from laborvalue.network import RegionalValues
from laborvalue.region import RegionSystem
from laborvalue.transfers import by_region, trade_transfers, value_rates, value_transfers
from laborvalue_workflow.data import files
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.running.commandline import run

MEASURED = ("output", "living_labor", "value", "social_value", "price_value", "market_value")
TRADED = ("value", "price_value", "market_value", "net")


def transfer_values(index, deliveries, solutions, nation, values, settings: dict, transfers, regional, trade, rates):
    known = read_index(index)
    regions, sectors, productive = np.array(known.regions), known.sectors.sector, known.sectors.productive
    solved = read_stacked(RegionSystem, solutions, known.regions)
    national, city = read_arrays_as(NationalSystem, nation), read_arrays_as(RegionalValues, values)
    found = value_transfers(city.value, national.value, national.price, solved.output, solved.hours)
    imports = ValueOptions(**settings["values"]).imports
    delivered = read_arrays_as(Deliveries, deliveries).counted(imports, known.money_unit)
    through_trade = trade_transfers(found, city.value, delivered)
    rated = value_rates(city, solved)

    keys = {"region": np.repeat(regions, productive.sum()), "sector": np.tile(sectors[productive], len(regions))}
    cells = {name: getattr(found, name)[:, productive].ravel() for name in MEASURED}
    moved = {"transfer_regions": found.between_regions, "transfer_sectors": found.between_sectors}
    files.write_table(transfers, keys | cells | {name: of[:, productive].ravel() for name, of in moved.items()})
    files.write_table(regional, {"region": regions} | by_region(found, through_trade))
    seller, buyer = np.nonzero(through_trade.value)
    of_pair = {name: getattr(through_trade, name)[seller, buyer] for name in TRADED}
    files.write_table(trade, {"region": regions[seller], "partner": regions[buyer]} | of_pair)
    per_cell = ("surplus_value_rate", "value_profit_rate", "organic_composition", "vertically_integrated_labor")
    files.write_table(
        rates,
        keys
        | {name: getattr(rated, name)[:, productive].ravel() for name in per_cell}
        | {"own_profit_rate": np.repeat(rated.own_profit_rate, productive.sum())},
    )


if __name__ == "__main__":
    run(transfer_values)
