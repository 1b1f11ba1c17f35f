"""City values of one year: the inter-city system (6), and the readings that look at one city at a time.

Arrays are (m, n*): region x sector. A good whose supplier has no value of its own (an excluded region, a
good the region does not make) counts at the national value of that good, never at zero.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError
from laborvalue.region import USABLE
from laborvalue.values import labor_values, solve_values

RESIDUAL = 1e-12


def city_values(
    regions: Mapping[str, NDArray],
    origins: Mapping[str, NDArray],
    inputs_value: Callable[[NDArray], NDArray],
    national_value: NDArray,
    sectors: Mapping[str, NDArray],
    scope: str,
) -> tuple[dict[str, NDArray], float]:
    """Values of every usable city-sector of one year, and the constant and variable capital they imply.

    regions: stacked `solve_region` results, first axis m; origins: dict of (m, n*, m) shares by supplying
    region for `capital`, `rural`, `urban`; inputs_value: (m, n*) values -> Lambda A, (m, n*), over the
    stored flows; national_value (n*,), NaN for non-productive sectors; sectors: dict of (n*,) `productive`
    and `rural` masks and `sector` names, regions has the names `region` (m,); scope (method 4.1):
    `network`, `own` or `open`.
    Returns (arrays, residual). Arrays (m, n*), NaN where a city-sector has no value: `value_network`,
    `value_own`, `value` (the chosen scope), `constant_flow` = Lambda (A + D), `constant_stock` =
    Lambda (A + K), `variable` = Lambda F, in hours per currency unit of output.
    Raises InputError where the system does not solve to 1e-12 or has no positive values.
    """
    productive = sectors["productive"]
    usable = regions["verdict"] == USABLE
    valued = usable[:, None] & productive & (np.nan_to_num(regions["output"]) > 0)
    at_national = np.where(productive, np.nan_to_num(national_value), 0.0)
    network, residual = network_values(
        regions["L"], regions["D"], origins["capital"], inputs_value, at_national, productive, valued
    )
    _refuse_nonpositive(network, valued, regions["region"], sectors["sector"])
    own = own_values(regions, at_national)
    solutions = {"network": network, "own": own}
    if scope == "open":
        solutions["open"] = open_values(regions, origins["capital"], at_national, valued)
    value = solutions[scope]

    def spending(coefficients: NDArray, use: str) -> NDArray:
        """Lambda times coefficients (m, n*, n*) of goods bought for a final use (method 4.1)."""
        price = goods_value(np.where(valued, value, at_national), origins[use], at_national, scope)
        return np.einsum("cj,cji->ci", price, np.where(valued[:, None, :], coefficients, 0.0))

    wages = np.where(sectors["rural"], spending(regions["F"], "rural"), spending(regions["F"], "urban"))
    constant = value - regions["L"]
    stock = constant - spending(regions["D"], "capital") + spending(regions["K"], "capital")
    arrays = {
        "value_network": network,
        "value_own": own,
        "value": value,
        "constant_flow": constant,
        "constant_stock": stock,
        "variable": wages,
    }
    return {name: np.where(valued, array, np.nan) for name, array in arrays.items()}, residual


def network_values(
    L: NDArray,
    D: NDArray,
    capital_origin: NDArray,
    inputs_value: Callable[[NDArray], NDArray],
    at_national: NDArray,
    productive: NDArray,
    valued: NDArray,
) -> tuple[NDArray, float]:
    """Lambda = Lambda (A + D) + L over all city-sectors (6), (m, n*); `values.scope` network.

    D is applied in factored form: region c buys capital good j from region d in the share
    capital_origin[d, j, c], so that D[(d, j), (c, i)] = capital_origin[d, j, c] D[c, j, i].
    """
    depreciation = np.where(valued[:, None, :], D, 0.0)

    def embodied(value: NDArray) -> NDArray:
        """Lambda (A + D) of the valued city-sectors, for values (m, n*) of all goods."""
        capital = np.einsum("dj,djc->cj", value, capital_origin)
        return (inputs_value(value) + np.einsum("cj,cji->ci", capital, depreciation))[valued]

    def spread(values: NDArray) -> NDArray:
        full = np.zeros(valued.shape)
        full[valued] = values
        return full

    fixed = np.where(valued | ~productive, 0.0, at_national)
    start = np.broadcast_to(at_national, valued.shape)[valued]
    labor = L[valued] + (embodied(fixed) if fixed.any() else 0.0)
    solution, residual = solve_values(lambda v: embodied(spread(v)), labor, start)
    if not residual <= RESIDUAL:
        raise InputError(
            f"the inter-city system does not solve: residual {residual:.1e}; expected {RESIDUAL:g} or less "
            "(A + D of the cities together yields no surplus, or nearly none)"
        )
    return spread(solution), residual


def own_values(regions: Mapping[str, NDArray], at_national: NDArray) -> NDArray:
    """Every input valued at the city's own technique (m, n*); goods it does not make at national values."""
    return regions["own_labor"] + np.einsum("j,cji->ci", at_national, regions["outside"])


def open_values(
    regions: Mapping[str, NDArray], capital_origin: NDArray, at_national: NDArray, valued: NDArray
) -> NDArray:
    """The city's own block at own values, inflows at national ones (m, n*); `values.scope` open.

    Lambda^c = (Lambda_nat (A + D)^ext + L)(I - (A + D)^cc)^-1.
    """
    own_share = np.einsum("cjc->cj", capital_origin)[:, :, None]
    users = valued[:, None, :]
    total = np.where(users, regions["A"] + regions["D"], 0.0)
    own = np.where(users & valued[:, :, None], regions["A_own"] + own_share * regions["D"], 0.0)
    labor = np.where(valued, regions["L"], 0.0) + np.einsum("j,cji->ci", at_national, total - own)
    return labor_values(own, labor)


def goods_value(value: NDArray, origin: NDArray, at_national: NDArray, scope: str) -> NDArray:
    """What a unit of good j costs region c in hours when bought for a final use, (m, n*).

    value (m, n*): values with national ones where a city has none; origin (m, n*, m): who supplies.
    """
    if scope == "network":
        return np.einsum("dj,djc->cj", value, origin)
    if scope == "own":
        return value
    own_share = np.einsum("cjc->cj", origin)
    return own_share * value + (1 - own_share) * at_national


def _refuse_nonpositive(value: NDArray, valued: NDArray, region: NDArray, sector: NDArray) -> None:
    # Lambda > 0 and Lambda (I - A - D) = L > 0 together prove rho(A + D) < 1
    for c, i in np.argwhere(valued & ~(value > 0)):
        raise InputError(
            f"region {region[c]}, sector {sector[i]}: the inter-city system gives the value {value[c, i]:.3g}; "
            "expected above 0, that is rho(A + D) < 1 (check the inputs it buys against its output)"
        )
