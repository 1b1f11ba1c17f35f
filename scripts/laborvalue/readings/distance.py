"""How far each reading is from the printed numbers: coefficients, means of logs, Table 2, numbers of observations.

What a reading has not counts as the largest difference of any reading, what no reading has does not count. Shapes: R
readings, K printed numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align


@dataclass(frozen=True, eq=False)
class Distances:
    """The distances of all readings; NaN where nothing can be compared.

    Attributes
    ----------
    coefficients, mean_logs, table02, n : ndarray, shape (R,)
        As the functions of these names say.
    total : ndarray, shape (R,)
        The mean of the four, each over its mean over the readings: they have different units.
    rank : ndarray of int, shape (R,)
        1 for the least total; equal totals have equal ranks.
    """

    coefficients: NDArray
    mean_logs: NDArray
    table02: NDArray
    n: NDArray
    total: NDArray
    rank: NDArray


def coefficients(computed: NDArray, printed: NDArray, printed_error: NDArray) -> NDArray:
    """The mean over the slopes of ln(1 + abs(computed - printed) / printed standard error).

    Not the root mean square: printed errors are small, and a single slope that is hundreds of them away would decide
    alone. The logarithm counts a slope by its order of magnitude, and is 0 for the same number only.

    Parameters
    ----------
    computed : ndarray, shape (R, K)
        In units of the dependent per unit of the regressor, NaN where a reading has none.
    printed, printed_error : ndarray, shape (K,)
        In the same units.

    Returns
    -------
    ndarray, shape (R,)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _mean(np.log1p(np.abs(computed - printed) / printed_error))


def mean_logs(computed: NDArray, printed: NDArray) -> NDArray:
    """The root mean square over the variables of the difference of the means of logs (method 2.1).

    Parameters
    ----------
    computed : ndarray, shape (R, K)
        Means of natural logs, pure numbers.
    printed : ndarray, shape (K,)
        The same of the printed tables.

    Returns
    -------
    ndarray, shape (R,)
        About the relative difference of a typical level.
    """
    return np.sqrt(_mean((computed - printed) ** 2))


def table02(computed: NDArray, printed: NDArray) -> NDArray:
    """The root mean square over the variables of ln(computed mean / printed mean).

    Parameters
    ----------
    computed : ndarray, shape (R, K)
        Means of Table 2, in the variables' units.
    printed : ndarray, shape (K,)
        In the same units.

    Returns
    -------
    ndarray, shape (R,)
        About the relative difference of a typical mean.
    """
    return np.sqrt(_mean(_log_ratio(computed, printed) ** 2))


def observations(computed: NDArray, printed: NDArray) -> NDArray:
    """The mean over the columns of Tables 3 to 10 of abs(ln(computed N / printed N)).

    Parameters
    ----------
    computed : ndarray, shape (R, K)
        Counts, NaN where a column was not estimated.
    printed : ndarray, shape (K,)
        Counts.

    Returns
    -------
    ndarray, shape (R,)
        About the relative difference of a typical count, a pure number.
    """
    return _mean(np.abs(_log_ratio(computed, printed)))


def distances(of_coefficients: NDArray, of_mean_logs: NDArray, of_table02: NDArray, of_n: NDArray) -> Distances:
    """Join the four distances to a total and rank the readings.

    Parameters
    ----------
    of_coefficients, of_mean_logs, of_table02, of_n : ndarray, shape (R,)
        Each in its unit, NaN where it cannot be measured.

    Returns
    -------
    Distances
    """
    parts = np.stack([of_coefficients, of_mean_logs, of_table02, of_n])
    known = np.isfinite(parts)
    means = np.where(known, parts, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    scaled = parts[means > 0] / means[means > 0][:, None]
    total = scaled.mean(axis=0) if len(scaled) else np.where(known.any(axis=0), 0.0, np.nan)
    # a total that differs by rounding is the same
    rounded = np.round(np.where(np.isfinite(total), total, np.inf), 12)
    rank = 1 + (rounded[None, :] < rounded[:, None]).sum(axis=1)
    return Distances(of_coefficients, of_mean_logs, of_table02, of_n, total, rank)


def _log_ratio(computed: NDArray, printed: NDArray) -> NDArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.where(computed > 0, computed, np.nan) / printed)


def _mean(differences: NDArray) -> NDArray:
    """Mean over the columns; what a row lacks counts as the column's largest, a column without numbers does not."""
    counted = differences[:, np.isfinite(differences).any(axis=0)]
    if not counted.shape[1]:
        return np.full(len(differences), np.nan)
    largest = np.fmax.reduce(counted, axis=0)
    return np.where(np.isfinite(counted), counted, largest).mean(axis=1)


align(__name__)
