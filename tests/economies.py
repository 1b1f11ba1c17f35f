"""Small economies for the tests: drawn at random, balanced, and solved stage by stage as the workflow does."""

from dataclasses import dataclass, field, replace

import numpy as np

from laborvalue.accounts import sum_over_origins, year_accounts
from laborvalue.indicators import year_indicators
from laborvalue.nation import solve_nation
from laborvalue.network import city_values
from laborvalue.region import solve_region

VALUES = {"scope": "network", "imports": "spread_imports"}
PRICES = {
    "tau": 10,
    "tau_side": "row",
    "wages_advanced": True,
    "capital_rule": "tau_times_D",
    "growth": 0.08,
    "wage_scale": "compensation",
    "rural_sectors": ["s0"],
}
INDICATORS = {
    "tlpr_denominator": "national_coefficient",
    "digital_total_rule": "eq12_sum",
    "digital_denominator": "output",
    "digital_supply": "all_cities",
    "digital_flow": "domestic",
    "digital_average": "mean_all_cities",
    "otlp_normalise": True,
    "otlp_exclude": "own_cell",
    "otlp_of": "tlp",
    "dlq_sectors": "device_and_service",
    "city_total": "all_sectors",
    "occ_capital": "flow",
    "occ_units": "value",
    "lp_relative": True,
    "iv_mean": "all_cities",
    "iv_telephones": "count",
}
USES = ("rural_households", "urban_households", "government", "fixed_capital_formation", "inventories")


@dataclass
class Economy:
    """m regions x n sectors of one year. Money in currency units, hours in hours."""

    flows: np.ndarray  # (m, n, m, n): supplying region and good, using region and sector
    final: dict  # category -> (m, n, m): supplying region, good, using region
    exports: np.ndarray  # (m, n)
    primary: dict  # compensation, ..., imports, output: (m, n)
    hours: np.ndarray  # (m, n)
    productive: np.ndarray  # (n,)
    telephones: np.ndarray  # (m,)
    capital_stock: np.ndarray | None = None
    regions: list = field(default_factory=list)
    sectors: list = field(default_factory=list)

    def __post_init__(self):
        m, n = self.hours.shape
        self.regions = self.regions or [f"r{c}" for c in range(m)]
        self.sectors = self.sectors or [f"s{i}" for i in range(n)]

    @property
    def output(self):
        return self.primary["output"]

    @property
    def digital(self):
        return np.array(["", "device", "service", *[""] * (len(self.sectors) - 3)])

    @property
    def service_life(self):
        return np.linspace(5.0, 20.0, len(self.sectors))


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
    return Economy(
        flows=flows,
        final=final,
        exports=exports,
        primary=primary,
        hours=output * rng.uniform(0.02, 0.08, (m, n)),
        productive=np.array([True] * (n - 1) + [False]),
        telephones=rng.integers(100, 9000, m).astype(float),
    )


@dataclass
class Solved:
    accounts: dict
    year: dict
    regions: dict
    nation: dict
    summary: dict
    values: dict
    residual: float
    indicators: dict


def solve(economy, money_unit=1.0, **settings):
    """Every stage of the workflow on one year, in memory."""
    values, prices, indicators = (
        {name: settings.get(name, default) for name, default in section.items()}
        for section in (VALUES, PRICES, INDICATORS)
    )
    m, n = economy.hours.shape
    sector = np.array(economy.sectors)
    supplied = sum(use.sum(axis=2) for use in economy.final.values()) + economy.exports
    blocks = ((d, economy.flows[d]) for d in range(m))
    sums = sum_over_origins(blocks, supplied, economy.exports, economy.output)
    totals = {name: use.sum(axis=0).T for name, use in economy.final.items()} | {"exports": economy.exports}
    accounts, year = year_accounts(
        sums, totals, economy.final, economy.primary, economy.hours, economy.capital_stock, money_unit
    )
    of_sector = {"sector": sector, "productive": economy.productive, "service_life": economy.service_life}
    solved = [
        solve_region({name: array[c] for name, array in accounts.items()} | of_sector, values | prices)
        for c in range(m)
    ]
    regions = {name: np.stack([of_region[name] for of_region in solved]) for name in solved[0]}
    regions["region"] = np.array(economy.regions)
    tau = economy.service_life if prices["tau"] == "service_life" else np.full(n, float(prices["tau"]))
    nation, summary = solve_nation(regions, sector, economy.productive, tau, prices)

    stored = economy.flows.reshape(m * n, m * n)
    share = year["domestic_share"] if values["imports"] != "none" else 1.0
    factor = regions["import_factor"] * money_unit
    per_output = factor / np.where(regions["output"] > 0, regions["output"], np.inf)

    def weigh(weights):
        return (weights * share).reshape(-1, m * n) @ stored

    masks = {"productive": economy.productive, "rural": regions["rural"][0], "sector": sector}
    origins = {use: year[f"{use}_origin"] for use in ("capital", "rural", "urban")}
    city, residual = city_values(
        regions,
        origins,
        lambda v: weigh(v).reshape(m, n) * per_output,
        nation["value"],
        masks,
        values["scope"],
    )
    everything = regions | {name: array for name, array in accounts.items() if name not in regions}
    suppliers = {
        "inputs_sum": lambda w: weigh(w).reshape(2, m, n) * factor,
        "own_cell": lambda w: w * share * np.einsum("cici->ci", economy.flows) * factor,
        "own_city": lambda w: np.einsum("kcj,cjci->kci", w * share, economy.flows) * factor,
        "own_sector": lambda w: np.einsum("kdi,dici->kci", w * share, economy.flows) * factor,
    }
    columns = year_indicators(
        everything,
        nation,
        city,
        suppliers,
        {"productive": economy.productive, "digital": economy.digital},
        economy.telephones,
        indicators,
    )
    return Solved(accounts, year, regions, nation, summary, city, residual, columns)


def dense_system(economy, solved):
    """A + D and L of the productive inter-city system, written out cell by cell from the definitions."""
    m, n = economy.hours.shape
    x, primary = economy.output, economy.primary
    system, labor = np.zeros((m, n, m, n)), np.zeros((m, n))
    for c in range(m):
        formation = economy.final["fixed_capital_formation"][:, :, c]
        for i in range(n):
            if not x[c, i] > 0:
                continue
            domestic = economy.flows[:, :, c, i].sum()
            factor = (domestic + primary["imports"][c, i]) / domestic
            A = economy.flows[:, :, c, i] * factor / x[c, i]
            D = formation / formation.sum() * primary["depreciation"][c, i] / x[c, i]
            system[:, :, c, i] = A + D
            labor[c, i] = economy.hours[c, i] / x[c, i]
    keep = np.broadcast_to(economy.productive, (m, n)).ravel()
    return system.reshape(m * n, m * n)[np.ix_(keep, keep)], labor.ravel()[keep]


def scaled(economy, money=1.0, hours=1.0):
    """The same economy counted in other units."""
    return replace(
        economy,
        flows=economy.flows * money,
        final={name: use * money for name, use in economy.final.items()},
        exports=economy.exports * money,
        primary={name: array * money for name, array in economy.primary.items()},
        hours=economy.hours * hours,
    )


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
