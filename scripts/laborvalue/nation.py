"""The nation in one year: average coefficients, values (6), production prices (7), normalisation (8)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.coefficients import national_average
from laborvalue.errors import InputError
from laborvalue.prices import (
    input_matrix,
    normalise_prices,
    price_vector,
    profit_rate,
    spectral_radius,
)
from laborvalue.region import USABLE
from laborvalue.surplus import capital_coefficients, surplus_value
from laborvalue.values import labor_values


def solve_nation(
    regions: Mapping[str, NDArray], sector: NDArray, productive: NDArray, tau: NDArray, settings: Mapping[str, Any]
) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """National coefficients, values and production prices of one year.

    regions: dict of stacked `solve_region` results: A, D, K, F (m, n*, n*), L, output, hours (m, n*),
    verdict (m,); sector (n*, text), productive (n*, bool), tau (n*, years); settings: tau_side,
    wages_advanced. Coefficients are those of the usable regions; output counts every region.
    Returns (arrays, summary): arrays A, D, K, F (n*, n*), L, value, price, output, hours, output_used (of the
    usable regions), constant_flow, constant_stock, variable (n*,), NaN for non-productive sectors where they
    rest on values, and tau (n*, years); summary, the scalars of summary.json.
    Raises InputError where no region is usable, where A + D leaves no surplus (rho >= 1), where the
    price system has none, or is reducible; the message says which.
    """
    used = regions["verdict"] == USABLE
    if not used.any():
        reasons, counts = np.unique(regions["verdict"], return_counts=True)
        found = ", ".join(f"{count} x {reason}" for reason, count in zip(reasons, counts, strict=True))
        raise InputError(f"no usable region ({found}); expected at least one with full accounts and a surplus")
    output_used = np.nan_to_num(regions["output"][used])
    A, D, K, F = (national_average(regions[name][used], output_used) for name in "ADKF")
    L = national_average(regions["L"][used], output_used)
    output, hours = np.nansum(regions["output"], axis=0), np.nansum(regions["hours"], axis=0)
    made = output_used.sum(axis=0) > 0
    _refuse_unmade_inputs(A, made, sector)

    valued = productive & made
    inputs = (A + D)[np.ix_(valued, valued)]
    rho = spectral_radius(inputs)
    if not rho < 1:
        raise InputError(
            f"the national economy yields no surplus: the spectral radius of A + D is {rho:.6g}; expected below 1 "
            "(check units of the flows against output)"
        )
    value = np.full(len(sector), np.nan)
    value[valued] = labor_values(inputs, L[valued])

    A_made, K_made, F_made = (matrix[np.ix_(made, made)] for matrix in (A, K, F))

    def matrix_at(r: float) -> NDArray:
        return input_matrix(r, A_made, K_made, F_made, tau[made], settings["tau_side"], settings["wages_advanced"])

    r = profit_rate(matrix_at)
    if np.isnan(r):
        raise InputError(
            f"the national price system yields no surplus over wages: the spectral radius of M(0) is "
            f"{spectral_radius(matrix_at(0.0)):.6g}; expected below 1 (check compensation and wage_scale)"
        )
    price = np.full(len(sector), np.nan)
    price[made] = price_vector(matrix_at(r), sector[made])
    price = normalise_prices(price, value, np.where(made, output, 0))
    total_used = output_used.sum(axis=0)
    net_product = total_used[valued] - inputs @ total_used[valued]
    capital = capital_coefficients(value, *(np.where(valued, matrix, 0.0) for matrix in (A, D, K, F)))
    summary = {
        "profit_rate": r,
        "spectral_radius_values": rho,
        "spectral_radius_prices": spectral_radius(matrix_at(r)),
        "total_value": float(np.nansum(value * output)),
        "total_price": float(np.nansum(price * output)),
        "labor_hours": float((L[valued] * total_used[valued]).sum()),
        "net_product_value": float(value[valued] @ net_product),
        "regions_used": int(used.sum()),
        "regions_excluded": int((~used).sum()),
    } | surplus_value(capital, L, total_used)
    arrays = {"A": A, "D": D, "K": K, "F": F, "L": L, "value": value, "price": price}
    return arrays | capital | {"output": output, "hours": hours, "output_used": total_used, "tau": tau}, summary


def _refuse_unmade_inputs(A: NDArray, made: NDArray, sector: NDArray) -> None:
    for j in np.flatnonzero(~made):
        used = np.nan_to_num(A[j])
        if used.any():
            raise InputError(
                f"sector {sector[j]} has no output in any usable region, but sector {sector[used.argmax()]} uses it; "
                "expected output wherever a good is used, or an import"
            )
