"""Constant prices: what a technique, an output or a value is at the prices of another year (method 16)."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.techniques import Technique


def national_price_index(output: NDArray, index: NDArray) -> NDArray:
    """The price index of each good in the nation: output at current over output at constant prices.

    q_j = sum_c x_cj / sum_c (x_cj / q_cj).

    Parameters
    ----------
    output : ndarray, shape (m, n)
        Gross output x at current prices, region x sector; NaN where it is unknown.
    index : ndarray, shape (m, n), or (1, n) where it is the same in all regions
        Price index q, any base, the same one in all years.

    Returns
    -------
    ndarray, shape (n,)
        On the base of `index`; NaN where a region makes the good and its index is unknown, or where none makes it and
        the regions' indices differ.

    Examples
    --------
    >>> national_price_index(np.array([[2.0, 0.0], [6.0, 1.0]]), np.array([[1.0, 1.0], [1.5, 2.0]])).tolist()
    [1.3333333333333333, 2.0]
    """
    output = np.nan_to_num(output)
    with np.errstate(invalid="ignore", divide="ignore"):
        q = output.sum(axis=0) / np.where(output > 0, output / index, 0).sum(axis=0)
    alike = np.where((index == index[0]).all(axis=0), index[0], np.nan)
    return np.where(output.sum(axis=0) > 0, q, alike)


def technique_at(technique: Technique, index: NDArray) -> Technique:
    """A technique with quantities at constant prices: A_ij q_j / q_i, likewise D, K and F; L_j q_j.

    The profit rate does not change; the price of a unit of good j at constant prices is q_j times that of one at
    current prices.

    Parameters
    ----------
    technique : Technique
        Of n goods, a unit of a good being what one unit of currency buys in the year of the table.
    index : ndarray, shape (n,)
        Price index q of the year, above 0: 1 for a good whose price is that of the base year.

    Returns
    -------
    Technique
        A unit of a good being what one unit of currency buys in the base year.
    """
    matrices = {name: getattr(technique, name) * index / index[:, None] for name in ("A", "D", "K", "F")}
    return replace(technique, **matrices, L=technique.L * index)


align(__name__)
