"""Certificates of values, rates and prices: they hold against exact rational arithmetic, also near singularity."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laborvalue as lv
from economies import productive_system, random_economy, solve, without_output
from laborvalue.certificates import (
    Certificate,
    certify,
    certify_values,
    enclosed_error,
    price_error_bound,
    solve_bounded,
)
from laborvalue.nation import with_certificate
from laborvalue.values import direct_values
from laborvalue_workflow.data import files
from laborvalue_workflow.running import summary

seeds = st.integers(0, 10_000)


def exact_solution(inputs, labor):
    """v = v C + L in rational arithmetic: the exact solution for these very floating-point numbers."""
    n = len(labor)
    rows = [
        [Fraction(int(i == j)) - Fraction(float(inputs[j, i])) for j in range(n)] + [Fraction(float(labor[i]))]
        for i in range(n)
    ]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [number / rows[k][k] for number in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def system(seed, n=5, radius=0.8):
    rng = np.random.default_rng(seed)
    C = rng.uniform(0, 1, (n, n))
    return C * (radius / np.abs(np.linalg.eigvals(C)).max()), rng.uniform(0.1, 3, n)


@given(seed=seeds, radius=st.sampled_from([0.3, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9]))
@settings(max_examples=40, deadline=None)
def test_the_error_bound_holds_against_exact_arithmetic(seed, radius):
    C, L = system(seed, radius=radius)
    values = direct_values(C, L)
    found = certify_values(C, L, values)
    exact = exact_solution(C, L)
    errors = [abs(Fraction(float(v)) - e) / abs(e) for v, e in zip(values, exact, strict=True)]
    assert found.productive and max(errors) <= Fraction(found.error_bound)
    # near the edge the bound says so
    assert found.error_bound < 1e-10 / (1 - radius)


@pytest.mark.parametrize("coefficient", [0.5, 1 - 1e-6, 1 - 1e-13, 1 - 1e-14, 1 - 1e-15, 1 - 2**-53])
@pytest.mark.parametrize("labor", [1.0, 0.3, 7.1])
def test_bounds_enclose_the_exact_solution_where_an_error_is_a_share_of_it(coefficient, labor):
    C, L = np.array([[coefficient, 0.0], [0.0, 0.5]]), np.array([labor, 1.0])
    lower, upper = solve_bounded(C, L)
    values, error = direct_values(C, L), certify_values(C, L, direct_values(C, L)).error_bound
    for low, exact, high in zip(lower, exact_solution(C, L), upper, strict=True):
        assert low <= exact and (high == np.inf or exact <= Fraction(float(high)))
    # a value that is too small by the share e of the exact one, v = (1 - e) exact, stays below the bound
    assert upper == pytest.approx(values / (1 - error) if error < 1 else np.full(2, np.inf))


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_the_condition_number_is_the_exact_one(seed):
    C, L = system(seed)
    found = certify_values(C, L, direct_values(C, L))
    assert found.condition_number == pytest.approx(np.linalg.cond(np.eye(5) - C, 1), rel=1e-9)


@pytest.mark.parametrize("radius", [0.5, 1 - 1e-9, 1 - 1e-12])
def test_the_condition_number_is_bounded_from_above_near_the_edge(radius):
    C, L = np.array([[radius]]), np.array([1.0])  # of one good: norm times inverse is 1
    assert 1 <= certify_values(C, L, direct_values(C, L)).condition_number


def test_an_ill_conditioned_system_is_reported_as_such():
    C, L = system(2, radius=1 - 1e-9)
    found = certify_values(C, L, direct_values(C, L))
    assert found.condition_number > 1e8 and found.error_bound > 1e-12


def test_wrong_values_get_a_bound_that_holds_their_error():
    C, L = system(3)
    exact = direct_values(C, L)
    wrong = exact * (1 + 1e-3)
    found = certify_values(C, L, wrong)
    assert 1e-3 <= found.error_bound < 1


@pytest.mark.parametrize("radius", [1.0001, 1.5])
def test_a_system_without_surplus_has_no_certificate(radius):
    C, L = system(4, radius=radius)
    assert certify_values(C, L, np.ones(5)) == Certificate.failed()


def test_where_a_good_takes_no_labor_of_its_own_the_multipliers_bound_the_error():
    C, L = system(7)
    L[2] = 0
    values = direct_values(C, L)
    assert certify_values(C, L, values).error_bound < 1e-12
    far = certify_values(C, L, values * np.array([1, 1, 1e-9, 1, 1]))
    assert far.productive and far.error_bound == np.inf


@pytest.mark.parametrize("radius", [0.5, 1 - 1e-12])
def test_the_error_bound_does_not_depend_on_the_unit_of_labor(radius):
    """Near the edge it is that of labor, a share of it; the multipliers prove nothing there."""
    C, L = system(9, radius=radius)
    values, unit = direct_values(C, L), 2.0**-60
    found = certify_values(C, L, values)
    assert found.error_bound == certify_values(C, unit * L, unit * values).error_bound < 0.1
    assert certify_values(C, -0.25 * L, values).error_bound > 1


def test_two_systems_are_proven_where_both_are():
    C, L = system(6)
    proven = certify_values(C, L, direct_values(C, L))
    assert proven.joined(Certificate.failed()) == Certificate.failed().joined(proven) == Certificate.failed()
    worse = Certificate(True, 9 * proven.condition_number, 0.5 * proven.error_bound)
    assert proven.joined(worse) == Certificate(True, worse.condition_number, proven.error_bound)


def test_the_scalars_of_a_year_carry_the_worse_certificate_and_none_for_what_is_infinite():
    summary = solve(random_economy(m=3, n=5, seed=9)).summary
    scalars = summary.as_columns()
    assert scalars["variable_capital"] == summary.surplus.variable_capital
    assert scalars["value_error_bound"] == summary.values.error_bound and scalars["certificate"] is True
    joined = with_certificate(scalars, Certificate(True, 1e9, 0.0))
    assert joined == scalars | {"condition_number": 1e9}
    failed = with_certificate(joined, Certificate.failed())
    assert failed == scalars | {"condition_number": None, "value_error_bound": None, "certificate": False}
    assert with_certificate(failed, summary.values) == failed


def test_what_is_not_finite_or_not_positive_proves_nothing():
    C, L = system(8)
    values, ones = direct_values(C, L), np.ones(5)
    multipliers = direct_values(C, ones)
    for spoiled in (np.nan, np.inf):
        for place in range(3):
            vectors = [C.copy(), values.copy(), L.copy()]
            vectors[place].flat[1] = spoiled
            with np.errstate(invalid="ignore"):
                found = certify_values(vectors[0], vectors[2], vectors[1])
            assert not found.error_bound < np.inf
    for wrong in (-0.5, 0.0):
        z = multipliers.copy()
        z[3] = wrong
        assert certify(values, L, z, lambda v: v @ C, np.diag(C), 5) == Certificate.failed()
    assert certify_values(np.array([[3.0]]), np.ones(1), np.ones(1)) == Certificate.failed()  # z = -1/2
    # a single good: delta is 0.98 at z = 0.04, 1 at z = 0
    one = [certify(np.array([2.0]), np.ones(1), np.array([z]), lambda v: v / 2, np.array([0.5]), 1) for z in (0.04, 0)]
    assert one[0].productive and one[0].condition_number == pytest.approx(0.5 * 0.04 / 0.02) and not one[1].productive
    assert price_error_bound(lambda r: (1 + r) * C, np.nan, 1.0, ones) == np.inf
    assert price_error_bound(lambda r: (1 + r) * C, 0.0, np.inf, ones) == np.inf


def test_the_error_of_enclosed_prices_is_at_most_twice_their_own():
    """A scale that is a sum of prices may be off as well: e on one side and on the other, 2 e / (1 - e)."""
    close, far = np.array([0.9, 1.0]), np.array([1.0, 1.25])
    assert enclosed_error(close, np.ones(2), np.ones(2)) == pytest.approx(2 * (1 / 9) / (8 / 9))
    assert enclosed_error(np.ones(2), far, np.ones(2)) == pytest.approx(2 * 0.25 / 0.75)
    assert enclosed_error(np.array([0.4, 1]), np.ones(2), np.ones(2)) == np.inf  # 1 / 0.4 - 1 > 1
    for wrong in (0.0, -0.5):
        assert enclosed_error(np.array([wrong, 1]), np.ones(2), np.ones(2)) == np.inf
    assert enclosed_error(np.array([np.nan, 1]), np.ones(2), np.ones(2)) == np.inf
    assert enclosed_error(np.ones(2), np.ones(2), np.ones(2)) == 0


def test_negative_coefficients_have_no_certificate():
    C, L = system(5)
    C[1, 2] = -0.1
    assert not certify_values(C, L, direct_values(C, L)).productive


def test_a_rough_multiplier_proves_as_much_as_an_exact_one():
    C, L = system(6)
    values, exact = direct_values(C, L), direct_values(C, np.ones(5))
    found = [certify(values, L, z, lambda v: v @ C, np.diag(C), 5) for z in (exact, exact * (1 + 1e-6))]
    assert found[1].error_bound == pytest.approx(found[0].error_bound, rel=1e-3)


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_the_bound_of_prices_holds_the_error_of_prices(seed):
    rng = np.random.default_rng(seed)
    C, _ = system(seed)
    found = lv.production_prices(C)
    assert found.price_error_bound < 1e-9
    shifted = found.price * (1 + rng.uniform(-1e-6, 1e-6, 5))
    bounds = found.profit_rate_lower, found.profit_rate_upper
    errors = np.abs(shifted / shifted.sum() / found.price * found.price.sum() - 1)
    assert price_error_bound(lambda r: (1 + r) * C, *bounds, shifted) >= errors.max()


@pytest.mark.parametrize("scope", ["network", "own", "open"])
def test_every_year_carries_the_certificate_of_its_values(scope):
    solved = solve(random_economy(m=4, n=6, seed=9), scope=scope)
    found = solved.values.certificate
    assert found.productive and 1 < found.condition_number < 1e4 and found.error_bound < 1e-10
    assert solved.summary.values.productive and solved.summary.values.error_bound < 1e-11
    assert solved.summary.profit_rate_lower <= solved.summary.profit_rate <= solved.summary.profit_rate_upper


def test_the_certificate_of_the_network_is_that_of_the_dense_system():
    economy = without_output(random_economy(m=3, n=5, seed=12), region=2, sector=3)
    C, L = productive_system(economy)
    C, L = C[:-1, :-1], L[:-1]
    values, multipliers = direct_values(C, L), direct_values(C, np.ones(len(L)))
    # a sum has the supplying region-sectors, and the capital goods
    expected = certify(values, L, multipliers, lambda v: v @ C, np.diag(C), terms=3 * 5 + 5)
    found = solve(economy).values.certificate
    assert found.condition_number == pytest.approx(expected.condition_number, rel=1e-8)
    assert found.error_bound == pytest.approx(expected.error_bound, rel=0.1, abs=0)


@pytest.mark.parametrize(("bound", "said"), [(3e-6, "off by a share of 3.0e-06"), (None, "no bound"), (1e-12, None)])
def test_a_run_whose_bound_is_large_says_so_at_its_end(bound, said, tmp_path):
    files.write_json(tmp_path / "values/2012/summary.json", {"value_error_bound": bound})
    lines = [line for line in summary.warnings(tmp_path, tmp_path, None, "city") if "certificate" in line]
    assert len(lines) == (said is not None) and all(said in line and "summary.json" in line for line in lines)
