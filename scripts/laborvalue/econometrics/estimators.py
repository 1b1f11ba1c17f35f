"""Panel estimators with two absorbed effects: least squares and two-step GMM, as Stata computes them.

Conventions are those of `reghdfe` (Correia 2016) and, for the instrumental variables, of `ivreghdfe`
(`ivreg2` of Baum, Schaffer and Stillman on partialled-out data). Rows are city-sector-years: `ids`
says which city-sector a row belongs to, `years` which year. Clusters may be any grouping of the rows;
an effect whose every row is in one cluster is nested in it and costs no degrees of freedom.

Shapes: N rows, K regressors (endogenous ones under instruments), J exogenous regressors beside them,
L instruments, G clusters, T years.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, stdtr

from laborvalue.errors import InputError

# A column whose part beyond the effects is smaller than this share of it is rounding noise.
COLLINEAR = 1e-9
# An eigenvalue this far below zero, as a share of the largest, is.
ROUNDING = 1e-13


class Estimates(NamedTuple):
    """One estimated equation; the constant is the mean of the dependent less that of the fit."""

    coefficients: np.ndarray  # (K,)
    covariance: np.ndarray  # (K, K)
    constant: float
    constant_error: float
    residuals: np.ndarray  # (n,), of the rows kept
    kept: np.ndarray  # (N,) bool, the rows that are no singletons
    n: int
    n_singletons: int
    n_clusters: int  # the smallest count where there are two clusterings
    df: int  # degrees of freedom of t and of the denominator of F
    r2: float  # effects included
    r2_adjusted: float  # all effects counted, nested ones too
    r2_within: float
    f: float  # all slopes are 0: F with K and df degrees of freedom


class InstrumentTests(NamedTuple):
    """Underidentification, weak identification and overidentification."""

    kp_rk_lm: float  # chi-squared with L - K + 1 degrees of freedom where the instruments fall short
    kp_rk_lm_p: float
    kp_rk_f: float
    cragg_donald_f: float  # effects nested in the clusters uncounted, as ivreghdfe
    cragg_donald_f_xtivreg2: float  # the city-sector effects counted, as xtivreg2
    hansen_j: float  # chi-squared with hansen_j_df; 0 up to rounding where L = K
    hansen_j_df: int  # L - K
    hansen_j_p: float  # NaN where there is nothing to test, L = K


class InstrumentalEstimates(NamedTuple):
    """Both stages of an instrumental-variable regression and its tests."""

    first: tuple  # Estimates of each endogenous regressor on exogenous regressors and instruments
    second: Estimates  # endogenous regressors first, then the exogenous ones
    tests: InstrumentTests


class Slopes(NamedTuple):
    """Coefficients on partialled-out data: b = A Q'y for an orthonormal basis Q of the instruments."""

    coefficients: np.ndarray  # (K,)
    covariance: np.ndarray  # (K, K)
    constant_variance: float  # of mean(y) - mean(x) b


class TwoStep(NamedTuple):
    """Two-step GMM on partialled-out data."""

    slopes: Slopes  # of the K endogenous, then the J exogenous regressors
    tests: InstrumentTests


class Absorbed(NamedTuple):
    """What the two effects cost, by reghdfe's count; levels nested in the clusters are free."""

    counted: int  # coefficients of the effects that are not nested
    nested: int  # levels of the effects that are

    def of_reghdfe(self) -> int:
        """Parameters beside the slopes: the constant counts by itself where an effect is nested."""
        return self.counted + (self.nested > 0)

    def of_ivreghdfe(self) -> int:
        """The same by ivreghdfe, which counts the constant only where nothing else is counted."""
        return max(self.counted, 1)


class Sample(NamedTuple):
    """The rows of a regression in levels and beyond the effects."""

    kept: np.ndarray  # (N,) bool
    levels: np.ndarray  # (n, columns)
    within: np.ndarray  # (n, columns)
    ids: np.ndarray  # (n,) codes from 0, as years and each of clusters
    years: np.ndarray
    clusters: list
    absorbed: Absorbed


def codes(labels: NDArray) -> NDArray:
    """Number the distinct values of `labels` (N,) from 0, in sorted order."""
    labels = np.asarray(labels)
    if labels.dtype.kind == "i" and labels.size and labels.min() >= 0 and labels.max() < 2 * labels.size:
        # codes already, with gaps perhaps: sorting ten million of them would cost a gigabyte
        return (np.cumsum(np.bincount(labels) > 0) - 1)[labels]
    return np.unique(labels, return_inverse=True)[1]


def without_singletons(ids: NDArray, years: NDArray) -> NDArray:
    """Say which rows (N,) share both their id and their year with another such row.

    A row alone in its effect is fitted exactly and only distorts the standard errors; dropping one
    may leave another alone, hence the repetition (Correia 2015).
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
    """Sum the rows of `columns` (N, M) within `groups` (N,), codes from 0; returns (groups, M)."""
    return np.stack([np.bincount(groups, weights=column) for column in columns.T], axis=1)


def within(columns: NDArray, ids: NDArray, years: NDArray) -> NDArray:
    """Partial both effects out of `columns` (N, M), exactly and for any pattern of gaps.

    Demeans by id, then projects off the year dummies, themselves demeaned by id (Frisch-Waugh-Lovell).
    Their cross products (T, T) are singular, at least because the dummies sum to one: only their range
    counts. Memory grows with N, never with N T; the second pass takes away what rounding left.
    """
    sizes, n_years = np.bincount(ids), int(years.max()) + 1

    def demeaned(column: NDArray) -> NDArray:
        return column - (np.bincount(ids, weights=column) / sizes)[ids]

    def of_years(column: NDArray) -> NDArray:
        return np.bincount(years, weights=column, minlength=n_years)

    products = np.stack([of_years(demeaned((years == year).astype(float))) for year in range(n_years)])
    inverse = np.linalg.pinv(products, rcond=COLLINEAR, hermitian=True)

    def beyond(column: NDArray) -> NDArray:
        column = demeaned(column)
        return column - demeaned((inverse @ of_years(column))[years])

    result = np.empty(columns.shape)
    for i, column in enumerate(columns.T):
        result[:, i] = beyond(beyond(column))
    return result


def is_nested(effect: NDArray, groups: NDArray) -> bool:
    """Say whether all rows of each value of `effect` (N,) are in one of `groups` (N,), both codes from 0."""
    group_of = np.empty(effect.max() + 1, dtype=groups.dtype)
    group_of[effect] = groups
    return bool(np.all(group_of[effect] == groups))


def connected_blocks(ids: NDArray, years: NDArray) -> int:
    """The number of blocks of ids and years (N,) that no row links to each other (Abowd, Creecy and Kramarz 2002)."""
    block_of_year = np.arange(years.max() + 1)
    while True:
        block_of_id = np.full(ids.max() + 1, len(block_of_year))
        np.minimum.at(block_of_id, ids, block_of_year[years])
        linked = block_of_year.copy()
        np.minimum.at(linked, years, block_of_id[ids])
        if np.array_equal(linked, block_of_year):
            return len(np.unique(linked))
        block_of_year = linked


def absorbed_parameters(ids: NDArray, years: NDArray, clusters: Sequence[NDArray]) -> Absorbed:
    """What the two effects cost under `clusters` (list of codes (N,)), as reghdfe counts; returns Absorbed.

    An effect nested in a clustering costs nothing, the other then its levels less one; where neither is
    nested, G + T less one for each block that is connected.
    """
    nested = [any(is_nested(effect, groups) for groups in clusters) for effect in (ids, years)]
    sizes = [int(effect.max()) + 1 for effect in (ids, years)]
    if not any(nested):
        return Absorbed(sum(sizes) - connected_blocks(ids, years), 0)
    counted = sum(size - 1 for size, free in zip(sizes, nested, strict=True) if not free)
    return Absorbed(counted, sum(size for size, free in zip(sizes, nested, strict=True) if free))


def cluster_meat(scores: NDArray, clusters: Sequence[NDArray]) -> NDArray:
    """Sum over clusters the outer product of their summed scores (N, K); returns (K, K).

    With two clusterings, the sum over both less that over their intersection (Cameron, Gelbach and
    Miller 2011).
    """

    def outer(groups: NDArray) -> NDArray:
        sums = group_sums(scores, groups)
        return sums.T @ sums

    if len(clusters) == 1:
        return outer(clusters[0])
    rows, columns = clusters
    return outer(rows) + outer(columns) - outer(codes(rows * (columns.max() + 1) + columns))


def quadratic_form(a: NDArray, S: NDArray, b: NDArray) -> float:
    """a' S^-1 b for a, b (L,) and S (L, L); infinite where S is singular."""
    try:
        return float(a @ np.linalg.solve(S, b))
    except np.linalg.LinAlgError:
        return np.inf


def cluster_count(clusters: Sequence[NDArray]) -> int:
    """The number of clusters, the smaller one of two clusterings; each (N,) codes from 0."""
    return min(int(groups.max()) + 1 for groups in clusters)


def small_sample_factor(n: int, parameters: int, n_clusters: int) -> float:
    """Stata's factor on a cluster-robust variance: (n-1)/(n-parameters) * G/(G-1)."""
    return (n - 1) / (n - parameters) * n_clusters / (n_clusters - 1)


def positive_part(covariance: NDArray, scales: NDArray) -> NDArray:
    """`covariance` (K, K) with negative eigenvalues at zero: two-way clustering can produce some.

    The mend of Cameron, Gelbach and Miller (2011). Eigenvalues depend on units; as in reghdfe, those are
    standard deviations `scales` (K,) of the regressors. What is negative by rounding stays as it is.
    """
    units = np.outer(scales, scales)
    values, vectors = np.linalg.eigh(covariance * units)
    if values.min() >= -ROUNDING * np.abs(values).max():
        return covariance
    return vectors * np.maximum(values, 0) @ vectors.T / units


def standard_errors(variances: NDArray | float) -> NDArray:
    """Roots of variances, (K,) or a number, NaN where a variance is not positive and no test can be made."""
    return np.sqrt(np.where(np.asarray(variances) > 0, variances, np.nan))


def p_values(statistics: NDArray | float, df: int) -> NDArray:
    """Two-sided p-values of t statistics, (K,) or a number, with `df` degrees of freedom."""
    return 2 * stdtr(df, -np.abs(statistics))


def partialled_sample(
    columns: NDArray,
    names: Sequence[str],
    ids: NDArray,
    years: NDArray,
    clusters: Sequence[NDArray],
    drop_singletons: bool,
) -> Sample:
    """Drop singletons from `columns` (N, M) and partial the effects out, with the checks at the door.

    `names` says what the columns are. Raises InputError where no regression is possible: no row,
    year or cluster to compare with, more parameters than rows, or a column without variation.
    """
    if len(columns) == 0:
        raise InputError(f"no row is left; expected rows that have a value of {', '.join(names)} all at once")
    ids, years = codes(ids), codes(years)
    if years.max() == 0:
        raise InputError("only one year is left; expected two years or more")
    kept = without_singletons(ids, years) if drop_singletons else np.ones(len(ids), dtype=bool)
    if not kept.any():
        raise InputError(
            f"no row is left: each of the {len(kept)} rows is the only one of its city-sector or year; "
            "expected city-sectors seen in two years or more"
        )
    levels = columns if kept.all() else columns[kept]
    ids, years = codes(ids[kept]), codes(years[kept])
    clusters = [codes(groups[kept]) for groups in clusters]
    n, n_ids, n_years = len(levels), int(ids.max()) + 1, int(years.max()) + 1
    if cluster_count(clusters) < 2:
        raise InputError("only one cluster is left; expected two or more, so choose a finer `cluster`")
    beyond = within(levels, ids, years)
    for name, level, rest in zip(names, levels.T, beyond.T, strict=True):
        if np.ptp(level) == 0:
            raise InputError(f"{name} is constant over the {n} rows; expected a variable that varies")
        if np.linalg.norm(rest) <= COLLINEAR * np.linalg.norm(level):
            raise InputError(
                f"{name} is collinear with the city-sector and year effects: it does not vary beyond them; "
                "leave it out, or check how it was built"
            )
    if n <= n_ids + n_years - 1 + len(names) - 1:
        raise InputError(
            f"{n} rows are too few for {n_ids} city-sector effects, {n_years} year effects and the slopes; "
            "expected more rows per city-sector"
        )
    return Sample(kept, levels, beyond, ids, years, clusters, absorbed_parameters(ids, years, clusters))


def orthonormal(columns: NDArray, names: Sequence[str], norms: NDArray) -> tuple[NDArray, NDArray]:
    """QR of `columns` (N, K); InputError names a column that is a combination of those before it.

    `norms` (K,) are the sizes of the columns before partialling out, the scale of rounding noise.
    """
    Q, R = np.linalg.qr(columns)
    for name, rest, norm in zip(names, np.abs(np.diag(R)), norms, strict=True):
        if rest <= COLLINEAR * norm:
            others = " and ".join(other for other in names if other != name)
            raise InputError(f"{name} is collinear with {others}; leave one of them out")
    return Q, R


def robust_slopes(
    A: NDArray, Q: NDArray, Qy: NDArray, residuals: NDArray, levels: NDArray, clusters: Sequence[NDArray], factor: float
) -> Slopes:
    """Slopes b = A Q'y and their cluster-robust variance, with that of the constant mean(y) - mean(X) b.

    A (K, L), Q (N, L) orthonormal, Qy (L,), residuals (N,), levels (N, K) of the regressors X, `factor`
    that of `small_sample_factor`. The constant adds a moment of its own, the mean residual; it has no variance
    where residuals sum to zero in each cluster, as they do where an effect is nested in it.

    A two-way variance that is not positive is mended as reghdfe does: the slopes' by themselves, the
    constant's together with them.
    """
    # b = A Q'y on Q of QR, and not (X'X)^-1 X'y: the scores keep the precision that X'X would square away.
    scores = np.empty((len(Q), Q.shape[1] + 1))  # in place, for panels that hardly fit into memory
    np.multiply(Q, residuals[:, None], out=scores[:, :-1])
    scores[:, -1] = residuals * len(Q) ** -0.5
    of_constant = np.append(-levels.mean(axis=0) @ A, len(Q) ** -0.5)
    B = np.vstack([np.column_stack([A, np.zeros(len(A))]), of_constant])
    V = factor * B @ cluster_meat(scores, clusters) @ B.T
    slopes, both = V[:-1, :-1], V
    if len(clusters) > 1:
        scales = np.maximum(levels.std(axis=0, ddof=1), 1e-3)  # the floor is reghdfe's
        slopes, both = positive_part(slopes, scales), positive_part(both, np.append(scales, 1))
    return Slopes(A @ Qy, slopes, float(both[-1, -1]))


def estimates(sample: Sample, y: int, x: list[int], slopes: Slopes, df: int) -> Estimates:
    """Complete the slopes of columns `x` (list) of the sample on its column `y` to Estimates."""
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
        n_clusters=cluster_count(sample.clusters),
        df=df,
        r2=float(1 - unexplained / total),
        r2_adjusted=float(1 - (unexplained / (n - parameters)) / (total / (n - 1))),
        r2_within=float(1 - unexplained / (beyond @ beyond)),
        f=quadratic_form(b, slopes.covariance, b) / len(b),
    )


def fixed_effects(
    y: NDArray,
    X: NDArray,
    ids: NDArray,
    years: NDArray,
    clusters: Sequence[NDArray],
    names: Sequence[str],
    drop_singletons: bool = True,
) -> Estimates:
    """Two-way fixed effects, as `reghdfe y X, absorb(id year) vce(cluster ...)`; models (1)-(5).

    y (N,), X (N, K); ids, years (N,) labels; clusters a list of one or two arrays (N,) of labels; names
    the dependent's and the K regressors'. Returns Estimates.

    The variance is q (X'X)^-1 M (X'X)^-1 with X partialled out, M of `cluster_meat` and
    q = (N-1)/(N-K-absorbed) * G/(G-1), absorbed = 1 + (T-1) where the clusters nest the ids: the
    constant and the years counted, the ids not (`absorbed_parameters` for other clusters). t has G - 1
    degrees of freedom, or what is left of N where that is less.

    Raises InputError where nothing can be estimated; it names a column that is constant, collinear
    with the effects or with the other regressors.
    """
    sample = partialled_sample(np.column_stack([y, X]), names, ids, years, clusters, drop_singletons)
    K, n_clusters = len(names) - 1, cluster_count(sample.clusters)
    df = min(n_clusters - 1, len(sample.levels) - K - sample.absorbed.counted)
    return least_squares(sample, 0, list(range(1, len(names))), names, sample.absorbed.of_reghdfe(), df)


def least_squares(sample: Sample, y: int, x: list[int], names: Sequence[str], parameters: int, df: int) -> Estimates:
    """Least squares of column `y` of the sample on its columns `x` (list); returns Estimates.

    `parameters` beside the slopes cost degrees of freedom; t has `df` of them.
    """
    n, beyond = len(sample.levels), sample.within[:, x]
    Q, R = orthonormal(beyond, [names[i] for i in x], np.linalg.norm(sample.levels[:, x], axis=0))
    A, Qy = np.linalg.inv(R), Q.T @ sample.within[:, y]
    residuals = sample.within[:, y] - beyond @ (A @ Qy)
    factor = small_sample_factor(n, len(x) + parameters, cluster_count(sample.clusters))
    slopes = robust_slopes(A, Q, Qy, residuals, sample.levels[:, x], sample.clusters, factor)
    return estimates(sample, y, x, slopes, df)


def two_step_gmm(
    y: NDArray,
    X: NDArray,
    W: NDArray,
    Q: NDArray,
    clusters: Sequence[NDArray],
    absorbed: int,
    uncounted: int = 0,
    levels: NDArray | None = None,
) -> TwoStep:
    """Two-step GMM of y on endogenous X and exogenous W, all beyond what is absorbed.

    y (N,), X (N, K), W (N, J); Q (N, J + L) an orthonormal basis of W and, after it, of the L instruments;
    clusters a list of arrays (N,) of codes from 0; `absorbed` counts the partialled-out coefficients that
    cost degrees of freedom, `uncounted` the effects that only xtivreg2 counts; levels (N, K + J) of X and W
    before anything was absorbed, for the constant. Returns TwoStep.

    The weighting matrix is the inverse of the uncentred cluster sum S at the 2SLS residuals, and the
    variance rests on that same S (`ivreg2, gmm2s cluster()`). Every statistic is invariant to the basis
    of the instruments, so that an orthonormal one serves.

    Raises InputError where there are too few instruments, or the moment conditions have no covariance
    to weight them with.
    """
    (n, K), J = X.shape, W.shape[1]
    L = Q.shape[1] - J
    if L < K:
        raise InputError(f"{L} instruments cannot identify {K} endogenous regressors; expected at least as many")
    regressors, n_clusters = np.column_stack([X, W]), cluster_count(clusters)
    Qx, Qy = Q.T @ regressors, Q.T @ y
    tests = instrument_tests(X - Q[:, :J] @ Qx[:J, :K], Q[:, J:], clusters, J + absorbed, uncounted)

    residuals = y - regressors @ np.linalg.lstsq(Qx, Qy, rcond=None)[0]
    S = cluster_meat(Q * residuals[:, None], clusters)
    if np.linalg.matrix_rank(S) < J + L:
        raise InputError(
            f"the {J + L} moment conditions have a singular covariance over {n_clusters} clusters; "
            "expected more clusters than instruments, and no exact fit"
        )
    weighted = np.linalg.solve(S, Qx)
    A = np.linalg.solve(Qx.T @ weighted, weighted.T)
    factor = small_sample_factor(n, K + J + absorbed, n_clusters)
    slopes = robust_slopes(A, Q, Qy, residuals, regressors if levels is None else levels, clusters, factor)
    moments = Qy - Qx @ slopes.coefficients
    j, df = quadratic_form(moments, S, moments), L - K
    return TwoStep(slopes, InstrumentTests(**tests, hansen_j=j, hansen_j_df=df, hansen_j_p=chi2_p(df, j)))


def chi2_p(df: int, statistic: float) -> float:
    """Upper tail of chi-squared, NaN without a degree of freedom."""
    return float(chdtrc(df, statistic)) if df else np.nan


def instrument_tests(
    X: NDArray, Q: NDArray, clusters: Sequence[NDArray], parameters: int, uncounted: int
) -> dict[str, float]:
    """Do the instruments Q move the endogenous X: the tests of `InstrumentTests` but for Hansen's (dict).

    X (N, K) and Q (N, L), orthonormal, both beyond exogenous regressors and effects, which cost
    `parameters`, with `uncounted` more under xtivreg2. Tested is whether the smallest canonical
    correlation of X and Q is zero, in the direction x of X that has it and the L - K + 1 directions of
    Q that are left to it: Cragg and Donald (1993) under i.i.d. errors; Kleibergen and Paap (2006) with the
    second moments of x itself in the LM and those of its first-stage residuals in the Wald test.
    """
    n, K, L = len(X), X.shape[1], Q.shape[1]
    basis = np.linalg.qr(X)[0]
    left, correlations, right = np.linalg.svd(Q.T @ basis)
    x, rest = basis @ right[-1], Q @ left[:, K - 1 :]
    moments, residuals = rest.T @ x, x - Q @ (Q.T @ x)
    factor = small_sample_factor(n, L + parameters, cluster_count(clusters))
    with np.errstate(divide="ignore"):
        signal_to_noise = float(correlations[-1] ** 2 / (residuals @ residuals)) / L
    lm = quadratic_form(moments, cluster_meat(rest * x[:, None], clusters), moments)
    wald = quadratic_form(moments, cluster_meat(rest * residuals[:, None], clusters), moments)
    return {
        "kp_rk_lm": lm,
        "kp_rk_lm_p": chi2_p(L - K + 1, lm),
        "kp_rk_f": wald / factor / L,
        "cragg_donald_f": signal_to_noise * (n - L - parameters),
        "cragg_donald_f_xtivreg2": signal_to_noise * (n - L - parameters - uncounted),
    }


def instrumental_fixed_effects(
    y: NDArray,
    X: NDArray,
    Z: NDArray,
    ids: NDArray,
    years: NDArray,
    clusters: Sequence[NDArray],
    names: Sequence[str],
    drop_singletons: bool = True,
    exogenous: NDArray | None = None,
) -> InstrumentalEstimates:
    """Both stages of `ivreghdfe y W (X = Z), absorb(id year) gmm2s cluster(...) first`; Table 8.

    y (N,), X (N,) or (N, K), Z (N,) or (N, L), exogenous W (N, J) or None; ids, years, clusters as in
    `fixed_effects`; names of the dependent, of the columns of X, of W and of Z. Returns
    InstrumentalEstimates.

    ivreghdfe counts the T - 1 years but, unlike reghdfe, no constant beside them where the clusters nest
    the ids; both stages follow it, so that with one instrument the square of the first stage's t is the
    Kleibergen-Paap F.

    Raises InputError as `fixed_effects` and `two_step_gmm` do.
    """
    blocks = [np.column_stack([block]) for block in (X, np.empty((len(y), 0)) if exogenous is None else exogenous, Z)]
    sample = partialled_sample(np.column_stack([y, *blocks]), names, ids, years, clusters, drop_singletons)
    K, J, L = (block.shape[1] for block in blocks)
    regressors, instruments = list(range(1, 1 + K + J)), list(range(1 + K, 1 + K + J + L))
    instrument_names, norms = [names[i] for i in instruments], np.linalg.norm(sample.levels[:, instruments], axis=0)
    parameters, df = sample.absorbed.of_ivreghdfe(), cluster_count(sample.clusters) - 1
    all_effects = int(sample.ids.max() + sample.years.max()) + 2 - connected_blocks(sample.ids, sample.years)
    second = two_step_gmm(
        sample.within[:, 0],
        sample.within[:, 1 : 1 + K],
        sample.within[:, 1 + K : 1 + K + J],
        orthonormal(sample.within[:, instruments], instrument_names, norms)[0],
        sample.clusters,
        parameters,
        uncounted=all_effects - parameters,
        levels=sample.levels[:, regressors],
    )
    first = tuple(least_squares(sample, i, instruments, names, parameters, df) for i in range(1, 1 + K))
    return InstrumentalEstimates(first, estimates(sample, 0, regressors, second.slopes, df), second.tests)
