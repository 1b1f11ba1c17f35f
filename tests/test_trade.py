"""Trade between single regions: distances, margins, the gravity matrix, and the inter-regional table made of them."""

import json
from dataclasses import replace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from datasets import HOME, snakemake
from economies import identical_regions, productive_system, random_economy, solve
from import_description import import_description
from laborvalue.accounts import sum_over_origins
from laborvalue.errors import InputError
from laborvalue.gravity import (
    ROUNDS,
    TOLERANCE,
    SingleRegionAccounts,
    consistent_margins,
    estimate_trade,
    gravity_deliveries,
    great_circle_distances,
)
from laborvalue.identities import column_identity, row_identity
from laborvalue_workflow.data import dataset
from laborvalue_workflow.importers import plan
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.coordinates import coordinates_of
from laborvalue_workflow.importers.options import GravityOptions
from laborvalue_workflow.importers.table import PRIMARY, PublishedTable
from laborvalue_workflow.importers.trade import with_trade
from laborvalue_workflow.importers.year import YearFiles, write_year
from laborvalue_workflow.synthetic.economy import make_economy
from laborvalue_workflow.synthetic.profile import read_profile, read_recipes
from published_tables import import_settings, write_labels

PROVINCES = next((path for parent in HOME.parents if (path := parent / "shared/data/provinces").is_dir()), None)
GRAVITY = GravityOptions(beta=1.5, d0=50)


# Distances --------------------------------------------------------------------------------------------


def test_distances_on_the_sphere():
    """Beijing to Shanghai is 1,068 km; a quarter and half of the circumference; symmetric; no way to itself."""
    latitude, longitude = np.array([39.90, 31.23, 0, 0, 0, 90]), np.array([116.41, 121.47, 0, 90, 180, 17])
    distance = great_circle_distances(latitude, longitude)
    assert distance[0, 1] == pytest.approx(1068, abs=2)
    assert distance[2, 3:] == pytest.approx(np.pi * 6371 * np.array([0.5, 1, 0.5]))
    assert distance == pytest.approx(distance.T)
    assert (np.diag(distance) == 0).all()


# Margins and matrices ---------------------------------------------------------------------------------


def random_accounts(m, n, seed):
    """Accounts in which any may be 0 and nothing fits: re-exports, gaps, goods of one region, statistical errors."""
    rng = np.random.default_rng(seed)

    def drawn(size, empty):
        return rng.lognormal(3, 2, (m, n)) * size * (rng.random((m, n)) >= empty)

    imports, inflow, exports, outflow = (drawn(size, 0.3) for size in (0.3, 1, 0.3, 1))
    output = drawn(2, 0.2)
    uses = np.clip(output + imports + inflow - exports - outflow, 0, None) * rng.uniform(0.9, 1.1, (m, n))
    return SingleRegionAccounts(output, uses, exports, imports, outflow, inflow)


def random_distances(m, seed):
    rng = np.random.default_rng(seed)
    return great_circle_distances(rng.uniform(18, 50, m), rng.uniform(75, 135, m))


@settings(max_examples=60, deadline=None)
@given(m=st.integers(1, 7), n=st.integers(1, 5), seed=st.integers(0, 10**6), beta=st.floats(0, 3))
def test_whatever_the_accounts_every_identity_holds(m, n, seed, beta):
    accounts = random_accounts(m, n, seed)
    trade = estimate_trade(accounts, random_distances(m, seed), beta, 50)
    margins, sent = trade.margins, trade.deliveries
    for sums, margin in ((sent.sum(axis=2), margins.outflow), (sent.sum(axis=0).T, margins.inflow)):
        assert (np.abs(sums - margin) <= TOLERANCE * margin + 1e-12 * margin.max(initial=0)).all()
    itself = np.arange(m)
    assert (sent[itself, :, itself] == 0).all()
    assert min(sent.min(), margins.exports.min(), margins.imports.min(), trade.shares.min()) >= -1e-9
    assert not sent[(accounts.outflow == 0) | (accounts.output == 0)].any()  # nothing comes from where it is not made
    assert not sent.sum(axis=0).T[accounts.inflow == 0].any()  # nor goes where nobody wants it
    close = {"rtol": 1e-8, "atol": 1e-8 * accounts.output.max(initial=1)}
    np.testing.assert_allclose(margins.own_supply + margins.outflow + margins.exports, accounts.output, **close)
    np.testing.assert_allclose(
        margins.own_supply + margins.inflow + margins.imports,
        accounts.output - accounts.exports - accounts.outflow + accounts.imports + accounts.inflow,
        **close,
    )
    np.testing.assert_allclose(trade.shares.sum(axis=0).T + trade.import_share, 1, atol=1e-9)
    used = trade.shares * (accounts.uses + trade.residual).T
    np.testing.assert_allclose(used.sum(axis=2) + margins.exports, accounts.output, **close)


def one_good(output, exports, outflow, imports, inflow):
    arrays = [np.array(column, dtype=float)[:, None] for column in (output, exports, outflow, imports, inflow)]
    output, exports, outflow, imports, inflow = arrays
    uses = output - exports - outflow + imports + inflow
    return SingleRegionAccounts(output, uses, exports, imports, outflow, inflow)


def estimated(accounts):
    return estimate_trade(accounts, random_distances(len(accounts.output), 0), 1.5, 50)


def test_the_larger_side_is_scaled_down_and_the_gap_goes_abroad():
    outflow_larger = estimated(one_good([10, 10, 10], [0, 0, 0], [6, 0, 0], [0, 0, 0], [0, 1, 2]))
    assert outflow_larger.margins.outflow[:, 0] == pytest.approx([3, 0, 0])
    assert outflow_larger.margins.exports[:, 0] == pytest.approx([3, 0, 0])
    assert outflow_larger.margins.gap == pytest.approx([3])
    inflow_larger = estimated(one_good([10, 10, 10], [0, 0, 0], [3, 0, 0], [0, 0, 0], [0, 2, 4]))
    assert inflow_larger.margins.inflow[:, 0] == pytest.approx([0, 1, 2])
    assert inflow_larger.margins.imports[:, 0] == pytest.approx([0, 1, 2])
    assert inflow_larger.margins.gap == pytest.approx([-3])


def test_a_good_with_supply_or_demand_only_is_not_traded():
    supply_only = estimated(one_good([10, 10], [0, 0], [4, 0], [0, 0], [0, 0]))
    demand_only = estimated(one_good([10, 10], [0, 0], [0, 0], [0, 0], [0, 4]))
    assert not supply_only.deliveries.any() and not demand_only.deliveries.any()
    assert supply_only.margins.exports[:, 0].tolist() == [4, 0]
    assert demand_only.margins.imports[:, 0].tolist() == [0, 4]
    assert demand_only.import_share[:, 0] == pytest.approx([0, 4 / 14])


def test_a_region_that_could_only_trade_with_itself_supplies_itself():
    """Only supplier and only user of a good; and one that takes in more than the others send out."""
    alone = estimated(one_good([10, 5], [0, 0], [4, 0], [0, 0], [4, 0]))
    assert alone.margins.own_trade[:, 0].tolist() == [4, 0]
    assert alone.margins.own_supply[:, 0].tolist() == [10, 5]
    assert not alone.deliveries.any()
    hub = estimated(one_good([20, 10, 10], [0, 0, 0], [6, 2, 2], [0, 0, 0], [7, 2, 1]))
    assert hub.margins.own_trade[:, 0] == pytest.approx([3, 0, 0])
    assert hub.deliveries[:, 0, :] == pytest.approx(np.array([[0, 2, 1], [2, 0, 0], [2, 0, 0]]))


def test_re_exports_are_taken_from_both_sides_in_proportion():
    trade = estimated(one_good([10, 20], [6, 0], [12, 8], [5, 0], [15, 12]))
    assert trade.margins.reexports[:, 0] == pytest.approx([8, 0])
    # 18 sent of 10 made, 20 taken in: 10 / 18 of either way out, 12 / 20 of either way in; then the gap, 22 - 15
    sold, bought = 12 * 10 / 18, 15 * 12 / 20
    assert trade.margins.own_supply[0, 0] == 0
    assert trade.margins.exports[0, 0] == pytest.approx(6 * 10 / 18)
    assert trade.margins.outflow[0, 0] == pytest.approx(sold)
    assert trade.margins.inflow[0, 0] == pytest.approx(bought * (sold + 8) / (bought + 12))
    assert (trade.margins.imports + trade.margins.inflow)[0, 0] == pytest.approx(12)


@pytest.mark.parametrize("free", [1e-2, 1e-3, 1e-5, 1e-7, 1e-10])
def test_almost_everything_through_one_region_converges_too(free):
    """Where the others trade next to nothing with each other, plain RAS would take about 3 / free rounds."""
    outflow, inflow = np.array([[0.6], [0.3], [0.1]]), np.array([[0.4 - free], [0.2 + free], [0.4]])
    deliveries, rounds = gravity_deliveries(outflow, inflow, random_distances(3, 0), 1.5, 50)
    assert deliveries.sum(axis=2) == pytest.approx(outflow, rel=1e-8)
    assert deliveries.sum(axis=0).T == pytest.approx(inflow, rel=1e-8)
    assert rounds < ROUNDS / 3


def test_rounds_are_bounded():
    accounts = random_accounts(6, 3, 1)
    margins = consistent_margins(accounts)
    with pytest.raises(InputError, match="no matrix within 1e-09 of outflow and inflow after 2 rounds for the goods"):
        gravity_deliveries(margins.outflow, margins.inflow, random_distances(6, 0), 1.5, 50, rounds=2)


def test_goods_that_travel_farther_are_traded_less():
    """With equal margins the cross ratio of flows is that of the decay, exactly."""
    ones = np.ones((4, 1))
    distance = random_distances(4, 3)
    sent = gravity_deliveries(ones, ones, distance, 2.0, 100)[0][:, 0, :]
    ease = (1 + distance / 100) ** -2.0
    cross = (sent[0, 2] * sent[1, 3]) / (sent[0, 3] * sent[1, 2])
    assert cross == pytest.approx((ease[0, 2] * ease[1, 3]) / (ease[0, 3] * ease[1, 2]), rel=1e-8)


def test_the_order_of_regions_does_not_matter():
    accounts, distance = random_accounts(6, 4, 5), random_distances(6, 5)
    order = np.random.default_rng(0).permutation(6)
    names = ("output", "uses", "exports", "imports", "outflow", "inflow")
    moved = SingleRegionAccounts(*(getattr(accounts, name)[order] for name in names))
    one = estimate_trade(accounts, distance, 1.5, 50)
    other = estimate_trade(moved, distance[np.ix_(order, order)], 1.5, 50)
    np.testing.assert_allclose(other.shares, one.shares[order][:, :, order], rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(other.import_share, one.import_share[order], rtol=1e-9)


def test_the_trade_of_the_embedded_economy_is_recovered_from_its_margins():
    """Exactly, with each good's own decay; in rank order, with one decay for all of them."""
    folder = HOME / "resources/embedded"
    profile = read_profile(folder / "sectors.csv")
    economy = make_economy(profile, read_recipes(folder / "recipes.csv"), 20, 2012, 2025)
    place = economy.cities.place
    distance = np.linalg.norm(place[:, None] - place[None], axis=2)
    bought = economy.use.sum(axis=2) + economy.final.sum(axis=2)  # good, using city
    true = (economy.trade * bought[:, None, :]).transpose(1, 0, 2)
    apart = ~np.eye(20, dtype=bool)
    between = true * apart[:, None, :]
    outflow, inflow = between.sum(axis=2), between.sum(axis=0).T
    ranks = []
    for good in range(true.shape[1]):
        margins = outflow[:, [good]], inflow[:, [good]]
        exact = gravity_deliveries(*margins, distance, profile.decay[good], 50)[0][:, 0]
        np.testing.assert_allclose(exact, between[:, good], rtol=1e-6, atol=1e-9 * between[:, good].max())
        found = gravity_deliveries(*margins, distance, 1.5, 50)[0][:, 0]
        margins_alone = outflow[:, good, None] * inflow[:, good]
        ranks.append([spearmanr(of[apart], between[:, good][apart]).statistic for of in (found, margins_alone)])
    assert np.min(ranks, axis=0)[0] > 0.9
    with_distance, without = np.mean(ranks, axis=0)
    assert with_distance > without + 0.02


# The table --------------------------------------------------------------------------------------------


def single_regions(economy, seed=0, share=0.3, error=0.0):
    """The competitive table of each region alone: what it buys from anywhere, and only how much came from where."""
    m, n = economy.hours.shape
    rng = np.random.default_rng(seed)
    itself = np.arange(m)
    grown = 1 + rng.uniform(0, share, (m, n))  # by imports, all uses of the good in the region
    inputs = economy.flows.sum(axis=0).transpose(1, 0, 2) * grown[:, :, None]
    final = {name: use.sum(axis=0).T * grown for name, use in economy.final.items()}
    trade = economy.flows.sum(axis=3) + sum(economy.final.values())
    trade[itself, :, itself] = 0
    errors = error * economy.output * rng.uniform(-1, 1, (m, n))
    final["inventories"] = final["inventories"] - errors  # uses + error = supply
    primary = economy.primary | {"imports": np.zeros((m, n))}
    costs = sum(primary[name] for name in ("compensation", "production_taxes", "depreciation"))
    primary["operating_surplus"] = economy.output - inputs.sum(axis=1) - costs

    def block(d):
        supplied = np.zeros((n, m, n))
        supplied[:, d] = inputs[d]
        return supplied

    made_at_home = economy.flows.sum(axis=(0, 3)).T + sum(use.sum(axis=0).T for use in economy.final.values())
    within = {name: np.zeros((m, n, m)) for name in final}
    for name, use in final.items():
        within[name][itself, :, itself] = use
    return PublishedTable(
        economy.sectors,
        economy.sectors,
        block,
        within,
        economy.exports + trade.sum(axis=2),
        {name: primary[name] for name in PRIMARY},
        economy.output,
        errors,
        layout="competitive",
        inflow=trade.sum(axis=0).T,
        outflow=trade.sum(axis=2),
        foreign_imports=made_at_home * (grown - 1),
        foreign_exports=economy.exports,
    )


def places(m, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(18, 50, m), rng.uniform(75, 135, m)


def as_economy(table, economy):
    """The tests' economy with the flows, uses and accounts of an inter-regional table."""
    flows = np.stack([table.block(d) for d in range(len(table.exports))])
    primary = table.primary | {"output": table.output}
    return replace(economy, flows=flows, final=table.final, exports=table.exports, primary=primary)


def traded(economy, gravity=GRAVITY, seed=0, **how):
    coordinates = places(len(economy.hours), seed)
    return as_economy(with_trade(single_regions(economy, **how), coordinates, gravity), economy)


@pytest.mark.parametrize("error", [0, 0.03], ids=["balanced", "with statistical errors"])
def test_rows_and_columns_of_the_table_balance_to_the_last_digits(error):
    economy = random_economy(4, 6, 3, imports=False)
    table = with_trade(single_regions(economy, error=error), places(4), GRAVITY)
    assert table.layout == "domestic" and table.inflow is None
    found = as_economy(table, economy)
    supplied = sum(use.sum(axis=2) for use in found.final.values()) + found.exports
    sums = sum_over_origins(((d, found.flows[d]) for d in range(4)), supplied, found.exports, found.output)
    rows = row_identity(sums, supplied, found.output, origins_known=True, rows_hold_imports=False)
    assert rows.share() < 1e-9
    assert column_identity(sums, found.primary).share() < 1e-12
    assert ("other" in table.final) == bool(error)
    if error:  # the error of a region is a use of its goods, whoever supplies them, but for what is imported
        single = single_regions(economy, error=error)
        imported = single.foreign_imports / (single.foreign_imports + single.inflow + single.output - single.exports)
        np.testing.assert_allclose(table.final["other"].sum(axis=0).T, table.error * (1 - imported), rtol=1e-6)


def test_what_no_region_has_in_common_is_kept():
    """Uses of every region and good, imports included, and what each sector buys, are as printed."""
    economy = random_economy(4, 6, 3, imports=False)
    single = single_regions(economy)
    table = with_trade(single, places(4), GRAVITY)
    inputs = np.stack([single.block(c)[:, c] for c in range(4)])
    flows = np.stack([table.block(d) for d in range(4)])
    bought = flows.sum(axis=(0, 1)) + table.primary["imports"]
    np.testing.assert_allclose(bought, inputs.sum(axis=1), rtol=1e-12)
    origins = flows / inputs.transpose(1, 0, 2)  # Chenery and Moses: the same for every user
    np.testing.assert_allclose(origins, np.broadcast_to(origins[..., :1], origins.shape), rtol=1e-9)
    for name, use in table.final.items():
        ratio = use / np.einsum("cjc->jc", single.final[name])
        np.testing.assert_allclose(ratio, origins[..., 0], rtol=1e-9)


def independent_flows(single, coordinates, beta, d0):
    """Flows and imports by user in loops, from method 15 alone: RAS of o i (1 + d / d0)^-beta, then shares."""
    m, n = single.exports.shape
    distance = great_circle_distances(*map(np.array, coordinates))
    flows, imports = np.zeros((m, n, m, n)), np.zeros((m, n))
    for j in range(n):
        T = np.outer(single.outflow[:, j], single.inflow[:, j]) * (1 + distance / d0) ** -beta * (1 - np.eye(m))
        for _ in range(2000):
            T *= (single.outflow[:, j] / T.sum(axis=1))[:, None]
            T *= single.inflow[:, j] / T.sum(axis=0)
        for c in range(m):
            own = single.output[c, j] - single.foreign_exports[c, j] - single.outflow[c, j]
            sources = T[:, c] + own * (np.arange(m) == c)
            supply = sources.sum() + single.foreign_imports[c, j]
            for i in range(n):
                amount = single.block(c)[j, c, i]
                flows[:, j, c, i] = amount * sources / supply
                imports[c, i] += amount * single.foreign_imports[c, j] / supply
    return flows, imports


def test_values_in_the_network_are_those_of_an_independent_dense_solution():
    economy = random_economy(3, 5, 7, imports=False)
    economy = replace(economy, hours=economy.hours + 1)
    single = single_regions(economy)
    found = traded(economy)
    flows, imports = independent_flows(single, places(3), 1.5, 50)
    np.testing.assert_allclose(found.flows, flows, rtol=1e-7)
    np.testing.assert_allclose(found.primary["imports"], imports, rtol=1e-7)
    dense = replace(found, flows=flows, primary=found.primary | {"imports": imports})
    system, labor = productive_system(dense)
    expected = np.linalg.solve(np.eye(len(labor)) - system.T, labor).reshape(3, 4)
    np.testing.assert_allclose(solve(found).values.value_network[:, :4], expected, rtol=1e-6)


def test_regions_with_one_technique_have_one_value_whatever_trade_is():
    economy = identical_regions(random_economy(4, 5, 2, imports=False))
    own = economy.flows.sum(axis=0).transpose(1, 0, 2)  # by using region, good, user
    assert own[0] / economy.output[0] == pytest.approx(own[3] / economy.output[3])
    for beta in (0.5, 2):
        values = solve(traded(economy, GravityOptions(beta, 50), share=0)).values.value_network[:, :4]
        assert values == pytest.approx(np.broadcast_to(values[0], values.shape), rel=1e-6)


def test_the_notes_say_that_trade_is_estimated_and_what_was_moved():
    economy = random_economy(4, 6, 3, imports=False)
    single = single_regions(economy, error=0.02)
    single.inflow[:, 1] *= 0.5
    notes = " ".join(map(str, with_trade(single, places(4), GravityOptions(0.7, 120)).notes))
    estimate = "ESTIMATED (gravity model, beta 0.7, d0 120 km)"
    for text in (estimate, "Chenery-Moses", "s1 2,", "`other`", "counts as exports"):
        assert text in notes


# The import -------------------------------------------------------------------------------------------


def gravity_settings(tmp_path, **changes):
    folder = PROVINCES or tmp_path
    tables = [{"year": year, "folder": str(folder / str(year))} for year in (2012, 2017)]
    of_all = {
        "kind": "single_region",
        "trade": "gravity",
        "money_unit": 10000,
        "tables": tables,
        "concordance": str(HOME / "resources/china/concordance.csv"),
        "faults": {"negative": "zero"},
    }
    return import_settings(**(of_all | changes))


def test_gravity_is_for_single_regions_only(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("")
    section = import_settings(kind="nbs", trade="gravity", money_unit=1, tables=[{"year": 2012, "file": str(table)}])
    with pytest.raises(InputError, match=r"import.trade is gravity, but tables of kind nbs are not of single regions"):
        plan.describe(section, tmp_path)


@pytest.mark.parametrize("scope", ["network", "open", "own"])
def test_a_scope_that_needs_trade_is_refused_where_there_is_none(tmp_path, scope):
    section = gravity_settings(tmp_path, trade="none")
    if scope == "own":
        plan.refuse_scope(section, scope)
    else:
        mending = "set values.scope to own, or import.trade to gravity"
        with pytest.raises(InputError, match=f"values.scope is {scope}.*{mending}"):
            plan.refuse_scope(section, scope)
    plan.refuse_scope(gravity_settings(tmp_path), scope)


@pytest.mark.slow
def test_the_scope_is_refused_before_the_first_job(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"run": tmp_path.name, "import": {"kind": "single_region"}}))
    finished = snakemake("-n", "--configfile", config)
    assert finished.returncode != 0
    said = [line for line in finished.stderr.splitlines() if "laborvalue: " in line]
    assert len(said) == 1 and "values.scope is network" in said[0] and "set values.scope to own" in said[0]


def test_the_config_with_trade_is_that_of_the_provinces_but_for_trade():
    plain, trade = (
        yaml.safe_load((HOME / f"config/{name}.yaml").read_text(encoding="utf-8"))
        for name in ("provinces", "provinces_trade")
    )
    own = ("trade", "gravity", "title")
    assert {key: text for key, text in trade["import"].items() if key not in own} == {
        key: text for key, text in plain["import"].items() if key not in own
    }
    assert trade["words"] == plain["words"]
    assert trade["values"] == {"scope": "network", "imports": "spread_imports"} and "indicators" not in trade


def test_regions_without_coordinates_are_named_all_at_once(tmp_path):
    rows = [
        {"region": "a", "latitude": "30.5", "longitude": "110"},
        {"region": "c", "latitude": "91", "longitude": "110"},
        {"region": "d", "latitude": "30", "longitude": ""},
        {"region": "a2", "latitude": "30", "longitude": "110"},
        {"region": "a2", "latitude": "30", "longitude": "111"},
    ]
    path = write_labels(tmp_path / "places.csv", rows)
    with pytest.raises(InputError) as error:
        coordinates_of(str(path), ["a", "b", "c", "d", "a2", "e"])
    message = str(error.value)
    for fault in ("no row of region b, e", "c: latitude is '91'", "d: longitude is ''", "a2 has 2 rows", str(path)):
        assert fault in message
    assert coordinates_of(str(path), ["a"]) == ([30.5], [110.0])


def test_the_settings_of_trade_count_only_where_trade_is_estimated(tmp_path):
    """Another beta reruns no import that does not read it."""
    without = [gravity_settings(tmp_path, trade="none", gravity={"beta": beta}) for beta in (1, 2)]
    assert plan.year_settings(without[0], 2012) == plan.year_settings(without[1], 2012)
    assert plan.description_settings(without[0]) == plan.description_settings(without[1])
    estimated = [gravity_settings(tmp_path, gravity={"beta": beta}) for beta in (1, 2)]
    assert plan.year_settings(estimated[0], 2012) != plan.year_settings(estimated[1], 2012)
    assert plan.description_settings(estimated[0]) != plan.description_settings(estimated[1])


def test_the_dataset_says_that_its_trade_is_estimated(tmp_path):
    path = tmp_path / "dataset.yaml"
    given = {"title": "t", "source": "s", "licence": "l", "synthetic": False, "currency": "yuan", "money_unit": 1}
    for text, fault in (("gravity model, beta 1", None), ("2012", None), ("''", "''"), ("[a]", "['a']"), ("", "None")):
        path.write_text(yaml.safe_dump(given | {"years": [2012]}) + f"trade_estimated: {text}\n")
        if fault is None:
            assert dataset.read_description(path)["trade_estimated"] == text
        else:
            with pytest.raises(InputError, match=r"trade_estimated is .*; expected a text, or no such key") as error:
                dataset.read_description(path)
            assert fault in str(error.value)


# The provinces ----------------------------------------------------------------------------------------

needs_provinces = pytest.mark.skipif(PROVINCES is None, reason="the provincial tables are not beside the project")


@pytest.mark.slow
@needs_provinces
def test_the_provinces_become_an_inter_regional_table(tmp_path):
    """Identities, margins of the printed tables, and the mark of the estimate."""
    section = gravity_settings(tmp_path)
    names = ("flows.npy", "final_demand.parquet", "primary_inputs.parquet", "labor.parquet", "2012.csv", "2012.md")
    paths = YearFiles(*(tmp_path / "2012" / name for name in names))
    write_year(ImportContext.from_config(json.loads(plan.year_settings(section, 2012))["import"]), 2012, paths)
    of_all_years = [tmp_path / name for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    import_description(json.loads(plan.description_settings(section)), [paths.report], *of_all_years)
    written = dataset.read_description(of_all_years[0])
    assert written["trade_estimated"] == "gravity model, beta 1.5, d0 50 km" and written["layout"] == "domestic"
    assert "ESTIMATED (gravity model, beta 1.5, d0 50 km)" in (tmp_path / "2012/2012.md").read_text(encoding="utf-8")
    regions = dataset.read_regions(tmp_path / "regions.csv")["region"]
    sectors = dataset.read_sectors(tmp_path / "sectors.csv")["sector"]
    m, n = len(regions), len(sectors)
    assert (m, n) == (31, 41)
    flows = np.load(tmp_path / "2012/flows.npy").reshape(m, n, m, n)
    totals, origins = dataset.read_final_demand(tmp_path / "2012/final_demand.parquet", regions, sectors)
    primary = dataset.read_primary_inputs(tmp_path / "2012/primary_inputs.parquet", regions, sectors)
    supplied = sum(use.sum(axis=2) for use in origins.values()) + totals["exports"]
    sums = sum_over_origins(((d, flows[d]) for d in range(m)), supplied, totals["exports"], primary["output"])
    assert row_identity(sums, supplied, primary["output"], True, False).share() < 1e-8
    assert column_identity(sums, primary).share() < 1e-4
    between = flows.sum(axis=3)
    between[np.arange(m), :, np.arange(m)] = 0
    hubei = regions.index("42")
    assert not between[hubei].any() and not between[:, :, hubei].any()  # its table has no trade with other provinces
    assert (np.delete(between.sum(axis=(1, 2)), hubei) > 0).all()
