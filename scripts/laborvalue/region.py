"""One region in one year: its coefficients, its own values and prices, and whether it can be used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from laborvalue import coefficients
from laborvalue.accounts import RegionAccounts, refuse_unknown_shares
from laborvalue.closures import closed
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.errors import InputError
from laborvalue.prices import spectral_radius
from laborvalue.records import refuse_other_shapes, to_arrays
from laborvalue.sample import Status
from laborvalue.techniques import Technique, technique_under
from laborvalue.values import labor_values, requirements


@dataclass(frozen=True)
class RegionCoefficients:
    """One region-year's coefficients; what the indicators read of a region beside its accounts and values.

    `records.stack` puts m regions together: every array then has the region as a further first axis.

    Attributes
    ----------
    A, A_own, D, F : ndarray, shape (n*, n*)
        Technical coefficients from all suppliers, the part from the region itself, depreciation, and wage goods, good
        x using sector, per unit of output; NaN in columns without output.
    K : ndarray, shape (n*, n*)
        Stock of capital goods per unit of output, years.
    L : ndarray, shape (n*,)
        Hours of living labor per currency unit.
    output, hours : ndarray, shape (n*,)
        Gross output, currency units, and hours of living labor.
    import_factor : ndarray, shape (n*,)
        Factor by which the columns of A count imports.
    rural : ndarray of bool, shape (n*,)
        Sectors whose workers consume the rural basket.
    capital_own_share, rural_own_share, urban_own_share : ndarray, shape (n*,)
        The region's own share among the suppliers of each final use (`accounts.origin_weights`).
    """

    A: NDArray
    A_own: NDArray
    D: NDArray
    K: NDArray
    F: NDArray
    L: NDArray
    output: NDArray
    hours: NDArray
    import_factor: NDArray
    rural: NDArray
    capital_own_share: NDArray
    rural_own_share: NDArray
    urban_own_share: NDArray

    def __post_init__(self) -> None:
        n = self.output.shape[-1]
        refuse_other_shapes(self, ("A", "A_own", "D", "K", "F"), (n, n))
        refuse_other_shapes(self, ("L", "hours", "import_factor", "rural"), (n,))
        refuse_other_shapes(self, ("capital_own_share", "rural_own_share", "urban_own_share"), (n,))


@dataclass(frozen=True)
class RegionSystem(RegionCoefficients):
    """One region-year's coefficients and what follows from them alone.

    Attributes
    ----------
    own_labor : ndarray, shape (n*,)
        Labor embodied on the region's own technique, hours per currency unit; NaN where there is none.
    outside : ndarray, shape (n*, n*)
        Requirements of goods that the region uses and does not make: its own values are own_labor + v outside, v the
        values of these goods.
    rho_values, rho_prices : float, or ndarray, shape (m,)
        Spectral radius of A + D over the productive goods the region makes, and of M(0); NaN where an account that it
        needs is unknown.
    profit_rate : float, or ndarray, shape (m,)
        Of its own price system, per year; NaN where it has none.
    prices : ndarray, shape (n*,)
        Of its own price system, with sum 1; NaN where it has none.
    status : str, or ndarray of text, shape (m,)
        `Status` of the region in this year.
    """

    own_labor: NDArray
    outside: NDArray
    rho_values: float | NDArray
    rho_prices: float | NDArray
    profit_rate: float | NDArray
    prices: NDArray
    status: str | NDArray

    def __post_init__(self) -> None:
        super().__post_init__()
        n = self.output.shape[-1]
        refuse_other_shapes(self, ("outside",), (n, n))
        refuse_other_shapes(self, ("own_labor", "prices"), (n,))


def region_status(accounts: RegionAccounts, rho: float) -> Status:
    """`usable`, or why the region's values cannot be computed (method 4.1).

    Values need outputs, inputs, depreciation and hours of the productive sectors; no account of the others.

    Parameters
    ----------
    accounts : RegionAccounts
    rho : float
        Spectral radius of A + D over the productive goods the region makes; NaN where an element is unknown.

    Returns
    -------
    Status
    """
    active = accounts.productive & (accounts.output > 0)
    if np.isnan(accounts.output[accounts.productive]).any():
        return Status.MISSING_PRIMARY_INPUTS
    if not active.any():
        return Status.NO_PRODUCTIVE_OUTPUT
    if np.isnan(rho):
        return Status.MISSING_PRIMARY_INPUTS
    if np.isnan(accounts.hours[active]).any():
        return Status.MISSING_LABOR
    if not rho < 1:
        return Status.NO_SURPLUS
    return Status.USABLE


def region_coefficients(accounts: RegionAccounts, values: ValueOptions, prices: PriceOptions) -> RegionCoefficients:
    """The coefficients of one region-year.

    Parameters
    ----------
    accounts : RegionAccounts
    values : ValueOptions
        `imports` is used.
    prices : PriceOptions

    Returns
    -------
    RegionCoefficients

    Raises
    ------
    InputError
        For options that the accounts cannot serve.
    """
    imports = values.imports
    if imports != "none":
        none = "values.imports: none, which takes flows as given, with indicators.digital_flow: same_as_A"
        refuse_unknown_shares(accounts.domestic_share, f"values.imports: {imports}", none)
    rural = _rural_sectors(accounts, prices.rural_sectors)
    tau = prices.service_lives(accounts.service_life)
    A, A_own, factor = coefficients.technical_coefficients(accounts, imports)
    D = coefficients.depreciation_matrix(accounts, imports)
    return RegionCoefficients(
        A=A,
        A_own=A_own,
        D=D,
        K=coefficients.capital_matrix(accounts, D, tau, imports, prices),
        F=coefficients.wage_goods(accounts, rural, prices.wage_scale, imports),
        L=coefficients.labor_coefficients(accounts),
        output=accounts.output,
        hours=accounts.hours,
        import_factor=factor,
        rural=rural,
        capital_own_share=coefficients.own_supply(accounts, "capital", imports),
        rural_own_share=coefficients.own_supply(accounts, "rural", imports),
        urban_own_share=coefficients.own_supply(accounts, "urban", imports),
    )


def region_values(accounts: RegionAccounts, values: ValueOptions, prices: PriceOptions) -> RegionSystem:
    """Coefficients, own values and status of one region-year; its own price system, a diagnostic, is not solved.

    Parameters
    ----------
    accounts : RegionAccounts
    values : ValueOptions
        `imports` is used.
    prices : PriceOptions

    Returns
    -------
    RegionSystem
        `profit_rate`, `prices` and `rho_prices` are NaN.

    Raises
    ------
    InputError
        For options that the accounts cannot serve.
    """
    found = region_coefficients(accounts, values, prices)
    n = len(accounts.sector)
    made = accounts.productive & (accounts.output > 0)
    inputs = found.A + found.D
    used = inputs[np.ix_(made, made)]
    rho = spectral_radius(used) if np.isfinite(used).all() else np.nan
    status = region_status(accounts, rho)
    own_labor, outside = np.full(n, np.nan), np.zeros((n, n))
    if status == Status.USABLE:
        bought = accounts.productive & ~made
        own_labor[made] = labor_values(used, found.L[made])
        outside[np.ix_(bought, made)] = requirements(used, inputs[np.ix_(bought, made)])
    return RegionSystem(
        **to_arrays(found),
        own_labor=own_labor,
        outside=outside,
        rho_values=rho,
        rho_prices=np.nan,
        profit_rate=np.nan,
        prices=np.full(n, np.nan),
        status=status.value,
    )


def solve_region(accounts: RegionAccounts, values: ValueOptions, prices: PriceOptions) -> RegionSystem:
    """Coefficients, own values, own prices and status of one region-year.

    Parameters
    ----------
    accounts : RegionAccounts
    values : ValueOptions
        `imports` is used.
    prices : PriceOptions

    Returns
    -------
    RegionSystem

    Raises
    ------
    InputError
        For options that the accounts cannot serve.
    """
    system = region_values(accounts, values, prices)
    tau = prices.service_lives(accounts.service_life)
    technique = technique_under(prices, system.A, system.D, system.K, system.F, system.L, tau, accounts.sector)
    r, p, rho = _own_prices(technique, accounts.output, prices)
    return replace(system, profit_rate=r, prices=p, rho_prices=rho)


def _own_prices(technique: Technique, output: NDArray, prices: PriceOptions) -> tuple[float, NDArray, float]:
    """The region's own r, p and rho(M(0)): diagnostics, NaN where it has no positive price system."""
    made = output > 0
    p = np.full(len(made), np.nan)
    own = technique.among(made)
    problem = closed(own, prices.closure, output[made])
    if not made.any() or not all(np.isfinite(getattr(own, name)).all() for name in problem.accounts):
        return np.nan, p, np.nan
    rho = spectral_radius(own.inputs_at(0.0) + own.F)
    r = problem.rate()
    if np.isfinite(r):
        try:
            p[made] = problem.prices(r)[0]
        except InputError:  # reducible: no diagnostic, and no reason to exclude the region
            pass
    return r, p, rho


def _rural_sectors(accounts: RegionAccounts, names: Sequence[str]) -> NDArray:
    """Mask (n*,) of the sectors whose workers consume the rural basket; names matter only where it differs."""
    unknown = [name for name in names if name not in accounts.sector]
    if unknown and not np.array_equal(accounts.rural_mix, accounts.urban_mix):
        raise InputError(
            f"prices.rural_sectors names {unknown[0]}, which is no sector of the dataset; "
            f"expected keys such as {', '.join(accounts.sector[:3])}"
        )
    return np.isin(accounts.sector, names)
