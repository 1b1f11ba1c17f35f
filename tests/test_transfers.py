"""Transfers of value and rates: sums that theory fixes, and what they are made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economies import identical_regions, random_economy, solve
from laborvalue.accounts import Deliveries
from laborvalue.imports import RULES
from laborvalue.transfers import by_region, trade_transfers, value_rates, value_transfers

seeds = st.integers(0, 10_000)


def transfers_of(solved):
    return value_transfers(
        solved.values.value, solved.nation.value, solved.nation.price, solved.regions.output, solved.regions.hours
    )


def trade_of(solved):
    delivered = solved.deliveries.counted(RULES["spread_imports"], money_unit=1.0)
    return trade_transfers(transfers_of(solved), solved.values.value, delivered)


@given(seed=seeds, scope=st.sampled_from(["network", "own", "open"]))
@settings(max_examples=15, deadline=None)
def test_what_some_sectors_gain_by_prices_others_lose(seed, scope):
    found = transfers_of(solve(random_economy(m=3, n=5, seed=seed), scope=scope))
    total = np.nansum(found.social_value)
    assert abs(np.nansum(found.between_sectors)) < 1e-12 * total
    assert np.nansum(found.price_value) == pytest.approx(total, rel=1e-12)
    assert np.nansum(found.market_value) == pytest.approx(total, rel=1e-12)
    assert found.value + found.between_regions + found.between_sectors == pytest.approx(found.price_value, nan_ok=True)


def test_regions_alike_transfer_nothing_within_their_sectors():
    """Each sells at the social value what took that many hours; between sectors, prices still differ from values."""
    found = transfers_of(solve(identical_regions(random_economy(m=3, n=5, seed=4))))
    scale = np.nanmax(found.social_value)
    assert np.nanmax(np.abs(found.between_regions)) < 1e-10 * scale
    assert np.nanmax(np.abs(found.between_sectors)) > 1e-3 * scale


def test_a_region_that_needs_fewer_hours_gains_from_the_others_of_its_sector():
    economy = random_economy(m=3, n=5, seed=8)
    before = transfers_of(solve(economy)).between_regions[0]
    economy.hours[0] *= 0.5
    after = transfers_of(solve(economy)).between_regions[0]
    assert np.nansum(after) > np.nansum(before)


def test_deliveries_that_count_are_those_of_the_table_in_currency_units():
    """Two regions, one good, in 10,000 yuan; a quarter of the first supplier's row is imported."""
    intermediate, final = (np.array(rows)[:, None, :] for rows in ([[8.0, 4.0], [2.0, 6.0]], [[12.0, 4.0], [1.0, 3.0]]))
    deliveries = Deliveries(np.array([[0.75], [1.0]]), intermediate, final)
    domestic, every = (deliveries.counted(RULES[rule], money_unit=1e4)[:, 0] for rule in ("domestic_only", "none"))
    assert domestic.tolist() == [[150_000, 60_000], [30_000, 90_000]]
    assert every.tolist() == [[200_000, 80_000], [30_000, 90_000]]


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_transfers_through_trade_are_antisymmetric_and_sum_to_zero(seed):
    found = trade_of(solve(random_economy(m=4, n=5, seed=seed)))
    assert np.array_equal(found.net, -found.net.T)
    assert (np.diag(found.value) == 0).all() and (np.diag(found.price_value) == 0).all()
    assert abs(found.net.sum()) <= 1e-12 * found.value.sum()


def test_trade_is_counted_delivery_by_delivery():
    economy = random_economy(m=3, n=5, seed=2)
    solved = solve(economy)
    found, value, price = trade_of(solved), solved.values.value, transfers_of(solved).price

    def goods(seller, buyer):
        delivered = economy.flows[seller, :, buyer].sum(axis=1) + sum(
            use[seller, :, buyer] for use in economy.final.values()
        )
        return np.where(economy.productive, delivered, 0.0)

    sold, returned = goods(1, 2), goods(2, 1)
    assert found.value[1, 2] == pytest.approx(np.nansum(value[1] * sold))
    assert found.price_value[1, 2] == pytest.approx(np.nansum(price * sold))
    net = np.nansum(value[1] * sold - price * sold) - np.nansum(value[2] * returned - price * returned)
    assert found.net[1, 2] == pytest.approx(net)


def test_a_region_without_values_takes_no_part_in_transfers():
    economy = random_economy(m=3, n=5, seed=5)
    economy.hours[1] = np.nan
    found = trade_of(solve(economy))
    assert (found.value[1] == 0).all() and (found.value[:, 1] == 0).all() and found.value[0, 2] > 0
    gains = by_region(transfers_of(solve(economy)), found)["transfer_trade"]
    assert np.isnan(gains[1]) and np.nansum(gains) == pytest.approx(0, abs=1e-12 * found.value.sum())


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


def test_what_regions_gain_is_told_per_hour_that_they_work():
    solved = solve(random_economy(m=3, n=5, seed=10))
    found, trade = transfers_of(solved), trade_of(solved)
    gains = by_region(found, trade)
    assert gains["transfer_sectors"].sum() == pytest.approx(0, abs=1e-12 * np.nansum(found.social_value))
    assert gains["transfer_trade"].sum() == pytest.approx(0, abs=1e-12 * trade.value.sum())
    for name in ("transfer_regions", "transfer_sectors", "transfer_trade"):
        assert gains[f"{name}_per_hour"] * gains["living_labor"] == pytest.approx(gains[name])
