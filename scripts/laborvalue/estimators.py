"""Panel estimators with two absorbed effects: least squares and two-step GMM, as Stata computes them.

Conventions are those of `reghdfe` (Correia 2016) and, for the instrumental variables, of `ivreghdfe`
(`ivreg2` of Baum, Schaffer and Stillman on partialled-out data). Rows are city-sector-years: `ids`
says which city-sector a row belongs to, `years` which year, and every clustering is by whole
city-sectors, so that the city-sector effects are nested in the clusters and cost no degrees of freedom.

Shapes: N rows, K regressors, L instruments, G city-sectors, T years.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, stdtr

from laborvalue.errors import InputError

# A column whose part beyond the effects is smaller than this share of it is rounding noise.
COLLINEAR = 1e-9


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
    r2: float  # effects included
    r2_adjusted: float  # all effects counted
    r2_within: float


class InstrumentTests(NamedTuple):
    """Underidentification, weak identification and overidentification, for one endogenous regressor."""

    kp_rk_lm: float  # chi-squared with L degrees of freedom where the instruments say nothing
    kp_rk_lm_p: float
    kp_rk_f: float
    cragg_donald_f: float  # the city-sector effects uncounted, as ivreghdfe
    cragg_donald_f_xtivreg2: float  # the city-sector effects counted, as xtivreg2
    hansen_j: float  # 0 up to rounding where L = 1


class InstrumentalEstimates(NamedTuple):
    """Both stages of an instrumental-variable regression and its tests."""

    first: Estimates
    second: Estimates
    tests: InstrumentTests


class TwoStep(NamedTuple):
    """Two-step GMM on partialled-out data."""

    coefficient: float
    variance: float
    first_coefficients: np.ndarray  # (L,)
    first_covariance: np.ndarray  # (L, L)
    tests: InstrumentTests


class Sample(NamedTuple):
    """The rows of a regression in levels and beyond the effects."""

    kept: np.ndarray  # (N,) bool
    levels: np.ndarray  # (n, columns)
    within: np.ndarray  # (n, columns)
    clusters: list  # arrays (n,) of codes from 0
    n_ids: int
    n_years: int


def codes(labels):
    """Number the distinct values of `labels` from 0, in sorted order; shape kept."""
    return np.unique(labels, return_inverse=True)[1]


def without_singletons(ids, years):
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


def group_sums(columns, groups):
    """Sum the rows of `columns` (N, M) within `groups` (N,), codes from 0; returns (groups, M)."""
    return np.stack([np.bincount(groups, weights=column) for column in columns.T], axis=1)


def within(columns, ids, years):
    """Partial both effects out of `columns` (N, M), exactly and for any pattern of gaps.

    Demeans by id, then projects off the year dummies, themselves demeaned by id (Frisch-Waugh-Lovell).
    Those are linearly dependent, at least because they sum to one: only their range counts.
    """

    def demeaned(block):
        return block - (group_sums(block, ids) / np.bincount(ids)[:, None])[ids]

    dummies = demeaned((years[:, None] == np.arange(years.max() + 1)).astype(float))
    basis, sizes, _ = np.linalg.svd(dummies, full_matrices=False)
    basis = basis[:, sizes > COLLINEAR * np.sqrt(len(ids))]
    columns = demeaned(columns)
    return columns - basis @ (basis.T @ columns)


def cluster_meat(scores, clusters):
    """Sum over clusters the outer product of their summed scores (N, K); returns (K, K).

    With two clusterings, the sum over both less that over their intersection (Cameron, Gelbach and
    Miller 2011).
    """

    def outer(groups):
        sums = group_sums(scores, groups)
        return sums.T @ sums

    if len(clusters) == 1:
        return outer(clusters[0])
    rows, columns = clusters
    return outer(rows) + outer(columns) - outer(codes(rows * (columns.max() + 1) + columns))


def quadratic_form(a, S, b):
    """a' S^-1 b for a, b (L,) and S (L, L); infinite where S is singular."""
    try:
        return float(a @ np.linalg.solve(S, b))
    except np.linalg.LinAlgError:
        return np.inf


def cluster_count(clusters):
    """The number of clusters, the smaller one of two clusterings."""
    return min(int(groups.max()) + 1 for groups in clusters)


def small_sample_factor(n, parameters, n_clusters):
    """Stata's factor on a cluster-robust variance: (n-1)/(n-parameters) * G/(G-1)."""
    return (n - 1) / (n - parameters) * n_clusters / (n_clusters - 1)


def positive_part(covariance):
    """`covariance` (K, K) with negative eigenvalues at zero: two-way clustering can produce some."""
    values, vectors = np.linalg.eigh(covariance)
    return covariance if values.min() >= 0 else vectors * np.maximum(values, 0) @ vectors.T


def standard_errors(variances):
    """Roots of variances, NaN where a variance is not positive and no test can be made."""
    return np.sqrt(np.where(np.asarray(variances) > 0, variances, np.nan))


def p_values(statistics, n_clusters):
    """Two-sided p-values of t statistics with n_clusters - 1 degrees of freedom."""
    return 2 * stdtr(n_clusters - 1, -np.abs(statistics))


def partialled_sample(columns, names, ids, years, clusters, drop_singletons):
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
    levels, ids, years = columns[kept], codes(ids[kept]), codes(years[kept])
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
    return Sample(kept, levels, beyond, clusters, n_ids, n_years)


def orthonormal(columns, names, norms):
    """QR of `columns` (N, K); InputError names a column that is a combination of those before it.

    `norms` (K,) are the sizes of the columns before partialling out, the scale of rounding noise.
    """
    Q, R = np.linalg.qr(columns)
    for name, rest, norm in zip(names, np.abs(np.diag(R)), norms, strict=True):
        if rest <= COLLINEAR * norm:
            others = " and ".join(other for other in names if other != name)
            raise InputError(f"{name} is collinear with {others}; leave one of them out")
    return Q, R


def estimates(sample, y, x, coefficients, covariance):
    """Complete the coefficients (K,) of columns `x` of the sample on its column `y` to Estimates.

    Residuals sum to zero in each city-sector, hence in each cluster, so the constant inherits its
    error from the slopes alone: sqrt(mean(x) V mean(x)').
    """
    n = len(sample.levels)
    level, beyond = sample.levels[:, y], sample.within[:, y]
    means = sample.levels[:, x].mean(axis=0)
    residuals = beyond - sample.within[:, x] @ coefficients
    unexplained = residuals @ residuals
    total = np.sum((level - level.mean()) ** 2)
    parameters = len(coefficients) + sample.n_ids + sample.n_years - 1
    return Estimates(
        coefficients=coefficients,
        covariance=covariance,
        constant=float(level.mean() - means @ coefficients),
        constant_error=float(standard_errors(means @ covariance @ means)),
        residuals=residuals,
        kept=sample.kept,
        n=n,
        n_singletons=int(np.sum(~sample.kept)),
        n_clusters=cluster_count(sample.clusters),
        r2=float(1 - unexplained / total),
        r2_adjusted=float(1 - (unexplained / (n - parameters)) / (total / (n - 1))),
        r2_within=float(1 - unexplained / (beyond @ beyond)),
    )


def fixed_effects(y, X, ids, years, clusters, names, drop_singletons=True):
    """Two-way fixed effects, as `reghdfe y X, absorb(id year) vce(cluster ...)`; models (1)-(5).

    y (N,), X (N, K); ids, years (N,) labels; clusters a list of one or two arrays (N,) of labels, each
    the same for all rows of an id; names the dependent's and the K regressors'. Returns Estimates.

    The variance is q (X'X)^-1 M (X'X)^-1 with X partialled out, M of `cluster_meat` and
    q = (N-1)/(N-1-K-(T-1)) * G/(G-1), the constant and the years counted, the nested ids not.

    Raises InputError where nothing can be estimated; it names a column that is constant, collinear
    with the effects or with the other regressors.
    """
    sample = partialled_sample(np.column_stack([y, X]), names, ids, years, clusters, drop_singletons)
    n, K = len(sample.levels), len(names) - 1
    beyond = sample.within[:, 1:]
    Q, R = orthonormal(beyond, names[1:], np.linalg.norm(sample.levels[:, 1:], axis=0))
    coefficients = np.linalg.solve(R, Q.T @ sample.within[:, 0])
    residuals = sample.within[:, 0] - beyond @ coefficients
    # (X'X)^-1 X'u = R^-1 Q'u: the scores of Q keep the precision that X'X would square away.
    bread = np.linalg.inv(R)
    q = small_sample_factor(n, 1 + K + sample.n_years - 1, cluster_count(sample.clusters))
    covariance = bread @ cluster_meat(Q * residuals[:, None], sample.clusters) @ bread.T
    return estimates(sample, 0, slice(1, None), coefficients, positive_part(q * covariance))


def two_step_gmm(y, x, Q, R, clusters, parameters, n_ids=0):
    """Two-step GMM of y on one endogenous x with instruments Z = Q R, all with the rest partialled out.

    y, x (N,), Q (N, L) orthonormal, R (L, L); clusters a list of arrays (N,) of codes from 0;
    `parameters` counts the partialled-out coefficients that cost degrees of freedom, `n_ids` the
    effects that only xtivreg2 counts. Returns TwoStep.

    The weighting matrix is the inverse of the uncentred cluster sum at the 2SLS residuals (`ivreg2,
    gmm2s cluster()`). Every statistic is invariant to the basis of the instruments, so that Q serves.
    Kleibergen and Paap (2006) for the rank tests, with the second moments of x itself in the LM and
    those of the first-stage residuals in the Wald test; Cragg and Donald (1993).

    Raises InputError where the moment conditions have no covariance to weight them with.
    """
    n, L = Q.shape
    n_clusters = cluster_count(clusters)
    Qx, Qy = Q.T @ x, Q.T @ y

    first_residuals = x - Q @ Qx
    bread = np.linalg.inv(R)
    first_meat = cluster_meat(Q * first_residuals[:, None], clusters)
    q_first = small_sample_factor(n, L + parameters, n_clusters)
    with np.errstate(divide="ignore"):
        signal_to_noise = float(Qx @ Qx / (first_residuals @ first_residuals)) / L
    kp_rk_lm = quadratic_form(Qx, cluster_meat(Q * x[:, None], clusters), Qx)

    residuals_2sls = y - x * (Qx @ Qy) / (Qx @ Qx)
    S = cluster_meat(Q * residuals_2sls[:, None], clusters)
    if np.linalg.matrix_rank(S) < L:
        raise InputError(
            f"the {L} moment conditions have a singular covariance over {n_clusters} clusters; "
            "expected more clusters than instruments, and no exact fit"
        )
    information = quadratic_form(Qx, S, Qx)
    coefficient = quadratic_form(Qx, S, Qy) / information
    moments = Qy - Qx * coefficient
    return TwoStep(
        coefficient=coefficient,
        variance=small_sample_factor(n, 1 + parameters, n_clusters) / information,
        first_coefficients=bread @ Qx,
        first_covariance=positive_part(q_first * bread @ first_meat @ bread.T),
        tests=InstrumentTests(
            kp_rk_lm=kp_rk_lm,
            kp_rk_lm_p=float(chdtrc(L, kp_rk_lm)),
            kp_rk_f=quadratic_form(Qx, first_meat, Qx) / q_first / L,
            cragg_donald_f=signal_to_noise * (n - L - parameters),
            cragg_donald_f_xtivreg2=signal_to_noise * (n - L - parameters - n_ids),
            hansen_j=quadratic_form(moments, S, moments),
        ),
    )


def instrumental_fixed_effects(y, x, Z, ids, years, clusters, names, drop_singletons=True):
    """Both stages of `ivreghdfe y (x = Z), absorb(id year) gmm2s cluster(...) first`; Table 8.

    y, x (N,), Z (N, L); ids, years, clusters as in `fixed_effects`; names of the dependent, of the
    endogenous regressor and of the L instruments. Returns InstrumentalEstimates.

    ivreghdfe counts the T - 1 years but, unlike reghdfe, no constant beside them; both stages follow
    it, so that with one instrument the square of the first stage's t is the Kleibergen-Paap F.

    Raises InputError as `fixed_effects` does.
    """
    sample = partialled_sample(np.column_stack([y, x, Z]), names, ids, years, clusters, drop_singletons)
    Q, R = orthonormal(sample.within[:, 2:], names[2:], np.linalg.norm(sample.levels[:, 2:], axis=0))
    fit = two_step_gmm(
        sample.within[:, 0], sample.within[:, 1], Q, R, sample.clusters, sample.n_years - 1, sample.n_ids
    )
    first = estimates(sample, 1, slice(2, None), fit.first_coefficients, fit.first_covariance)
    second = estimates(sample, 0, slice(1, 2), np.array([fit.coefficient]), np.array([[fit.variance]]))
    return InstrumentalEstimates(first, second, fit.tests)
