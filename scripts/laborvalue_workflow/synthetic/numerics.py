"""Random generators, interpolation and balancing for the embedded economy."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

BALANCE_TOLERANCE = 1e-12
BALANCE_ROUNDS = 5000


def random_generator(seed: int, label: str, year: int | None = None) -> np.random.Generator:
    """The generator of one named draw: always the same for the same arguments."""
    return np.random.default_rng([seed, *label.encode(), 0 if year is None else year])


def log_interpolated(values: Mapping[int, float], year: int) -> float:
    """The value of `year` on the log-linear line through `values` (year -> value), extended at both ends."""
    years = np.array(sorted(values))
    logs = np.log([values[year] for year in years])
    left = np.clip(np.searchsorted(years, year) - 1, 0, len(years) - 2)
    part = (year - years[left]) / (years[left + 1] - years[left])
    return float(np.exp(logs[left] * (1 - part) + logs[left + 1] * part))


def shifted_share(share: NDArray | float, shift: NDArray | float) -> NDArray:
    """`share` shifted by `shift` in log odds, which keeps it between 0 and 1; arrays of any shape, or numbers."""
    share = np.asarray(share, dtype=float)
    odds = share * np.exp(shift)
    return odds / (1 - share + odds)


def ratio_or_zero(numerator: NDArray | float, denominator: NDArray | float) -> NDArray:
    """numerator / denominator, and 0 where the denominator is 0; arrays of any shape, or numbers."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    return np.divide(numerator, denominator, out=np.zeros(shape), where=np.asarray(denominator) != 0)


def balance(table: NDArray, *margins: NDArray) -> NDArray:
    """Scale a non-negative table (of any shape) until its sums are the `margins`: iterative proportional fitting, RAS.

    Each margin has the axes of the table, with length 1 where it is a sum. All margins must have the
    same total. Raises ArithmeticError where no such table is found.
    """
    table = np.array(table, dtype=float)
    summed = [
        tuple(axis for axis in range(table.ndim) if margin.shape[axis] != table.shape[axis]) for margin in margins
    ]
    for _ in range(BALANCE_ROUNDS):
        worst = 0.0
        for margin, axes in zip(margins, summed, strict=True):
            factor = ratio_or_zero(margin, table.sum(axis=axes, keepdims=True))
            worst = max(worst, float(np.abs(factor - 1, where=margin > 0, out=np.zeros(margin.shape)).max()))
            table *= factor
        if worst < BALANCE_TOLERANCE:
            return table
    raise ArithmeticError(f"no balanced table after {BALANCE_ROUNDS} rounds (deviation {worst:.1e})")
