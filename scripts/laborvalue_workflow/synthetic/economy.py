"""The embedded economy: a synthetic, seeded, fully balanced system of city-level accounts.

The workflow runs on it where a user has no data. Nothing in it is an estimate: sizes, technology and trade are drawn
around rounded stylized facts, so that every stage meets numbers of a plausible magnitude and the planted relations
(`parameters.PLANTED`) can be tested in the results.

Every draw has its own generator, made from the seed, a label and, for what changes from year to year, the year. So a
year can be generated alone and still belongs to the same economy as the others.

Axes in all modules of this folder: c, d cities (m; d where the city supplies); i, j sectors (n; j where the sector
supplies); k categories of final use. Money is in MONEY_UNIT yuan at current prices, labor in hours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.accounts import Accounts, draw_accounts, worked_hours
from laborvalue_workflow.synthetic.cities import Cities, Fault, draw_cities
from laborvalue_workflow.synthetic.demand import domestic_final_share, draw_final_use
from laborvalue_workflow.synthetic.numerics import random_generator, shifted_share
from laborvalue_workflow.synthetic.parameters import NO_SURPLUS_INPUTS
from laborvalue_workflow.synthetic.production import draw_cost_shares, draw_gross_output
from laborvalue_workflow.synthetic.productivity import draw_unexplained_productivity, solve_planted_productivity
from laborvalue_workflow.synthetic.profile import Recipes, SectorProfile
from laborvalue_workflow.synthetic.technology import balanced_intermediate_use, cost_structure, draw_technology
from laborvalue_workflow.synthetic.trade import trade_shares


@dataclass(frozen=True)
class Economy:
    """One year's accounts, in factored form: flow[(d,j),(c,i)] = trade[j,d,c] use[j,c,i]."""

    cities: Cities
    use: np.ndarray  # j, c, i: domestic good j used by sector i of city c
    final: np.ndarray  # j, c, k: domestic good j used by category k in city c
    exports: np.ndarray  # c, j: good j sold abroad by city c
    trade: np.ndarray  # j, d, c: share of city d in city c's purchases of good j
    accounts: Accounts
    hours: np.ndarray  # c, i
    planted_productivity: np.ndarray  # c, i; 1 where there is no output
    unexplained_productivity: np.ndarray  # c, i: the part of its log that is not planted


def make_economy(profile: SectorProfile, recipes: Recipes, count: int, year: int, seed: int) -> Economy:
    """Generate one year of the embedded economy with `count` cities; profile of n sectors.

    Column identity: inputs, imports, compensation, taxes, depreciation and surplus add up to output.
    Row identity: sales to producers and final users in all cities and abroad add up to output.
    """
    cities = draw_cities(count, seed)
    output = draw_gross_output(profile, cities, year, seed)
    shares = draw_cost_shares(profile, cities, year, seed)
    inputs = shares.domestic * output
    failing = cities.having(Fault.NO_SURPLUS)
    inputs[failing] = NO_SURPLUS_INPUTS * output[failing]

    coast = random_generator(seed, "coast").normal(0, 0.5, (count, 1))
    coast = coast + random_generator(seed, "coast", year).normal(0, 0.05, (count, 1))
    exports = shifted_share(profile.exports, coast) * output
    supply = output - exports
    taken = supply.sum(axis=0) * domestic_final_share(profile, supply.sum(axis=0), inputs.sum())
    factors = draw_technology(profile, cities, output, year, seed)
    sales = supply.sum(axis=0) - taken
    use = balanced_intermediate_use(cost_structure(profile, recipes), factors, sales, inputs)
    final = draw_final_use(profile, cities, supply, use, taken, year, seed)
    trade = trade_shares(profile, cities, supply, use.sum(axis=2) + final.sum(axis=2))

    unexplained = draw_unexplained_productivity(cities, year, seed, output.shape[1])
    productivity = solve_planted_productivity(profile, output, use, trade, unexplained)
    accounts = draw_accounts(profile, shares, output, inputs, productivity, year, seed)
    hours = worked_hours(profile, output, productivity, year)
    return Economy(cities, use, final, exports, trade, accounts, hours, productivity, unexplained)


def flows_from(economy: Economy, origin: int) -> NDArray:
    """The flows that start in city `origin`: its n goods x (m n) users, city by city."""
    sold = economy.trade[:, origin, :, None] * economy.use
    return sold.reshape(len(sold), -1)


def final_demand_from(economy: Economy, origin: int) -> NDArray:
    """Final use of what city `origin` supplies (c, j, k); the last category is its exports."""
    used = economy.trade[:, origin, :, None] * economy.final
    abroad = np.zeros((*used.shape[:2], 1))
    abroad[:, origin, 0] = economy.exports[origin]
    return np.concatenate([used, abroad], axis=2).transpose(1, 0, 2)
