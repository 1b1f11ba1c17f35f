"""Robustness of the estimated tables: other clusters and samples, and inference that needs fewer assumptions.

Shapes: N rows, n of them kept, K regressors, G clusters, T years, B draws, M slopes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from laborvalue.econometrics.checks import BY_NAME
from laborvalue.econometrics.covariance import cluster_meat, is_nested, p_values, small_sample_factor, stars
from laborvalue.econometrics.demeaning import group_sums
from laborvalue.econometrics.equations import BY_NUMBER, TableSpec
from laborvalue.econometrics.estimation import (
    CONSTANT,
    LEFT_OUT,
    EquationSample,
    Estimated,
    as_columns,
    by_equation,
    estimate_table,
)
from laborvalue.econometrics.fixed_effects import PartialledSample
from laborvalue.econometrics.options import RegressionOptions, RobustnessOptions
from laborvalue.errors import InputError
from laborvalue.labels import align

if TYPE_CHECKING:
    import pyarrow as pa

TERM = ("table", "column", "stage", "dependent", "term", "estimate", "std_error", "p_value", "stars")
LEVEL = 0.95

# What a check says of a slope.
RE_ESTIMATED = ("estimate", "std_error", "p_value", "stars", "n", "n_singletons", "n_clusters")
HOLM = ("holm_p_table", "holm_stars_table", "holm_p_all", "holm_stars_all")
WILD = ("n_clusters", "statistic", "t_p_value", "wild_p_value", "wild_stars")
ANDERSON_RUBIN = ("ar_p_value", "ar_set", "ar_low", "ar_high", "n_clusters")
OWN = {"holm": HOLM, "wild_bootstrap": WILD, "anderson_rubin": ANDERSON_RUBIN}

Place = tuple[int, int, str]  # table, column and term of a slope
Answers = dict[Place, dict[str, Any]]

WEIGHTS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.sqrt([0.5, 1.0, 1.5, 0.5, 1.0, 1.5]) * [-1, -1, -1, 1, 1, 1],
}


@dataclass(frozen=True)
class AndersonRubinSet:
    """A confidence set of the instrumented slope.

    Attributes
    ----------
    kind
        `interval` for [low, high], `outside` for all but the open interval (low, high), `line` for all numbers.
    low, high
        Its ends, in units of the slope.
    p_value
        That of the slope 0.
    """

    kind: str
    low: float
    high: float
    p_value: float


def check(
    name: str,
    estimated: Sequence[Mapping[str, Any]],
    panel: pa.Table,
    options: RegressionOptions | None = None,
    bootstrap: RobustnessOptions | None = None,
) -> Estimated:
    """Run a robustness check on the slopes of estimated tables.

    Parameters
    ----------
    name
        A check of the register in `laborvalue.econometrics.checks`.
    estimated
        Rows of `estimate_table`, dicts, of as many tables as there are; there may be none.
    panel
        A pyarrow Table.
    options, bootstrap
        The choices of the regressions and of the bootstrap; the defaults where None.

    Returns
    -------
    Estimated
        One row per slope: the slope as in its table, then what the check finds. Left out are the columns in which the
        check cannot be computed.

    Raises
    ------
    InputError
        As the tables do.
    """
    options, bootstrap, asked = options or RegressionOptions(), bootstrap or RobustnessOptions(), BY_NAME[name]
    slopes = [row for row in estimated if row["term"] != CONSTANT]
    if asked.instrumented is not None:
        slopes = [row for row in slopes if asked.concerns(BY_NUMBER[row["table"]].instrumented)]
        slopes = [row for row in slopes if row["stage"] != "first"]
    tables = [BY_NUMBER[number] for number in sorted({row["table"] for row in slopes})]
    left_out: list[dict[str, Any]] = []
    if asked.changes:
        answers, left_out = re_estimated(tables, panel, replace(options, **asked.changes))
    elif name == "holm":
        answers = adjusted(slopes)
    elif name == "wild_bootstrap":
        by_sector = replace(options, cluster="sector")
        answers, left_out = answered(tables, panel, by_sector, lambda sample: wild_answers(sample, bootstrap))
    else:
        answers, left_out = answered(tables, panel, options, anderson_rubin_answers)
    places = [place(row) for row in slopes]
    rows = [
        {key: row[key] for key in TERM} | answers[where]
        for where, row in zip(places, slopes, strict=True)
        if where in answers
    ]
    columns = {(row["table"], row["column"]) for row in slopes}
    left_out = [row for row in left_out if (row["table"], row["column"]) in columns]
    names = OWN.get(name) or tuple(f"robust_{taken}" for taken in RE_ESTIMATED)
    return Estimated(as_columns(rows, (*TERM, *names)), as_columns(left_out, LEFT_OUT))


def place(row: Mapping[str, Any]) -> Place:
    """Where a slope stands: table, column, term."""
    return row["table"], row["column"], row["term"]


def re_estimated(
    tables: Sequence[TableSpec], panel: pa.Table, options: RegressionOptions
) -> tuple[Answers, list[dict[str, Any]]]:
    """Estimate each slope of the tables again under changed options; returns answers and what is left out."""
    answers, left_out = {}, []
    for table in tables:
        again = estimate_table(table, panel, options)
        for row in as_rows(again.columns):
            answers[place(row)] = {f"robust_{name}": row[name] for name in RE_ESTIMATED}
        left_out += as_rows(again.left_out)
    return answers, left_out


def as_rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Turn columns by name into rows."""
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def answered(
    tables: Sequence[TableSpec],
    panel: pa.Table,
    options: RegressionOptions,
    answers: Callable[[EquationSample], Iterable[tuple[int, str, dict[str, Any]]]],
) -> tuple[Answers, list[dict[str, Any]]]:
    """Ask a check about each equation of the tables; returns answers and what is left out.

    Parameters
    ----------
    tables
        Tables of estimates of the register.
    panel
        A pyarrow Table.
    options
        The choices of the regressions.
    answers
        From the sample of an equation to (column, term, answer).
    """
    by_slope: Answers = {}
    left_out = []
    for table in tables:
        results, without = by_equation(table, panel, options, lambda sample: list(answers(sample)))
        by_slope |= {(table.number, column, term): answer for rows in results for column, term, answer in rows}
        left_out += without
    return by_slope, left_out


# Holm


def adjusted(slopes: Sequence[Mapping[str, Any]]) -> Answers:
    """Holm's p-values over the slopes of each table, and over all of them."""
    p = np.array([row["p_value"] for row in slopes], dtype=float)  # NaN where a variance is not positive
    tables_of_slopes = np.array([row["table"] for row in slopes])
    by_table = np.empty(len(p))
    for number in np.unique(tables_of_slopes):
        by_table[tables_of_slopes == number] = holm(p[tables_of_slopes == number])
    return {
        place(row): dict(zip(HOLM, (float(a), stars(a), float(b), stars(b)), strict=True))
        for row, a, b in zip(slopes, by_table, holm(p), strict=True)
    }


def holm(p: NDArray) -> NDArray:
    """Holm's (1979) adjusted p-values, by statsmodels: the probability of any false rejection stays below each.

    Parameters
    ----------
    p : ndarray, shape (M,)
        p-values; NaN stays NaN and does not count as a test, as in R's p.adjust.

    Returns
    -------
    ndarray, shape (M,)
    """
    from statsmodels.stats.multitest import multipletests

    result, tested = np.full(len(p), np.nan), ~np.isnan(p)
    if tested.any():
        result[tested] = multipletests(p[tested], method="holm")[1]
    return result


# Wild cluster bootstrap


def wild_answers(equation: EquationSample, bootstrap: RobustnessOptions) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Bootstrap each slope of an equation with clusters by sector: t under such clusters, and its p-values."""
    sample = equation.partialled()
    draws = weight_draws(
        sample.n_clusters, bootstrap.bootstrap_draws, bootstrap.bootstrap_weights, bootstrap.bootstrap_seed
    )
    for x, term in enumerate(equation.equation.regressors, start=1):
        t, p = wild_bootstrap(sample, x, draws)
        answer = sample.n_clusters, t, float(p_values(t, sample.n_clusters - 1)), p, stars(p)
        yield equation.column, term, dict(zip(WILD, answer, strict=True))


def weight_draws(n_clusters: int, draws: int, weights: str, seed: int) -> NDArray:
    """Draw the weights of the clusters.

    Parameters
    ----------
    n_clusters
        G.
    draws
        How many draws; where there are no more patterns of weights than that, each pattern is taken once.
    weights
        `rademacher` or `webb`.
    seed
        Of the random numbers.

    Returns
    -------
    ndarray, shape (B, G)
        Mean 0 and variance 1; the first row of random draws is 1, the data itself.
    """
    values = WEIGHTS[weights]
    if len(values) ** n_clusters <= draws:
        return values[np.indices([len(values)] * n_clusters).reshape(n_clusters, -1).T]
    drawn = np.random.default_rng(seed).choice(values, size=(draws, n_clusters))
    return np.vstack([np.ones(n_clusters), drawn])


def wild_bootstrap(sample: PartialledSample, x: int, draws: NDArray) -> tuple[float, float]:
    """Test that a slope is 0 by the wild cluster bootstrap with the null imposed.

    WCR of Cameron, Gelbach and Miller (2008): residuals of the regression without x are multiplied by one weight per
    cluster, and the t statistic is computed again, effects and other regressors fitted anew. Sums by cluster are all
    that is needed, so that a draw costs G (K + T) steps.

    Parameters
    ----------
    sample
        The data, the dependent in column 0; one clustering.
    x
        The column of the regressor.
    draws : ndarray, shape (B, G)
        Weights of the clusters.

    Returns
    -------
    (float, float)
        t and its bootstrapped p-value.

    Raises
    ------
    InputError
        Where the clusters do not nest the region-sectors: their effects would not drop out.
    """
    (groups,) = sample.clusters
    if not is_nested(sample.ids, groups):
        raise InputError("the wild bootstrap needs clusters that hold whole region-sectors")
    others = [i for i in range(1, sample.levels.shape[1]) if i != x]
    kept = np.linalg.qr(sample.within[:, others])[0]

    def beyond(column: NDArray) -> NDArray:
        return column - kept @ (kept.T @ column)

    regressor, residuals = beyond(sample.within[:, x]), beyond(sample.within[:, 0])
    fitted = np.column_stack([kept, year_basis(sample.ids, sample.years)])  # (n, p), orthonormal
    scores = group_sums((regressor * residuals)[:, None], groups)[:, 0]  # (G,)
    squares = group_sums((regressor**2)[:, None], groups)[:, 0]  # (G,)
    loadings = group_sums(fitted * regressor[:, None], groups)  # (G, p)
    moments = group_sums(fitted * residuals[:, None], groups)  # (G, p)
    factor = small_sample_factor(len(residuals), len(others) + 1 + sample.absorbed.of_reghdfe(), len(scores))

    def t_statistics(weights: NDArray) -> NDArray:
        slopes = weights @ scores / squares.sum()
        sums = weights * scores - (weights @ moments) @ loadings.T - slopes[:, None] * squares
        return slopes * squares.sum() / np.sqrt(factor * np.sum(sums**2, axis=1))

    (t,) = t_statistics(np.ones((1, len(scores))))
    # a pattern and its mirror tie but for rounding, and the data itself counts: p is never below 2 in all patterns
    return float(t), float(np.mean(np.abs(t_statistics(draws)) >= abs(t) * (1 - 1e-9)))


def year_basis(ids: NDArray, years: NDArray) -> NDArray:
    """An orthonormal basis of the year dummies beyond the units.

    Parameters
    ----------
    ids, years : ndarray, shape (N,)
        Codes from 0.

    Returns
    -------
    ndarray, shape (N, k)
        k is below T.
    """
    dummies = (years[:, None] == np.arange(years.max() + 1)).astype(float)
    dummies -= (group_sums(dummies, ids) / np.bincount(ids)[:, None])[ids]
    basis, sizes, _ = np.linalg.svd(dummies, full_matrices=False)
    return basis[:, sizes > 1e-9 * np.sqrt(len(ids))]


# Anderson-Rubin


def anderson_rubin_answers(equation: EquationSample) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The Anderson-Rubin set of the endogenous regressor of an equation, which stands in its second stage."""
    sample = equation.partialled()
    confidence = anderson_rubin(sample)
    answer = confidence.p_value, confidence.kind, confidence.low, confidence.high, sample.n_clusters
    (endogenous,) = equation.equation.regressors
    yield equation.columns[-1], endogenous, dict(zip(ANDERSON_RUBIN, answer, strict=True))


def anderson_rubin(sample: PartialledSample, level: float = LEVEL) -> AndersonRubinSet:
    """Find the slopes of the endogenous regressor that the instrument does not reject.

    Valid however weak the instrument is (Anderson and Rubin 1949): the slope b is kept where y - b x is uncorrelated
    with the instrument by a cluster-robust F test, a quadratic inequality in b.

    Parameters
    ----------
    sample
        The data: y, x and one instrument in columns 0, 1 and 2.
    level
        The confidence level, a share.

    Returns
    -------
    AndersonRubinSet
    """
    Q = sample.within[:, 2:] / np.linalg.norm(sample.within[:, 2])
    reduced = sample.within[:, :2]
    moments = (Q.T @ reduced)[0]
    n_clusters = sample.n_clusters
    factor = small_sample_factor(len(Q), 1 + sample.absorbed.of_ivreghdfe(), n_clusters)
    V = factor * cluster_meat(Q * (reduced - Q @ (Q.T @ reduced)), sample.clusters)
    critical = stdtrit(n_clusters - 1, (1 + level) / 2) ** 2
    (c, b), (_, a) = np.outer(moments, moments) - critical * V  # a b^2 - 2 b slope + c <= 0
    discriminant = b**2 - a * c
    p = float(p_values(moments[0] / np.sqrt(V[0, 0]), n_clusters - 1))
    if discriminant < 0:
        return AndersonRubinSet("line", -np.inf, np.inf, p)
    low, high = sorted((b + sign * np.sqrt(discriminant)) / a for sign in (-1, 1))
    return AndersonRubinSet("interval" if a > 0 else "outside", float(low), float(high), p)


align(__name__)
