"""The panel: all years together, and the lead of labor productivity."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.variables import COLUMNS, KEYS


def lead(values: NDArray, years: Sequence[int], year_list: Sequence[int]) -> NDArray:
    """The next table year's values of the same region and sector.

    A lead exists only between years that follow each other in `year_list`.

    Parameters
    ----------
    values : ndarray, shape (T, m, n)
        Any unit.
    years : sequence of int, length T
        The years of `values`.
    year_list : sequence of int
        The dataset's years, in order.

    Returns
    -------
    ndarray, shape (T, m, n)
        NaN where the next year is not available.
    """
    following = dict(pairwise(year_list))
    ahead = np.full_like(values, np.nan)
    for t, year in enumerate(years):
        if following.get(year) in years:
            ahead[t] = values[years.index(following[year])]
    return ahead


def assemble(indicators: Sequence[Mapping[str, NDArray]], years: Sequence[int]) -> dict[str, NDArray]:
    """The panel: one row per year, region and productive sector, in the order of `variables.COLUMNS`.

    Parameters
    ----------
    indicators : sequence of mappings, length T
        For each year the arrays of shape (m, n) of `indicators.year_indicators`, by name of variable, and the keys
        `region`, shape (m,), and `sector`, shape (n,), the same in every year.
    years : sequence of int, length T
        The dataset's years, in order.

    Returns
    -------
    dict of ndarray, shape (T m n,)
        Units as in `variables.VARIABLES`; missing is NaN.
    """
    regions, sectors = indicators[0]["region"], indicators[0]["sector"]
    shape = (len(years), len(regions), len(sectors))
    names = [name for name in COLUMNS if name not in (*KEYS, "lp_next")]
    columns = {name: np.stack([arrays[name] for arrays in indicators]) for name in names}
    columns["lp_next"] = lead(columns["lp"], years, years)
    columns["region"] = np.broadcast_to(regions[:, None], shape)
    columns["sector"] = np.broadcast_to(sectors, shape)
    columns["year"] = np.broadcast_to(np.array(years)[:, None, None], shape)
    return {name: columns[name].ravel() for name in COLUMNS}


align(__name__)
