"""A system in the form of pymrio: the same values and prices as the workflow's stages and as a dense solution."""

import dataclasses
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import laborvalue as lv
from economies import productive_system, random_economy, solve, with_odd_sectors

ROWS = {
    "hours": "labor/Hours worked",
    "compensation": "value_added/Compensation",
    "depreciation": "value_added/Depreciation",
    "imported_inputs": {"value_added/Imports": 1.0},
}
CATEGORIES = {"households": "Households", "capital_formation": ["Investment"], "exports": "Exports"}


@pytest.fixture(scope="module")
def economy():
    """An economy whose households are not split, as in most databases."""
    economy = random_economy(m=3, n=5, seed=4)
    final = dict(economy.final)
    final["households"] = final.pop("rural_households") + final.pop("urban_households")
    return replace(economy, final=final)


def frames(economy):
    """The economy as an object with DataFrames, like pymrio's IOSystem. Exports are a column of each region."""
    m, n = economy.hours.shape
    index = pd.MultiIndex.from_product([economy.regions, economy.sectors], names=["region", "sector"])
    names = {"households": "Households", "fixed_capital_formation": "Investment"}
    columns = {}
    for c, region in enumerate(economy.regions):
        for use, amounts in economy.final.items():
            columns[region, names.get(use, use)] = amounts[:, :, c].ravel()
        columns[region, "Exports"] = np.where(np.arange(m)[:, None] == c, economy.exports, 0).ravel()
    primary = {
        name: economy.primary[row].ravel()
        for name, row in (("Compensation", "compensation"), ("Depreciation", "depreciation"), ("Imports", "imports"))
    }
    return SimpleNamespace(
        Z=pd.DataFrame(economy.flows.reshape(m * n, m * n), index=index, columns=index),
        Y=pd.DataFrame(columns, index=index),
        value_added=SimpleNamespace(F=pd.DataFrame(primary, index=index).T),
        labor=SimpleNamespace(F=pd.DataFrame({"Hours worked": economy.hours.ravel()}, index=index).T),
    )


def labelled_solution(economy, system=None, **arguments):
    arguments = ROWS | CATEGORIES | {"productive": economy.sectors[:-1], "tau": economy.service_life} | arguments
    return lv.from_pymrio(system or frames(economy), **arguments)


def solution(*arguments, **named):
    """The same with arrays."""
    found = labelled_solution(*arguments, **named)
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    return replace(found, **{name: each.to_numpy() for name, each in fields.items() if hasattr(each, "to_numpy")})


@pytest.mark.parametrize("scope", ["network", "own", "open"])
@pytest.mark.parametrize("imports", ["spread_imports", "none"])
def test_a_system_has_the_values_and_prices_of_the_workflows_stages(economy, scope, imports):
    found = solution(economy, scope=scope, imports=imports)
    stages = solve(economy, scope=scope, imports=imports, tau="service_life", rural_sectors=[])
    for name in ("value", "value_network", "value_own"):
        np.testing.assert_allclose(getattr(found, name), getattr(stages.values, name), rtol=1e-12)
    np.testing.assert_allclose(found.national_value, stages.nation.value, rtol=1e-12)
    np.testing.assert_allclose(found.price, stages.nation.price, rtol=1e-12)
    assert found.profit_rate == pytest.approx(stages.summary.profit_rate, rel=1e-12)


def test_capital_goods_last_ten_years_unless_it_is_said(economy):
    """As in the workflow and in `production_prices`: lives and defaults are those of the paper."""
    arguments = ROWS | CATEGORIES | {"productive": economy.sectors[:-1]}
    found = lv.from_pymrio(frames(economy), **arguments)
    stages = solve(economy, rural_sectors=[])
    assert found.profit_rate == pytest.approx(stages.summary.profit_rate, rel=1e-12)
    A, D = stages.nation.A, stages.nation.D
    assert lv.production_prices(A, D=D).profit_rate == lv.production_prices(A, D=D, K=10 * D, tau=10).profit_rate


def test_regional_values_are_those_of_the_dense_inter_regional_system(economy):
    found = solution(economy)
    inputs, labor = productive_system(economy)
    values = np.linalg.inv(np.eye(len(inputs)) - inputs).T @ labor
    np.testing.assert_allclose(found.value[:, :-1].ravel(), values, rtol=1e-12)
    assert found.residual < 1e-12 and np.isnan(found.value[:, -1]).all()


@pytest.mark.parametrize("odd", ["empty", "unpaid", "idle"])
def test_values_with_a_sector_that_makes_nothing_pays_nothing_or_works_no_hours_are_those_of_the_dense_system(odd):
    economy = with_odd_sectors(random_economy(4, 6, seed=3, imports=False), **{odd: (3,)})
    stages = solve(economy, imports="none", tau="service_life", rural_sectors=[])
    made = (economy.productive & (economy.output > 0)).ravel()
    x = economy.output.ravel()[made]
    mix = economy.final["fixed_capital_formation"] / economy.final["fixed_capital_formation"].sum(axis=(0, 1))
    replaced = np.einsum("djc,ci->djci", mix, economy.primary["depreciation"]).reshape(len(made), -1)
    used = (economy.flows.reshape(len(made), -1) + replaced)[np.ix_(made, made)] / x
    values = np.linalg.inv(np.eye(len(x)) - used).T @ (economy.hours.ravel()[made] / x)
    np.testing.assert_allclose(stages.values.value_network.ravel()[made], values, rtol=1e-10)
    assert np.isnan(stages.values.value_network.ravel()[~made]).all()
    assert np.isfinite(stages.nation.price[(economy.output > 0).any(axis=0)]).all()


def test_values_and_prices_of_the_nation_follow_from_the_flows_summed_over_regions(economy):
    """Written out for a table without imports, by the definitions of A, D, L, F and the public functions."""
    economy = replace(economy, primary=economy.primary | {"imports": 0 * economy.output})
    found = solution(economy)
    x = economy.output.sum(axis=0)
    A = economy.flows.sum(axis=(0, 2)) / x
    mixes = {use: economy.final[use].sum(axis=0) for use in ("households", "fixed_capital_formation")}
    mixes = {use: amounts / amounts.sum(axis=0) for use, amounts in mixes.items()}
    F = mixes["households"] @ economy.primary["compensation"] / x
    D = mixes["fixed_capital_formation"] @ economy.primary["depreciation"] / x
    L = np.where(economy.productive, economy.hours.sum(axis=0) / x, np.nan)
    made = np.ix_(economy.productive, economy.productive)
    value = lv.labor_values(A[made], L[economy.productive], D[made])
    np.testing.assert_allclose(found.national_value[economy.productive], value, rtol=1e-12)
    system = lv.production_prices(A, F=F, D=D, tau=economy.service_life)
    assert found.profit_rate == pytest.approx(system.profit_rate, rel=1e-12)
    assert system.profit_rate_lower <= found.profit_rate <= system.profit_rate_upper
    np.testing.assert_allclose(found.price / found.price.sum(), system.price, rtol=1e-12)
    assert found.price @ x == pytest.approx(value @ x[economy.productive], rel=1e-12)  # (8)
    assert found.deviations == lv.deviations(found.price, found.national_value, x)


def test_rows_may_be_names_weights_or_numbers(economy):
    system, named = frames(economy), solution(economy)
    numbers = {
        "hours": system.labor.F.loc["Hours worked"],
        "compensation": economy.primary["compensation"],
        "depreciation": {"value_added/Depreciation": 0.25, "value_added/Half of it": 1.5},
        "imported_inputs": economy.primary["imports"].ravel().tolist(),
    }
    system.value_added.F.loc["Half of it"] = system.value_added.F.loc["Depreciation"] / 2
    assert solution(economy, system, **numbers).value == pytest.approx(named.value, rel=1e-14, nan_ok=True)
    doubled = solution(economy, hours={"labor/Hours worked": 2})
    assert doubled.value == pytest.approx(2 * named.value, rel=1e-12, nan_ok=True)
    assert doubled.profit_rate == named.profit_rate


def test_without_depreciation_no_fixed_capital_is_used_up(economy):
    assert (solution(economy, depreciation=None).value < solution(economy).value)[:, :-1].all()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"hours": "labor/Hours"}, r"hours: extension labor has 0 rows 'Hours'; expected one; found Hours worked"),
        ({"hours": "Hours worked"}, "not EXTENSION/ROW of the system; found the extensions value_added, labor"),
        ({"hours": np.ones(3)}, "hours holds 3 numbers; expected 15, one per region and sector"),
        ({"hours": np.full((3, 5), np.nan)}, r"hours\[0\] is nan"),
        ({"compensation": -np.ones(15)}, "compensation of region r0, sector s0 is -1; expected 0 or more"),
        ({"households": "Homes"}, r"Y has no category 'Homes' \(households\); found government, Investment"),
        ({"exports": "Households"}, "'Households' of Y is named for households and for exports"),
        ({"productive": ["s9"]}, "productive names 's9', not a sector of Z; found s0, s1"),
        ({"scope": "city"}, "scope is 'city'; allowed: network, own, open"),
        ({"imports": "drop"}, "imports is 'drop'; allowed: spread_imports"),
        ({"tau": 0}, "tau holds 0; expected service lives above 0"),
        ({"tau": [1.0, 2.0]}, r"tau has shape \(2,\); expected \(5,\), that is \(n,\), one per sector"),
    ],
)
def test_what_does_not_fit_the_system_is_refused_with_what_was_found(economy, arguments, message):
    with pytest.raises(lv.InputError, match=message):
        solution(economy, **arguments)


def test_values_and_prices_have_the_labels_of_the_system(economy):
    found, plain = labelled_solution(economy), solution(economy)
    assert found.value.loc["r1", "s2"] == plain.value[1, 2] and found.status["r2"] == "usable"
    assert found.price["s3"] == plain.price[3] and found.national_value.index.tolist() == list(found.sectors)


@pytest.mark.parametrize("part", ["rows of Z", "columns of Z", "Y", "extensions", "hours", "hours by region", "tau"])
def test_labels_in_another_order_give_the_same_values(economy, part):
    expected = labelled_solution(economy)
    system, arguments = frames(economy), {}
    shuffled = np.random.default_rng(0).permutation(15)
    if part == "rows of Z":  # which says the order of the results
        system.Z, arguments = system.Z.iloc[shuffled], {"tau": pd.Series(economy.service_life, index=economy.sectors)}
    elif part == "columns of Z":
        system.Z = system.Z.iloc[:, shuffled]
    elif part == "Y":
        system.Y = system.Y.iloc[shuffled, ::-1]
    elif part == "extensions":
        system.labor.F, system.value_added.F = (each.F.iloc[:, shuffled] for each in (system.labor, system.value_added))
    elif part == "hours":
        arguments["hours"] = system.labor.F.loc["Hours worked"].iloc[shuffled]
    elif part == "hours by region":
        by_region = pd.DataFrame(economy.hours, index=economy.regions, columns=economy.sectors)
        arguments["hours"] = by_region.iloc[::-1, ::-1]
    else:
        arguments["tau"] = pd.Series(economy.service_life, index=economy.sectors).iloc[::-1]
    found = labelled_solution(economy, system, **arguments)
    pd.testing.assert_frame_equal(found.value.loc[[*expected.regions], [*expected.sectors]], expected.value)
    pd.testing.assert_series_equal(found.price[[*expected.sectors]], expected.price)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda of: {"Y": of.Y.iloc[:-1]}, r"rows of Y and rows of Z have different labels: missing \('r2', 's4'\)"),
        (lambda of: {"Z": of.Z.iloc[:, :-1]}, r"columns of Z and rows of Z .*: missing \('r2', 's4'\); expected"),
        (lambda of: {"Z": of.Z.iloc[:-1]}, r"rows of Z and every sector of every region .*: missing \('r2', 's4'\)"),
        (lambda of: {"Z": of.Z.rename(columns={"s1": "S1"})}, r"written otherwise \('r0', 'S1'\) for \('r0', 's1'\)"),
        (lambda of: {"Z": pd.concat([of.Z, of.Z.iloc[:1]])}, r"rows of Z: the label \('r0', 's0'\) occurs 2 times"),
    ],
)
def test_other_labels_are_refused(economy, change, message):
    system = frames(economy)
    vars(system).update(change(system))
    with pytest.raises(lv.InputError, match=message):
        labelled_solution(economy, system)


def test_numbers_without_labels_beside_two_orders_are_refused(economy):
    system = frames(economy)
    system.Z = system.Z.iloc[:, ::-1]
    with pytest.raises(lv.InputError, match="hours has no labels, and rows and columns of Z are in different orders"):
        labelled_solution(economy, system, hours=economy.hours)


def test_a_row_that_an_extension_holds_twice_is_refused(economy):
    system = frames(economy)
    system.labor.F = pd.concat([system.labor.F, system.labor.F])
    with pytest.raises(lv.InputError, match="extension labor has 2 rows 'Hours worked'; expected one"):
        solution(economy, system)


def test_pymrios_own_test_system_needs_three_lines():
    """The example of the documentation."""
    pymrio = pytest.importorskip("pymrio", reason="pymrio is not installed")
    solved = lv.from_pymrio(
        pymrio.load_test(),
        hours={"factor_inputs/Value Added": 0.03},
        compensation={"factor_inputs/Value Added": 0.5},
        households="Final consumption expenditure by households",
        capital_formation="Gross fixed capital formation",
    )
    assert solved.value.shape == (6, 8) and solved.regions[0] == "reg1" and (solved.value > 0).all(axis=None)
