"""The public functions of laborvalue: what they take, what they return, what they refuse."""

import subprocess
import sys
from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laborvalue as lv
from datasets import HOME
from laborvalue.prices import input_matrix, profit_rate_bounds, spectral_radius
from test_prices import technique

seeds = st.integers(0, 10_000)
A = np.array([[0.2, 0.4], [0.3, 0.1]])
L = np.array([0.5, 0.8])
F = np.array([[0.1, 0.1], [0.1, 0.2]])
NAN = float("nan")


# Labor values (6) -------------------------------------------------------------------------------------


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_values_are_labor_and_the_value_of_inputs_and_depreciation(seed):
    A, _, _, _, D = technique(seed)
    L = np.random.default_rng(seed).uniform(0.5, 2, 4)
    value = lv.labor_values(A, L, D)
    assert value @ (A + D) + L == pytest.approx(value, rel=1e-13)
    assert (lv.labor_values(A + D, L) == value).all()


def test_a_stack_of_systems_is_solved_at_once():
    stack = np.stack([A, 0.5 * A, np.zeros_like(A)])
    values = lv.labor_values(stack, L, D=0.1 * stack)
    for system, value in zip(stack, values, strict=True):
        assert (value == lv.labor_values(system, L, 0.1 * system)).all()
    assert values[2] == pytest.approx(L)


def test_lists_and_dataframes_are_taken_as_arrays():
    frame = pd.DataFrame(A, index=["corn", "iron"], columns=["corn", "iron"])
    assert (lv.labor_values(frame, pd.Series(L)) == lv.labor_values(A.tolist(), L.tolist())).all()


@pytest.mark.parametrize("scale", [2.0, 2.0000001, 3.0])
def test_a_system_without_surplus_has_no_values(scale):
    """rho(A) is 1/2: twice the inputs leave nothing."""
    with pytest.raises(lv.InputError, match=r"no surplus: the spectral radius of A \+ D is (1|1\.5);"):
        lv.labor_values(scale * A, L)
    with pytest.raises(lv.InputError, match=r"system 1 of the stack: the system yields no surplus"):
        lv.labor_values(np.stack([A, scale * A]), L)


def test_a_part_without_surplus_is_found_even_where_all_values_come_out_positive():
    """Good 1 needs no labor and reproduces itself 1 to 1; negative entries do not hide a spectral radius above 1."""
    with pytest.raises(lv.InputError, match="no surplus"):
        lv.labor_values([[0.5, 0.0], [0.0, 1.0]], [1.0, 0.0])
    with pytest.raises(lv.InputError, match="no surplus"):
        lv.labor_values([[1.5, -0.1], [0.0, 0.2]], [1.0, 1.0])
    assert lv.labor_values([[0.5, -0.1], [0.0, 0.2]], [1.0, 1.0]) == pytest.approx([2.0, 1.0])


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([[0.1, 0.2, 0.3]], [1.0]), r"A has shape \(1, 3\); expected \(n, n\), good x user"),
        ((A, [1.0]), r"L has shape \(1,\); expected \(2,\), one number for each column of A"),
        ((A, L, [0.1, 0.1]), r"D has shape \(2,\); expected \(2, 2\), that is the shape of A"),
        (([[0.1, NAN], [0.1, 0.1]], L), r"A\[0, 1\] is nan; expected finite numbers"),
        ((A, [0.5, NAN]), r"L\[1\] is nan"),
        ((A, L, np.full((2, 2), np.inf)), r"D\[0, 0\] is inf"),
        (([["a", "b"], ["c", "d"]], L), "A is not an array of numbers"),
    ],
)
def test_arrays_that_are_no_system_are_refused(arguments, message):
    with pytest.raises(lv.InputError, match=message):
        lv.labor_values(*arguments)


# Production prices (7) --------------------------------------------------------------------------------


@given(seed=seeds, side=st.sampled_from(["row", "col"]), advanced=st.booleans())
@settings(max_examples=30, deadline=None)
def test_production_prices_reproduce_themselves_and_their_rate_lies_within_its_bounds(seed, side, advanced):
    A, _, F, tau, D = technique(seed)
    found = lv.production_prices(A, F=F, D=D, tau=tau, tau_side=side, wages_advanced=advanced)
    K = D * (tau[:, None] if side == "row" else tau)
    M = input_matrix(found.profit_rate, A, K, F, tau, side, advanced)
    assert found.price @ M == pytest.approx(found.price, rel=1e-12)
    assert found.price.sum() == pytest.approx(1, rel=1e-14)
    assert found.profit_rate_lower <= found.profit_rate <= found.profit_rate_upper
    assert found.profit_rate_upper - found.profit_rate_lower < 1e-12
    without = lv.production_prices(A, D=D, tau=tau, tau_side=side)
    assert found.maximum_profit_rate == pytest.approx(without.profit_rate, rel=1e-12)
    assert without.maximum_profit_rate == without.profit_rate > found.profit_rate


@given(entries=st.lists(st.integers(2**12, 2**20), min_size=4, max_size=4))
@settings(max_examples=50, deadline=None)
def test_the_bounds_hold_the_exact_profit_rate(entries):
    """Circulating capital, two goods: r* = 1 / rho(A) - 1 with the rho of A as stored, in 60 digits."""
    A = np.array(entries).reshape(2, 2) / 2**23
    found = lv.production_prices(A)
    with localcontext() as context:
        context.prec = 60
        a, b, c, d = (Decimal(float(entry)) for entry in A.ravel())
        exact = 2 / (a + d + ((a - d) ** 2 + 4 * b * c).sqrt()) - 1
    assert Decimal(found.profit_rate_lower) <= exact <= Decimal(found.profit_rate_upper)
    assert found.profit_rate_upper - found.profit_rate_lower <= 1e-11 * (1 + found.profit_rate)


def test_bounds_around_a_wrong_rate_still_hold_the_right_one():
    def matrix_at(r):
        return (1 + r) * A

    price = lv.production_prices(A).price
    for wrong in (0.9, 1.1):
        lower, upper = profit_rate_bounds(matrix_at, wrong, price)
        assert lower <= 1.0 <= upper


def test_a_negative_coefficient_leaves_no_bounds():
    found = lv.production_prices(A - 0.21 * np.eye(2))
    assert np.isnan([found.profit_rate_lower, found.profit_rate_upper]).all() and found.profit_rate > 0


def test_capital_is_service_life_times_depreciation_unless_it_is_given():
    A, K, F, tau, D = technique(7)
    plain, given_stock = lv.production_prices(A, F=F, D=D, tau=tau), lv.production_prices(A, F=F, K=K, tau=tau)
    assert given_stock.profit_rate == plain.profit_rate and (given_stock.price == plain.price).all()
    assert lv.production_prices(A, F=F, D=D, K=2 * K, tau=tau).profit_rate < plain.profit_rate
    one_life = lv.production_prices(A, F=F, D=D, tau=8)
    assert one_life.profit_rate == lv.production_prices(A, F=F, D=D, tau=np.full(4, 8.0)).profit_rate


def test_prices_have_the_scale_that_is_asked_for():
    x = np.array([10.0, 8.0])
    plain, market, value = (
        lv.production_prices(A, F=F, L=L, output=x, normalise=scale).price for scale in (None, "market", "value")
    )
    assert plain.sum() == pytest.approx(1) and market @ x == pytest.approx(x.sum())
    assert value @ x == pytest.approx(lv.labor_values(A, L) @ x)
    assert market / market.sum() == pytest.approx(plain) and value / value.sum() == pytest.approx(plain)


def test_totals_of_price_and_value_agree_over_the_goods_that_have_a_value():
    """A sector with L = NaN has a price and no value."""
    A, _, F, _, _ = technique(11)
    L, x = np.array([0.5, 1.0, np.nan, 0.7]), np.array([3.0, 5.0, 4.0, 2.0])
    valued = np.isfinite(L)
    price = lv.production_prices(A, F=F, L=L, output=x, normalise="value").price
    value = lv.labor_values(A[np.ix_(valued, valued)], L[valued])
    assert (price > 0).all() and price[valued] @ x[valued] == pytest.approx(value @ x[valued], rel=1e-12)


def test_an_economy_of_labor_alone_has_no_maximum_rate():
    found = lv.production_prices(np.zeros((2, 2)), F=F)
    assert found.maximum_profit_rate == np.inf
    assert found.profit_rate == pytest.approx(1 / spectral_radius(F) - 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"F": 9 * F}, r"no surplus: the spectral radius of M\(0\) is \d"),
        ({"F": F[:1]}, r"F has shape \(1, 2\); expected \(2, 2\), that is \(n, n\), as A"),
        ({"D": [[NAN, 0], [0, 0]]}, r"D\[0, 0\] is nan"),
        ({"K": [1.0, 2.0]}, r"K has shape \(2,\)"),
        ({"tau": [5.0]}, r"tau has shape \(1,\)"),
        ({"tau": [5.0, 0.0]}, "tau holds 0; expected service lives above 0"),
        ({"tau_side": "both"}, "tau_side is 'both'; expected 'row' or 'col'"),
        ({"normalise": "gold"}, "normalise is 'gold'; expected one of None, 'market', 'value'"),
        ({"normalise": "market"}, "output is missing"),
        ({"normalise": "value", "output": [1.0, 1.0]}, "L is missing"),
        ({"normalise": "value", "output": [1.0, 1.0], "L": [NAN, NAN]}, "L is NaN in every sector"),
    ],
)
def test_arguments_without_a_price_system_are_refused(arguments, message):
    with pytest.raises(lv.InputError, match=message):
        lv.production_prices(A, **arguments)


def test_a_reducible_system_is_refused():
    with pytest.raises(lv.InputError, match="the price system is reducible: no positive production price for sector 1"):
        lv.production_prices([[0.5, 0.0], [0.2, 0.1]])


# The package ------------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_wrong_names_raise():
    assert {name for name in lv.__all__ if not hasattr(lv, name)} == set()
    assert set(lv.__all__) <= set(dir(lv))
    with pytest.raises(AttributeError, match="laborvalue"):
        lv.labour_values  # noqa: B018


def test_import_of_the_package_imports_numpy_and_nothing_heavier():
    program = """
import sys; sys.path.insert(0, "scripts"); import laborvalue
heavy = {"scipy", "pandas", "pyarrow", "snakemake", "jsonschema"}
print(sorted({name.partition(".")[0] for name in sys.modules} & heavy))
print(sorted(name for name in sys.modules if name.startswith(("laborvalue.systems", "laborvalue.econometrics"))))
"""
    imported = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    assert imported.stdout.split() == ["[]", "[]"], imported.stderr
