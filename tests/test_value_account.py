"""The account of value: identities that close it, against a dense computation and on the shared runs; rates."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economies import competitive, dense_system, identical_regions, random_economy, solve, without_output
from laborvalue.accounts import Deliveries
from laborvalue.imports import RULES
from laborvalue.rates import value_rates
from laborvalue.value_account import (
    LINES,
    NET_PRODUCTS,
    SALES,
    TRANSFERS,
    account_tables,
    market_lines,
    sales,
    trade_view,
    value_account,
)
from laborvalue_workflow.data import files
from real_tables import needs_provinces, needs_wiod

seeds = st.integers(0, 10_000)
CLOSED = 1e-9


def account_of(solved, without_values="average"):
    return value_account(solved.regions, solved.nation, solved.values, solved.sectors, without_values)


def delivered(solved, imports="spread_imports"):
    return solved.deliveries.counted(RULES[imports], money_unit=1.0)


def tables_of(solved, economy, without_values="average"):
    solution = (solved.regions, solved.nation, solved.values, solved.accounts)
    return account_tables(*solution, delivered(solved), np.array(economy.regions), solved.sectors, without_values)


def without_hours(seed, region=1):
    """An economy of which one region has no accounts of labor, such as a rest of the world."""
    economy = random_economy(m=4, n=5, seed=seed)
    economy.hours[region] = np.nan
    return economy


@given(
    seed=seeds,
    scope=st.sampled_from(["network", "own", "open"]),
    imports=st.sampled_from(sorted(RULES)),
    holding=st.booleans(),
    without_values=st.sampled_from(["average", "left_out"]),
)
@settings(max_examples=30, deadline=None)
def test_each_transfer_sums_to_zero_and_trade_is_the_other_side_of_the_account(
    seed, scope, imports, holding, without_values
):
    economy = without_hours(seed)
    solved = solve(competitive(economy, seed) if holding else economy, scope=scope, imports=imports)
    account, deliveries = account_of(solved, without_values), delivered(solved, imports)
    worked = np.nansum(account.hours)
    for name in NET_PRODUCTS:
        assert np.nansum(getattr(account, name)) == pytest.approx(worked, rel=CLOSED)
    parts = account.within_sectors + account.between_sectors + account.from_production_price
    assert parts == pytest.approx(account.transfer, nan_ok=True, abs=CLOSED * worked)
    for unit, net_product in (
        (account.market_price, account.market_value),
        (account.price, account.production_value),
    ):
        view = trade_view(account, solved.regions, deliveries, unit)
        assert view.transfer == pytest.approx(np.nansum(net_product - account.hours, axis=1), abs=CLOSED * worked)
        assert abs(view.transfer.sum()) < CLOSED * worked
    assert account.estimated.tolist() == [False, without_values == "average", False, False]
    lines = market_lines(account, solved.regions, solved.nation, solved.accounts)
    own = np.isfinite(lines["net_taxes"])
    assert sum(lines.values())[own] == pytest.approx(account.market_value[own])


@pytest.mark.parametrize("seed", [3, 4])
def test_the_account_and_its_trade_are_those_of_the_dense_system(seed):
    economy = random_economy(m=3, n=5, seed=seed)
    solved = solve(economy)
    account, dense, x = account_of(solved), dense_system(economy), economy.output
    goods = np.flatnonzero(economy.productive)
    inputs = ((dense.A + dense.D) * x)[:, goods][..., goods]  # d, j, c, i in money
    value, price, made = (array[..., goods] for array in (solved.values.value, solved.nation.price, x))
    social, worked = solved.nation.value[goods], economy.hours[:, goods]
    used = inputs.sum(axis=0)  # j, c, i

    def net(unit):
        product = unit * made - np.einsum("j,jci->ci", unit, used)
        return product * worked.sum() / product.sum(), unit * worked.sum() / product.sum()

    (production, p), (market, one), (at_social, _) = net(price), net(np.ones(len(goods))), net(social)
    for name, expected in zip(NET_PRODUCTS, (worked, at_social, production, market), strict=True):
        assert getattr(account, name)[:, goods] == pytest.approx(expected, rel=CLOSED)
    apart = 1 - np.eye(3)
    sold = economy.flows.sum(axis=3) + sum(economy.final.values())
    bought = inputs.sum(axis=3)  # d, j, c
    for unit in (p, one):
        full = np.zeros(5)
        full[goods] = unit
        view, above = trade_view(account, solved.regions, delivered(solved), full), unit - value
        exports = np.einsum("dj,djc,dc->d", above, sold[:, goods], apart)
        imported = np.einsum("dj,djc,dc->c", above, bought, apart)
        at_home = (above * (made - np.einsum("cjc->cj", bought) - (sold[:, goods] * apart[:, None]).sum(axis=2))).sum(1)
        for found, expected in zip(
            (view.at_home, view.exports, view.imported_inputs), (at_home, exports, imported), strict=True
        ):
            assert found == pytest.approx(expected, rel=1e-8, abs=CLOSED * worked.sum())


def test_sales_at_home_are_those_to_final_users_and_to_non_productive_sectors_less_own_replacement():
    economy = random_economy(m=3, n=5, seed=12, imports=False)
    solved = solve(economy, imports="none")
    account, dense = account_of(solved), dense_system(economy, imports="none")
    view = trade_view(account, solved.regions, delivered(solved, "none"), account.market_price)
    for c in range(3):
        final = sum(use[c, :, c] for use in economy.final.values()) + economy.exports[c]
        others = economy.flows[c, :, c][:, ~economy.productive].sum(axis=1)
        replaced = (dense.D[c, :, c] * economy.output[c])[:, economy.productive].sum(axis=1)
        above = (account.market_price - account.value[c]) * (final + others - replaced)
        assert view.at_home[c] == pytest.approx(above[economy.productive].sum(), rel=1e-8)


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_nobody_loses_more_than_was_worked_but_where_the_net_product_is_negative(seed):
    economy = random_economy(m=4, n=5, seed=seed)
    found = tables_of(solve(economy), economy)
    cells, negative = found["cells"], found["negative"]
    losing = cells["transfer"] < -cells["hours"]
    assert set(zip(cells["region"][losing], cells["sector"][losing], strict=True)) <= set(
        zip(negative["region"], negative["sector"], strict=True)
    )
    for name in NET_PRODUCTS[1:]:
        assert (cells[name] < 0).sum() == (negative[name] < 0).sum()


def test_regions_and_sectors_are_sums_of_the_cells_and_a_region_without_hours_has_the_average_technique():
    economy = without_hours(seed=5)
    solved = solve(economy)
    found = tables_of(solved, economy)
    for name in NET_PRODUCTS + TRANSFERS:
        cells = found["cells"][name].reshape(4, -1)
        assert found["regions"][name] == pytest.approx(np.nansum(cells, axis=1))
        assert found["sectors"][name] == pytest.approx(np.nansum(cells, axis=0))
    assert found["regions"]["estimated"].tolist() == [False, True, False, False]
    scale = np.nanmax(found["cells"]["hours"])
    assert np.abs(found["cells"]["within_sectors"].reshape(4, -1)[1]).max() < 1e-12 * scale
    assert np.isnan(found["regions"]["kept"][1]) and found["regions"]["paid_to_non_productive"][1] > 0
    left_out = tables_of(solved, economy, "left_out")["regions"]
    assert np.isnan([left_out[name][1] for name in NET_PRODUCTS + TRANSFERS + LINES + SALES]).all()
    assert np.nansum(left_out["transfer"]) == pytest.approx(0, abs=CLOSED * np.nansum(left_out["hours"]))


def test_regions_alike_transfer_nothing_within_their_sectors():
    """Each makes at the social value what took that many hours; between sectors, prices still differ from values."""
    account = account_of(solve(identical_regions(random_economy(m=3, n=5, seed=4))))
    scale = np.nanmax(account.hours)
    assert np.nanmax(np.abs(account.within_sectors)) < 1e-10 * scale
    assert np.nanmax(np.abs(account.between_sectors)) > 1e-3 * scale


def test_a_region_that_needs_fewer_hours_receives_from_the_others_of_its_sectors():
    economy = random_economy(m=3, n=5, seed=8)
    before = account_of(solve(economy)).within_sectors[0]
    economy.hours[0] *= 0.5
    assert np.nansum(account_of(solve(economy)).within_sectors[0]) > np.nansum(before)


def test_what_non_productive_sectors_sell_as_inputs_is_a_line_of_the_account():
    """Inputs are four fifths of the output of each; making them dearer moves the line, not what is worked."""
    economy = random_economy(m=2, n=5, seed=9, imports=False)
    solved = solve(economy, imports="none")
    account = account_of(solved)
    lines = market_lines(account, solved.regions, solved.nation, solved.accounts)
    dense, made = dense_system(economy, imports="none"), economy.output[:, economy.productive]
    paid = (dense.A + dense.D)[:, ~economy.productive].sum(axis=(0, 1))[:, economy.productive] * made
    taxes, kept = (economy.primary[name][:, economy.productive] for name in ("production_taxes", "operating_surplus"))
    kept = kept + economy.primary["compensation"][:, economy.productive]
    for name, expected in (("paid_to_non_productive", paid), ("net_taxes", taxes), ("kept", kept)):
        money = lines[name][:, economy.productive] / account.market_price[0]
        assert money == pytest.approx(expected, rel=1e-8), name
    assert np.nanmax(np.abs(lines["imports_without_value"])) < 1e-9 * np.nansum(account.hours)


@pytest.mark.parametrize(("rule", "share"), [("spread_imports", 0), ("domestic_only", 1), ("none", 1)])
def test_imported_inputs_have_value_where_they_are_spread_over_goods_and_a_line_of_their_own_elsewhere(rule, share):
    economy = random_economy(m=3, n=5, seed=4)
    solved = solve(economy, imports=rule)
    account = account_of(solved)
    found = market_lines(account, solved.regions, solved.nation, solved.accounts)["imports_without_value"]
    money = (found / account.market_price.max())[:, economy.productive]
    expected = share * economy.primary["imports"][:, economy.productive]
    assert money == pytest.approx(expected, rel=1e-9, abs=1e-11 * economy.output.max())


def test_taxes_that_are_not_known_are_missing_and_stay_in_what_is_kept():
    solved = solve(random_economy(m=2, n=5, seed=9))
    account, unknown = account_of(solved), replace(solved.accounts, production_taxes=None)
    known, missing = (
        market_lines(account, solved.regions, solved.nation, accounts) for accounts in (solved.accounts, unknown)
    )
    assert np.isnan(missing["net_taxes"]).all()
    assert missing["kept"] == pytest.approx(known["kept"] + known["net_taxes"], nan_ok=True)


def test_sales_between_regions_add_up_to_their_exports():
    solved = solve(random_economy(m=3, n=5, seed=2))
    account = account_of(solved)
    found = sales(account, delivered(solved))
    view = trade_view(account, solved.regions, delivered(solved), account.market_price)
    assert found["transfer"].sum(axis=1) == pytest.approx(view.exports)
    assert (np.diag(found["value"]) == 0).all()


def test_deliveries_that_count_are_those_of_the_table_in_currency_units():
    """Two regions, one good, in 10,000 yuan; a quarter of the first supplier's row is imported."""
    intermediate, final = (np.array(rows)[:, None, :] for rows in ([[8.0, 4.0], [2.0, 6.0]], [[12.0, 4.0], [1.0, 3.0]]))
    deliveries = Deliveries(np.array([[0.75], [1.0]]), intermediate, final)
    domestic, every = (deliveries.counted(RULES[rule], money_unit=1e4)[:, 0] for rule in ("domestic_only", "none"))
    assert domestic.tolist() == [[150_000, 60_000], [30_000, 90_000]]
    assert every.tolist() == [[200_000, 80_000], [30_000, 90_000]]


def test_an_estimated_region_supplies_itself_in_the_share_of_its_purchases():
    """Its technique is the nation's; a good that it buys nowhere counts as its own. Term by term, from definitions."""
    economy = without_output(without_hours(seed=6), region=1, sector=3)
    solved = solve(economy)
    account, counted, x = account_of(solved), delivered(solved), economy.output
    counted[:, 0, 1] = 0
    unit, value = account.price, account.value
    share = np.array([1.0, *(counted[1, j, 1] / counted[:, j, 1].sum() for j in range(1, 5))])
    own, elsewhere, at_home, exports = 0.0, 0.0, 0.0, 0.0
    for j in range(4):
        at_home += (unit[j] - solved.nation.value[j]) * x[1, j]
        exports += sum((unit[j] - solved.nation.value[j]) * counted[1, j, c] * (x[1, j] > 0) for c in (0, 2, 3))
        for i in range(4):
            bought = (solved.nation.A + solved.nation.D)[j, i] * x[1, i]
            own += (unit[j] - solved.nation.value[j]) * bought * share[j]
            elsewhere += (unit[j] - solved.nation.value[j]) * bought * (1 - share[j])
    view = trade_view(account, solved.regions, counted, unit)
    expected = (at_home - own - exports, exports, elsewhere)
    found = tuple(getattr(view, name)[1] for name in SALES)
    assert found == pytest.approx(expected, rel=1e-9)
    assert value[1, :4] == pytest.approx(solved.nation.value[:4])


@pytest.mark.parametrize("without_values", ["average", "left_out"])
def test_outside_the_account_nothing_is_used_has_a_value_or_is_sold(without_values):
    economy = without_output(without_hours(seed=7), region=2, sector=1)
    solved = solve(economy)
    account = account_of(solved, without_values)
    inside = np.isfinite(account.hours)
    expected = np.tile(economy.productive, (4, 1))
    expected[1] &= without_values == "average"
    expected[2, 1] = False
    assert (inside == expected).all()
    assert (account.output[~inside] == 0).all()
    assert (account.technique.sum(axis=1)[~inside] == 0).all() and (account.technique[:, 4] == 0).all()
    assert (account.value[:, 4] == 0).all() and account.price[4] == account.market_price[4] == 0
    sold = sales(account, delivered(solved))
    assert ((sold["market_value"][1] > 0) == (np.arange(4) != 1)).all() == (without_values == "average")
    assert (sold["value"][:, 1] > 0).tolist() == [True, False, True, True]


@given(seed=seeds, dearness=st.floats(0.9, 1.2))
@settings(max_examples=20, deadline=None)
def test_the_negative_cells_are_those_whose_net_product_is_negative_at_values_or_prices(seed, dearness):
    economy = random_economy(m=3, n=5, seed=seed)
    bought = economy.flows[:, :, 0, 1].sum() + economy.primary["imports"][0, 1] + economy.primary["depreciation"][0, 1]
    economy.flows[:, :, 0, 1] *= dearness * economy.output[0, 1] / bought
    found = tables_of(solve(economy, imports="none"), economy)
    cells, negative = found["cells"], found["negative"]
    below = (cells["social_value"] < 0) | (cells["production_value"] < 0) | (cells["market_value"] < 0)
    for name in ("region", "sector", "transfer"):
        assert negative[name].tolist() == cells[name][below].tolist()


def test_where_all_net_product_together_has_no_positive_price_there_is_no_scale():
    """One sector uses up more than all others have left, at market prices; in hours there is a net product."""
    economy = random_economy(m=2, n=5, seed=3, imports=False)
    economy.flows[:, 0] *= 1e-3
    economy.primary["compensation"] *= 0.01
    economy.flows[:, :, :, 0] *= 3 * economy.output.sum() / economy.flows[:, :, :, 0].sum()
    account = account_of(solve(economy, imports="none"))
    assert np.isnan(account.market_value).all() and np.isfinite(account.social_value[:, :4]).all()
    assert np.nansum(account.social_value) == pytest.approx(np.nansum(account.hours), rel=CLOSED)


SHARED = ["demo", pytest.param("provinces", marks=needs_provinces), pytest.param("wiod", marks=needs_wiod)]


@pytest.mark.slow
@pytest.mark.parametrize("finished", SHARED, indirect=True)
def test_the_account_of_a_run_closes(finished):
    years = sorted(path.parent for path in finished.glob("values/*/account_regions.csv"))
    assert years
    for year in years:
        regions, sectors = (files.read_table(year / f"account_{of}.csv").to_pylist() for of in ("regions", "sectors"))
        worked = sum(row["hours"] or 0 for row in regions)
        for rows in (regions, sectors):
            for name in TRANSFERS:
                assert abs(sum(row[name] or 0 for row in rows)) < CLOSED * worked, (year, name)
        for row in regions:
            if row["hours"] is not None:
                by_trade = row["at_home"] + row["exports"] - row["imported_inputs"]
                assert by_trade == pytest.approx(row["transfer"], abs=CLOSED * worked)
                production = row["production_at_home"] + row["production_exports"] - row["production_imported_inputs"]
                assert production == pytest.approx(row["production_value"] - row["hours"], abs=CLOSED * worked)


@pytest.mark.slow
@needs_wiod
def test_the_rest_of_the_world_is_a_region_of_the_account(wiod):
    rows = files.read_table(wiod / "values/2007/account_regions.csv").to_pylist()
    assert [row["region"] for row in rows if row["estimated"]] == ["RoW"]


@pytest.mark.parametrize("scope", ["network", "own"])
def test_rates_divide_living_labor_into_wages_and_surplus(scope):
    solved = solve(random_economy(m=3, n=5, seed=6), scope=scope)
    found, values = value_rates(solved.values, solved.regions), solved.values
    valued = np.isfinite(values.value)
    L, v, c = solved.regions.L[valued], values.variable[valued], values.constant_flow[valued]
    e, r, q = (of[valued] for of in (found.surplus_value_rate, found.value_profit_rate, found.organic_composition))
    assert v * (1 + e) == pytest.approx(L)
    assert r == pytest.approx(e / (1 + q))
    assert found.vertically_integrated_labor[valued] == pytest.approx(L + c)
    assert np.array_equal(found.own_profit_rate, solved.regions.profit_rate, equal_nan=True)
    assert np.isnan(found.surplus_value_rate[~valued]).all()
