"""Constant and variable capital, surplus value, and how wages and profits divide the net product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align


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
    amounts = (at_value @ (A + D), at_value @ (A + K), at_value @ F)
    return CapitalCoefficients(*(np.where(np.isfinite(value), array, np.nan) for array in amounts))


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


align(__name__)
