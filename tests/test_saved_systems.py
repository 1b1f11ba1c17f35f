"""Systems that pymrio saved: labels are text, units are read, no use leaves output, nothing is read twice."""

import pickle
import re
import warnings

import numpy as np
import pytest
import yaml

from datasets import HOME, snakemake
from laborvalue import from_pymrio
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.importers.units import Measure, heading_remarks, parse_unit, stated_units
from published_tables import import_settings
from test_import import read_back, run_import, screening

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pymrio = pytest.importorskip("pymrio", reason="pymrio is not installed")

REGIONS, SECTORS = ("SE", "DK", "FI"), ("goods", "devices", "services")
USES = ("Households", "Investment", "Inventories")
ROWS = ("Wages", "Depreciation")


class System:
    """A small random system, and what the mapping and the config say of it."""

    def __init__(self, regions=REGIONS, sectors=SECTORS, unit="M.EUR", hours_unit="M.hr"):
        numbers = np.random.default_rng(16)
        self.regions, self.sectors = regions, sectors
        self.cells = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
        uses = pd.MultiIndex.from_product([regions, USES], names=["region", "category"])
        self.Z = pd.DataFrame(numbers.uniform(1, 3, (9, 9)), self.cells, self.cells)
        self.Y = pd.DataFrame(numbers.uniform(8, 20, (9, 9)), self.cells, uses)
        self.Y.loc[:, (slice(None), "Inventories")] = numbers.uniform(-2, 1, (9, 3))
        self.F = pd.DataFrame(numbers.uniform(5, 9, (2, 9)), pd.Index(ROWS, name="row"), self.cells)
        self.hours = pd.DataFrame(numbers.uniform(2, 4, (1, 9)), pd.Index(["Hours"], name="row"), self.cells)
        self.unit = pd.DataFrame({"unit": [unit] * 9}, self.cells)
        self.hours_unit, self.money = hours_unit, unit
        self.mapping = {
            "regions": list(regions),
            "sectors": {
                sectors[0]: {"productive": True},
                sectors[1]: {"productive": True, "digital": "device"},
                sectors[2]: {"productive": True, "digital": "service"},
            },
            "final_demand": {
                "Households": "households",
                "Investment": "fixed_capital_formation",
                "Inventories": "inventories",
            },
            "primary_inputs": {"compensation": {"factors/Wages": 1}, "depreciation": {"factors/Depreciation": 1}},
            "hours": {"labour/Hours": 1000000},
        }
        self.declared = {"money_unit": 1000000, "currency": "EUR"}

    def in_memory(self):
        """The system as pymrio has it."""
        rows = pd.DataFrame({"unit": [self.money] * len(self.F)}, self.F.index)
        hours = pd.DataFrame({"unit": [self.hours_unit] * len(self.hours)}, self.hours.index)
        system = pymrio.IOSystem(Z=self.Z, Y=self.Y, unit=self.unit)
        system.factors = pymrio.Extension("factors", F=self.F, unit=rows)
        system.labour = pymrio.Extension("labour", F=self.hours, unit=hours)
        return system

    def save(self, folder, form="txt", **faults):
        """The settings of an import of the saved system."""
        folder.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.in_memory().save_all(str(folder / "system"), table_format=form)
        (folder / "mapping.yaml").write_text(yaml.safe_dump(self.mapping, sort_keys=False))
        tables = [{"year": 2010, "file": str(folder / "system")}]
        return import_settings(
            kind="pymrio",
            tables=tables,
            mapping=str(folder / "mapping.yaml"),
            faults={"imbalance": "keep"} | faults,
            **self.declared,
        )

    def imported(self, folder, form="txt", **faults):
        return run_import(self.save(folder / "files", form, **faults), folder)


def notes(folder):
    return " ".join(row["found"] for row in screening(folder, 2010, check="note"))


# Labels ---------------------------------------------------------------------------------------------------

LABELS = {
    "a region NA": (("EU", "NA", "AS"), SECTORS),
    "regions that look like gaps": (("nan", "null", "None"), SECTORS),
    "sectors with leading zeros": (REGIONS, ("01", "08", "10")),
    "sectors that look like numbers": (REGIONS, ("1e3", "1.50", "-inf")),
    "sectors that look like dates and truths": (REGIONS, ("2012-01-01", "true", "N/A")),
    "a sector with a quotation mark and one with a comma": (REGIONS, ('say "goods"', "wool, raw", "#N/A")),
}


@pytest.mark.parametrize("form", ["txt", "parquet"])
@pytest.mark.parametrize("name", LABELS)
def test_a_label_stays_the_text_it_is(name, form, tmp_path):
    system = System(*LABELS[name])
    folder = system.imported(tmp_path, form)
    flows, _, _, primary, hours = read_back(folder, 2010)
    assert dataset.read_regions(folder / "regions.csv")["region"] == list(system.regions)
    assert dataset.read_sectors(folder / "sectors.csv")["sector"] == list(system.sectors)
    np.testing.assert_allclose(flows.reshape(9, 9), system.Z, rtol=1e-11)
    np.testing.assert_allclose(primary["compensation"].ravel(), system.F.loc["Wages"], rtol=1e-11)
    np.testing.assert_allclose(hours.ravel(), system.hours.loc["Hours"] * 1e6, rtol=1e-11)


def test_gaps_and_texts_among_numbers_keep_their_places(tmp_path):
    system = System()
    system.Z = system.Z.astype(object)
    system.Z.iloc[4, 2], system.Z.iloc[7, 8] = "n.s.", None
    settings = system.save(tmp_path / "files")
    settings["faults"]["missing"] = "zero"
    folder = run_import(settings, tmp_path)
    flows = read_back(folder, 2010)[0].reshape(9, 9)
    assert flows[4, 2] == flows[7, 8] == 0 and flows[4, 3] == pytest.approx(float(system.Z.iloc[4, 3]))
    found = [(row["origin_region"], row["sector"], row["found"]) for row in screening(tmp_path, 2010, check="missing")]
    assert found == [("DK", "services", "'n.s.'"), ("FI", "services", "nan")]


@pytest.mark.parametrize("form", ["txt", "parquet"])
@pytest.mark.parametrize("cell", ["1,263.42", "1_0", "1 263"])
def test_a_number_in_another_form_is_refused_where_it_stands(cell, form, tmp_path):
    system = System()
    system.Z = system.Z.astype(object if form == "txt" else str)
    system.Z.iloc[4, 2] = cell
    settings = system.save(tmp_path / "files", form)
    settings["faults"]["missing"] = "zero"
    with pytest.raises(InputError, match=rf"system/Z\.{form}: row DK devices, column SE services: found '{cell}'"):
        run_import(settings, tmp_path)


# Repeated names -------------------------------------------------------------------------------------------


def test_a_row_of_an_extension_that_occurs_twice_is_refused_and_once_is_read(tmp_path):
    system = System()
    system.hours = pd.concat([0.6 * system.hours, 0.4 * system.hours])
    with pytest.raises(InputError, match=r"labour/F\.txt: row 'Hours' occurs 2 times; expected once, .* for hours"):
        system.imported(tmp_path / "hours")
    system = System()
    system.F.index = pd.Index(["Wages", "Wages"], name="row")
    system.mapping["primary_inputs"] = {"compensation": {"factors/Wages": 1}}
    with pytest.raises(InputError, match=r"F\.txt: row 'Wages' occurs 2 times.*primary_inputs\.compensation"):
        system.imported(tmp_path / "wages")
    system = System()
    system.F.index = pd.Index(["Wages", "Rent"], name="row")
    system.F = pd.concat([system.F, system.F.loc[["Rent"]]])  # a row that nobody names may occur twice
    system.mapping["primary_inputs"] = {"compensation": {"factors/Wages": 1}}
    system.imported(tmp_path / "other")


def test_a_column_of_final_demand_or_a_cell_of_the_system_that_occurs_twice_is_refused(tmp_path):
    system = System()
    system.Y = pd.concat([system.Y, system.Y.iloc[:, :1]], axis=1)
    with pytest.raises(InputError, match=r"Y: columns: \('SE', 'Households'\) occurs 2 times"):
        system.imported(tmp_path / "Y")
    settings = System().save(tmp_path / "Z")
    path = tmp_path / "Z/system/Z.txt"
    path.write_text(path.read_text().replace("DK\tgoods", "SE\tgoods"))
    with pytest.raises(InputError, match=r"Z: rows: \('SE', 'goods'\) occurs 2 times; expected every label once"):
        run_import(settings, tmp_path / "results")


# Order ----------------------------------------------------------------------------------------------------


def test_the_order_of_the_mapping_is_that_of_the_dataset(tmp_path):
    """Labels are met by name: a system in another order, with a text among its numbers, is the same dataset."""
    system = System()
    system.Z = system.Z.astype(object)
    system.Z.iloc[4, 2] = "n.s."
    regions, sectors = ["FI", "SE", "DK"], ["services", "goods", "devices"]
    found = {}
    for name in ("system", "other"):
        if name == "other":
            system.mapping["regions"] = regions
            system.mapping["sectors"] = {sector: system.mapping["sectors"][sector] for sector in sectors}
        settings = system.save(tmp_path / name / "files")
        settings["faults"]["missing"] = "zero"
        found[name] = read_back(run_import(settings, tmp_path / name), 2010)
    c, i = ([names.index(x) for x in order] for names, order in ((REGIONS, regions), (SECTORS, sectors)))
    flows, _, _, primary, hours = found["system"]
    assert (found["other"][0] == flows[np.ix_(c, i, c, i)]).all()
    assert found["other"][0][2, 0, 1, 0] == flows[1, 2, 0, 2] and flows[1, 1, 0, 2] == 0
    assert (found["other"][4] == hours[np.ix_(c, i)]).all()
    for name in primary:
        assert (found["other"][3][name] == primary[name][np.ix_(c, i)]).all(), name
    places = ("origin_region", "origin_sector", "region", "sector")
    for name in found:
        (row,) = screening(tmp_path / name, 2010, check="missing")
        assert [row[place] for place in places] == ["DK", "devices", "SE", "services"]


def test_regions_may_be_listed_in_labels(tmp_path):
    system = System()
    settings = system.save(tmp_path / "files")
    del system.mapping["regions"]
    (tmp_path / "files/mapping.yaml").write_text(yaml.safe_dump(system.mapping, sort_keys=False))
    (tmp_path / "labels.csv").write_text("region\nDK\nSE\nFI\n")
    settings["labels"] = str(tmp_path / "labels.csv")
    folder = run_import(settings, tmp_path)
    assert dataset.read_regions(folder / "regions.csv")["region"] == ["DK", "SE", "FI"]
    assert read_back(folder, 2010)[4][0] == pytest.approx(system.hours["DK"].to_numpy()[0] * 1e6)
    (tmp_path / "labels.csv").write_text("region\nDK\nNO\nFI\n")
    with pytest.raises(InputError, match=r"regions not in the mapping: 'SE'.*labels\.csv and .*mapping\.yaml"):
        run_import(settings, tmp_path)


# Output ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", ["Inventories", "Government"])
def test_a_category_that_is_left_out_is_part_of_output(left_out, tmp_path):
    """Output as pymrio computes it; values as `from_pymrio`, where every other category is a final use too."""
    system = System()
    system.Y = system.Y.rename(columns={"Inventories": left_out})
    if left_out == "Government":
        system.Y.loc[:, (slice(None), left_out)] += 9
    system.mapping["final_demand"] = {
        "Households": "households",
        "Investment": "fixed_capital_formation",
        left_out: None,
    }
    folder = system.imported(tmp_path)
    _, totals, _, primary, _ = read_back(folder, 2010)
    assert primary["output"].ravel() == pytest.approx(pymrio.calc_x(system.Z, system.Y)["indout"].to_numpy())
    amount = system.Y.loc[:, (slice(None), left_out)].to_numpy().sum()
    assert f"'{left_out}' is mapped to null: its sum, {amount:.6g}, is part of output" in notes(tmp_path)
    assert totals["other"].sum() == pytest.approx(amount)
    assert {name for name, used in totals.items() if used.any()} == {"households", "fixed_capital_formation", "other"}


def total(of, region="OUT", category="TOTAL"):
    """Adds to Y the sum of some columns of Z (z) and Y (y), to be mapped to null."""

    def change(system):
        system.Y[region, category] = of(system.Z, system.Y)
        system.mapping["final_demand"][category] = None

    return change


def totals_of_every_region(system):
    for region in REGIONS:
        system.Y[region, "TFD"] = system.Y[region].sum(axis=1)
    system.mapping["final_demand"]["TFD"] = "households"


TOTALS = {
    "output": (total(lambda Z, Y: Z.sum(axis=1) + Y.sum(axis=1)), "('OUT', 'TOTAL') is the sum of all uses"),
    "final uses, printed": (
        total(lambda Z, Y: Y.sum(axis=1).round(2), "FI"),
        "('FI', 'TOTAL') is the sum of all final",
    ),
    "sales to producers": (total(lambda Z, Y: Z.sum(axis=1), "SE", "TII"), "('SE', 'TII') is the sum of the sales"),
    "of every region": (totals_of_every_region, "('SE', 'TFD') is the sum of the other columns of its region"),
    "no total, of no region": (total(lambda Z, Y: Y.max(axis=1)), "region 'OUT' is not in the mapping's regions"),
}


@pytest.mark.parametrize("name", TOTALS)
def test_a_total_among_the_final_uses_is_refused_though_it_is_mapped(name, tmp_path):
    """Part of output it would count every use twice."""
    change, message = TOTALS[name]
    system = System()
    change(system)
    with pytest.raises(InputError) as error:
        system.imported(tmp_path)
    assert message in str(error.value) and "without" in str(error.value) and "system/Y" in str(error.value)


@pytest.mark.slow
def test_values_with_a_category_left_out_are_those_of_the_library(tmp_path, run):
    system = System()
    system.mapping["final_demand"]["Inventories"] = None
    config = {"run": run, "import": system.save(tmp_path), "prices": {"rural_sectors": []}}
    (tmp_path / "left_out.yaml").write_text(yaml.safe_dump(config))
    finished = snakemake("values", "--configfile", tmp_path / "left_out.yaml")
    assert finished.returncode == 0, finished.stderr[-3000:]
    solved = from_pymrio(
        system.in_memory(),
        hours={"labour/Hours": 1000000},
        compensation={"factors/Wages": 1},
        depreciation={"factors/Depreciation": 1},
        households="Households",
        capital_formation="Investment",
    )
    national = files.read_table(HOME / f"results/{run}/values/2010/national.csv")
    values = np.array(national["value"].to_pylist(), dtype=float)
    np.testing.assert_allclose(solved.national_value / 1e6, values, rtol=1e-9)


def test_primary_inputs_that_are_null_are_noted_like_those_that_are_not_named(tmp_path):
    system = System()
    system.mapping["primary_inputs"]["production_taxes"] = None
    folder = system.imported(tmp_path)
    assert not read_back(folder, 2010)[3]["production_taxes"].any()
    assert "names no production_taxes, operating_surplus, imports: taken as 0" in notes(tmp_path)
    system.mapping["primary_inputs"]["compensation"] = None
    with pytest.raises(InputError, match="primary_inputs has no compensation"):
        system.imported(tmp_path / "none")


# Units ----------------------------------------------------------------------------------------------------

UNITS = {
    "M.EUR": (Measure.MONEY, 1e6, "EUR"),
    "Mill USD": (Measure.MONEY, 1e6, "USD"),
    "millions of US$": (Measure.MONEY, 1e6, "USD"),
    "USD_Million": (Measure.MONEY, 1e6, "USD"),
    "2010 USD million": (Measure.MONEY, 1e6, "USD"),
    "kUSD": (Measure.MONEY, 1e3, "USD"),
    "1000 USD": (Measure.MONEY, 1e3, "USD"),
    "000 USD": (Measure.MONEY, 1e3, "USD"),
    "‘000 US$": (Measure.MONEY, 1e3, "USD"),
    "M.EUR/yr": (Measure.MONEY, 1e6, "EUR"),
    "10,000 yuan": (Measure.MONEY, 1e4, "CNY"),
    "万元": (Measure.MONEY, 1e4, "CNY"),
    "亿元": (Measure.MONEY, 1e8, "CNY"),
    "亿美元": (Measure.MONEY, 1e8, "USD"),
    "million national currency": (Measure.MONEY, 1e6, None),
    "M.hr": (Measure.HOURS, 1e6, None),
    "1000 p": (Measure.PERSONS, 1e3, None),
    "万人": (Measure.PERSONS, 1e4, None),
    "tonnes": (Measure.PHYSICAL, 1, None),
    "TJ": (Measure.PHYSICAL, 1, None),
    "t/M.EUR": (Measure.PHYSICAL, 1, None),
    "undef": (Measure.UNKNOWN, 1, None),
}


@pytest.mark.parametrize("text", UNITS)
def test_a_unit_is_understood(text):
    unit = parse_unit(text)
    assert (unit.measure, unit.factor, unit.currency) == UNITS[text]


@pytest.mark.parametrize("form", ["txt", "parquet"])
def test_sectors_in_physical_units_are_refused_with_what_was_found(form, tmp_path):
    system = System()
    system.unit.loc[(slice(None), "devices"), "unit"] = "tonnes"
    system.unit.loc[(slice(None), "services"), "unit"] = "TJ"
    with pytest.raises(InputError, match=rf"unit\.{form}: found 'tonnes' in 3 rows, first SE devices; 'TJ' in 3 rows"):
        system.imported(tmp_path, form)


@pytest.mark.parametrize("unit", ["kg", "1000 p", "kg/EUR"])
def test_one_unit_that_is_no_money_is_refused_too(unit, tmp_path):
    with pytest.raises(InputError, match=f"found '{unit}' in 9 rows.*expected one unit of money"):
        System(unit=unit).imported(tmp_path)


def test_two_units_of_money_are_refused(tmp_path):
    system = System()
    system.unit.loc[("FI", "goods"), "unit"] = "k EUR"
    with pytest.raises(InputError, match=r"'M\.EUR' in 8 rows.*'k EUR' in 1 rows, first FI goods"):
        system.imported(tmp_path)


def test_a_unit_that_contradicts_the_config_stops(tmp_path):
    System().imported(tmp_path / "agrees")
    (stated,) = [row for row in screening(tmp_path / "agrees", 2010, check="unit") if row["block"] == "unit"]
    assert (stated["found"], stated["done"]) == ("unit.txt states 'M.EUR', 1e+06 currency units per 1", "as expected")
    system = System()
    system.declared = {"money_unit": 1000, "currency": "yuan"}
    with pytest.raises(InputError) as stopped:
        system.imported(tmp_path / "differs")
    unit, currency, pay = str(stopped.value).splitlines()
    assert "2010, hours: an hour is paid, in the median of all sectors, about 0.000" in pay
    assert "system: 2010, unit: unit.txt states 'M.EUR', 1e+06 currency units per 1; expected 1000 (import.mon" in unit
    assert "unit.txt states 'M.EUR'; expected import.currency, 'yuan'; correct the config, or set import.fa" in currency
    system.imported(tmp_path / "kept", unit="keep")
    kept = [row["done"] for row in screening(tmp_path / "kept", 2010, check="unit") if row["block"] == "unit"]
    assert kept == ["kept", "kept"]


def two_years(folder, **of_second):
    """The settings of an import of the same economy in M.EUR of 2010 and in k.EUR of 2011."""
    first, second = System(), System(unit="k.EUR")
    for accounts in (second.Z, second.Y, second.F):
        accounts *= 1000
    settings, other = first.save(folder / "first"), second.save(folder / "second")
    settings["tables"] += [table | {"year": 2011} | of_second for table in other["tables"]]
    return settings


def test_two_years_in_different_units_stop_with_both(tmp_path):
    with pytest.raises(InputError) as stopped:
        run_import(two_years(tmp_path), tmp_path)
    said = str(stopped.value)
    assert "second/system: 2011, unit: unit.txt states 'k.EUR', 1000 currency units per 1; expected 1e+06" in said
    assert "first/system: unit.txt states 'M.EUR', 1e+06 currency units per 1; correct the config" in said


def test_a_table_in_a_unit_of_its_own_gives_the_same_dataset(tmp_path):
    folder = run_import(two_years(tmp_path, money_unit=1000), tmp_path)
    first, second = (read_back(folder, year) for year in (2010, 2011))
    np.testing.assert_allclose(second[0], first[0], rtol=1e-12)
    for one, other in zip(first[1:4], second[1:4], strict=True):
        for name in one:
            np.testing.assert_allclose(other[name], one[name], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(first[4], second[4])
    assert "Money of the table was multiplied by 0.001: 1000 to 1e+06 per 1." in [
        row["found"] for row in screening(tmp_path, 2011, check="note")
    ]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("1000 p", "labour/Hours is in '1000 p': the weight 1e+06 makes 1000 hours of each person"),
        ("M.EUR", "labour/Hours is in 'M.EUR', not in hours"),
        ("undef", "labour/Hours: the unit 'undef' is not known"),
    ],
)
def test_hours_in_another_unit_are_in_the_screening(unit, expected, tmp_path):
    System(hours_unit=unit).imported(tmp_path)
    assert expected in notes(tmp_path)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("persons", "is in 'persons': the weight 1e+06 makes 1e+06 hours of each person; expected 100 to 8784 hours"),
        (
            "hr",
            "is in 'hr', 1 hours per 1; its weight is 1e+06; expected a weight of 1, or a share; correct the mapping",
        ),
    ],
)
def test_hours_whose_unit_contradicts_their_weight_stop(unit, expected, tmp_path):
    with pytest.raises(InputError, match=rf"2010, weight: labour/Hours {re.escape(expected)}"):
        System(hours_unit=unit).imported(tmp_path)


def test_wages_in_another_unit_stop_and_a_share_of_them_does_not(tmp_path):
    system = System()
    system.money = "k USD"
    with pytest.raises(
        InputError,
        match=r"factors/Wages, factors/Depreciation is in 'k USD', 0\.001 of the system's unit; its weight is 1",
    ):
        system.imported(tmp_path / "stops")
    system.mapping["primary_inputs"] = {"compensation": {"factors/Wages": 0.0008}}
    system.F *= 1000
    system.imported(tmp_path)
    assert "factors/Wages is in 'k USD', 0.001 of the system's unit; the weight 0.0008 was used" in notes(tmp_path)
    assert "factors/Wages is in 'k USD', the system in EUR" in notes(tmp_path)
    system = System()
    system.money = "TJ"
    system.imported(tmp_path / "energy")
    assert "factors/Depreciation is in 'TJ', not in money" in notes(tmp_path / "energy")


def test_units_in_the_heading_of_a_table_are_read():
    heading = ["Multi-regional input-output table (10,000 yuan)", 2012, None, "Other (not elsewhere classified)"]
    (unit,) = stated_units(heading)
    assert (unit.factor, unit.currency) == (1e4, "CNY")
    (agreeing,) = heading_remarks("table", heading, 10000)
    assert agreeing.agrees and not heading_remarks("table", heading[1:], 10000)


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("单位：万元", 1e4),
        ("2012年投入产出表 单位:亿元", 1e8),
        ("单位：元", 1),
        ("Unit: 100 million yuan", 1e8),
        ("Regional table of 2012, in millions of euro", 1e6),
        ("单位：万元 (10,000 yuan)", 1e4),
    ],
)
def test_a_heading_in_another_unit_than_the_configs_contradicts_it(text, factor):
    (other,) = heading_remarks("table", [text], 7)
    assert not other.agrees and other.states.endswith(f"{factor:g} currency units per 1")
    (same,) = heading_remarks("table", [text], factor)
    assert same.agrees


# What is saved in another way -----------------------------------------------------------------------------


def test_a_pickle_is_never_opened_and_the_message_says_what_to_do(tmp_path):
    marker = tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return (marker.touch, ())

    settings = System().save(tmp_path / "files", "pkl")
    (tmp_path / "files/system/Z.pkl").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match=r"Z\.pkl: saved as pickle.*save the system as txt or parquet"):
        run_import(settings, tmp_path)
    assert not marker.exists()
    settings = System().save(tmp_path / "renamed")
    (tmp_path / "renamed/system/Y.txt").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match=r"Y\.txt: saved as pickle"):
        run_import(settings, tmp_path)
    assert not marker.exists()


def test_a_system_in_an_archive_is_refused(tmp_path):
    settings = System().save(tmp_path / "files")
    settings["tables"][0]["file"] = str(tmp_path / "system.zip")
    (tmp_path / "system.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"system\.zip: a file; expected the folder that pymrio's save_all wrote"):
        run_import(settings, tmp_path)


def test_keys_of_the_mapping_that_nothing_reads_are_told(tmp_path):
    system = System()
    system.mapping["final_demand"]["Goverment"] = "government"
    system.imported(tmp_path)
    assert "final_demand names Goverment, which" in notes(tmp_path)
    system.mapping["hour"] = system.mapping.pop("hours")
    with pytest.raises(InputError, match=r"key 'hour' is unknown; expected regions, sectors"):
        system.imported(tmp_path / "unknown")
