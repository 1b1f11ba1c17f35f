"""How many readings agree with the published slopes, and their median: a description of the readings, not a test.

Shapes: R readings, S slopes, B draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align

INTERVAL = (2.5, 97.5)  # percentiles of the bootstrap


@dataclass(frozen=True, eq=False)
class Agreement:
    """What the readings say about each slope; NaN where no reading has it. Named as the columns of agreement.csv.

    Attributes
    ----------
    readings : ndarray of int, shape (S,)
        How many readings have the slope; all shares are of these.
    share_same_sign, share_same_sign_and_stars : ndarray, shape (S,)
        Shares with the published sign, and with the published sign and, as the published slope, significant at 10 % or
        not.
    weighted_same_sign, weighted_same_sign_and_stars : ndarray, shape (S,)
        The same, weighted by the readings' weights.
    share_significant : ndarray, shape (S,)
        Share significant at 10 %.
    median, median_low, median_high : ndarray, shape (S,)
        Median over the readings, in units of the dependent per unit of the regressor, and where it lies between the
        2.5 and 97.5 percentiles of the draws of regions.
    """

    readings: NDArray
    share_same_sign: NDArray
    share_same_sign_and_stars: NDArray
    weighted_same_sign: NDArray
    weighted_same_sign_and_stars: NDArray
    share_significant: NDArray
    median: NDArray
    median_low: NDArray
    median_high: NDArray


def agreement_rows(
    slopes: NDArray,
    significant: NDArray,
    importance: NDArray,
    resampled: NDArray,
    published: NDArray,
    published_significant: NDArray,
) -> Agreement:
    """Compare the slopes of all readings with the published ones.

    Weighted shares are sum_r h_r 1[r agrees] / sum_r h_r over the readings that were drawn, h_r = weight / chance of
    being drawn (`choices.Reading.importance`), which estimates the share of the weights of all readings that agree.

    Parameters
    ----------
    slopes : ndarray, shape (R, S)
        In units of the dependent per unit of the regressor, NaN where a reading has none.
    significant : ndarray of bool, shape (R, S)
        Whether they are significant at 10 %.
    importance : ndarray, shape (R,)
        h, pure numbers.
    resampled : ndarray, shape (R, B, S)
        The slopes on resampled regions, the same draws for all readings.
    published : ndarray, shape (S,)
        The published slopes.
    published_significant : ndarray of bool, shape (S,)
        Whether they are significant at 10 %.

    Returns
    -------
    Agreement
    """
    has = np.isfinite(slopes)
    sign = has & ((slopes > 0) == (published > 0))
    stars = sign & (significant == published_significant)

    def share(mask: NDArray, weights: NDArray) -> NDArray:
        total = (has * weights[:, None]).sum(axis=0)
        counted = (mask * weights[:, None]).sum(axis=0)
        return np.divide(counted, total, out=np.full(len(total), np.nan), where=total > 0)

    alike = np.ones(len(slopes))
    medians = median_over_readings(np.where(has[:, None], resampled, np.nan))
    low, high = (_percentiles(medians, q) for q in INTERVAL)
    return Agreement(
        readings=has.sum(axis=0),
        share_same_sign=share(sign, alike),
        share_same_sign_and_stars=share(stars, alike),
        weighted_same_sign=share(sign, importance),
        weighted_same_sign_and_stars=share(stars, importance),
        share_significant=share(has & significant, alike),
        median=median_over_readings(slopes),
        median_low=low,
        median_high=high,
    )


def median_over_readings(slopes: NDArray) -> NDArray:
    """Take the median over the readings that have a slope.

    Parameters
    ----------
    slopes : ndarray, shape (R, ...)
        In units of the dependent per unit of the regressor, NaN where a reading has none.

    Returns
    -------
    ndarray, shape (...)
        NaN where no reading has one.
    """
    ordered = np.sort(slopes, axis=0)  # NaN last
    count = np.isfinite(slopes).sum(axis=0)
    middle = [np.maximum((count - 1) // 2, 0), np.minimum(count // 2, len(slopes) - 1)]
    picked = [np.take_along_axis(ordered, place[None], axis=0)[0] for place in middle]
    return np.where(count > 0, (picked[0] + picked[1]) / 2, np.nan)


def _percentiles(draws: NDArray, q: float) -> NDArray:
    """The percentile q of each column over the draws that have a number, NaN where none has."""
    found = [column[np.isfinite(column)] for column in draws.T]
    return np.array([np.percentile(column, q) if len(column) else np.nan for column in found])


align(__name__)
