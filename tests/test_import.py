"""Published tables become the dataset they describe: every layout and irregularity, China, pymrio."""

import csv
import functools
import json
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import FEW_JOBS, HOME, copy_workflow, snakemake
from economies import reordered, scaled, solve
from generate_dataset import generate_dataset
from generate_year import generate_year
from imitate_ceads import imitate
from import_description import import_description
from import_year import import_year
from laborvalue import from_pymrio
from laborvalue.econometrics.equations import ESTIMATED
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.screenings import left_out
from laborvalue_workflow.importers import hours, plan
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.description import description
from laborvalue_workflow.importers.options import RESOURCES, LaborOptions
from laborvalue_workflow.importers.readers import READERS
from laborvalue_workflow.importers.textfiles import read_columns
from laborvalue_workflow.importers.yearbook import WAGE
from laborvalue_workflow.progress import progress, waiting
from laborvalue_workflow.running import configuration
from laborvalue_workflow.screening import faults as screening_faults
from laborvalue_workflow.screening.findings import Done, Finding, columns
from published_tables import (
    CHINESE,
    ROWS,
    USES,
    city_case,
    city_economy,
    import_settings,
    screening_rows,
    sector_list,
    struct,
    write_hours,
    write_labels,
    write_national,
    write_workbook,
)
from real_tables import SHARED


def run_import(settings, results):
    """The import jobs of every year and of the description, as the rules call them; returns the dataset folder."""
    folder = results / "dataset"
    known = plan.describe(settings, folder)
    for year in known.years:
        tables = known.tables[year]
        import_year(
            year,
            json.loads(plan.year_settings(settings, year)),
            tables["flows"],
            tables["final_demand"],
            tables["primary_inputs"],
            tables["labor"],
            results / f"screening/{year}.csv",
            results / f"screening/{year}.md",
        )
    import_description(
        json.loads(plan.description_settings(settings)),
        [results / f"screening/{year}.csv" for year in known.years],
        folder / "dataset.yaml",
        folder / "regions.csv",
        folder / "sectors.csv",
        [known.tables[year]["labor"] for year in known.years],
    )
    return folder


def read_back(folder, year):
    """An imported year as arrays: flows (m, n, m, n), final demand, primary inputs, hours."""
    keys = (
        dataset.read_regions(folder / "regions.csv")["region"],
        dataset.read_sectors(folder / "sectors.csv")["sector"],
    )
    m, n = map(len, keys)
    totals, origins = dataset.read_final_demand(folder / f"{year}/final_demand.parquet", *keys)
    policies = dataset.policies_of(dataset.read_description(folder / "dataset.yaml"))
    faults_of = functools.partial(dataset.TableFaults, policies=policies)
    primary = dataset.read_primary_inputs(folder / f"{year}/primary_inputs.parquet", *keys, faults_of)
    hours = dataset.read_labor(folder / f"{year}/labor.parquet", *keys, primary["output"])
    return np.load(folder / f"{year}/flows.npy").reshape(m, n, m, n), totals, origins, primary, hours


def screening(results, year=2012, **where):
    return screening_rows(results / f"screening/{year}.csv", **where)


def holds(folder, economy, year=2012, rel=0.0):
    """The dataset holds the economy's numbers, exactly or to `rel`; output to the last digits of a row sum."""
    flows, totals, origins, primary, hours = read_back(folder, year)
    np.testing.assert_allclose(flows, economy.flows, rtol=rel)
    for use, amounts in economy.final.items():
        np.testing.assert_allclose(origins[use], amounts, rtol=rel, err_msg=use)
    np.testing.assert_allclose(totals["exports"], economy.exports, rtol=rel)
    for name in (*ROWS, "imports"):
        np.testing.assert_allclose(primary[name], economy.primary[name], rtol=rel, err_msg=name)
    assert primary["output"] == pytest.approx(economy.output, rel=1e-12)
    assert np.array_equal(hours, economy.hours)


def test_every_kind_of_the_config_has_its_reader():
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    kinds = [choice["const"] for choice in schema["properties"]["import"]["properties"]["kind"]["oneOf"]]
    assert kinds == [None, *READERS]


# CEADs city tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["7", "7.3"])
def test_a_city_struct_becomes_the_dataset_it_describes(version, tmp_path):
    case = city_case(tmp_path / "files", version=version)
    folder = run_import(case.write(), tmp_path)
    holds(folder, case.economy)
    assert dataset.read_regions(folder / "regions.csv")["name"] == CHINESE[:3]
    assert dataset.read_regions(folder / "regions.csv")["telephones_1984"] == list(case.economy.telephones)
    described = dataset.read_description(folder / "dataset.yaml")
    assert described["money_unit"] == 10000 and described["layout"] == "domestic"


IRREGULARITIES = {
    "imports named IM": lambda case: case.fields.update(IM=case.fields.pop("Import")),
    "imports without final use": lambda case: case.fields.update(Import=case.fields["Import"][:, : 3 * 42]),
    "a total below value added": lambda case: case.fields.update(
        VA=np.vstack([case.fields["VA"], case.fields["VA"].sum(axis=0)])
    ),
    "more columns than sectors in value added": lambda case: case.fields.update(
        VA=np.hstack([case.fields["VA"], np.full((4, 15), np.nan)])
    ),
    "GBK labels": lambda case: setattr(case, "encoding", "gbk"),
    "exports as a row": lambda case: case.fields.update(Export=case.fields["Export"].T),
    "fields of no interest": lambda case: case.fields.update(Note=np.zeros((2, 2))),
}


@pytest.mark.parametrize("version", ["7", "7.3"])
@pytest.mark.parametrize("irregularity", IRREGULARITIES)
def test_irregularities_of_the_city_tables_change_nothing(irregularity, version, tmp_path):
    case = city_case(tmp_path / "files", version=version)
    IRREGULARITIES[irregularity](case)
    holds(run_import(case.write(), tmp_path), case.economy)


def test_final_uses_and_value_added_come_in_the_declared_order(tmp_path):
    case = city_case(tmp_path / "files")
    order = ["inventories", "government", "urban_households", "rural_households", "fixed_capital_formation"]
    F = np.stack([case.economy.final[use] for use in order], axis=-1)
    case.fields["F"] = F.reshape(case.fields["F"].shape)
    case.fields["VA"] = case.fields["VA"][::-1].copy()
    case.settings |= {"final_demand_order": order, "value_added_order": list(ROWS[::-1])}
    holds(run_import(case.write(), tmp_path), case.economy)


def test_the_lists_of_2012_and_2017_make_one_panel_of_41_sectors(tmp_path):
    early, late = (city_case(tmp_path / str(year), year=year, seed=year) for year in (2012, 2017))
    early.write(), late.write()
    settings = early.settings | {"tables": early.settings["tables"] + late.settings["tables"]}
    settings |= {"national_output": None, "faults": settings["faults"] | {"unit": "keep"}}
    settings["labor"] = settings["labor"] | {"hours": str(tmp_path / "hours_{year}.csv")}
    with pytest.raises(InputError, match=r"the sectors of 2012 and 2017 differ.*Other manufacturing.*concordance"):
        plan.describe(settings, tmp_path)
    settings["concordance"] = str(RESOURCES / "concordance.csv")
    sectors = ImportContext.from_config(settings).sectors["sector"]
    assert len(sectors) == 41 and {"20", "32", "22-23", "36"} <= set(sectors) and not {"22", "36-1"} & set(sectors)
    for case, year in ((early, 2012), (late, 2017)):
        write_hours(tmp_path / f"hours_{year}.csv", replace(case.economy, sectors=sectors, hours=np.ones((3, 41))))
    folder = run_import(settings, tmp_path)
    for case, year, pair, joined in ((early, 2012, (21, 22), "22-23"), (late, 2017, (34, 35), "36")):
        flows, _, _, primary, _ = read_back(folder, year)
        k, given = sectors.index(joined), case.economy
        assert primary["output"][:, k] == pytest.approx(given.output[:, pair].sum(axis=1))
        assert flows[:, k, :, 0] == pytest.approx(given.flows[..., 0][:, pair].sum(axis=1))
        assert flows[:, 0, :, k] == pytest.approx(given.flows[:, 0][:, :, pair].sum(axis=2))
        # the electronics of one year are the electronics of the other
        assert primary["output"][:, sectors.index("20")] == pytest.approx(given.output[:, 19])
        assert flows.sum() == pytest.approx(given.flows.sum())


# Screening --------------------------------------------------------------------------------------------


def spoiled(case, block, index, value):
    case.fields[block][index] = value


CELL = 42 + 4  # region r1, sector 05
FAULTS = {
    "NaN in value added": (("VA", (0, CELL), np.nan), "missing", "compensation", "r1", "05"),
    "NaN in flows": (("Z", (2, CELL), np.nan), "missing", "flows", "r1", "05"),
    "negative flow": (("Z", (2, CELL), -2.0), "negative", "flows", "r1", "05"),
    "negative compensation": (("VA", (0, CELL), -1.0), "negative", "compensation", "r1", "05"),
    "negative depreciation": (("VA", (2, CELL), -1.0), "negative", "depreciation", "r1", "05"),
    "NaN in exports": (("Export", (CELL, 0), np.nan), "missing", "exports", "r1", "05"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_handled_by_its_policy_and_recorded(name, tmp_path):
    spoil, fault, block, region, sector = FAULTS[name]
    case = city_case(tmp_path / "files")
    spoiled(case, *spoil)
    case.write()
    stopping = case.settings | {"faults": case.settings["faults"] | {fault: "stop"}}
    with pytest.raises(InputError, match=f"2012, {block}: .*region {region}, sector {sector}"):
        run_import(stopping, tmp_path / "stop")
    assert not list((tmp_path / "stop").rglob("dataset.yaml"))
    (row,) = screening(tmp_path / "stop", check=fault, block=block)
    assert row["done"] == Done.STOPPED and (row["region"], row["sector"]) == (region, sector)
    page = (tmp_path / "stop/screening/2012.md").read_text(encoding="utf-8")
    assert f"| {fault} | {block} | 1 | 1 | stops the run |" in page

    excluding = case.settings | {"faults": case.settings["faults"] | {fault: "exclude"}}
    folder = run_import(excluding, tmp_path / "exclude")
    _, _, _, primary, _ = read_back(folder, 2012)
    # one account of value added is not known; without a flow or a final use, no account is
    lost = [block] if block in primary else list(primary)
    assert [name for name in primary if np.isnan(primary[name][1, 4])] == lost
    assert all(np.isnan(amounts).sum() == (name in lost) for name, amounts in primary.items() if block in primary)
    (row,) = screening(tmp_path / "exclude", check=fault, block=block)
    assert (row["region"], row["sector"]) == (region, sector) and row["done"].startswith("excluded")

    zeroing = case.settings | {"faults": case.settings["faults"] | {fault: "zero", "no_labor": "exclude"}}
    folder = run_import(zeroing, tmp_path / "zero")
    flows, _, _, primary, _ = read_back(folder, 2012)
    assert np.isfinite(primary["output"]).all() and flows.min() >= 0
    (row,) = screening(tmp_path / "zero", check=fault, block=block)
    assert row["done"] == "set to 0"
    page = (tmp_path / "zero/screening/2012.md").read_text(encoding="utf-8")
    assert f"| {fault} | {block} | 1 | 1 | set to 0 |" in page
    # the page has the address with names, the line after it what was found
    assert "r1 天津, 05 Mining and processing of nonmetal and other ores" in page


def test_gaps_of_a_sector_without_output_lose_nothing(tmp_path):
    case = city_case(tmp_path / "files")
    for rows in ("Z", "F", "Export"):
        case.fields[rows][CELL] = 0
    case.fields["Z"][:, CELL] = 0
    case.fields["VA"][:, CELL] = np.nan
    case.fields["Import"][:, CELL] = 0
    folder = run_import(case.write(), tmp_path)
    _, _, _, primary, _ = read_back(folder, 2012)
    assert np.isfinite(primary["output"]).all() and primary["output"][1, 4] == 0
    assert {row["done"] for row in screening(tmp_path, check="missing")} == {"0: no output"}
    assert [row["sector"] for row in screening(tmp_path, check="zero_output")] == ["05"]


def test_rows_that_differ_from_columns_are_listed_worst_first(tmp_path):
    case = city_case(tmp_path / "files")
    case.fields["VA"][3, CELL] += 0.75 * case.economy.output.ravel()[CELL]
    case.fields["VA"][3, 7] += 0.5 * case.economy.output.ravel()[7]
    run_import(case.write(), tmp_path)
    assert [(r["region"], r["sector"]) for r in screening(tmp_path, check="imbalance")] == [("r1", "05"), ("r0", "08")]
    whole = (tmp_path / "screening/2012.md").read_text(encoding="utf-8")
    assert "Regions with such cells: 0 of 3." in whole
    page = whole.split("worst ten")[1]
    mining = "| r1 天津, 05 Mining and processing of nonmetal and other ores | 7.50e-01 |"
    assert 0 < page.index(mining) < page.index("| r0 北京, 08 Manufacture of wearing apparel")


def test_the_screening_holds_unit_and_radius(tmp_path):
    case = city_case(tmp_path / "files")
    case.fields["VA"][1, CELL] = -1.0
    run_import(case.write(), tmp_path)
    (unit,) = screening(tmp_path, check="unit")
    assert unit["done"] == "as expected"
    radii = screening(tmp_path, check="spectral_radius")
    assert [row["region"] for row in radii] == case.economy.regions
    A = case.economy.flows.sum(axis=0).transpose(1, 0, 2) / case.economy.output[:, None, :]
    expected = [np.abs(np.linalg.eigvals(of_region)).max() for of_region in A]
    assert [float(row["found"]) for row in radii] == pytest.approx(expected, abs=1e-6)


def test_negative_cells_are_counted_by_block_as_they_were_found(tmp_path):
    case = city_case(tmp_path / "files")
    case.fields["VA"][1, CELL] = -1.0
    case.fields["VA"][0, CELL] = -2.0
    case.fields["Z"][2:5, CELL] = -0.5
    case.fields["F"][CELL, 4] = -7.0
    case.settings["faults"]["negative"] = "zero"
    run_import(case.write(), tmp_path)
    signs = {row["block"]: (row["found"], row["expected"]) for row in screening(tmp_path, check="sign")}
    assert signs.pop("production_taxes") == ("1 negative cells, their sum -1", "any")
    assert signs.pop("compensation") == ("1 negative cells, their sum -2", "0")
    assert signs.pop("flows") == ("3 negative cells, their sum -1.5", "0")
    assert signs.pop("inventories") == ("1 negative cells, their sum -7", "any")
    assert set(signs) == {*USES[:4], "exports", "depreciation", "operating_surplus", "imports"}
    assert {found for found, _ in signs.values()} == {"0 negative cells"}


def test_output_without_hours_is_listed_with_its_region(tmp_path):
    case = city_case(tmp_path / "files")
    lines = (case.folder / "hours_2012.csv").read_text().splitlines()
    (case.folder / "hours_2012.csv").write_text("\n".join(lines[:-1]))  # r2, sector 42
    run_import(case.write(), tmp_path)
    (row,) = screening(tmp_path, check="no_labor")
    assert (row["region"], row["sector"], row["done"]) == ("r2", "42", "row left out")
    page = (tmp_path / "screening/2012.md").read_text(encoding="utf-8")
    assert "without hours only: 1. Regions with such cells: 1 of 3: r2 石家庄." in page


def test_the_reasons_of_lost_accounts_are_listed_by_region_and_year(tmp_path):
    """A gap in the flows takes its supplier's accounts too, whose output is a row sum; a row of hours only its own."""
    case = city_case(tmp_path / "files")
    case.fields["Z"][2, CELL] = np.nan  # supplied by r0, sector 03
    lines = (case.folder / "hours_2012.csv").read_text().splitlines()
    (case.folder / "hours_2012.csv").write_text("\n".join(lines[:-1]))  # r2, sector 42
    run_import(case.write(), tmp_path)
    reasons = left_out(tmp_path / "screening", [2012])
    assert reasons["r0", 2012] == reasons["r1", 2012]
    (flow,), (hour,) = reasons.pop(("r0", 2012)), reasons.pop(("r2", 2012))
    assert flow.startswith("flows of r0 北京, 03 ") and " -> r1 天津, 05 " in flow and flow.endswith(" is nan")
    assert hour.startswith("hours of r2 石家庄, 42 ") and set(reasons) == {("r1", 2012)}
    assert {row["done"] for row in screening(tmp_path)} <= set(Done)


def test_a_lost_account_without_a_place_is_a_reason_of_its_region(tmp_path):
    """The last entry of a block that has too many faults to list names no place."""
    finding = Finding("2012", "missing", "flows", region="r1", more=7, done=Done.EXCLUDED)
    files.write_table(tmp_path / "2012.csv", columns([finding]))
    assert left_out(tmp_path, [2012]) == {("r1", 2012): ["flows of many is 7 more"]}


def test_a_cell_that_was_set_to_zero_or_counted_is_no_reason(tmp_path):
    case = city_case(tmp_path / "files")
    case.fields["VA"][0, CELL] = -1.0
    case.settings["faults"]["negative"] = "zero"
    run_import(case.write(), tmp_path)
    assert [row["done"] for row in screening(tmp_path, check="negative")] == [Done.SET_TO_ZERO]
    assert left_out(tmp_path / "screening", [2012]) == {}


def test_a_code_is_shown_with_what_it_means_in_its_year(tmp_path):
    """Code 24 is repair in the list of 2012 and electric power in that of 2017."""
    for year, meaning in ((2012, "24 Repair of metal products"), (2017, "24 Production and supply of electric power")):
        case = city_case(tmp_path / str(year), year=year)
        case.fields["VA"][0, 42 + 23] = np.nan
        run_import(case.write(), tmp_path / f"of {year}")
        (row,) = screening(tmp_path / f"of {year}", year, check="missing")
        assert row["sector"] == "24" and row["where"].startswith(f"r1 天津, {meaning}")


def test_every_address_up_to_a_full_table_of_city_sectors_is_in_the_csv(tmp_path, monkeypatch):
    case = city_case(tmp_path / "files")
    case.fields["VA"][:, :] = np.nan
    folder = run_import(case.write(), tmp_path)
    assert len(screening(tmp_path, check="missing", block="compensation")) == 3 * 42
    primary = read_back(folder, 2012)[3]
    assert np.isnan([primary[name] for name in ROWS]).all() and np.isfinite(primary["output"]).all()
    monkeypatch.setattr(screening_faults, "LISTED", 100)
    run_import(case.settings, tmp_path)
    *listed, last = screening(tmp_path, check="missing", block="compensation")
    assert len(listed) == 100 and last["found"] == "26 more"


# Labor ------------------------------------------------------------------------------------------------


def test_hours_are_compensation_over_wage_times_weekly_hours_times_52():
    assert hours.hours_from_compensation(1e6, 50000.0, 40) == pytest.approx(20 * 40 * 52)


def test_hours_from_the_yearbook_by_section_and_year(tmp_path):
    case = city_case(tmp_path / "files", year=2015)
    case.settings["labor"] |= {"hours": None, "weekly_hours": 44}
    folder = run_import(case.write(), tmp_path)
    _, _, _, primary, hours = read_back(folder, 2015)
    # sector 01 belongs to section A (31,947 yuan), 20 to C (55,324), 32 to I (112,042)
    for k, wage in ((0, 31947), (19, 55324), (31, 112042)):
        assert hours[:, k] == pytest.approx(primary["compensation"][:, k] * 1e4 / wage * 44 * 52)
    found = {row["found"] for row in screening(tmp_path, 2015, check="yearbook")}
    assert "section C" in found and "section A" not in found
    assert "to check" in (tmp_path / "screening/2015.md").read_text(encoding="utf-8")


def test_a_province_of_its_own_wages_and_weekly_hours_by_section(tmp_path):
    wages, weekly = tmp_path / "wages.csv", tmp_path / "weekly.csv"
    wages.write_text("section,year,province,average_wage_yuan\nA,2012,,100\nA,2012,Hebei,80\n")
    weekly.write_text("section,year,weekly_hours\nA,2012,38\n")
    found, _ = hours.yearbook_figures([wages], "average_wage_yuan", 2012, ["A"], ["Hebei", "Tianjin"])
    assert found.tolist() == [[80], [100]]
    labor = LaborOptions(hours=None, wages=None, weekly_hours=str(weekly))
    regions = {"region": ["a", "b"], "province": ["", ""]}
    assert hours.weekly_hours(labor, 2012, ["A"], regions)[0].tolist() == [[38], [38]]


def test_every_section_has_a_wage_for_each_table_year():
    sections = {row["section"] for row in read_columns(RESOURCES / "sectors.csv", ("section",))}
    assert len(sections) == 19
    for year in (2012, 2015, 2017):
        found, _ = hours.yearbook_figures([RESOURCES / "average_wage.csv"], WAGE, year, sorted(sections), [""])
        assert (found > 0).all()


def wages_file(folder, rows):
    path = folder / "wages.csv"
    path.write_text("section,year,average_wage_yuan\n" + "".join(f"{s},{y},{w}\n" for s, y, w in rows))
    return str(path)


def test_the_wages_of_the_user_come_first_and_the_built_in_ones_complete_them(tmp_path):
    """One section of the user's in a year that is built in: the others are the project's, and the screening says so."""
    case = city_case(tmp_path / "files")
    case.settings["labor"] |= {"hours": None, "wages": wages_file(tmp_path, [("A", 2012, 30000), ("A", 2018, 1)])}
    folder = run_import(case.write(), tmp_path)
    _, _, _, primary, found = read_back(folder, 2012)
    for k, wage in ((0, 30000), (19, 41650)):
        assert found[:, k] == pytest.approx(primary["compensation"][:, k] * 1e4 / wage * 46 * 52)
    (note,) = (note for note in notes_of(tmp_path) if note.startswith("average_wage_yuan of 2012 by section: "))
    assert "wages.csv: A; " in note and "resources/china/average_wage.csv: B, C, D" in note


def test_every_missing_wage_is_named_at_once_with_the_rows_to_write(tmp_path):
    """2018 to 2020 are not built in; sections of the user's are missing in two of them."""
    case = city_case(tmp_path / "files")
    sections = sorted({row["section"] for row in read_columns(RESOURCES / "sectors.csv", ("section",))})
    rows = [
        (s, y, 9) for y in (2018, 2019, 2020) for s in sections if (s, y) not in (("B", 2019), ("C", 2019), ("S", 2020))
    ]
    case.settings["labor"] |= {"hours": None, "wages": wages_file(tmp_path, rows)}
    case.write()
    case.settings["tables"] = [
        {"year": year, "file": str(case.file), "list": "2012"} for year in (2012, 2018, 2019, 2020)
    ]
    with pytest.raises(InputError) as error:
        plan.describe(case.settings, "dataset")
    for part in (
        "no average_wage_yuan for 2019 (sections B, C), 2020 (section S); write a csv",
        "'section,year,average_wage_yuan' and 'B,2019,FIGURE' (yuan a year",
        "as import.labor.wages; your rows come first",
        "import.labor.hours",
    ):
        assert part in str(error.value), str(error.value)


def test_weekly_hours_of_the_census_by_section(tmp_path):
    """Of towns and of 2010, told; R and S are not in it, and their sectors, which are not productive, have no hours."""
    case = city_case(tmp_path / "files")
    case.settings["labor"] |= {"hours": None, "weekly_hours": "census_2010"}
    folder = run_import(case.write(), tmp_path)
    keys = (
        dataset.read_regions(folder / "regions.csv")["region"],
        dataset.read_sectors(folder / "sectors.csv")["sector"],
    )
    primary = dataset.read_primary_inputs(folder / "2012/primary_inputs.parquet", *keys)
    labor = files.read_table(folder / "2012/labor.parquet", texts=("region", "sector")).to_pylist()
    found = {(row["region"], row["sector"]): row["hours"] for row in labor}
    expected = primary["compensation"][0, 0] * 1e4 / 22687 * 41.29 * 52
    assert found[keys[0][0], "01"] == pytest.approx(expected)
    assert {sector for _, sector in found} == {*keys[1]} - {"41", "42"}
    notes = " ".join(notes_of(tmp_path))
    assert "population census of 2010, persons employed in towns" in notes and "no hours of the sections R, S" in notes
    assert any(path.endswith("weekly_hours.csv") for path in plan.small_inputs(case.settings))


def test_a_productive_sector_without_hours_in_the_census_stops_the_plan(tmp_path):
    case = city_case(tmp_path / "files")
    path = tmp_path / "sectors.csv"
    path.write_text((RESOURCES / "sectors.csv").read_text(encoding="utf-8").replace(",false,,10,R", ",true,,10,R"))
    case.settings |= {"sectors": str(path)}
    case.settings["labor"] |= {"hours": None, "weekly_hours": "census_2010"}
    case.write()
    with pytest.raises(InputError, match=r"weekly_hours.csv: no weekly_hours for 2012 \(section R\); write a csv"):
        plan.describe(case.settings, "dataset")


def provinces_of(case, provinces, wages):
    """The case with provinces in its labels and in the wages: rows of `section, province, wage` beside the national."""
    for row, province in zip(case.labels, provinces, strict=True):
        row["province"] = province
    sections = sorted({row["section"] for row in read_columns(RESOURCES / "sectors.csv", ("section",))})
    lines = [f"{section},{case.year},,50000" for section in sections]
    lines += [f"{section},{case.year},{province},{wage}" for section, province, wage in wages(sections)]
    path = case.folder / "wages.csv"
    path.write_text("\n".join(["section,year,province,average_wage_yuan", *lines]) + "\n", encoding="utf-8")
    case.settings["labor"] |= {"hours": None, "wages": str(path), "weekly_hours": 40}
    return case.write()


def notes_of(results, year=2012):
    return [row["found"] for row in screening(results, year, check="note")]


@pytest.mark.parametrize(
    ("row", "message"),
    [("c,2012,,70000", "section 'c' for 'C'"), ("C,2012,Fujian\u200b,70000", "province 'Fujian\\u200b' for 'Fujian'")],
)
def test_a_wage_of_a_name_that_almost_is_one_stops(tmp_path, row, message):
    path = tmp_path / "wages.csv"
    path.write_text(f"section,year,province,average_wage_yuan\nC,2012,,50000\n{row}\n", encoding="utf-8")
    regions = {"region": ["r0"], "province": ["Fujian"]}
    with pytest.raises(InputError) as error:
        hours.unmet(path, WAGE, 2012, ["C"], regions)
    assert str(error.value).startswith(f"{path}: {message}: almost the same; write the key the same in both places")


def test_provinces_that_meet_nothing_are_told_on_both_sides(tmp_path):
    """A province with a suffix takes the national wage, and the screening says so; one without meets its own."""
    case = city_case(tmp_path / "files")
    names = ["北京", "天津", ""]
    settings = provinces_of(case, names, lambda sections: [(s, p, 80000) for s in sections for p in ("北京市", "天津")])
    folder = run_import(settings, tmp_path)
    _, _, _, primary, hours = read_back(folder, 2012)
    for c, wage in enumerate((50000, 80000, 50000)):
        assert hours[c] == pytest.approx(primary["compensation"][c] * 1e4 / wage * 40 * 52)
    found = " ".join(notes_of(tmp_path))
    assert "none of the regions r0 (北京), r2 (no province in the labels): the national average_wage_yuan" in found
    assert "the provinces 北京市 match no region; 北京市 may be 北京" in found and "天津" not in found
    assert "match no region" in (tmp_path / "screening/2012.md").read_text(encoding="utf-8")


def test_sections_that_a_province_lacks_are_told_and_nothing_where_all_meet(tmp_path):
    case = city_case(tmp_path / "some" / "files")
    rows = lambda sections: [(s, "冀", 80000) for s in sections if s != "C"]  # noqa: E731
    run_import(provinces_of(case, ["冀"] * 3, rows), tmp_path / "some")
    (note,) = (note for note in notes_of(tmp_path / "some") if "wages.csv" in note)
    assert "冀 has no average_wage_yuan of 2012 for the sections C: the national one was used" in note
    case = city_case(tmp_path / "all" / "files")
    run_import(provinces_of(case, ["冀"] * 3, lambda sections: [(s, "冀", 80000) for s in sections]), tmp_path / "all")
    assert not [note for note in notes_of(tmp_path / "all") if "wages.csv" in note]


def test_weekly_hours_by_province_and_sections_of_no_sector_are_told(tmp_path):
    case = city_case(tmp_path / "files")
    sections = "ABCDEFGHIJKLMNOPQRST"
    path = tmp_path / "weekly.csv"
    lines = [f"{section},2012,,40" for section in sections] + [f"{section},2012,Hebei,44" for section in sections]
    path.write_text("section,year,province,weekly_hours\n" + "\n".join(lines) + "\n")
    case.settings["labor"] |= {"hours": None, "weekly_hours": str(path)}
    run_import(case.write(), tmp_path)
    found = " ".join(notes_of(tmp_path))
    assert "weekly.csv has provinces, and none of the regions r0 (no province in the labels), r1" in found
    assert "the provinces Hebei match no region" in found and "the sections T of 2012 are those of no sector" in found


def test_rows_of_small_tables_that_nothing_reads_are_told(tmp_path):
    case = city_case(tmp_path / "files")
    for row in case.labels:
        row["telephone_1984"] = row.pop("telephones_1984")
    (case.folder / "concordance.csv").write_text("sector,joined\n22,22-23\n23,22-23\n99,22-23\n")
    text = (RESOURCES / "sectors.csv").read_text(encoding="utf-8")
    (case.folder / "sectors.csv").write_text(text, encoding="utf-8")
    case.settings |= {key: str(case.folder / f"{key}.csv") for key in ("concordance", "sectors")}
    case.settings["labor"]["hours"] = None
    run_import(case.write(), tmp_path)
    found = " ".join(notes_of(tmp_path))
    assert "labels.csv: columns not read: telephone_1984" in found
    assert "the sectors 99 are in no sector list: not joined" in found
    assert "sectors.csv: no sector of the tables leads to 16-17, 16-17-24, 22, 23, 36-1, 36-2" in found


def test_columns_and_rows_that_are_not_read_are_told(tmp_path):
    economy = city_economy(1)

    def add(rows):
        for row in rows:
            row.append("FU203" if row is rows[0] else "1")
        rows.append(["VA005", "subsidies", "", "TOT", *["0"] * 42, *[""] * (len(rows[0]) - 46)])

    file = write_national(tmp_path / "table.csv", economy, add)
    settings = import_settings(
        kind="nbs", tables=[{"year": 2012, "file": str(file)}], money_unit=10000, faults={"unit": "keep"}
    )
    run_import(settings, tmp_path)
    assert any("table.csv: not read: columns FU203; rows VA005." in note for note in notes_of(tmp_path))
    case = city_case(tmp_path / "city/files")
    case.fields["Note"] = np.zeros((2, 2))
    run_import(case.write(), tmp_path / "city")
    assert "Fields of MRIO that are not read: Note." in notes_of(tmp_path / "city")


def test_the_unit_that_a_workbook_states_is_compared(tmp_path):
    economy = city_economy(2)

    write_workbook(tmp_path / "table.xlsx", economy)
    run_import(province_settings(tmp_path, economy), tmp_path / "agrees")
    assert not screening(tmp_path / "agrees", block="unit", done="kept")
    write_workbook(tmp_path / "table.xlsx", economy, change=lambda cells: cells.update({(1, 1): "表（单位：亿元）"}))
    run_import(province_settings(tmp_path, economy), tmp_path / "differs")
    (kept,) = screening(tmp_path / "differs", block="unit", done="kept")
    assert "table.xlsx, sheet Table states '亿元', 1e+08 currency units per 1" in kept["found"]


# Provincial workbooks ---------------------------------------------------------------------------------


WORKBOOK = 1e-14  # a workbook keeps 15 to 16 digits


def province_settings(folder, economy, **entry):
    rows = [{"region": region, "name": CHINESE[c]} for c, region in enumerate(economy.regions)]
    return import_settings(
        kind="ceads_province",
        tables=[{"year": 2012, "file": str(folder / "table.xlsx")} | entry],
        money_unit=10000,
        labels=str(write_labels(folder / "labels.csv", rows, "gbk")),
        labor={"hours": str(write_hours(folder / "hours.csv", economy))},
        faults={"unit": "keep"},
    )


def test_a_provincial_workbook_is_read_by_its_codes(tmp_path):
    economy = city_economy(2)
    write_workbook(tmp_path / "table.xlsx", economy, "Table_2017")
    settings = province_settings(tmp_path, economy, sheet="Table_2017")
    holds(run_import(settings, tmp_path), economy, rel=WORKBOOK)
    assert {row["block"] for row in screening(tmp_path, check="total")} == {"TIU", "TFU", "GO", "TII", "TVA", "TI"}


@pytest.mark.parametrize(
    ("sheet", "year", "listed"),
    [("Table", 2012, None), ("Table_2017_consistent", 2017, "2012"), ("English_Version", 2015, None)],
)
def test_every_sheet_of_the_workbooks_is_read_with_its_own_names(sheet, year, listed, tmp_path):
    """Provinces as the sheet writes them; beside each code the name it has in the sheet's list."""
    economy, names = city_economy(2), ["Beijing", "Tianjin"] if sheet == "English_Version" else CHINESE
    known = sector_list(listed or "2012")
    label = known["name"] if sheet == "English_Version" else known["chinese"]

    def relabel(cells):
        for place, cell in cells.items():
            cells[place] = dict(zip(CHINESE, names, strict=False)).get(cell, cell)
        for k in range(2 * 42):
            cells[5 + k, 2] = cells[3, 4 + k] = label[k % 42]

    write_workbook(tmp_path / "table.xlsx", economy, sheet, relabel)
    settings = province_settings(tmp_path, economy, sheet=sheet, year=year, **({"list": listed} if listed else {}))
    rows = [{"region": region, "name": names[c]} for c, region in enumerate(economy.regions)]
    write_labels(tmp_path / "labels.csv", rows)
    folder = run_import(settings, tmp_path)
    assert read_back(folder, year)[0] == pytest.approx(economy.flows, rel=WORKBOOK)
    if year == 2017:  # the list of 2017 would make other sectors of the codes from 22 on
        settings["tables"][0]["list"] = "2017"
        with pytest.raises(InputError, match=r"row 27 is '废品废料', .* name the list that the sheet follows"):
            run_import(settings, tmp_path / "other")


def test_rows_and_columns_may_stand_anywhere(tmp_path):
    economy = city_economy(2)

    import openpyxl

    write_workbook(tmp_path / "plain.xlsx", economy)
    book = openpyxl.load_workbook(tmp_path / "plain.xlsx")
    page = book["Table"]
    for merged in list(page.merged_cells.ranges):
        page.unmerge_cells(str(merged))
    page.insert_rows(2, 3)
    page.insert_cols(1, 2)
    book.save(tmp_path / "table.xlsx")
    holds(run_import(province_settings(tmp_path, economy), tmp_path), economy, rel=WORKBOOK)


def test_text_in_a_workbook_is_listed_by_address_and_a_wrong_total_too(tmp_path):
    economy = city_economy(2)

    def spoil(cells):
        cells[5 + 3, 4 + 42 + 6] = "n.a."
        cells[5 + 9, 4 + 84] = 7.0  # TIU of the tenth good

    write_workbook(tmp_path / "table.xlsx", economy, change=spoil)
    run_import(province_settings(tmp_path, economy), tmp_path)
    (row,) = screening(tmp_path, check="missing", block="flows")
    assert row["found"] == "'n.a.' in AZ8 of table.xlsx, sheet Table"
    (total,) = screening(tmp_path, check="imbalance", block="TIU")
    assert (total["region"], total["sector"]) == ("r0", "10") and "TIU 7, the sum" in total["found"]
    address = [row[name] for name in ("origin_region", "origin_sector", "region", "sector")]
    assert address == ["r0", "04", "r1", "07"] and row["done"] == "excluded"


# National tables --------------------------------------------------------------------------------------

CHINA = SHARED / "china"
NATIONAL = {
    2012: {"file": str(CHINA / "china_2012_139.csv"), "list": "2012-139"},
    2015: {"file": str(CHINA / "china_2015_42.csv")},
    2017: {"file": str(CHINA / "china_2017_42.csv")},
}
needs_china = pytest.mark.skipif(not CHINA.exists(), reason="the Chinese tables are not here (../shared/data/china)")


@pytest.mark.slow
@needs_china
def test_the_national_tables_of_china_give_values_profit_rate_and_prices(tmp_path, run):
    config = {
        "run": run,
        "import": {
            "kind": "nbs",
            "money_unit": 10000,
            "concordance": str(RESOURCES / "concordance.csv"),
            "tables": [{"year": year} | entry for year, entry in NATIONAL.items()],
        },
    }
    (tmp_path / "china.yaml").write_text(yaml.safe_dump(config))
    finished = snakemake("values", "screening", *FEW_JOBS, "--configfile", tmp_path / "china.yaml")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    for year, output in {2012: 160.2, 2015: 208.1, 2017: 225.8}.items():
        summary = files.read_json(results / f"values/{year}/summary.json")
        assert 0.10 < summary["profit_rate"] < 0.20
        with open(results / f"values/{year}/national.csv", encoding="utf-8") as file:
            national = list(csv.DictReader(file))
        assert len(national) == 41 and all(float(row["price"]) > 0 for row in national)
        assert sum(float(row["output"]) for row in national) / 1e12 == pytest.approx(output, abs=0.05)
        # GO = TIU + TFU - IM + ERR, held by every row
        assert [row["block"] for row in screening(results, year, check="total")].count("GO") == 1
        assert screening(results, year, check="imbalance") == []


def test_domestic_and_imported_blocks_come_apart(tmp_path):
    """Rows split by Origin: domestic flows and final goods, imports as a row by using sector."""
    economy = city_economy(1)
    file = write_national(tmp_path / "table.csv", economy)
    settings = import_settings(
        kind="nbs",
        tables=[{"year": 2012, "file": str(file)}],
        money_unit=10000,
        labor={"hours": str(write_hours(tmp_path / "hours.csv", replace(economy, regions=["CN"])))},
        faults={"unit": "keep"},
    )
    folder = run_import(settings, tmp_path)
    flows, totals, _, primary, _ = read_back(folder, 2012)
    np.testing.assert_array_equal(flows, economy.flows)
    for use, amounts in economy.final.items():
        np.testing.assert_array_equal(totals[use], amounts[:, :, 0])
    np.testing.assert_allclose(primary["imports"], economy.primary["imports"], rtol=1e-12)
    np.testing.assert_array_equal(primary["output"], economy.output)
    assert screening(tmp_path, check="imbalance") == []


def test_a_national_table_says_by_its_column_origin_whether_its_rows_hold_imports(tmp_path):
    split, whole = write_national(tmp_path / "split.csv", city_economy(1)), tmp_path / "whole.csv"
    with open(split, encoding="utf-8") as file:
        rows = [row[:3] + row[4:] for row in csv.reader(file) if row[3] != "Imports"]
    with open(whole, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)

    def described(*paths):
        tables = [{"year": 2012 + k, "file": str(path)} for k, path in enumerate(paths)]
        settings = import_settings(kind="nbs", tables=tables, money_unit=10000)
        assert plan.described_tables(settings) == [str(path) for path in paths]
        return description(ImportContext.from_config(json.loads(plan.description_settings(settings))["import"]))

    assert described(split)["layout"] == "domestic"
    assert described(whole, whole)["layout"] == "competitive"
    assert "layout" not in described(whole, split), "it differs by year, and is decided from each year's table"


@needs_china
def test_139_and_149_sectors_fold_to_42_by_name(tmp_path):
    """The table of 2017 in 149 sectors folds to the one in 42; electronics stay electronics in every list."""
    outputs = {}
    for name, entry in {
        "fine": {"file": str(CHINA / "china_2017_149.csv"), "list": "2017-149"},
        "coarse": NATIONAL[2017],
        "early": NATIONAL[2012],
    }.items():
        year = 2012 if name == "early" else 2017
        settings = import_settings(kind="nbs", money_unit=10000, tables=[{"year": year} | entry])
        folder = run_import(settings, tmp_path / name)
        outputs[name] = read_back(folder, year)[3]["output"][0] / 1e8
        assert len(outputs[name]) == 42
    assert outputs["fine"] == pytest.approx(outputs["coarse"], rel=1e-12)
    assert outputs["coarse"].sum() == pytest.approx(225.77, abs=0.01)


# Any database pymrio reads ----------------------------------------------------------------------------

CATEGORIES = {
    "Final consumption expenditure by households": "households",
    "Final consumption expenditure by non-profit organisations serving households (NPISH)": "households",
    "Final consumption expenditure by government": "government",
    "Gross fixed capital formation": "fixed_capital_formation",
    "Changes in inventories": "inventories",
    "Changes in valuables": "inventories",
    "Export": "exports",
}
PYMRIO_SECTORS = ["food", "mining", "manufactoring", "electricity", "construction", "trade", "transport", "other"]


def pymrio_mapping(path):
    """pymrio's test system has one row of value added: a half is taken as wages, a tenth as depreciation."""
    sectors = {name: {"productive": name != "trade"} for name in PYMRIO_SECTORS}
    sectors["manufactoring"]["digital"], sectors["transport"]["digital"] = "device", "service"
    mapping = {
        "regions": [f"reg{k}" for k in range(1, 7)],
        "sectors": sectors,
        "final_demand": CATEGORIES,
        "primary_inputs": {
            "compensation": {"factor_inputs/Value Added": 0.5},
            "depreciation": {"factor_inputs/Value Added": 0.1},
            "operating_surplus": {"factor_inputs/Value Added": 0.4},
        },
        "hours": {"factor_inputs/Value Added": 30000},
    }
    path.write_text(yaml.safe_dump(mapping, sort_keys=False))
    return mapping


@pytest.fixture(scope="module")
def pymrio_folder(tmp_path_factory):
    pymrio = pytest.importorskip("pymrio", reason="pymrio is not installed")
    folder = tmp_path_factory.mktemp("pymrio")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, form in (("text", "txt"), ("parquet", "parquet")):
            pymrio.load_test().save_all(str(folder / name), table_format=form)
    return folder


def pymrio_settings(folder, mapping):
    return {
        "kind": "pymrio",
        "tables": [{"year": 2010, "file": str(folder)}],
        "money_unit": 1000000,
        "currency": "USD",
        "mapping": str(mapping),
        "faults": {"imbalance": "keep"},
    }


@pytest.mark.slow
def test_pymrios_test_system_runs_through_values(pymrio_folder, tmp_path, run):
    pymrio_mapping(tmp_path / "mapping.yaml")
    config = {"run": run, "import": pymrio_settings(pymrio_folder / "parquet", tmp_path / "mapping.yaml")}
    config |= {"prices": {"rural_sectors": []}}
    (tmp_path / "pymrio.yaml").write_text(yaml.safe_dump(config))
    finished = snakemake("values", "screening", *FEW_JOBS, "--configfile", tmp_path / "pymrio.yaml")
    assert finished.returncode == 0, finished.stderr[-3000:]
    summary = files.read_json(HOME / f"results/{run}/values/2010/summary.json")
    assert summary["regions_used"] + summary["regions_excluded"] == 6 and summary["regions_used"] >= 5
    # a toy whose columns do not meet its rows: next to no inputs, so that r* is far above any economy's
    assert summary["profit_rate"] > 0 and 0 < summary["spectral_radius_values"] < 1
    assert screening(HOME / "results" / run, 2010, check="imbalance")
    library_agrees(HOME / f"results/{run}/values/2010", summary, money_unit=1000000)


def library_agrees(folder, summary, money_unit):
    """`from_pymrio` in memory gives what the workflow wrote for the same system."""
    import pymrio

    row = "factor_inputs/Value Added"
    found = from_pymrio(
        pymrio.load_test(),
        hours={row: 30000},
        compensation={row: 0.5},
        depreciation={row: 0.1},
        households=[category for category, use in CATEGORIES.items() if use == "households"],
        capital_formation="Gross fixed capital formation",
        exports="Export",
        productive=[sector for sector in PYMRIO_SECTORS if sector != "trade"],
    )
    assert found.profit_rate == pytest.approx(summary["profit_rate"], rel=1e-12)
    national = files.read_table(folder / "national.csv")
    regional = files.read_table(folder / "regions.parquet")
    for name, ours in (("value", found.national_value), ("price", found.price)):
        np.testing.assert_allclose(ours / money_unit, np.array(national[name].to_pylist(), dtype=float), rtol=1e-12)
    for name in ("value", "value_network", "value_own"):
        ours = getattr(found, name).loc[:, found.productive].to_numpy().ravel() / money_unit
        np.testing.assert_allclose(ours, np.array(regional[name].to_pylist(), dtype=float), rtol=1e-12)


def test_text_and_parquet_of_a_pymrio_system_are_the_same_dataset(pymrio_folder, tmp_path):
    mapping = pymrio_mapping(tmp_path / "mapping.yaml")
    found = {}
    for form in ("text", "parquet"):
        settings = import_settings(**pymrio_settings(pymrio_folder / form, tmp_path / "mapping.yaml"))
        found[form] = read_back(run_import(settings, tmp_path / form), 2010)
    flows, totals, _, primary, hours = found["text"]
    assert flows == pytest.approx(found["parquet"][0], rel=1e-6)
    assert flows.shape == (6, 8, 6, 8) and set(totals) <= set(mapping["final_demand"].values())
    assert primary["compensation"] * 60000 == pytest.approx(hours)


# What must not matter ---------------------------------------------------------------------------------


def imported_ratios(economy, folder):
    """tlpr, shares and the profit rate after an import of the economy, by region and sector key."""
    folder.mkdir()
    case = city_case(folder / "files", m=len(economy.regions))
    case.economy, case.fields = economy, struct(economy)
    write_hours(folder / "files/hours_2012.csv", economy)
    case.labels = [{"region": region, "name": region} for region in economy.regions]
    (folder / "files/gross_output.csv").write_text("year,trillion_yuan\n")
    settings = case.write()
    settings["faults"]["unit"] = "keep"
    lists = sector_list("2012")
    place = {sector: k for k, sector in enumerate(lists["sector"])}
    rows = [
        ["2012", *(lists[name][place[s]] for name in ("code", "name", "chinese", "sector"))] for s in economy.sectors
    ]
    (folder / "lists.csv").write_text(
        "\n".join(["list,code,name,chinese,sector", *(f'{r[0]},{r[1]},"{r[2]}",{r[3]},{r[4]}' for r in rows)])
    )
    settings["sector_lists"] = str(folder / "lists.csv")
    imported = run_import(settings, folder)
    flows, totals, origins, primary, hours = read_back(imported, 2012)
    order = dataset.read_sectors(imported / "sectors.csv")
    again = replace(
        economy,
        flows=flows,
        final=origins,
        exports=totals["exports"],
        primary=primary,
        hours=hours,
        sectors=order["sector"],
        productive=np.array(order["productive"]),
    )
    solved = solve(again, rural_sectors=["01"])
    keys = [(region, sector) for region in again.regions for sector in order["sector"]]
    return solved.summary.profit_rate, {
        name: dict(zip(keys, solved.indicators[name].ravel(), strict=True)) for name in RATIOS
    }


RATIOS = (*("tlpr", "dd", "ds", "di", "indi", "d", "ddr", "dsr", "dir", "indir", "tdr", "occ", "lp", "pri", "dlq"),)


@pytest.fixture(scope="module")
def plain_ratios(tmp_path_factory):
    return imported_ratios(city_economy(3), tmp_path_factory.mktemp("plain") / "import")


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    order=st.permutations(range(3)),
    middle=st.permutations(range(3, 41)),
    names=st.lists(
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,8}", fullmatch=True), min_size=3, max_size=3, unique=True
    ),
    money=st.floats(1e-3, 1e3),
    hours=st.floats(1e-2, 1e2),
)
def test_relabelling_reordering_and_units_leave_every_ratio_unchanged(
    plain_ratios, tmp_path_factory, order, middle, names, money, hours
):
    """Region names, the order of regions and sectors in the files, the units of money and hours: no ratio moves."""
    economy = city_economy(3)
    other = reordered(economy, order, [0, 1, 2, *middle, 41])
    old = dict(zip(names, other.regions, strict=True))
    other = replace(scaled(other, money=money, hours=hours), regions=names)
    rate, ratios = plain_ratios
    again, found = imported_ratios(other, tmp_path_factory.mktemp("changed") / "import")
    assert again == pytest.approx(rate, rel=1e-9)
    for variable, cells in found.items():
        expected = [ratios[variable][old[region], sector] for region, sector in cells]
        np.testing.assert_allclose(list(cells.values()), expected, rtol=1e-9, err_msg=variable)


# The plan ---------------------------------------------------------------------------------------------


def test_the_plan_of_an_import_names_every_city_year_before_anything_has_run(tmp_path, run):
    case = city_case(tmp_path / "files")
    settings = case.write()
    (tmp_path / "mat.yaml").write_text(yaml.safe_dump({"run": run, "import": settings}))
    finished = snakemake("-n", "--configfile", tmp_path / "mat.yaml")
    text = finished.stdout + finished.stderr
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert "Importing the table of 2012" in text
    assert all(f"Solving {region} in 2012" in text for region in case.economy.regions)
    assert not (HOME / "results" / run).exists()


def test_the_plan_says_which_tables_years_and_telephones_do_not_support(tmp_path):
    case = city_case(tmp_path / "files")

    def lacking(*years):
        settings = case.write()
        tables = []
        for year in years:  # each has its own file, which is not read
            (file := tmp_path / f"{year}.mat").write_text(str(year))
            tables.append({"year": year, "file": str(file)})
        settings["labor"]["hours"] = str(tmp_path / "hours_{year}.csv")
        return plan.describe(settings | {"tables": tables}, tmp_path).lacking

    assert lacking(2012, 2013, 2014) == {} and lacking(2012, 2015) == {6: "a third year"}
    assert lacking(2012) == dict.fromkeys([table.number for table in ESTIMATED], "a second year")
    for row in case.labels:
        row["telephones_1984"] = ""
    assert lacking(2012, 2013, 2014) == {8: "telephones_1984"}


@pytest.mark.slow
def test_an_import_runs_to_values_and_a_lost_cell_has_its_reason(tmp_path, run):
    case = city_case(tmp_path / "files", version="7.3")
    case.fields["VA"][2, CELL] = np.nan
    (tmp_path / "mat.yaml").write_text(yaml.safe_dump({"run": run, "import": case.write()}))
    finished = snakemake("panel", "screening", *FEW_JOBS, "--configfile", tmp_path / "mat.yaml")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    with open(results / "exclusions.csv", encoding="utf-8") as file:
        lost = {row["region"]: row["reason"] for row in csv.DictReader(file)}
    assert set(lost) == {"r1"} and "missing_primary_inputs" in lost["r1"]
    assert "(depreciation of r1 天津, 05 Mining and processing of nonmetal and other ores is nan)" in lost["r1"]
    assert files.read_json(results / "values/2012/summary.json")["regions_used"] == 2


@pytest.mark.slow
def test_the_embedded_economy_as_a_struct_gives_the_tables_it_gives(demo, tmp_path, run):
    """The demo's dataset as CEADs would publish it, imported: the same estimates in Tables 3, 8 and 10."""
    written = imitate(demo / "dataset", tmp_path, lists=dict.fromkeys((2012, 2015, 2017), "2012"))
    settings = {"kind": "ceads_city", "money_unit": 1000000, "synthetic": True, "labels": str(tmp_path / "regions.csv")}
    settings["tables"] = [{"year": year, "file": str(file), "list": "2012"} for year, file in written.items()]
    # the demo's own classification, whose service lives are not those of resources/china
    own = dataset.read_sectors(demo / "dataset/sectors.csv")
    own["productive"] = [str(flag).lower() for flag in own["productive"]]
    files.write_table(tmp_path / "sectors.csv", own | {"section": ["A"] * len(own["sector"])})
    settings |= {"sectors": str(tmp_path / "sectors.csv")}
    settings |= {"labor": {"hours": str(demo / "dataset/{year}/labor.parquet")}}
    (tmp_path / "struct.yaml").write_text(yaml.safe_dump({"run": run, "import": settings}))
    tables = [f"tables/table{number:02}.csv" for number in (3, 8, 10)]
    results = HOME / "results" / run
    targets = [f"results/{run}/{table}" for table in tables]
    finished = snakemake(*targets, *FEW_JOBS, "--configfile", tmp_path / "struct.yaml")
    assert finished.returncode == 0, finished.stderr[-3000:]
    with open(results / "exclusions.csv", encoding="utf-8") as file:
        assert any(row["reason"].startswith("missing_labor") for row in csv.DictReader(file))
    for table in tables:
        with open(demo / table, encoding="utf-8") as file:
            expected = [(row["term"], row["n"], float(row["estimate"])) for row in csv.DictReader(file)]
        with open(results / table, encoding="utf-8") as file:
            found = [(row["term"], row["n"], float(row["estimate"])) for row in csv.DictReader(file)]
        assert [row[:2] for row in found] == [row[:2] for row in expected]
        assert [row[2] for row in found] == pytest.approx([row[2] for row in expected], rel=1e-6)


def embedded_dataset(folder, regions, years=(2012, 2015, 2017)):
    """The embedded economy of so many regions as a dataset folder, written by the scripts of the rules."""
    keys = [f"C{number:03d}" for number in range(1, regions + 1)]
    settings = {"embedded": {"years": list(years), "seed": 2025}}
    profiles, recipes = (HOME / f"resources/embedded/{name}.csv" for name in ("sectors", "recipes"))
    described = [folder / name for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    generate_dataset(keys, settings, profiles, *described)
    for year in years:
        tables = [folder / f"{year}/{name}" for name in plan.WRITTEN]
        generate_year(year, settings, described[1], profiles, recipes, *tables)
    return folder


def test_the_config_for_ceads_files_is_what_the_schema_allows():
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))
    ceads = yaml.safe_load((HOME / "config/ceads.yaml").read_text(encoding="utf-8"))
    config["import"] |= ceads.pop("import")
    configuration.check(config | ceads, HOME / "workflow/schemas/config.schema.yaml")


def test_without_the_downloaded_files_one_line_says_which_is_missing(tmp_path):
    copy_workflow(tmp_path / "clone")
    finished = snakemake("-n", "--configfile", "config/ceads.yaml", folder=tmp_path / "clone")
    assert finished.returncode == 1
    assert "import.tables" in finished.stderr and "2012_Chinese_City_MRIO.mat" in finished.stderr
    assert "no such file" in finished.stderr and "Traceback" not in finished.stderr


def test_a_long_loop_reports_its_progress(capsys):
    assert list(progress([7, 8, 9], "flows, region", every=0)) == [7, 8, 9]
    assert capsys.readouterr().err.splitlines()[1:] == [
        "laborvalue: flows, region: 1 of 3",
        "laborvalue: flows, region: 2 of 3",
    ]
    list(progress([7, 8, 9], "flows, region"))
    assert capsys.readouterr().err == ""


def test_one_long_call_reports_how_long_it_has_taken(capsys):
    with waiting("reading table.mat", every=0.05):
        time.sleep(0.12)
    lines = capsys.readouterr().err.splitlines()
    assert lines and set(lines) == {"laborvalue: reading table.mat: 0 s"}
    with waiting("reading table.mat"):
        pass
    assert capsys.readouterr().err == ""
