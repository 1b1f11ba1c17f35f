"""Small economies for the tests: drawn at random, balanced, and solved stage by stage as the workflow does."""

from dataclasses import dataclass, field, fields, replace

import numpy as np

from laborvalue.accounts import (
    Deliveries,
    Origins,
    RegionAccounts,
    Sectors,
    all_deliveries,
    has_import_row,
    sum_over_origins,
    year_accounts,
)
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.flows import SupplierFlows
from laborvalue.indicators import IndicatorOptions, year_indicators
from laborvalue.nation import NationalSummary, solve_nation
from laborvalue.network import RegionalProblem
from laborvalue.records import stack
from laborvalue.region import solve_region
from laborvalue.region_system import RegionSystem
from laborvalue.sample import decide_sample
from laborvalue.solutions import NationalSystem, RegionalValues

CHOSEN = {"imports": "spread_imports", "rural_sectors": ["s0"]}  # the others have their defaults
USES = ("rural_households", "urban_households", "government", "fixed_capital_formation", "inventories")


@dataclass
class EconomyTables:
    """m regions x n sectors of one year. Money in currency units, hours in hours."""

    flows: np.ndarray  # (m, n, m, n): supplying region and good, using region and sector
    final: dict  # category -> (m, n, m): supplying region, good, using region
    exports: np.ndarray  # (m, n)
    primary: dict  # compensation, ..., imports, output: (m, n)
    hours: np.ndarray  # (m, n)
    productive: np.ndarray  # (n,)
    telephones: np.ndarray  # (m,)
    capital_stock: np.ndarray | None = None
    layout: str | None = None  # as in dataset.yaml
    regions: list = field(default_factory=list)
    sectors: list = field(default_factory=list)
    kinds: list | None = None  # digital kind of each sector; None: those of random_economy
    lives: np.ndarray | None = None  # service life of each sector

    def __post_init__(self):
        m, n = self.hours.shape
        self.regions = self.regions or [f"r{c}" for c in range(m)]
        self.sectors = self.sectors or [f"s{i}" for i in range(n)]

    @property
    def output(self):
        return self.primary["output"]

    @property
    def digital(self):
        return np.array(self.kinds or ["", "device", "service", *[""] * (len(self.sectors) - 3)])

    @property
    def service_life(self):
        return np.linspace(5.0, 20.0, len(self.sectors)) if self.lives is None else self.lives


def random_economy(m=3, n=5, seed=0, imports=True):
    """A balanced economy; sector s1 makes digital devices, s2 digital services, the last is non-productive."""
    rng = np.random.default_rng(seed)
    output = rng.lognormal(5, 1, (m, n))
    near = np.eye(m) * 2 + rng.uniform(0.2, 1, (m, m))
    inputs = rng.uniform(0.3, 0.6, (m, n))  # domestic inputs per unit of output
    mix = rng.uniform(0.1, 1, (m, n, m, n)) * near[:, None, :, None] * output[:, :, None, None]
    flows = mix / mix.sum(axis=(0, 1)) * inputs * output
    uses = {name: rng.uniform(0.1, 1, (m, n, m)) for name in USES}
    # final demand takes what intermediate use leaves; sizes are then set by the flows and the uses
    flows *= 0.6 * (output.sum() / flows.sum())
    flows *= np.minimum(1, 0.8 * output / flows.sum(axis=(2, 3)))[:, :, None, None]
    left = output - flows.sum(axis=(2, 3))
    exports = 0.1 * left
    total = sum(use.sum(axis=2) for use in uses.values())
    final = {name: use * ((left - exports) / total)[:, :, None] for name, use in uses.items()}
    domestic = flows.sum(axis=(0, 1))
    bought = 0.05 * output if imports else 0 * output
    added = output - domestic - bought
    share = rng.dirichlet([8, 1, 2, 6], (m, n))
    names = ("compensation", "production_taxes", "depreciation", "operating_surplus")
    primary = {name: added * share[..., k] for k, name in enumerate(names)}
    primary |= {"imports": bought, "output": output}
    return EconomyTables(
        flows=flows,
        final=final,
        exports=exports,
        primary=primary,
        hours=output * rng.uniform(0.02, 0.08, (m, n)),
        productive=np.array([True] * (n - 1) + [False]),
        telephones=rng.integers(100, 9000, m).astype(float),
    )


def with_odd_sectors(economy, empty=(), unpaid=(), idle=()):
    """The economy with sectors that make nothing, that pay no wages, or that work no hours; it still balances.

    What others bought of an empty sector they import; what it bought itself is exported.
    """
    flows, final, hours = economy.flows.copy(), dict(economy.final), economy.hours.copy()
    primary = {name: amounts.copy() for name, amounts in economy.primary.items()}
    exports = economy.exports.copy()
    for i in empty:
        primary["imports"] += flows[:, i].sum(axis=0)
        exports += flows[:, :, :, i].sum(axis=2)
        flows[:, i], flows[:, :, :, i], exports[:, i], hours[:, i] = 0, 0, 0, 0
        final = {name: np.where(np.arange(use.shape[1])[:, None] == i, 0, use) for name, use in final.items()}
        for amounts in primary.values():
            amounts[:, i] = 0
    for i in (*unpaid, *idle):
        primary["operating_surplus"][:, i] += primary["compensation"][:, i]
        primary["compensation"][:, i] = 0
    hours[:, [*idle]] = 0
    return replace(economy, flows=flows, final=final, exports=exports, primary=primary, hours=hours)


@dataclass
class Solved:
    """One year as every stage leaves it; `regions` and `accounts` are stacked over the regions."""

    accounts: RegionAccounts
    origins: Origins
    regions: RegionSystem
    nation: NationalSystem
    summary: NationalSummary
    values: RegionalValues
    flows: SupplierFlows
    deliveries: Deliveries
    sectors: Sectors
    indicators: dict


def options_of(chosen):
    """The option classes with the tests' defaults and what is chosen otherwise."""
    chosen = CHOSEN | chosen
    kinds = ValueOptions, PriceOptions, IndicatorOptions
    return [kind(**{each.name: chosen[each.name] for each in fields(kind) if each.name in chosen}) for kind in kinds]


def solve(economy, money_unit=1.0, **chosen):
    """Every stage of the workflow on one year, in memory."""
    return solve_years({0: economy}, money_unit, **chosen)[0][0]


def solve_years(economies, money_unit=1.0, **chosen):
    """Every stage of the workflow on {year: economy}, in memory: ({year: Solved}, Sample)."""
    values, prices, indicators = options_of(chosen)
    solved = {year: solve_values_of(economy, money_unit, values, prices) for year, economy in economies.items()}
    first = next(iter(economies.values()))
    kept = first.productive
    sample = decide_sample(
        list(economies),
        np.array(first.regions),
        np.array(first.sectors)[kept],
        np.stack([of_year.values.region_status for of_year in solved.values()]),
        np.stack([np.isfinite(of_year.values.value[:, kept]) for of_year in solved.values()]),
    )
    for year, of_year in solved.items():
        of_year.indicators |= year_indicators(
            of_year.accounts,
            of_year.regions,
            of_year.nation,
            of_year.values,
            of_year.flows,
            of_year.sectors,
            sample.members(year, kept),
            economies[year].telephones,
            indicators,
        )
    return solved, sample


def solve_values_of(economy, money_unit, values, prices):
    """The stages up to the regional values, for one year."""
    m, n = economy.hours.shape
    sectors = Sectors(np.array(economy.sectors), economy.productive, economy.service_life, economy.digital)
    supplied = sum(use.sum(axis=2) for use in economy.final.values()) + economy.exports
    blocks = ((d, economy.flows[d]) for d in range(m))
    apart = has_import_row(economy.primary)
    sums = sum_over_origins(blocks, supplied, economy.exports, economy.output, economy.layout, imports_apart=apart)
    totals = {name: use.sum(axis=0).T for name, use in economy.final.items()} | {"exports": economy.exports}
    accounts, origins = year_accounts(
        sums, totals, economy.final, economy.primary, economy.hours, economy.capital_stock, money_unit, sectors
    )
    delivered = all_deliveries(sums, economy.final)
    regions = stack([solve_region(of_region, values, prices) for of_region in accounts])
    nation, summary = solve_nation(regions, sectors, prices)
    flows = SupplierFlows.counting(
        values.import_rule,
        economy.flows.reshape(m * n, m * n),
        origins.domestic_share,
        regions.import_factor,
        money_unit,
    )
    region, rule = np.array(economy.regions), values.import_rule
    problem = RegionalProblem(regions, region, origins, flows, nation.value, sectors, rule)
    regional = problem.regional_values(values.scope)
    return Solved(stack(accounts), origins, regions, nation, summary, regional, flows, delivered, sectors, {})


@dataclass
class Dense:
    """The inter-regional system of one year, written cell by cell from the definitions.

    Matrices are (m, n, m, n): supplying region and good, using region and sector, per unit of the user's output.
    """

    A: np.ndarray
    D: np.ndarray
    F: np.ndarray
    L: np.ndarray  # (m, n)


def dense_system(economy, imports="spread_imports", rural_sectors=("s0",)):
    """A, D, F and L of the inter-regional system, in loops and from the tables alone.

    Imports that rows hold: supplier (d, j) delivers the domestic share s = 1 - M / (uses - exports) of what the table
    says, M = uses - output; under `none` it delivers all of it. Imports in a row of their own are spread over the
    user's domestic inputs, and final goods then count in full, each supplier by what it delivers.
    """
    m, n = economy.hours.shape
    x, primary = economy.output, economy.primary
    share = np.ones((m, n))
    for d in range(m):
        for j in range(n):
            uses = economy.flows[d, j].sum() + sum(use[d, j].sum() for use in economy.final.values())
            bought = uses + economy.exports[d, j] - x[d, j]
            if bought > 1e-9 * x[d, j] and imports != "none":
                share[d, j] = 1 - bought / uses
    in_full = imports == "spread_imports" and primary["imports"].sum() > 0

    def basket(category, c):
        """Goods of a final use of region c per unit of it, by supplier."""
        use = economy.final[category if category in economy.final else "households"][:, :, c]
        goods = np.zeros((m, n))
        for j in range(n):
            for d in range(m):
                goods[d, j] = use[d, j] * share[d, j] / use.sum()
            if in_full:
                goods[:, j] *= use[:, j].sum() / (use[:, j] * share[:, j]).sum()
        return goods

    A, D, F = (np.zeros((m, n, m, n)) for _ in range(3))
    L = np.zeros((m, n))
    for c in range(m):
        capital, rural, urban = (
            basket(category, c) for category in ("fixed_capital_formation", "rural_households", "urban_households")
        )
        for i in range(n):
            if not x[c, i] > 0:
                continue
            inputs = economy.flows[:, :, c, i] * share
            factor = 1.0
            if imports == "spread_imports":
                factor = (inputs.sum() + primary["imports"][c, i]) / inputs.sum()
            A[:, :, c, i] = inputs * factor / x[c, i]
            D[:, :, c, i] = capital * primary["depreciation"][c, i] / x[c, i]
            consumed = rural if economy.sectors[i] in rural_sectors else urban
            F[:, :, c, i] = consumed * primary["compensation"][c, i] / x[c, i]
            L[c, i] = economy.hours[c, i] / x[c, i]
    return Dense(A, D, F, L)


def productive_system(economy, **chosen):
    """A + D and L of the productive region-sectors of `dense_system`, (N, N) and (N,)."""
    dense = dense_system(economy, **chosen)
    keep = np.broadcast_to(economy.productive, dense.L.shape).ravel()
    system = (dense.A + dense.D).reshape(len(keep), len(keep))
    return system[np.ix_(keep, keep)], dense.L.ravel()[keep]


def competitive(economy, seed=0, share=0.3):
    """The same economy with rows that hold imports: every use of a row grows by its own part, output does not."""
    rng = np.random.default_rng(seed)
    grown = 1 + rng.uniform(0, share, economy.hours.shape)
    primary = economy.primary | {"imports": 0 * economy.output}
    return replace(
        economy,
        flows=economy.flows * grown[:, :, None, None],
        final={name: use * grown[:, :, None] for name, use in economy.final.items()},
        primary=primary,
    )


def rebalanced(economy, rows=True):
    """The same economy with operating surplus and, by row, each region's own inventories as what is left of output."""
    flows, primary, final = economy.flows, dict(economy.primary), dict(economy.final)
    costs = sum(primary[name] for name in ("compensation", "production_taxes", "depreciation", "imports"))
    primary["operating_surplus"] = economy.output - flows.sum(axis=(0, 1)) - costs
    if not rows:
        return replace(economy, primary=primary)
    uses = flows.sum(axis=(2, 3)) + sum(use.sum(axis=2) for use in final.values()) + economy.exports
    home = np.arange(len(uses))
    final["inventories"] = final["inventories"].copy()
    final["inventories"][home, :, home] += economy.output - uses
    return replace(economy, primary=primary, final=final)


def mapped(economy, money, hours=lambda amounts: amounts):
    """The same economy with a function of every amount of money, and one of all hours."""
    return replace(
        economy,
        flows=money(economy.flows),
        final={name: money(use) for name, use in economy.final.items()},
        exports=money(economy.exports),
        primary={name: money(amounts) for name, amounts in economy.primary.items()},
        hours=hours(economy.hours),
    )


def scaled(economy, money=1.0, hours=1.0):
    """The same economy counted in other units."""
    return mapped(economy, lambda amounts: amounts * money, lambda amounts: amounts * hours)


def resized(economy, size):
    """The same economy with all that a region-sector makes and uses times its size, (m, n)."""
    return replace(
        economy,
        flows=economy.flows * size[:, :, None, None] * size,
        final={name: use * size[:, :, None] for name, use in economy.final.items()},
        exports=economy.exports * size,
        primary={name: amounts * size for name, amounts in economy.primary.items()},
        hours=economy.hours * size,
    )


def without_output(economy, region, sector):
    """The same economy with one cell idle: nothing made, nothing bought, nothing sold."""
    running = np.ones_like(economy.output)
    running[region, sector] = 0
    return resized(economy, running)


def reordered(economy, regions, sectors):
    """The same economy with regions and sectors listed in another order (sectors 0-2 and the last keep theirs)."""
    return replace(
        economy,
        flows=economy.flows[np.ix_(regions, sectors, regions, sectors)],
        final={name: use[np.ix_(regions, sectors, regions)] for name, use in economy.final.items()},
        exports=economy.exports[np.ix_(regions, sectors)],
        primary={name: array[np.ix_(regions, sectors)] for name, array in economy.primary.items()},
        hours=economy.hours[np.ix_(regions, sectors)],
        productive=economy.productive[sectors],
        telephones=economy.telephones[regions],
        regions=[economy.regions[c] for c in regions],
        sectors=[economy.sectors[i] for i in sectors],
    )


def with_half_apart(economy, sector):
    """The same economy with a half of one sector, of all it makes and uses, as a further sector at the end."""
    n = len(economy.sectors)
    source = [*range(n), sector]
    part = np.where(np.array(source) == sector, 0.5, 1.0)

    def split(array):
        return array[:, source] * part

    return replace(
        economy,
        flows=economy.flows[:, source][..., source] * part[:, None, None] * part,
        final={name: use[:, source] * part[:, None] for name, use in economy.final.items()},
        exports=split(economy.exports),
        primary={name: split(array) for name, array in economy.primary.items()},
        hours=split(economy.hours),
        productive=economy.productive[source],
        sectors=[*economy.sectors, f"half of {economy.sectors[sector]}"],
        kinds=[str(kind) for kind in economy.digital[source]],
        lives=economy.service_life[source],
    )


def identical_regions(economy):
    """Every region with the technique of the first: the coefficients of the goods it buys, by good and origin."""
    first = {name: array[0] / economy.output[0] for name, array in economy.primary.items()}
    technique = economy.flows[:, :, 0, :].sum(axis=0) / economy.output[0]
    origin = economy.output / economy.output.sum(axis=0)
    flows = np.einsum("dj,ji,ci->djci", origin, technique, economy.output)
    final = {
        name: np.einsum("dj,j,c->djc", origin, use[:, :, 0].sum(axis=0), economy.output.sum(axis=1))
        for name, use in economy.final.items()
    }
    hours = economy.hours[0] / economy.output[0] * economy.output
    primary = {name: share * economy.output for name, share in first.items()}
    return replace(economy, flows=flows, final=final, primary=primary, hours=hours)
