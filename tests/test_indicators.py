"""Indicators (9) to (19), (21) and the instrument: the invariants of the method."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economies import identical_regions, random_economy, reordered, resized, scaled, solve, with_half_apart
from laborvalue.accounts import domestic_share
from laborvalue.coefficients import PriceOptions, national_average
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.imports import SPREAD_IMPORTS
from laborvalue.indicators import (
    economic_agglomeration,
    industrial_agglomeration,
    instrument,
    labor_productivity,
    supplier_productivity,
)
from laborvalue.panel import assemble, lead
from laborvalue.variables import COLUMNS, VARIABLES

seeds = st.integers(0, 10_000)


def test_every_indicator_is_in_the_register_and_has_its_unit():
    economy = random_economy()
    before, after = solve(economy).indicators, solve(scaled(economy, money=7, hours=3)).indicators
    units = {variable.name: variable.unit for variable in VARIABLES if not variable.years_ahead}
    assert set(before) == set(units)
    factors = {"money per hour": 7 / 3, "10^8 hours": 3, "1": 1, "1, or money per hour": 1, "telephones": 1}
    for name, unit in units.items():
        assert after[name] == pytest.approx(factors[unit] * before[name], rel=1e-10, nan_ok=True), name


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_shares_of_a_sector_over_all_cities_sum_to_one(seed):
    columns = solve(random_economy(seed=seed)).indicators
    assert columns["pri"].sum(axis=0) == pytest.approx(1, rel=1e-12)


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_output_weighted_location_quotients_average_one(seed):
    solved = solve(random_economy(seed=seed))
    pp, dlq = solved.indicators["pp"][:, 0], solved.indicators["dlq"][:, 0]
    assert (pp / pp.sum()) @ dlq == pytest.approx(1, rel=1e-12)
    assert pp.sum() == pytest.approx(solved.summary.total_value / 1e8, rel=1e-12)


@pytest.mark.parametrize("denominator", ["output", "cost", "cost_with_D", "intermediate"])
@pytest.mark.parametrize("flow", ["domestic", "same_as_A"])
@pytest.mark.parametrize("supply", ["all_cities", "own_city"])
def test_digital_totals_add_up_both_ways(denominator, flow, supply):
    """dd + ds = di + indi = d (12), every share positive; below 1 where output is the denominator."""
    columns = solve(
        random_economy(), digital_denominator=denominator, digital_flow=flow, digital_supply=supply
    ).indicators
    assert columns["dd"] + columns["ds"] == pytest.approx(columns["di"] + columns["indi"], rel=1e-12)
    assert columns["d"] == pytest.approx(columns["dd"] + columns["ds"], rel=1e-15)
    assert all((columns[name] >= 0).all() for name in ("dd", "ds", "di", "indi"))


def test_digital_inputs_follow_their_definition():
    """(11) written out for one region-sector at national prices."""
    economy = random_economy(m=3, n=5)
    solved = solve(economy)
    p, c, i = solved.nation.price, 1, 3
    urban = economy.final["urban_households"][:, :, c].sum(axis=0)
    wages = urban / urban.sum() * economy.primary["compensation"][c, i]
    direct = economy.flows[:, :, c, i].sum(axis=0)
    worth = p[i] * economy.output[c, i]
    assert solved.indicators["dd"][c, i] == pytest.approx(p[1] * (direct[1] + wages[1]) / worth, rel=1e-12)
    assert solved.indicators["di"][c, i] == pytest.approx((p[1] * direct[1] + p[2] * direct[2]) / worth, rel=1e-12)
    assert solved.indicators["indi"][c, i] == pytest.approx((p[1] * wages[1] + p[2] * wages[2]) / worth, rel=1e-12)


READINGS = [
    {},
    {"digital_flow": "same_as_A"},
    {"digital_supply": "own_city"},
    {"digital_supply": "own_city", "digital_flow": "same_as_A"},
    {"digital_denominator": "cost_with_D"},
    {"digital_total_rule": "bundle_share"},
    {"digital_average": "aggregate_ratio"},
    {"dlq_sectors": "device"},
]


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_several_digital_sectors_of_a_kind_are_summed(reading):
    """With s1 and s3 as devices, dd is the sum of both as the only one; services stay, and the totals add up."""
    found = []
    for devices in ([1], [3], [1, 3]):
        economy = random_economy(m=4, n=6)
        economy.kinds = ["device" if i in devices else "service" if i == 2 else "" for i in range(6)]
        found.append(solve(economy, **reading).indicators)
    first, second, both = found
    assert both["dd"] == pytest.approx(first["dd"] + second["dd"], rel=1e-12)
    assert both["ds"] == pytest.approx(first["ds"], rel=1e-15)
    assert both["d"] == pytest.approx(both["dd"] + both["ds"], rel=1e-15)
    if "digital_total_rule" not in reading:
        assert both["d"] == pytest.approx(both["di"] + both["indi"], rel=1e-12)


@pytest.mark.parametrize("reading", READINGS, ids=str)
@pytest.mark.parametrize("kind", [1, 2])
def test_a_digital_sector_split_into_identical_halves_changes_nothing(reading, kind):
    """But for otlp of the halves: each has the other, which is not its own cell, among its suppliers."""
    whole = random_economy(m=4, n=6)
    before, after = solve(whole, **reading).indicators, solve(with_half_apart(whole, kind), **reading).indicators
    for name, column in before.items():
        others = [i for i in range(6) if i != kind or name != "otlp"]
        assert after[name][:, others] == pytest.approx(column[:, others], rel=1e-10, nan_ok=True), name
        assert after[name][:, 6] == pytest.approx(after[name][:, kind], rel=1e-10, nan_ok=True), name


def test_agriculture_lives_on_the_rural_basket():
    economy = random_economy()
    solved = solve(economy)
    rural = economy.final["rural_households"][:, :, 0].sum(axis=0)
    expected = rural / rural.sum() * economy.primary["compensation"][0, 0] / economy.output[0, 0]
    assert solved.regions.F[0, :, 0] == pytest.approx(expected, rel=1e-12)


def test_under_the_bundle_reading_the_basket_adds_the_same_to_every_sector_of_a_city():
    columns = solve(random_economy(), digital_total_rule="bundle_share").indicators
    added = columns["dd"] + columns["ds"] - columns["di"]
    assert added == pytest.approx(np.broadcast_to(added[:, :1], added.shape), rel=1e-12)
    assert (added > 0).all()


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_relative_shares_average_one_over_the_cities(seed):
    columns = solve(random_economy(seed=seed)).indicators
    for name in ("ddr", "dsr", "dir", "indir", "tdr"):
        assert columns[name].mean(axis=0) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("average", ["mean_all_cities", "mean_sample_cities", "aggregate_ratio"])
def test_relative_shares_are_one_where_all_cities_are_alike(average):
    economy = identical_regions(random_economy())
    columns = solve(economy, digital_average=average).indicators
    for name in ("ddr", "dsr", "dir", "indir", "tdr"):
        assert columns[name][:, economy.productive] == pytest.approx(1, rel=1e-10)


def test_the_aggregate_ratio_is_the_national_table_share():
    economy = random_economy()
    solved = solve(economy, digital_average="aggregate_ratio")
    p, national = solved.nation.price, economy.flows.sum(axis=(0, 2))
    share = (p[1] * national[1] + p[2] * national[2]) / (p * economy.output.sum(axis=0))
    assert solved.indicators["dir"] == pytest.approx(solved.indicators["di"] / share, rel=1e-12)


@pytest.mark.parametrize("rule", ["national_coefficient", "inverse_mean_city_value", "mean_city_tlp"])
def test_relative_productivity_divides_by_the_chosen_national_level(rule):
    economy = random_economy()
    solved = solve(economy, tlpr_denominator=rule)
    tlp, value, kept = solved.indicators["tlp"], solved.values.value, economy.productive
    level = {
        "national_coefficient": 1 / solved.nation.value,
        "inverse_mean_city_value": 1 / value.mean(axis=0),
        "mean_city_tlp": tlp.mean(axis=0),
    }[rule]
    assert solved.indicators["tlpr"][:, kept] == pytest.approx((tlp / level)[:, kept], rel=1e-12)


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_supplier_productivity_is_a_mean_of_others(seed):
    rng = np.random.default_rng(seed)
    m, n = 3, 4
    stored, tlp, p = rng.uniform(0, 1, (m * n, m * n)), rng.uniform(1, 9, (m, n)), rng.uniform(1, 2, n)
    flows = SupplierFlows(stored, np.ones((m, n)), np.ones((m, n)))

    def otlp(tlp, p):
        return supplier_productivity(tlp, p, flows, "own_cell")

    result = otlp(tlp, p)
    assert (result >= tlp.min() - 1e-9).all() and (result <= tlp.max() + 1e-9).all()
    assert otlp(np.full((m, n), 5.0), p) == pytest.approx(5, rel=1e-12)
    raised = tlp.copy()
    raised[1, 2] *= 3
    assert otlp(raised, p)[1, 2] == pytest.approx(result[1, 2], rel=1e-10)
    assert otlp(tlp, 2 * p) == pytest.approx(result, rel=1e-12)


def test_suppliers_without_productivity_drop_out_of_both_sums():
    flows, tlp = SupplierFlows(np.ones((4, 4)), np.ones((2, 2)), np.ones((2, 2))), np.array([[2.0, np.nan], [4.0, 8.0]])
    result = supplier_productivity(tlp, np.ones(2), flows, "own_cell")
    assert result == pytest.approx(np.array([[6, 14 / 3], [5, 3]]))


@pytest.mark.parametrize("capital", ["flow", "stock"])
@pytest.mark.parametrize("units", ["value", "price", "market"])
def test_organic_composition_is_constant_over_variable_capital(capital, units):
    """(19): in values the goods count at their suppliers' values, in prices and at market as they are."""
    economy = random_economy()
    solved = solve(economy, occ_capital=capital, occ_units=units)
    A, D, K, F = solved.regions.A, solved.regions.D, solved.regions.K, solved.regions.F
    kept = economy.productive
    stock = D if capital == "flow" else K
    if units == "value":
        worth = np.nan_to_num(solved.values.value)
        bought = {
            use: np.einsum("dj,djc->cj", worth, origin)
            for use, origin in (
                ("capital", solved.origins.capital_origin),
                ("rural", solved.origins.rural_origin),
                ("urban", solved.origins.urban_origin),
            )
        }
        flows = np.einsum("dj,djci->ci", worth, economy.flows) * solved.regions.import_factor / economy.output
        c = flows + np.einsum("cj,cji->ci", bought["capital"], stock)
        v = np.einsum("cj,cji->ci", bought["urban"], F)
        v[:, 0] = np.einsum("cj,cj->c", bought["rural"], F[:, :, 0])
        c, v = c[:, kept], v[:, kept]
        assert solved.indicators["occ"][:, kept] == pytest.approx(c / v, rel=1e-10)
    else:
        p = solved.nation.price if units == "price" else np.ones(economy.hours.shape[1])
        expected = np.einsum("j,cji->ci", p, A + stock) / np.einsum("j,cji->ci", p, F)
        assert solved.indicators["occ"][:, kept] == pytest.approx(expected[:, kept], rel=1e-12)


def test_labor_productivity_relative_to_the_nation():
    economy = random_economy()
    lp = economy.output / economy.hours
    national = economy.output.sum(axis=0) / economy.hours.sum(axis=0)
    kept = economy.productive
    assert solve(economy).indicators["lp"][:, kept] == pytest.approx((lp / national)[:, kept], rel=1e-12)
    assert solve(economy, lp_relative=False).indicators["lp"][:, kept] == pytest.approx(lp[:, kept], rel=1e-12)


def test_the_instrument_is_the_mean_share_times_the_telephones_of_the_city():
    d = np.array([[0.1, 0.2], [0.3, np.nan], [0.5, 0.4]])
    lines = np.array([100.0, np.nan, 50.0])
    assert instrument(d, lines, "all_cities", "count")[[0, 2]] == pytest.approx(np.array([[30, 30], [15, 15]]))
    assert np.isnan(instrument(d, lines, "all_cities", "count")[1]).all()
    assert instrument(d, lines, "leave_one_out", "count")[0] == pytest.approx([40, 40])
    assert instrument(d, lines, "all_cities", "ln")[2] == pytest.approx(0.3 * np.log(50))


def test_what_nobody_makes_or_works_has_no_ratio_and_telephones_that_are_not_there_no_log():
    output, hours = np.array([[6.0, 0.0, 5.0]]), np.array([[2.0, 0.0, -0.5]])
    assert labor_productivity(output, hours, np.ones(3), relative=False)[0] == pytest.approx(
        [3, np.nan, np.nan], nan_ok=True
    )
    assert industrial_agglomeration(output)[0] == pytest.approx([1, np.nan, 1], nan_ok=True)
    lines = np.array([0.0, 0.5, -0.5])
    found = instrument(np.ones((3, 1)), lines, "all_cities", "ln")[:, 0]
    assert found == pytest.approx([np.nan, np.log(0.5), np.nan], nan_ok=True)


def test_total_production_prices_are_in_hundred_million_hours():
    found = economic_agglomeration(np.array([[3e8, 1e8]]), np.array([2.0, 5.0]), np.array([True, False]))
    assert found.tolist() == [6.0]


def test_a_digital_service_that_nobody_makes_or_uses_adds_nothing_to_the_digital_inputs():
    economy = random_economy(m=3, n=6)
    kinds = ["", "device", "service", "service", "", ""]
    running = np.ones((3, 6))
    running[:, 3] = 0
    idle = replace(resized(economy, running), kinds=kinds)
    for total in ("bundle_share", "eq12_sum"):
        found = solve(idle, digital_total_rule=total)
        expected = solve(replace(idle, kinds=None), digital_total_rule=total)
        assert np.isnan(found.nation.price[3])
        for name in ("dd", "ds", "di", "indi", "d", "dlq"):
            assert found.indicators[name] == pytest.approx(expected.indicators[name], rel=1e-13, nan_ok=True), name


@pytest.mark.parametrize(("rule", "parts"), [("cost", "AF"), ("cost_with_D", "ADF"), ("intermediate", "A")])
def test_digital_inputs_may_be_shares_of_costs(rule, parts):
    economy = random_economy(m=3, n=5)
    solved = solve(economy, digital_denominator=rule, digital_flow="same_as_A")
    p, regions = solved.nation.price, solved.regions
    for c, i in np.ndindex(3, 5):
        cost = sum(p @ getattr(regions, part)[c, :, i] for part in parts)
        expected = p[1] * (regions.A[c, 1, i] + regions.F[c, 1, i]) / cost
        assert solved.indicators["dd"][c, i] == pytest.approx(expected, rel=1e-12)


def test_where_no_household_buys_the_bundle_is_the_basket_of_the_nation():
    economy = random_economy(m=3, n=5)
    for name in ("rural_households", "urban_households"):
        economy.final[name][:, :, 1] = 0
    solved = solve(economy, digital_total_rule="bundle_share", digital_flow="same_as_A")
    p, bought = solved.nation.price, economy.final["urban_households"].sum(axis=(0, 2))
    added = solved.indicators["dd"][1] - p[1] * solved.regions.A[1, 1] / p
    assert added == pytest.approx(np.full(5, p[1] * bought[1] / (p @ bought)), rel=1e-11)


# Coefficients -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [2.0**-60, 1.0])
def test_national_coefficients_are_means_of_those_that_are_known_weighted_by_output(unit):
    coefficients = np.array([[[0.2, 0.5, np.nan, 0.3]], [[0.4, np.nan, np.nan, 0.7]], [[9.0, 0.1, np.nan, 9.0]]])
    output = unit * np.array([[1.0, 2.0, 3.0, 0.0], [3.0, 5.0, 1.0, 0.0], [0.0, 2.0, np.nan, 0.0]])
    assert national_average(coefficients, output)[0] == pytest.approx([0.35, 0.3, np.nan, np.nan], nan_ok=True)
    assert national_average(coefficients[:, 0], output) == pytest.approx([0.35, 0.3, np.nan, np.nan], nan_ok=True)


def test_where_nothing_is_made_a_coefficient_is_missing_and_never_infinite():
    economy = random_economy(m=3, n=5)
    economy.primary["output"][1, 2] = 0.0
    regions = solve(economy).regions
    for name in ("A", "D", "K", "F"):
        assert np.isnan(getattr(regions, name)[1, :, 2]).all(), name
        assert np.isfinite(np.delete(getattr(regions, name)[1], 2, axis=1)).all(), name
    assert np.isnan(regions.L[1, 2])


def test_imports_of_a_user_without_domestic_inputs_are_spread_over_nothing():
    factor = SPREAD_IMPORTS.factor(np.array([4.0, 0.0, -0.5, 0.25]), np.array([1.0, 1.0, 1.0, 1.0]))
    assert factor.tolist() == [1.25, 1, 1, 5]


def test_service_lives_are_years_above_zero_or_each_goods_own():
    goods = np.array([5.0, 20.0])
    assert PriceOptions().service_lives(goods).tolist() == [10, 10]
    assert PriceOptions(tau=0.5).service_lives(goods).tolist() == [0.5, 0.5]
    assert PriceOptions(tau="service_life").service_lives(goods).tolist() == [5, 20]
    for wrong in (0, -0.5, "long"):
        with pytest.raises(InputError, match=r"prices\.tau is .*; allowed: years above 0, or service_life"):
            PriceOptions(tau=wrong)
    sector = np.array(["a", "b"])
    assert PriceOptions().turnover_times(sector).tolist() == [0, 0]
    assert PriceOptions(model="stock", turnover=0.25).turnover_times(sector).tolist() == [0.25, 0.25]
    assert PriceOptions(model="stock", turnover={"b": 0.5, "a": 0.1}).turnover_times(sector).tolist() == [0.1, 0.5]


@pytest.mark.parametrize("sectors, members", [("device_and_service", [1, 2]), ("device", [1]), ("service", [2])])
@pytest.mark.parametrize("total, counted", [("all_sectors", 5), ("productive", 4)])
def test_the_location_quotient_follows_its_definition(sectors, members, total, counted):
    economy = random_economy(m=3, n=5)
    solved = solve(economy, dlq_sectors=sectors, city_total=total)
    worth = solved.nation.price * economy.output
    city = worth[:, members].sum(axis=1) / worth[:, :counted].sum(axis=1)
    nation = worth[:, members].sum() / worth[:, :counted].sum()
    assert solved.indicators["dlq"][:, 0] == pytest.approx(city / nation, rel=1e-12)
    assert solved.indicators["pp"][:, 0] == pytest.approx(worth[:, :counted].sum(axis=1) / 1e8, rel=1e-12)


def test_the_order_of_regions_and_sectors_does_not_matter():
    economy = random_economy(m=4, n=7)
    regions, sectors = [2, 0, 3, 1], [0, 1, 2, 5, 3, 4, 6]
    before, after = solve(economy), solve(reordered(economy, regions, sectors))
    assert after.nation.price == pytest.approx(before.nation.price[sectors], rel=1e-11)
    for name, column in after.indicators.items():
        expected = before.indicators[name][np.ix_(regions, sectors)]
        assert column == pytest.approx(expected, rel=1e-9, nan_ok=True), name


def test_a_competitive_table_counts_imports_only_under_none():
    """Rows that hold imports M: domestic_only takes s = 1 - M / (uses without exports) of each delivery."""
    uses, exports, output = np.array([100.0, 50.0]), np.array([20.0, 0.0]), np.array([84.0, 50.0])
    assert domestic_share(uses, exports, output) == pytest.approx([1 - 16 / 80, 1])
    economy = random_economy(m=1, imports=False)
    imported = 0.2 * economy.flows
    table = replace(economy, flows=economy.flows + imported)
    share = domestic_share(
        table.flows.sum(axis=(2, 3)) + sum(f.sum(axis=2) for f in economy.final.values()) + economy.exports,
        economy.exports,
        economy.output,
    )
    flows = table.flows[0, :, 0, :]
    for rule, factor in (("none", np.ones_like(share[0])), ("domestic_only", share[0]), ("spread_imports", share[0])):
        A = solve(table, imports=rule).regions.A[0]
        assert A == pytest.approx(flows * factor[:, None] / economy.output[0], rel=1e-12), rule


def test_an_import_row_is_spread_over_the_users_domestic_inputs():
    economy = random_economy()
    plain, spread = solve(economy, imports="domestic_only"), solve(economy)
    domestic = economy.flows.sum(axis=(0, 1))
    factor = (domestic + economy.primary["imports"]) / domestic
    assert spread.regions.A == pytest.approx(plain.regions.A * factor[:, None, :], rel=1e-12)
    assert (spread.values.value > plain.values.value)[:, economy.productive].all()


def test_the_lead_joins_years_that_follow_each_other():
    values = np.arange(6.0).reshape(3, 1, 2)
    assert lead(values, [2012, 2015, 2017], [2012, 2015, 2017])[:, 0, 0] == pytest.approx([2, 4, np.nan], nan_ok=True)
    assert np.isnan(lead(values[[0, 2]], [2012, 2017], [2012, 2015, 2017])).all()


def test_the_panel_stacks_the_years_region_by_region():
    arrays = {name: np.arange(4.0).reshape(2, 2) + k for k, name in enumerate(COLUMNS[3:]) if name != "lp_next"}
    keys = {"region": np.array(["a", "b"]), "sector": np.array(["s", "t"])}
    later = {name: array + 100 for name, array in arrays.items()}
    panel = assemble([arrays | keys, later | keys], [2012, 2015])
    assert tuple(panel) == COLUMNS
    assert list(panel["region"]) == ["a", "a", "b", "b"] * 2 and list(panel["sector"]) == ["s", "t"] * 4
    assert list(panel["year"]) == [2012] * 4 + [2015] * 4
    assert list(panel["tlp"]) == [0, 1, 2, 3, 100, 101, 102, 103]
    assert list(panel["lp_next"][:4]) == list(panel["lp"][4:]) and np.isnan(panel["lp_next"][4:]).all()
