"""The slopes of an equation on resampled regions, from sums over the rows of each region.

A draw takes m regions out of m with replacement; all its region-sectors come with a region, and one drawn twice counts
as two. Region-sectors lie within regions, so their effects stay what they are, and demeaning by them is done once. The
year effects are not within regions: their dummies are regressors. With X the regressors and dummies, W the same with
the instrument in the place of the endogenous regressor (X itself under least squares), all demeaned by region-sector,

    b = (sum_g n_g W_g' X_g)^-1 (sum_g n_g W_g' y_g),

n_g how often region g was drawn. This is the estimate on the resampled panel, not an approximation of it.
Shapes: N rows, m regions, B draws, K regressors, T years.
"""

import numpy as np
from numpy.typing import NDArray

from laborvalue.econometrics.demeaning import codes, without_singletons
from laborvalue.econometrics.estimation import EquationSample
from laborvalue.labels import align

# The cross products of a draw are singular where their smallest singular value is below this share of the largest.
SINGULAR = 1e-12


def region_draws(regions: int, draws: int, seed: int) -> NDArray:
    """How often each region is drawn.

    Parameters
    ----------
    regions, draws, seed
        m, B and the seed of the draws.

    Returns
    -------
    ndarray of int, shape (B, m)
        Counts with sum m in each row.
    """
    drawn = np.random.default_rng(seed).integers(0, regions, (draws, regions))
    return np.stack([np.bincount(row, minlength=regions) for row in drawn])


def demeaned(columns: NDArray, ids: NDArray) -> NDArray:
    """Take the mean of its region-sector from every row.

    Parameters
    ----------
    columns : ndarray, shape (N, M)
        In any unit.
    ids : ndarray, shape (N,)
        Codes of the region-sectors from 0.

    Returns
    -------
    ndarray, shape (N, M)
    """
    sizes = np.bincount(ids)
    means = np.stack([np.bincount(ids, weights=column) / sizes for column in columns.T], axis=1)
    return columns - means[ids]


def resampled_slopes(sample: EquationSample, region: NDArray, counts: NDArray) -> NDArray:
    """The first slope of an equation on every resampled panel.

    Parameters
    ----------
    sample
        The complete rows of the equation.
    region : ndarray, shape (N,)
        Positions of the regions among those that are drawn.
    counts : ndarray of int, shape (B, m)
        How often each region is drawn.

    Returns
    -------
    ndarray, shape (B,)
        NaN for a draw on which the slope cannot be estimated.
    """
    data, instrumented = sample.data, bool(sample.equation.instrument)
    ids, years = codes(sample.entity), codes(sample.time)
    kept = without_singletons(ids, years) if sample.drop_singletons else np.full(len(ids), True)
    ids, years = codes(ids[kept]), codes(years[kept])
    dummies = (years[:, None] == np.arange(1, years.max(initial=0) + 1)).astype(float)
    beyond = demeaned(np.hstack([data[kept], dummies]), ids)
    # in units of their spread, so that the cross products tell what is singular
    scales = np.sqrt((beyond**2).sum(axis=0))
    scales[scales == 0] = 1.0
    beyond /= scales
    last = data.shape[1]
    x = [1, *range(last, beyond.shape[1])] if instrumented else [*range(1, beyond.shape[1])]
    w = [last - 1, *x[1:]] if instrumented else x
    order = np.argsort(region[kept], kind="stable")
    beyond, drawn = beyond[order], region[kept][order]
    ends = np.searchsorted(drawn, np.arange(counts.shape[1] + 1))
    cross = np.zeros((counts.shape[1], len(w), len(x) + 1))
    right = [*x, 0]
    for g in np.unique(drawn):
        rows = beyond[ends[g] : ends[g + 1]]
        cross[g] = rows[:, w].T @ rows[:, right]
    sums = np.tensordot(counts, cross, axes=1)
    inner, outer = sums[:, :, :-1], sums[:, :, -1:]
    sizes = np.linalg.svd(inner, compute_uv=False)
    solvable = sizes[:, -1] > SINGULAR * sizes[:, 0]
    slopes = np.full(len(counts), np.nan)
    if solvable.any():
        slopes[solvable] = np.linalg.solve(inner[solvable], outer[solvable])[:, 0, 0] * scales[0] / scales[1]
    return slopes


align(__name__)
