"""Cluster-robust covariances as Stata computes them: meat, small-sample factor, degrees of freedom, tests.

Clusters may be any grouping of the rows. An effect whose every level is in one cluster is nested in it and costs no
degrees of freedom. Shapes: N rows, K regressors, L instruments, G clusters, T years. Clusterings are lists of one or
two arrays (N,) of codes from 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.econometrics.demeaning import codes, connected_blocks, group_sums
from laborvalue.labels import align

# An eigenvalue is negative by rounding where it is closer to zero than this share of the largest.
ROUNDING = 1e-13
SIGNIFICANCE = (0.01, 0.05, 0.10)


@dataclass(frozen=True)
class Absorbed:
    """What the two effects cost, by reghdfe's count.

    Attributes
    ----------
    counted
        Coefficients of the effects that are not nested in the clusters.
    nested
        Levels of the effects that are nested; they cost nothing.
    """

    counted: int
    nested: int

    def of_reghdfe(self) -> int:
        """Count the parameters beside the slopes; the constant counts by itself where an effect is nested."""
        return self.counted + (self.nested > 0)

    def of_ivreghdfe(self) -> int:
        """Count the same as ivreghdfe does: the constant only where nothing else is counted."""
        return max(self.counted, 1)


def is_nested(effect: NDArray, groups: NDArray) -> bool:
    """Say whether all rows of each level of an effect are in one group.

    Parameters
    ----------
    effect, groups : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    bool
    """
    group_of = np.empty(effect.max() + 1, dtype=groups.dtype)
    group_of[effect] = groups
    return bool(np.all(group_of[effect] == groups))


def absorbed_parameters(ids: NDArray, years: NDArray, clusters: Sequence[NDArray]) -> Absorbed:
    """Count what the two effects cost, as reghdfe does.

    An effect nested in a clustering costs nothing, the other then its levels less one. Where neither is nested they
    cost G + T (units and years) less one for each connected block.

    Parameters
    ----------
    ids, years : ndarray, shape (N,)
        Codes from 0.
    clusters : list of ndarray, shape (N,)
        One or two clusterings.

    Returns
    -------
    Absorbed
    """
    nested = [any(is_nested(effect, groups) for groups in clusters) for effect in (ids, years)]
    sizes = [int(effect.max()) + 1 for effect in (ids, years)]
    if not any(nested):
        return Absorbed(sum(sizes) - connected_blocks(ids, years), 0)
    counted = sum(size - 1 for size, free in zip(sizes, nested, strict=True) if not free)
    return Absorbed(counted, sum(size for size, free in zip(sizes, nested, strict=True) if free))


def cluster_meat(scores: NDArray, clusters: Sequence[NDArray]) -> NDArray:
    """Sum over clusters the outer product of their summed scores.

    With two clusterings, the sum over both less that over their intersection (Cameron, Gelbach and Miller 2011).

    Parameters
    ----------
    scores : ndarray, shape (N, K)
        Regressors times residuals.
    clusters : list of ndarray, shape (N,)
        One or two clusterings.

    Returns
    -------
    ndarray, shape (K, K)
    """

    def outer(groups: NDArray) -> NDArray:
        sums = group_sums(scores, groups)
        return sums.T @ sums

    if len(clusters) == 1:
        return outer(clusters[0])
    rows, columns = clusters
    return outer(rows) + outer(columns) - outer(codes(rows * (columns.max() + 1) + columns))


def cluster_count(clusters: Sequence[NDArray]) -> int:
    """Count the clusters; of two clusterings, those of the smaller one.

    Parameters
    ----------
    clusters : list of ndarray, shape (N,)
        One or two clusterings.

    Returns
    -------
    int
    """
    return min(int(groups.max()) + 1 for groups in clusters)


def small_sample_factor(n: int, parameters: int, n_clusters: int) -> float:
    """Stata's factor on a cluster-robust variance: (n-1)/(n-parameters) * G/(G-1)."""
    return (n - 1) / (n - parameters) * n_clusters / (n_clusters - 1)


def positive_part(covariance: NDArray, scales: NDArray) -> NDArray:
    """Set negative eigenvalues of a covariance to zero: two-way clustering can produce some.

    The correction of Cameron, Gelbach and Miller (2011). Eigenvalues depend on units; as in reghdfe, the units are
    standard deviations of the regressors. What is negative by rounding stays as it is.

    Parameters
    ----------
    covariance : ndarray, shape (K, K)
        Symmetric.
    scales : ndarray, shape (K,)
        Standard deviations of the regressors, in their units.

    Returns
    -------
    ndarray, shape (K, K)
    """
    units = np.outer(scales, scales)
    values, vectors = np.linalg.eigh(covariance * units)
    if values.min() >= -ROUNDING * np.abs(values).max():
        return covariance
    return vectors * np.maximum(values, 0) @ vectors.T / units


def corrected(covariance: NDArray, scales: NDArray, clusters: Sequence[NDArray]) -> tuple[NDArray, float]:
    """Correct a two-way covariance that is not positive as reghdfe does (`positive_part`); others stay as they are.

    The slopes are corrected by themselves, the constant together with them.

    Parameters
    ----------
    covariance : ndarray, shape (K + 1, K + 1)
        Of the K slopes and, last, of the constant.
    scales : ndarray, shape (K,)
        Standard deviations of the regressors, in their units.
    clusters : list of ndarray, shape (N,)
        One or two clusterings.

    Returns
    -------
    (ndarray, shape (K, K), float)
        The covariance of the slopes and the variance of the constant.
    """
    slopes, both = covariance[:-1, :-1], covariance
    if len(clusters) > 1:
        scales = np.maximum(scales, 1e-3)  # the floor is reghdfe's
        slopes, both = positive_part(slopes, scales), positive_part(both, np.append(scales, 1))
    return slopes, float(both[-1, -1])


def quadratic_form(a: NDArray, S: NDArray, b: NDArray) -> float:
    """Compute a' S^-1 b; infinite where S is singular.

    Parameters
    ----------
    a, b : ndarray, shape (L,)
        Vectors.
    S : ndarray, shape (L, L)
        A square matrix.

    Returns
    -------
    float
    """
    try:
        return float(a @ np.linalg.solve(S, b))
    except np.linalg.LinAlgError:
        return np.inf


def standard_errors(variances: NDArray | float) -> NDArray:
    """Take the roots of variances, NaN where a variance is not positive and no test can be made.

    Parameters
    ----------
    variances : ndarray, shape (K,), or float
        Squared units of the estimates.

    Returns
    -------
    ndarray, shape (K,)
    """
    return np.sqrt(np.where(np.asarray(variances) > 0, variances, np.nan))


def p_values(statistics: NDArray | float, df: int) -> NDArray:
    """Two-sided p-values of t statistics.

    Parameters
    ----------
    statistics : ndarray, shape (K,), or float
        Estimates over their standard errors.
    df
        Degrees of freedom.

    Returns
    -------
    ndarray, shape (K,)
    """
    from scipy.special import stdtr  # takes longer to load than numpy; figures and the page do not need it

    return 2 * stdtr(df, -np.abs(statistics))


def chi2_p(df: int, statistic: float) -> float:
    """Upper tail of chi-squared, NaN without a degree of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic)) if df else np.nan


def stars(p_value: float) -> str:
    """Mark significance: `***` below 1 %, `**` below 5 %, `*` below 10 %; none where there is no p-value."""
    return "*" * sum(p_value < level for level in SIGNIFICANCE)


align(__name__)
