"""Do the results of Tables 3 to 10 stand: other clusters and samples, and inference that needs fewer assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from laborvalue.econometrics import tables
from laborvalue.econometrics.estimators import (
    Sample,
    cluster_count,
    cluster_meat,
    group_sums,
    is_nested,
    p_values,
    partialled_sample,
    small_sample_factor,
)
from laborvalue.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

# Checks that only change a choice of the config's `regressions`.
CHANGES: dict[str, dict[str, Any]] = {
    "cluster_city": {"cluster": "city"},
    "cluster_sector": {"cluster": "sector"},
    "cluster_two_way": {"cluster": "two_way"},
    "log1p": {"zero_policy": "log1p"},
    "keep_singletons": {"drop_singletons": False},
}
CHECKS = (*CHANGES, "wild_bootstrap", "anderson_rubin", "holm")

TERM = ("table", "column", "stage", "dependent", "term", "estimate", "std_error", "p_value", "stars")
LEVEL = 0.95

WEIGHTS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.sqrt([0.5, 1.0, 1.5, 0.5, 1.0, 1.5]) * [-1, -1, -1, 1, 1, 1],
}


def check(name: str, estimated: list[dict[str, Any]], panel: pa.Table, settings: dict[str, Any]) -> dict[str, list]:
    """Run the check `name` on the slopes of Tables 3 to 10, as many of them as were `estimated`.

    estimated: dicts of the tables' rows; panel: a pyarrow Table; settings: the config's `regressions` with
    `bootstrap_draws`, `bootstrap_weights` and `bootstrap_seed`. Returns columns (dict name -> list): the
    slope as in its table, then what the check says of it. Raises InputError as the tables do.
    """
    slopes = [row for row in estimated if row["term"] != "constant"]
    if not slopes:
        raise InputError("the panel bears none of Tables 3 to 10; there is nothing to check")
    if name in CHANGES:
        answers = re_estimated(slopes, panel, settings | CHANGES[name])
    elif name == "holm":
        answers = adjusted(slopes)
    else:
        of_table_8 = name == "anderson_rubin"
        ask = anderson_rubin_answers if of_table_8 else wild_answers
        slopes = [row for row in slopes if (row["table"] == 8) == of_table_8 and row["stage"] != "first"]
        numbers = sorted({row["table"] for row in slopes})
        answers = [answer for number in numbers for answer in ask(number, panel, settings)]
    rows = [{key: row[key] for key in TERM} | answer for row, answer in zip(slopes, answers, strict=True)]
    return {key: [row[key] for row in rows] for key in rows[0]}


def re_estimated(
    slopes: Sequence[Mapping[str, Any]], panel: pa.Table, settings: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Each slope estimated again under changed settings."""
    found = {}
    for number in sorted({row["table"] for row in slopes}):
        columns = tables.estimate_table(number, panel, settings)
        for row in (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)):
            found[row["table"], row["column"], row["term"]] = row
    taken = ("estimate", "std_error", "p_value", "stars", "n", "n_singletons", "n_clusters")
    matched = (found[row["table"], row["column"], row["term"]] for row in slopes)
    return [{f"robust_{name}": row[name] for name in taken} for row in matched]


# Holm


def adjusted(slopes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Holm's p-values over the slopes of each table, and over all of them."""
    p = np.array([row["p_value"] for row in slopes], dtype=float)  # NaN where a variance is not positive
    of_table = np.array([row["table"] for row in slopes])
    by_table = np.empty(len(p))
    for number in np.unique(of_table):
        by_table[of_table == number] = holm(p[of_table == number])
    return [
        {"holm_p_table": float(a), "holm_stars_table": tables.stars(a)}
        | {"holm_p_all": float(b), "holm_stars_all": tables.stars(b)}
        for a, b in zip(by_table, holm(p), strict=True)
    ]


def holm(p: NDArray) -> NDArray:
    """Holm's (1979) adjusted p-values of p (M,): the probability of any false rejection stays below each."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    result = np.empty(len(p))
    result[order] = np.minimum(stepped, 1)
    return result


# Wild cluster bootstrap


def wild_answers(number: int, panel: pa.Table, settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The wild bootstrap by sector of each slope of Table `number`: t under sector clusters, and its p-values."""
    for names, data, groups in tables.equation_samples(number, panel, settings | {"cluster": "sector"}):
        sample = partialled_sample(data, names, *groups, settings["drop_singletons"])
        draws = weight_draws(
            cluster_count(sample.clusters),
            *(settings[f"bootstrap_{key}"] for key in ("draws", "weights", "seed")),
        )
        for x in range(1, len(names)):
            t, p = wild_bootstrap(sample, x, draws)
            yield {
                "n_clusters": cluster_count(sample.clusters),
                "statistic": t,
                "t_p_value": float(p_values(t, cluster_count(sample.clusters) - 1)),
                "wild_p_value": p,
                "wild_stars": tables.stars(p),
            }


def weight_draws(n_clusters: int, draws: int, weights: str, seed: int) -> NDArray:
    """Weights of the clusters (B, G), the data itself first; all sign patterns where they are no more than `draws`."""
    values = WEIGHTS[weights]
    if len(values) ** n_clusters <= draws:
        return values[np.indices([len(values)] * n_clusters).reshape(n_clusters, -1).T]
    drawn = np.random.default_rng(seed).choice(values, size=(draws, n_clusters))
    return np.vstack([np.ones(n_clusters), drawn])


def wild_bootstrap(sample: Sample, x: int, draws: NDArray) -> tuple[float, float]:
    """Test that the slope of column `x` of the sample is 0; returns (t, p).

    The null is imposed (WCR of Cameron, Gelbach and Miller 2008): residuals of the regression without x
    are multiplied by one weight per cluster, and the t statistic is taken again, effects and other
    regressors fitted anew. Sums by cluster are all that is needed, so that a draw costs G (K + T) steps.

    Raises InputError where the clusters do not nest the city-sectors: their effects would not drop out.
    """
    (groups,) = sample.clusters
    if not is_nested(sample.ids, groups):
        raise InputError("the wild bootstrap needs clusters that hold whole city-sectors")
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
    """An orthonormal basis (N, <T) of the year dummies beyond the ids."""
    dummies = (years[:, None] == np.arange(years.max() + 1)).astype(float)
    dummies -= (group_sums(dummies, ids) / np.bincount(ids)[:, None])[ids]
    basis, sizes, _ = np.linalg.svd(dummies, full_matrices=False)
    return basis[:, sizes > 1e-9 * np.sqrt(len(ids))]


# Anderson-Rubin


def anderson_rubin_answers(number: int, panel: pa.Table, settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The Anderson-Rubin set of the endogenous regressor of Table `number` beside the interval of its t."""
    for names, data, groups in tables.equation_samples(number, panel, settings):
        sample = partialled_sample(data, names, *groups, settings["drop_singletons"])
        kind, low, high, p = anderson_rubin(sample)
        yield {
            "ar_p_value": p,
            "ar_set": kind,
            "ar_low": low,
            "ar_high": high,
            "n_clusters": cluster_count(sample.clusters),
        }


def anderson_rubin(sample: Sample, level: float = LEVEL) -> tuple[str, float, float, float]:
    """The slopes of column 1 of the sample that the instrument, its last column, does not reject.

    Valid however weak the instrument is (Anderson and Rubin 1949): the slope b is kept where y - b x is
    uncorrelated with the instrument by a cluster-robust F test, a quadratic inequality in b. Returns (kind,
    low, high, p): `interval` [low, high], `outside` for all but the open interval (low, high), or `line`;
    p is that of b = 0.
    """
    Q = sample.within[:, 2:] / np.linalg.norm(sample.within[:, 2])
    reduced = sample.within[:, :2]
    moments = (Q.T @ reduced)[0]
    n_clusters = cluster_count(sample.clusters)
    factor = small_sample_factor(len(Q), 1 + sample.absorbed.of_ivreghdfe(), n_clusters)
    V = factor * cluster_meat(Q * (reduced - Q @ (Q.T @ reduced)), sample.clusters)
    critical = stdtrit(n_clusters - 1, (1 + level) / 2) ** 2
    (c, b), (_, a) = np.outer(moments, moments) - critical * V  # a b^2 - 2 b slope + c <= 0
    discriminant = b**2 - a * c
    p = float(p_values(moments[0] / np.sqrt(V[0, 0]), n_clusters - 1))
    if discriminant < 0:
        return "line", -np.inf, np.inf, p
    low, high = sorted((b + sign * np.sqrt(discriminant)) / a for sign in (-1, 1))
    return ("interval" if a > 0 else "outside"), float(low), float(high), p
