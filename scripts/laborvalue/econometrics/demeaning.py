"""Partialling two effects out of the columns of a panel, and the rows and blocks that the effects leave.

Rows are observations; `ids` says which unit (region-sector) a row belongs to, `years` which year. Shapes: N rows,
M columns, T years.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.labels import align

# A float is known to this share of itself, and what is left of columns is noise up to NOISE times their rounding error:
# it has fewer than three digits that rounding did not make.
ROUNDING = np.finfo(float).eps
NOISE = 1000
UNLINKED = 1e-9  # an eigenvalue of the year dummies' cross products is zero below this share of the largest


def codes(labels: ArrayLike) -> NDArray:
    """Number the distinct values of labels from 0, in sorted order.

    Parameters
    ----------
    labels : array, shape (N,)
        Labels of any type that sorts.

    Returns
    -------
    ndarray, shape (N,)
        Integers; equal labels have equal numbers.
    """
    labels = np.asarray(labels)
    if labels.dtype.kind == "i" and labels.size and labels.min() >= 0 and labels.max() < 2 * labels.size:
        # codes already, perhaps with gaps: sorting ten million of them would cost a gigabyte
        return (np.cumsum(np.bincount(labels) > 0) - 1)[labels]
    return np.unique(labels, return_inverse=True)[1]


def without_singletons(ids: NDArray, years: NDArray) -> NDArray:
    """Find the rows that share both their unit and their year with another such row.

    A row alone in its effect is fitted exactly and only distorts the standard errors. Dropping one may leave another
    alone, hence the repetition (Correia 2015).

    Parameters
    ----------
    ids, years : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    ndarray of bool, shape (N,)
        False for singletons.
    """
    kept = np.ones(len(ids), dtype=bool)
    while True:
        alone = np.zeros(len(ids), dtype=bool)
        for effect in (ids, years):
            alone |= kept & (np.bincount(effect[kept], minlength=effect.max(initial=0) + 1)[effect] == 1)
        if not alone.any():
            return kept
        kept &= ~alone


def group_sums(columns: NDArray, groups: NDArray) -> NDArray:
    """Sum the rows of each group.

    Parameters
    ----------
    columns : ndarray, shape (N, M)
        What is summed.
    groups : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    ndarray, shape (G, M)
        One row per group.
    """
    return np.stack([np.bincount(groups, weights=column) for column in columns.T], axis=1)


def within(columns: NDArray, ids: NDArray, years: NDArray) -> NDArray:
    """Partial both effects out, exactly and for any pattern of gaps.

    Demeans by unit, then projects off the year dummies, themselves demeaned by unit (Frisch-Waugh-Lovell). The cross
    products (T, T) of the dummies are singular, at least because the dummies sum to one: only their range counts.
    Memory grows with N, never with N T. The second pass takes away what rounding left: the first one moves the rows of
    a unit by one number, exactly where they are close to each other, so that a large mean costs no digits.

    Parameters
    ----------
    columns : ndarray, shape (N, M)
        Variables, in their units.
    ids, years : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    ndarray, shape (N, M)
        Residuals of the columns on the dummies of both effects, in the same units.
    """
    sizes, n_years = np.bincount(ids), int(years.max()) + 1

    def demeaned(column: NDArray) -> NDArray:
        return column - (np.bincount(ids, weights=column) / sizes)[ids]

    def of_years(column: NDArray) -> NDArray:
        return np.bincount(years, weights=column, minlength=n_years)

    products = np.stack([of_years(demeaned((years == year).astype(float))) for year in range(n_years)])
    inverse = np.linalg.pinv(products, rcond=UNLINKED, hermitian=True)

    def beyond(column: NDArray) -> NDArray:
        column = demeaned(column)
        return column - demeaned((inverse @ of_years(column))[years])

    result = np.empty(columns.shape)
    for i, column in enumerate(columns.T):
        result[:, i] = beyond(beyond(column))
    return result


def connected_blocks(ids: NDArray, years: NDArray) -> int:
    """Count the blocks of units and years that no row links to each other (Abowd, Creecy and Kramarz 2002).

    Parameters
    ----------
    ids, years : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    int
        1 for a panel in which every unit is linked to every other through common years.
    """
    block_of_year = np.arange(years.max() + 1)
    while True:
        block_of_id = np.full(ids.max() + 1, len(block_of_year))
        np.minimum.at(block_of_id, ids, block_of_year[years])
        linked = block_of_year.copy()
        np.minimum.at(linked, years, block_of_id[ids])
        if np.array_equal(linked, block_of_year):
            return len(np.unique(linked))
        block_of_year = linked


align(__name__)
