"""Which choice moves which slope: one at a time around the run, and a main-effects decomposition over the sample.

Shapes: R readings, C choices, S slopes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align


def moved(slopes: NDArray, places: NDArray, single: NDArray) -> tuple[NDArray, NDArray]:
    """The least and the greatest slope over the alternatives of each choice, all else as in the run.

    Parameters
    ----------
    slopes : ndarray, shape (R, S)
        NaN where a reading has none. The first reading is the run's own.
    places : ndarray of int, shape (R, C)
        The position of each reading's alternative in every choice.
    single : ndarray of bool, shape (R,)
        The readings that differ from the run in one choice.

    Returns
    -------
    low, high : ndarray, shape (C, S)
        In units of the slopes; NaN where no reading with another alternative has the slope.
    """
    low, high = (np.full((places.shape[1], slopes.shape[1]), np.nan) for _ in range(2))
    for choice in range(places.shape[1]):
        around = slopes[single & (places[:, choice] != places[0, choice])]
        rows = np.where(np.isfinite(around).any(axis=0), np.vstack([slopes[:1], around]), np.nan)
        low[choice] = np.fmin.reduce(rows, axis=0)
        high[choice] = np.fmax.reduce(rows, axis=0)
    return low, high


def variance_shares(slopes: NDArray, places: NDArray) -> tuple[NDArray, NDArray]:
    """The share of the variance of a slope over the sample that each choice explains, in a main-effects decomposition.

    b[r] = a + sum_c e[c, alternative of c in r] + u[r] by least squares. The share of choice c is what the sum of
    squared u rises by without its effects, over the total sum of squares: (RSS without c - RSS) / TSS. In a balanced
    sample the shares sum to R-squared; what is left are interactions. Readings count alike, without weights.

    Parameters
    ----------
    slopes : ndarray, shape (R, S)
        Of the sample, NaN where a reading has none.
    places : ndarray of int, shape (R, C)
        The position of each reading's alternative in every choice.

    Returns
    -------
    shares : ndarray, shape (C, S)
        Between 0 and 1; NaN where the readings are too few for the effects, or the slope does not vary.
    readings : ndarray of int, shape (S,)
        How many readings have the slope.
    """
    has = np.isfinite(slopes)
    shares = np.full((places.shape[1], slopes.shape[1]), np.nan)
    for pattern in np.unique(has, axis=1).T:
        rows, columns = pattern, (has == pattern[:, None]).all(axis=0)
        blocks = [_dummies(of[rows]) for of in places.T]
        effects = sum(block.shape[1] for block in blocks)
        y = slopes[np.ix_(rows, columns)]
        if len(y) <= effects + 1:
            continue
        y = y - y.mean(axis=0)
        total = (y**2).sum(axis=0)
        varies = total > (1e-10 * np.abs(slopes[np.ix_(rows, columns)]).max(axis=0)) ** 2
        full = _unexplained(blocks, y)
        for choice in range(len(blocks)):
            without = full if not blocks[choice].size else _unexplained(blocks[:choice] + blocks[choice + 1 :], y)
            rise = np.clip(without - full, 0, None)
            shares[choice, columns] = np.divide(rise, total, out=np.full(len(total), np.nan), where=varies)
    return shares, has.sum(axis=0)


def _dummies(places: NDArray) -> NDArray:
    """One column for each alternative that occurs, but the first."""
    return (places[:, None] == np.unique(places)[1:]).astype(float)


def _unexplained(blocks: Sequence[NDArray], y: NDArray) -> NDArray:
    """Sums of squared residuals of least squares of each column of y on a constant and the blocks."""
    X = np.hstack([np.ones((len(y), 1)), *blocks])
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return (residuals**2).sum(axis=0)


align(__name__)
