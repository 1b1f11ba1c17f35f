"""Summaries of the national system and of the panel: the few numbers that a figure or the report page shows.

Nothing here is an input of a later stage. Missing values are NaN and are left out of every summary.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.price_deviations import price_value_ratios


@dataclass(frozen=True)
class SectorPrices:
    """Values and prices of the sectors that have a value, with equal totals.

    Attributes
    ----------
    position : ndarray, shape (k,)
        Positions of these sectors in the arrays given.
    value : ndarray, shape (k,)
        Labor value, hours per currency unit.
    price : ndarray, shape (k,)
        Production price scaled so that total price is total value, hours per currency unit.
    ratio : ndarray, shape (k,)
        Price over value.
    share : ndarray, shape (k,)
        Share of the sector in the output of all sectors.
    """

    position: NDArray
    value: NDArray
    price: NDArray
    ratio: NDArray
    share: NDArray


@dataclass(frozen=True)
class GroupMeans:
    """Means by group and year, in the order of groups and years.

    Attributes
    ----------
    group : ndarray, shape (k,)
        The group's key as text.
    year : ndarray, shape (k,)
        The year.
    mean : ndarray, shape (k,)
        Mean of the values that are there, in their unit; NaN where none is.
    n : ndarray, shape (k,)
        The number of values in the mean.
    """

    group: NDArray
    year: NDArray
    mean: NDArray
    n: NDArray


@dataclass(frozen=True)
class LogDistribution:
    """The distribution of logs by year, over common bins.

    Attributes
    ----------
    years : ndarray, shape (T,)
        The years.
    edges : ndarray, shape (b + 1,)
        Edges of the b bins, in logs.
    density : ndarray, shape (T, b)
        Share of a year's logs per unit of the log in each bin.
    mean : float
        Mean of all logs.
    """

    years: NDArray
    edges: NDArray
    density: NDArray
    mean: float


@dataclass(frozen=True)
class RankSize:
    """The regions of one year by size.

    Attributes
    ----------
    year : int
        The year.
    region : ndarray, shape (k,)
        Keys of the regions that have a size above 0, in their order.
    size : ndarray, shape (k,)
        Size, any unit.
    rank : ndarray, shape (k,)
        1 for the largest.
    exponent, std_error : float
        The exponent of the rank-size rule and its standard error, see `rank_size`.
    """

    year: int
    region: NDArray
    size: NDArray
    rank: NDArray
    exponent: float
    std_error: float


@dataclass(frozen=True)
class BinnedMeans:
    """Means of two variables in groups of equal number along the first.

    Attributes
    ----------
    x, y : ndarray, shape (k,)
        Means of the two variables, in their units.
    n : ndarray, shape (k,)
        Observations of each group.
    """

    x: NDArray
    y: NDArray
    n: NDArray


@dataclass(frozen=True)
class PanelSize:
    """The size of a panel.

    Attributes
    ----------
    regions, sectors, rows : int
        How many there are.
    with_value : int
        Rows that have a value of the variable counted.
    """

    regions: int
    sectors: int
    rows: int
    with_value: int


def sector_prices(value: NDArray, price: NDArray, output: NDArray) -> SectorPrices:
    """Values beside production prices, scaled to the same total (8), for the sectors that have a value.

    Parameters
    ----------
    value : ndarray, shape (n*,)
        Labor values (6), hours per currency unit; NaN for sectors without one.
    price : ndarray, shape (n*,)
        Production prices (7), hours per currency unit, at any scale.
    output : ndarray, shape (n*,)
        Gross output, money.

    Returns
    -------
    SectorPrices
    """
    ratio = price_value_ratios(price, value, output)
    position = np.flatnonzero(np.isfinite(ratio))
    value, ratio = value[position], ratio[position]
    return SectorPrices(position, value, ratio * value, ratio, output[position] / output.sum())


def confidence_interval(estimate: float, std_error: float) -> tuple[float, float]:
    """Ends of the 95 % confidence interval by the normal distribution, estimate -/+ 1.96 standard errors.

    Parameters
    ----------
    estimate, std_error : float
        A coefficient and its standard error.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    return estimate - 1.96 * std_error, estimate + 1.96 * std_error


def group_means(group: NDArray, year: NDArray, values: NDArray) -> GroupMeans:
    """Plain mean of `values` over the rows of each group and year.

    Parameters
    ----------
    group : ndarray, shape (N,)
        The key of each row's group: its sector or its region.
    year : ndarray, shape (N,)
        The year of each row.
    values : ndarray, shape (N,)
        Any unit; NaN where missing.

    Returns
    -------
    GroupMeans

    Examples
    --------
    >>> import numpy as np
    >>> means = group_means(np.array(["b", "a", "a"]), np.array([2012, 2012, 2012]), np.array([1.0, 2.0, 4.0]))
    >>> means.group.tolist(), means.mean.tolist()
    (['a', 'b'], [3.0, 1.0])
    """
    keys, codes = np.unique(np.array([group.astype(str), year.astype(str)]), axis=1, return_inverse=True)
    codes = codes.ravel()
    present = np.isfinite(values)
    n = np.bincount(codes[present], minlength=keys.shape[1])
    total = np.bincount(codes[present], weights=values[present], minlength=keys.shape[1])
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return GroupMeans(keys[0], keys[1].astype(int), mean, n)


def positive(values: NDArray) -> NDArray:
    """Which of `values` have a log.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Any unit; NaN where missing.

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    return np.nan_to_num(values) > 0


def mean_log(values: NDArray) -> float:
    """Mean of the logs of the positive ones among `values`.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Any unit; NaN where missing.

    Returns
    -------
    float
    """
    return float(np.log(values[positive(values)]).mean())


def log_distribution(values: NDArray, year: NDArray) -> LogDistribution:
    """The distribution of the logs of the positive ones among `values`, year by year.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Any unit; NaN where missing.
    year : ndarray, shape (N,)
        The year of each row.

    Returns
    -------
    LogDistribution
    """
    kept = positive(values)
    logs, log_years = np.log(values[kept]), year[kept]
    years, edges = np.unique(log_years), common_edges(logs)
    densities = np.stack([density(logs[log_years == y], edges) for y in years])
    return LogDistribution(years, edges, densities, float(logs.mean()))


def density(values: NDArray, edges: NDArray) -> NDArray:
    """Share of the values per unit of their scale in each bin; values outside the bins count in the total.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Any unit.
    edges : ndarray, shape (b + 1,)
        Rising edges of the b bins, in the unit of the values.

    Returns
    -------
    ndarray, shape (b,)
        Share per unit.
    """
    counts = np.histogram(values, edges)[0]
    return counts / (max(len(values), 1) * np.diff(edges))


def common_edges(values: NDArray, tails: float = 0.002) -> NDArray:
    """Edges of equal bins over the range of the values without the outermost ones.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Any unit.
    tails : float
        Share of the values left out on each side.

    Returns
    -------
    ndarray, shape (b + 1,)
        The number of bins b is that of the Rice rule, twice the cube root of N.
    """
    bins = max(1, round(2 * np.cbrt(len(values))))
    low, high = np.quantile(values, [tails, 1 - tails])
    return np.linspace(low, high if high > low else low + 1, bins + 1)


def region_ranks(region: NDArray, year: NDArray, size: NDArray) -> list[RankSize]:
    """The regions by size, one `RankSize` per year.

    Parameters
    ----------
    region, year : ndarray, shape (N,)
        Keys of each row of the panel.
    size : ndarray, shape (N,)
        Size of the row's region in that year, any unit, the same in all rows of a region and year; regions
        without a positive size are left out.

    Returns
    -------
    list of RankSize
    """
    ranked = []
    for y in np.unique(year):
        kept = (year == y) & positive(size)
        regions, first = np.unique(region[kept].astype(str), return_index=True)
        sizes = size[kept][first]
        ranked.append(RankSize(int(y), regions, sizes, *rank_size(sizes)))
    return ranked


def rank_size(size: NDArray) -> tuple[NDArray, float, float]:
    """Ranks and the exponent of the rank-size rule, ln(rank - 1/2) = a - exponent ln size.

    Parameters
    ----------
    size : ndarray, shape (k,)
        Positive sizes, any unit.

    Returns
    -------
    rank : ndarray, shape (k,)
        1 for the largest.
    exponent : float
        By least squares (Gabaix and Ibragimov 2011); NaN for fewer than three sizes or no variation.
    std_error : float
        exponent sqrt(2 / k), of the same source.
    """
    rank = np.empty(len(size))
    rank[np.argsort(-size, kind="stable")] = np.arange(1, len(size) + 1)
    logs = np.log(size) - np.log(size).mean()
    if len(size) < 3 or not logs @ logs > 0:
        return rank, float("nan"), float("nan")
    exponent = float(-(logs @ np.log(rank - 0.5)) / (logs @ logs))
    return rank, exponent, exponent * float(np.sqrt(2 / len(size)))


def binned_means(x: NDArray, y: NDArray, bins: int = 50) -> BinnedMeans:
    """Means of x and y in groups of equal number along x.

    Parameters
    ----------
    x, y : ndarray, shape (N,)
        Any unit.
    bins : int
        The number of groups, fewer where N is smaller.

    Returns
    -------
    BinnedMeans
    """
    groups = np.array_split(np.argsort(x, kind="stable"), min(bins, len(x)))
    return BinnedMeans(
        np.array([x[group].mean() for group in groups]),
        np.array([y[group].mean() for group in groups]),
        np.array([len(group) for group in groups]),
    )


def panel_size(region: NDArray, sector: NDArray, values: NDArray) -> PanelSize:
    """Count the regions, sectors and rows of a panel.

    Parameters
    ----------
    region, sector : ndarray, shape (N,)
        Keys of each row.
    values : ndarray, shape (N,)
        The variable whose values are counted, any unit; NaN where missing.

    Returns
    -------
    PanelSize
    """
    present = int(np.isfinite(values).sum())
    return PanelSize(len(np.unique(region)), len(np.unique(sector)), len(region), present)


align(__name__)
