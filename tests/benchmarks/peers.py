"""One computation by one way, in a process of its own: `peers.py WAY [RESULTS]`, for bench.py.

Values of a year of a finished run: `iterative` (this library, from the stored flows), `inverse` of the dense I - A - D
(as pymrio's calc_L), `lu` (a dense solve). Prices of a random economy: `root` (this library), `eigen` (all eigenvalues
and eigenvectors of the dense matrix). Regressions of a run's panel: `pyfixest`, `linearmodels`.

Writes the largest relative residual, where there is one, to standard output.
"""

import sys
from pathlib import Path

import numpy as np

HOME = Path(__file__).parent.parent.parent
sys.path.insert(0, str(HOME / "scripts"))

YEAR = 2012
PRICED = 1428  # goods of the price system: 34 regions of 42 sectors, as in WIOD
THREADS = 2


def network(results, flows):
    """The RegionalProblem of the first year."""
    from laborvalue.accounts import Origins
    from laborvalue.flows import SupplierFlows
    from laborvalue.imports import RULES
    from laborvalue.network import RegionalProblem
    from laborvalue.region_system import RegionSystem
    from laborvalue.solutions import NationalSystem
    from laborvalue_workflow.data import dataset
    from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked

    known = read_index(results / f"economy/{YEAR}/index.json")
    origins = read_arrays_as(Origins, results / f"economy/{YEAR}/origins.npz")
    regions = read_stacked(RegionSystem, results / f"values/{YEAR}/regions", known.regions)
    value = read_arrays_as(NationalSystem, results / f"values/{YEAR}/national.npz").value
    stored = dataset.open_flows(flows, regions.output.size)
    shares, factors = origins.domestic_share, regions.import_factor
    rule = RULES["spread_imports"]
    supplied = SupplierFlows.counting(rule, stored, shares, factors, known.money_unit, THREADS)
    return RegionalProblem(regions, np.array(known.regions), origins, supplied, value, known.sectors, rule)


def dense(system):
    """A + D of the valued region-sectors as a square array: a row for each supplier, a column for each user."""
    supplied, regions, capital = system.flows, system.regions, system.capital_weights
    m, n = system.valued.shape
    per_output = supplied.import_factor * supplied.money_unit / np.where(regions.output > 0, regions.output, np.inf)
    kept = np.flatnonzero(system.valued.ravel())
    inputs = np.empty((len(kept), len(kept)))
    rows = 0
    for d in range(m):
        goods = np.flatnonzero(system.valued[d])
        block = np.array(supplied.stored[d * n : (d + 1) * n], dtype=float)[goods].reshape(-1, m, n)
        block *= supplied.domestic_share[d, goods, None, None] * per_output
        block += capital[d][goods, :, None] * np.nan_to_num(regions.D)[:, goods].transpose(1, 0, 2)
        inputs[rows : rows + len(goods)] = block.reshape(len(goods), m * n)[:, kept]
        rows += len(goods)
    return inputs


def values(way, results, flows):
    """The values of the first year by `way`, and their largest relative residual."""
    system = network(results, flows)
    if way == "iterative":
        found, _ = system.solution
    else:
        inputs = dense(system)
        leontief = np.eye(len(inputs))
        leontief -= inputs
        if way == "inverse":
            found = system.labor @ np.linalg.inv(leontief)
        else:
            found = np.linalg.solve(leontief.T, system.labor)
    return np.abs((system.product(found) + system.labor - found) / found).max()


def prices(way):
    """The prices of a random economy without fixed capital by `way`, and their largest relative residual."""
    rng = np.random.default_rng(1)
    inputs = rng.random((PRICED, PRICED)) ** 8 / PRICED
    inputs *= rng.uniform(0.5, 0.9, PRICED) / inputs.sum(axis=0)
    if way == "root":
        from laborvalue import production_prices

        system = production_prices(inputs, model="circulating")
        price, rate = system.price, system.profit_rate
    else:
        roots, vectors = np.linalg.eig(inputs.T)
        largest = np.argmax(roots.real)
        price, rate = np.abs(vectors[:, largest].real), 1 / roots[largest].real - 1
    return np.abs((1 + rate) * (price @ inputs) / price - 1).max()


def equations(results):
    """(logs of the variables by name with the keys, equation) of every estimated column, as a pandas user has them."""
    import pandas as pd

    from laborvalue.econometrics.equations import ESTIMATED, SampleRule

    panel = pd.read_parquet(results / "panel.parquet")
    panel["unit"] = panel.region + "-" + panel.sector
    for table in ESTIMATED:
        for equation in table.equations:
            names = [equation.dependent, *equation.regressors]
            data = panel if table.sample is SampleRule.ALL else panel[panel.tlp.notna()]
            with np.errstate(all="ignore"):
                data = data.assign(**{name: np.log(data[name].where(data[name] > 0)) for name in names})
            needed = [*names, *[equation.instrument] * bool(equation.instrument)]
            yield data.dropna(subset=needed), names, equation.instrument


def by_pyfixest(results):
    import pyfixest

    for data, names, instrument in equations(results):
        formula = f"{names[0]} ~ {' + '.join(names[1:])} | unit + year"
        if instrument:
            formula = f"{names[0]} ~ 1 | unit + year | {names[1]} ~ {instrument}"
        pyfixest.feols(formula, data=data, vcov={"CRV1": "unit"}).tidy()


def by_linearmodels(results):
    import pandas as pd
    from linearmodels.iv import AbsorbingLS

    for data, names, _ in equations(results):  # AbsorbingLS has no instruments: those columns by least squares
        effects = pd.DataFrame({"unit": pd.Categorical(data.unit), "year": pd.Categorical(data.year)}, index=data.index)
        model = AbsorbingLS(data[names[0]], data[names[1:]], absorb=effects)
        model.fit(cov_type="clustered", clusters=effects.unit.cat.codes.rename("unit"))


if __name__ == "__main__":
    way, *more = sys.argv[1:]
    if way in ("iterative", "inverse", "lu"):
        print(f"{values(way, Path(more[0]), more[1]):.0e}")
    elif way in ("root", "eigen"):
        print(f"{prices(way):.0e}")
    else:
        {"pyfixest": by_pyfixest, "linearmodels": by_linearmodels}[way](Path(more[0]))
