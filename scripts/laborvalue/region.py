"""One region in one year: its coefficients, its own values and prices, and whether it can be used."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue import coefficients
from laborvalue.errors import InputError
from laborvalue.prices import input_matrix, price_vector, profit_rate, spectral_radius
from laborvalue.values import labor_values, requirements

USABLE = "usable"


def verdict(accounts: Mapping[str, NDArray], rho: float) -> str:
    """`usable`, or why the region's values cannot be computed (method 4.1).

    accounts: `productive` (n*, bool), `output` (n*, money) and `hours` (n*,); rho: spectral radius of A + D over
    the productive goods the region makes.
    """
    productive = accounts["productive"]
    active = productive & (accounts["output"] > 0)
    if np.isnan(accounts["output"]).any():
        return "missing_primary_inputs"
    if not active.any():
        return "no_productive_output"
    if np.isnan(accounts["hours"][active]).any():
        return "missing_labor"
    if not rho < 1:
        return "no_surplus"
    return USABLE


def solve_region(accounts: Mapping[str, NDArray], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Everything one region-year tells on its own.

    accounts: a region's arrays from `accounts.year_accounts` with `sector` (n*, text), `productive`
    (n*, bool) and `service_life` (n*, years); settings: imports, tau, tau_side, wages_advanced,
    capital_rule, growth, wage_scale, rural_sectors.
    Returns a dict: A, A_own, D, K, F (n*, n*), L, output, hours, import_factor, rural (n*,); `own_labor` (n*,) and
    `outside` (n*, n*): its own values are own_labor + v outside, v the values of the goods that it
    uses and does not make; `profit_rate`, `prices` (n*,) of its own price system, NaN where it has
    none; `rho_values`, `rho_prices`; `verdict`.
    Raises InputError for settings that the accounts cannot serve.
    """
    sector, productive = accounts["sector"], accounts["productive"]
    n = len(sector)
    rural = _rural_sectors(accounts, settings["rural_sectors"])
    tau = accounts["service_life"] if settings["tau"] == "service_life" else np.full(n, float(settings["tau"]))
    if settings["capital_rule"] == "external" and "capital_stock" not in accounts:
        raise InputError(
            "prices.capital_rule is external, but the dataset has no capital_stock table; add it or choose "
            "tau_times_D or growth_adjusted"
        )
    A, A_own, factor = coefficients.technical_coefficients(accounts, settings["imports"])
    D = coefficients.depreciation_matrix(accounts, settings["imports"])
    K = coefficients.capital_matrix(accounts, D, tau, settings)
    F = coefficients.wage_goods(accounts, rural, settings["wage_scale"], settings["imports"])
    L = coefficients.labor_coefficients(accounts)

    made = productive & (accounts["output"] > 0)
    rho = spectral_radius((A + D)[np.ix_(made, made)])
    judgement = verdict(accounts, rho)
    own_labor, outside = np.full(n, np.nan), np.zeros((n, n))
    if judgement == USABLE:
        inputs, bought = (A + D)[np.ix_(made, made)], productive & ~made
        own_labor[made] = labor_values(inputs, L[made])
        outside[np.ix_(bought, made)] = requirements(inputs, (A + D)[np.ix_(bought, made)])
    r, p, rho_prices = _own_prices(accounts["output"] > 0, A, K, F, tau, settings)
    return {
        "A": A,
        "A_own": A_own,
        "D": D,
        "K": K,
        "F": F,
        "L": L,
        "output": accounts["output"],
        "hours": accounts["hours"],
        "import_factor": factor,
        "rural": rural,
        "own_labor": own_labor,
        "outside": outside,
        "rho_values": rho,
        "rho_prices": rho_prices,
        "profit_rate": r,
        "prices": p,
        "verdict": judgement,
    }


def _own_prices(
    made: NDArray, A: NDArray, K: NDArray, F: NDArray, tau: NDArray, settings: Mapping[str, Any]
) -> tuple[float, NDArray, float]:
    """The region's own r, p and rho(M(0)): diagnostics, NaN where it has no positive price system."""
    p = np.full(len(made), np.nan)
    A, K, F = (matrix[np.ix_(made, made)] for matrix in (A, K, F))
    if not made.any() or not (np.isfinite(A) & np.isfinite(K) & np.isfinite(F)).all():
        return np.nan, p, np.nan

    def matrix_at(r: float) -> NDArray:
        return input_matrix(r, A, K, F, tau[made], settings["tau_side"], settings["wages_advanced"])

    rho = spectral_radius(matrix_at(0.0))
    r = profit_rate(matrix_at)
    if np.isfinite(r):
        try:
            p[made] = price_vector(matrix_at(r))
        except InputError:  # reducible: no diagnostic, and no reason to exclude the region
            pass
    return r, p, rho


def _rural_sectors(accounts: Mapping[str, NDArray], names: Sequence[str]) -> NDArray:
    """Mask (n*,) of the sectors whose workers live on the rural basket; only asked for where it differs."""
    unknown = [name for name in names if name not in accounts["sector"]]
    if unknown and not np.array_equal(accounts["rural_mix"], accounts["urban_mix"]):
        raise InputError(
            f"prices.rural_sectors names {unknown[0]}, which is no sector of the dataset; "
            f"expected keys such as {', '.join(accounts['sector'][:3])}"
        )
    return np.isin(accounts["sector"], names)
