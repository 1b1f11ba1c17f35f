"""How far prices are from labor values: the measures of the literature.

Prices and values are per unit of output. Where output is in market prices, the market price of every unit is 1.
Each price system is first scaled to the total of the values that it is compared with, so that no measure depends on
the units of prices or values.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.arguments import as_floats, shaped
from laborvalue.errors import InputError
from laborvalue.labels import align

PAIRS = (("production price", "value"), ("market price", "value"), ("market price", "production price"))


@dataclass(frozen=True)
class Deviations:
    """Measures of the deviation of prices from values over the sectors that have both; all are pure numbers.

    NaN where fewer sectors are left than a measure needs.

    Attributes
    ----------
    n : int
        Number of sectors compared.
    mad : float
        Mean absolute deviation, mean of abs(p / v - 1).
    mawd : float
        Mean absolute weighted deviation, sum of abs(p x - v x) over sum of v x (Shaikh 1984; Ochoa 1989).
    angle : float
        Degrees between the ratios p / v and the unit vector: its tangent is their coefficient of variation (Steedman
        and Tomkins 1998).
    distance : float
        d = sqrt(2 (1 - cos angle)) (Steedman and Tomkins 1998).
    r2 : float
        Squared correlation of ln(p x) with ln(v x) (Shaikh 1984; Froehlich 2013). Sectors of unequal size raise it
        (Kliman 2002).
    """

    n: int
    mad: float
    mawd: float
    angle: float
    distance: float
    r2: float


def deviations(price: ArrayLike, value: ArrayLike, output: ArrayLike) -> Deviations:
    """The measures of the deviation of prices from values.

    Parameters
    ----------
    price : array_like, shape (n,)
        Prices per unit of output, in any unit of money or hours.
    value : array_like, shape (n,)
        Values per unit of output, in any unit of hours.
    output : array_like, shape (n,)
        Gross output, units of output or money. A sector is left out where one of its three numbers is missing or not
        positive.

    Returns
    -------
    Deviations
        `n`, `mad`, `mawd`, `angle`, `distance` and `r2`.

    Raises
    ------
    InputError
        If the three arrays are not vectors of one length.

    Examples
    --------
    >>> measures = deviations(price=[1.2, 0.8], value=[1.0, 1.0], output=[5.0, 5.0])
    >>> round(measures.mad, 6), round(measures.mawd, 6), round(measures.angle, 4)
    (0.2, 0.2, 11.3099)
    """
    price = as_floats("price", price)
    if price.ndim != 1:
        raise InputError(f"price has shape {price.shape}; expected (n,), one price per good")
    value = shaped("value", value, price.shape, "(n,), as price")
    output = shaped("output", output, price.shape, "(n,), as price")
    present = (np.nan_to_num(price) > 0) & (np.nan_to_num(value) > 0) & (np.nan_to_num(output) > 0)
    p, v, x = price[present], value[present], output[present]
    if p.size == 0:
        return Deviations(0, *[float("nan")] * 5)
    ratio = p / v * ((v @ x) / (p @ x))
    theta = np.arctan2(ratio.std(), ratio.mean())
    return Deviations(
        n=int(p.size),
        mad=float(np.abs(ratio - 1).mean()),
        mawd=float(np.abs(ratio - 1) @ (v * x) / (v @ x)),
        angle=float(np.degrees(theta)),
        distance=float(2 * np.sin(theta / 2)),  # sqrt(2 (1 - cos theta)), without its cancellation
        r2=squared_correlation(np.log(p * x), np.log(v * x)),
    )


def squared_correlation(a: NDArray, b: NDArray) -> float:
    """r2, the squared correlation of two series.

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        The series, in any unit.

    Returns
    -------
    float
        Between 0 and 1; NaN where one of them does not vary.

    Examples
    --------
    >>> round(squared_correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])), 12)
    1.0
    """
    a, b = a - a.mean(), b - b.mean()
    spread = (a @ a) * (b @ b)
    return float((a @ b) ** 2 / spread) if spread > 0 else float("nan")


def compare_price_systems(price: NDArray, value: NDArray, output: NDArray) -> dict[str, list]:
    """The deviations of each pair of production prices, market prices and values (`PAIRS`).

    All three comparisons are over the sectors that have a value.

    Parameters
    ----------
    price : ndarray, shape (n,)
        Production prices, hours per unit of currency.
    value : ndarray, shape (n,)
        Labor values, hours per unit of currency; NaN for sectors that are not productive.
    output : ndarray, shape (n,)
        Gross output, money.

    Returns
    -------
    dict of list
        The columns of a table with one row per pair: `price`, `compared_with`, then the measures of `deviations`.

    Examples
    --------
    >>> table = compare_price_systems(np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> table["price"][0], table["compared_with"][0], table["mawd"][0]
    ('production price', 'value', 0.0)
    """
    systems = {"production price": price, "value": value, "market price": np.ones(len(price))}
    valued = np.isfinite(value)
    rows = [
        {"price": first, "compared_with": second}
        | asdict(deviations(systems[first][valued], systems[second][valued], output[valued]))
        for first, second in PAIRS
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def price_value_ratios(price: NDArray, value: NDArray, output: NDArray) -> NDArray:
    """p / Lambda of each sector, with prices scaled to the total of values.

    Parameters
    ----------
    price : ndarray, shape (n,)
        Prices, hours per unit of currency; NaN where missing.
    value : ndarray, shape (n,)
        Labor values, hours per unit of currency; NaN where missing.
    output : ndarray, shape (n,)
        Gross output, money.

    Returns
    -------
    ndarray, shape (n,)
        Pure numbers; NaN for a sector without a price or a value.

    Examples
    --------
    >>> price_value_ratios(np.array([2.0, 2.0]), np.array([1.0, 3.0]), np.array([1.0, 1.0])).round(4)
    array([2.    , 0.6667])
    """
    valued = np.isfinite(value) & np.isfinite(price)
    totals = [np.where(valued, np.nan_to_num(system * output), 0.0).sum() for system in (value, price)]
    with np.errstate(invalid="ignore"):
        return np.where(valued, price / value * (totals[0] / totals[1]), np.nan)


align(__name__)
