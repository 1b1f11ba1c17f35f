"""Wage-profit curves of a technique under each closure, with bounds, and the switch points of two techniques."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from laborvalue.closure import Closure
from laborvalue.closures import closed
from laborvalue.labels import align
from laborvalue.prices import HIGHEST, root
from laborvalue.techniques import Technique

CURVE = ("profit_rate", "real_wage", "wage_share", "real_wage_lower", "real_wage_upper")


def wage_profit_curve(
    technique: Technique, closure: Closure, output: NDArray, actual: float, points: int = 41
) -> dict[str, list[float]]:
    """The wage-profit curve of a technique: the real wage that each profit rate leaves (7).

    Wages that are a basket: with r given, p = p B + w p G (B(r) without wages, G = F c^(r)) is solved by
    1 / w = rho(G (I - B)^-1) and its left eigenvector: no search. Wages that are money: p / w = L c^ (I - B)^-1, and
    their real value is L x / ((p / w) F x).

    Parameters
    ----------
    technique : Technique
        Of the sectors that produce.
    closure : Closure
    output : ndarray, shape (n,)
        Gross output x, money.
    actual : float
        The profit rate of the closure, per year.
    points : int
        Number of equal steps.

    Returns
    -------
    dict of lists, length points + 1
        `profit_rate`, equal steps from 0 to its maximum, reached without wages, and the actual one; `real_wage` w,
        multiples of the given basket F, with `real_wage_lower` and `real_wage_upper`, bounds that hold in spite of
        rounding errors; `wage_share` of the net product at the prices that go with r, wages over p (I - A - D) x.
        Empty columns where no wages are paid.
    """
    columns: dict[str, list[float]] = {name: [] for name in CURVE}
    if not technique.F.any():
        return columns
    problem, highest = closed(technique, closure, output), technique.maximum_rate()
    rates = np.append(np.linspace(0, highest, points)[:-1], actual)
    for r in np.sort(rates[rates < highest]):
        for column, number in zip(columns.values(), (r, *problem.real_wage(r)), strict=True):
            column.append(float(number))
    for column, number in zip(columns.values(), (highest, 0.0, 0.0, 0.0, 0.0), strict=True):
        column.append(float(number))
    return columns


def switch_points(first: Technique, second: Technique, basket: NDArray, points: int = 400) -> NDArray:
    """Profit rates at which two techniques pay the same real wage, in baskets of goods per hour.

    The real wage at r is 1 / (L c^ (I - B(r))^-1 basket), with wages paid at the end (c = 1).

    Parameters
    ----------
    first, second : Technique
        Of the same goods.
    basket : ndarray, shape (n,)
        The goods that real wages are counted in, units of output.
    points : int
        Number of equal steps of r between which a change of sign is looked for; two switch points within one step
        are not found.

    Returns
    -------
    ndarray, shape (k,)
        Per year, from 0 to the lower one of the two maximum rates; empty where one technique pays more throughout.
    """
    highest = min(first.maximum_rate(), second.maximum_rate(), HIGHEST)

    def difference(r: float) -> float:
        return float((second.labor_costs(r) - first.labor_costs(r)) @ basket)

    rates = np.linspace(0, highest, points + 1)[:-1]
    differences = [difference(r) for r in rates]
    changes = [k for k in range(len(rates) - 1) if differences[k] * differences[k + 1] < 0]
    zeros = [r for r, gap in zip(rates, differences, strict=True) if gap == 0] if any(differences) else []
    signs = [np.sign(differences[k + 1]) for k in changes]
    brackets = [(float(rates[k]), float(rates[k + 1])) for k in changes]
    roots = [_crossing(difference, float(sign), *bracket) for sign, bracket in zip(signs, brackets, strict=True)]
    return np.sort(np.array([*zeros, *roots], dtype=float))


def common_basket(technique: Technique, output: NDArray) -> NDArray:
    """The goods that an hour of labor buys: F x / L x.

    Parameters
    ----------
    technique : Technique
    output : ndarray, shape (n,)
        Gross output, units of output or money.

    Returns
    -------
    ndarray, shape (n,)
        Units of output per hour; the net product per hour where no wages are paid.
    """
    goods = technique.F @ output if technique.F.any() else np.clip(technique.net_product(output), 0, None)
    return goods / float(technique.L @ output)


def real_wage_at(r: float, technique: Technique, basket: NDArray) -> float:
    """The real wage at a profit rate, with wages paid at the end: 1 / (L (I - B(r))^-1 basket).

    Parameters
    ----------
    r : float
        Profit rate below its maximum, per year.
    technique : Technique
    basket : ndarray, shape (n,)
        The goods that real wages are counted in, units of output per hour.

    Returns
    -------
    float
        Baskets per hour.
    """
    return float(1 / (technique.labor_costs(r) @ basket))


def _crossing(difference: Callable[[float], float], sign: float, low: float, high: float) -> float:
    """Where a difference, negative at one end of a bracket and positive at the other, is 0; sign: that at its end."""

    def rising(r: float) -> float:
        return sign * difference(r)

    return root(rising, low, rising(low), high, rising(high))


align(__name__)
