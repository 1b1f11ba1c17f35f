"""The panel and the regressions in the few numbers that a figure shows."""

import numpy as np
from numpy.typing import NDArray


def sector_year_means(sector: NDArray, year: NDArray, values: NDArray) -> dict[str, list]:
    """Plain mean of `values` (N,) over the regions of each sector and year, missing ones left out.

    sector (N,) text, year (N,). Returns columns sector, year, mean, n, in the order of sectors and years.
    """
    keys, codes = np.unique(np.array([sector.astype(str), year.astype(str)]), axis=1, return_inverse=True)
    codes = codes.ravel()
    known = np.isfinite(values)
    n = np.bincount(codes[known], minlength=keys.shape[1])
    total = np.bincount(codes[known], weights=values[known], minlength=keys.shape[1])
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return {"sector": keys[0].tolist(), "year": [int(y) for y in keys[1]], "mean": mean.tolist(), "n": n.tolist()}


def density(values: NDArray, edges: NDArray) -> NDArray:
    """Share of the values (N,) per unit of their scale in each bin, (bins,); all of them count, also those outside."""
    counts = np.histogram(values, edges)[0]
    return counts / (max(len(values), 1) * np.diff(edges))


def common_edges(values: NDArray, tails: float = 0.002) -> NDArray:
    """Edges of bins over the range of `values` (N,) without the outermost share `tails` on each side.

    As many bins as the Rice rule takes, twice the cube root of N.
    """
    bins = max(1, round(2 * np.cbrt(len(values))))
    low, high = np.quantile(values, [tails, 1 - tails])
    return np.linspace(low, high if high > low else low + 1, bins + 1)


def rank_size(size: NDArray) -> tuple[NDArray, float, float]:
    """Ranks of sizes (n,), the largest 1, and the exponent of the rank-size rule.

    Returns (rank (n,), exponent, std_error): ln(rank - 1/2) = a - exponent ln size, with the standard error
    exponent sqrt(2 / n) of Gabaix and Ibragimov (2011). NaN for fewer than three sizes or no variation.
    """
    rank = np.empty(len(size))
    rank[np.argsort(-size, kind="stable")] = np.arange(1, len(size) + 1)
    logs = np.log(size) - np.log(size).mean()
    if len(size) < 3 or not logs @ logs > 0:
        return rank, float("nan"), float("nan")
    exponent = float(-(logs @ np.log(rank - 0.5)) / (logs @ logs))
    return rank, exponent, exponent * float(np.sqrt(2 / len(size)))


def binned_means(x: NDArray, y: NDArray, bins: int = 50) -> dict[str, list[float]]:
    """Means of x and y (N,), any unit, in groups of equal number along x, columns x, y, n (<= bins,)."""
    groups = np.array_split(np.argsort(x, kind="stable"), min(bins, len(x)))
    columns = [(x[group].mean(), y[group].mean(), len(group)) for group in groups]
    return {name: [float(row[k]) for row in columns] for k, name in enumerate(("x", "y", "n"))}
