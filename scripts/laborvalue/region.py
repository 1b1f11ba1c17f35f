"""One region in one year: its coefficients, its own values and prices, and whether it can be used."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laborvalue import coefficients
from laborvalue.accounts import RegionAccounts
from laborvalue.closures import closed
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.errors import InputError
from laborvalue.labels import align
from laborvalue.prices import spectral_radius
from laborvalue.records import to_arrays
from laborvalue.region_system import RegionCoefficients, RegionSystem
from laborvalue.sample import Status
from laborvalue.techniques import Technique, technique_under
from laborvalue.values import labor_values, requirements


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
    imports = values.import_rule
    imports.refuse_unknown_shares(accounts.domestic_share)
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
    matrices = region_coefficients(accounts, values, prices)
    n = len(accounts.sector)
    made = accounts.productive & (accounts.output > 0)
    inputs = matrices.A + matrices.D
    used = inputs[np.ix_(made, made)]
    rho = spectral_radius(used) if np.isfinite(used).all() else np.nan
    status = region_status(accounts, rho)
    own_labor, outside = np.full(n, np.nan), np.zeros((n, n))
    if status == Status.USABLE:
        bought = accounts.productive & ~made
        own_labor[made] = labor_values(used, matrices.L[made])
        outside[np.ix_(bought, made)] = requirements(used, inputs[np.ix_(bought, made)])
    return RegionSystem(
        **to_arrays(matrices),
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


align(__name__)
