"""World databases: configs and mappings, names as pymrio has them, WIOD's accounts, WIOD from end to end."""

import csv
import importlib.util
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

import real_tables
from datasets import HOME
from handbook import DOCUMENTS, blocks, rates_row, shown_lines
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.importers import plan
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.socio_economic_accounts import SocioEconomicAccounts
from laborvalue_workflow.importers.textfiles import read_mapping
from laborvalue_workflow.running import configuration
from published_tables import import_settings
from real_tables import INDUSTRIES, WIOD_RUN, needs_wiod, wiod_arrays, write_accounts
from test_import import read_back, run_import, screening
from test_workflow import dense_values

FOLDER = HOME / "config/databases"
DATABASES = ("eora26", "exiobase3_ixi", "exiobase3_pxp", "gloria", "oecd_icio", "wiod2013", "wiod2016")
SIZES = dict(zip(DATABASES, (26, 163, 200, 120, 45, 35, 56), strict=True))
HEAD = 10  # lines of comment, at most


def config_of(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def mapping_of(name):
    return read_mapping(FOLDER / f"{name}_mapping.yaml")


# Configs and mappings -------------------------------------------------------------------------------------


def test_every_database_has_a_config_and_a_mapping():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        name for database in DATABASES for name in (f"{database}.yaml", f"{database}_mapping.yaml")
    )


@pytest.mark.parametrize("name", DATABASES)
def test_a_config_names_its_files_and_its_mapping_has_everything(name):
    lines = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert len(head) <= HEAD and any("icence" in line for line in head) and any("issing" in line for line in head)
    config, section = config_of(name), config_of(name)["import"]
    assert config["run"] == name and config["words"]["regions"] == "countries"
    assert section["mapping"] == f"config/databases/{name}_mapping.yaml"
    paths = [table["file"] for table in section["tables"]] + [section.get("accounts"), section.get("labels")]
    assert all(path.startswith(f"data/{name}/") for path in paths if path)
    context = ImportContext.from_config({"kind": "pymrio", "tables": [], "mapping": FOLDER / f"{name}_mapping.yaml"})
    mapping, sectors = mapping_of(name), context.sectors
    assert len(sectors["sector"]) == SIZES[name] and {*sectors["productive"]} == {"true", "false"}
    digital = [i for i, kind in enumerate(sectors["digital"]) if kind]
    assert all(sectors["productive"][i] == "true" for i in digital)
    assert {"households", "government", "fixed_capital_formation", "inventories"} <= {*mapping["final_demand"].values()}
    assert {"compensation", "production_taxes", "depreciation", "operating_surplus"} == {*mapping["primary_inputs"]}
    assert bool(mapping.get("hours")) != bool(section.get("labor", {}).get("hours"))
    assert bool(mapping.get("regions")) != bool(section.get("labels"))
    named = str(mapping["primary_inputs"]) + str(mapping.get("hours"))
    assert ("accounts/" in named) == bool(section.get("accounts"))


@pytest.mark.parametrize("name", DATABASES)
def test_a_config_is_planned_with_nothing_but_its_files(name, tmp_path, monkeypatch):
    """As a user has them: the config of the project, tables under data/NAME, the account table or labels beside."""
    config = configuration.completed(config_of(name), HOME / "config/config.yaml")
    configuration.check(config, HOME / "workflow/schemas/config.schema.yaml")
    section = config["import"]
    (tmp_path / "config").symlink_to(HOME / "config")
    monkeypatch.chdir(tmp_path)
    for table in section["tables"]:
        Path(table["file"]).mkdir(parents=True)
    if section["labels"]:
        Path(section["labels"]).write_text("region\nAUS\nUSA\n")
    if section["accounts"]:
        with pytest.raises(InputError, match=r"import\.accounts: .*: no such file; expected the downloaded workbook"):
            plan.describe(section, "results/dataset")
        Path(section["accounts"]).touch()
    planned = plan.describe(section, "results/dataset")
    assert len(planned.sectors) == SIZES[name] and planned.years == [table["year"] for table in section["tables"]]
    assert len(planned.regions) == (2 if section["labels"] else len(mapping_of(name)["regions"]))
    read = plan.year_inputs(section, planned.years[0])
    assert section["accounts"] in read if section["accounts"] else len(read) in (1, 2)


@pytest.mark.parametrize("kind", ["ixi", "pxp"])
def test_exiobases_names_are_those_of_pymrios_classification(kind):
    pymrio = pytest.importorskip("pymrio", reason="pymrio is not installed")
    known, mapping = pymrio.get_classification(f"exio3_{kind}"), mapping_of(f"exiobase3_{kind}")
    assert list(mapping["sectors"]) == known.sectors["ExioName"].tolist()
    assert list(mapping["final_demand"]) == known.finaldemand["ExioName"].tolist()
    code = dict(zip(known.sectors["ExioName"], (text[1:] for text in known.sectors["ExioCode"]), strict=True))
    digital = {code[name]: entry["digital"] for name, entry in mapping["sectors"].items() if "digital" in entry}
    assert digital == {"30": "device", "32": "device", "64": "service", "72": "service"}
    package = Path(importlib.util.find_spec("pymrio").origin).parent
    with open(package / f"mrio_models/exio3_{kind}/valueadded.tsv", encoding="utf-8") as file:
        rows = {row["ExioName"] for row in csv.DictReader(file, delimiter="\t")}
    named = [row for weights in mapping["primary_inputs"].values() for row in weights]
    assert {row.removeprefix("factor_inputs/") for row in named} <= rows and len(set(named)) == len(named) == 9
    orig = package / "mrio_models/exio2_pxp/concordance/orig_regions.txt"
    assert {*orig.read_text(encoding="utf-8").split()} <= {*mapping["regions"]}  # Croatia came with the third release


# Names as the parsers give them ---------------------------------------------------------------------------


def eora(folder, regions, sectors, uses):
    """What parse_eora26 reads, two countries and ROW."""
    places = [*((region, sector) for region in regions for sector in sectors), ("ROW", "TOTAL")]
    final = [(region, use) for region in (*regions, "ROW") for use in uses]
    added = [
        *("Compensation of employees D.1", "Taxes on production D.29", "Subsidies on production D.39"),
        *("Net operating surplus B.2n", "Net mixed income B.3n", "Consumption of fixed capital K.1"),
    ]
    size = len(places)

    def block(name, number, height, width):
        line = "\t".join([str(number)] * width)
        (folder / f"Eora26_2010_bp_{name}.txt").write_text("\n".join([line] * height) + "\n")

    block("T", 1, size, size)
    block("FD", 9, size, len(final))
    block("VA", 2, len(added), size)
    block("Q", 1, 1, size)
    block("QY", 1, 1, len(final))
    for name, labels in (("T", places), ("FD", final)):
        lines = [f"{region}\t{region}\tIndustries\t{label}" for region, label in labels]
        (folder / f"labels_{name}.txt").write_text("\n".join(lines) + "\n")
    (folder / "labels_VA.txt").write_text("\n".join(f"Primary inputs\t{row}" for row in added) + "\n")
    (folder / "labels_Q.txt").write_text("I-ENERGY\tNatural gas (TJ)\n")
    import pymrio

    return pymrio.parse_eora26(folder, year=2010)


def oecd(folder, regions, sectors, uses):
    """What parse_oecd reads, edition 2023."""
    import pandas as pd
    import pymrio

    places = [f"{region}_{sector}" for region in regions for sector in sectors]
    final = [f"{region}_{use}" for region in regions for use in uses]
    frame = pd.DataFrame(1.0, [*places, "TLS", "VA", "OUT"], [*places, *final, "OUT"])
    frame.loc[places, final] = 9.0
    frame.to_csv(folder / "ICIO2023_2010.csv")
    system = pymrio.parse_oecd(folder, year=2010)
    rows = pd.Index(["compensation", "depreciation", "hours"], name="row")
    F = pd.DataFrame(2.0, rows, system.Z.columns)
    unit = pd.DataFrame({"unit": ["Million USD", "Million USD", "M.hr"]}, rows)
    system.labour = pymrio.Extension("labour", F=F, unit=unit)
    return system


def gloria(folder, regions, sectors, uses):
    """What parse_gloria reads: supply and use, value added by region, the ReadMe."""
    import openpyxl
    import pandas as pd
    import pymrio

    m, n = len(regions), len(sectors)
    added = [
        *("Compensation of employees D.1", "Taxes on production D.29", "Subsidies on production D.39"),
        *("Net operating surplus B.2n", "Net mixed income B.3n", "Consumption of fixed capital K.1"),
    ]
    T = np.zeros((m, 2, n, m, 2, n))
    T[:, 1, :, :, 0, :] = 1  # products used by industries
    for c in range(m):
        T[c, 0, :, c, 1, :] = np.eye(n) * (m * n + 9 * m * len(uses))  # industries make their own product
    Y = np.zeros((m, 2, n, m * len(uses)))
    Y[:, 1] = 9
    V = np.zeros((m, len(added), m, 2, n))
    for c in range(m):
        V[c, :, c, 0, :] = 2
    size = 2 * m * n
    blocks = {"T": T.reshape(size, size), "Y": Y.reshape(size, -1), "V": V.reshape(-1, size)}
    blocks |= {"TQ": np.ones((1, size)), "YQ": np.ones((1, m * len(uses)))}
    places = {"GLORIA_MRIOs_59_2010": "TYV", "GLORIA_SatelliteAccounts_059_2010": ("TQ", "YQ")}
    for place, names in places.items():
        (folder / place).mkdir()
        for name in names:
            file = f"x_120secMother_AllCountries_002_{name}-Results_2010_059_Markup001(full).csv"
            pd.DataFrame(blocks[name]).to_csv(folder / place / file, header=False, index=False)
    sheets = {
        "Regions": {"Region_acronyms": regions, "Region_names": regions},
        "Sectors": {"Sector_names": sectors},
        "Value added and final demand": {"Final_demand_names": uses, "Value_added_names": added},
        "Satellites": {"Sat_indicator": ["a"], "Sat_head_indicator": ["b"], "Sat_unit": ["t"]},
    }
    book = openpyxl.Workbook()
    for name, columns in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in zip(*columns.values(), strict=True):
            sheet.append(row)
    book.save(folder / "GLORIA_ReadMe_059.xlsx")
    return pymrio.parse_gloria(folder, year=2010).calc_all()


def wiod(folder, regions, sectors, uses):
    """What parse_wiod reads: one sheet with codes, names, countries and c codes along both sides."""
    import openpyxl
    import pymrio

    columns = [(sector, f"name {sector}", region, f"c{k}") for region in regions for k, sector in enumerate(sectors, 1)]
    columns += [("", f"name {use}", region, use) for region in regions for use in uses]
    rows = columns[: len(regions) * len(sectors)]
    rows = [*rows, *(("", name, "TOT", f"r{k}") for k, name in enumerate(real_tables.ADDED, 61))]
    rows += [("", "Output at basic prices", "TOT", "r69")]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Intercountry Input-Output Table, 2010"])
    sheet.append([])
    for level in range(4):
        corner = {0: "(industry-by-industry)", 1: "(millions of US$)"}.get(level)
        sheet.append([corner, None, None, None, *(column[level] for column in columns), None])
    for row in rows:
        sheet.append([*row, *[1.0] * len(columns), 1.0])
    book.save(folder / "wiot10_row_apr12.xlsx")
    return pymrio.parse_wiod(folder, year=2010)


PARSED = {"eora26": eora, "gloria": gloria, "oecd_icio": oecd, "wiod2013": wiod}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSED)
def test_a_mapping_reads_what_the_parser_of_its_database_gives(name, tmp_path):
    """The raw files in the form of the database, two countries and all its sectors, through pymrio and the import."""
    pytest.importorskip("pymrio", reason="pymrio is not installed")
    mapping, section = mapping_of(name), config_of(name)["import"]
    (tmp_path / "raw").mkdir()
    regions = ["AUS", "USA"]
    system = PARSED[name](tmp_path / "raw", regions, list(mapping["sectors"]), list(mapping["final_demand"]))
    system.save_all(str(tmp_path / "system"), table_format="parquet")
    assert [str(region) for region in system.get_regions()] == regions
    (tmp_path / "labels.csv").write_text("region\n" + "\n".join(regions) + "\n")
    changes = {"labels": str(tmp_path / "labels.csv"), "tables": [{"year": 2010, "file": str(tmp_path / "system")}]}
    settings = import_settings(**section) | changes
    settings["faults"] |= {"unit": "keep"}
    if name == "wiod2013":
        settings["accounts"] = str(sea(tmp_path / "SEA.xlsx", regions, {2009: 1.0, 2010: 1.0, 2011: 1.0}))
    if settings["labor"]["hours"]:
        lines = [f"{region},{quoted(sector)},5" for region in regions for sector in mapping["sectors"]]
        (tmp_path / "hours_2010.csv").write_text("\n".join(["region,sector,hours", *lines]) + "\n")
        settings["labor"]["hours"] = str(tmp_path / "hours_{year}.csv")
    flows, totals, _, primary, hours = read_back(run_import(settings, tmp_path), 2010)
    assert flows.shape == (2, SIZES[name], 2, SIZES[name]) and flows == pytest.approx(np.ones_like(flows))
    assert (primary["compensation"] > 0).all() and (primary["depreciation"] > 0).all() and (hours > 0).all()
    assert {use for use, amounts in totals.items() if amounts.any()} == {*mapping["final_demand"].values()}
    notes = [row["found"] for row in screening(tmp_path, 2010, check="note")]
    assert not [note for note in notes if "final_demand names" in note or "import.money_unit is" in note]


def quoted(text):
    return f'"{text}"' if "," in text else text


# Socio-economic accounts ----------------------------------------------------------------------------------


def sea(path, regions, price, change=None, ending=""):
    """Accounts of {year: price}: GO 8, hours 3, LAB 2; a stock of 100 that loses a tenth a year and is replaced."""
    import openpyxl

    years = list(price)
    values = {"GO": [8] * len(years), "H_EMP": [3] * len(years), "LAB": [2] * len(years)}
    values |= {"K_GFCF": [100] * len(years), "GFCF_P": [100 * price[year] for year in years]}
    values["GFCF"] = [10 * price[year] for year in years]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "DATA"
    sheet.append(["Country", "Variable", "Description", "Code", *(f"_{year}{ending}" for year in years)])
    for region in regions:
        for variable, numbers in values.items():
            sheet.append([region, variable, "", "TOT", *(35 * number for number in numbers)])
            for code in INDUSTRIES:
                sheet.append([region, variable, "", code, *numbers])
    if change:
        change(sheet)
    book.save(path)
    return path


def accounts_of(path, year=2010, regions=("AUS", "USA")):
    return SocioEconomicAccounts(str(path), year, regions, INDUSTRIES)


def test_money_is_converted_by_output_over_go_and_hours_are_not(tmp_path):
    found = accounts_of(sea(tmp_path / "SEA.xlsx", ["AUS", "USA"], {2009: 1, 2010: 2}))
    output = np.concatenate([np.full(35, 16.0), np.full(35, 4.0)])
    output[3] = 0  # a sector that the table has not
    assert found.ratio(output).tolist() == [2, 0.5]
    assert found.money("LAB", output)[[0, 40]].tolist() == [4, 1]
    assert found.variable("H_EMP").tolist() == [3] * 70
    # a stock of 100 at prices of the base year that stays as it is: depreciation is investment, 10 x 2
    assert found.money("DEPRECIATION", output)[[0, 40]] == pytest.approx([40, 10])
    (note,) = found.notes(output, 0.01)
    assert "money of 2 regions converted by output / GO" in note.text
    output[0] *= 1.5
    assert "differs between the sectors of AUS by more than 0.01" in found.notes(output, 0.01)[1].text


def test_the_first_year_depreciates_at_the_rate_of_the_second(tmp_path):
    """The stock before is what is left of it and the investment: 90 = (1 - 0.1) 100."""
    found = accounts_of(sea(tmp_path / "SEA.xlsx", ["USA"], {2010: 2, 2011: 3}), regions=["USA"])
    assert found.depreciation() == pytest.approx(np.full(35, 0.1 * 100 * 2))

    def change(sheet):  # a sector that the country has not
        for row in sheet.iter_rows(min_row=2):
            if row[1].value in ("K_GFCF", "GFCF") and row[3].value == "19":
                row[4].value = row[5].value = 0

    found = accounts_of(sea(tmp_path / "SEA.xlsx", ["USA"], {2010: 2, 2011: 3}, change), regions=["USA"])
    assert found.depreciation()[[3, 4, 5]] == pytest.approx([20, 0, 20])
    alone = accounts_of(sea(tmp_path / "one.xlsx", ["USA"], {2010: 2}), regions=["USA"])
    with pytest.raises(InputError, match="2010 is the only year; DEPRECIATION needs another one's stock"):
        alone.depreciation()


def test_gaps_and_regions_without_accounts_are_missing_never_zero(tmp_path):
    def change(sheet):
        for row in sheet.iter_rows(min_row=2):
            if row[1].value == "K_GFCF" and row[3].value == "P":
                row[5].value = None
            if row[1].value == "LAB" and row[3].value == "C":
                row[5].value = "NA"

    found = accounts_of(sea(tmp_path / "SEA.xlsx", ["AUS"], {2009: 1, 2010: 1}, change), regions=["AUS", "RoW"])
    output = np.full(70, 8.0)
    depreciation, labor = found.money("DEPRECIATION", output), found.money("LAB", output)
    assert np.flatnonzero(np.isnan(depreciation[:35])).tolist() == [34]
    assert np.flatnonzero(np.isnan(labor[:35])).tolist() == [1]
    assert np.isnan(depreciation[35:]).all() and np.isnan(found.variable("H_EMP")[35:]).all()
    assert "no accounts of RoW: what they give is missing there" in found.notes(output, 0.01)[1].text


def test_accounts_of_a_country_that_almost_is_a_region_stop(tmp_path):
    path = sea(tmp_path / "SEA.xlsx", ["AUS", "Usa"], {2010: 1})
    with pytest.raises(InputError, match="sheet DATA: country 'Usa' for 'USA': almost the same"):
        accounts_of(path)


def replaced(row, column, value):
    return lambda sheet: sheet.__setitem__(f"{column}{row}", value)


BAD = {
    "no column": (replaced(1, "B", "Var"), "no column variable; expected country, variable"),
    "another year": (replaced(1, "F", "_2020"), "no year 2010; found 2009, 2020"),
    "a year in two columns": (
        replaced(1, "E", "2010"),
        "the columns 2010 and _2010 are both of 2010; expected one column",
    ),
    "a year as a number beside its name": (replaced(1, "G", 2009.0), "the columns _2009 and 2009.0 are both of 2009"),
    "a key in two columns": (replaced(1, "G", " country "), "column country occurs 2 times"),
    "a code of another classification": (replaced(3, "D", "A01"), "the codes A01 are no sectors of the mapping"),
    "a row twice": (replaced(4, "D", "AtB"), "row 4: GO, USA, AtB again; expected once"),
    "a number in another form": (replaced(3, "F", "1,263.5"), "1,263.5"),
    "a text": (replaced(3, "F", "secret"), "row 3, GO of USA, AtB is 'secret'; expected a number"),
    "another sheet": (lambda sheet: setattr(sheet, "title", "SEA"), "no sheet DATA; found SEA"),
}


@pytest.mark.parametrize("name", BAD)
def test_accounts_of_another_form_end_with_a_readable_message(name, tmp_path):
    change, message = BAD[name]
    path = sea(tmp_path / "SEA.xlsx", ["USA"], {2009: 1, 2010: 1}, change)
    with pytest.raises(InputError) as error:
        accounts_of(path, regions=["USA"]).variable("GO")
    assert message in str(error.value) and "SEA.xlsx" in str(error.value)


def test_the_layout_of_the_release_of_2016_is_read_too(tmp_path):
    def change(sheet):
        for column, name in zip("ABCDEF", ("country", "variable", "description", "code", "2009", "2010"), strict=True):
            sheet[f"{column}1"] = name

    found = accounts_of(sea(tmp_path / "SEA.xlsx", ["USA"], {2009: 1, 2010: 2}, change), regions=["USA"])
    assert found.variable("H_EMP").tolist() == [3] * 35
    with pytest.raises(InputError, match="no variable K; found GO, H_EMP, LAB"):
        found.variable("K")


# WIOD -----------------------------------------------------------------------------------------------------

WIOD_PAGE = "docs/tutorials/wiod.md"


@needs_wiod
@pytest.mark.slow
def test_wiod_runs_from_its_config_to_the_page(wiod):
    results = wiod
    assert "countries" in (results / "report.html").read_text(encoding="utf-8")
    for year in WIOD_RUN:
        summary = files.read_json(results / f"values/{year}/summary.json")
        assert (summary["regions_used"], summary["regions_excluded"]) == (40, 1)
        assert summary["net_product_value"] == pytest.approx(summary["labor_hours"], rel=1e-9)
        missing = screening(results, year, check="missing")
        assert {row["block"] for row in missing} == {"compensation", "depreciation", "operating_surplus"}
        zero = [row for row in missing if row["done"] == "set to 0"]
        assert {row["block"] for row in zero} == {"depreciation", "operating_surplus"}
        assert {row["sector"] for row in zero if row["region"] != "RoW"} == {"P"}
        unknown = {row["region"] for row in missing if row["block"] == "compensation" and row["done"] == "excluded"}
        assert unknown == {"RoW"}
    computed, expected = dense_values(results, 2007)
    assert np.isfinite(computed).sum() > 40 * 23
    assert computed == pytest.approx(expected, rel=1e-10, nan_ok=True)
    panel = pq.read_table(results / "panel.parquet").to_pydict()
    assert {*panel["year"]} == {*WIOD_RUN} and "RoW" not in {
        region for region, tlp in zip(panel["region"], panel["tlp"], strict=True) if tlp is not None
    }
    regions, sectors = (
        files.read_table(results / f"dataset/{name}.csv").to_pylist() for name in ("regions", "sectors")
    )
    assert {row["region"]: row["name"] for row in regions}["DEU"] == "Germany"
    assert {row["sector"]: row["name"] for row in sectors}["64"] == "Post and telecommunications"
    left_out = files.read_table(results / "exclusions.csv").to_pylist()
    assert {row["region"] for row in left_out if not row["reason"].startswith("zero_output")} == {"RoW"}
    accounts_agree(results, 2007)
    for year in (1995, 2001, 2007):  # the handbook, whose runs have all thirteen years
        assert rates_row(results, year) in DOCUMENTS["docs/gallery.md"]
    summary = (results / "values/2007/summary.json").read_text(encoding="utf-8").splitlines()
    assert ".venv/bin/snakemake --cores 2 --configfile config/databases/wiod2013.yaml\n" in blocks(WIOD_PAGE, "sh")
    assert len(shown_lines(WIOD_PAGE)) == 3 and [line for line in shown_lines(WIOD_PAGE) if line not in summary] == []


def accounts_agree(results, year):
    """Compensation, depreciation and hours of the dataset from the arrays, written out."""
    m, n = 40, 35
    now, before = wiod_arrays(year), wiod_arrays(year - 1)
    inside = slice(0, m * n)
    output = (now["Z"].astype(float).sum(axis=1) + now["F"].astype(float).sum(axis=1))[inside]
    both = (output > 0) & (now["GO"][inside] > 0)
    sums = [np.where(both, array, 0).reshape(m, n).sum(axis=1) for array in (output, now["GO"][inside])]
    rate = np.repeat(sums[0] / sums[1], n)
    worn = (before["K_GFCF"] - now["K_GFCF"]) * now["GFCF_P"] / 100 + now["GFCF"]
    expected = {"compensation": now["LAB"][inside] * rate, "depreciation": np.clip(worn[inside] * rate, 0, None)}
    place = results / "dataset"
    regions = dataset.read_regions(place / "regions.csv")["region"]
    assert regions[:m] == now["countries"][:m]
    # an account that is not known is an empty cell
    faults_of = partial(
        dataset.TableFaults, policies=dataset.policies_of(dataset.read_description(place / "dataset.yaml"))
    )
    cells = place / f"{year}/primary_inputs.parquet", tuple(expected), regions, list(INDUSTRIES), faults_of
    found = dataset.read_cells(*cells)
    for name, amounts in expected.items():
        assert found[name][:m].ravel() == pytest.approx(np.nan_to_num(amounts), rel=1e-9, abs=1e-9), name
    hours = dataset.read_cells(place / f"{year}/labor.parquet", ("hours",), regions, list(INDUSTRIES))["hours"]
    worked = np.nan_to_num(now["H_EMP"][inside]) * 1e6
    assert np.nan_to_num(hours[:m].ravel()) == pytest.approx(worked, rel=1e-12) and not np.nan_to_num(hours[m:]).any()


@needs_wiod
def test_depreciation_that_the_accounts_imply_is_a_steady_rate_of_the_stock(tmp_path):
    """The perpetual inventory of the accounts: rates of a sector hardly change over the years, on ends of years."""
    write_accounts(tmp_path / "SEA.xlsx", range(1995, 2001))
    regions = [region for region in wiod_arrays(1995)["countries"] if region != "RoW"]
    rates = []
    for year in range(1995, 2001):
        accounts = SocioEconomicAccounts(str(tmp_path / "SEA.xlsx"), year, regions, INDUSTRIES)
        with np.errstate(divide="ignore", invalid="ignore"):
            stock = accounts.variable("K_GFCF") * accounts.variable("GFCF_P") / 100
            rates.append(accounts.depreciation() / stock)
    spread, mean = np.std(rates, axis=0), np.mean(rates, axis=0)
    assert np.nanmedian(spread) < 0.005 < 0.05 < np.nanmedian(mean) < 0.1
