"""Labor values (6): the invariants of the method, on small economies."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economies import (
    dense_system,
    identical_regions,
    productive_system,
    random_economy,
    reordered,
    resized,
    scaled,
    solve,
    without_output,
)
from laborvalue.errors import InputError
from laborvalue.imports import RULES
from laborvalue.prices import spectral_radius
from laborvalue.rates import value_rates
from laborvalue.value_account import market_lines, sales, trade_view, value_account
from laborvalue.values import labor_values, solve_values

seeds = st.integers(0, 10_000)


def productive(economy, array):
    return array[:, economy.productive]


@settings(max_examples=15, deadline=None)
@given(seed=seeds, m=st.integers(1, 4), n=st.integers(4, 7))
def test_network_values_are_those_of_an_independent_dense_solve(seed, m, n):
    economy = random_economy(m, n, seed)
    solved = solve(economy)
    system, labor = productive_system(economy)
    assert spectral_radius(system) < 1
    dense = labor @ np.linalg.inv(np.eye(len(labor)) - system)
    assert productive(economy, solved.values.value_network).ravel() == pytest.approx(dense, rel=1e-11)
    assert solved.values.residual <= 1e-12


def test_values_are_the_sum_of_the_labor_of_every_round_of_production():
    economy = random_economy()
    solved = solve(economy)
    system, labor = productive_system(economy)
    total, round_of_labor = np.zeros_like(labor), labor
    for _ in range(400):
        total += round_of_labor
        round_of_labor = round_of_labor @ system
    assert productive(economy, solved.values.value).ravel() == pytest.approx(total, rel=1e-12)
    assert (total >= labor).all() and (labor > 0).all()


@pytest.mark.parametrize("scope", ["network", "own", "open"])
def test_living_labor_is_the_value_of_the_net_product(scope):
    """Lambda (I - A - D) x = L x: for the network as a whole, and for each city on its own technique."""
    economy = random_economy(m=4)
    solved = solve(economy, scope=scope)
    x = productive(economy, economy.output)
    value, constant = (productive(economy, v) for v in (solved.values.value, solved.values.constant_flow))
    living = productive(economy, economy.hours)
    assert ((value - constant) * x).sum(axis=1) == pytest.approx(living.sum(axis=1), rel=1e-12)


def test_national_and_network_values_of_the_net_product_agree():
    economy = random_economy(m=4)
    solved = solve(economy)
    system, _ = productive_system(economy)
    x = productive(economy, economy.output).ravel()
    net = (x - system @ x).reshape(4, -1)
    network = (productive(economy, solved.values.value_network) * net).sum()
    national = (solved.nation.value[economy.productive] * net.sum(axis=0)).sum()
    assert network == pytest.approx(national, rel=1e-12)
    assert national == pytest.approx(productive(economy, economy.hours).sum(), rel=1e-12)
    assert solved.summary.net_product_value == pytest.approx(solved.summary.labor_hours, rel=1e-12)


@pytest.mark.parametrize("scope", ["network", "own", "open"])
def test_capital_at_values_is_the_sum_over_suppliers(scope):
    """Each good at the value of its supplier; own: at the buyer's; open: from elsewhere at the nation's."""
    economy = random_economy(m=3)
    solved, dense = solve(economy, scope=scope), dense_system(economy)
    kept = economy.productive
    national, value = np.nan_to_num(solved.nation.value), np.nan_to_num(solved.values.value)
    stock = dense.D * (solved.regions.K / solved.regions.D).transpose(1, 0, 2)[None]
    expected = {name: np.zeros_like(value) for name in ("constant_flow", "constant_stock", "variable")}
    for c, i, d, j in np.ndindex(3, 5, 3, 5):
        apart = value[c, j] if d == c else national[j]
        w = {"network": value[d, j], "own": value[c, j], "open": apart}[scope]
        expected["constant_flow"][c, i] += w * (dense.A + dense.D)[d, j, c, i]
        expected["constant_stock"][c, i] += w * (dense.A + stock)[d, j, c, i]
        expected["variable"][c, i] += w * dense.F[d, j, c, i]
    for name, amounts in expected.items():
        assert getattr(solved.values, name)[:, kept] == pytest.approx(amounts[:, kept], rel=1e-10), name


@pytest.mark.parametrize("scope", ["network", "own", "open"])
def test_where_all_regions_are_alike_city_and_national_values_coincide(scope):
    solved = solve(identical_regions(random_economy()), scope=scope)
    national = np.broadcast_to(solved.nation.value, solved.values.value.shape)
    assert solved.values.value == pytest.approx(national, rel=1e-12, nan_ok=True)
    tlpr = solved.indicators["tlpr"]
    assert tlpr[np.isfinite(tlpr)] == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("scope", ["network", "own", "open"])
def test_one_region_alone_is_the_nation(scope):
    solved = solve(random_economy(m=1), scope=scope)
    assert solved.values.value[0] == pytest.approx(solved.nation.value, rel=1e-12, nan_ok=True)


def test_doubling_all_hours_halves_productivity_and_leaves_it_relative():
    economy = random_economy()
    before, after = solve(economy).indicators, solve(scaled(economy, hours=2)).indicators
    assert after["tlp"] == pytest.approx(before["tlp"] / 2, rel=1e-12, nan_ok=True)
    assert after["tlpr"] == pytest.approx(before["tlpr"], rel=1e-12, nan_ok=True)


def test_the_money_unit_scales_productivity_and_no_ratio():
    economy = random_economy()
    before, after = solve(economy).indicators, solve(scaled(economy, money=1e-4), money_unit=1e4).indicators
    for name in before:
        assert after[name] == pytest.approx(before[name], rel=1e-10, nan_ok=True), name


def test_total_labor_productivity_is_below_labor_productivity():
    economy = random_economy()
    solved = solve(economy, lp_relative=False)
    kept = np.isfinite(solved.indicators["tlp"])
    assert (solved.indicators["tlp"] <= solved.indicators["lp"])[kept].all()


def test_own_values_solve_each_city_by_itself():
    economy = random_economy(m=3, n=6)
    solved = solve(economy, scope="own")
    kept = economy.productive
    for c in range(3):
        A, D, L = (array[c][..., kept] for array in (solved.regions.A, solved.regions.D, solved.regions.L))
        expected = labor_values((A + D)[kept], L)
        assert solved.values.value[c, kept] == pytest.approx(expected, rel=1e-12)


def test_an_idle_cell_is_missing_and_its_good_comes_from_elsewhere():
    economy = without_output(random_economy(m=3, n=5), region=1, sector=2)
    solved = solve(economy)
    assert np.isnan(solved.indicators["tlp"][1, 2]) and np.isnan(solved.indicators["dd"][1, 2])
    kept = np.isfinite(solved.values.value_network)
    assert kept.sum() == 3 * 4 - 1
    # its city uses the good all the same: on its own technique it counts at the national value
    own, regions = solved.values.value_own[1], solved.regions
    made = economy.productive & (economy.output[1] > 0)
    inputs = (regions.A + regions.D)[1]
    bought = solved.nation.value[2] * inputs[2, made]
    expected = labor_values(inputs[np.ix_(made, made)], regions.L[1, made] + bought)
    assert own[made] == pytest.approx(expected, rel=1e-12)


def test_an_excluded_supplier_counts_at_the_national_value():
    economy = random_economy(m=3, n=5)
    hours = economy.hours.copy()
    hours[2, 1] = np.nan
    economy = replace(economy, hours=hours)
    solved = solve(economy)
    assert list(solved.regions.status) == ["usable", "usable", "missing_labor"]
    assert np.isnan(solved.values.value[2]).all()
    system, labor = productive_system(economy)
    n = int(economy.productive.sum())
    used, left_out = slice(0, 2 * n), slice(2 * n, 3 * n)
    labor = labor[used] + solved.nation.value[economy.productive] @ system[left_out, used]
    expected = np.linalg.solve((np.eye(2 * n) - system[used, used]).T, labor)
    assert solved.values.value[:2, economy.productive].ravel() == pytest.approx(expected, rel=1e-11)


@given(seed=seeds, n=st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_the_iterative_solve_reaches_its_residual(seed, n):
    rng = np.random.default_rng(seed)
    system = rng.uniform(0, 1, (n, n))
    system *= 0.9 / system.sum(axis=0)
    labor = rng.uniform(0.1, 1, n)
    solution, residual = solve_values(lambda v: v @ system, labor, np.zeros(n))
    assert residual <= 1e-12
    assert solution == pytest.approx(labor_values(system, labor), rel=1e-11)


# Invariants of the whole chain, from accounts to indicators ---------------------------------------------


def numbers_in(found, name=""):
    """Every array and number of what the stages return, as (name, array)."""
    if is_dataclass(found):
        found = {each.name: getattr(found, each.name) for each in fields(found)}
    if isinstance(found, dict):
        for key, of_key in found.items():
            yield from numbers_in(of_key, f"{name}.{key}")
    elif np.asarray(found).dtype.kind == "f" and not name.endswith(".stored"):
        yield name, np.asarray(found)


def all_numbers(economy, money_unit=1.0, **chosen):
    solved = solve(economy, money_unit, **chosen)
    account = value_account(solved.regions, solved.nation, solved.values, solved.sectors, "average")
    deliveries = solved.deliveries.counted(RULES["spread_imports"], money_unit)
    found = {
        "solved": solved,
        "rates": value_rates(solved.values, solved.regions),
        "account": account,
        "lines": market_lines(account, solved.regions, solved.nation, solved.accounts),
        "trade": trade_view(account, solved.regions, deliveries, account.price),
        "sales": sales(account, deliveries),
    }
    return dict(numbers_in(found))


CHOSEN = [
    {},
    {"scope": "own", "otlp_exclude": "own_city", "digital_average": "aggregate_ratio"},
    {"scope": "open", "otlp_exclude": "own_sector", "model": "stock", "turnover": 0.3},
    {"wage": "new_interpretation", "digital_total_rule": "bundle_share", "otlp_normalise": False},
]


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize(("money", "hours"), [(2.0**-40, 2.0**-40), (2.0**40, 1.0), (1.0, 2.0**-40)])
def test_no_number_depends_on_the_units_but_by_a_power_of_each(money, hours, chosen):
    """To the last digit: powers of two change no rounding, and no size in currency or hours decides anything."""
    economy = without_output(random_economy(m=4, n=5, seed=2), region=0, sector=1)
    economy.hours[3] = np.nan
    before, after = all_numbers(economy, **chosen), all_numbers(scaled(economy, money, hours), **chosen)
    units = {money**power * hours**other for power in (-1, 0, 1) for other in (-1, 0, 1)}
    for name, number in before.items():
        assert any(np.array_equal(after[name], unit * number, equal_nan=True) for unit in units), name


@pytest.mark.parametrize("chosen", [*CHOSEN, {"capital_rule": "external", "wage_scale": "household_consumption"}])
def test_tables_in_units_of_money_give_the_numbers_of_tables_in_currency(chosen):
    economy, unit = random_economy(m=3, n=5, seed=3), 2.0**20
    economy.capital_stock = 7 * economy.primary["depreciation"]
    counted = replace(scaled(economy, money=1 / unit), capital_stock=economy.capital_stock / unit)
    expected, found = all_numbers(economy, **chosen), all_numbers(counted, unit, **chosen)
    for name, number in expected.items():
        if "deliveries" not in name and not name.endswith("money_unit"):  # these stay as the table has them
            assert np.array_equal(found[name], number, equal_nan=True), name


@pytest.mark.parametrize("chosen", CHOSEN)
def test_an_idle_region_and_an_idle_sector_change_no_other_number(chosen):
    running, regions, sectors = np.ones((4, 6)), [0, 1, 3], [0, 1, 2, 4, 5]
    running[2], running[:, 3] = 0, 0
    economy = resized(random_economy(m=4, n=6, seed=1), running)
    for use in economy.final.values():
        use[:, :, 2] = 0  # what is sold there would be exports
    whole, without = all_numbers(economy, **chosen), all_numbers(reordered(economy, regions, sectors), **chosen)
    for name, expected in without.items():
        found = whole[name]
        for axis, size in enumerate(found.shape):
            found = np.take(found, {4: regions, 6: sectors}.get(size, range(size)), axis=axis)
        # rounding differs, and the service lives of these economies go with the place of the sector
        if not name.endswith(("residual", "error_bound", "service_life")):
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-11 * np.nanmax(np.abs(expected)), nan_ok=True), (
                name
            )


def test_where_nothing_is_paid_nothing_is_divided_by_wages():
    economy = random_economy(m=3, n=5, seed=7)
    economy.primary["compensation"][:, 1] = 0
    economy.primary["compensation"][0, 3] = 0
    solved = solve(economy)
    rates, unpaid = value_rates(solved.values, solved.regions), economy.primary["compensation"] == 0
    for name in ("surplus_value_rate", "value_profit_rate", "organic_composition"):
        of_cells = getattr(rates, name)[:, economy.productive]
        assert (np.isnan(of_cells) == unpaid[:, economy.productive]).all(), name
    assert (np.isnan(solved.nation.organic_composition) == [False, True, False, False, True]).all()
    economy.primary["compensation"][:] = 0
    surplus = solve(economy).summary.surplus
    assert surplus.variable_capital == 0 and surplus.surplus_value == pytest.approx(economy.hours[:, :4].sum())
    assert surplus.rate_of_surplus_value is surplus.organic_composition is surplus.value_profit_rate is None


def dear_abroad(dearness, output=2.0**-6):
    """Two regions whose own techniques yield a surplus; each makes one good from the other's, at this dearness.

    They make little of it, so that this counts little in the nation; a power of two, to be exact.
    """
    economy = random_economy(m=2, n=5, seed=3, imports=False)
    size = np.ones((2, 5))
    size[0, 0], size[1, 1] = output / economy.output[[0, 1], [0, 1]]
    economy = resized(economy, size)
    for (buyer, i), (seller, j) in (((0, 0), (1, 1)), ((1, 1), (0, 0))):
        economy.flows[:, :, buyer, i] = 0
        economy.flows[seller, j, buyer, i] = dearness * economy.output[buyer, i]
        economy.primary["depreciation"][buyer, i] = 0
    economy.layout = "domestic"
    return economy


def test_a_network_without_surplus_is_refused_though_each_technique_has_one():
    """Each of the two dear goods needs the other: above dearness 1 their values are negative."""
    assert (solve(dear_abroad(0.5)).values.value_network[:, :4] > 0).all()
    with pytest.raises(InputError, match="region r0, sector s0: the inter-regional system gives the value -"):
        solve(dear_abroad(1.5))
    with pytest.raises(InputError, match=r"the national economy yields no surplus: the spectral radius .* is \d\.\d"):
        solve(dear_abroad(2.5, output=2.0**7))


def test_an_empty_system_and_one_at_the_edge_of_a_surplus():
    values, residual = solve_values(lambda v: v, np.zeros(0), np.zeros(0))
    assert values.shape == (0,) and residual == 0
    assert labor_values([[1 - 1e-9]], [1.0]) == pytest.approx([1e9], rel=1e-6)
    for A in ([[3.0]], [[1.0]], [[1 - 1e-15]], [[0.0, 2.0], [0.5, 0.0]], [[-0.5, 1.5], [1.5, -0.5]], [[-0.6] * 2] * 2):
        with pytest.raises(InputError, match=r"the spectral radius of A \+ D is (1|1.2|2|3);"):
            labor_values(A, np.ones(len(A)))
    with pytest.raises(InputError, match=r"A has shape \(1,\); expected \(n, n\)"):
        labor_values([0.5], [1.0])
    assert spectral_radius(np.zeros((0, 0))) == 0
    # a negative input: of two goods, the first comes with some of the second
    assert labor_values([[0.2, 0.3], [-0.1, 0.4]], [1.0, 2.0]) == pytest.approx([40 / 51, 190 / 51], rel=1e-14)


def test_a_region_needs_hours_and_a_surplus_of_what_it_makes_only():
    """Not of what it does not make, and not of a sector that is not productive."""
    economy = without_output(random_economy(m=4, n=5, seed=5), region=0, sector=1)
    economy.hours[0, 1] = economy.hours[1, 4] = economy.hours[2, 0] = np.nan
    economy.flows[3, 3, 3, 3] += 1.2 * economy.output[3, 3]
    economy.layout = "domestic"
    assert list(solve(economy).regions.status) == ["usable", "usable", "missing_labor", "no_surplus"]
    economy.hours[:, :4] = np.nan
    with pytest.raises(InputError, match=r"no usable region \(3 x missing_labor, 1 x no_surplus\)|4 x missing_labor"):
        solve(economy)
