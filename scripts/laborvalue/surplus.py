"""Constant and variable capital, surplus value, and how wages and profits divide the net product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.coefficients import PriceOptions
from laborvalue.prices import input_matrix, profit_rate, spectral_radius


@dataclass(frozen=True)
class CapitalCoefficients:
    """Constant and variable capital per unit of output at values, hours per currency unit.

    Attributes
    ----------
    constant_flow, constant_stock, variable : ndarray, shape (n*,)
        Lambda (A + D), Lambda (A + K) and Lambda F, as in (19); NaN for the sectors without a value.
    """

    constant_flow: NDArray
    constant_stock: NDArray
    variable: NDArray


@dataclass(frozen=True)
class SurplusValue:
    """The aggregates of the value system, hours; rates are None where nothing is paid in wages.

    Attributes
    ----------
    constant_capital, capital_advanced, variable_capital, surplus_value : float
        C, the same with the stock K in the place of D, V, and S = L x - V.
    rate_of_surplus_value, organic_composition, value_profit_rate : float or None
        S / V, C / V and S / (C + V).
    """

    constant_capital: float
    capital_advanced: float
    variable_capital: float
    surplus_value: float
    rate_of_surplus_value: float | None
    organic_composition: float | None
    value_profit_rate: float | None


def capital_coefficients(value: NDArray, A: NDArray, D: NDArray, K: NDArray, F: NDArray) -> CapitalCoefficients:
    """Constant and variable capital per unit of output at values (19).

    Parameters
    ----------
    value : ndarray, shape (n*,)
        Hours per currency unit; NaN for the sectors without one, whose goods have no value either.
    A, D, K, F : ndarray, shape (n*, n*)
        Good x using sector, per unit of output.

    Returns
    -------
    CapitalCoefficients
    """
    at_value = np.nan_to_num(value)
    found = (at_value @ (A + D), at_value @ (A + K), at_value @ F)
    return CapitalCoefficients(*(np.where(np.isfinite(value), array, np.nan) for array in found))


def sector_composition(capital: CapitalCoefficients) -> NDArray:
    """Organic composition of capital c / v of each sector at values (19).

    Parameters
    ----------
    capital : CapitalCoefficients

    Returns
    -------
    ndarray, shape (n*,)
        Ratios, unit 1; NaN for a sector without a value or without wages.
    """
    paid = capital.variable > 0
    return np.divide(capital.constant_flow, capital.variable, out=np.full(len(paid), np.nan), where=paid)


def surplus_value(capital: CapitalCoefficients, L: NDArray, output: NDArray) -> SurplusValue:
    """The aggregates of the value system, over the sectors that have a value.

    Parameters
    ----------
    capital : CapitalCoefficients
    L : ndarray, shape (n*,)
        Hours per currency unit.
    output : ndarray, shape (n*,)
        Currency units.

    Returns
    -------
    SurplusValue
    """
    valued = np.isfinite(capital.variable)
    C, advanced, V = (
        float(array[valued] @ output[valued])
        for array in (capital.constant_flow, capital.constant_stock, capital.variable)
    )
    S = float(L[valued] @ output[valued]) - V
    return SurplusValue(
        constant_capital=C,
        capital_advanced=advanced,
        variable_capital=V,
        surplus_value=S,
        rate_of_surplus_value=S / V if V > 0 else None,
        organic_composition=C / V if V > 0 else None,
        value_profit_rate=S / (C + V) if V > 0 else None,
    )


def wage_profit_curve(
    A: NDArray,
    D: NDArray,
    K: NDArray,
    F: NDArray,
    tau: NDArray,
    output: NDArray,
    actual: float,
    prices: PriceOptions,
    points: int = 41,
) -> dict[str, list[float]]:
    """The wage-profit curve of a technique: real wages w F and the profit rate r that they leave (7).

    With r given, p = p B + w p G (B without wages, G those of the given basket) is solved by
    1 / w = rho(G (I - B)^-1) and its left eigenvector: no search.

    Parameters
    ----------
    A, D, K, F : ndarray, shape (n, n)
        Of the sectors that produce, good x using sector, per unit of output.
    tau : ndarray, shape (n,)
        Service lives, years.
    output : ndarray, shape (n,)
        Money.
    actual : float
        The profit rate at the given basket.
    prices : PriceOptions
        `tau_side` and `wages_advanced` are used.
    points : int
        Number of equal steps.

    Returns
    -------
    dict of lists, length points + 1
        `profit_rate`, equal steps from 0 to its maximum, reached without wages, and the actual one; `real_wage` w,
        multiples of the given basket F; `wage_share` of the net product at the prices that go with r,
        w p F x / p (I - A - D) x. Empty columns where no wages are paid.
    """
    columns: dict[str, list[float]] = {name: [] for name in ("profit_rate", "real_wage", "wage_share")}
    if not F.any():
        return columns

    def without_wages(r: float) -> NDArray:
        return input_matrix(r, A, K, np.zeros_like(F), tau, prices.tau_side)

    highest = profit_rate(without_wages)
    net_product = output - (A + D) @ output
    for r in np.sort(np.append(np.linspace(0, highest, points)[:-1], actual)):
        wages = (1 + r) * F if prices.wages_advanced else F
        # p = w p G (I - B)^-1, transposed for the solve
        dated = np.linalg.solve((np.eye(len(F)) - without_wages(r)).T, wages.T).T
        roots, vectors = np.linalg.eig(dated.T)
        p = np.abs(vectors[:, np.argmax(roots.real)].real)
        w = 1 / spectral_radius(dated)
        for column, number in zip(columns.values(), (r, w, w * (p @ F @ output) / (p @ net_product)), strict=True):
            column.append(float(number))
    for column, number in zip(columns.values(), (highest, 0.0, 0.0), strict=True):
        column.append(float(number))
    return columns
