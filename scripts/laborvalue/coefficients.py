"""Coefficients per unit of output: A, D, K, L, F of one region, and the national ones.

Matrices are good x using sector. The accounts are of one region, in currency units and hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import RegionAccounts
from laborvalue.closure import Closure, refuse_unused_turnover
from laborvalue.errors import InputError
from laborvalue.imports import RULES, ImportRule
from laborvalue.labels import align
from laborvalue.prices import annuity_depreciation
from laborvalue.records import refuse_other_choices


@dataclass(frozen=True)
class ValueOptions:
    """The options of labor values (6); the names are the keys of the config's section `values`.

    Attributes
    ----------
    imports : str
        `spread_imports`, `domestic_only` or `none` (method 5.2). It has no default here: whatever uses flows must
        know how imports count.
    scope : str
        `network`, `own` or `open` (method 4.1): whose values the indicators use.
    without_values : str
        `average` or `left_out`: how the account of value counts regions without values of their own.
    """

    imports: Literal["spread_imports", "domestic_only", "none"]
    scope: Literal["network", "own", "open"] = "network"
    without_values: Literal["average", "left_out"] = "average"

    def __post_init__(self) -> None:
        refuse_other_choices(self, "values")

    @property
    def import_rule(self) -> ImportRule:
        """The rule that `imports` names.

        Returns
        -------
        ImportRule
        """
        return RULES[self.imports]


@dataclass(frozen=True)
class PriceOptions:
    """The options of production prices (7), capital and wage goods; the names are the keys of the section `prices`.

    Attributes
    ----------
    tau : float or str
        Service life of all capital goods, years, or `service_life`, each good's own.
    tau_side : str
        `row`, service lives belong to the capital goods, or `col`, to the using sectors.
    wages_advanced : bool
        Whether wages are advanced, so that profit is made on them too.
    capital_rule : str
        `tau_times_D`, `growth_adjusted` or `external` (method 5.5).
    growth : float
        Growth rate of the stock per year, for `growth_adjusted`.
    wage_scale : str
        `compensation` or `household_consumption` (method 5.4).
    rural_sectors : sequence of str
        Sectors whose workers consume the rural basket.
    model, wage, wage_share, profit_share
        As in `closure.Closure`.
    turnover : float, mapping of str to float, or None
        Turnover times of circulating capital, years, for all sectors or by sector; for the model `stock`.
    """

    tau: float | str = 10
    tau_side: Literal["row", "col"] = "row"
    wages_advanced: bool = True
    capital_rule: Literal["tau_times_D", "growth_adjusted", "external"] = "tau_times_D"
    growth: float = 0.08
    wage_scale: Literal["compensation", "household_consumption"] = "compensation"
    rural_sectors: Sequence[str] = ("01",)
    model: str = "son"
    wage: str = "basket"
    wage_share: float | None = None
    profit_share: float | None = None
    turnover: float | Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        refuse_other_choices(self, "prices")
        if self.tau != "service_life" and (isinstance(self.tau, str) or not self.tau > 0):
            raise InputError(f"prices.tau is {self.tau!r}; allowed: years above 0, or service_life")
        refuse_unused_turnover(self.model, self.turnover)

    @property
    def closure(self) -> Closure:
        """The closure of the price system.

        Returns
        -------
        Closure
        """
        return Closure(self.model, self.wage, self.wages_advanced, self.wage_share, self.profit_share)

    def turnover_times(self, sector: NDArray) -> NDArray:
        """Turnover times of circulating capital of each sector.

        Parameters
        ----------
        sector : ndarray of text, shape (n*,)
            Keys.

        Returns
        -------
        ndarray, shape (n*,)
            Years; 0 where none are given.

        Raises
        ------
        InputError
            Where they are given by sector and lack one.
        """
        if not isinstance(self.turnover, Mapping):
            return np.full(len(sector), float(self.turnover or 0.0))
        if lacking := [str(key) for key in sector if key not in self.turnover]:
            raise InputError(
                f"prices.turnover has no time for sector {', '.join(lacking)}; expected one row for each sector"
            )
        return np.array([self.turnover[str(key)] for key in sector], dtype=float)

    def service_lives(self, goods: NDArray) -> NDArray:
        """tau of each sector.

        Parameters
        ----------
        goods : ndarray, shape (n*,)
            Service lives of the goods as capital goods, years.

        Returns
        -------
        ndarray, shape (n*,)
            Years.
        """
        lives = np.asarray(goods, dtype=float)
        return lives if self.tau == "service_life" else np.full(lives.shape, float(self.tau))


def technical_coefficients(accounts: RegionAccounts, imports: ImportRule) -> tuple[NDArray, NDArray, NDArray]:
    """Technical coefficients A, the part that the region supplies to itself, and the import factor.

    `spread_imports` counts the domestic share of each delivery and scales each column by `ImportRule.factor`; for a
    table without an import row it is the same as `domestic_only` (`ImportRule.within`), which only counts the domestic
    share; `none` takes the flows as given (method 5.2).

    Parameters
    ----------
    accounts : RegionAccounts
    imports : ImportRule

    Returns
    -------
    A : ndarray, shape (n*, n*)
        Inputs from all supplying regions per unit of output. Columns without output are NaN, never 0.
    A_own : ndarray, shape (n*, n*)
        Inputs that the region supplies to itself.
    factor : ndarray, shape (n*,)
        Factor that the columns of A were scaled by.
    """
    flows = imports.counted(accounts.intermediate, accounts.domestic)
    own = accounts.own * imports.share(accounts.domestic_share)[:, None]
    factor = imports.factor(flows.sum(axis=0), accounts.imports)
    scale = factor * _per_output(accounts)
    return flows * scale, own * scale, factor


def wage_goods(accounts: RegionAccounts, rural_sector: NDArray, wage_scale: str, imports: ImportRule) -> NDArray:
    """F: good j consumed by the workers of sector i per unit of output of i (method 5.4).

    Parameters
    ----------
    accounts : RegionAccounts
    rural_sector : ndarray of bool, shape (n*,)
        Sectors whose workers consume the rural basket of the region; the others consume the urban one.
    wage_scale : str
        `compensation`: the basket of i is worth its compensation of employees; `household_consumption`: that times
        the households' consumption per compensation in the region.
    imports : ImportRule

    Returns
    -------
    ndarray, shape (n*, n*)
        NaN in columns without output.
    """
    basket = np.where(rural_sector, *(_mix(accounts, use, imports)[:, None] for use in ("rural", "urban")))
    wages = accounts.compensation
    if wage_scale == "household_consumption":
        wages = wages * accounts.households.sum() / wages.sum()
    return basket * wages * _per_output(accounts)


def depreciation_matrix(accounts: RegionAccounts, imports: ImportRule) -> NDArray:
    """D: depreciation of sector i in the mix of capital goods of the region, per unit of output (method 5.5).

    Parameters
    ----------
    accounts : RegionAccounts
    imports : ImportRule

    Returns
    -------
    ndarray, shape (n*, n*)
        Per year; NaN in columns without output.
    """
    mix = _mix(accounts, "capital", imports)
    return mix[:, None] * accounts.depreciation * _per_output(accounts)


def capital_matrix(
    accounts: RegionAccounts, D: NDArray, tau: NDArray, imports: ImportRule, prices: PriceOptions
) -> NDArray:
    """K: stock of capital goods per unit of output (methods 4.2 and 5.5).

    `capital_rule`: tau_times_D; growth_adjusted, D / psi(g) for a stock that grows at rate g; or external, the given
    stock of the using sector in the region's mix of capital goods.

    Parameters
    ----------
    accounts : RegionAccounts
    D : ndarray, shape (n*, n*)
        Depreciation, per year.
    tau : ndarray, shape (n*,)
        Service lives in years, of the good (`tau_side` = row) or of the user's capital (col).
    imports : ImportRule
    prices : PriceOptions

    Returns
    -------
    ndarray, shape (n*, n*)
        Years of output; NaN in columns without output.

    Raises
    ------
    InputError
        Where the rule is external and the accounts have no capital stock.
    """
    if prices.capital_rule == "external":
        if accounts.capital_stock is None:
            raise InputError(
                "prices.capital_rule is external, but the dataset has no capital_stock table; add it or choose "
                "tau_times_D or growth_adjusted"
            )
        mix = _mix(accounts, "capital", imports)
        return mix[:, None] * accounts.capital_stock * _per_output(accounts)
    lives = tau
    if prices.capital_rule == "growth_adjusted":
        lives = 1 / annuity_depreciation(prices.growth, tau)
    return D * (lives[:, None] if prices.tau_side == "row" else lives)


def labor_coefficients(accounts: RegionAccounts) -> NDArray:
    """L: hours of living labor per unit of output.

    Parameters
    ----------
    accounts : RegionAccounts

    Returns
    -------
    ndarray, shape (n*,)
        Hours per currency unit; NaN where there is no output.
    """
    return accounts.hours * _per_output(accounts)


def own_supply(accounts: RegionAccounts, use: str, imports: ImportRule) -> NDArray:
    """The region's own share among the suppliers of a final use: its own part of `ImportRule.weights`.

    Parameters
    ----------
    accounts : RegionAccounts
    use : str
        `capital`, `rural` or `urban`.
    imports : ImportRule

    Returns
    -------
    ndarray, shape (n*,)
        Shares, by good.
    """
    return imports.counted(getattr(accounts, f"{use}_own_share"), getattr(accounts, f"{use}_own_domestic"))


def national_average(coefficients: NDArray, output: NDArray) -> NDArray:
    """Output-weighted mean over regions: flows over output, as in a table without the regions.

    A region whose coefficient is unknown does not count.

    Parameters
    ----------
    coefficients : ndarray, shape (m, ..., n*)
        Per unit of output, the using sector last.
    output : ndarray, shape (m, n*)
        Money.

    Returns
    -------
    ndarray, shape (..., n*)
        NaN for a sector without output anywhere, or whose coefficient no region knows.
    """
    weights = np.nan_to_num(output)
    weights = weights.reshape(len(weights), *[1] * (coefficients.ndim - 2), -1)
    weights = np.where(np.isnan(coefficients), 0.0, weights)
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(weights > 0, coefficients * weights, 0).sum(axis=0) / np.where(total > 0, total, np.nan)


def _mix(accounts: RegionAccounts, use: str, imports: ImportRule) -> NDArray:
    """Goods of a final use per unit of it, see `ImportRule.mix`."""
    mix, domestic = getattr(accounts, f"{use}_mix"), getattr(accounts, f"{use}_domestic")
    return imports.mix(mix, domestic, bool(accounts.imports_apart))


def _per_output(accounts: RegionAccounts) -> NDArray:
    output = accounts.output
    return np.divide(1, output, out=np.full(len(output), np.nan), where=output > 0)


align(__name__)
