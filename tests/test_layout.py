"""Whether the rows of a table hold imports, declared or decided over the whole table; unknown shares and accounts."""

from dataclasses import replace

import numpy as np
import pytest
import xlrd

from datasets import HOME, snakemake, write_dataset
from economies import EconomyTables, competitive, mapped, options_of, random_economy, rebalanced, solve
from laborvalue.accounts import (
    HOLDS_IMPORTS,
    Layout,
    Sectors,
    commodity_mix,
    domestic_share,
    has_import_row,
    origin_shares,
    sum_over_origins,
    table_layout,
    unknown_accounts,
    year_accounts,
)
from laborvalue.errors import InputError, UnknownShares
from laborvalue.imports import RULES
from laborvalue.indicators import digital_inputs
from laborvalue.records import stack
from laborvalue.region import solve_region
from laborvalue_workflow.importers.nbs import NationalSheet
from laborvalue_workflow.running.import_notes import treatment
from real_tables import SHARED

WIOD = sorted(SHARED.glob("wiod2013/wiod2013_*.npz"))
needs_wiod = pytest.mark.skipif(not WIOD, reason="the WIOD 2013 release is not here (../shared/data/wiod2013)")


def uses_of(economy):
    return economy.flows.sum(axis=(2, 3)) + sum(use.sum(axis=2) for use in economy.final.values()) + economy.exports


def sums_of(economy, origins=True, layout=None):
    """The sums over the flows as `split_year` makes them; without origins, final uses are by using region."""
    axis = 2 if origins else 0
    final = sum(use.sum(axis=axis) if origins else use.sum(axis=axis).T for use in economy.final.values())
    blocks = ((d, economy.flows[d]) for d in range(len(economy.regions)))
    apart = has_import_row(economy.primary)
    return sum_over_origins(blocks, final + economy.exports, economy.exports, economy.output, layout, origins, apart)


def rounded(economy):
    """The same economy in whole numbers, as WIOD prints millions: rows and outputs differ by their rounding."""
    return mapped(economy, np.round)


def alone(economy):
    """The same economy with no deliveries between regions: each uses its own goods only."""
    home = np.eye(len(economy.regions))
    final = {name: use * home[:, None, :] for name, use in economy.final.items()}
    apart = replace(economy, flows=economy.flows * home[:, None, :, None], final=final)
    return replace(apart, primary=economy.primary | {"output": uses_of(apart)})


# Shares under each layout ---------------------------------------------------------------------------------


@pytest.mark.parametrize("imports", RULES)
@pytest.mark.parametrize("layout", [None, "domestic"])
def test_rounding_is_no_import(layout, imports):
    economy = rounded(random_economy(m=4, n=6, imports=False))
    assert (uses_of(economy) > economy.output * (1 + 1e-6)).any(), "some rows exceed output by their rounding"
    solved = solve(replace(economy, layout=layout), imports=imports)
    assert (solved.origins.domestic_share == 1).all()
    A = economy.flows.sum(axis=0).transpose(1, 0, 2) / economy.output[:, None, :]
    assert solved.regions.A == pytest.approx(A, rel=1e-14)


def test_a_declared_layout_counts_whatever_the_rows_hold():
    economy = competitive(random_economy(m=3, n=5, seed=4), share=0.2)
    as_domestic = solve(replace(economy, layout="domestic"), imports="domestic_only")
    as_given = solve(replace(economy, layout="competitive"), imports="none")
    assert (as_domestic.values.value == as_given.values.value)[:, economy.productive].all()
    assert (as_domestic.values.value > solve(economy, imports="domestic_only").values.value)[
        :, economy.productive
    ].all()
    few = competitive(random_economy(m=3, n=5, seed=4), share=1e-4)  # less than an undeclared table needs
    assert (sums_of(few).domestic_share == 1).all() and sums_of(few).layout.layout == Layout.DOMESTIC
    shares = sums_of(few, layout="competitive").domestic_share
    at_home = uses_of(few) - few.exports
    assert shares == pytest.approx(1 - (uses_of(few) - few.output) / at_home, rel=1e-13)
    assert (shares < 1).all()


def test_an_undeclared_layout_is_decided_over_the_whole_table():
    economy = random_economy(m=3, n=5, imports=False)
    errors = np.where(np.arange(5) % 2, 1, -1) * 0.04 * economy.output  # statistical errors, which nearly cancel
    decided = sums_of(replace(economy, exports=economy.exports + errors)).layout
    assert decided.layout == Layout.DOMESTIC and not decided.declared and abs(decided.excess) < HOLDS_IMPORTS
    decided = sums_of(competitive(economy, share=0.1)).layout
    assert decided.layout == Layout.COMPETITIVE and 0.03 < decided.excess < 0.07
    assert sums_of(competitive(economy), layout="domestic").layout.declared


def test_imports_in_a_row_of_their_own_are_not_in_the_rows_of_several_regions_too():
    """One region may have both: its rows hold what comes from other regions of the country."""
    for m, expected in ((3, Layout.DOMESTIC), (1, Layout.COMPETITIVE)):
        economy = competitive(random_economy(m=m, n=5))
        economy = replace(economy, primary=economy.primary | {"imports": 0.05 * economy.output})
        assert sums_of(economy).layout.layout == expected


def test_rows_of_unknown_output_do_not_decide():
    economy = random_economy(m=3, n=5, imports=False)
    output = economy.output.copy()
    output[1] = np.nan
    for grown, expected in ((economy, Layout.DOMESTIC), (competitive(economy), Layout.COMPETITIVE)):
        unknown = replace(grown, primary=grown.primary | {"output": output})
        assert sums_of(unknown).layout.layout == expected


def test_the_layout_does_not_depend_on_units_and_order():
    economy = competitive(random_economy(m=3, n=5, imports=False))
    uses, exports, output = uses_of(economy), economy.exports, economy.output
    found = table_layout(uses, exports, output)
    assert table_layout(7e4 * uses, 7e4 * exports, 7e4 * output).excess == pytest.approx(found.excess, abs=1e-11)
    assert table_layout(uses[::-1], exports[::-1], output[::-1]).excess == pytest.approx(found.excess, abs=1e-11)


@pytest.mark.parametrize("unit", [2.0**-60, 1.0])
def test_the_domestic_share_of_a_row_is_what_imports_leave_of_the_uses_at_home(unit):
    """Uses 100 of which 20 are exports; output 100, 92, 60, nothing, unknown; a row of exports alone; rounding."""
    uses = unit * np.array([100.0, 100, 100, 100, 100, 20, 100, 100])
    exports = np.full(8, 20.0 * unit)
    output = unit * np.array([100.0, 92, 60, 0, np.nan, 10, 100 * (1 - 5e-10), 100 * (1 - 4e-9)])
    found = domestic_share(uses, exports, output)
    assert found[:7].tolist() == [1, 0.9, 0.5, 0, 1, 1, 1] and found[7] == pytest.approx(1 - 4e-9 * 100 / 80, abs=1e-12)
    of_table = table_layout(uses[None, :3], exports[None, :3], output[None, :3])
    assert of_table.excess == 0.2 and of_table.layout == Layout.COMPETITIVE


def test_a_table_without_uses_at_home_or_with_rounding_below_output_has_no_excess():
    of = np.array([[5.0, 7.0]])
    for uses, exports, output in ((of, of, 0.5 * of), (of, 2 * of, of), (of * (1 - 2e-16), 0 * of, of)):
        assert str(table_layout(uses, exports, output).excess) == "0.0"
    grown = np.array([[5.0], [8.0]])  # of two regions; unless it is said, no row of imports stands apart
    assert table_layout(grown, 0 * grown, 0.9 * grown).layout == Layout.COMPETITIVE
    assert table_layout(grown, 0 * grown, 0.9 * grown, imports_apart=True).layout == Layout.DOMESTIC
    blocks = [(d, np.zeros((1, 2, 1))) for d in range(2)]
    assert sum_over_origins(blocks, grown, 0 * grown, 0.9 * grown).layout.layout == Layout.COMPETITIVE


def test_a_supplier_that_makes_nothing_delivers_imports_only():
    economy = competitive(random_economy(m=3, n=5, imports=False))
    economy.primary["output"][1] = 0
    found = sums_of(economy, layout="competitive")
    share = found.domestic_share
    assert (share[1] == 0).all() and (share[0] > 0).all()
    assert found.domestic == pytest.approx(np.einsum("djci,dj->cji", economy.flows, share), rel=1e-14)


def test_negative_final_uses_count_as_none():
    amounts, trade = np.array([[[4.0, -0.5]], [[2.0, 1.5]]]), np.ones((2, 1, 2))
    assert origin_shares(amounts, trade)[:, 0].T == pytest.approx(np.array([[2 / 3, 1 / 3], [0, 1]]), rel=1e-15)
    assert commodity_mix(np.array([[3.0, -0.5, 1.0], [0.0, -1.0, 0.0]])).tolist() == [[0.75, 0, 0.25]] * 2
    assert (commodity_mix(np.zeros((2, 3))) == 0).all()


def test_households_of_two_kinds_are_one_use():
    economy = random_economy(m=3, n=5)
    whole = economy.final["urban_households"]
    split = replace(economy, final=economy.final | {"urban_households": 0.3 * whole, "households": 0.7 * whole})
    split.final["households"][1, :, 0] += split.final["urban_households"][1, :, 0]
    split.final["urban_households"][1, :, 0] = 0  # another mix of suppliers, and the same in sum
    expected, found = solve(economy), solve(split)
    assert found.origins.urban_origin == pytest.approx(expected.origins.urban_origin, rel=1e-13)
    assert found.regions.F == pytest.approx(expected.regions.F, rel=1e-13)


def test_final_demand_without_households_is_refused():
    economy = random_economy(m=3, n=5)
    for name in ("rural_households", "urban_households"):
        economy.final[name][:] = 0
    with pytest.raises(InputError, match=r"^final demand holds no consumption of households; expected"):
        solve(economy)


def test_an_account_is_unknown_only_where_something_is_made():
    primary = {name: np.array([[np.nan, np.nan, 1.0]]) for name in ("compensation", "depreciation", "imports")}
    primary["output"] = np.array([[0.0, 1e-3, 2.0]])
    found = unknown_accounts(primary, np.ones((1, 3)))
    assert {name: mask.tolist() for name, mask in found.items()} == {
        name: [[False, True, False]] for name in ("compensation", "depreciation", "imports")
    }


# Final goods without suppliers ----------------------------------------------------------------------------


def test_where_no_region_delivers_to_another_the_uses_of_a_row_are_known():
    economy = competitive(alone(random_economy(m=3, n=5, imports=False)))
    found, expected = sums_of(economy, origins=False), sums_of(economy)
    assert found.rows_known and (expected.domestic_share < 1).any()
    assert (found.domestic_share == expected.domestic_share).all() and (found.domestic == expected.domestic).all()


def test_where_regions_deliver_to_each_other_the_shares_are_unknown_and_never_1():
    economy = competitive(random_economy(m=3, n=5, imports=False))
    found = sums_of(economy, origins=False)
    assert not found.rows_known and np.isnan(found.domestic_share).all() and np.isnan(found.domestic).all()
    assert found.layout.excess == pytest.approx(sums_of(economy).layout.excess, abs=1e-11)
    declared = sums_of(economy, origins=False, layout="domestic")
    assert (declared.domestic_share == 1).all() and (declared.domestic == declared.intermediate).all()


def accounts_without_origins(economy):
    """The accounts of a table whose final demand has no column origin_region."""
    totals = {name: use.sum(axis=0).T for name, use in economy.final.items()} | {"exports": economy.exports}
    sectors = Sectors(np.array(economy.sectors), economy.productive, economy.service_life, economy.digital)
    sums = sums_of(economy, origins=False)
    return year_accounts(sums, totals, None, economy.primary, economy.hours, None, 1.0, sectors)


def test_unknown_shares_stop_what_counts_them_and_nothing_else():
    accounts, origins = accounts_without_origins(competitive(random_economy(m=3, n=5, imports=False)))
    for imports in ("spread_imports", "domestic_only"):
        values, prices, _ = options_of({"imports": imports})
        with pytest.raises(UnknownShares) as error:
            solve_region(accounts[0], values, prices)
        for part in (
            f"values.imports: {imports} counts",
            "final_demand has no column origin_region",
            "write layout: domestic in dataset.yaml",
            "set values.imports: none",
        ):
            assert part in str(error.value)
        assert np.isnan(origins.weights("capital", RULES[imports])).all()
    values, prices, same = options_of({"imports": "none", "digital_flow": "same_as_A"})
    regions = stack([solve_region(of_region, values, prices) for of_region in accounts])
    kinds = np.arange(5) == 1, np.arange(5) == 2  # devices, services
    assert np.isfinite(regions.own_labor[:, :4]).all() and np.isfinite(regions.profit_rate).all()
    assert np.isfinite(digital_inputs(stack(accounts), regions, np.ones(5), *kinds, same).d).all()
    with pytest.raises(UnknownShares, match=r"set indicators\.digital_flow: same_as_A"):
        digital_inputs(stack(accounts), regions, np.ones(5), *kinds, replace(same, digital_flow="domestic"))


@pytest.mark.slow
def test_a_run_without_suppliers_of_final_goods_ends_on_one_line_and_runs_under_none(tmp_path, run):
    economies = {2012: rebalanced(competitive(random_economy(4, 5, imports=False)), rows=False)}
    folder = write_dataset(tmp_path / "dataset", economies, origins=False)
    config = ["--config", f"dataset={folder}", f"run={run}", 'prices={"rural_sectors": ["s0"]}']
    finished = snakemake("panel", *config)
    assert finished.returncode == 1
    told = finished.stderr.partition("Complete log(s)")[2]  # a job that fails says it too, at once
    (line,) = [text for text in told.splitlines() if "origin_region" in text]
    assert "year 2012: values.imports: spread_imports counts" in line
    assert not list((HOME / f"results/{run}/values").rglob("*.npy"))
    none = ['values={"imports": "none"}', 'indicators={"digital_flow": "same_as_A"}']
    finished = snakemake("panel", *config, *none)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert "note: whether rows hold imports was decided from each year's table: 2012: competitive" in finished.stderr
    assert "layout: domestic or layout: competitive" in finished.stderr


# What a reader is told ------------------------------------------------------------------------------------


def summary_of(economy, imports="spread_imports", layout=None):
    decided = sums_of(economy, layout=layout).layout
    return {
        "layout": str(decided.layout),
        "layout_declared": decided.declared,
        "uses_above_output": decided.excess,
        "imports": imports,
        "imports_rule": RULES[imports].within(has_import_row(economy.primary)).name,
        "unknown_accounts": {},
    }


def test_spread_imports_without_an_import_row_is_domestic_only_and_said():
    table = competitive(random_economy(m=3, n=5, imports=False))
    assert RULES["spread_imports"].within(has_import_row(table.primary)).name == "domestic_only"
    (line,) = treatment({year: summary_of(table, layout="competitive") for year in (2012, 2017)})
    assert "values.imports: spread_imports is domestic_only here" in line and "2012, 2017: " in line
    assert treatment({2012: summary_of(table, "none", "competitive")}) == []
    with_row = random_economy(m=3, n=5)
    assert RULES["spread_imports"].within(has_import_row(with_row.primary)).name == "spread_imports"
    assert treatment({2012: summary_of(with_row, layout="domestic")}) == []


def test_one_line_says_what_was_decided_in_every_year():
    holding = competitive(random_economy(m=3, n=5, imports=False))
    plain = random_economy(m=3, n=5)
    lines = treatment({2012: summary_of(holding, "none"), 2015: summary_of(plain), 2017: summary_of(holding, "none")})
    assert len(lines) == 1 and "2012, 2017: competitive (uses less output are " in lines[0]
    assert "; 2015: domestic (uses " in lines[0] and "layout: domestic or layout: competitive" in lines[0]


def test_a_declaration_that_the_table_contradicts_is_said():
    holding = competitive(random_economy(m=3, n=5, imports=False))
    (line,) = treatment({2012: summary_of(holding, layout="domestic")})
    assert "do not agree" in line and "2012: layout domestic, but uses less output are " in line
    lines = treatment({2012: summary_of(random_economy(m=3, n=5), layout="competitive")})
    assert "2012: layout competitive, but uses less output are 0.000% of" in lines[0]


def test_unknown_accounts_of_regions_with_values_are_named():
    of = summary_of(random_economy(m=3, n=5), layout="domestic")
    unknown = {"depreciation": {"c35": [f"r{k}" for k in range(7)]}, "hours": {"c35": ["r1"]}}
    assert treatment({year: of | {"unknown_accounts": unknown} for year in (2001, 2007)}) == [
        "unknown, and not in the national averages: 2001, 2007: depreciation of c35 in 7 regions (r0, r1, r2, r3, r4, "
        "and 2 more), hours of c35 in 1 region (r1)"
    ]


# Unknown accounts -----------------------------------------------------------------------------------------


def without(economy, account, region, sector):
    """The economy with one account of one cell unknown."""
    amounts = (economy.hours if account == "hours" else economy.primary[account]).copy()
    amounts[region, sector] = np.nan
    if account == "hours":
        return replace(economy, hours=amounts)
    return replace(economy, primary=economy.primary | {account: amounts})


LAST = 5  # the sector that is not productive
DEPENDENT = {  # what no longer has a number in the region whose account is unknown
    "depreciation": (),
    "compensation": (),
    "imports": (),
    "hours": (),
    "output": ("dlq", "pp"),
}


@pytest.mark.parametrize("account", DEPENDENT)
def test_an_unknown_account_of_a_non_productive_sector_excludes_no_region_from_values(account):
    economy = random_economy(m=4, n=6, seed=2)
    whole, gap = solve(economy), solve(without(economy, account, 1, LAST))
    assert (gap.regions.status == "usable").all() and gap.summary.regions_excluded == 0
    assert (gap.values.value_network == whole.values.value_network)[:, :LAST].all()
    assert (gap.nation.value == whole.nation.value)[:LAST].all()
    assert np.isfinite(gap.nation.price).all() and np.isfinite(gap.summary.profit_rate)
    lost = {
        name
        for name, of in gap.indicators.items()
        if (np.isnan(of) & np.isfinite(whole.indicators[name]))[:, :LAST].any()
    }
    assert lost == set(DEPENDENT[account])
    for name in lost:
        assert np.isnan(gap.indicators[name][1]).all() and np.isfinite(gap.indicators[name][[0, 2, 3], :LAST]).all()
    unknown = unknown_accounts(without(economy, account, 1, LAST).primary, without(economy, account, 1, LAST).hours)
    assert {name: np.argwhere(mask).tolist() for name, mask in unknown.items()} == {account: [[1, LAST]]}


def test_the_national_average_is_over_the_regions_that_know_the_account():
    economy = random_economy(m=4, n=6, seed=2)
    gap = solve(without(economy, "depreciation", 1, LAST))
    known, x = [0, 2, 3], economy.output[:, LAST]
    expected = (gap.regions.D[known, :, LAST] * x[known, None]).sum(axis=0) / x[known].sum()
    assert gap.nation.D[:, LAST] == pytest.approx(expected, rel=1e-13)
    assert np.isnan(gap.regions.profit_rate[1]) and np.isfinite(gap.regions.profit_rate[known]).all()


def test_the_output_of_a_non_productive_sector_is_needed_by_totals_of_all_sectors_only():
    economy = without(random_economy(m=4, n=6, seed=2), "output", 1, LAST)
    assert np.isfinite(solve(economy, city_total="productive").indicators["pp"][:, :LAST]).all()


def test_a_scaled_basket_needs_the_compensation_of_all_sectors_in_its_region_only():
    economy = without(random_economy(m=4, n=6, seed=2), "compensation", 1, LAST)
    found = solve(economy, wage_scale="household_consumption")
    assert (found.regions.status == "usable").all() and np.isfinite(found.indicators["tlp"][:, :LAST]).all()
    assert np.isnan(found.indicators["occ"][1]).all() and np.isfinite(found.indicators["occ"][[0, 2, 3], :LAST]).all()
    assert np.isfinite(found.nation.price).all()


@pytest.mark.parametrize("account", ["depreciation", "imports", "output"])
def test_an_unknown_account_of_a_productive_sector_excludes_its_region_where_values_need_it(account):
    economy = random_economy(m=4, n=6, seed=2)
    found = solve(without(economy, account, 1, 2))
    assert list(found.regions.status) == ["usable", "missing_primary_inputs", "usable", "usable"]
    assert np.isfinite(found.values.value[[0, 2, 3], :LAST]).all() and np.isnan(found.values.value[1]).all()


def test_values_do_not_need_what_no_equation_of_theirs_has():
    economy = random_economy(m=4, n=6, seed=2)
    whole = solve(economy)
    unpaid = solve(without(economy, "compensation", 1, 2))
    assert (unpaid.regions.status == "usable").all()
    assert (unpaid.values.value == whole.values.value)[:, :LAST].all()
    assert np.argwhere(np.isnan(unpaid.indicators["occ"][:, :LAST])).tolist() == [[1, 2]]
    unbought = solve(without(economy, "imports", 1, 2), imports="domestic_only")
    assert (unbought.regions.status == "usable").all()


def test_an_account_that_no_region_knows_is_named():
    economy = random_economy(m=2, n=6, seed=2)
    for region in range(2):
        economy = without(economy, "depreciation", region, LAST)
    with pytest.raises(InputError, match="sector s5: depreciation is unknown in every usable region"):
        solve(economy)


# Real tables ----------------------------------------------------------------------------------------------


def wiod_economy(path):
    """The 40 countries of WIOD 2013 with the outputs as printed, in million USD; depreciation as 5 % of the stock.

    The rest of the world is outside: it sells imports and buys exports.
    """
    with np.load(path, allow_pickle=True) as file:
        wiod = {name: file[name] for name in file.files}
    m, n = 40, 35
    inside = m * n
    Z, F = wiod["Z"].astype(float), wiod["F"].astype(float).reshape(-1, 41, 5)
    output = wiod["x"].astype(float)[:inside]
    idle = output == 0
    outside = Z[:inside, inside:].sum(axis=1) + F[:inside, 40].sum(axis=1)
    accounts = {name: wiod[name].astype(float)[:inside] for name in ("K_GFCF", "GO", "COMP", "H_EMP")}
    with np.errstate(divide="ignore", invalid="ignore"):
        to_dollars = np.where(idle, 0, output / accounts["GO"])
    primary = {
        "compensation": np.nan_to_num(accounts["COMP"] * to_dollars),
        "depreciation": 0.05 * accounts["K_GFCF"] * to_dollars,
        "imports": Z[inside:, :inside].sum(axis=0),
        "output": output,
    }
    uses = {"households": F[..., 0] + F[..., 1], "fixed_capital_formation": F[..., 3], "other": F[..., 2] + F[..., 4]}
    industries = [str(code) for code in wiod["industries"]]
    return EconomyTables(
        flows=Z[:inside, :inside].reshape(m, n, m, n),
        final={name: use[:inside, :40].reshape(m, n, m) for name, use in uses.items()},
        exports=outside.reshape(m, n),
        primary={name: amounts.reshape(m, n) for name, amounts in primary.items()},
        hours=np.nan_to_num(accounts["H_EMP"]).reshape(m, n),
        productive=np.array([code != "c35" for code in industries]),
        telephones=np.full(m, np.nan),
        regions=[str(code) for code in wiod["countries"][:m]],
        sectors=industries,
    )


@needs_wiod
@pytest.mark.parametrize("path", WIOD[::12], ids=lambda path: path.stem)
def test_printed_outputs_of_wiod_give_the_values_of_its_flows(path):
    """Rounding as a domestic share would move values by 1.7e-4 to 1.9e-3."""
    economy = wiod_economy(path)
    economy = replace(economy, primary=economy.primary | {"depreciation": 0 * economy.output})
    sums = sums_of(economy)
    assert sums.layout.layout == Layout.DOMESTIC and abs(sums.layout.excess) < 0.1 * HOLDS_IMPORTS
    given = solve(economy, imports="none").values.value
    for layout in (None, "domestic"):
        found = solve(replace(economy, layout=layout), imports="domestic_only").values.value
        assert (found == given)[np.isfinite(given)].all()
    per_row = solve(replace(economy, layout="competitive"), imports="domestic_only").values.value
    assert 1e-4 < np.nanmax(np.abs(per_row / given - 1)) < 1e-2


@needs_wiod
@pytest.mark.parametrize("path", WIOD[::6], ids=lambda path: path.stem)
def test_the_unknown_depreciation_of_private_households_excludes_no_country(path):
    economy = wiod_economy(path)
    unknown = np.isnan(economy.primary["depreciation"]) & (economy.output > 0)
    assert unknown.sum() == unknown[:, 34].sum() == 17, "c35 in 17 countries that have it"
    found = solve(economy)
    assert (found.regions.status == "usable").all()
    assert np.isfinite(found.values.value).sum() == (economy.output > 0)[:, :34].sum()
    assert np.isfinite(found.nation.price).all() and found.summary.profit_rate > 0


@needs_wiod
@pytest.mark.parametrize("path", WIOD[::4], ids=lambda path: path.stem)
def test_every_country_of_wiod_as_a_national_table_holds_imports(path):
    with np.load(path, allow_pickle=True) as file:
        Z, F, x = (file[name].astype(float) for name in ("Z", "F", "x"))
    n = 35
    for c in range(41):
        own = slice(c * n, c * n + n)
        bought = Z[:, own].reshape(41, n, n).sum(axis=(0, 2)) + F.reshape(41, n, 41, 5)[:, :, c].sum(axis=(0, 2))
        made = Z[own, own].sum(axis=1) + F.reshape(41, n, 41, 5)[c, :, c].sum(axis=1)
        exports = x[own] - made
        decided = table_layout((bought + exports)[None], exports[None], x[own][None])
        assert decided.layout == Layout.COMPETITIVE and decided.excess > 3 * HOLDS_IMPORTS


CHINA = {"2012_139": True, "2015_42": True, "2017_149": True, "2017_42": False}


@pytest.mark.skipif(not (SHARED / "china").exists(), reason="the Chinese tables are not here (../shared/data/china)")
@pytest.mark.parametrize("name", CHINA)
def test_the_national_tables_of_china_are_decided_as_they_are(name):
    sheet = NationalSheet(str(SHARED / f"china/china_{name}.csv"))
    rows = sheet.sector_rows(next(iter(sheet.blocks()), ""))
    intermediate, final, exports, output = (
        sheet.block(rows, [code], code)[:, 0][None] for code in ("TIU", "TFU", "EX", "GO")
    )
    decided = table_layout(intermediate + final, exports, output)
    assert decided.layout == (Layout.COMPETITIVE if CHINA[name] else Layout.DOMESTIC)
    assert decided.excess > 5 * HOLDS_IMPORTS if CHINA[name] else decided.excess == 0


def provincial_rows(path):
    """Uses, exports with outflow, and output of a provincial workbook, by sector."""
    sheet = xlrd.open_workbook(path).sheet_by_index(0)
    grid = [sheet.row_values(k) for k in range(sheet.nrows)]

    def code(cell):
        return f"{int(cell):02d}" if isinstance(cell, float) else str(cell).strip()

    header = next(row for row in grid if {"TIU", "GO"} <= {code(cell) for cell in row})
    columns = {code(cell): k for k, cell in enumerate(header)}
    labels = next(k for k in range(6) if {"TII", "TVA"} <= {code(row[k]) for row in grid})
    rows = {code(row[labels]): row for row in grid}
    sectors = [f"{k:02d}" for k in range(1, 43)]

    def column(name):
        cells = [rows[sector][columns[name]] for sector in sectors]
        return np.array([cell if isinstance(cell, float) else 0.0 for cell in cells])

    abroad = column("EX") + column("OF")
    uses = column("TIU") + sum(column(name) for name in ("FU101", "FU102", "FU103", "FU201", "FU202")) + abroad
    return uses, abroad, column("GO")


@pytest.mark.skipif(not (SHARED / "provinces").exists(), reason="the provinces are not here (../shared/data/provinces)")
@pytest.mark.parametrize("year", [2012, 2017])
def test_the_provinces_hold_imports_each_and_together(year):
    paths = sorted(path for path in SHARED.glob(f"provinces/{year}/*.xls") if "中国" not in path.name)
    assert len(paths) == 31
    uses, exports, output = (np.stack(parts) for parts in zip(*map(provincial_rows, paths), strict=True))
    assert table_layout(uses, exports, output).excess > 0.3
    for c in range(31):
        assert table_layout(uses[[c]], exports[[c]], output[[c]]).layout == Layout.COMPETITIVE
