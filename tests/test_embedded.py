"""Invariants of the embedded economy: balance, magnitudes, geography, seeds, faults, planted relations."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import generate_dataset
import generate_year
from laborvalue.errors import InputError
from laborvalue_workflow.data.files import read_table
from laborvalue_workflow.synthetic import parameters
from laborvalue_workflow.synthetic.cities import FAULTS, Fault, draw_cities
from laborvalue_workflow.synthetic.economy import final_demand_from, flows_from, make_economy
from laborvalue_workflow.synthetic.numerics import balance, log_interpolated
from laborvalue_workflow.synthetic.production import digital_location_quotient, draw_gross_output
from laborvalue_workflow.synthetic.productivity import planted_supplier_productivity
from laborvalue_workflow.synthetic.profile import read_profile, read_recipes
from laborvalue_workflow.synthetic.technology import cost_structure, draw_technology

SCRIPTS = Path(generate_year.__file__).parent
FOLDER = Path(__file__).parent.parent / "resources" / "embedded"
PROFILE = read_profile(FOLDER / "sectors.csv")
RECIPES = read_recipes(FOLDER / "recipes.csv")
YEARS = (2012, 2015, 2017)
TABLES = ("final_demand.parquet", "primary_inputs.parquet", "labor.parquet")


def make(count=24, year=2015, seed=1):
    return make_economy(PROFILE, RECIPES, count, year, seed)


@pytest.fixture(scope="module")
def years():
    return {year: make(year=year) for year in YEARS}


def generate(folder, seed=1, count=8, year=2015):
    """Write the dataset and one year of it; return the region keys."""
    keys = [f"C{number:03d}" for number in range(1, count + 1)]
    profiles = str(FOLDER / "sectors.csv")
    generate_dataset.generate_dataset(
        regions=keys,
        settings={"embedded": {"years": [year], "seed": seed}},
        sector_profiles=profiles,
        dataset=str(folder / "dataset.yaml"),
        regions_table=str(folder / "regions.csv"),
        sectors_table=str(folder / "sectors.csv"),
    )
    generate_year.generate_year(
        year=year,
        settings={"embedded": {"seed": seed}},
        regions=str(folder / "regions.csv"),
        sector_profiles=profiles,
        recipes=str(FOLDER / "recipes.csv"),
        flows=str(folder / "flows.npy"),
        final_demand=str(folder / "final_demand.parquet"),
        primary_inputs=str(folder / "primary_inputs.parquet"),
        labor=str(folder / "labor.parquet"),
    )
    return keys


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    return folder, generate(folder)


def digest(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def assert_balanced(economy):
    accounts = vars(economy.accounts)
    output = accounts["output"]
    flows = np.stack([flows_from(economy, origin) for origin in range(len(output))])
    final = np.stack([final_demand_from(economy, origin) for origin in range(len(output))])
    assert (flows >= 0).all() and (final >= 0).all() and (economy.hours >= 0).all()
    sold = flows.sum(axis=2) + final.sum(axis=(1, 3))
    np.testing.assert_allclose(sold, output, rtol=1e-9)
    costs = sum(amounts for name, amounts in accounts.items() if name != "output")
    costs = costs + flows.sum(axis=(0, 1)).reshape(output.shape)
    np.testing.assert_allclose(costs, output, rtol=1e-9)


@pytest.mark.parametrize("year", YEARS)
def test_rows_and_columns_balance(years, year):
    assert_balanced(years[year])


@settings(max_examples=15, deadline=None)
@given(count=st.integers(2, 12), year=st.integers(2000, 2025), seed=st.integers(0, 2**32))
def test_any_size_year_and_seed_balances(count, year, seed):
    assert_balanced(make(count, year, seed))


def test_one_region_is_refused():
    with pytest.raises(InputError, match="at least 2"):
        make(count=1)


@pytest.mark.parametrize(("year", "trillion"), [(2012, 160.2), (2015, 208.1), (2017, 225.8)])
def test_national_output_is_the_published_total(years, year, trillion):
    total = years[year].accounts.output.sum() * parameters.MONEY_UNIT
    assert total == pytest.approx(trillion * 1e12, rel=1e-12)


def test_other_years_lie_on_the_log_linear_line():
    assert log_interpolated({2012: 1.0, 2015: 8.0}, 2013) == pytest.approx(2)
    assert log_interpolated({2012: 1.0, 2015: 8.0, 2017: 8.0}, 2011) == pytest.approx(0.5)
    assert log_interpolated({2012: 1.0, 2015: 8.0}, 2016) == pytest.approx(16)


def test_surplus_and_wages_are_positive_where_accounts_are_sound(years):
    for economy in years.values():
        sound = np.array([fault != Fault.NO_SURPLUS for fault in economy.cities.faults])[:, None]
        running = sound & (economy.accounts.output > 0)
        for name in ("operating_surplus", "compensation", "depreciation", "imports"):
            assert (getattr(economy.accounts, name)[running] > 0).all(), name


def test_the_hourly_wage_varies_less_than_productivity(years):
    economy = years[2015]
    running = (economy.hours > 0).all(axis=1)
    hours = economy.hours[running]
    spread = {
        name: np.log(getattr(economy.accounts, name)[running] / hours).std(axis=0).mean()
        for name in ("compensation", "output")
    }
    assert spread["compensation"] < spread["output"]


def test_sizes_are_zipf_like():
    size = np.sort(draw_cities(313, seed=1).size)[::-1]
    assert size.sum() == pytest.approx(1)
    assert 0.02 < size[0] < 0.06
    rank = np.arange(20, 314)
    slope = np.polyfit(np.log(rank), np.log(size[19:]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.1)
    output = make(60).accounts.output.sum(axis=1)
    assert np.corrcoef(np.log(output), np.log(draw_cities(60, seed=1).size))[0, 1] > 0.9


def test_cities_buy_from_themselves_first_and_less_from_afar():
    economy = make(60)
    bought = economy.trade.mean(axis=0)  # d, c: plain mean over goods
    np.testing.assert_allclose(economy.trade.sum(axis=1), 1)
    others = np.where(np.eye(60, dtype=bool), 0, bought)
    assert np.diag(bought).mean() > others.max(axis=0).mean()
    assert (np.diag(bought) > others.max(axis=0)).mean() > 0.9

    place = economy.cities.place
    distance = np.linalg.norm(place[:, None] - place[None, :], axis=2)
    apart = distance > 0
    per_size = np.log(bought[apart] / np.broadcast_to(economy.cities.size[:, None], bought.shape)[apart])
    near, middle, far = np.quantile(distance[apart], [0.2, 0.5, 0.8])
    distance = distance[apart]
    means = [
        per_size[part].mean() for part in (distance < near, (distance > near) & (distance < middle), distance > far)
    ]
    assert means[0] > means[1] > means[2]


def test_digital_production_is_concentrated():
    economy = make(120)
    quotient = digital_location_quotient(PROFILE, economy.accounts.output)
    weight = economy.accounts.output.sum(axis=1)
    assert np.average(quotient, weights=weight) == pytest.approx(1)
    assert 0.3 < quotient.mean() < 0.85


def test_profile_has_the_sectors_of_the_method():
    assert len(PROFILE.sector) == 42
    assert PROFILE.productive.sum() == 33
    nonproductive = PROFILE.sector[~PROFILE.productive].tolist()
    assert nonproductive == ["29", "33", "34", "35", "37", "39", "40", "41", "42"]
    assert [PROFILE.sector[k] for k in PROFILE.digital_sectors] == ["20", "32"]
    assert (PROFILE.service_life > 0).all()
    costs = sum(getattr(PROFILE, name) for name in ("imports", "compensation", "taxes", "depreciation", "surplus"))
    assert (costs < 1).all()
    assert (cost_structure(PROFILE, RECIPES) > 0).all()
    np.testing.assert_allclose(cost_structure(PROFILE, RECIPES).sum(axis=0), 1)


def test_faults_of_the_full_size():
    faults = [fault for fault in draw_cities(313, seed=1).faults if fault]
    assert len(faults) == 52
    assert {fault: faults.count(fault) for fault in FAULTS} == dict.fromkeys(FAULTS, 13)
    assert sum(map(bool, draw_cities(20, seed=1).faults)) == 3
    assert not any(draw_cities(5, seed=1).faults)


def test_faulty_cities_are_what_they_are_called(years):
    for economy in years.values():
        cities, output = economy.cities, economy.accounts.output
        mix = economy.final[:, :, parameters.CATEGORIES.index("fixed_capital_formation")]
        mix = mix / mix.sum(axis=0)
        productive = np.ix_(PROFILE.productive, PROFILE.productive)
        for city, fault in enumerate(cities.faults):
            idle = output[city] == 0
            assert idle.any() == (fault == Fault.ZERO_OUTPUT)
            assert (economy.hours[city][idle] == 0).all()
            assert (economy.use[:, city, idle] == 0).all() and (economy.trade[idle, city] == 0).all()
            costs = np.where(idle, 1, output[city])
            dead = mix[:, city, None] * economy.accounts.depreciation[city] / costs
            radius = np.abs(np.linalg.eigvals((economy.use[:, city] / costs + dead)[productive])).max()
            assert (radius >= 1) == (fault == Fault.NO_SURPLUS)
            surplus = economy.accounts.operating_surplus[city][~idle]
            assert (surplus < 0).all() if fault == Fault.NO_SURPLUS else (surplus > 0).all()
    assert set(FAULTS) <= set(years[2015].cities.faults)


def test_persistent_draws_are_shared_by_all_years(years):
    first, last = years[2012], years[2017]
    assert first.cities.faults == last.cities.faults
    np.testing.assert_array_equal(first.cities.size, last.cities.size)
    running = (first.hours > 0) & (last.hours > 0)
    shares = [np.log((year.accounts.output / year.accounts.output.sum(axis=0))[running]) for year in (first, last)]
    assert np.corrcoef(*shares)[0, 1] > 0.95
    assert not np.allclose(*shares)


def test_planted_productivity_elasticities_hold_exactly(years):
    economy = years[2015]
    output = economy.accounts.output
    running = output > 0
    regressors = []
    for sector in PROFILE.digital_sectors:
        share = np.where(running, economy.use[sector], np.nan) / np.where(running, output, 1)
        regressors.append(np.log(share / np.nanmean(share, axis=0))[running])
    relative = economy.planted_productivity
    suppliers = planted_supplier_productivity(relative, PROFILE.productive, economy.use, economy.trade)
    regressors.append(np.log(suppliers)[running])
    explained = (np.log(relative) - economy.unexplained_productivity)[running]
    slopes, *_ = np.linalg.lstsq(np.column_stack(regressors), explained)
    planted = parameters.PLANTED["living_labor_productivity"]
    np.testing.assert_allclose(slopes, [value for name, value in planted.items() if name != "of"], atol=1e-9)


def test_hours_follow_output_and_relative_productivity(years):
    for year, economy in years.items():
        need = economy.accounts.output / economy.planted_productivity
        np.testing.assert_allclose(economy.hours / economy.hours.sum(axis=0), need / need.sum(axis=0), rtol=1e-12)
        assert economy.hours.sum() == pytest.approx(parameters.HOURS[year])
        assert 0.25 < economy.hours[:, ~PROFILE.productive].sum() / economy.hours.sum() < 0.4


def test_suppliers_leave_the_own_cell_out():
    trade = np.ones((1, 2, 2)) / 2
    use = np.ones((1, 2, 1))
    relative = np.array([[3.0], [5.0]])
    found = planted_supplier_productivity(relative, np.array([True]), use, trade)
    np.testing.assert_allclose(found, [[5], [3]])


def test_digital_input_follows_the_digital_location_quotient():
    cities = draw_cities(200, seed=1)
    output = draw_gross_output(PROFILE, cities, 2015, 1)
    factors = np.log(draw_technology(PROFILE, cities, output, 2015, 1))
    quotient = np.log(digital_location_quotient(PROFILE, output))
    planted = parameters.PLANTED["digital_input_coefficient"]["digital_location_quotient"]
    for sector in PROFILE.digital_sectors:
        assert np.polyfit(quotient, factors[sector].mean(axis=1), 1)[0] == pytest.approx(planted, abs=0.06)


def test_digital_growth_follows_the_telephones_of_1984():
    cities = draw_cities(1000, seed=1)
    sectors = PROFILE.digital_sectors
    lead = cities.telephone_lead
    output = {year: draw_gross_output(PROFILE, cities, year, 1) for year in (2012, 2017)}
    output_growth = np.log(output[2017][:, sectors] / output[2012][:, sectors]).mean(axis=1)
    assert np.polyfit(lead, output_growth, 1)[0] == pytest.approx(
        5 * parameters.TELEPHONES_TO_DIGITAL_GROWTH, abs=0.015
    )
    # The same cities' output in both years: what is left is the growth of input itself.
    factors = [draw_technology(PROFILE, cities, output[2012], year, 1)[sectors] for year in (2012, 2017)]
    input_growth = np.log(factors[1] / factors[0]).mean(axis=(0, 2))
    assert np.polyfit(lead, input_growth, 1)[0] == pytest.approx(5 * parameters.TELEPHONES_TO_DIGITAL_GROWTH, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 6), columns=st.integers(1, 6))
def test_balanced_meets_both_margins(seed, rows, columns):
    random = np.random.default_rng(seed)
    table = random.random((rows, columns)) + 0.1
    wanted = random.random((rows, columns)) + 0.1
    result = balance(table, wanted.sum(axis=1, keepdims=True), wanted.sum(axis=0, keepdims=True))
    np.testing.assert_allclose(result.sum(axis=1), wanted.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(result.sum(axis=0), wanted.sum(axis=0), rtol=1e-9)


def test_balanced_refuses_what_cannot_be_met():
    with pytest.raises(ArithmeticError, match="no balanced table"):
        balance(np.eye(2), np.array([[1.0], [2.0]]), np.array([[2.0, 1.0]]))


def test_written_files_follow_the_contract(written):
    folder, keys = written
    content = yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8"))
    assert content["synthetic"] is True and "SYNTHETIC" in content["title"]
    assert content["money_unit"] == 10_000 and content["years"] == [2015] and content["seed"] == 1
    assert content["planted"] == parameters.PLANTED
    fault = draw_cities(len(keys), seed=1).faults
    assert content["drawn_faults"] == {region: kind for region, kind in zip(keys, fault, strict=True) if kind}

    regions = (folder / "regions.csv").read_text(encoding="utf-8").splitlines()
    assert regions[0] == "region,name,telephones_1984" and regions[1].startswith("C001,Synthetic city 001,")
    sectors = read_table(folder / "sectors.csv", texts=("sector", "digital")).to_pydict()
    assert sectors["sector"] == [f"{number:02d}" for number in range(1, 43)]
    assert sum(sectors["productive"]) == 33
    assert [sectors["digital"].count(kind) for kind in ("device", "service")] == [1, 1]


def test_written_numbers_balance_and_sit_in_their_place(written):
    folder, keys = written
    economy = make(len(keys))
    flows = np.load(folder / "flows.npy")
    assert flows.dtype == np.float64 and flows.shape == (len(keys) * 42,) * 2
    np.testing.assert_array_equal(flows[42:84], flows_from(economy, 1))

    final = read_table(folder / "final_demand.parquet")
    assert final.column_names == ["region", "sector", "category", "value", "origin_region"]
    assert pq.ParquetFile(folder / "final_demand.parquet").num_row_groups == len(keys)
    final = final.to_pandas()
    assert (final["value"] > 0).all()
    abroad = final[final["category"] == "exports"]
    assert (abroad["region"].astype(str) == abroad["origin_region"].astype(str)).all()
    sold = final.groupby(["origin_region", "sector"], observed=False)["value"].sum()
    sold = sold.to_numpy() + flows.sum(axis=1)
    np.testing.assert_allclose(sold, economy.accounts.output.ravel(), rtol=1e-9)


def test_missing_rows_are_those_of_the_recorded_faults(tmp_path):
    keys = generate(tmp_path, count=24)
    fault = yaml.safe_load((tmp_path / "dataset.yaml").read_text(encoding="utf-8"))["drawn_faults"]
    for name, missing in {
        "primary_inputs.parquet": {"missing_accounts"},
        "labor.parquet": {"missing_accounts", "missing_hours"},
    }.items():
        present = read_table(tmp_path / name).column("region").to_pylist()
        gone = {region for region, kind in fault.items() if kind in missing}
        assert gone and set(present) == set(keys) - gone
        assert len(present) == 42 * len(set(present))


def test_same_seed_same_bytes_other_seed_other_numbers(written, tmp_path):
    folder, _ = written
    for name, seed in (("again", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        generate(tmp_path / name, seed=seed)
    assert digest(tmp_path / "again") == digest(folder)
    other = digest(tmp_path / "other")
    assert all(other[name] != digest(folder)[name] for name in ("flows.npy", "regions.csv", *TABLES))


def test_draws_do_not_depend_on_the_hash_seed():
    program = "from laborvalue_workflow.synthetic.cities import draw_cities; print(draw_cities(9, 1))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(SCRIPTS)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("count", [2, 3, 20, 313])
def test_some_telephones_are_known_everywhere(count):
    cities = draw_cities(count, seed=1)
    assert cities.telephones_known.sum() == max(2, round(0.598 * count))
    assert (cities.telephones > 0).all() and (cities.telephones == np.rint(cities.telephones)).all()
    if count > 100:
        assert np.corrcoef(np.log(cities.size), np.log(cities.telephones))[0, 1] > 0.7
