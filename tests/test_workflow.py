"""The workflow as a user runs it: the plan, the demo from end to end, datasets of every admitted form."""

import csv
import json
import re

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from datasets import FEW_JOBS, HOME, MONEY_UNIT, snakemake, write_dataset
from economies import EconomyTables, competitive, random_economy, rebalanced, solve_years, with_odd_sectors
from laborvalue.econometrics.equations import ESTIMATED
from laborvalue.variables import COLUMNS, DESCRIBED
from laborvalue_workflow.data import array_files, files
from real_tables import needs_wiod, wiod_arrays

YEARS = (2012, 2015, 2017)


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_plan_names_every_city_year_before_anything_has_run(run):
    finished = snakemake("-n", "--config", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-2000:]
    planned = re.findall(r"Solving (C\d{3}) in (\d{4})", finished.stdout + finished.stderr)
    assert sorted(planned) == sorted((f"C{c:03d}", str(year)) for c in range(1, 314) for year in YEARS)
    assert not (HOME / "results" / run).exists()


def test_the_demo_ends_in_every_result_of_the_contract(demo):
    for year in YEARS:
        national = rows(demo / f"values/{year}/national.csv")
        assert list(national[0]) == ["sector", "productive", "output", "hours", "value", "price", "tlp"]
        assert len(national) == 42
        assert [row["value"] == "" for row in national] == [row["productive"] == "false" for row in national]
        summary = files.read_json(demo / f"values/{year}/summary.json")
        assert summary["total_value"] == pytest.approx(summary["total_price"], rel=1e-12)
        assert 0 < summary["profit_rate"] < 1 and 0 < summary["spectral_radius_values"] < 1
        assert summary["regions_used"] + summary["regions_excluded"] == 20
        regions = pq.read_table(demo / f"values/{year}/regions.parquet")
        assert regions.column_names == ["region", "sector", "value_network", "value_own", "value", "status"]
        assert regions.num_rows == 20 * 33
    panel = pq.read_table(demo / "panel.parquet")
    assert tuple(panel.column_names) == COLUMNS and panel.num_rows == 20 * 33 * 3
    described = rows(demo / "tables/table02.csv")
    assert [row["variable"] for row in described] == list(DESCRIBED)
    for spec in ESTIMATED:
        table = rows(demo / f"tables/{spec.name}.csv")
        assert {row["table"] for row in table} == {str(spec.number)}
        assert {int(row["column"]) for row in table} == set(spec.stages)
    assert (demo / "published.csv").exists()


def test_every_lost_cell_of_the_demo_has_its_reason(demo):
    panel = pq.read_table(demo / "panel.parquet").to_pylist()
    lost = {(row["region"], row["sector"], str(row["year"])) for row in panel if row["tlp"] is None}
    told = {(row["region"], row["sector"], row["year"]): row["reason"] for row in rows(demo / "exclusions.csv")}
    assert set(told) == lost and all(told.values())
    faults = yaml.safe_load((demo / "dataset/dataset.yaml").read_text(encoding="utf-8"))["drawn_faults"]
    expected = {"no_surplus": "no_surplus", "missing_hours": "missing_labor", "zero_output": "zero_output"}
    expected["missing_accounts"] = "missing_primary_inputs"
    assert {(region, reason) for (region, _, _), reason in told.items()} == {
        (region, expected[fault]) for region, fault in faults.items()
    }


def dense_values(results, year):
    """(computed, expected) values of a run: Lambda on the full system, written out from the dataset, solved directly.

    A supplier without a value of its own counts at the national value of its good.
    """
    folder = results / "dataset" / str(year)
    regions, sectors = (rows(results / f"dataset/{name}.csv") for name in ("regions", "sectors"))
    m, n = len(regions), len(sectors)
    at = {row["region"]: c for c, row in enumerate(regions)}, {row["sector"]: i for i, row in enumerate(sectors)}
    productive = np.array([row["productive"] == "true" for row in sectors])
    money_unit = yaml.safe_load((results / "dataset/dataset.yaml").read_text(encoding="utf-8"))["money_unit"]

    def cells(name, column):
        table = pq.read_table(folder / f"{name}.parquet").to_pydict()
        array = np.full((m, n), np.nan)
        where = [at[0][region] for region in table["region"]], [at[1][sector] for sector in table["sector"]]
        array[where] = table[column]
        return array

    x, dep, imports = (cells("primary_inputs", k) for k in ("output", "depreciation", "imports"))
    hours = cells("labor", "hours")
    Z = np.load(folder / "flows.npy")
    formation = np.zeros((m, n, m))
    for row in pq.read_table(folder / "final_demand.parquet").to_pylist():
        if row["category"] == "fixed_capital_formation":
            formation[at[0][row["origin_region"]], at[1][row["sector"]], at[0][row["region"]]] = row["value"]
    mix = np.clip(formation.sum(axis=0), 0, None)  # what is sold off is no capital good
    with np.errstate(divide="ignore", invalid="ignore"):
        origin = np.clip(formation, 0, None) / np.clip(formation, 0, None).sum(axis=0)
        formation = np.nan_to_num(origin) * mix / mix.sum(axis=0)
        A = Z * ((1 + np.nan_to_num(imports / Z.sum(axis=0).reshape(m, n))) / x).ravel()
        D = np.repeat(formation.reshape(m * n, m), n, axis=1) * (dep / x).ravel()
        L = hours / x / money_unit
    published = pq.read_table(results / f"values/{year}/regions.parquet").to_pydict()
    usable = (np.array(published["status"]).reshape(m, -1) == "usable").any(axis=1)
    known = (np.repeat(usable[:, None], n, axis=1) & productive & (x > 0)).ravel()
    others = (np.broadcast_to(productive, (m, n)).ravel()) & ~known
    nation = np.array([float(row["value"] or 0) for row in rows(results / f"values/{year}/national.csv")])
    system = A + D
    at_national = np.tile(nation, m)[others] @ system[np.ix_(others, known)]
    inside = system[np.ix_(known, known)]
    value = np.full(m * n, np.nan)
    value[known] = np.linalg.solve((np.eye(known.sum()) - inside).T, L.ravel()[known] + at_national)
    assert published["value"] == published["value_network"]
    return np.array(published["value_network"], dtype=float), value.reshape(m, n)[:, productive].ravel()


@pytest.mark.parametrize("year", YEARS)
def test_the_demos_values_are_those_of_an_independent_dense_solve(demo, year):
    computed, expected = dense_values(demo, year)
    assert computed == pytest.approx(expected, rel=1e-10, nan_ok=True)


def test_the_demos_sample_is_counted_for_the_end_of_a_run(demo):
    left_out = rows(demo / "exclusions.csv")
    counted = files.read_json(demo / "sample.json")
    status = [row["reason"].partition(":")[0].partition(" ")[0] for row in left_out]
    assert counted["cells_left_out"] == {name: status.count(name) for name in set(status)}
    excluded = {row["region"] for row, name in zip(left_out, status, strict=True) if name != "zero_output"}
    assert counted["regions_left_out"] == len(excluded)


def test_everything_about_the_embedded_economy_says_that_it_is_synthetic(demo):
    description = yaml.safe_load((demo / "dataset/dataset.yaml").read_text(encoding="utf-8"))
    assert description["synthetic"] is True and "SYNTHETIC" in description["title"]
    for number in range(2, 11):
        text = (demo / f"tables/table{number:02}.md").read_text(encoding="utf-8")
        assert "SYNTHETIC DATA" in text and "no replication" in text
    page = (demo / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC DATA" in page and "no replication" in page


def test_a_second_run_does_nothing(demo):
    finished = snakemake("--configfile", "config/demo.yaml", "--config", f"run={demo.name}")
    assert finished.returncode == 0
    assert "Nothing to be done" in finished.stdout + finished.stderr


def run_values(folder, run, year=2012):
    """The values of a dataset, as bytes."""
    config = ("--config", f"dataset={folder}", f"run={run}", 'prices={"rural_sectors": ["s0"]}')
    finished = snakemake("values", *FEW_JOBS, *config)
    assert finished.returncode == 0, finished.stderr[-3000:]
    place = HOME / "results" / run / f"values/{year}"
    return [(place / name).read_bytes() for name in ("national.csv", "regions.parquet", "account.parquet")]


@pytest.mark.slow
def test_csv_parquet_and_flow_tables_are_the_same_dataset(tmp_path, run):
    economies = {2012: random_economy(4, 5, 1)}
    plain = run_values(write_dataset(tmp_path / "plain", economies), run)
    for name, form in {
        "parquet": {"ending": ".parquet", "flows_as": "table"},
        "csv-flows": {"flows_as": "table"},
    }.items():
        again = run_values(write_dataset(tmp_path / name, economies, **form), run)
        assert again == plain, name


@pytest.mark.slow
def test_final_goods_without_origin_come_from_where_producers_buy(tmp_path, run):
    economies = {2012: random_economy(6, 5, 1)}
    run_values(write_dataset(tmp_path / "dataset", economies, origins=False), run)
    origins = array_files.read_arrays(HOME / f"results/{run}/economy/2012/origins.npz")
    flows = economies[2012].flows.sum(axis=3)
    assert origins["capital_origin"] == pytest.approx(flows / flows.sum(axis=0), rel=1e-12)


@pytest.mark.slow
def test_every_stage_of_the_workflow_treats_imports_as_the_config_says(tmp_path, run):
    """A competitive table under `none` with a region lost in one year: the panel is the one solved in memory."""
    economies = {year: rebalanced(competitive(random_economy(4, 5, year)), rows=False) for year in (2012, 2015)}
    economies[2015].hours[2, 1] = np.nan
    economies[2015].telephones = economies[2012].telephones  # one list for all years
    folder = write_dataset(tmp_path / "dataset", economies)
    chosen = {"values": {"imports": "none"}, "prices": {"rural_sectors": ["s0"]}}
    chosen["indicators"] = {"digital_average": "mean_sample_cities", "digital_flow": "same_as_A"}
    config = [f"{section}={json.dumps(keys)}" for section, keys in chosen.items()]
    finished = snakemake("panel", *FEW_JOBS, "--config", f"dataset={folder}", f"run={run}", *config)
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    panel = pq.read_table(results / "panel.parquet").to_pydict()
    solved, _ = solve_years(economies, 10000, imports="none", **chosen["indicators"])
    for name in solved[2012].indicators:
        expected = np.stack([solved[year].indicators[name][:, :4] for year in economies]).ravel()
        assert np.array(panel[name], dtype=float) == pytest.approx(expected, rel=1e-11, nan_ok=True), name
    assert files.read_json(results / "sample.json") == {
        "regions_left_out": 1,
        "cells_left_out": {"region_excluded": 4, "missing_labor": 4},
    }


def test_a_panel_of_the_users_needs_no_economy(demo, run, tmp_path):
    finished = snakemake("tables", "published", "--config", f"panel={demo / 'panel.parquet'}", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    assert not (results / "economy").exists() and not (results / "dataset").exists()
    for number in range(2, 11):
        name = f"tables/table{number:02}.csv"
        assert (results / name).read_bytes() == (demo / name).read_bytes()
    assert "user-supplied panel" in (results / "tables/table03.md").read_text(encoding="utf-8")


def test_a_panel_without_a_column_still_gives_the_other_tables(demo, run, tmp_path):
    panel = pq.read_table(demo / "panel.parquet").drop_columns(["iv"])
    pq.write_table(panel, tmp_path / "panel.parquet")
    config = ("--config", f"panel={tmp_path / 'panel.parquet'}", f"run={run}")
    finished = snakemake("table03", "published", "robustness", *config, "robustness={checks: [holm, anderson_rubin]}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert "lacks iv (Table 8); published, robustness and report do without these tables" in finished.stderr
    results = HOME / "results" / run
    assert (results / "tables/table03.docx").exists() and not (results / "robustness/anderson_rubin.csv").exists()
    for name in ("published.csv", "robustness/holm.csv"):
        assert {row["table"] for row in rows(results / name)} == {*"345679", "10"}
    assert "panel lacks a column that it needs: Table 8." in (results / "published.md").read_text(encoding="utf-8")
    finished = snakemake("tables", *config)
    assert finished.returncode == 1
    assert "panel has no column iv, which Table 8 needs" in finished.stderr
    assert not (results / "tables/table08.csv").exists()


def left_out_of(results):
    """Table -> {column: reason}, of the tables that leave out a column."""
    found = {}
    for path in sorted(results.glob("tables/*_left_out.csv")):
        for row in rows(path):
            found.setdefault(int(row["table"]), {})[int(row["column"])] = row["reason"]
    return found


ONE_YEAR = "only one year is left; expected two years or more"
NO_LEAD = "only one year has a value of lp_next; expected three table years or more"


def test_a_panel_of_one_year_has_its_descriptions_and_the_reasons(demo, run, tmp_path):
    panel = pq.read_table(demo / "panel.parquet")
    pq.write_table(panel.filter(np.array(panel["year"]) == 2012), tmp_path / "panel.parquet")
    targets = "tables", "robustness", "exports", "report"
    finished = snakemake(*targets, "--config", f"panel={tmp_path / 'panel.parquet'}", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    assert left_out_of(results) == {
        spec.number: dict.fromkeys(spec.stages, NO_LEAD if spec.number == 6 else ONE_YEAR) for spec in ESTIMATED
    }
    assert f"note: Tables 3, 4, 5, 7, 8, 9 and 10 could not be estimated: {ONE_YEAR}" in finished.stderr
    assert f"note: Table 6 could not be estimated: {NO_LEAD}" in finished.stderr
    assert rows(results / "published.csv") == rows(results / "robustness/holm.csv") == []
    assert "there is nothing to check" in (results / "robustness/wild_bootstrap.md").read_text(encoding="utf-8")
    assert "Nothing to draw: no slope could be estimated" in (results / "figures/coefficients.json").read_text()
    assert "Nothing to draw: Table 8 could not be" in (results / "figures/first_stage.json").read_text()
    assert f"* column 1 is not estimated: {ONE_YEAR}" in (results / "exports/tables.do").read_text()
    assert f"<strong>Table 6</strong>: {NO_LEAD}." in (results / "report.html").read_text(encoding="utf-8")


def run_small(folder, run, targets=("all",)):
    """Targets of a small dataset; returns the folder of results and what was said."""
    config = ("--config", f"dataset={folder}", f"run={run}", RURAL, "robustness={bootstrap_draws: 99}")
    finished = snakemake(*targets, *FEW_JOBS, *config)
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    if "all" in targets:
        provenance = files.read_json(results / "provenance.json")["results"]
        assert all(str(path.relative_to(HOME)) in provenance for path in results.glob("tables/*_left_out.csv"))
    return results, finished.stderr


RURAL = 'prices={"rural_sectors": ["s0"]}'


def pages_charts(page):
    return set(re.findall(r'data-chart="(\w+)"', page))


OF_ANY_YEARS = {"values_prices", "wage_profit", "productivity", "digital", "ranks"}


@pytest.mark.slow
def test_a_dataset_of_one_year_ends_in_a_page(tmp_path, run):
    folder = write_dataset(tmp_path / "dataset", {2012: random_economy(6, 5, 2012)})
    results, said = run_small(folder, run)
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "lacks a second year (Table 3, 4, 5, 6, 7, 8, 9, 10); dashes" in said
    reasons = dict.fromkeys([spec.number for spec in ESTIMATED], ONE_YEAR) | {6: "no row is left: lp_next has no value"}
    assert left_out_of(results) == {spec.number: dict.fromkeys(spec.stages, reasons[spec.number]) for spec in ESTIMATED}
    assert "None of the 26 slopes could be estimated." in page
    assert OF_ANY_YEARS <= pages_charts(page) and "coefficients" not in pages_charts(page)
    assert all(f">{part}<" in page for part in ("within sectors", "between sectors", "+ exports", "own r*, %"))
    sums = page.partition('<tr><th scope="row">all</th>')[2].partition("</tr>")[0]
    assert re.findall(r"<td>(.*?)</td>", sums)[1:5] == ["0.0"] * 4  # each kind of transfer
    for number in range(2, 11):
        assert f'id="table{number}"' in page and (results / f"tables/table{number:02}.docx").exists()


@pytest.mark.slow
def test_two_years_without_telephones_have_everything_but_the_numbers_of_tables_6_and_8(tmp_path, run):
    economies = {year: random_economy(6, 8, year) for year in YEARS[:2]}
    for year, economy in economies.items():
        economy.telephones[:] = np.nan
        economies[year] = with_odd_sectors(economy, empty=(4,), unpaid=(5,), idle=(6,))
    folder = write_dataset(tmp_path / "dataset", economies)
    with open(folder / "dataset.yaml", "a") as file:
        file.write("faults: {no_labor: {s6: zero}}\n")
    results, said = run_small(folder, run, ("all", "robustness"))
    assert "r0, s6: 0 with an output of" in said and "taken as made without labor" in said
    assert "RuntimeWarning" not in said
    lacking = "lacks a third year (Table 6), telephones_1984 (Table 8); dashes and the reason stand in their place"
    assert f"{folder} {lacking}" in said
    reason = "no row is left: iv has no value"
    assert left_out_of(results) == {6: dict.fromkeys((1, 2, 3, 4), NO_LEAD), 8: {1: reason, 2: reason}}
    assert rows(results / "tables/table08.csv") == []
    for compared in ("published.csv", "robustness/holm.csv"):
        assert {row["table"] for row in rows(results / compared)} == {*"34579", "10"}
    text = (results / "robustness/holm.md").read_text(encoding="utf-8")
    assert f"Table 6 could not be checked: {NO_LEAD}." in text
    page = (results / "report.html").read_text(encoding="utf-8")
    assert f"Table 8 could not be estimated: {reason}." in page and "Table 8</strong>: no row is left" in page
    assert OF_ANY_YEARS <= pages_charts(page)
    for number in range(2, 11):
        assert f'id="table{number}"' in page and (results / f"tables/table{number:02}.docx").exists()


def small_dataset(folder, regions, without_devices):
    """Three years of a few regions; without devices nobody buys any, so that their input has no log."""
    economies = {year: random_economy(regions, 5, year) for year in YEARS}
    for year, economy in economies.items():
        economy.telephones[:] = economies[YEARS[0]].telephones
        if without_devices:
            economy.flows[:, 1] = 0
            for category in ("rural_households", "urban_households"):
                economy.final[category][:, 1] = 0
            economies[year] = rebalanced(economy)
    return write_dataset(folder, economies)


@pytest.mark.slow
def test_a_variable_without_logs_leaves_out_its_columns_alone(tmp_path, run):
    results, said = run_small(small_dataset(tmp_path / "dataset", 2, True), run, ("published", "exports", "robustness"))
    reason = "no row is left: ddr has no value"
    assert left_out_of(results) == {number: {1: reason} for number in (3, 4, 5, 6, 7, 9, 10)}
    assert f"Table 9 (1), Table 10 (1) could not be estimated: {reason}" in said
    compared = {(row["table"], row["column"]) for row in rows(results / "published.csv")}
    assert ("3", "2") in compared and ("8", "2") in compared and ("3", "1") not in compared
    text = (results / "tables/table10.md").read_text(encoding="utf-8")
    assert "| N | – | " in text and f"Table 10 (1) could not be estimated: {reason}." in text
    assert f"# column 1 is not estimated: {reason}" in (results / "exports/tables.R").read_text(encoding="utf-8")


@pytest.mark.slow
def test_one_region_leaves_out_what_compares_regions(tmp_path, run):
    results, said = run_small(small_dataset(tmp_path / "dataset", 1, False), run)
    found = left_out_of(results)
    assert {number: {*columns} for number, columns in found.items()} == {
        spec.number: {*spec.stages} - ({5} if spec.number == 3 else set()) for spec in ESTIMATED
    }
    assert all("is constant over the" in reason for columns in found.values() for reason in columns.values())
    assert "5 more reasons are in" in said
    assert {row["table"] for row in rows(results / "published.csv")} == {"3"}
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "<strong>Tables 7 and 8</strong>: pri is constant over the 12 rows" in page
    assert "The tables have no trade between the" in page and ">between sectors<" in page and ">+ exports<" not in page


def wiod_economy(year):
    """The 40 countries x 35 industries of WIOD 2013, depreciation unknown (0); the rest of the world is outside."""
    wiod, m, n = wiod_arrays(year), 40, 35
    inside, home, idle = m * n, np.arange(m), wiod["x"] == 0
    Z, F = wiod["Z"].astype(float), wiod["F"].astype(float).reshape(-1, 41, 5)
    F[idle], Z[idle], Z[:, idle] = 0, 0, 0
    output = (Z.sum(axis=1) + F.sum(axis=(1, 2)))[:inside]
    added = output - Z[:, :inside].sum(axis=0)
    outside = (Z[:inside, inside:].sum(axis=1) + F[:inside, 40].sum(axis=1)).reshape(m, n)
    final = {"households": 0}
    for k, category in enumerate(("households", "households", "government", "fixed_capital_formation", "inventories")):
        final[category] = final.get(category, 0) + F[:inside, :m, k].reshape(m, n, m)
    # what the rest of the world takes out of its stocks is not an export
    final["inventories"][home, :, home] += np.clip(outside, None, 0)
    with np.errstate(invalid="ignore"):
        share = np.clip(np.nan_to_num(wiod["COMP"] / wiod["VA"])[:inside], 0, 1)
    primary = {"compensation": share * np.clip(added, 0, None), "imports": Z[inside:, :inside].sum(axis=0)}
    primary |= {"production_taxes": 0 * added, "depreciation": 0 * added, "output": output}
    primary["operating_surplus"] = added - primary["compensation"]
    sectors = [str(code) for code in wiod["industries"]]
    return EconomyTables(
        flows=Z[:inside, :inside].reshape(m, n, m, n),
        final=final,
        exports=np.clip(outside, 0, None),
        primary={name: amounts.reshape(m, n) for name, amounts in primary.items()},
        hours=np.where(idle[:inside], 0, np.nan_to_num(wiod["H_EMP"][:inside])).reshape(m, n) * 1e6,
        productive=np.ones(n, dtype=bool),
        telephones=np.full(m, np.nan),
        regions=wiod["countries"][:m],
        sectors=sectors,
        kinds=[{"c14": "device", "c27": "service"}.get(code, "") for code in sectors],
    )


@needs_wiod
@pytest.mark.slow
@pytest.mark.parametrize("year, targets", [(1995, ["values"]), (2007, ["values", "table02", "published"])])
def test_final_demand_of_wiod_embodies_all_hours(year, targets, tmp_path, run):
    """Total value of final demand, exports included, equals the hours worked, to 1e-9."""
    economy = wiod_economy(year)
    folder = write_dataset(tmp_path / "wiod", {year: economy})
    chosen = ['values={"imports": "domestic_only"}', 'prices={"rural_sectors": []}']
    finished = snakemake(*targets, *FEW_JOBS, "--config", f"dataset={folder}", f"run={run}", *chosen)
    assert finished.returncode == 0, finished.stderr[-3000:]
    results, hours = HOME / "results" / run, economy.hours.sum()
    value = np.array(pq.read_table(results / f"values/{year}/regions.parquet")["value"].to_pylist(), dtype=float)
    assert np.isfinite(value).sum() == (economy.output > 0).sum()
    final = economy.exports + sum(use.sum(axis=2) for use in economy.final.values())
    assert np.nansum(value * final.ravel()) * MONEY_UNIT == pytest.approx(hours, rel=1e-9)
    summary = files.read_json(results / f"values/{year}/summary.json")
    assert summary["labor_hours"] == pytest.approx(hours, rel=1e-9)
    assert summary["net_product_value"] == pytest.approx(hours, rel=1e-9)
    assert summary["regions_used"] == 40
    if "table02" in targets:
        reasons = dict.fromkeys([spec.number for spec in ESTIMATED], ONE_YEAR)
        reasons |= {6: "no row is left: lp_next has no value", 8: "no row is left: iv has no value"}
        given = {number: {*columns.values()} for number, columns in left_out_of(results).items()}
        assert given == {number: {reason} for number, reason in reasons.items()}
        described = {row["variable"]: int(row["n"]) for row in rows(results / "tables/table02.csv")}
        assert described["tlp"] == 1380
