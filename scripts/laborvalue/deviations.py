"""How far prices are from labour values: the measures of the literature.

Prices and values come per unit of output; output in market prices makes the market price of every unit 1.
A price system has no level of its own, so each is first scaled to the total of the values it is compared
with. What the measures say then depends on neither scale.
"""

import numpy as np
from numpy.typing import NDArray

PAIRS = (("production price", "value"), ("market price", "value"), ("market price", "production price"))


def deviations(price: NDArray, value: NDArray, output: NDArray) -> dict[str, float]:
    """The measures of the deviation of prices from values over the sectors that have both.

    price, value (n,), any unit per unit of output; output (n,), money; a sector with a missing or
    non-positive number is left out. Returns a dict of scalars:
    `n`, the sectors compared;
    `mad`, mean absolute deviation, mean |p / v - 1|;
    `mawd`, mean absolute weighted deviation, sum |p x - v x| / sum v x (Shaikh 1984; Ochoa 1989);
    `angle`, in degrees, between the ratios p / v and the unit vector: its tangent is their coefficient of
    variation (Steedman and Tomkins 1998);
    `distance`, d = sqrt(2 (1 - cos angle)) (Steedman and Tomkins 1998);
    `r2`, squared correlation of ln(p x) with ln(v x) (Shaikh 1984; Froehlich 2013); sectors of unequal size
    raise it (Kliman 2002).
    NaN where fewer sectors are left than a measure needs.
    """
    present = (np.nan_to_num(price) > 0) & (np.nan_to_num(value) > 0) & (np.nan_to_num(output) > 0)
    p, v, x = price[present], value[present], output[present]
    if p.size == 0:
        return {"n": 0} | dict.fromkeys(("mad", "mawd", "angle", "distance", "r2"), np.nan)
    ratio = p / v * ((v @ x) / (p @ x))
    theta = np.arctan2(ratio.std(), ratio.mean())
    return {
        "n": int(p.size),
        "mad": float(np.abs(ratio - 1).mean()),
        "mawd": float(np.abs(ratio - 1) @ (v * x) / (v @ x)),
        "angle": float(np.degrees(theta)),
        "distance": float(2 * np.sin(theta / 2)),  # the same as sqrt(2 (1 - cos)), without its cancellation
        "r2": squared_correlation(np.log(p * x), np.log(v * x)),
    }


def squared_correlation(a: NDArray, b: NDArray) -> float:
    """r2 of two series (n,); NaN where one of them does not vary."""
    a, b = a - a.mean(), b - b.mean()
    spread = (a @ a) * (b @ b)
    return float((a @ b) ** 2 / spread) if spread > 0 else float("nan")


def compare_price_systems(price: NDArray, value: NDArray, output: NDArray) -> dict[str, list]:
    """`deviations` of each of PAIRS, as columns: price, value, then the measures.

    price, value (n*,), hours per currency unit, value NaN for non-productive sectors; output (n*,), money.
    All three comparisons are over the sectors that have a value.
    """
    systems = {"production price": price, "value": value, "market price": np.ones(len(price))}
    valued = np.isfinite(value)
    rows = [
        {"price": first, "compared_with": second}
        | deviations(systems[first][valued], systems[second][valued], output[valued])
        for first, second in PAIRS
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def price_value_ratios(price: NDArray, value: NDArray, output: NDArray) -> NDArray:
    """p / Lambda of each sector with prices scaled to the total of values, (n*,); NaN without a value.

    price, value (n*,), hours per currency unit; output (n*,), money.
    """
    valued = np.isfinite(value) & np.isfinite(price)
    worth = [np.where(valued, np.nan_to_num(system * output), 0.0).sum() for system in (value, price)]
    with np.errstate(invalid="ignore"):
        return np.where(valued, price / value * (worth[0] / worth[1]), np.nan)
