"""Production prices (7), (8): the invariants of the method."""

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import laborvalue as lv
from economies import random_economy, solve
from laborvalue.errors import InputError
from laborvalue.nation import national_table
from laborvalue.prices import (
    annuity_depreciation,
    input_matrix,
    normalise_prices,
    price_vector,
    profit_rate,
    profit_rate_bounds,
    spectral_radius,
)
from laborvalue.values import MANY, perron_pair

seeds = st.integers(0, 10_000)


def technique(seed, n=4):
    """A, K, F and tau of an economy with a surplus."""
    rng = np.random.default_rng(seed)
    A, F, D = (rng.uniform(0.1, 1, (n, n)) for _ in range(3))
    A, F, D = 0.5 * A / A.sum(axis=0), 0.2 * F / F.sum(axis=0), 0.05 * D / D.sum(axis=0)
    tau = rng.uniform(2, 30, n)
    return A, tau[:, None] * D, F, tau, D


def solution(A, K, F, tau, **reading):
    r = profit_rate(lambda r: input_matrix(r, A, K, F, tau, **reading))
    return r, price_vector(input_matrix(r, A, K, F, tau, **reading))


@given(seed=seeds, side=st.sampled_from(["row", "col"]), advanced=st.booleans())
@settings(max_examples=40, deadline=None)
def test_prices_reproduce_themselves_at_the_uniform_profit_rate(seed, side, advanced):
    A, K, F, tau, _ = technique(seed)
    r, p = solution(A, K, F, tau, tau_side=side, wages_advanced=advanced)
    M = input_matrix(r, A, K, F, tau, side, advanced)
    assert r > 0 and (p > 0).all()
    assert p @ M == pytest.approx(p, rel=1e-13)
    assert spectral_radius(M) == pytest.approx(1, abs=1e-13)


@given(seed=seeds, low=st.floats(0, 0.5), step=st.floats(1e-3, 0.5))
@settings(max_examples=50, deadline=None)
def test_depreciation_falls_and_the_yearly_charge_rises_with_the_profit_rate(seed, low, step):
    A, K, F, tau, _ = technique(seed)
    psi = [annuity_depreciation(r, tau) for r in (low, low + step)]
    assert (psi[1] < psi[0]).all() and (psi[1] + low + step > psi[0] + low).all()
    radius = [spectral_radius(input_matrix(r, A, K, F, tau)) for r in (low, low + step)]
    assert radius[1] > radius[0]


@given(seed=seeds, which=st.sampled_from("AKF"), j=st.integers(0, 3), i=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_profit_rate_falls_when_a_technique_needs_more(seed, which, j, i):
    A, K, F, tau, _ = technique(seed)
    before, _ = solution(A, K, F, tau)
    {"A": A, "K": K, "F": F}[which][j, i] *= 1.2
    after, _ = solution(A, K, F, tau)
    assert after < before


def test_without_interest_a_machine_is_written_off_evenly():
    assert annuity_depreciation(0, [4.0, 10.0]) == pytest.approx([0.25, 0.1], rel=0)
    assert annuity_depreciation(1e-12, [4.0, 10.0]) == pytest.approx([0.25, 0.1], rel=1e-10)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_at_no_profit_prices_cover_inputs_wages_and_depreciation(seed):
    """M(0) = A + D + F, exactly because K = tau^ D: this ties (6) and (7)."""
    A, K, F, tau, D = technique(seed)
    assert input_matrix(0.0, A, K, F, tau) == pytest.approx(A + D + F, rel=1e-14)


def test_machines_of_one_year_are_circulating_capital():
    A, K, F, _, D = technique(3)
    K = D  # all of it used up in the year
    r, _ = solution(A, K, F, np.ones(4))
    assert input_matrix(r, A, K, F, np.ones(4)) == pytest.approx((1 + r) * (K + A + F), rel=1e-12)
    assert r == pytest.approx(1 / spectral_radius(K + A + F) - 1, rel=1e-12)


def test_machines_that_last_for_ever_only_bear_interest():
    assert annuity_depreciation(0.1, 1e3) == pytest.approx(0, abs=1e-40)


def test_the_profit_rate_is_largest_when_wages_are_nil():
    A, K, F, tau, _ = technique(5)
    assert solution(A, K, 0 * F, tau)[0] > solution(A, K, F, tau)[0]


def test_wages_paid_at_the_end_of_the_year_leave_more_profit():
    A, K, F, tau, _ = technique(5)
    assert solution(A, K, F, tau, wages_advanced=False)[0] > solution(A, K, F, tau)[0]


@pytest.mark.parametrize("seed", range(5))
def test_the_reduced_form_is_the_joint_production_system_with_machines_of_every_age(seed):
    """Machines of four ages as joint products, solved in full: same profit rate, same prices of new goods.

    Process (i, a) makes a unit of good i with machines of age a, and leaves them a year older.
    """
    ages = 4
    A, K, F, _, _ = technique(seed, n=3)
    n = len(A)
    # rows: prices of the new goods, then the worth of sector i's machine park at ages 1 .. ages - 1
    size = n * ages
    inputs, outputs = np.zeros((size, size)), np.zeros((size, size))

    def park(i, age):
        return n + i * (ages - 1) + age - 1

    for i in range(n):
        for age in range(ages):
            process = i * ages + age
            inputs[:n, process] = (A + F)[:, i]
            outputs[i, process] = 1
            if age == 0:
                inputs[:n, process] += K[:, i]
            else:
                inputs[park(i, age), process] = 1
            if age < ages - 1:
                outputs[park(i, age + 1), process] = 1
    factors, vectors = scipy.linalg.eig(outputs.T, inputs.T)
    economic = [
        (factor.real - 1, vector.real[:n] / vector.real[:n].sum())
        for factor, vector in zip(factors, vectors.T, strict=True)
        if abs(factor.imag) < 1e-9 and factor.real > 1 and (vector.real * np.sign(vector.real[0]) > 0).all()
    ]
    assert len(economic) == 1
    r, p = solution(A, K, F, np.full(n, float(ages)))
    assert r == pytest.approx(economic[0][0], rel=1e-10)
    assert p == pytest.approx(economic[0][1], rel=1e-10)


def test_total_value_equals_total_price():
    economy = random_economy()
    nation = solve(economy).nation
    assert np.nansum(nation.value * nation.output) == pytest.approx((nation.price * nation.output).sum(), rel=1e-14)


def test_prices_proportional_to_values_on_productive_sectors_are_the_values():
    value = np.array([0.2, 0.5, np.nan])
    assert normalise_prices(np.array([2.0, 5.0, 0.0]), value, np.array([3.0, 4.0, 9.0]))[:2] == pytest.approx(value[:2])


@pytest.mark.parametrize("rate", [0.0, 1e-9, 0.25, 3.0, 1e5])
def test_one_good_by_hand_at_any_rate(rate):
    """p = (1 + r) a p: r = 1 / a - 1; without surplus to the last digit it is 0."""

    def matrix_at(r):
        return (1 + r) * np.array([[1 / (1 + rate)]])

    assert profit_rate(matrix_at) == pytest.approx(rate, rel=1e-6, abs=1e-15)
    lower, upper = profit_rate_bounds(matrix_at, profit_rate(matrix_at), np.ones(1))
    assert 0 <= lower <= rate <= upper and upper - lower <= 1e-10 * (1 + rate)
    sparse = profit_rate_bounds(lambda r: matrix_at(r) * np.eye(2)[::-1], rate, np.ones(2))
    assert sparse[0] <= rate <= sparse[1]


def test_a_rate_above_a_million_is_no_rate():
    with pytest.raises(InputError, match="no profit rate below 1,000,000: the economy uses nearly no inputs"):
        profit_rate(lambda r: (1 + r) * np.array([[1e-7]]))
    lower, upper = profit_rate_bounds(lambda r: 0.5 * np.ones((1, 1)), 0.25, np.ones(1))  # it never reaches 1
    assert lower == pytest.approx(0.25, abs=1e-12) and upper == np.inf


def test_an_economy_without_surplus_has_no_profit_rate():
    A, K, F, tau, _ = technique(1)
    assert np.isnan(profit_rate(lambda r: input_matrix(r, 2 * A, K, F, tau)))


def many_goods(kind, n=MANY + 10):
    """Input coefficients of more goods than all eigenvalues are computed for."""
    rng = np.random.default_rng(3)
    M = rng.random((n, n)) ** 4 / n
    if kind == "a cycle of two groups":  # -rho is an eigenvalue as well
        half = np.arange(n) < n // 2
        M *= half[:, None] != half
    elif kind == "one good made of itself alone":
        M[:, 7] = 0
        M[7, 7] = 0.01
    elif kind == "something is given back":
        M[1, 2] = -0.01 / n
    return M


@pytest.mark.parametrize(
    "kind", ["positive", "a cycle of two groups", "one good made of itself alone", "something is given back"]
)
def test_many_goods_have_the_radius_of_their_largest_eigenvalue(kind):
    M = many_goods(kind)
    assert (perron_pair(M) is None) == (kind == "something is given back")
    assert spectral_radius(M) == pytest.approx(np.abs(np.linalg.eigvals(M)).max(), rel=1e-12)


@pytest.mark.parametrize("kind", ["positive", "a cycle of two groups", "something is given back"])
def test_many_goods_have_prices_that_reproduce_themselves(kind):
    M = many_goods(kind)
    r = profit_rate(lambda r: (1 + r) * M)
    price = price_vector((1 + r) * M)
    assert (price > 0).all() and (1 + r) * price @ M == pytest.approx(price, rel=1e-12)


def test_a_good_of_many_made_of_itself_alone_has_no_price():
    M = many_goods("one good made of itself alone")
    with pytest.raises(InputError, match="no positive production price for sector 7"):
        price_vector(M / spectral_radius(M))


def test_a_reducible_price_system_is_refused_by_name():
    A, K, F, tau, _ = technique(1)
    separate = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    A, K, F = A * separate, K * separate, F * separate
    r = profit_rate(lambda r: input_matrix(r, A, K, F, tau))
    with pytest.raises(InputError, match=r"reducible: no positive production price for sector (a, b|c, d);"):
        price_vector(input_matrix(r, A, K, F, tau), np.array(list("abcd")))


@pytest.mark.parametrize(
    "reading",
    [
        {"capital_rule": "growth_adjusted", "growth": 0.0},
        {"tau": 10},
        {"tau": 10, "tau_side": "col"},
    ],
)
def test_readings_that_must_agree(reading):
    """No growth is tau times D, and with one service life the side of psi does not matter."""
    economy = random_economy()
    plain, other = solve(economy, tau=10), solve(economy, **reading)
    assert other.summary.profit_rate == pytest.approx(plain.summary.profit_rate, rel=1e-12)


def test_depreciation_of_a_growing_stock_belongs_to_a_larger_stock():
    economy = random_economy()
    grown = solve(economy, capital_rule="growth_adjusted", growth=0.1)
    assert (grown.nation.K > solve(economy).nation.K).all()
    psi = annuity_depreciation(0.1, 10.0)
    assert grown.nation.K == pytest.approx(solve(economy).nation.D / psi, rel=1e-12)


def test_a_given_capital_stock_is_spread_over_the_regions_capital_goods():
    economy = random_economy()
    economy.capital_stock = 10 * economy.primary["depreciation"]
    assert solve(economy, capital_rule="external").nation.K == pytest.approx(solve(economy).nation.K, rel=1e-12)


def test_wages_scaled_to_household_consumption_spend_it_all():
    economy = random_economy()
    solved = solve(economy, wage_scale="household_consumption")
    spent = np.einsum("cji,ci->c", solved.regions.F, economy.output)
    consumed = sum(economy.final[f"{kind}_households"].sum(axis=(0, 1)) for kind in ("rural", "urban"))
    assert spent == pytest.approx(consumed, rel=1e-12)


@pytest.mark.parametrize("chosen", [{}, {"wage": "new_interpretation"}, {"model": "stock", "turnover": 0.3}])
def test_the_prices_of_a_region_are_those_of_its_technique(chosen):
    economy = random_economy(m=3, n=5, seed=4)
    regions = solve(economy, **chosen).regions
    for c in range(3):
        A, D, K, F, L = (array[c] for array in (regions.A, regions.D, regions.K, regions.F, regions.L))
        expected = lv.production_prices(A, D=D, K=K, F=F, L=L, output=economy.output[c], **chosen)
        assert regions.profit_rate[c] == pytest.approx(expected.profit_rate, rel=1e-11)
        price = regions.prices[c] / regions.prices[c].sum()
        assert price == pytest.approx(expected.price / expected.price.sum(), rel=1e-10)
        assert regions.rho_prices[c] == pytest.approx(spectral_radius(A + D + F), rel=1e-12)
        kept = np.ix_(economy.productive, economy.productive)
        assert regions.rho_values[c] == pytest.approx(spectral_radius((A + D)[kept]), rel=1e-12)


def test_the_table_of_the_nation_holds_its_values_and_prices():
    solved = solve(random_economy(m=3, n=5, seed=4))
    nation, table = solved.nation, national_table(solved.nation, solved.sectors)
    assert table["tlp"] * nation.value == pytest.approx([1, 1, 1, 1, np.nan], nan_ok=True)
    assert table["productive"].tolist() == ["true"] * 4 + ["false"]
    assert solved.summary.total_price == pytest.approx(solved.summary.total_value, rel=1e-12)
    assert solved.summary.total_price == pytest.approx(nation.price @ nation.output, rel=1e-14)
