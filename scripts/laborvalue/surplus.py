"""Constant and variable capital, surplus value, and how wages and profits divide the net product."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.prices import input_matrix, profit_rate, spectral_radius


def capital_coefficients(value: NDArray, A: NDArray, D: NDArray, K: NDArray, F: NDArray) -> dict[str, NDArray]:
    """Constant and variable capital per unit of output at values, a dict of (n*,), hours per currency unit.

    `constant_flow` = Lambda (A + D), `constant_stock` = Lambda (A + K), `variable` = Lambda F, as in (19).
    value (n*,), NaN for the sectors without one, whose goods have no value either; A, D, K, F (n*, n*).
    """
    at_value = np.nan_to_num(value)
    found = {"constant_flow": at_value @ (A + D), "constant_stock": at_value @ (A + K), "variable": at_value @ F}
    return {name: np.where(np.isfinite(value), array, np.nan) for name, array in found.items()}


def surplus_value(capital: Mapping[str, NDArray], L: NDArray, output: NDArray) -> dict[str, float | None]:
    """The aggregates of the value system, over the sectors that have a value.

    capital: from `capital_coefficients`; L (n*,), hours per currency unit; output (n*,), money. Returns a dict:
    `constant_capital` C, `capital_advanced` (the same with the stock K in the place of D), `variable_capital` V,
    `surplus_value` S = L x - V, hours; `rate_of_surplus_value` S / V, `organic_composition` C / V and
    `value_profit_rate` S / (C + V), None where nothing is paid in wages.
    """
    valued = np.isfinite(capital["variable"])
    totals = {name: float(array[valued] @ output[valued]) for name, array in capital.items()}
    C, V = totals["constant_flow"], totals["variable"]
    S = float(L[valued] @ output[valued]) - V
    return {
        "constant_capital": C,
        "capital_advanced": totals["constant_stock"],
        "variable_capital": V,
        "surplus_value": S,
        "rate_of_surplus_value": S / V if V > 0 else None,
        "organic_composition": C / V if V > 0 else None,
        "value_profit_rate": S / (C + V) if V > 0 else None,
    }


def wage_profit_curve(
    A: NDArray,
    D: NDArray,
    K: NDArray,
    F: NDArray,
    tau: NDArray,
    output: NDArray,
    actual: float,
    settings: Mapping[str, Any],
    points: int = 41,
) -> dict[str, list[float]]:
    """The wage-profit curve of a technique: real wages w F and the profit rate r they leave (7).

    A, D, K, F (n, n), tau (n,) years, output (n,) of the sectors that produce; actual: the profit rate at the
    given basket; settings: tau_side, wages_advanced. Returns columns (points + 1,): `profit_rate`, equal steps
    from 0 to its maximum, reached without wages, and the actual one; `real_wage` w, multiples of the given basket
    F; `wage_share` of the net product at the prices that go with r, w p F x / p (I - A - D) x. Empty columns where
    nobody is paid.

    With r given, p = p B + w p G (B without wages, G those of the given basket) is solved by
    1 / w = rho(G (I - B)^-1) and its left eigenvector: no search.
    """
    columns: dict[str, list[float]] = {name: [] for name in ("profit_rate", "real_wage", "wage_share")}
    if not F.any():
        return columns

    def without_wages(r: float) -> NDArray:
        return input_matrix(r, A, K, np.zeros_like(F), tau, settings["tau_side"])

    highest = profit_rate(without_wages)
    net_product = output - (A + D) @ output
    for r in np.sort(np.append(np.linspace(0, highest, points)[:-1], actual)):
        wages = (1 + r) * F if settings["wages_advanced"] else F
        # p = w p G (I - B)^-1, transposed for the solve
        dated = np.linalg.solve((np.eye(len(F)) - without_wages(r)).T, wages.T).T
        values, vectors = np.linalg.eig(dated.T)
        p = np.abs(vectors[:, np.argmax(values.real)].real)
        w = 1 / spectral_radius(dated)
        for column, number in zip(columns.values(), (r, w, w * (p @ F @ output) / (p @ net_product)), strict=True):
            column.append(float(number))
    for column, number in zip(columns.values(), (highest, 0.0, 0.0), strict=True):
        column.append(float(number))
    return columns
