"""The embedded economy: a synthetic, seeded, fully balanced system of city-level accounts.

It is what the workflow runs on where a user brings no data. Nothing in it is an estimate: sizes,
technology and trade are drawn around rounded stylised facts, so that every stage meets numbers of a
plausible magnitude and the planted relations (PLANTED) can be looked for in the results.

Every draw has its own generator, made from the seed, a label and, for what changes from year to
year, the year. A year can so be generated alone and still belongs to the same economy as the others.

Axes: c, d cities (m of them; d where the city supplies); i, j sectors (n; j where the sector
supplies); k categories of final use. Money is in MONEY_UNIT yuan at current prices, labour in hours.
`profile` is resources/embedded/sectors.csv and `recipes` resources/embedded/recipes.csv, as a dict of
column name -> array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError

MONEY_UNIT = 10_000
CATEGORIES = ("rural_households", "urban_households", "government", "fixed_capital_formation", "inventories")
CATEGORY_COLUMNS = ("rural", "urban", "government", "capital", "inventories")
BASE_YEAR = 2015
GROSS_OUTPUT = {2012: 160.2e12, 2015: 208.1e12, 2017: 225.8e12}  # yuan, all sectors and cities
HOURS = {2012: 767e6 * 2300, 2015: 775e6 * 2300, 2017: 776e6 * 2300}  # persons times hours a year

# Elasticities; those of productivity hold exactly beside `productivity_effect`, those of digital input
# before the accounts are balanced.
DEVICE_TO_PRODUCTIVITY = 0.04
SERVICE_TO_PRODUCTIVITY = 0.09
SUPPLIERS_TO_PRODUCTIVITY = 0.29
AGGLOMERATION_TO_DIGITAL_INPUT = 0.3
TELEPHONES_TO_DIGITAL_GROWTH = 0.01  # per year, of digital output and of digital input
PLANTED = {
    "living_labour_productivity": {
        "of": "gross output per hour of living labour, relative to the sector",
        "device_input_share_relative": DEVICE_TO_PRODUCTIVITY,
        "service_input_share_relative": SERVICE_TO_PRODUCTIVITY,
        "mean_relative_productivity_of_suppliers": SUPPLIERS_TO_PRODUCTIVITY,
    },
    "digital_output": {
        "of": "gross output of both digital sectors",
        "telephones_1984_per_year_since_2015": TELEPHONES_TO_DIGITAL_GROWTH,
    },
    "digital_input_coefficient": {
        "of": "device and service input per unit of output, before the accounts are balanced",
        "digital_location_quotient": AGGLOMERATION_TO_DIGITAL_INPUT,
        "telephones_1984_per_year_since_2015": TELEPHONES_TO_DIGITAL_GROWTH,
    },
}

FAULT_EVERY = 6  # one region in six has a fault
FAULTS = ("no_surplus", "zero_output", "missing_hours", "missing_accounts")
SMALLEST_WITH_FAULTS = 6
IDLE_SECTORS = 8
NO_SURPLUS_INPUTS = 1.4  # domestic inputs per unit of output where there is no surplus

BALANCE_TOLERANCE = 1e-12
BALANCE_ROUNDS = 5000


@dataclass(frozen=True)
class Cities:
    """What a city keeps over the years; arrays of length m, `place` in km (m x 2)."""

    size: np.ndarray  # share of the nation, sums to 1
    place: np.ndarray
    telephones: np.ndarray  # sets in 1984, of every city
    telephones_known: np.ndarray  # True where the count is published
    fault: tuple  # "" or one of FAULTS


@dataclass(frozen=True)
class Economy:
    """One year's accounts, in factored form: flow[(d,j),(c,i)] = trade[j,d,c] use[j,c,i]."""

    cities: Cities
    use: np.ndarray  # j, c, i: domestic good j used by sector i of city c
    final: np.ndarray  # j, c, k: domestic good j used by category k in city c
    exports: np.ndarray  # c, j: good j sold abroad by city c
    trade: np.ndarray  # j, d, c: share of city d in city c's purchases of good j
    accounts: dict  # compensation, ..., imports, output -> c, i
    hours: np.ndarray  # c, i
    relative_productivity: np.ndarray  # c, i; 1 where there is no output
    productivity_effect: np.ndarray  # c, i; the part of its log that is not planted


def generator(seed: int, label: str, year: int | None = None) -> np.random.Generator:
    """Return the random generator of one named draw; the same for the same arguments, always."""
    return np.random.default_rng([seed, *label.encode(), 0 if year is None else year])


def interpolated(known: Mapping[int, float], year: int) -> float:
    """Return `year`'s value on the log-linear line through `known` (year -> value), extended at both ends."""
    years = np.array(sorted(known))
    logs = np.log([known[year] for year in years])
    left = np.clip(np.searchsorted(years, year) - 1, 0, len(years) - 2)
    part = (year - years[left]) / (years[left + 1] - years[left])
    return float(np.exp(logs[left] * (1 - part) + logs[left + 1] * part))


def tilted(share: NDArray | float, noise: NDArray | float) -> NDArray:
    """Return `share` moved by `noise` in log odds, which keeps it between 0 and 1; arrays of any shape, or numbers."""
    share = np.asarray(share, dtype=float)
    odds = share * np.exp(noise)
    return odds / (1 - share + odds)


def quotient(numerator: NDArray | float, denominator: NDArray | float) -> NDArray:
    """Return numerator / denominator, and 0 where the denominator is 0; arrays of any shape, or numbers."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    return np.divide(numerator, denominator, out=np.zeros(shape), where=np.asarray(denominator) != 0)


def balanced(table: NDArray, *margins: NDArray) -> NDArray:
    """Scale a non-negative table (of any shape) until its sums are the `margins` (iterative proportional fitting, RAS).

    Each margin has the axes of the table, with length 1 where it is a sum. All margins must have the
    same total. Raises ArithmeticError where no such table is found.
    """
    table = np.array(table, dtype=float)
    summed = [
        tuple(axis for axis in range(table.ndim) if margin.shape[axis] != table.shape[axis]) for margin in margins
    ]
    for _ in range(BALANCE_ROUNDS):
        worst = 0.0
        for margin, axes in zip(margins, summed, strict=True):
            factor = quotient(margin, table.sum(axis=axes, keepdims=True))
            worst = max(worst, float(np.abs(factor - 1, where=margin > 0, out=np.zeros(margin.shape)).max()))
            table *= factor
        if worst < BALANCE_TOLERANCE:
            return table
    raise ArithmeticError(f"no balanced table after {BALANCE_ROUNDS} rounds (deviation {worst:.1e})")


def make_cities(count: int, seed: int) -> Cities:
    """Draw `count` cities: Zipf-Mandelbrot sizes, places in a plane, telephones, faults.

    Raises InputError below two cities: nobody could trade.
    """
    if count < 2:
        raise InputError(f"the embedded economy was asked for {count} region(s); it needs at least 2")
    rank = generator(seed, "size").permutation(count)
    size = (rank + 6.0) ** -1.05
    size /= size.sum()
    random = generator(seed, "place")
    place = np.column_stack([3000 * random.beta(2, 1.2, count), 2500 * random.random(count)])

    random = generator(seed, "telephones")
    telephones = np.maximum(10, np.rint(3e6 * size * np.exp(random.normal(0, 0.6, count))))
    known = np.zeros(count, dtype=bool)
    known[random.permutation(count)[: max(2, round(0.598 * count))]] = True

    fault = [""] * count
    if count >= SMALLEST_WITH_FAULTS:
        # Small cities are the ones whose accounts fail.
        odds = size**-1.5
        struck = generator(seed, "fault").choice(count, round(count / FAULT_EVERY), replace=False, p=odds / odds.sum())
        for number, city in enumerate(struck):
            fault[city] = FAULTS[number % len(FAULTS)]
    return Cities(size, place, telephones, known, tuple(fault))


def idle_cells(profile: Mapping[str, NDArray], cities: Cities, seed: int) -> NDArray:
    """Return True (c, i) where a city with the fault `zero_output` has a productive sector without output.

    A handful of sectors; in every fourth such city all but two. The digital sectors always run: a city
    without them has no digital location quotient.
    """
    random = generator(seed, "idle")
    candidates = np.flatnonzero(profile["productive"] & (profile["digital"] == ""))
    odds = profile["dispersion"][candidates]
    idle = np.zeros((len(cities.size), len(profile["sector"])), dtype=bool)
    for number, city in enumerate(c for c, fault in enumerate(cities.fault) if fault == "zero_output"):
        sectors = len(candidates) - 2 if number % 4 == 3 else IDLE_SECTORS
        idle[city, random.choice(candidates, sectors, replace=False, p=odds / odds.sum())] = True
    return idle


def digital_sectors(profile: Mapping[str, NDArray]) -> list[int]:
    """Return the positions of the digital device and the digital service sector; profile columns (n,)."""
    return [int(np.flatnonzero(profile["digital"] == kind)[0]) for kind in ("device", "service")]


def telephone_lead(cities: Cities) -> NDArray:
    """Return ln telephones of 1984 relative to the mean city (c): where digital growth is fastest."""
    return np.log(cities.telephones) - np.log(cities.telephones).mean()


def gross_output(profile: Mapping[str, NDArray], cities: Cities, year: int, seed: int) -> NDArray:
    """Draw gross output (c, i): the nation's by sector, shared out by size and persistent specialisation."""
    count, sectors = len(cities.size), len(profile["sector"])
    national = profile["output"] * np.exp(profile["growth"] * (year - BASE_YEAR))
    national *= interpolated(GROSS_OUTPUT, year) / MONEY_UNIT / national.sum()

    special = generator(seed, "specialisation").normal(0, profile["dispersion"], (count, sectors))
    change = generator(seed, "specialisation", year).normal(0, 0.1 * profile["dispersion"], (count, sectors))
    log_share = np.log(cities.size)[:, None] * profile["scale"] + special + change
    # Both digital sectors sit in the same cities, and grow where there were telephones early on.
    digital = generator(seed, "digital city").normal(0, 0.75, count)
    digital += generator(seed, "digital city", year).normal(0, 0.08, count)
    digital += TELEPHONES_TO_DIGITAL_GROWTH * (year - BASE_YEAR) * telephone_lead(cities)
    log_share[:, digital_sectors(profile)] += digital[:, None]

    share = np.where(idle_cells(profile, cities, seed), 0, np.exp(log_share))
    return national * share / share.sum(axis=0)


def location_quotient(profile: Mapping[str, NDArray], output: NDArray) -> NDArray:
    """Return the digital sectors' share of each city's output over their share of the nation's (c)."""
    digital = output[:, digital_sectors(profile)]
    return (digital.sum(axis=1) / output.sum(axis=1)) / (digital.sum() / output.sum())


def cost_shares(profile: Mapping[str, NDArray], cities: Cities, year: int, seed: int) -> dict[str, NDArray]:
    """Draw what a unit of output costs, as a dict name -> shares of output (c, i).

    Domestic inputs, imports, taxes, depreciation and the `net` value added left to labour and capital
    add up to 1 in every cell; all are positive or zero.
    """
    shape = (len(cities.size), len(profile["sector"]))

    def noise(label: str, lasting: float, passing: float) -> NDArray:
        return generator(seed, label).normal(0, lasting, shape) + generator(seed, label, year).normal(0, passing, shape)

    net = profile["compensation"] + profile["surplus"]
    national = net + profile["taxes"] + profile["depreciation"]
    value_added = tilted(national, noise("value added", 0.15, 0.04))
    depreciation = value_added * tilted(profile["depreciation"] / national, noise("depreciation", 0.1, 0.04))
    taxes = value_added * profile["taxes"] / national
    imports = (1 - value_added) * tilted(profile["imports"] / (1 - national), noise("imports", 0.3, 0.05))
    return {
        "domestic": 1 - value_added - imports,
        "imports": imports,
        "taxes": taxes,
        "depreciation": depreciation,
        "net": value_added - taxes - depreciation,
    }


def recipe_matrix(profile: Mapping[str, NDArray], recipes: Mapping[str, NDArray]) -> NDArray:
    """Return the stylised cost structure (j, i), columns summing to 1.

    What a column's named suppliers leave over is spread by the suppliers' size, so that no entry is 0.
    """
    position = {sector: number for number, sector in enumerate(profile["sector"])}
    matrix = np.zeros((len(position), len(position)))
    suppliers = [position[sector] for sector in recipes["supplier"]]
    users = [position[sector] for sector in recipes["sector"]]
    np.add.at(matrix, (suppliers, users), recipes["weight"])
    rest = 1 - matrix.sum(axis=0)
    return matrix + np.outer(profile["output"] / profile["output"].sum(), rest)


def domestic_final_share(profile: Mapping[str, NDArray], supply: NDArray, inputs: float) -> NDArray:
    """Return the share of each good's domestic supply (j) that final users take.

    The profile's shares, all moved by one factor in their odds such that what is left over for
    producers is in total what they use, `inputs`.
    """
    taken = sum(profile[column] for column in CATEGORY_COLUMNS) / (1 - profile["exports"])
    low, high = -10.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        left = float(np.sum(supply * (1 - tilted(taken, middle))))
        low, high = (middle, high) if left > inputs else (low, middle)
    return tilted(taken, middle)


def technology(profile: Mapping[str, NDArray], cities: Cities, output: NDArray, year: int, seed: int) -> NDArray:
    """Draw how each cell's recipe departs from the nation's: factors (j, c, i), before balancing.

    Digital inputs vary much more than others, and with the city's digital agglomeration.
    """
    shape = (output.shape[1], *output.shape)
    log_factor = generator(seed, "technology").normal(0, 0.3, shape)
    log_factor += generator(seed, "technology", year).normal(0, 0.06, shape)
    agglomeration = AGGLOMERATION_TO_DIGITAL_INPUT * np.log(location_quotient(profile, output))
    growth = TELEPHONES_TO_DIGITAL_GROWTH * (year - BASE_YEAR) * telephone_lead(cities)
    for kind, sector in zip(("device", "service"), digital_sectors(profile), strict=True):
        label = f"digital technology {kind}"
        lasting = generator(seed, label).normal(0, 0.9, output.shape)
        passing = generator(seed, label, year).normal(0, 0.15, output.shape)
        log_factor[sector] = lasting + passing + (agglomeration + growth)[:, None]
    return np.exp(log_factor)


def intermediate_use(recipe: NDArray, factors: NDArray, sales: NDArray, inputs: NDArray) -> NDArray:
    """Return domestic intermediate use (j, c, i) with given totals.

    `sales` (j) is each good's total sale to producers, `inputs` (c, i) each cell's total purchase,
    `recipe` (j, i) the nation's cost structure and `factors` (j, c, i) the cells' departures from it.
    """
    national = balanced(recipe, sales[:, None], inputs.sum(axis=0)[None, :])
    return balanced(national[:, None, :] * factors * inputs, national[:, None, :], inputs[None, :, :])


def final_use(
    profile: Mapping[str, NDArray], cities: Cities, supply: NDArray, use: NDArray, total: NDArray, year: int, seed: int
) -> NDArray:
    """Draw final use of domestic goods (j, c, k) with national totals `total` (j).

    `supply` (c, j) is output less exports. Goods go where people are; of what is hardly traded
    (`local` near 1) most is used where producers leave it over. Households' spending on digital
    goods differs most from city to city.
    """
    count, sectors = supply.shape
    shape = (sectors, count, len(CATEGORIES))
    spread = np.full((sectors, 1, 1), 0.2)
    spread[digital_sectors(profile)] = 0.7
    appetite = generator(seed, "final use").normal(0, 1, shape) * spread
    appetite += generator(seed, "final use", year).normal(0, 0.15, shape) * spread
    people = cities.size[:, None] ** np.array([0.75, 1.05, 0.9, 1.0, 1.0]) * np.exp(appetite)
    people /= people.sum(axis=1, keepdims=True)

    left_over = np.maximum(supply - use.sum(axis=2).T, 0).T
    # Where producers everywhere use more than is made at home, nothing is left to follow.
    left_over = np.where(left_over.sum(axis=1, keepdims=True) > 0, left_over, supply.T)
    left_over = left_over / left_over.sum(axis=1, keepdims=True)
    local = profile["local"][:, None, None]
    weight = (1 - local) * people + local * left_over[:, :, None]

    mix = np.stack([profile[column] for column in CATEGORY_COLUMNS], axis=1)
    mix = quotient(mix, mix.sum(axis=1, keepdims=True))
    return weight * (total[:, None] * mix)[:, None, :]


def trade_shares(profile: Mapping[str, NDArray], cities: Cities, supply: NDArray, demand: NDArray) -> NDArray:
    """Return the share of city d in city c's purchases of good j (j, d, c).

    A doubly constrained gravity model for each good: every city sells its `supply` (c, j) and buys its
    `demand` (j, c), from itself first (`home` is the usual share, larger in large cities), then from
    near and large partners. Everybody who uses good j in city c has the same mix of origins: the
    assumption of Chenery and Moses.
    """
    distance = np.linalg.norm(cities.place[:, None] - cities.place[None, :], axis=2)
    advantage = 0.3 * np.log(len(cities.size) * cities.size)
    itself = np.eye(len(cities.size), dtype=bool)
    shares = np.empty((supply.shape[1], *distance.shape))
    for good, share in enumerate(shares):
        sold, bought = supply[:, good, None], demand[good, None, :]
        pull = np.where(itself, 0, (1 + distance / 50) ** -profile["decay"][good]) * sold
        home = tilted(profile["home"][good], advantage)
        pull *= (1 - home) / pull.sum(axis=0)
        pull[itself] = np.where(supply[:, good] > 0, home, 0)
        # The two totals agree but for the rounding left over from balancing the use table.
        share[:] = quotient(balanced(pull * bought, sold, bought * (sold.sum() / bought.sum())), bought)
        share /= share.sum(axis=0)
    return shares


def supplier_productivity(relative: NDArray, productive: NDArray, use: NDArray, trade: NDArray) -> NDArray:
    """Return the weighted mean relative productivity of each cell's productive suppliers (c, i).

    Its own cell is left out, as in equation (15); 1 where there is no other supplier.
    """
    at_purchase = np.einsum("jdc,dj->jc", trade, relative)
    use = use * productive[:, None, None]
    weighted = np.einsum("jci,jc->ci", use, at_purchase)
    cities, sectors = np.arange(trade.shape[1]), np.arange(len(trade))
    own = trade[:, cities, cities].T * use[sectors, :, sectors].T
    others = use.sum(axis=0) - own
    return np.where(others > 0, quotient(weighted - own * relative, others), 1)


def relative_productivity(
    profile: Mapping[str, NDArray], output: NDArray, use: NDArray, trade: NDArray, effect: NDArray
) -> NDArray:
    """Solve for living labour's productivity relative to the sector's base (c, i).

    ln rel = effect + 0.04 ln(device share) + 0.09 ln(service share) + 0.29 ln(suppliers' rel),
    shares of output over the plain mean of the sector's cities: a contraction, so iteration converges.
    """
    running = output > 0
    log_given = effect.copy()
    elasticities = (DEVICE_TO_PRODUCTIVITY, SERVICE_TO_PRODUCTIVITY)
    for sector, elasticity in zip(digital_sectors(profile), elasticities, strict=True):
        share = quotient(use[sector], output)
        mean = share.sum(axis=0) / running.sum(axis=0)
        log_given += elasticity * np.log(np.where(running, share / mean, 1))
    relative = np.ones(output.shape)
    for _ in range(200):
        suppliers = supplier_productivity(relative, profile["productive"], use, trade)
        step = np.where(running, np.exp(log_given + SUPPLIERS_TO_PRODUCTIVITY * np.log(suppliers)), 1)
        change, relative = float(np.abs(step / relative - 1).max()), step
        if change < 1e-13:
            break
    return relative


def productivity_effect(cities: Cities, year: int, seed: int, sectors: int) -> NDArray:
    """Draw the part of log productivity (c, i) that nothing else in the economy explains."""
    count = len(cities.size)
    effect = generator(seed, "productivity city").normal(0, 0.45, (count, 1))
    effect = effect + generator(seed, "productivity").normal(0, 0.75, (count, sectors))
    return effect + generator(seed, "productivity", year).normal(0, 0.1, (count, sectors))


def worked_hours(profile: Mapping[str, NDArray], output: NDArray, relative: NDArray, year: int) -> NDArray:
    """Return hours of living labour (c, i): a sector's national hours, by output over productivity."""
    national = profile["hours"] * np.exp(profile["hours_growth"] * (year - BASE_YEAR))
    national *= interpolated(HOURS, year) / national.sum()
    need = output / relative
    return national * need / need.sum(axis=0)


def primary_inputs(
    profile: Mapping[str, NDArray],
    cities: Cities,
    shares: Mapping[str, NDArray],
    output: NDArray,
    domestic: NDArray,
    relative: NDArray,
    year: int,
    seed: int,
) -> dict[str, NDArray]:
    """Return the accounts below the flows, money (c, i) by name; with `domestic` inputs they add up to output.

    Labour's share of net value added falls as productivity rises, so that the hourly wage varies less
    than productivity. Operating surplus is the residual: positive, but where domestic inputs exceed
    what `shares` leave for them.
    """
    labour = profile["compensation"] / (profile["compensation"] + profile["surplus"])
    noise = generator(seed, "wage").normal(0, 0.5, output.shape)
    noise += generator(seed, "wage", year).normal(0, 0.08, output.shape)
    labour = tilted(labour, noise - 0.6 * np.log(relative))
    accounts = {
        "compensation": labour * shares["net"] * output,
        "production_taxes": shares["taxes"] * output,
        "depreciation": shares["depreciation"] * output,
        "imports": shares["imports"] * output,
    }
    surplus = output - domestic - sum(accounts.values())
    return {**accounts, "operating_surplus": surplus, "output": output}


def make_economy(
    profile: Mapping[str, NDArray], recipes: Mapping[str, NDArray], count: int, year: int, seed: int
) -> Economy:
    """Generate one year of the embedded economy with `count` cities as an Economy; profile columns (n,).

    Column identity: inputs, imports, compensation, taxes, depreciation and surplus add up to output.
    Row identity: sales to producers and final users in all cities and abroad add up to output.
    """
    cities = make_cities(count, seed)
    output = gross_output(profile, cities, year, seed)
    shares = cost_shares(profile, cities, year, seed)
    inputs = shares["domestic"] * output
    failing = np.array([fault == "no_surplus" for fault in cities.fault])
    inputs[failing] = NO_SURPLUS_INPUTS * output[failing]

    coast = generator(seed, "coast").normal(0, 0.5, (count, 1)) + generator(seed, "coast", year).normal(
        0, 0.05, (count, 1)
    )
    exports = tilted(profile["exports"], coast) * output
    supply = output - exports
    taken = supply.sum(axis=0) * domestic_final_share(profile, supply.sum(axis=0), inputs.sum())
    factors = technology(profile, cities, output, year, seed)
    use = intermediate_use(recipe_matrix(profile, recipes), factors, supply.sum(axis=0) - taken, inputs)
    final = final_use(profile, cities, supply, use, taken, year, seed)
    trade = trade_shares(profile, cities, supply, use.sum(axis=2) + final.sum(axis=2))

    effect = productivity_effect(cities, year, seed, output.shape[1])
    relative = relative_productivity(profile, output, use, trade, effect)
    accounts = primary_inputs(profile, cities, shares, output, inputs, relative, year, seed)
    hours = worked_hours(profile, output, relative, year)
    return Economy(cities, use, final, exports, trade, accounts, hours, relative, effect)


def flows_from(economy: Economy, origin: int) -> NDArray:
    """Return the flows that start in city `origin`: its n goods x (m n) users, region-major."""
    sold = economy.trade[:, origin, :, None] * economy.use
    return sold.reshape(len(sold), -1)


def final_demand_from(economy: Economy, origin: int) -> NDArray:
    """Return final use of what city `origin` supplies (c, j, k); the last category is its exports."""
    used = economy.trade[:, origin, :, None] * economy.final
    abroad = np.zeros((*used.shape[:2], 1))
    abroad[:, origin, 0] = economy.exports[origin]
    return np.concatenate([used, abroad], axis=2).transpose(1, 0, 2)


def description(years: Sequence[int], seed: int, cities: Cities, regions: Sequence[str]) -> dict[str, Any]:
    """Return the content of dataset.yaml: says loudly what this is, and what was planted in it."""
    return {
        "title": "SYNTHETIC city-level input-output accounts - the embedded economy, not data",
        "source": f"generated by laborvalue's own generator (scripts/synthetic/economy.py), seed {seed}",
        "licence": "CC0-1.0",
        "synthetic": True,
        "currency": "yuan",
        "money_unit": MONEY_UNIT,
        "years": list(years),
        "note": "Synthetic: drawn at random around rounded stylised facts. Nothing estimated from it "
        "replicates, confirms or contradicts the published paper.",
        "seed": seed,
        "planted": PLANTED,
        "faults": {region: fault for region, fault in zip(regions, cities.fault, strict=True) if fault},
    }
