"""Closures of the price system: their identities, the numbers that clptheory prints, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laborvalue as lv
from datasets import HOME
from laborvalue.accounts import national_price_index
from laborvalue.closure import Closure
from laborvalue.closures import closed
from laborvalue.coefficients import PriceOptions
from laborvalue.constant_prices import technique_at
from laborvalue.errors import InputError
from laborvalue.prices import price_vector, spectral_radius
from laborvalue.techniques import TECHNIQUES, CirculatingTechnique
from laborvalue.wage_profit import common_basket, real_wage_at, switch_points, wage_profit_curve
from test_prices import technique as random_technique

seeds = st.integers(0, 10_000)
SHARED = next((parent / "shared" for parent in HOME.parents if (parent / "shared/data").is_dir()), None)


def economy(seed, n=4):
    """A, D, F, L, K, t, x and y = (I - A - D) x of an economy with a surplus, one basket for all workers."""
    A, _, F, tau, D = random_technique(seed, n)
    rng = np.random.default_rng(seed)
    L, x, turnover = rng.uniform(0.5, 2, n), rng.uniform(5, 9, n), rng.uniform(0.1, 0.6, n)
    basket = F.sum(axis=1) / n
    return {"A": A, "D": D, "F": np.outer(basket, L), "L": L, "K": 4 * D, "tau": tau}, turnover, x


def turnover_of(model, turnover):
    return {"turnover": turnover} if model == "stock" else {}


# Identities -----------------------------------------------------------------------------------------------


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_circulating_capital_is_a_stock_without_machines_that_turns_over_once_a_year(seed):
    given_, _, _ = economy(seed)
    circulating = lv.production_prices(given_["A"], F=given_["F"], model="circulating")
    as_stock = lv.production_prices(given_["A"], F=given_["F"], K=0 * given_["A"], model="stock", turnover=1.0)
    assert as_stock.profit_rate == pytest.approx(circulating.profit_rate, rel=1e-12)
    assert as_stock.price == pytest.approx(circulating.price, rel=1e-11)
    assert circulating.profit_rate == pytest.approx(1 / spectral_radius(given_["A"] + given_["F"]) - 1, rel=1e-12)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_prices_of_stocks_cover_costs_and_profit_on_what_is_advanced(seed):
    given_, turnover, _ = economy(seed)
    found = lv.production_prices(**given_, model="stock", turnover=turnover)
    A, D, K, F = (given_[name] for name in "ADKF")
    p = found.price
    assert p == pytest.approx(p @ (A + D + F) + found.profit_rate * p @ (K + (A + F) * turnover), rel=1e-11)
    dated = (K + (A + F) * turnover) @ np.linalg.inv(np.eye(4) - A - D - F)
    assert found.profit_rate == pytest.approx(1 / spectral_radius(dated), rel=1e-11)


@given(seed=seeds, model=st.sampled_from(["son", "stock", "circulating"]), advanced=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_share_equal_to_that_of_the_basket_gives_the_prices_of_the_basket(seed, model, advanced):
    given_, turnover, x = economy(seed)
    given_ |= turnover_of(model, turnover) | {"model": model, "wages_advanced": advanced, "output": x}
    basket = lv.production_prices(**given_)
    net_product = x - (given_["A"] + given_["D"]) @ x
    share = (basket.price @ given_["F"] @ x) / (basket.price @ net_product)
    shared = lv.production_prices(**given_, wage="new_interpretation", wage_share=share)
    assert shared.profit_rate == pytest.approx(basket.profit_rate, rel=1e-9)
    assert shared.price == pytest.approx(basket.price, rel=1e-9)
    assert shared.price @ net_product == pytest.approx(shared.wage * given_["L"] @ x / share, rel=1e-11)


def test_the_share_of_the_table_is_taken_where_none_is_given():
    given_, _, x = economy(3)
    A, D, F = given_["A"], given_["D"], given_["F"]
    share = (F @ x).sum() / (x - (A + D) @ x).sum()
    own, stated = (
        lv.production_prices(**given_, output=x, wage="new_interpretation", wage_share=v) for v in (None, share)
    )
    assert own.profit_rate == stated.profit_rate and np.array_equal(own.price, stated.price)


@given(seed=seeds, share=st.floats(0.05, 0.95))
@settings(max_examples=30, deadline=None)
def test_wages_in_the_standard_commodity_fall_in_a_straight_line(seed, share):
    given_, _, _ = economy(seed)
    A, L = given_["A"], given_["L"]
    found = lv.production_prices(A, L=L, model="circulating", wage="sraffian", profit_share=share, normalise="standard")
    inverse = np.linalg.inv(np.eye(4) - A)
    H, lambdas = A @ inverse, L @ inverse
    R = 1 / spectral_radius(H)
    assert found.maximum_profit_rate == pytest.approx(R, rel=1e-11)
    assert found.profit_rate == pytest.approx(share * R, rel=1e-11)
    assert found.wage == pytest.approx(1 - share, rel=1e-9)
    expected = (1 - share) * lambdas @ np.linalg.inv(np.eye(4) - share * R * H)
    assert found.price == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", ["stock", "circulating"])
def test_profits_alone_are_at_the_maximum_rate(model):
    given_, turnover, _ = economy(4)
    given_ |= turnover_of(model, turnover) | {"model": model}
    found = lv.production_prices(**given_, wage="sraffian", profit_share=1)
    assert found.profit_rate == found.maximum_profit_rate and found.wage == 0
    assert found.price_error_bound < 1e-9
    none = lv.production_prices(**given_, wage="sraffian", profit_share=1e-14)
    value = lv.labor_values(given_["A"], given_["L"], given_["D"] if model == "stock" else None)
    assert none.price / none.wage == pytest.approx(value, rel=1e-12)
    without = lv.production_prices(**{name: of for name, of in given_.items() if name != "F"})
    assert found.profit_rate == pytest.approx(without.profit_rate, rel=1e-12)
    assert found.price == pytest.approx(without.price, rel=1e-11)


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_the_standard_commodity_has_the_proportions_of_its_means_of_production(seed):
    A, K, F, tau, D = random_technique(seed)
    x = CirculatingTechnique(A, D, K, F, np.ones(4), tau, np.zeros(4)).standard_commodity()
    ratios = x / (A @ x)
    assert ratios == pytest.approx(np.full(4, ratios[0]), rel=1e-9) and x.sum() == pytest.approx(1)


@given(seed=seeds, wage=st.sampled_from(["basket", "new_interpretation", "sraffian"]))
@settings(max_examples=30, deadline=None)
def test_the_bounds_hold_the_rate_and_are_narrow(seed, wage):
    given_, turnover, x = economy(seed)
    extra = {"profit_share": 0.4} if wage == "sraffian" else {}
    found = lv.production_prices(**given_, model="stock", turnover=turnover, output=x, wage=wage, **extra)
    assert found.profit_rate_lower <= found.profit_rate <= found.profit_rate_upper
    assert found.profit_rate_upper - found.profit_rate_lower < 1e-10
    assert found.price_error_bound < 1e-9


def test_a_share_of_a_net_product_that_is_partly_imported_still_has_bounds():
    """The net product of a good that is mostly imported is below 0."""
    given_, _, x = economy(7)
    x[2] = 0.2
    assert (x - (given_["A"] + given_["D"]) @ x)[2] < 0
    found = lv.production_prices(**given_, output=x, wage="new_interpretation", wage_share=0.6)
    assert found.profit_rate_lower <= found.profit_rate <= found.profit_rate_upper < found.profit_rate_lower + 1e-10


@pytest.mark.parametrize("factor", [0.7, 1 - 1e-9, 1 + 1e-9, 1.3])
@pytest.mark.parametrize("bought", [False, True])
def test_bounds_around_a_wrong_rate_hold_the_right_one_under_a_wage_share(factor, bought):
    given_, turnover, x = economy(7)
    if bought:
        x[2] = 0.2
    of = TECHNIQUES["stock"](*(given_[name] for name in ("A", "D", "K", "F", "L", "tau")), turnover)
    problem = closed(of, Closure("stock", "new_interpretation", wage_share=0.6), x)
    found = problem.solve()
    lower, upper = problem.rate_bounds(factor * found.profit_rate, found.price)
    assert lower <= found.profit_rate <= upper and upper - lower < 4 * max(abs(factor - 1), 1e-11)


@pytest.mark.parametrize("wage", ["basket", "new_interpretation"])
def test_a_good_that_is_not_used_everywhere_leaves_the_bounds_as_narrow(wage):
    """Each good is made of the other alone; with inputs of a half, p1 = p2 and 1 + r = 2 without wages."""
    A, L = np.array([[0.0, 0.5], [0.5, 0.0]]), np.ones(2)
    extra = {"L": L, "output": L, "wage_share": 0.25} if wage == "new_interpretation" else {}
    found = lv.production_prices(A, model="circulating", wage=wage, **extra)
    # of a net product of a half, wages of an eighth: 1 = (1 + r) (1/2 + 1/8)
    assert found.profit_rate == pytest.approx(0.6 if extra else 1.0, rel=1e-13)
    assert found.price[0] == pytest.approx(found.price[1], rel=1e-13)
    assert 0 < found.profit_rate_upper - found.profit_rate_lower < 1e-11 and found.price_error_bound < 1e-11


@pytest.mark.parametrize("share", [0.9, 0.2, 1e-3])
def test_of_labor_alone_wages_and_profit_on_them_are_the_whole_product(share):
    """p = (1 + r) w L: the share of wages is 1 / (1 + r), and nothing else limits the rate."""
    given_ = {"A": np.zeros((2, 2)), "L": [1.0, 3.0], "output": [2.0, 1.0], "wage": "new_interpretation"}
    found = lv.production_prices(**given_, wage_share=share)
    assert found.profit_rate == pytest.approx(1 / share - 1, rel=1e-12)
    assert found.price[1] / found.price[0] == pytest.approx(3, rel=1e-14)
    assert found.profit_rate_lower <= found.profit_rate <= found.profit_rate_upper
    with pytest.raises(InputError, match="no profit rate below 1,000,000"):
        lv.production_prices(**given_, wage_share=1e-7)


def test_two_goods_by_hand():
    """Corn of corn, iron of corn: p1 = (1 + r)(0.4 p1 + F1), wages at the end; in stocks, with a machine of iron."""
    A, F = np.array([[0.4, 0.3], [0.0, 0.2]]), np.array([[0.1, 0.2], [0.1, 0.1]])
    late = lv.production_prices(A, F=F, model="circulating", wages_advanced=False)
    p, r = late.price, late.profit_rate
    assert p[0] == pytest.approx((1 + r) * 0.4 * p[0] + 0.1 * p[0] + 0.1 * p[1], rel=1e-13)
    assert p[1] == pytest.approx((1 + r) * (0.3 * p[0] + 0.2 * p[1]) + 0.2 * p[0] + 0.1 * p[1], rel=1e-13)
    K, D = np.array([[0.0, 0.0], [0.5, 1.0]]), np.array([[0.0, 0.0], [0.05, 0.1]])
    found = lv.production_prices(A, F=F, K=K, D=D, model="stock", turnover=[0.5, 0.25], wages_advanced=False)
    p, r = found.price, found.profit_rate
    costs = p @ (A + D + F)
    assert p[0] == pytest.approx(costs[0] + r * (0.5 * p[1] + 0.5 * 0.4 * p[0]), rel=1e-13)
    assert p[1] == pytest.approx(costs[1] + r * (p[1] + 0.25 * (0.3 * p[0] + 0.2 * p[1])), rel=1e-13)


# The numbers that clptheory prints --------------------------------------------------------------------------


@pytest.fixture
def ochoa():
    if SHARED is None:
        pytest.skip("the published numbers of ../shared/data are not here")
    content = json.loads((SHARED / "data/published/ochoa3.json").read_text())
    return {name: np.array(of) if isinstance(of, list) else of for name, of in content.items()}


def printed(numbers):
    """Equal in all printed digits: seven significant ones in that package."""
    return pytest.approx(numbers, rel=2e-7, abs=5e-8)


@pytest.mark.parametrize("model", ["circulating", "stock"])
def test_ochoas_three_industries_standard_interpretation(model, ochoa):
    expected = ochoa[f"{model}_SI"]
    given_ = {"A": ochoa["A"], "F": np.outer(ochoa["b"], ochoa["l"]), "L": ochoa["l"], "output": ochoa["Q"]}
    if model == "stock":
        given_ |= {"D": ochoa["D"], "K": ochoa["K"], "turnover": ochoa["t_diag"]}
    found = lv.production_prices(**given_, model=model, normalise="market")
    assert found.profit_rate == printed(expected["urop"])
    assert found.price == printed(expected["pp"])
    values = lv.labor_values(ochoa["A"], ochoa["l"], given_.get("D"))
    assert values == printed(expected["lvalues"])
    assert values * (ochoa["Q"].sum() / (values @ ochoa["Q"])) == printed(expected["dp"])


@pytest.mark.parametrize("model", ["circulating", "stock"])
def test_ochoas_three_industries_new_interpretation(model, ochoa):
    """The package's root is loose (four to five digits): the exact root agrees, and its prices at the printed one."""
    expected = ochoa[f"{model}_NI"]
    none = np.zeros((3, 3))
    D, K, t = (ochoa["D"], ochoa["K"], ochoa["t_diag"]) if model == "stock" else (none, none, np.zeros(3))
    of = TECHNIQUES[model](ochoa["A"], D, K, none, ochoa["l"], np.full(3, 10.0), t)
    problem = closed(of, Closure(model, "new_interpretation", wage_share=2 / 3), ochoa["Q"])
    assert problem.rate() == pytest.approx(expected["urop_exact_root"], abs=5e-9)
    rounded = []
    for r in (expected["urop"] - 5e-8, expected["urop"] + 5e-8):  # the printed rate has seven digits
        price, wage = problem.prices(r)
        rounded.append(price * ochoa["wavg"] / wage)
    half_a_digit = 0.5 * 10.0 ** (np.floor(np.log10(expected["pp"])) - 6)
    assert (rounded[0] - half_a_digit <= expected["pp"]).all() and (expected["pp"] <= rounded[1] + half_a_digit).all()


@pytest.mark.parametrize(("model", "name"), [("circulating", "dist_circ"), ("stock", "dist_stock")])
def test_ochoas_three_industries_distances_of_prices(model, name, ochoa):
    """Its market prices are 1; its angle rests on the standard deviation of a sample."""
    expected = {key: numbers[0] for key, numbers in ochoa[name].items()}  # of the standard interpretation
    price, direct = (np.array(ochoa[f"{model}_SI"][key]) for key in ("pp", "dp"))
    for pair, first, second in (("PPMP", price, np.ones(3)), ("DPMP", direct, np.ones(3))):
        found = lv.deviations(first, second, ochoa["Q"])
        assert found.mad == pytest.approx(expected[f"MAD_{pair}"], rel=1e-6)
        assert found.mawd == pytest.approx(expected[f"MAWD_{pair}"], rel=1e-6)
        of_sample = np.arctan(np.tan(np.radians(found.angle)) * np.sqrt(3 / 2))
        assert np.degrees(of_sample) == pytest.approx(expected[f"Angle_{pair}"], rel=1e-6)
        assert np.sqrt(2 * (1 - np.cos(of_sample))) == pytest.approx(expected[f"D_{pair}"], rel=1e-6)
    assert lv.deviations(price, direct, ochoa["Q"]).mad == pytest.approx(expected["MAD_PPDP"], rel=1e-5)


# Wage-profit curves and switch points -----------------------------------------------------------------------


@given(seeds, st.sets(st.integers(0, 5), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_the_bounds_of_the_real_wage_hold_where_sectors_pay_none(seed, unpaid):
    """Owners' dwellings: no ratio of such a sector bounds the wage, and the others' do."""
    given_, turnover, x = economy(seed, n=6)
    given_["F"][:, sorted(unpaid)] = 0
    of = TECHNIQUES["son"](*(given_[name] for name in ("A", "D", "K", "F", "L", "tau")), turnover)
    problem = closed(of, Closure(), x)
    for r in (0.0, problem.maximum_rate / 2):
        dated = problem.wage_factor(r) * of.F @ np.linalg.inv(np.eye(len(x)) - of.inputs_at(r))
        wage, _, lower, upper = problem.real_wage(r)
        assert wage == pytest.approx(1 / np.abs(np.linalg.eigvals(dated)).max(), rel=1e-10)
        assert lower <= wage <= upper and upper - lower < 1e-9 * wage


@pytest.mark.parametrize("closure", [Closure(), Closure("stock"), Closure("stock", "new_interpretation")])
def test_a_curve_lies_within_its_bounds_and_passes_through_its_closure(closure):
    given_, turnover, x = economy(11)
    of = TECHNIQUES[closure.model](*(given_[name] for name in ("A", "D", "K", "F", "L", "tau")), turnover)
    actual = closed(of, closure, x).solve().profit_rate
    curve = {name: np.array(numbers) for name, numbers in wage_profit_curve(of, closure, x, actual).items()}
    assert (curve["real_wage_lower"] <= curve["real_wage"]).all() and (
        curve["real_wage"] <= curve["real_wage_upper"]
    ).all()
    assert (curve["real_wage_upper"] - curve["real_wage_lower"]).max() < 1e-9
    assert (np.diff(curve["real_wage"]) < 0).all() and curve["real_wage"][-1] == 0
    at = np.flatnonzero(curve["profit_rate"] == actual)[0]
    if closure.wage == "basket":
        assert curve["real_wage"][at] == pytest.approx(1, rel=1e-10)
    else:
        share = (of.F @ x).sum() / of.net_product(x).sum()
        assert curve["wage_share"][at] == pytest.approx(share, rel=1e-10)


def one_good(a, labor, wage=0.0):
    none = np.zeros((1, 1))
    return CirculatingTechnique(
        np.array([[a]]), none, none, np.array([[wage]]), np.array([labor]), np.ones(1), np.zeros(1)
    )


def test_a_curve_has_equal_steps_from_no_profit_to_no_wages():
    """One good, paid at the end: w F = 1 - 0.5 (1 + r), so that r is at most 1, where w is 0."""
    of = one_good(0.5, 1.0, wage=0.2)
    curve = wage_profit_curve(of, Closure("circulating", wages_advanced=False), np.ones(1), 0.6)
    rates = np.sort([*np.linspace(0, 1, 41), 0.6])
    assert curve["profit_rate"] == pytest.approx(rates, abs=1e-12)
    assert curve["real_wage"] == pytest.approx((1 - 0.5 * (1 + rates)) / 0.2, abs=1e-12)
    assert curve["wage_share"] == pytest.approx((1 - 0.5 * (1 + rates)) / 0.5, abs=1e-12)
    at_most = wage_profit_curve(of, Closure("circulating", wages_advanced=False), np.ones(1), of.maximum_rate())
    assert len(at_most["profit_rate"]) == 41 and at_most["profit_rate"][-1] == of.maximum_rate()
    assert wage_profit_curve(one_good(0.5, 1.0), Closure("circulating"), np.ones(1), 0.6)["real_wage"] == []


def test_the_real_wage_and_the_basket_of_an_hour_by_hand():
    assert real_wage_at(0.5, one_good(0.2, 1.0), np.array([2.0])) == pytest.approx((1 - 0.2 * 1.5) / 2, rel=1e-14)
    assert common_basket(one_good(0.2, 0.5, wage=0.1), np.array([4.0])) == pytest.approx([0.2], rel=1e-14)
    A, none = np.array([[0.5, 0.25], [0.0, 0.5]]), np.zeros((2, 2))
    of = CirculatingTechnique(A, none, none, none, np.array([1.0, 1.0]), np.ones(2), np.zeros(2))
    # net products 1 - 1/2 - 1 < 0 and 4 - 2, of five hours; and 1/4, below one unit, of 2
    assert common_basket(of, np.array([1.0, 4.0])) == pytest.approx([0, 2 / 5], rel=1e-14)
    assert common_basket(of, np.array([1.0, 1.0])) == pytest.approx([1 / 8, 1 / 4], rel=1e-14)


def test_switch_points_at_no_profit_in_the_last_step_and_below_zero():
    assert switch_points(one_good(0.2, 0.8), one_good(0.5, 0.5), np.ones(1)).tolist() == [0]
    found = switch_points(one_good(0.2, 1.0), one_good(0.5, 0.4), np.ones(1), points=2)
    assert found == pytest.approx([1.5 / 1.05 - 1], rel=1e-12)
    assert switch_points(one_good(0.2, 1.0), one_good(0.5, 0.7), np.ones(1)).size == 0  # they agree at r = -1/6


def test_a_switch_point_is_where_both_techniques_pay_the_same():
    """Two techniques of one good: A = 0.2, L = 1 and A = 0.5, L = 0.4 pay the same where (1 - a (1 + r)) / l agree."""
    one = [CirculatingTechnique(np.array([[a]]), *[np.zeros((1, 1))] * 3, np.array([h]), np.ones(1), np.zeros(1))
           for a, h in ((0.2, 1.0), (0.5, 0.4))]  # fmt: skip
    found = switch_points(*one, np.ones(1))
    # (1 - 0.2 (1 + r)) / 1 = (1 - 0.5 (1 + r)) / 0.4
    assert found == pytest.approx([1.5 / 1.05 - 1], rel=1e-12)
    assert switch_points(one[0], one[0], np.ones(1)).size == 0


@pytest.mark.parametrize("q", [(1.5, 0.8, 1.0, 0.9), (1.1, 1.1, 1.1, 1.1)])
@pytest.mark.parametrize("model", ["son", "circulating"])
def test_the_same_technique_at_other_prices_is_the_same_at_constant_prices(model, q):
    """A year in which nothing but prices changed: the tables differ, the technique does not; no rate is a switch."""
    given_, turnover, x = economy(5)
    of, q = TECHNIQUES[model](*(given_[name] for name in ("A", "D", "K", "F", "L", "tau")), turnover), np.array(q)
    money = {name: getattr(of, name) * q[:, None] / q for name in ("A", "D", "K", "F")}
    later = replace(of, **money, L=of.L / q)
    again, basket = technique_at(later, q), common_basket(of, x)
    for name in ("A", "D", "K", "F", "L"):
        np.testing.assert_allclose(getattr(again, name), getattr(of, name), rtol=1e-14)
    assert closed(again, Closure(model), x).rate() == pytest.approx(
        closed(later, Closure(model), x * q).rate(), rel=1e-12
    )
    gaps = [real_wage_at(r, again, basket) / real_wage_at(r, of, basket) - 1 for r in (0.0, of.maximum_rate() / 2)]
    assert np.abs(gaps).max() < 1e-13
    false = switch_points(of, later, basket).size
    assert (
        false
        if len({*q}) > 1
        else not false and real_wage_at(0.0, later, basket) > 1.09 * real_wage_at(0.0, of, basket)
    )


def test_the_price_index_of_the_nation_is_output_at_current_over_output_at_constant_prices():
    output = np.array([[2.0, 0.0, 3.0, 0.0], [6.0, 1.0, np.nan, 0.0]])
    index = np.array([[1.0, 1.0, 2.0, 5.0], [1.5, 2.0, np.nan, 5.0]])
    np.testing.assert_allclose(national_price_index(output, index), [8 / 6, 2, 2, 5])
    np.testing.assert_allclose(national_price_index(output, index[:1]), [1, 1, 2, 5])
    assert np.isnan(national_price_index(output, np.where(index == 1.5, np.nan, index))[0])


# What is refused --------------------------------------------------------------------------------------------

A2, L2 = np.array([[0.2, 0.4], [0.3, 0.1]]), np.array([0.5, 0.8])
REFUSED = {
    "an unknown model": ({"model": "marx"}, "model is 'marx'; expected one of son, stock, circulating"),
    "an unknown wage": ({"wage": "iron"}, "wage is 'iron'; expected one of basket, new_interpretation, sraffian"),
    "a wage share above 1": ({"wage": "new_interpretation", "wage_share": 1.5}, "wage_share is 1.5; expected a share"),
    "a wage share of 0": ({"wage": "new_interpretation", "wage_share": 0}, "wage_share is 0; expected a share"),
    "a profit share above 1": ({"wage": "sraffian", "profit_share": 1.2}, "profit_share is 1.2; expected a share"),
    "a profit share below 0": ({"wage": "sraffian", "profit_share": -0.1}, "profit_share is -0.1; expected a share"),
    "no profit share": ({"wage": "sraffian"}, "profit_share is missing"),
    "a wage share that nobody uses": ({"wage_share": 0.5}, "wage_share is 0.5, but wage is 'basket'"),
    "a profit share that nobody uses": ({"profit_share": 0.5}, "profit_share is 0.5, but wage is 'basket'"),
    "turnover that nobody uses": ({"turnover": 0.5}, "turnover is given, but model is 'son'"),
    "a turnover below 0": ({"model": "stock", "turnover": [0.1, -0.2]}, "turnover holds -0.2; expected"),
    "nothing advanced": ({"model": "stock"}, "K and turnover are zero"),
    "no output": ({"wage": "new_interpretation", "wage_share": 0.5}, "output is missing"),
    "no share and no basket": ({"wage": "new_interpretation", "output": [1, 1]}, "wage_share is missing, and F"),
    "no labor": ({"wage": "sraffian", "profit_share": 0.5, "L": None}, "L is missing"),
    "machines that wear out": (
        {"wage": "sraffian", "profit_share": 0.5, "K": 0.1 * A2},
        "choose model 'stock' or 'circulating'",
    ),
    "wages above the product": ({"A": [[0.5]], "L": None, "F": [[1.5]]}, "the spectral radius of M(0) is 2; expected"),
    "no system": ({"A": A2[:, :1]}, "A has shape (2, 1); expected"),
    "no goods": ({"A": np.zeros((0, 0)), "L": None}, "A has shape (0, 0); expected"),
    "a stack": ({"A": [A2]}, "A has shape (1, 2, 2); expected"),
    "no surplus": (
        {"wage": "new_interpretation", "wage_share": 0.99, "output": [1, 1], "D": 0.5 * A2, "K": 9 * A2},
        "leave no surplus",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_closure_is_refused_in_one_line(name):
    arguments, expected = REFUSED[name]
    with pytest.raises(InputError) as error:
        lv.production_prices(**{"A": A2, "L": L2} | arguments)
    assert expected in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_neither_class_takes_the_whole_product_or_nothing_under_a_wage_share(share):
    with pytest.raises(InputError, match=f"wage_share is {share}; expected a share between 0 and 1"):
        Closure("son", "new_interpretation", wage_share=share)


def test_turnover_times_by_sector_must_name_every_sector():
    options = PriceOptions(model="stock", turnover={"01": 0.2})
    with pytest.raises(InputError, match=r"prices\.turnover has no time for sector 02"):
        options.turnover_times(np.array(["01", "02"]))


def test_a_reducible_system_is_named_under_every_closure():
    with pytest.raises(InputError, match="reducible"):
        price_vector(np.diag([0.5, 0.2]))
