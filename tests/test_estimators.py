"""The estimators against Stata's printed numbers, against other software, and against their own algebra."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import card
from linearmodels.iv import IV2SLS, IVGMM
from linearmodels.iv.common import cragg_donald_f, kleibergen_paap, kleibergen_paap_f
from scipy.special import stdtr
from statsmodels.datasets import grunfeld
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from laborvalue.econometrics.covariance import (
    Absorbed,
    absorbed_parameters,
    p_values,
    positive_part,
    standard_errors,
)
from laborvalue.econometrics.demeaning import codes, within, without_singletons
from laborvalue.econometrics.fixed_effects import fixed_effects
from laborvalue.econometrics.instruments import instrumental_fixed_effects, two_step_gmm
from laborvalue.errors import InputError, NotEstimable

NAMES = ["tlpr", "ddr", "otlp"]


def stata_floats(values):
    """Stata stores these data sets as floats, which shows in the printed digits."""
    return np.asarray(values, dtype=np.float32).astype(float)


def unbalanced_panel(seed, regions=6, sectors=5, years=5, missing=0.3):
    """y, X (N, 2), ids, years, regions, sectors of a panel with gaps, effects and clustered noise."""
    rng = np.random.default_rng(seed)
    region, sector, year = (axis.ravel() for axis in np.indices((regions, sectors, years)))
    unit = region * sectors + sector
    seen = (rng.random(len(unit)) > missing) | (year == 0)  # each unit, so that none is a mere number
    effects = rng.normal(size=regions * sectors)[unit] + rng.normal(size=years)[year] + 3
    X = rng.normal(size=(len(unit), 2)) + effects[:, None] + [2.0, -1.0]
    shock = rng.normal(size=(regions, years))[region, year]
    y = X @ [0.5, -0.3] + effects + shock + rng.normal(size=len(unit))
    return [array[seen] for array in (y, X, unit, year, region, sector)]


def dummies(*effects):
    """A column per value of each effect but, after the first effect, its first value."""
    columns = [effect[:, None] == np.unique(effect)[int(i > 0) :] for i, effect in enumerate(effects)]
    return np.concatenate(columns, axis=1).astype(float)


def errors(fit):
    return standard_errors(np.diag(fit.covariance))


# Stata


def test_grunfeld_as_reghdfe_prints_it():
    """reghdfe invest mvalue, absorb(firm year) vce(cluster firm)"""
    data = grunfeld.load_pandas().data
    fit = fixed_effects(
        stata_floats(data.invest),
        stata_floats(data[["value"]]),
        data.firm.to_numpy(),
        data.year.to_numpy(),
        [data.firm.to_numpy()],
        ["invest", "mvalue"],
    )
    assert f"{fit.coefficients[0]:.8f}" == "0.18185335"
    assert f"{errors(fit)[0]:.8f}" == "0.04138651"
    assert f"{fit.constant:.5f} {fit.constant_error:.5f}" == "-46.46429 40.91378"
    assert f"{fit.r2:.8f} {fit.r2_adjusted:.8f}" == "0.88255691 0.86391515"
    assert f"{fit.f:.6f}" == "19.307456"
    assert (fit.n, fit.n_clusters, fit.n_singletons) == (220, 11, 0)


def card_partialled_out():
    """lwage, educ, nearc2 and nearc4 with exper, expersq, black, south and the constant partialled out."""
    data = card.load()
    controls = sm.add_constant(data[["exper", "expersq", "black", "south"]]).to_numpy(dtype=float)
    columns = stata_floats(data[["lwage", "educ", "nearc2", "nearc4"]])
    columns -= controls @ np.linalg.lstsq(controls, columns)[0]
    return columns, codes(data.age.to_numpy())


def test_card_as_ivreg2_prints_it():
    """ivreg2 lwage exper expersq black south (educ = nearc2 nearc4), gmm2s cluster(age) [small]"""
    columns, age = card_partialled_out()
    n, G = len(columns), 11
    instruments = np.linalg.qr(columns[:, 2:])[0]
    fit = two_step_gmm(columns[:, 0], columns[:, [1]], np.empty((n, 0)), instruments, [age], absorbed=5)
    variance = fit.slopes.covariance[0, 0]
    without_small = variance / ((n - 1) / (n - 6) * G / (G - 1))
    assert f"{np.sqrt(variance):.8f}" == "0.02176224"
    assert f"{np.sqrt(without_small):.8f}" == "0.02073224"
    assert f"{fit.tests.kp_rk_lm:.8f}" == "8.68466443"
    assert fit.tests.kp_rk_lm_p == pytest.approx(np.exp(-8.68466443 / 2))  # chi-squared, two instruments
    assert f"{fit.tests.cragg_donald_f:.8f}" == "19.68298485"
    assert f"{fit.tests.kp_rk_f:.8f}" == "15.48759693"
    assert f"{fit.tests.hansen_j:.8f}" == "1.99462848"


def test_grunfeld_as_ivreghdfe_prints_it():
    """ivreghdfe invest (mvalue = kstock), absorb(firm year) cluster(firm); its r2 is that beyond the effects"""
    data = grunfeld.load_pandas().data
    columns = (stata_floats(data[name]) for name in ("invest", "value", "capital"))
    firm, year = data.firm.to_numpy(), data.year.to_numpy()
    estimates = instrumental_fixed_effects(*columns, firm, year, [firm], ["invest", "mvalue", "kstock"])
    (first,), fit, tests = estimates.first, estimates.second, estimates.tests
    assert f"{fit.coefficients[0]:.14f} {errors(fit)[0]:.14f}" == "0.83213783806064 0.12365399399593"
    assert f"{fit.f:.6f} {tests.kp_rk_f:.6f} {first.f:.6f}" == "45.287072 16.175385 16.175385"
    assert f"{fit.r2_within:.7f}" == "-3.7469094"
    assert (fit.n, fit.n_clusters, fit.df, tests.hansen_j_df) == (220, 11, 10, 0)


# Output of Stata 17 (reghdfe, ivreghdfe 1.1.4) on simulated panels, from the audit logs of the project StataFlow.


def simulated_panel(seed, firms, years):
    """A generator, firm, year, and the firms' effects: the common beginning of the audit's panels."""
    rng = np.random.default_rng(seed)
    firm, year = (axis.ravel() for axis in np.indices((firms, years)))
    return rng, firm, year, rng.normal(0, 1, firms)[firm]


def test_two_way_clusters_as_reghdfe_prints_them():
    """reghdfe y x, absorb(firm year) vce(cluster firm year): both effects are nested, the variance is corrected"""
    rng, firm, year, effect = simulated_panel(505, 15, 6)
    effect = effect + rng.normal(0, 0.5, 6)[year]
    x = rng.normal(0, 1, len(firm))
    y = 1 + 1.5 * x + effect + rng.normal(0, 0.5, len(firm))
    fit = fixed_effects(stata_floats(y), stata_floats(x)[:, None], firm, year, [firm, year], ["y", "x"])
    assert f"{fit.coefficients[0]:.14f} {errors(fit)[0]:.14f}" == "1.39727081226738 0.05328728355173"
    assert f"{fit.constant:.13f} {fit.constant_error:.16f}" == "0.7844427456834 0.0006468014267715"
    assert f"{fit.r2:.8f} {fit.r2_adjusted:.8f} {fit.f:.4f}" == "0.96030963 0.94805231 687.5654"
    assert (fit.n_clusters, fit.df) == (6, 5)


def test_clusters_that_hold_whole_firms_as_reghdfe_prints_them():
    """reghdfe y x, absorb(firm year) vce(cluster industry)"""
    rng, firm, year, effect = simulated_panel(303, 24, 4)
    industry = firm // 4
    shift = rng.normal(0, 1, 6)[industry]
    x = rng.normal(0, 1, len(firm)) + 0.2 * shift
    y = 1 + 1.5 * x + effect + shift + rng.normal(0, 0.5, len(firm))
    fit = fixed_effects(stata_floats(y), stata_floats(x)[:, None], firm, year, [industry], ["y", "x"])
    assert f"{fit.coefficients[0]:.14f} {errors(fit)[0]:.14f}" == "1.42054326857025 0.07953798248475"
    assert f"{fit.constant:.14f} {fit.constant_error:.16f}" == "0.91226179459951 0.0010911238730122"
    assert f"{fit.r2:.7f} {fit.r2_adjusted:.8f} {fit.f:.5f}" == "0.9574834 0.94060181 318.97731"


def test_instruments_as_ivreghdfe_prints_them():
    """ivreghdfe y (x = z), absorb(firm year) cluster(firm)"""
    rng, firm, year, effect = simulated_panel(5005, 30, 5)
    effect = effect + rng.normal(0, 0.5, 5)[year]
    z, u = rng.normal(0, 1, len(firm)), rng.normal(0, 0.5, len(firm))
    x = 0.5 * z + u + rng.normal(0, 0.3, len(firm))
    y = 1 + 1.5 * x + effect + u + rng.normal(0, 0.3, len(firm))
    columns = map(stata_floats, (y, x, z))
    estimates = instrumental_fixed_effects(*columns, firm, year, [firm], ["y", "x", "z"])
    fit, tests = estimates.second, estimates.tests
    assert f"{fit.coefficients[0]:.7f} {errors(fit)[0]:.8f} {fit.f:.5f}" == "1.4650186 0.14465786 102.56572"
    assert f"{tests.kp_rk_lm:.6f} {tests.kp_rk_f:.5f} {fit.r2_within:.8f}" == "22.060027 160.28607 0.82271025"


# Other software


def test_within_estimator_is_the_dummy_variable_estimator():
    y, X, unit, year, *_ = unbalanced_panel(1)
    fit = fixed_effects(y, X, unit, year, [unit], NAMES, drop_singletons=False)
    regressors = np.column_stack([X, dummies(unit, year)])
    ols = sm.OLS(y, regressors).fit(cov_type="cluster", cov_kwds={"groups": unit})
    np.testing.assert_allclose(fit.coefficients, ols.params[:2], rtol=1e-8)
    n, T = len(y), len(np.unique(year))
    counted = (n - regressors.shape[1]) / (n - 1 - 2 - (T - 1))  # statsmodels counts the nested effects too
    np.testing.assert_allclose(errors(fit), ols.bse[:2] * np.sqrt(counted), rtol=1e-8)
    np.testing.assert_allclose([fit.r2, fit.r2_adjusted], [ols.rsquared, ols.rsquared_adj], rtol=1e-8)


def test_within_r2_is_that_of_the_data_beyond_the_effects():
    y, X, unit, year, *_ = unbalanced_panel(2)
    fit = fixed_effects(y, X, unit, year, [unit], NAMES, drop_singletons=False)
    effects = dummies(unit, year)
    beyond = [sm.OLS(column, effects).fit().resid for column in (y, *X.T)]
    ols = sm.OLS(beyond[0], np.column_stack(beyond[1:])).fit()
    assert fit.r2_within == pytest.approx(ols.rsquared, rel=1e-8)


def test_two_way_clusters_as_cameron_gelbach_and_miller():
    y, X, unit, year, region, sector = unbalanced_panel(3, regions=8, sectors=9, missing=0.1)
    fit = fixed_effects(y, X, unit, year, [region, sector], NAMES, drop_singletons=False)
    ols = sm.OLS(y, np.column_stack([X, dummies(unit, year)])).fit()
    plain = cov_cluster_2groups(ols, region, sector, use_correction=False)[0][:2, :2]
    n, T = len(y), len(np.unique(year))
    q = (n - 1) / (n - 1 - 2 - (T - 1)) * 8 / 7
    np.testing.assert_allclose(fit.covariance, q * plain, rtol=1e-7)
    assert fit.n_clusters == 8


def test_a_two_way_variance_that_is_not_positive_is_corrected_or_missing():
    """Cameron, Gelbach and Miller's correction; no test is made on a variance that is still not positive."""
    negative = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues 3 and -1
    np.testing.assert_allclose(positive_part(negative, [1, 1]), [[1.5, 1.5], [1.5, 1.5]])
    units = np.array([[1, 7], [7, 49]])
    np.testing.assert_allclose(positive_part(negative / units, [1, 7]), 1.5 / units)
    rounding = np.array([[1.0, 1.0], [1.0, 1.0 - 1e-15]])
    assert positive_part(rounding, [1, 1]) is rounding
    assert np.isnan(standard_errors([0.0, -1.0])).all()
    assert np.isnan(p_values(np.nan, 10))


# regions, sectors, years, share of missing rows: short, long, ragged, and more regions than sectors
SHAPES = {"short": (8, 9, 2, 0.0), "long": (6, 6, 12, 0.2), "ragged": (9, 8, 5, 0.45), "wide": (40, 3, 3, 0.1)}


@pytest.fixture(params=SHAPES)
def shaped(request):
    """A panel of each shape as a frame without singletons, for other software to read."""
    y, X, unit, year, region, sector = unbalanced_panel(11, *SHAPES[request.param])
    kept = without_singletons(unit, year)
    columns = {"y": y, "x1": X[:, 0], "x2": X[:, 1], "unit": unit, "year": year, "region": region, "sector": sector}
    return pd.DataFrame(columns)[kept].reset_index(drop=True)


def fit_of(frame, *clusters):
    return fixed_effects(
        frame.y.to_numpy(),
        frame[["x1", "x2"]].to_numpy(),
        frame.unit.to_numpy(),
        frame.year.to_numpy(),
        [frame[name].to_numpy() for name in clusters],
        NAMES,
    )


def test_every_shape_agrees_with_explicit_dummies(shaped):
    n, T = len(shaped), shaped.year.nunique()
    regressors = np.column_stack([shaped[["x1", "x2"]], dummies(shaped.unit.to_numpy(), shaped.year.to_numpy())])
    model = sm.OLS(shaped.y.to_numpy(), regressors)
    for cluster in ("unit", "region", "sector"):
        fit = fit_of(shaped, cluster)
        ols = model.fit(cov_type="cluster", cov_kwds={"groups": shaped[cluster]})
        counted = (n - regressors.shape[1]) / (n - 1 - 2 - (T - 1))
        np.testing.assert_allclose(fit.coefficients, ols.params[:2], rtol=1e-8)
        np.testing.assert_allclose(errors(fit), ols.bse[:2] * np.sqrt(counted), rtol=1e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pandas.errors.Pandas4Warning")
def test_every_shape_agrees_with_pyfixest(shaped):
    """In the form whose degrees of freedom do not hang on the order of a set: years as regressors."""
    pyfixest = pytest.importorskip("pyfixest", reason="pyfixest is not installed (requirements-test.lock)")
    for cluster in ("unit", "region", "sector"):
        fit = fit_of(shaped, cluster)
        other = pyfixest.feols("y ~ x1 + x2 + C(year) | unit", shaped, vcov={"CRV1": cluster}, fixef_tol=1e-12)
        np.testing.assert_allclose(fit.coefficients, other.coef().iloc[:2], rtol=1e-8)
        np.testing.assert_allclose(errors(fit), other.se().iloc[:2], rtol=1e-6)


def test_clusters_that_nest_no_effect_cost_all_effects_and_give_the_constant_its_own_error():
    """absorb(unit year) vce(cluster any): G + T - 1 parameters, and residuals that do not sum to zero."""
    y, X, unit, year, *_ = unbalanced_panel(12, missing=0.2)
    anyhow = np.random.default_rng(12).integers(0, 9, len(y))
    fit = fixed_effects(y, X, unit, year, [anyhow], NAMES, drop_singletons=False)
    beyond = within(X, unit, year) + X.mean(axis=0)  # reghdfe adds the means back for the constant
    n, G, T = len(y), len(np.unique(unit)), len(np.unique(year))
    ols = sm.OLS(within(y[:, None], unit, year)[:, 0] + y.mean(), sm.add_constant(beyond))
    ols = ols.fit(cov_type="cluster", cov_kwds={"groups": anyhow})
    q = (n - 3) / (n - 2 - (G + T - 1))
    np.testing.assert_allclose(errors(fit), ols.bse[1:] * np.sqrt(q), rtol=1e-8)
    assert (fit.constant, fit.constant_error) == pytest.approx((ols.params[0], ols.bse[0] * np.sqrt(q)), rel=1e-8)


def test_parameters_are_counted_by_what_the_clusters_nest():
    unit, year = (axis.ravel() for axis in np.indices((12, 3)))
    anyhow = np.arange(len(unit)) % 5
    apart = year + 3 * (unit >= 6)  # two groups of units in different years: two blocks
    assert absorbed_parameters(unit, year, [unit]) == Absorbed(2, 12)
    assert absorbed_parameters(unit, year, [unit // 4]) == Absorbed(2, 12)
    assert absorbed_parameters(unit, year, [unit // 4, unit % 3]) == Absorbed(2, 12)
    assert absorbed_parameters(unit, year, [year]) == Absorbed(11, 3)
    assert absorbed_parameters(unit, year, [unit, year]) == Absorbed(0, 12 + 3)
    assert absorbed_parameters(unit, year, [anyhow]) == Absorbed(12 + 3 - 1, 0)
    assert absorbed_parameters(unit, apart, [anyhow]) == Absorbed(12 + 6 - 2, 0)
    assert absorbed_parameters(unit, apart, [unit]) == Absorbed(5, 12)


def test_the_constant_counts_where_an_effect_is_nested_and_in_ivreghdfe_only_where_nothing_else_does():
    counts = [Absorbed(2, 12), Absorbed(14, 0), Absorbed(0, 15)]
    assert [absorbed.of_reghdfe() for absorbed in counts] == [3, 14, 1]
    assert [absorbed.of_ivreghdfe() for absorbed in counts] == [2, 14, 1]


@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")
def test_adjusted_r2_counts_every_effect_that_is_not_redundant():
    """Two groups of units in different years: one effect is redundant, which reghdfe sees where none is nested."""
    y, X, unit, year, *_ = unbalanced_panel(13, years=6, missing=0)
    apart = (year < 3) == (unit < 15)
    y, X, unit, year = (array[apart] for array in (y, X, unit, year))
    anyhow = np.arange(len(y)) % 7
    fit = fixed_effects(y, X, unit, year, [anyhow], NAMES)
    ols = sm.OLS(y, np.column_stack([X, dummies(unit, year)])).fit()
    assert ols.df_model + 1 == 2 + 30 + 6 - 2
    assert fit.r2_adjusted == pytest.approx(ols.rsquared_adj, rel=1e-10)
    iv = instrumental_fixed_effects(y, X[:, 0], X[:, 1], unit, year, [unit], NAMES)
    first = sm.OLS(X[:, 0], np.column_stack([X[:, 1], dummies(unit, year)])).fit()
    assert iv.tests.cragg_donald_f_xtivreg2 == pytest.approx(first.tvalues[0] ** 2, rel=1e-8)


def test_t_has_no_more_degrees_of_freedom_than_the_data():
    """Every row its own cluster, as vce(robust): reghdfe's e(df_r) is then N - K - (G + T - 1), not N - 1."""
    y, X, unit, year, *_ = unbalanced_panel(14, years=2, missing=0)
    assert fixed_effects(y, X, unit, year, [unit], NAMES).df == 30 - 1
    assert fixed_effects(y, X, unit, year, [np.arange(60)], NAMES).df == 60 - 2 - 31


def test_the_f_statistic_tests_all_slopes_at_once(shaped):
    fit = fit_of(shaped, "unit")
    b, V = fit.coefficients, fit.covariance
    assert fit.f == pytest.approx(b @ np.linalg.inv(V) @ b / 2, rel=1e-8)


def iv_panel(seed, instruments, shape=(12, 6, 5, 0.3)):
    """y, endogenous x, Z, an exogenous regressor, a second endogenous one, unit, year."""
    y, X, unit, year, *_ = unbalanced_panel(seed, *shape)
    rng = np.random.default_rng(seed)
    x = X[:, 0] + 0.5 * y
    Z = X[:, :1] + rng.normal(size=(len(y), instruments))
    return y, x, Z, unit, year, X[:, [1]], X[:, 0] * 0.3 + Z @ np.arange(instruments) - 0.2 * y


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(
    ("endogenous", "exogenous", "instruments"), [(1, 0, 1), (1, 0, 3), (1, 1, 2), (2, 0, 2), (2, 1, 4)]
)
def test_instrumental_variables_agree_with_linearmodels(shape, endogenous, exogenous, instruments):
    """Several instruments, several endogenous regressors, an exogenous one beside them; data beyond the effects."""
    y, x, Z, unit, year, w, second = iv_panel(4, instruments, shape)
    X, W = np.column_stack([x, second])[:, :endogenous], w[:, :exogenous]
    names = [
        "pri",
        *(f"d{i}" for i in range(endogenous)),
        *["dlq"] * exogenous,
        *(f"iv{i}" for i in range(instruments)),
    ]
    fit = instrumental_fixed_effects(y, X, Z, unit, year, [unit], names, drop_singletons=False, exogenous=W)
    y, X, W, Z = (within(np.column_stack([block]), unit, year) for block in (y, X, W, Z))
    n, G, T = len(y), len(np.unique(unit)), len(np.unique(year))

    gmm = IVGMM(y, W if exogenous else None, X, Z, weight_type="clustered", clusters=unit, center=False)
    two_step = gmm.fit(iter_limit=2, cov_type="clustered", clusters=unit)
    order = [*range(exogenous, exogenous + endogenous), *range(exogenous)]  # linearmodels has exogenous ones first
    np.testing.assert_allclose(fit.second.coefficients, two_step.params.iloc[order], rtol=1e-8)

    # linearmodels' two-step variance rests on a second S; ours, as ivreg2's, on the first.
    first_step = IVGMM(y, W if exogenous else None, X, Z, weight_type="clustered", clusters=unit, center=False)
    u = IV2SLS(y, W if exogenous else None, X, Z).fit().resids.to_numpy()
    instruments_all, regressors = np.column_stack([W, Z]), np.column_stack([X, W])
    S = first_step._weight.weight_matrix(regressors, instruments_all, u[:, None])
    zx = instruments_all.T @ regressors / n
    q = (n - 1) / (n - endogenous - exogenous - (T - 1)) * G / (G - 1)
    variance = q * np.linalg.inv(zx.T @ np.linalg.solve(S, zx)) / n
    np.testing.assert_allclose(errors(fit.second), np.sqrt(np.diag(variance)), rtol=1e-6)

    years = np.column_stack([W, within_ids_only(dummies(year)[:, 1:], unit)])
    config = {"cov_type": "clustered", "cov_config": {"clusters": unit}}
    lm = kleibergen_paap(X, Z, years, **config)
    assert (fit.tests.kp_rk_lm, fit.tests.kp_rk_lm_p) == pytest.approx((lm.stat, lm.pval), rel=1e-6)
    assert fit.tests.kp_rk_f == pytest.approx(kleibergen_paap_f(X, Z, years, **config), rel=1e-6)
    assert fit.tests.cragg_donald_f == pytest.approx(cragg_donald_f(X, Z, years), rel=1e-6)
    assert fit.tests.hansen_j_df == instruments - endogenous
    if instruments > endogenous:
        j = two_step.j_stat
        assert (fit.tests.hansen_j, fit.tests.hansen_j_p) == pytest.approx((j.stat, j.pval), rel=1e-6)
    else:
        assert fit.tests.hansen_j == pytest.approx(0, abs=1e-9) and np.isnan(fit.tests.hansen_j_p)


def within_ids_only(columns, ids):
    frame = pd.DataFrame(columns)
    return (frame - frame.groupby(ids).transform("mean")).to_numpy()


def test_cragg_donald_counting_all_effects_is_the_plain_first_stage_f():
    y, x, Z, unit, year, *_ = iv_panel(6, instruments=2)
    names = ["pri", "d", "iv", "iv2"]
    fit = instrumental_fixed_effects(y, x, Z, unit, year, [unit], names, drop_singletons=False)
    ols = sm.OLS(x, np.column_stack([Z, dummies(unit, year)])).fit()
    plain_f = ols.f_test(np.eye(2, len(ols.params))).fvalue
    n, G, T = len(y), len(np.unique(unit)), len(np.unique(year))
    assert fit.tests.cragg_donald_f_xtivreg2 == pytest.approx(float(plain_f), rel=1e-8)
    uncounted = (n - 2 - (T - 1)) / (n - 2 - (T - 1) - G)
    assert fit.tests.cragg_donald_f == pytest.approx(float(plain_f) * uncounted, rel=1e-8)
    anyhow = np.random.default_rng(6).integers(0, 9, len(y))  # no effect is nested: both counts are one
    tests = instrumental_fixed_effects(y, x, Z, unit, year, [anyhow], names, drop_singletons=False).tests
    assert tests.cragg_donald_f == pytest.approx(tests.cragg_donald_f_xtivreg2)
    assert tests.cragg_donald_f == pytest.approx(float(plain_f) * (n - G - T - 1) / (n - G - T - 1), rel=1e-8)


def test_p_values_are_two_sided_student_t():
    assert p_values(np.array([0.0, 2.0, -2.0]), 10) == pytest.approx([1, *[2 * stdtr(10, -2.0)] * 2])
    assert p_values(1.959964, 10**9) == pytest.approx(0.05, abs=1e-6)


# Algebra


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_constant_is_the_mean_of_y_less_the_fit_of_the_means(seed):
    y, X, unit, year, *_ = unbalanced_panel(seed)
    fit = fixed_effects(y, X, unit, year, [unit], NAMES)
    assert fit.constant == pytest.approx(y[fit.kept].mean() - X[fit.kept].mean(axis=0) @ fit.coefficients)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_constant_inherits_the_error_of_a_single_slope(seed):
    y, X, unit, year, *_ = unbalanced_panel(seed)
    fit = fixed_effects(y, X[:, :1], unit, year, [unit], NAMES[:2])
    assert fit.constant_error == pytest.approx(abs(X[fit.kept, 0].mean()) * errors(fit)[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["city_sector", "city"]))
def test_residuals_sum_to_zero_in_each_cluster(seed, cluster):
    y, X, unit, year, region, _ = unbalanced_panel(seed)
    groups = {"city_sector": unit, "city": region}[cluster]
    fit = fixed_effects(y, X, unit, year, [groups], NAMES)
    sums = np.bincount(groups[fit.kept], weights=fit.residuals)
    np.testing.assert_allclose(sums, 0, atol=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_dropping_singletons_leaves_the_slopes_and_moves_the_rest(seed):
    y, X, unit, year, *_ = unbalanced_panel(seed, missing=0.4)
    alone = np.append(unit, unit.max() + 1)  # at least one singleton
    rows = np.arange(len(alone)) % len(unit)
    data = y[rows], X[rows], alone, year[rows], [alone], NAMES
    dropped, kept = fixed_effects(*data), fixed_effects(*data, drop_singletons=False)
    np.testing.assert_allclose(dropped.coefficients, kept.coefficients, rtol=1e-7, atol=1e-9)
    assert dropped.n_singletons >= 1 and kept.n_singletons == 0
    assert dropped.n + dropped.n_singletons == kept.n
    assert dropped.n_clusters < kept.n_clusters


def test_a_chain_of_singletons_is_followed_to_its_end():
    #           1st   its year   its id   its year |  a block that holds itself
    ids = np.array([0, 1, 1, 2, 2, 3, 3, 4, 4])
    years = np.array([9, 9, 8, 8, 7, 1, 2, 1, 2])
    assert without_singletons(ids, codes(years)).tolist() == [False] * 5 + [True] * 4


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-12, 1e12), st.floats(-100, 100))
def test_units_of_a_regressor_scale_its_slope_and_nothing_else(seed, scale, shift):
    y, X, unit, year, *_ = unbalanced_panel(seed)
    plain = fixed_effects(y, X, unit, year, [unit], NAMES)
    scaled = fixed_effects(y, (X + np.array([shift, 0])) * [scale, 1], unit, year, [unit], NAMES)
    np.testing.assert_allclose(scaled.coefficients * [scale, 1], plain.coefficients, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(errors(scaled) * [scale, 1], errors(plain), rtol=1e-6)
    assert scaled.r2 == pytest.approx(plain.r2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_and_the_names_of_cells_do_not_matter(seed):
    y, X, unit, year, *_ = unbalanced_panel(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    renamed = np.array([f"{(7 * label) % 31}" for label in unit[order]])
    plain = fixed_effects(y, X, unit, year, [unit], NAMES)
    shuffled = fixed_effects(y[order], X[order], renamed, 2100 - year[order], [renamed], NAMES)
    np.testing.assert_allclose(shuffled.coefficients, plain.coefficients, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(shuffled.covariance, plain.covariance, rtol=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_partialling_out_is_exact_where_years_do_not_meet(seed):
    """Two groups of cities seen in different years: the year effects are identified in each apart."""
    rng = np.random.default_rng(seed)
    unit, year = (axis.ravel() for axis in np.indices((12, 3)))
    year = year + 3 * (unit >= 6)
    columns = rng.normal(size=(len(unit), 2)) + 100
    effects = dummies(unit, year)
    expected = columns - effects @ np.linalg.lstsq(effects, columns)[0]
    np.testing.assert_allclose(within(columns, unit, year), expected, atol=1e-10)


def test_instrument_equal_to_the_regressor_gives_least_squares():
    y, X, unit, year, *_ = unbalanced_panel(7)
    x = X[:, 0]
    ols = fixed_effects(y, x[:, None], unit, year, [unit], ["pri", "d"])
    iv = instrumental_fixed_effects(y, x, x[:, None], unit, year, [unit], ["pri", "d", "iv"])
    np.testing.assert_allclose(iv.second.coefficients, ols.coefficients, rtol=1e-10)
    assert iv.second.constant == pytest.approx(ols.constant, rel=1e-10)
    assert iv.first[0].coefficients[0] == pytest.approx(1, rel=1e-10)
    T = len(np.unique(year))
    no_constant_counted = (ols.n - 1 - 1 - (T - 1)) / (ols.n - 1 - (T - 1))
    np.testing.assert_allclose(iv.second.covariance, ols.covariance * no_constant_counted, rtol=1e-8)


def test_with_one_instrument_the_kleibergen_paap_f_is_the_square_of_the_first_stage_t():
    y, x, Z, unit, year, *_ = iv_panel(8, instruments=1)
    fit = instrumental_fixed_effects(y, x, Z, unit, year, [unit], ["pri", "d", "iv"])
    assert fit.tests.kp_rk_f == pytest.approx((fit.first[0].coefficients[0] / errors(fit.first[0])[0]) ** 2)
    assert fit.tests.hansen_j == pytest.approx(0, abs=1e-10)


def test_the_first_stage_is_the_regression_on_the_instruments():
    y, x, Z, unit, year, *_ = iv_panel(8, instruments=2)
    names = ["pri", "d", "iv", "iv2"]
    first = instrumental_fixed_effects(y, x, Z, unit, year, [unit], names).first[0]
    ols = fixed_effects(x, Z, unit, year, [unit], names[1:])
    np.testing.assert_allclose(first.coefficients, ols.coefficients, rtol=1e-10)
    np.testing.assert_allclose(first.residuals, ols.residuals, atol=1e-12)
    assert first.constant == pytest.approx(ols.constant, rel=1e-10)
    assert (first.r2, first.r2_within) == pytest.approx((ols.r2, ols.r2_within), rel=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-8, 1e8))
def test_units_of_the_instrument_change_only_the_first_stage(seed, scale):
    y, x, Z, unit, year, *_ = iv_panel(seed, instruments=1)
    plain = instrumental_fixed_effects(y, x, Z, unit, year, [unit], ["pri", "d", "iv"])
    scaled = instrumental_fixed_effects(y, x, Z * scale, unit, year, [unit], ["pri", "d", "iv"])
    np.testing.assert_allclose(scaled.second.coefficients, plain.second.coefficients, rtol=1e-7)
    np.testing.assert_allclose(astuple(scaled.tests)[:5], astuple(plain.tests)[:5], rtol=1e-7)
    np.testing.assert_allclose(scaled.first[0].coefficients * scale, plain.first[0].coefficients, rtol=1e-7)


# The public function


def test_clusters_are_the_entities_unless_others_are_given():
    """An array is one clustering, a list of arrays is as many; names are for messages only."""
    y, X, unit, year, region, sector = unbalanced_panel(15)
    plain = fixed_effects(y, X, unit, year, [unit], NAMES)
    for same in (fixed_effects(y, X, unit, year), fixed_effects(y.tolist(), X, unit.tolist(), year, list(unit))):
        np.testing.assert_array_equal(same.covariance, plain.covariance)
    one, two = fixed_effects(y, X, unit, year, region), fixed_effects(y, X, unit, year, [region, sector])
    assert (plain.n_clusters, one.n_clusters, two.n_clusters) == (len(np.unique(unit[plain.kept])), 6, 5)
    np.testing.assert_array_equal(fixed_effects(y, X[:, 0], unit, year).covariance.shape, (1, 1))


def test_estimates_have_errors_statistics_and_p_values():
    y, X, unit, year, *_ = unbalanced_panel(15)
    fit = fixed_effects(y, X, unit, year)
    np.testing.assert_array_equal(fit.std_errors, errors(fit))
    np.testing.assert_array_equal(fit.t_statistics, fit.coefficients / errors(fit))
    np.testing.assert_array_equal(fit.p_values, p_values(fit.t_statistics, fit.df))


def test_instruments_without_names_or_clusters():
    y, x, Z, unit, year, w, _ = iv_panel(4, instruments=2)
    named = instrumental_fixed_effects(y, x, Z, unit, year, [unit], ["y", "x", "w", "z", "z2"], exogenous=w)
    plain = instrumental_fixed_effects(y, x, Z, unit, year, exogenous=w)
    np.testing.assert_array_equal(plain.second.covariance, named.second.covariance)
    with pytest.raises(InputError, match=r"^z1 is collinear with w1"):
        instrumental_fixed_effects(y, x, Z[:, 0], unit, year, exogenous=Z[:, 0])


# What cannot be estimated


def fit_with(**changed):
    """fixed_effects on a sound panel but for what is changed: an array, or a function of the sound arrays."""
    sound = dict(zip(("y", "X", "entity", "time"), unbalanced_panel(9, missing=0)[:4], strict=True))
    changed = {name: value(**sound) if callable(value) else value for name, value in changed.items()}
    return fixed_effects(**{"cluster": sound["entity"]} | sound | changed, names=NAMES)


def absorbed(scale):
    """The regressors, the second of which the effects absorb."""
    return lambda X, entity, time, **_: np.column_stack([X[:, 0], scale * (np.sqrt(entity + 2.0) + np.sin(time))])


COLLINEAR = "otlp is collinear with the region-sector and year effects"
REFUSED = [
    ({"X": np.ones((3, 2))}, "X has 3 rows; expected 150, as y has"),
    ({"time": np.arange(3)}, "time has 3 rows; expected 150, as y has"),
    ({"cluster": np.arange(3)}, r"cluster has shape \(3,\); expected \(150,\), a label for each row"),
    ({"cluster": [np.arange(150)] * 3}, "cluster holds 3 groupings; expected one or two"),
    ({"y": np.append(np.nan, np.arange(149))}, "tlpr is missing or infinite in 1 of 150 rows"),
    *(({"X": absorbed(scale)}, COLLINEAR) for scale in (1e-9, 1, 1e9)),
    (
        {"X": lambda X, entity, time, **_: np.column_stack([X[:, 0], 3 * X[:, 0] + entity - 2.0 * time])},
        "otlp is collinear with ddr",
    ),
    ({"y": np.full(150, 2.0)}, "tlpr is constant over the 150 rows"),
    ({"time": np.full(150, 2012)}, "only one year is left"),
    ({"cluster": np.zeros(150, dtype=int)}, "only one cluster is left"),
    ({"entity": np.arange(150)}, "no row is left: each of the 150 rows is the only one"),
    (
        {"y": [], "X": np.empty((0, 2)), "entity": [], "time": [], "cluster": []},
        "no row is left; expected rows that have a value of tlpr, ddr, otlp",
    ),
]


LEVELS = {  # exact shifts of a column, and the size of what varies beyond them
    "a large mean": (lambda unit, year: 1e8 + 0 * unit, 0.05),
    "a larger mean": (lambda unit, year: -4e9 + 0 * unit, 0.1),
    "a large mean of units": (lambda unit, year: 1e8 * (unit + 1), 2.0),
    "a large mean of years": (lambda unit, year: 2.0**27 * (year + 1), 0.05),
    "a small part": (lambda unit, year: 1.0 + 0 * unit, 1e-10),
}


@pytest.mark.parametrize("level", LEVELS)
def test_a_small_part_of_a_large_number_is_estimated(level):
    """Shifts that the effects absorb change nothing."""
    y, X, unit, year, *_ = unbalanced_panel(9)
    shift, size = LEVELS[level]
    shifts = shift(unit.astype(float), year.astype(float))
    large = shifts + size * X[:, 0]
    small = large - shifts  # exact: both are multiples of the spacing of the large one
    changes = np.column_stack([small, X[:, 1]])
    found = fixed_effects(y, np.column_stack([large, X[:, 1]]), unit, year)
    dense = np.column_stack([changes / [size, 1], dummies(unit, year)])
    slopes = np.linalg.lstsq(dense, y, rcond=None)[0][:2] / [size, 1]
    np.testing.assert_allclose(found.coefficients, slopes, rtol=1e-6)
    np.testing.assert_allclose(errors(found), errors(fixed_effects(y, changes, unit, year)), rtol=1e-6)


ROUNDED = {  # the second and the third of three regressors, by the two of a sound panel
    "a sum": (lambda x, z: (z, x + z), "x3 is collinear with x1 and x2"),
    "a difference of large numbers": (lambda x, z: (1e8 + x + z, (1e8 + x + z) - (1e8 + x)), "x[23] is collinear"),
    "a multiple": (lambda x, z: (z, 1e7 * z / 3), "x3 is collinear with x1 and x2"),
    "a constant beside": (lambda x, z: (z, 1e12 + z), "x3 is collinear with x1 and x2"),
}


@pytest.mark.parametrize("case", ROUNDED)
@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
def test_what_rounding_alone_sets_apart_is_collinear(case, scale):
    y, X, unit, year, *_ = unbalanced_panel(9)
    others, message = ROUNDED[case]
    x = 1e8 + X[:, 0] if "large" in case else X[:, 0]
    columns = np.column_stack([x, *others(X[:, 0], X[:, 1])])
    with pytest.raises(NotEstimable, match=f"^{message}"):
        fixed_effects(y, scale * columns, unit, year)


def test_collinear_endogenous_regressors_are_named():
    y, x, Z, unit, year, w, _ = iv_panel(4, instruments=2)
    with pytest.raises(InputError, match=r"^x2 is collinear with x1$|^x2 is collinear with x1 and w1"):
        instrumental_fixed_effects(y, np.column_stack([x, 1e6 * (x + unit)]), Z, unit, year, exogenous=w)


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_what_cannot_be_estimated_is_named(changed, message):
    with pytest.raises(InputError, match=f"^{message}"):
        fit_with(**changed)


def test_two_years_are_enough_and_are_first_differences():
    y, X, unit, year, *_ = unbalanced_panel(10, years=2, missing=0)
    fit = fixed_effects(y, X, unit, year, [unit], NAMES)
    changes = [column[year == 1] - column[year == 0] for column in (y, *X.T)]
    ols = sm.OLS(changes[0], sm.add_constant(np.column_stack(changes[1:]))).fit()
    np.testing.assert_allclose(fit.coefficients, ols.params[1:], rtol=1e-8)


@pytest.mark.parametrize("slopes", [1, 2])
def test_as_many_parameters_as_rows_are_too_many(slopes):
    rng = np.random.default_rng(0)
    ids, years = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    with pytest.raises(InputError, match="4 rows are too few for 2 region-sector effects, 2 year effects"):
        fixed_effects(rng.random(4), rng.random((4, slopes)), ids, years, [ids], NAMES[: 1 + slopes])


def test_fewer_instruments_than_endogenous_regressors_are_an_error():
    y, x, Z, unit, year, _, second = iv_panel(4, instruments=1)
    with pytest.raises(InputError, match="1 instruments cannot identify 2 endogenous regressors"):
        names = ["pri", "d", "tdr", "iv"]
        instrumental_fixed_effects(y, np.column_stack([x, second]), Z, unit, year, [unit], names)


def test_fewer_clusters_than_instruments_cannot_weight_the_moments():
    rng = np.random.default_rng(0)
    y, X, Z = rng.normal(size=40), rng.normal(size=(40, 1)), rng.normal(size=(40, 3))
    with pytest.raises(InputError, match="3 moment conditions have a singular covariance over 2 clusters"):
        two_step_gmm(y, X, np.empty((40, 0)), np.linalg.qr(Z)[0], [np.arange(40) % 2], absorbed=1)
