"""What a number, a year, a key and a missing value are: the same in panels, tables, configs, exports and figures."""

import datetime
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from datasets import HOME, write_dataset
from draw_figures import draw_figures
from economies import random_economy
from export_panel import export_panel
from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files, table_support, yamlfiles
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.importers.ceads_province import ProvinceSheet
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.nbs import NationalSheet
from laborvalue_workflow.importers.textfiles import read_mapping
from laborvalue_workflow.running import configuration
from table import table
from test_tables import SETTINGS, simulated

SCHEMA = HOME / "workflow/schemas/config.schema.yaml"
DEFAULTS = HOME / "config/config.yaml"
NUMBERS = {"1263.42": 1263.42, "+3": 3, "-.5": -0.5, "1e6": 1e6, "2.5E-3": 0.0025, " 7 ": 7, "007": 7, "4.": 4}
NO_NUMBERS = (
    *("1_0", "１２", "٣", "0x10", "1,263.42", "1,263", "1.234,56", "1 263", "1'263", "12%", "1e", ".", "-", "--1"),
    *("1:30", "true", "one", "1.2.3", "5 kg", "½", "1e1.5", "1d3"),
)
MISSING = ("", "  ", "NA", "NaN", "nan", "null", "n/a", "#N/A")


# Cells and columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_alone_and_in_a_column(text):
    assert cells.number(text) == NUMBERS[text]
    column = pa.array(["0.5", text, "NA"])
    for each in (column, pa.chunked_array([column]), column.dictionary_encode(), column.cast(pa.large_string())):
        assert np.array_equal(cells.numbers(each), [0.5, NUMBERS[text], np.nan], equal_nan=True)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_only_a_program_calls_a_number_is_refused_alone_and_in_a_column(text):
    assert not cells.is_number(text)
    with pytest.raises(ValueError, match="no number"):
        cells.number(text)
    column = pa.array(["1", " 2", text, text, None])
    with pytest.raises(cells.BadCellError) as error:
        cells.numbers(column)
    assert (error.value.row, error.value.found, error.value.count) == (2, text, 2)
    assert np.array_equal(cells.numbers(column, strict=False), [1, 2, np.nan, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize("text", MISSING)
def test_a_missing_number_is_no_number_alone_and_nan_in_a_column(text):
    assert not cells.is_number(text)
    assert np.isnan(cells.numbers(pa.array([text, "1", "1 "]))).tolist() == [True, False, False]


@pytest.mark.parametrize(
    "cell", [float("nan"), float("inf"), 1e100, -(10**400), "inf", True, None, datetime.date(2012, 1, 1), [1]]
)
def test_what_is_not_finite_and_what_is_of_another_kind_is_no_number(cell):
    assert not cells.is_number(cell)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, None, 3]),
        pa.array([1, None, 3], pa.uint8()),
        pa.array([1.0, None, 3.0], pa.float32()),
        pa.array(["1", None, " 3"]),
        pa.array(["1", "", "3.0"]).dictionary_encode(),
        pa.array([1, None, 3]).cast(pa.decimal128(21, 2)),
    ],
    ids=lambda column: str(column.type),
)
def test_numbers_of_every_type_are_read_alike(column):
    assert np.array_equal(cells.numbers(column), [1, np.nan, 3], equal_nan=True)
    assert np.array_equal(cells.numbers(column.slice(1)), [np.nan, 3], equal_nan=True)


@pytest.mark.parametrize("kind", [pa.null(), pa.bool_(), pa.string(), pa.timestamp("ns"), pa.list_(pa.int8())])
def test_a_column_without_a_value_is_missing_whatever_its_type(kind):
    assert np.isnan(cells.numbers(pa.nulls(3, kind))).all() and len(cells.numbers(pa.nulls(0, kind))) == 0


@pytest.mark.parametrize("value", [True, datetime.date(2012, 1, 1), [1.0]])
def test_columns_of_another_type_are_no_numbers(value):
    with pytest.raises(cells.BadCellError) as error:
        cells.numbers(pa.array([None, value]))
    assert (error.value.row, error.value.found) == (1, value)


@pytest.mark.parametrize("cell", [2012, 2012.0, "2012", " 2012 ", "2012.0", "2012."])
def test_whole_numbers_and_their_texts_are_years(cell):
    assert cells.year(cell) == 2012
    assert cells.year(68) == cells.year("68") == 68


@pytest.mark.parametrize(
    "cell",
    [
        *("2012Q1", "2012-01-01", "2012.5", "0", "20120101", "２０１２", "2_012", "0x7DC", "1e3", "", "NA"),
        *(2012.5, -12, True, None, float("nan"), datetime.date(2012, 1, 1), datetime.datetime(2012, 1, 1)),
    ],
)
def test_everything_else_is_no_year(cell):
    assert not cells.is_year(cell)


def test_keys_are_texts_and_whole_numbers_stand_for_their_digits():
    keys = [cells.key(cell) for cell in ("01", " NO ", "NA", "null", 110000, 110000.0, "1e3")]
    assert keys == ["01", "NO", "NA", "null", "110000", "110000", "1e3"]
    for cell in ("", "  ", None, float("nan"), 1.5, float("inf"), True, datetime.date(2012, 1, 1)):
        with pytest.raises(ValueError, match="no key"):
            cells.key(cell)


def test_levels_that_no_row_has_do_not_count_and_rows_without_a_key_are_named():
    column = pa.DictionaryArray.from_arrays(pa.array([2, 1, 2]), pa.array(["", "b", "a", None, "a "]))
    labels, codes = cells.distinct(column, cells.key)
    assert [labels[code] for code in codes] == ["a", "b", "a"]
    chunks = pa.chunked_array([column, pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["c", "a"]))])
    labels, codes = cells.distinct(chunks, cells.key)
    assert [labels[code] for code in codes] == ["a", "b", "a", "c", "c"]
    for empty in (["a", None], ["a", " "], ["a", ""]):
        with pytest.raises(cells.BadCellError) as error:
            cells.distinct(pa.array(empty), cells.key)
        assert (error.value.row, error.value.found) == (1, None)


# Panels -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel():
    return simulated(regions=8, sectors=4)


def saved(path, columns):
    """Write a panel, whose columns may be pyarrow's own, as parquet or csv."""
    columns = {name: column if isinstance(column, pa.Array) else pa.array(column) for name, column in columns.items()}
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path)
    else:
        files.write_table(path, {name: column.to_pylist() for name, column in columns.items()})
    return str(path)


def outputs(path, folder):
    """Table 3, Table 2, a figure and the Stata file that the scripts make from a panel."""
    table(3, path, folder / "3.csv", folder / "3_losses.csv", {"regressions": SETTINGS})
    table(2, path, folder / "2.csv")
    draw_figures(["ranks", "digital"], folder, panel=path)
    export_panel(path, folder / "panel.dta")
    names = ["2.csv", "3.csv", "3_losses.csv", "ranks.json", "digital.json"]
    return {name: (folder / name).read_bytes() for name in names}, pd.read_stata(folder / "panel.dta")


@pytest.fixture(scope="module")
def plain(panel, tmp_path_factory):
    """What the scripts make of the panel as the workflow writes it."""
    folder = tmp_path_factory.mktemp("plain")
    return outputs(saved(folder / "panel.parquet", panel), folder)


def with_unused_level(texts):
    encoded = pa.array(texts).dictionary_encode()
    levels = pa.array(["", *encoded.dictionary.to_pylist(), "no row has this"])
    return pa.DictionaryArray.from_arrays(pa.compute.add(encoded.indices, 1), levels)


SAME = {
    "csv": (".csv", lambda panel: {}),
    "years as floats": (".parquet", lambda panel: {"year": panel["year"].astype(float)}),
    "years as floats in a csv": (".csv", lambda panel: {"year": panel["year"].astype(float)}),
    "years as texts": (".parquet", lambda panel: {"year": [str(year) for year in panel["year"]]}),
    "categories": (".parquet", lambda panel: {key: with_unused_level(panel[key]) for key in ("region", "sector")}),
    "years as categories": (".parquet", lambda panel: {"year": pa.array(panel["year"]).dictionary_encode()}),
    "blanks around": (".csv", lambda panel: {"region": [f" {key}" for key in panel["region"]]}),
    "numbers as texts": (".parquet", lambda panel: {"ddr": [f" {number!r}" for number in panel["ddr"].tolist()]}),
}


@pytest.mark.parametrize("case", SAME)
def test_the_type_in_which_a_panel_is_saved_changes_nothing(case, panel, plain, tmp_path):
    ending, change = SAME[case]
    texts, stata = outputs(saved(tmp_path / f"panel{ending}", panel | change(panel)), tmp_path)
    assert texts == plain[0]
    pd.testing.assert_frame_equal(stata, plain[1])


def test_whole_numbers_as_keys_become_their_texts_everywhere(panel, tmp_path):
    whole = [110000 + int(key) for key in panel["region"]]
    made = []
    for name, keys in {"int": whole, "float": [float(key) for key in whole], "text": list(map(str, whole))}.items():
        (tmp_path / name).mkdir()
        made.append(outputs(saved(tmp_path / name / "panel.parquet", panel | {"region": keys}), tmp_path / name))
    assert made[0][0] == made[1][0] == made[2][0] and "110000" in set(made[0][1]["region"])
    assert made[0][1].equals(made[1][1]) and made[0][1].equals(made[2][1])


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_column_without_a_value_is_missing_in_the_export_and_leaves_out_its_tables(ending, panel, tmp_path):
    path = saved(tmp_path / f"panel{ending}", panel | {"iv": pa.nulls(len(panel["iv"])), "occ": [np.nan] * 96})
    made = outputs(path, tmp_path)[1]
    assert made["iv"].dtype == float and made["iv"].isna().all() and made["tlp"].notna().all()
    assert table_support.tables_without_columns(path, SETTINGS) == {}
    lacking = table_support.tables_without_values(path, SETTINGS)
    assert {number: str(column) for number, column in lacking.items()} == {5: "any value of occ", 8: "any value of iv"}
    assert "lacks any value of iv (Table 8); what follows" in table_support.lacking(
        path, {8: lacking[8]}, "what follows"
    )


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_columns_without_a_value_are_found_without_reading_the_others(ending, tmp_path):
    columns = {"a": [None, 1.0], "b": pa.nulls(2), "c": [np.nan, np.nan], "d": [None, "x"], "e": [0.0, -1.0]}
    path = saved(tmp_path / f"t{ending}", columns)
    assert files.columns_without_value(path, {"a", "b", "c", "d", "e", "f"}) == ["b", "c"]


def put(column, row, cell):
    """The panel's column as texts, with a cell of its own."""
    texts = [str(value) for value in column]
    texts[row] = cell
    return texts


def without(column, row):
    """The panel's column, with an empty cell."""
    return [None if place == row else value for place, value in enumerate(column)]


AT = "(region 00, sector 01, year 2012)"
BAD = {
    "quarters": (lambda p: {"year": [f"{y}Q1" for y in p["year"]]}, ["year is '2012Q1' in row 1", "and 95 more"]),
    "dates": (
        lambda p: {"year": pa.array([datetime.date(y, 1, 1) for y in p["year"].tolist()])},
        ["year is '2012-01-01' in row 1", cells.A_YEAR],
    ),
    "half years": (lambda p: {"year": p["year"] + 0.5}, ["year is '2012.5'", cells.A_YEAR]),
    "full-width years": (lambda p: {"year": put(p["year"], 4, "２０１５")}, ["year is '２０１５' in row 5"]),
    "no year": (lambda p: {"year": without(p["year"].tolist(), 2)}, ["row 3 of the data has no year"]),
    "no region": (lambda p: {"region": without(p["region"], 5)}, ["row 6 of the data has no region"]),
    "blank sector": (lambda p: {"sector": put(p["sector"], 7, "  ")}, ["row 8 of the data has no sector"]),
    "underscore": (lambda p: {"ddr": put(p["ddr"], 3, "1_0")}, [f"column ddr holds '1_0' {AT}", "plain digits"]),
    "hexadecimal": (lambda p: {"ddr": ["0x10"] * 96}, ["column ddr holds '0x10'", "and 95 more"]),
    "thousands": (lambda p: {"tlpr": put(p["tlpr"], 3, "1,263.42")}, ["'1,263.42'", AT, "without thousands"]),
    "full width": (lambda p: {"dsr": put(p["dsr"], 3, "１２")}, ["'１２'", AT]),
    "true and false": (
        lambda p: {"dir": [True, False] * 48},
        ["column dir holds", "(region 00, sector 00, year 2012)"],
    ),
    "a share below 0": (lambda p: {"ddr": put(p["ddr"], 3, "-0.25")}, [f"column ddr is -0.25 {AT[:-1]}", "0 or more"]),
    "infinite": (lambda p: {"dir": put(p["dir"], 3, "inf")}, ["column dir is infinite", AT]),
    "two faults": (
        lambda p: {"year": put(p["year"], 0, "2012Q1"), "ddr": put(p["ddr"], 3, "1_0")},
        ["year is '2012Q1' in row 1", "; column ddr holds '1_0'"],
    ),
}


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("case", BAD)
def test_every_script_that_reads_a_panel_refuses_it_with_the_same_line(case, ending, panel, tmp_path):
    change, expected = BAD[case]
    if case == "true and false" and ending == ".csv":
        expected = ["column dir holds 'True'"]
    path = saved(tmp_path / f"panel{ending}", panel | change(panel))
    messages = []
    for read in (
        lambda: table(3, path, tmp_path / "3.csv", tmp_path / "3_losses.csv", {"regressions": SETTINGS}),
        lambda: export_panel(path, tmp_path / "panel.dta"),
        lambda: read_panel(path),
    ):
        with pytest.raises(InputError) as error:
            read()
        messages.append(str(error.value))
    assert len(set(messages)) == 1 and "\n" not in messages[0] and messages[0].startswith(f"{path}: ")
    assert [text for text in expected if text not in messages[0]] == []
    if "year" in change(panel) or {"region", "sector"} & {*change(panel)}:
        with pytest.raises(InputError, match="panel"):
            draw_figures(["digital"], tmp_path, panel=path)
    assert [file.name for file in tmp_path.iterdir()] == [f"panel{ending}"], "nothing is made"


# Published tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["1,263.42", "1_0", "１２", "1 263", "12%"])
def test_a_number_written_otherwise_is_refused_in_the_table_where_it_stands(cell, tmp_path):
    path = tmp_path / "nation.csv"
    path.write_text(f'Code,01,02\n01,1,"{cell}"\n02,"{cell}",n.a.\n', encoding="utf-8")
    with pytest.raises(InputError) as error:
        NationalSheet(path).block([0, 1], ["01", "02"], "flows")
    assert str(error.value).startswith(f"{path}: row 2 (code 01), column 02: found {cell!r} (and 1 more cells")
    sheet = SimpleNamespace(cells=[["x", 1.0], ["y", cell]], texts={}, where="book.xlsx, sheet Table", shown=print)
    with pytest.raises(InputError) as error:
        ProvinceSheet.read_block(sheet, [0, 1], [1], "exports", lambda a, b: (a, b))
    assert str(error.value).startswith(f"book.xlsx, sheet Table: row 2, column 2, exports: found {cell!r}; expected a")


@pytest.mark.parametrize("cell", ["", "n.a.", "-", "#DIV/0!", "#N/A", "…"])
def test_a_mark_for_a_missing_number_is_left_to_the_screening(cell, tmp_path):
    path = tmp_path / "nation.csv"
    path.write_text(f'Code,01\n01,"{cell}"\n', encoding="utf-8")
    national = NationalSheet(path)
    assert np.isnan(national.block([0], ["01"], "flows")).all()
    assert national.texts == {("flows", (0, 0, 0, 0)): repr(cell or "empty")}


# YAML -------------------------------------------------------------------------------------------------

WORDS = ("NO", "on", "off", "y", "01", "010", "1e6", "1_0", "0x10", "1:30", "2012-01-01", "null", "~", "true", ".5")


def test_keys_are_texts_as_they_are_written():
    text = "\n".join(f"{word}: {word}" for word in WORDS)
    assert list(yamlfiles.parse(text)) == list(WORDS)
    assert list(yamlfiles.resolved(yamlfiles.parse(text))) == list(WORDS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(("1e6", 1000000), ("010", 10), ("01", 1), (".5", 0.5), ("1.0", 1.0), ("-3", -3), ("+3", 3)),
        *(("NO", "NO"), ("on", "on"), ("1_0", "1_0"), ("0x10", "0x10"), ("0o17", "0o17"), ("1:30", "1:30")),
        *(("2012-01-01", "2012-01-01"), ("1,263", "1,263"), (".inf", ".inf"), (".nan", ".nan"), ("１２", "１２")),
        *(("null", None), ("~", None), ("", None), ("true", True), ("False", False), ("'1'", "1"), ('"null"', "null")),
        ("12345678901234567891", 12345678901234567891),
    ],
)
def test_values_are_what_a_person_reads(text, meant):
    found = yamlfiles.resolved(yamlfiles.parse(f"key: {text}"))["key"]
    assert found == meant and type(found) is type(meant)


def test_anchors_and_merged_keys_are_read_and_repeated_keys_are_refused():
    merged = yamlfiles.resolved(yamlfiles.parse("a: &a {NO: 1, x: 2}\nb: {<<: *a, x: 3}\nc: *a"))
    assert merged == {"a": {"NO": 1, "x": 2}, "b": {"NO": 1, "x": 3}, "c": {"NO": 1, "x": 2}}
    for text, fault in (("a: 1\nb: 2\na: 3", "'a' occurs twice"), ("? [1]\n: 2", "no text")):
        with pytest.raises(yaml.YAMLError, match=fault):
            yamlfiles.parse(text)


def test_a_mapping_keeps_names_as_they_are_written(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "regions: [SE, NO, 01, 1e3, null, 'on']\n"
        "sectors:\n  on: {productive: yes, digital: device}\n  02: {productive: true, digital: service}\n"
        "  1e3: {productive: no, service_life: 1e1}\n"
        "final_demand: {NO: null, off: households}\nprimary_inputs: {compensation: {va/01: 1e6}}\n"
    )
    mapping = read_mapping(path)
    assert mapping["final_demand"] == {"NO": None, "off": "households"}
    assert mapping["primary_inputs"] == {"compensation": {"va/01": 1000000}}
    section = {"kind": "pymrio", "tables": [], "mapping": str(path)}
    context = ImportContext.from_config(section)
    regions, sectors = context.regions, context.sectors
    assert regions["region"] == regions["name"] == ["SE", "NO", "01", "1e3", "null", "on"]
    assert sectors["sector"] == ["on", "02", "1e3"] and sectors["productive"] == ["true", "true", "false"]
    assert sectors["service_life"] == ["10", "10", "10"]
    text = path.read_text().replace("[SE, NO, 01, 1e3, null, 'on']", "{SE: Sweden, NO: no, 01: 01}")
    path.write_text(text.replace("on: {", "on: {name: off, ").replace("02: {", "02: {name: Mail, "))
    context = ImportContext.from_config(section)
    regions, sectors = context.regions, context.sectors
    assert (regions["region"], regions["name"]) == (["SE", "NO", "01"], ["Sweden", "no", "01"])
    assert (sectors["sector"], sectors["name"]) == (["on", "02", "1e3"], ["off", "Mail", "1e3"])


def test_a_description_has_texts_as_they_are_written_and_numbers_as_a_person_reads_them(tmp_path):
    folder = write_dataset(tmp_path / "dataset", {2012: random_economy(3, 5)})
    path = folder / "dataset.yaml"
    path.write_text(
        "title: 2012-01-01\nsource: NO\nlicence: 1.0\nsynthetic: yes\ncurrency: 01\nmoney_unit: 1e4\nyears: [2012.0]\n"
    )
    assert dataset.read_description(path) == {
        **{"title": "2012-01-01", "source": "NO", "licence": "1.0", "currency": "01"},
        **{"synthetic": True, "money_unit": 10000, "years": [2012]},
    }
    for key, cell in (("money_unit", "1_0"), ("money_unit", "1:30"), ("years", "[2012Q1]"), ("title", "null")):
        given = {"title": "t", "source": "s", "licence": "l", "synthetic": "no", "currency": "c"}
        given |= {"money_unit": "1", "years": "[2012]", key: cell}
        path.write_text("".join(f"{name}: {text}\n" for name, text in given.items()))
        with pytest.raises(InputError, match=f"{key} is "):
            dataset.read_description(path)


# The config -------------------------------------------------------------------------------------------


def read_config(tmp_path, text, arguments=()):
    """The config of a run with this file and these `key=value` on the command line, as the rules make it."""
    path = tmp_path / "run.yaml"
    path.write_text(text)
    config = configuration.completed(yaml.safe_load(text) or {}, DEFAULTS)
    texts = dict(argument.split("=") for argument in arguments)
    values = {key: int(value) if value.isdigit() else value for key, value in texts.items()}
    return configuration.as_written(config | values, [DEFAULTS, path], values, texts, SCHEMA)


def test_texts_of_a_config_are_as_they_are_written_and_numbers_as_a_person_reads_them(tmp_path):
    config = read_config(
        tmp_path,
        "run: NO\nembedded: {seed: 010, regions: 1e1}\n"
        "import:\n  title: 2012-01-01\n  licence: on\n  source: null\n  money_unit: 1e6\n"
        "  tables: [{year: 2012, file: 01, list: 02, sheet: 2012}]\n"
        "prices: {tau: 1e1, rural_sectors: [01, '02', NO], wages_advanced: off}\n",
    )
    configuration.check(config, SCHEMA)
    assert config["run"] == "NO" and config["embedded"] | {"years": 0} == {"seed": 10, "regions": 10, "years": 0}
    imported = config["import"]
    assert [imported[key] for key in ("title", "licence", "source", "money_unit")] == ["2012-01-01", "on", None, 10**6]
    assert imported["tables"] == [{"year": 2012, "file": "01", "list": "02", "sheet": "2012"}]
    assert config["prices"]["tau"] == 10 and config["prices"]["rural_sectors"] == ["01", "02", "NO"]
    assert config["prices"]["wages_advanced"] is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("embedded: {seed: 0x10}", "embedded.seed is '0x10'; allowed: a whole number"),
        ("embedded: {regions: 1_0}", "embedded.regions is '1_0'; allowed: a whole number"),
        ("import: {money_unit: 1:30}", "import.money_unit is '1:30'; allowed: currency units"),
        ("prices: {growth: NO}", "prices.growth is 'NO'; allowed: a rate"),
    ],
)
def test_other_readings_of_a_number_in_a_config_are_refused(text, message, tmp_path):
    with pytest.raises(InputError, match="config: ") as error:
        configuration.check(read_config(tmp_path, text), SCHEMA)
    assert message in str(error.value)


def test_the_defaults_and_the_command_line_are_read_in_the_same_way(tmp_path):
    assert json.dumps(read_config(tmp_path, "{}")) == json.dumps(yaml.safe_load(DEFAULTS.read_text(encoding="utf-8")))
    assert read_config(tmp_path, "run: 02", ["run=01"])["run"] == "01"
    assert read_config(tmp_path, "run: 02")["run"] == "02"
    config = read_config(tmp_path, "embedded: {seed: 010}", [])
    assert configuration.completed({}, DEFAULTS)["embedded"]["seed"] != config["embedded"]["seed"] == 10


def test_the_part_of_a_config_that_a_module_gets_is_read_in_the_same_way(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("run: outer\nparts:\n  labor: {run: 01, embedded: {seed: 010}}\n")
    part = yaml.safe_load(path.read_text())["parts"]["labor"]
    assert part == {"run": 1, "embedded": {"seed": 8}}
    assert configuration.as_written(part, [path], {}, {}, SCHEMA) == {"run": "01", "embedded": {"seed": 10}}


def test_config_files_in_json_and_templates_are_left_to_snakemake(tmp_path):
    for text in ('{\n\t"run": "x"}', "__use_yte__: true\n?if a:\n  run: x\n?if b:\n  run: y\n"):
        (tmp_path / "run.json").write_text(text)
        assert configuration.as_written({"run": "x"}, [tmp_path / "run.json"], {}, {}, SCHEMA) == {"run": "x"}


def test_a_key_that_occurs_twice_in_a_config_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"run.yaml: .*'run' occurs twice"):
        read_config(tmp_path, "run: a\nrun: b\n")
