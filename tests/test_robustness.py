"""Robustness: exact on small panels, against other estimates of the same, and as tables off one panel."""

import itertools
from dataclasses import astuple

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm

from laborvalue.econometrics import robustness
from laborvalue.econometrics.checks import CHECKS
from laborvalue.econometrics.covariance import p_values, standard_errors
from laborvalue.econometrics.equations import ESTIMATED
from laborvalue.econometrics.estimation import estimate_table
from laborvalue.econometrics.fixed_effects import fixed_effects, partialled_sample
from laborvalue.econometrics.instruments import instrumental_fixed_effects
from laborvalue.econometrics.options import RegressionOptions, RobustnessOptions
from laborvalue.errors import InputError
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import typesetting
from laborvalue_workflow.reporting.subject import Subject
from test_estimators import dummies, iv_panel, unbalanced_panel
from test_tables import simulated, with_zeros

BOOTSTRAP = RobustnessOptions(bootstrap_draws=499, bootstrap_weights="rademacher", bootstrap_seed=1)
NAMES = ["tlpr", "ddr", "otlp"]


# Wild cluster bootstrap


def t_by_dummies(y, X, effects, groups, x):
    """t of regressor x with clusters by `groups`, effects as dummies; up to a factor of all draws."""
    ols = sm.OLS(y, np.column_stack([X, effects])).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return ols.tvalues[x]


@pytest.mark.parametrize("x", [0, 1])
def test_the_bootstrap_enumerates_what_refitting_every_sign_pattern_gives(x):
    """Six clusters, gaps, two regressors: 64 data sets with the null imposed, each fitted with all dummies."""
    y, X, unit, year, region, _ = unbalanced_panel(3, regions=6, sectors=4, years=4)
    sample = partialled_sample(np.column_stack([y, X]), NAMES, unit, year, [region], True)
    draws = robustness.weight_draws(6, 64, "rademacher", 0)
    t, p = robustness.wild_bootstrap(sample, 1 + x, draws)

    y, X, unit, year, region = (array[sample.kept] for array in (y, X, unit, year, region))
    effects = dummies(unit, year)
    restricted = sm.OLS(y, np.column_stack([X[:, 1 - x], effects])).fit()
    found = [
        t_by_dummies(restricted.fittedvalues + restricted.resid * np.array(signs)[region], X, effects, region, x)
        for signs in itertools.product([-1, 1], repeat=6)
    ]
    actual = abs(t_by_dummies(y, X, effects, region, x))
    assert p == np.mean(np.abs(found) >= actual * (1 - 1e-9))
    fit = fixed_effects(y, X, unit, year, [region], NAMES)
    assert t == pytest.approx(fit.coefficients[x] / standard_errors(np.diag(fit.covariance))[x], rel=1e-10)


def test_draws_are_seeded_begin_with_the_data_and_have_mean_0_and_variance_1():
    for weights in ("rademacher", "webb"):
        drawn = robustness.weight_draws(33, 9999, weights, 5)
        assert drawn.shape == (10000, 33) and np.all(drawn[0] == 1)
        np.testing.assert_array_equal(drawn, robustness.weight_draws(33, 9999, weights, 5))
        assert not np.array_equal(drawn, robustness.weight_draws(33, 9999, weights, 6))
        values = robustness.WEIGHTS[weights]
        assert (values.mean(), np.mean(values**2)) == pytest.approx((0, 1), abs=1e-12)
    assert len(robustness.weight_draws(6, 64, "rademacher", 5)) == 64


def test_random_draws_come_near_the_enumeration():
    y, X, unit, year, region, _ = unbalanced_panel(4, regions=10, sectors=4, years=4)
    sample = partialled_sample(np.column_stack([y, 0 * y + X[:, 1], X[:, 0]]), NAMES, unit, year, [region], True)
    exact, near = (
        robustness.wild_bootstrap(sample, 1, robustness.weight_draws(10, draws, "rademacher", 2))[1]
        for draws in (1024, 1000)
    )
    assert near == pytest.approx(exact, abs=0.04)


def test_the_bootstrap_asks_for_clusters_that_hold_whole_city_sectors():
    y, X, unit, year, *_ = unbalanced_panel(3)
    sample = partialled_sample(np.column_stack([y, X]), NAMES, unit, year, [np.arange(len(y)) % 7], True)
    with pytest.raises(InputError, match="clusters that hold whole region-sectors"):
        robustness.wild_bootstrap(sample, 1, np.ones((1, 7)))


# Anderson-Rubin


def iv_sample(seed, strength=1.0):
    y, x, Z, unit, year, *_ = iv_panel(seed, instruments=1)
    Z = strength * Z + (1 - strength) * np.random.default_rng(seed).normal(size=Z.shape)
    columns = y, x, Z[:, 0]
    sample = partialled_sample(np.column_stack(columns), ["pri", "d", "iv"], unit, year, [unit], True)
    return sample, columns, unit, year


def reduced_form_p(columns, unit, year, slope):
    """p of the instrument in the regression of y - slope x on it."""
    y, x, z = columns
    fit = fixed_effects(y - slope * x, z[:, None], unit, year, [unit], ["rest", "iv"])
    n, T = fit.n, len(np.unique(year))
    error = standard_errors(fit.covariance[0]) * np.sqrt((n - 1 - T) / (n - 1 - (T - 1)))  # ivreghdfe's count
    return p_values(fit.coefficients / error, fit.df)[0]


def test_the_anderson_rubin_set_ends_where_the_reduced_form_rejects_at_5_percent():
    sample, *data = iv_sample(4)
    kind, low, high, p = astuple(robustness.anderson_rubin(sample))
    assert kind == "interval"
    assert [reduced_form_p(*data, end) for end in (low, high)] == pytest.approx([0.05, 0.05], rel=1e-8)
    assert p == pytest.approx(reduced_form_p(*data, 0.0), rel=1e-8)
    y, x, z = data[0]
    fit = instrumental_fixed_effects(y, x, z, *data[1:], [data[1]], ["pri", "d", "iv"])
    assert low < fit.second.coefficients[0] < high


def test_a_weak_instrument_gives_an_unbounded_set():
    kinds = {}
    for seed in range(40):
        sample, *data = iv_sample(seed, strength=0.0)
        kind, low, high, _ = astuple(robustness.anderson_rubin(sample))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == "outside":
            assert reduced_form_p(*data, (low + high) / 2) < 0.05 < reduced_form_p(*data, high + abs(high) + 1)
        if kind == "line":
            assert reduced_form_p(*data, 0.0) > 0.05 and (low, high) == (-np.inf, np.inf)
    assert kinds["line"] > 20 and "outside" in kinds


# Holm


def test_holm_steps_down():
    """Holm (1979): smallest times m, next times m - 1, never falling, never above 1."""
    assert robustness.holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert robustness.holm(np.array([0.6, 0.7])).tolist() == [1, 1]


def test_a_missing_p_is_no_test():
    """As in R: p.adjust(c(0.01, NA, 0.04), "holm") is 0.02 NA 0.04."""
    found = robustness.holm(np.array([0.01, np.nan, 0.04]))
    assert found[[0, 2]] == pytest.approx([0.02, 0.04]) and np.isnan(found[1])
    assert np.isnan(robustness.holm(np.array([np.nan]))).all() and len(robustness.holm(np.array([]))) == 0


def test_a_slope_without_a_p_value_stays_without_one(panel, estimated):
    """Two-way clusters can leave a variance that is not positive; a csv then has an empty cell."""
    lacking = [row | {"p_value": None, "std_error": None} if row["table"] == 9 else row for row in estimated]
    rows = checked("holm", lacking, panel)
    assert all(np.isnan(row["holm_p_all"]) == (row["table"] == 9) for row in rows)
    body = typesetting.set_robustness("holm", rows, Subject()).blocks[-2]
    assert {tuple(cells[4:]) for cells in body} == {("(.)", "", "", "")}


# The checks as tables


@pytest.fixture(scope="module")
def panel():
    return with_zeros(simulated(regions=15, sectors=8))


def all_rows(panel):
    return [row for table in ESTIMATED for row in files.as_rows(estimate_table(table, pa.table(panel)).columns)]


@pytest.fixture(scope="module")
def estimated(panel):
    return all_rows(panel)


def check(name, estimated, panel):
    return robustness.check(name, estimated, pa.table(panel), RegressionOptions(), BOOTSTRAP)


def checked(name, estimated, panel):
    return files.as_rows(check(name, estimated, panel).columns)


def by_slope(rows):
    return {robustness.place(row): row for row in rows if row["term"] != "constant"}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_every_check_keeps_the_slopes_of_the_tables_in_their_order(panel, estimated, name):
    rows = checked(name, estimated, panel)
    slopes, found = by_slope(estimated), by_slope(rows)
    assert found.keys() <= slopes.keys() and len(found) == len(rows)
    assert all(row["estimate"] == slopes[place]["estimate"] for place, row in found.items())
    expected = {"anderson_rubin": 1, "wild_bootstrap": len(slopes) - 2}.get(name, len(slopes))
    assert len(rows) == expected
    table = typesetting.set_robustness(name, rows, Subject(), RegressionOptions(), BOOTSTRAP)
    body = [row for block in table.blocks for row in block]
    assert len(body) == expected and {len(row) for row in body} == {len(table.header)}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_a_check_without_a_slope_to_check_has_its_columns_and_says_so(panel, estimated, name):
    full, empty = check(name, estimated, panel), check(name, [], panel)
    assert empty.columns == {column: [] for column in full.columns} and empty.left_out["table"] == []
    assert full.left_out["table"] == []
    reason = [{"table": 8, "column": column, "reason": "no row is left"} for column in (1, 2)]
    notes = typesetting.set_robustness(name, [], Subject(), left_out=reason).notes
    assert notes[-2:] == [
        "No slope could be estimated: there is nothing to check.",
        "Table 8 could not be checked: no row is left.",
    ]


def test_a_check_leaves_out_the_columns_in_which_it_cannot_be_computed(panel, estimated):
    """One sector cannot be clustered by sector; dir without a value takes its columns out of every check."""
    one = np.array(panel["sector"]) == "03"
    of_one = {name: np.array(column)[one] for name, column in panel.items()} | {"dir": np.zeros(one.sum())}
    rows = all_rows(of_one)
    slopes = {(row["table"], row["column"]) for row in rows}
    assert (3, 1) in slopes and (3, 3) not in slopes and (8, 2) in slopes
    for name in ("cluster_sector", "wild_bootstrap"):
        found = check(name, rows, of_one)
        assert found.columns["table"] == []
        places = {*zip(found.left_out["table"], found.left_out["column"], strict=True)}
        assert places == {place for place in slopes if name == "cluster_sector" or place[0] != 8}
        assert {reason.partition(";")[0] for reason in found.left_out["reason"]} == {"only one cluster is left"}
    assert len(checked("holm", rows, of_one)) == len(by_slope(rows))
    assert len(checked("anderson_rubin", rows, of_one)) == 1


def test_changed_clusters_change_errors_and_no_estimate(panel, estimated):
    for row in checked("cluster_sector", estimated, panel):
        assert row["robust_estimate"] == row["estimate"]
        assert row["robust_std_error"] != row["std_error"] and row["robust_n_clusters"] == 8


def test_kept_singletons_and_log1p_enlarge_the_sample(panel, estimated):
    n = next(row["n"] for row in estimated if row["term"] == "ddr")
    assert checked("log1p", estimated, panel)[0]["robust_n"] == n + 3
    singleton = {name: np.delete(np.array(column), 1) for name, column in panel.items()}
    again = all_rows(singleton)
    first = checked("keep_singletons", again, singleton)[0]
    assert first["robust_n"] == next(row["n"] for row in again) + 1 and first["robust_n_singletons"] == 0


def test_wild_t_is_that_of_sector_clusters(panel, estimated):
    by_sector = by_slope(checked("cluster_sector", estimated, panel))
    for row in checked("wild_bootstrap", estimated, panel):
        other = by_sector[robustness.place(row)]
        assert row["statistic"] == pytest.approx(other["robust_estimate"] / other["robust_std_error"], rel=1e-9)
        assert row["t_p_value"] == pytest.approx(other["robust_p_value"], rel=1e-9)
        assert 1 / 256 <= row["wild_p_value"] <= 1
