"""Prices against values, surplus value and the wage-profit curve: the measures' invariants and hand-made cases."""

from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laborvalue.closure import Closure
from laborvalue.errors import InputError
from laborvalue.price_deviations import PAIRS, Deviations, compare_price_systems, deviations, price_value_ratios
from laborvalue.prices import input_matrix, profit_rate
from laborvalue.surplus import capital_coefficients, sector_composition, surplus_value
from laborvalue.techniques import SonTechnique
from laborvalue.values import labor_values
from laborvalue.wage_profit import CURVE, wage_profit_curve
from test_prices import technique

seeds = st.integers(0, 10_000)
MEASURES = ("mad", "mawd", "angle", "distance")


def systems(seed, n=6):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 2, n), rng.uniform(0.5, 2, n), rng.uniform(1, 50, n)


@given(seed=seeds, prices=st.floats(1e-6, 1e6), values=st.floats(1e-6, 1e6), output=st.floats(1e-6, 1e6))
@settings(max_examples=40, deadline=None)
def test_no_measure_depends_on_the_scale_of_prices_values_or_output(seed, prices, values, output):
    p, v, x = systems(seed)
    plain, scaled = deviations(p, v, x), deviations(prices * p, values * v, output * x)
    assert astuple(scaled) == pytest.approx(astuple(plain), rel=1e-9)


@given(seed=seeds, unit=st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_a_sectors_unit_of_output_matters_to_no_measure(seed, unit):
    p, v, x = systems(seed)
    units = np.r_[unit, np.ones(5)]
    other = deviations(p * units, v * units, x / units)
    assert astuple(other) == pytest.approx(astuple(deviations(p, v, x)), rel=1e-9)


def test_prices_proportional_to_values_do_not_deviate():
    _, v, x = systems(1)
    found = deviations(3.7 * v, v, x)
    assert [getattr(found, name) for name in MEASURES] == pytest.approx([0, 0, 0, 0], abs=1e-12)
    assert found.r2 == pytest.approx(1) and found.n == 6


def test_two_sectors_by_hand():
    """Ratios 1/2 and 3/2 of equal values: mean 1, standard deviation 1/2; tan of the angle is 1/2."""
    found = deviations(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.array([5.0, 5.0]))
    assert found.mad == pytest.approx(0.5) and found.mawd == pytest.approx(0.5)
    assert np.tan(np.radians(found.angle)) == pytest.approx(0.5)
    assert found.distance == pytest.approx(np.sqrt(2 * (1 - 2 / np.sqrt(5))))
    weighted = deviations(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.array([3.0, 1.0]))
    assert weighted.mad == pytest.approx((1 / 3 + 1) / 2)  # totals are 8 and 6: ratios 2/3 and 2
    assert weighted.mawd == pytest.approx(3 / 4 / 3 + 1 / 4)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_the_angle_is_that_between_the_ratios_and_the_unit_vector(seed):
    p, v, x = systems(seed)
    ratio = p / v
    cosine = ratio.sum() / np.sqrt(len(p) * ratio @ ratio)
    found = deviations(p, v, x)
    assert np.cos(np.radians(found.angle)) == pytest.approx(cosine, rel=1e-12)
    assert found.distance == pytest.approx(np.sqrt(2 * (1 - cosine)), rel=1e-6)


def test_sectors_without_a_value_or_output_are_left_out():
    p, v, x = systems(2)
    v[1], x[2] = np.nan, 0.0
    assert deviations(p, v, x) == deviations(*(a[[0, 3, 4, 5]] for a in (p, v, x)))
    empty = deviations(p, np.full(6, np.nan), x)
    assert empty.n == 0 and np.isnan(empty.mawd)
    ratio = price_value_ratios(p, v, x)
    assert np.isnan(ratio[1]) and np.nansum(ratio * v * x) == pytest.approx(np.nansum(v * x))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([[1.0]], [1.0], [1.0]), r"price has shape \(1, 1\); expected \(n,\)"),
        (([1.0, 2.0], [1.0], [1.0, 1.0]), r"value has shape \(1,\); expected \(2,\)"),
        (([1.0, 2.0], [1.0, 1.0], 3.0), r"output has shape \(\); expected \(2,\)"),
        ((["dear"], [1.0], [1.0]), "price is not an array of numbers"),
    ],
)
def test_vectors_that_do_not_fit_together_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        deviations(*arguments)


def test_nothing_one_sector_and_sectors_without_a_positive_number():
    with np.errstate(all="raise"):
        none = deviations(np.array([np.nan, -0.5, 0.0]), np.ones(3), np.ones(3))
        assert none.n == 0 and np.isnan(none.mad) and np.isnan(none.r2)
        one = deviations(np.array([2.0, -0.5, 0.0]), np.array([3.0, 1.0, 1.0]), np.array([4.0, 1.0, 1.0]))
        assert (one.n, one.mad, one.mawd, one.angle, one.distance) == (1, 0, 0, 0, 0) and np.isnan(one.r2)


def test_the_table_of_deviations_has_the_columns_of_the_measures():
    table = compare_price_systems(*systems(4))
    assert list(table) == ["price", "compared_with", *(field.name for field in fields(Deviations))]


def test_the_three_price_systems_are_compared_over_the_same_sectors():
    p, v, x = systems(3)
    v[0] = np.nan
    table = compare_price_systems(p, v, x)
    assert list(zip(table["price"], table["compared_with"], strict=True)) == list(PAIRS)
    assert table["n"] == [5, 5, 5]
    assert table["angle"][1] == pytest.approx(deviations(np.ones(5), v[1:], x[1:]).angle)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_value_is_constant_capital_variable_capital_and_surplus_value(seed):
    A, K, F, _, D = technique(seed)
    rng = np.random.default_rng(seed)
    L, x = rng.uniform(0.5, 2, 4), rng.uniform(1, 9, 4)
    value = labor_values(A + D, L)
    found = surplus_value(capital_coefficients(value, A, D, K, F), L, x)
    parts = found.constant_capital + found.variable_capital + found.surplus_value
    assert parts == pytest.approx(value @ x, rel=1e-12)
    assert found.rate_of_surplus_value == pytest.approx(found.surplus_value / (value @ F @ x))
    assert found.organic_composition == pytest.approx((value @ (A + D) @ x) / (value @ F @ x))


def test_capital_and_surplus_of_two_sectors_by_hand():
    """Lambda = (3, 5): 3 = 3 (0.1 + 0.1) + 5 (0.1 + 0.1) + 1.4 and 5 = 3 (0.1 + 0.2) + 5 (0.2 + 0.1) + 2.6."""
    A, D, K = (
        np.array(rows) for rows in ([[0.1, 0.1], [0.1, 0.2]], [[0.1, 0.2], [0.1, 0.1]], [[1.0, 2.0], [3.0, 1.0]])
    )
    F, L, x = np.array([[0.1, 0.2], [0.1, 0.1]]), np.array([1.4, 2.6]), np.array([10.0, 20.0])
    capital = capital_coefficients(np.array([3.0, 5.0]), A, D, K, F)
    assert capital.constant_flow == pytest.approx([1.6, 2.4])
    assert capital.constant_stock == pytest.approx([18.8, 12.3])
    assert capital.variable == pytest.approx([0.8, 1.1])
    assert sector_composition(capital) == pytest.approx([2.0, 24 / 11])
    found = surplus_value(capital, L, x)
    assert (found.constant_capital, found.capital_advanced) == pytest.approx((64, 434))
    assert (found.variable_capital, found.surplus_value) == pytest.approx((30, 36))
    rates = found.rate_of_surplus_value, found.organic_composition, found.value_profit_rate
    assert rates == pytest.approx((36 / 30, 64 / 30, 36 / 94))
    # the second sector without a value, and the first without wages
    apart = capital_coefficients(np.array([3.0, np.nan]), A, D, K, F)
    assert np.isnan(apart.constant_flow).tolist() == [False, True] and apart.variable[0] == pytest.approx(0.3)
    assert np.isnan(sector_composition(capital_coefficients(np.array([3.0, 5.0]), A, D, K, 0 * F))).all()


@given(seed=seeds, wages=st.floats(0.2, 2.5))
@settings(max_examples=40, deadline=None)
def test_surplus_value_is_positive_exactly_where_the_profit_rate_is(seed, wages):
    """The fundamental Marxian theorem, one basket for all workers: K = tau^ D makes M(0) = A + D + F."""
    A, K, F, tau, D = technique(seed)
    rng = np.random.default_rng(seed)
    L = rng.uniform(0.5, 2, 4)
    F = wages * F.sum(axis=1, keepdims=True) / 4 * L  # real wages per hour alike
    value = labor_values(A + D, L)
    found = surplus_value(capital_coefficients(value, A, D, K, F), L, np.ones(4))
    r = profit_rate(lambda r: input_matrix(r, A, K, F, tau))
    assert (found.surplus_value > 0) == (r > 0)


def test_nobody_paid_means_no_ratio_to_wages():
    A, K, F, tau, D = technique(5)
    found = surplus_value(capital_coefficients(labor_values(A + D, np.ones(4)), A, D, K, 0 * F), np.ones(4), np.ones(4))
    assert found.rate_of_surplus_value is None and found.surplus_value == pytest.approx(4)
    unpaid = SonTechnique(A, D, K, 0 * F, np.ones(4), tau, np.zeros(4))
    assert wage_profit_curve(unpaid, Closure(), np.ones(4), 0.1) == {name: [] for name in CURVE}


@given(seed=seeds, side=st.sampled_from(["row", "col"]), advanced=st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_wage_profit_curve_falls_from_all_wages_to_the_largest_profit_rate(seed, side, advanced):
    A, K, F, tau, D = technique(seed)
    if side == "col":
        K = D * tau
    reading = {"tau_side": side, "wages_advanced": advanced}
    actual = profit_rate(lambda r: input_matrix(r, A, K, F, tau, **reading))
    of = SonTechnique(A, D, K, F, np.ones(4), tau, np.zeros(4), side)
    found = wage_profit_curve(of, Closure(wages_advanced=advanced), np.ones(4), actual, 11)
    curve = {name: np.array(numbers) for name, numbers in found.items()}
    r, w, share = curve["profit_rate"], curve["real_wage"], curve["wage_share"]
    assert len(r) == 12 and (np.diff(r) >= 0).all() and (np.diff(w) < 1e-12).all() and (np.diff(share) < 1e-12).all()
    assert share[0] == pytest.approx(1, rel=1e-9)  # without profit the net product is wages
    assert (w[-1], share[-1]) == (0, 0)
    assert r[-1] == pytest.approx(profit_rate(lambda r: input_matrix(r, A, K, 0 * F, tau, **reading)))
    assert w[np.flatnonzero(r == actual)[0]] == pytest.approx(1, rel=1e-9)
    for k in (0, 4, 8):  # by the search that finds r*
        assert profit_rate(lambda r, k=k: input_matrix(r, A, K, w[k] * (1 - 1e-12) * F, tau, **reading)) == (
            pytest.approx(r[k], abs=1e-9)
        )
