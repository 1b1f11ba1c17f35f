"""Least squares with two absorbed effects and clustered errors, as `reghdfe` (Correia 2016) computes it.

Shapes: N rows, n of them kept, K regressors, G clusters, T years.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.econometrics.covariance import (
    Absorbed,
    absorbed_parameters,
    cluster_count,
    cluster_meat,
    corrected,
    p_values,
    quadratic_form,
    small_sample_factor,
    standard_errors,
)
from laborvalue.econometrics.demeaning import NOISE, ROUNDING, codes, within, without_singletons
from laborvalue.errors import InputError, NotEstimable
from laborvalue.labels import align


@dataclass(frozen=True, eq=False)
class PartialledSample:
    """The rows of a regression in levels and beyond the effects.

    Attributes
    ----------
    kept : ndarray of bool, shape (N,)
        The rows that are no singletons.
    levels : ndarray, shape (N[kept], columns)
        The variables, the dependent first.
    within : ndarray, shape (N[kept], columns)
        The same with both effects partialled out.
    ids, years : ndarray, shape (N[kept],)
        Codes from 0.
    clusters : list of ndarray, shape (N[kept],)
        One or two clusterings, codes from 0.
    absorbed
        What the effects cost.
    """

    kept: NDArray
    levels: NDArray
    within: NDArray
    ids: NDArray
    years: NDArray
    clusters: list[NDArray]
    absorbed: Absorbed

    @property
    def n_clusters(self) -> int:
        """The number of clusters, the smaller one of two clusterings."""
        return cluster_count(self.clusters)


@dataclass(frozen=True, eq=False)
class Slopes:
    """Coefficients on partialled-out data, with their covariance.

    Attributes
    ----------
    coefficients : ndarray, shape (K,)
        In units of the dependent per unit of the regressor.
    covariance : ndarray, shape (K, K)
        Cluster-robust.
    constant_variance
        The variance of mean(y) - mean(x) b.
    """

    coefficients: NDArray
    covariance: NDArray
    constant_variance: float


@dataclass(frozen=True, eq=False)
class Estimates:
    """One estimated equation.

    Attributes
    ----------
    coefficients : ndarray, shape (K,)
        The slopes, in units of the dependent per unit of the regressor.
    covariance : ndarray, shape (K, K)
        Of the slopes, cluster-robust.
    constant, constant_error
        The mean of the dependent less that of the fit, and its standard error.
    residuals : ndarray, shape (N[kept],)
        Of the rows kept, effects included.
    kept : ndarray of bool, shape (N,)
        The rows that are no singletons.
    n, n_singletons, n_clusters
        Counts of rows kept, of rows dropped as singletons, and of clusters (the smallest count of two clusterings).
    df
        Degrees of freedom of t and of the denominator of F.
    r2, r2_adjusted, r2_within
        R-squared effects included; adjusted with all effects counted, nested ones too; of the data beyond the effects.
    f
        F statistic, with K and `df` degrees of freedom, of the hypothesis that all slopes are 0.
    """

    coefficients: NDArray
    covariance: NDArray
    constant: float
    constant_error: float
    residuals: NDArray
    kept: NDArray
    n: int
    n_singletons: int
    n_clusters: int
    df: int
    r2: float
    r2_adjusted: float
    r2_within: float
    f: float

    @property
    def std_errors(self) -> NDArray:
        """Standard errors of the slopes, shape (K,), NaN where a variance is not positive."""
        return standard_errors(np.diag(self.covariance))

    @property
    def t_statistics(self) -> NDArray:
        """The slopes over their standard errors, shape (K,)."""
        return self.coefficients / self.std_errors

    @property
    def p_values(self) -> NDArray:
        """Two-sided p-values of the slopes, shape (K,), by t with `df` degrees of freedom."""
        return p_values(self.t_statistics, self.df)


def partialled_sample(
    columns: NDArray,
    names: Sequence[str],
    ids: ArrayLike,
    years: ArrayLike,
    clusters: Sequence[ArrayLike],
    drop_singletons: bool,
) -> PartialledSample:
    """Drop singletons and partial the effects out, after checking that a regression is possible.

    Parameters
    ----------
    columns : ndarray, shape (N, columns)
        The variables, the dependent first.
    names : sequence of str
        What the columns are, for messages.
    ids, years : array, shape (N,)
        Labels of the two effects.
    clusters : list of array, shape (N,)
        Labels of one or two clusterings.
    drop_singletons
        Whether rows that are alone in their effect leave.

    Returns
    -------
    PartialledSample

    Raises
    ------
    NotEstimable
        Where there is no row, no second year or cluster, more parameters than rows, or a column without variation
        beyond the effects.
    InputError
        Where a value is missing.
    """
    if len(columns) == 0:
        raise NotEstimable(f"no row is left; expected rows that have a value of {', '.join(names)} all at once")
    for name, column in zip(names, columns.T, strict=True):
        if missing := int(np.sum(~np.isfinite(column))):
            raise InputError(f"{name} is missing or infinite in {missing} of {len(column)} rows; leave these rows out")
    ids, years = codes(ids), codes(years)
    if years.max() == 0:
        raise NotEstimable("only one year is left; expected two years or more")
    kept = without_singletons(ids, years) if drop_singletons else np.ones(len(ids), dtype=bool)
    if not kept.any():
        raise NotEstimable(
            f"no row is left: each of the {len(kept)} rows is the only one of its region-sector or year; "
            "expected region-sectors seen in two years or more"
        )
    levels = columns if kept.all() else columns[kept]
    ids, years = codes(ids[kept]), codes(years[kept])
    coded = [codes(np.asarray(groups)[kept]) for groups in clusters]
    n, n_ids, n_years = len(levels), int(ids.max()) + 1, int(years.max()) + 1
    if cluster_count(coded) < 2:
        raise NotEstimable("only one cluster is left; expected two or more, so choose a finer `cluster`")
    beyond = within(levels, ids, years)
    for name, level, rest in zip(names, levels.T, beyond.T, strict=True):
        if np.ptp(level) == 0:
            raise NotEstimable(f"{name} is constant over the {n} rows; expected a variable that varies")
        if np.linalg.norm(rest) <= NOISE * ROUNDING * np.linalg.norm(level):
            raise NotEstimable(
                f"{name} is collinear with the region-sector and year effects: it does not vary beyond them; "
                "leave it out, or check how it was built"
            )
    if n <= n_ids + n_years - 1 + len(names) - 1:
        raise NotEstimable(
            f"{n} rows are too few for {n_ids} region-sector effects, {n_years} year effects and the slopes; "
            "expected more rows per region-sector"
        )
    return PartialledSample(kept, levels, beyond, ids, years, coded, absorbed_parameters(ids, years, coded))


def orthonormal(columns: NDArray, names: Sequence[str], norms: NDArray) -> tuple[NDArray, NDArray]:
    """QR decomposition that names a column which is a combination of those before it, up to rounding.

    The combination carries the rounding error of each column, by its coefficient, whatever the scales of the columns.

    Parameters
    ----------
    columns : ndarray, shape (N, K)
        Partialled-out regressors.
    names : sequence of str
        What they are.
    norms : ndarray, shape (K,)
        Sizes of the columns before partialling out, the scale of rounding noise.

    Returns
    -------
    (ndarray, shape (N, K), ndarray, shape (K, K))
        Q and R.

    Raises
    ------
    NotEstimable
        Where the columns are collinear.
    """
    Q, R = np.linalg.qr(columns)
    for k, name in enumerate(names):
        combination = np.linalg.solve(R[:k, :k], R[:k, k])
        if abs(R[k, k]) <= NOISE * ROUNDING * (norms[k] + np.abs(combination) @ norms[:k]):
            others = " and ".join(other for other in names if other != name)
            raise NotEstimable(f"{name} is collinear with {others}; leave one of them out")
    return Q, R


def robust_slopes(
    A: NDArray, Q: NDArray, Qy: NDArray, residuals: NDArray, levels: NDArray, clusters: Sequence[NDArray], factor: float
) -> Slopes:
    """Slopes b = A Q'y and their cluster-robust covariance, with the variance of the constant mean(y) - mean(X) b.

    The constant adds a moment of its own, the mean residual; it has no variance where residuals sum to zero in each
    cluster, as they do where an effect is nested in it. A two-way variance that is not positive is `corrected`.

    Parameters
    ----------
    A : ndarray, shape (K, L)
        Maps the moments to the slopes.
    Q : ndarray, shape (N, L)
        Orthonormal basis of the instruments, of the regressors themselves under least squares.
    Qy : ndarray, shape (L,)
        Q'y.
    residuals : ndarray, shape (N,)
        In units of the dependent.
    levels : ndarray, shape (N, K)
        The regressors before partialling out.
    clusters : list of ndarray, shape (N,)
        One or two clusterings, codes from 0.
    factor
        That of `small_sample_factor`.

    Returns
    -------
    Slopes
    """
    # b = A Q'y on Q of QR, and not (X'X)^-1 X'y: the scores keep the precision that X'X would square away.
    scores = np.empty((len(Q), Q.shape[1] + 1))  # filled in place, for panels that hardly fit into memory
    np.multiply(Q, residuals[:, None], out=scores[:, :-1])
    scores[:, -1] = residuals * len(Q) ** -0.5
    of_constant = np.append(-levels.mean(axis=0) @ A, len(Q) ** -0.5)
    B = np.vstack([np.column_stack([A, np.zeros(len(A))]), of_constant])
    V = factor * B @ cluster_meat(scores, clusters) @ B.T
    return Slopes(A @ Qy, *corrected(V, levels.std(axis=0, ddof=1), clusters))


def completed(sample: PartialledSample, y: int, x: list[int], slopes: Slopes, df: int) -> Estimates:
    """Complete slopes to Estimates: constant, residuals, measures of fit.

    Parameters
    ----------
    sample
        The data.
    y, x
        The columns of the dependent and of the regressors in the sample.
    slopes
        Coefficients and covariance.
    df
        Degrees of freedom of t.

    Returns
    -------
    Estimates
    """
    n = len(sample.levels)
    level, beyond = sample.levels[:, y], sample.within[:, y]
    b = slopes.coefficients
    residuals = beyond - sample.within[:, x] @ b
    unexplained = residuals @ residuals
    total = np.sum((level - level.mean()) ** 2)
    parameters = len(b) + sample.absorbed.counted + sample.absorbed.nested
    return Estimates(
        coefficients=b,
        covariance=slopes.covariance,
        constant=float(level.mean() - sample.levels[:, x].mean(axis=0) @ b),
        constant_error=float(standard_errors(slopes.constant_variance)),
        residuals=residuals,
        kept=sample.kept,
        n=n,
        n_singletons=int(np.sum(~sample.kept)),
        n_clusters=sample.n_clusters,
        df=df,
        r2=float(1 - unexplained / total),
        r2_adjusted=float(1 - (unexplained / (n - parameters)) / (total / (n - 1))),
        r2_within=float(1 - unexplained / (beyond @ beyond)),
        f=quadratic_form(b, slopes.covariance, b) / len(b),
    )


def least_squares(
    sample: PartialledSample, y: int, x: list[int], names: Sequence[str], parameters: int, df: int
) -> Estimates:
    """Least squares of one column of a sample on others.

    Parameters
    ----------
    sample
        The data.
    y, x
        The columns of the dependent and of the regressors in the sample.
    names : sequence of str
        What the columns of the sample are.
    parameters
        Parameters beside the slopes that cost degrees of freedom.
    df
        Degrees of freedom of t.

    Returns
    -------
    Estimates

    Raises
    ------
    NotEstimable
        Where the regressors are collinear.
    """
    n, beyond = len(sample.levels), sample.within[:, x]
    Q, R = orthonormal(beyond, [names[i] for i in x], np.linalg.norm(sample.levels[:, x], axis=0))
    A, Qy = np.linalg.inv(R), Q.T @ sample.within[:, y]
    residuals = sample.within[:, y] - beyond @ (A @ Qy)
    factor = small_sample_factor(n, len(x) + parameters, sample.n_clusters)
    slopes = robust_slopes(A, Q, Qy, residuals, sample.levels[:, x], sample.clusters, factor)
    return completed(sample, y, x, slopes, df)


def clusterings(cluster: ArrayLike | Sequence[ArrayLike] | None, entity: ArrayLike) -> list[NDArray]:
    """The clusterings that an argument `cluster` stands for.

    Parameters
    ----------
    cluster : array, shape (N,), list of one or two such arrays, or None
        Labels; None clusters by entity.
    entity : array, shape (N,)
        Labels of the entities.

    Returns
    -------
    list of ndarray, shape (N,)
        One or two.

    Raises
    ------
    InputError
        For more than two clusterings, or one that has not a label for each row.
    """
    n = len(np.asarray(entity))
    if cluster is None:
        return [np.asarray(entity)]
    several = isinstance(cluster, list | tuple) and len(cluster) and all(np.ndim(groups) == 1 for groups in cluster)
    found = [np.asarray(groups) for groups in cluster] if several else [np.asarray(cluster)]  # type: ignore[union-attr]
    if len(found) > 2:
        raise InputError(f"cluster holds {len(found)} groupings; expected one or two")
    for groups in found:
        if groups.shape != (n,):
            raise InputError(f"cluster has shape {groups.shape}; expected ({n},), a label for each row")
    return found


def fixed_effects(
    y: ArrayLike,
    X: ArrayLike,
    entity: ArrayLike,
    time: ArrayLike,
    cluster: ArrayLike | Sequence[ArrayLike] | None = None,
    names: Sequence[str] | None = None,
    drop_singletons: bool = True,
) -> Estimates:
    """Two-way fixed effects, as `reghdfe y X, absorb(entity time) vce(cluster ...)`; models (1) to (5) of the paper.

    y = X b + mu[entity] + nu[time] + e. The covariance is q (X'X)^-1 M (X'X)^-1 with X partialled out, M of
    `cluster_meat` and q = (n-1)/(n-K-absorbed) * G/(G-1); absorbed = 1 + (T-1) where the clusters nest the entities:
    the constant and the times are counted, the entities are not (`absorbed_parameters` for other clusters). t has
    G - 1 degrees of freedom, or what is left of n where that is less.

    Parameters
    ----------
    y : array, shape (N,)
        The dependent variable, in any unit; logs are the caller's matter.
    X : array, shape (N, K) or (N,)
        The regressors.
    entity, time : array, shape (N,)
        Labels of the two effects.
    cluster : array, shape (N,), list of one or two such arrays, or None
        Labels of the clusters; None clusters by entity, two arrays give two-way clusters.
    names : sequence of K + 1 str, optional
        What y and the columns of X are, for messages; `y`, `x1`, `x2`, ... where None.
    drop_singletons
        Leave out rows that are alone in their entity or time.

    Returns
    -------
    Estimates
        Slopes, covariance, constant, counts and measures of fit.

    Raises
    ------
    InputError
        Where lengths differ or values are missing.
    NotEstimable
        Where nothing can be estimated; it names a column that is constant, or collinear with the effects or with the
        other regressors.

    Examples
    --------
    Two years are first differences: y falls by one where x rises by one, beyond a common rise of 3.

    >>> import numpy as np
    >>> from laborvalue.econometrics.fixed_effects import fixed_effects
    >>> x = np.array([0.0, 1.0, 2.0, 4.0, 1.0, 1.0, 5.0, 7.0])
    >>> entity, time = np.repeat([1, 2, 3, 4], 2), np.tile([2012, 2017], 4)
    >>> fit = fixed_effects(10 * entity - x + 3 * (time == 2017), x, entity, time)
    >>> fit.coefficients.round(6).tolist(), fit.n, fit.n_clusters
    ([-1.0], 8, 4)
    """
    y, X = np.asarray(y, dtype=float), np.asarray(X, dtype=float)
    X = X[:, None] if X.ndim == 1 else X
    for name, array in (("X", X), ("entity", entity), ("time", time)):
        if len(np.asarray(array)) != len(y):
            raise InputError(f"{name} has {len(np.asarray(array))} rows; expected {len(y)}, as y has")
    names = names or ["y", *(f"x{k}" for k in range(1, X.shape[1] + 1))]
    sample = partialled_sample(
        np.column_stack([y, X]), names, entity, time, clusterings(cluster, entity), drop_singletons
    )
    K = X.shape[1]
    df = min(sample.n_clusters - 1, len(sample.levels) - K - sample.absorbed.counted)
    return least_squares(sample, 0, list(range(1, 1 + K)), names, sample.absorbed.of_reghdfe(), df)


align(__name__)
