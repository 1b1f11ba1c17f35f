"""Instrumental variables with two absorbed effects: two-step GMM and its tests, as `ivreghdfe` computes them.

`ivreghdfe` is `ivreg2` (Baum, Schaffer and Stillman) on partialled-out data. Shapes: N rows, K endogenous and J
exogenous regressors, L instruments, T years.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.econometrics.covariance import (
    chi2_p,
    cluster_count,
    cluster_meat,
    quadratic_form,
    small_sample_factor,
)
from laborvalue.econometrics.demeaning import connected_blocks
from laborvalue.econometrics.fixed_effects import (
    Estimates,
    Slopes,
    clusterings,
    completed,
    least_squares,
    orthonormal,
    partialled_sample,
    robust_slopes,
)
from laborvalue.errors import InputError, NotEstimable
from laborvalue.labels import align


@dataclass(frozen=True)
class InstrumentTests:
    """Underidentification, weak identification and overidentification.

    Attributes
    ----------
    kp_rk_lm, kp_rk_lm_p
        Kleibergen-Paap LM statistic, chi-squared with L - K + 1 degrees of freedom where the instruments do not
        identify, and its p-value.
    kp_rk_f
        Kleibergen-Paap Wald F statistic.
    cragg_donald_f, cragg_donald_f_xtivreg2
        Cragg-Donald F statistic; effects nested in the clusters not counted, as ivreghdfe, and counted, as xtivreg2.
    hansen_j, hansen_j_df, hansen_j_p
        Hansen's J, chi-squared with L - K degrees of freedom; 0 up to rounding, and a p-value of NaN, where L = K.
    """

    kp_rk_lm: float
    kp_rk_lm_p: float
    kp_rk_f: float
    cragg_donald_f: float
    cragg_donald_f_xtivreg2: float
    hansen_j: float
    hansen_j_df: int
    hansen_j_p: float


@dataclass(frozen=True, eq=False)
class InstrumentalEstimates:
    """Both stages of an instrumental-variable regression and its tests.

    Attributes
    ----------
    first
        Estimates of each endogenous regressor on exogenous regressors and instruments.
    second
        Estimates of the dependent, endogenous regressors first, then the exogenous ones.
    tests
        Tests of the instruments.
    """

    first: tuple[Estimates, ...]
    second: Estimates
    tests: InstrumentTests


@dataclass(frozen=True, eq=False)
class TwoStep:
    """Two-step GMM on partialled-out data: slopes of the K endogenous, then the J exogenous regressors, and tests."""

    slopes: Slopes
    tests: InstrumentTests


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

    The weighting matrix is the inverse of the uncentered cluster sum S at the 2SLS residuals, and the covariance
    rests on that same S (`ivreg2, gmm2s cluster()`). Every statistic is invariant to the basis of the instruments, so
    that an orthonormal one serves.

    Parameters
    ----------
    y : ndarray, shape (N,)
        The dependent variable.
    X : ndarray, shape (N, K)
        Endogenous regressors.
    W : ndarray, shape (N, J)
        Exogenous regressors; J may be 0.
    Q : ndarray, shape (N, J + L)
        An orthonormal basis of W and, after it, of the L instruments.
    clusters : list of ndarray, shape (N,)
        One or two clusterings, codes from 0.
    absorbed
        Coefficients partialled out that cost degrees of freedom.
    uncounted
        Effects that only xtivreg2 counts.
    levels : ndarray, shape (N, K + J), optional
        X and W before anything was absorbed, for the constant.

    Returns
    -------
    TwoStep

    Raises
    ------
    InputError
        Where there are too few instruments.
    NotEstimable
        Where the instruments do not move the endogenous regressors, or the moment conditions have no covariance to
        weight them with.
    """
    (n, K), J = X.shape, W.shape[1]
    L = Q.shape[1] - J
    if L < K:
        raise InputError(f"{L} instruments cannot identify {K} endogenous regressors; expected at least as many")
    regressors, n_clusters = np.column_stack([X, W]), cluster_count(clusters)
    Qx, Qy = Q.T @ regressors, Q.T @ y
    if np.linalg.matrix_rank(Qx) < K + J:
        raise NotEstimable("the instruments do not move the endogenous regressors; expected at least one that does")
    identification = identification_tests(X - Q[:, :J] @ Qx[:J, :K], Q[:, J:], clusters, J + absorbed, uncounted)

    residuals = y - regressors @ np.linalg.lstsq(Qx, Qy, rcond=None)[0]
    S = cluster_meat(Q * residuals[:, None], clusters)
    if np.linalg.matrix_rank(S) < J + L:
        raise NotEstimable(
            f"the {J + L} moment conditions have a singular covariance over {n_clusters} clusters; "
            "expected more clusters than instruments, and no exact fit"
        )
    weighted = np.linalg.solve(S, Qx)
    A = np.linalg.solve(Qx.T @ weighted, weighted.T)
    factor = small_sample_factor(n, K + J + absorbed, n_clusters)
    slopes = robust_slopes(A, Q, Qy, residuals, regressors if levels is None else levels, clusters, factor)
    moments = Qy - Qx @ slopes.coefficients
    j, df = quadratic_form(moments, S, moments), L - K
    return TwoStep(slopes, InstrumentTests(**identification, hansen_j=j, hansen_j_df=df, hansen_j_p=chi2_p(df, j)))


def identification_tests(
    X: NDArray, Q: NDArray, clusters: Sequence[NDArray], parameters: int, uncounted: int
) -> dict[str, float]:
    """Test whether the instruments move the endogenous regressors: `InstrumentTests` but for Hansen's J.

    Tested is whether the smallest canonical correlation of X and Q is zero, in the direction x of X that has it and
    the L - K + 1 directions of Q that are left to it: Cragg and Donald (1993) under i.i.d. errors; Kleibergen and
    Paap (2006) with the second moments of x itself in the LM test and those of its first-stage residuals in the Wald
    test.

    Parameters
    ----------
    X : ndarray, shape (N, K)
        Endogenous regressors beyond exogenous ones and effects.
    Q : ndarray, shape (N, L)
        Orthonormal basis of the instruments, likewise.
    clusters : list of ndarray, shape (N,)
        One or two clusterings, codes from 0.
    parameters
        What exogenous regressors and effects cost.
    uncounted
        What they cost more under xtivreg2.

    Returns
    -------
    dict of float
        By the names of `InstrumentTests`.
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
    y: ArrayLike,
    X: ArrayLike,
    Z: ArrayLike,
    entity: ArrayLike,
    time: ArrayLike,
    cluster: ArrayLike | Sequence[ArrayLike] | None = None,
    names: Sequence[str] | None = None,
    drop_singletons: bool = True,
    exogenous: ArrayLike | None = None,
) -> InstrumentalEstimates:
    """Both stages of `ivreghdfe y W (X = Z), absorb(entity time) gmm2s cluster(...) first`; Table 8 of the paper.

    ivreghdfe counts the T - 1 times but, unlike reghdfe, no constant beside them where the clusters nest the
    entities. Both stages follow it, so that with one instrument the square of the first stage's t is the
    Kleibergen-Paap F.

    Parameters
    ----------
    y : array, shape (N,)
        The dependent variable.
    X : array, shape (N,) or (N, endogenous)
        Endogenous regressors.
    Z : array, shape (N,) or (N, instruments)
        Instruments, at least as many as endogenous regressors.
    entity, time : array, shape (N,)
        Labels of the two effects.
    cluster : array, shape (N,), list of one or two such arrays, or None
        As in `fixed_effects`.
    names : sequence of str, optional
        What y and the columns of X, of `exogenous` and of Z are; `y`, `x1`, ..., `w1`, ..., `z1`, ... where None.
    drop_singletons
        Leave out rows that are alone in their entity or time.
    exogenous : array, shape (N, exogenous), optional
        Exogenous regressors W.

    Returns
    -------
    InstrumentalEstimates

    Raises
    ------
    InputError, NotEstimable
        As `fixed_effects` and `two_step_gmm` do.
    """
    y = np.asarray(y, dtype=float)
    given = (X, np.empty((len(y), 0)) if exogenous is None else exogenous, Z)
    blocks = [np.column_stack([np.asarray(block, dtype=float)]) for block in given]
    K, J, L = (block.shape[1] for block in blocks)
    if names is None:
        names = [
            "y",
            *(f"{letter}{i + 1}" for letter, count in zip("xwz", (K, J, L), strict=True) for i in range(count)),
        ]
    columns, groups = np.column_stack([y, *blocks]), clusterings(cluster, entity)
    sample = partialled_sample(columns, names, entity, time, groups, drop_singletons)
    regressors, instruments = list(range(1, 1 + K + J)), list(range(1 + K, 1 + K + J + L))
    norms = np.linalg.norm(sample.levels, axis=0)

    def basis(columns: list[int]) -> NDArray:
        return orthonormal(sample.within[:, columns], [names[i] for i in columns], norms[columns])[0]

    basis(regressors)  # for its message
    parameters, df = sample.absorbed.of_ivreghdfe(), sample.n_clusters - 1
    all_effects = int(sample.ids.max() + sample.years.max()) + 2 - connected_blocks(sample.ids, sample.years)
    second = two_step_gmm(
        sample.within[:, 0],
        sample.within[:, 1 : 1 + K],
        sample.within[:, 1 + K : 1 + K + J],
        basis(instruments),
        sample.clusters,
        parameters,
        uncounted=all_effects - parameters,
        levels=sample.levels[:, regressors],
    )
    first = tuple(least_squares(sample, i, instruments, names, parameters, df) for i in range(1, 1 + K))
    return InstrumentalEstimates(first, completed(sample, 0, regressors, second.slopes, df), second.tests)


align(__name__)
