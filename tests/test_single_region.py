"""Tables of single regions, a workbook each: every layout and fault, and the 62 provincial tables of China."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from datasets import FEW_JOBS, HOME, snakemake
from handbook import DOCUMENTS, blocks, rates_row, shown_lines
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.importers import plan
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.options import RESOURCES
from laborvalue_workflow.importers.region_files import region_of_name
from laborvalue_workflow.importers.textfiles import read_columns
from published_tables import USES, city_economy, import_settings, region_table, write_labels, write_region
from real_tables import PROVINCES, needs_provinces
from test_bad_import import attempt
from test_import import read_back, run_import, screening

NAMES = ("北京", "河北")


def regional_settings(folder, years=(2012,), **changes):
    """The config of an import of the workbooks in folder/<year>; hours from compensation, no reference of output."""
    reference = folder / "reference.csv"
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text("year,trillion_yuan\n1990,1\n")
    tables = [{"year": year, "folder": str(folder / str(year))} for year in years]
    settings = {"kind": "single_region", "tables": tables, "money_unit": 10000, "national_output": str(reference)}
    return import_settings(**settings | changes)


def write_year(folder, year=2012, listed="2012", seed=0, names=NAMES, each=None, **options):
    """The workbooks of a year, 1北京.xlsx …; each: place of a region -> further options of it. Returns the tables."""
    economy = city_economy(len(names), seed)
    tables = [region_table(economy, c, listed) for c in range(len(names))]
    for c, (name, table) in enumerate(zip(names, tables, strict=True)):
        changes = {"title": f"{name}{year}年投入产出表"} | options | (each or {}).get(c, {})
        spoil = changes.pop("spoil", None)
        if spoil:
            spoil(table)
        write_region(folder / f"{year}/{c + 1}{name}.xlsx", table, **changes)
    return tables


def notes_of(results, year=2012):
    return [row["found"] for row in screening(results, year, check="note")]


def assert_same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-13)  # a workbook keeps sixteen digits


def holds_tables(results, tables, year=2012):
    """The dataset holds each region's table in its own block, and nothing between regions."""
    flows, totals, origins, primary, _ = read_back(results / "dataset", year)
    for c, table in enumerate(tables):
        columns = {code: np.asarray(amounts, dtype=float) for code, amounts in table.columns.items()}
        assert_same(flows[c, :, c], np.stack([columns[code] for code in table.codes], axis=1))
        for d in range(len(tables)):
            assert c == d or not flows[c, :, d].any()
        for code, use in zip(("FU101", "FU102", "FU103", "FU201", "FU202"), USES, strict=True):
            if code in columns and use in origins:
                assert_same(origins[use][c, :, c], columns[code])
        assert_same(totals["exports"][c], columns["EX"] + columns["OF"])
        assert_same(primary["output"][c], columns["GO"])
        assert_same(primary["depreciation"][c], table.rows["VA003"])
        assert not primary["imports"].any()


def in_other_unit(table):
    """The table in 100 million yuan, beside others in 10,000."""
    for amounts in (table.columns, table.rows):
        amounts |= {code: np.asarray(row, dtype=float) / 1e4 for code, row in amounts.items()}


def hundred_millions(cells):
    cells[1, 0] = "单位：亿元"


def test_a_workbook_in_another_unit_stops_with_both_files_and_units(tmp_path):
    write_year(tmp_path, each={1: {"spoil": in_other_unit, "change": hundred_millions}})
    with pytest.raises(InputError) as stopped:
        run_import(regional_settings(tmp_path), tmp_path)
    said = str(stopped.value)
    assert "2012, unit: 2河北.xlsx states '亿元', 1e+08 currency units per 1; expected 10000 (import.money_unit" in said
    assert f"as {tmp_path}/2012: 1北京.xlsx states '万元', 10000 currency units per 1; correct the config" in said


def test_a_workbook_with_a_unit_of_its_own_gives_the_tables_as_in_one_unit(tmp_path):
    tables = write_year(tmp_path / "one")
    write_year(tmp_path, each={1: {"spoil": in_other_unit, "change": hundred_millions}})
    settings = regional_settings(tmp_path)
    settings["tables"][0]["money_unit"] = {13: 100_000_000}
    run_import(settings, tmp_path)
    holds_tables(tmp_path, tables)
    assert "Money of the regions 13 was multiplied by 10000: 1e+08 to 10000 per 1." in notes_of(tmp_path)
    settings["tables"][0]["money_unit"] = {"Hebei": 100_000_000}
    with pytest.raises(InputError, match=r"2012: money_unit names Hebei, no region; expected keys of the regions, 11"):
        run_import(settings, tmp_path / "other")


# Layouts ----------------------------------------------------------------------------------------------


def test_workbooks_become_a_dataset_of_one_block_per_region(tmp_path):
    tables = write_year(tmp_path)
    run_import(regional_settings(tmp_path), tmp_path)
    holds_tables(tmp_path, tables)
    regions = dataset.read_regions(tmp_path / "dataset/regions.csv")
    assert regions["region"] == ["11", "13"] and regions["name"] == ["Beijing", "Hebei"]
    described = dataset.read_description(tmp_path / "dataset/dataset.yaml")
    assert described["layout"] == "competitive"
    assert "Names beside the codes: 168 of 168 are those of the sector list 2012" in " ".join(notes_of(tmp_path))
    assert not screening(tmp_path, check="imbalance")


@pytest.mark.parametrize(
    "layout",
    [
        {"order": 3},
        {"wide": True},
        {"top": 14, "left": 6},
        {"sheets": ("Notes", "封面")},
        {"order": 5, "wide": True, "top": 9, "left": 4},
    ],
    ids=str,
)
def test_positions_order_blanks_and_sheets_change_nothing(layout, tmp_path):
    tables = write_year(tmp_path, each={1: layout})
    run_import(regional_settings(tmp_path), tmp_path)
    holds_tables(tmp_path, tables)
    assert "168 of 168" in " ".join(notes_of(tmp_path))


def test_the_hours_follow_from_compensation_and_the_wage_of_the_section(tmp_path):
    (table, _) = write_year(tmp_path)
    run_import(regional_settings(tmp_path), tmp_path)
    *_, hours = read_back(tmp_path / "dataset", 2012)
    assert hours[0, 0] == pytest.approx(table.rows["VA001"][0] * 1e4 / 22687 * 46 * 52, rel=1e-12)


def net(table, code, above, below):
    """The two columns of a table as one net column."""
    table.columns[code] = table.columns[above] - table.columns[below]
    table.columns["TFU"] = table.columns["TFU"] - table.columns[below]
    del table.columns[above], table.columns[below]


def test_net_outflow_in_one_column_is_split_by_sign(tmp_path):
    write_year(tmp_path, spoil=lambda table: net(table, "NOF", "OF", "IF"))
    run_import(regional_settings(tmp_path), tmp_path)
    economy = city_economy(2)
    full = [region_table(economy, c) for c in range(2)]
    _, totals, *_ = read_back(tmp_path / "dataset", 2012)
    for c, table in enumerate(full):
        expected = table.columns["EX"] + np.maximum(table.columns["OF"] - table.columns["IF"], 0)
        assert np.allclose(totals["exports"][c], expected, rtol=1e-12)
    assert "only net outflow (NOF) is known" in " ".join(notes_of(tmp_path))
    assert "Columns of trade with other regions: NOF." in notes_of(tmp_path)
    assert not screening(tmp_path, check="imbalance")


def joined_trade(table):
    """Exports and imports that hold the trade with other regions."""
    table.columns["EX"] = table.columns["EX"] + table.columns.pop("OF")
    table.columns["IM"] = table.columns["IM"] + table.columns.pop("IF")


def joined_households(table):
    table.columns["THC"] = table.columns.pop("FU101") + table.columns.pop("FU102")


def trade_in_two_columns(table):
    """As in 2007: what goes out and what comes in, trade abroad in both."""
    columns = table.columns
    columns["FU302"] = np.asarray(columns.pop("EX"), dtype=float) + columns.pop("OF")
    columns["FU304"] = np.asarray(columns.pop("IM"), dtype=float) + columns.pop("IF")


def test_outflow_and_inflow_may_hold_the_trade_abroad(tmp_path):
    apart = write_year(tmp_path / "apart")
    write_year(tmp_path, each={c: {"spoil": trade_in_two_columns} for c in range(len(apart))})
    run_import(regional_settings(tmp_path), tmp_path)
    _, totals, _, _, _ = read_back(tmp_path / "dataset", 2012)
    for c, table in enumerate(apart):
        assert_same(totals["exports"][c], np.asarray(table.columns["EX"], dtype=float) + table.columns["OF"])
    notes = " ".join(notes_of(tmp_path))
    assert "1北京.xlsx, 2河北.xlsx: outflow and inflow hold the trade abroad, which has no columns of its own" in notes
    assert not screening(tmp_path, check="imbalance")
    with pytest.raises(
        InputError, match=r"no columns of trade with other regions; expected OF and IF, or NOF, without"
    ):
        run_import(regional_settings(tmp_path, trade="gravity"), tmp_path / "gravity")


def renamed(table):
    """A column and a row under codes of another office."""
    table.columns["OUT"], table.columns["IN"] = table.columns.pop("OF"), table.columns.pop("IF")
    table.rows["D1"] = table.rows.pop("VA001")


def test_the_config_names_codes_of_other_tables(tmp_path):
    tables = write_year(tmp_path / "one")
    write_year(tmp_path, each={c: {"spoil": renamed} for c in range(len(tables))})
    codes = {"outflow": "OUT", "inflow": "IN", "compensation": "D1"}
    run_import(regional_settings(tmp_path, codes=codes), tmp_path)
    holds_tables(tmp_path, tables)
    run_import(regional_settings(tmp_path, codes=codes | {"depreciation": "D9"}), tmp_path / "other")
    assert "WARNING: import.codes: no workbook of the year has D9 (depreciation)." in notes_of(tmp_path / "other")
    with pytest.raises(InputError, match=r"1北京.xlsx, 2河北.xlsx: no row VA001 \(D2 by import.codes\)"):
        run_import(regional_settings(tmp_path, codes=codes | {"compensation": "D2"}), tmp_path / "third")


def test_a_region_that_a_year_lacks_is_left_out_by_name(tmp_path):
    write_year(tmp_path)
    write_year(tmp_path, year=2017, listed="2017", names=NAMES[:1])
    settings = regional_settings(tmp_path, years=(2012, 2017), concordance=str(RESOURCES / "concordance.csv"))
    with pytest.raises(InputError, match=r"no workbook of 13 Hebei 河北, which 2012 has \(import.leave_out: \[13\]"):
        run_import(settings, tmp_path)
    run_import(settings | {"leave_out": [13]}, tmp_path)
    assert dataset.read_regions(tmp_path / "dataset/regions.csv")["region"] == ["11"]
    assert "Left out by import.leave_out: 13." in notes_of(tmp_path)
    with pytest.raises(InputError, match=r"import.leave_out names 99, no region"):
        run_import(settings | {"leave_out": ["13", "99"]}, tmp_path / "other")


def test_no_columns_of_inflow_and_outflow_and_one_of_households(tmp_path):
    def spoil(table):
        joined_trade(table)
        joined_households(table)

    write_year(tmp_path, spoil=spoil)
    run_import(regional_settings(tmp_path), tmp_path)
    _, totals, origins, *_ = read_back(tmp_path / "dataset", 2012)
    full = region_table(city_economy(2), 1)
    assert np.allclose(totals["exports"][1], full.columns["EX"] + full.columns["OF"], rtol=1e-12)
    assert np.allclose(origins["households"][1, :, 1], full.columns["FU101"] + full.columns["FU102"], rtol=1e-12)
    assert "rural_households" not in origins or not origins["rural_households"].any()
    notes = " ".join(notes_of(tmp_path))
    assert "no columns of trade with other regions" in notes and "Columns of consumption: THC, FU103." in notes
    assert not screening(tmp_path, check="imbalance")


def test_households_are_summed_where_one_table_does_not_split_them(tmp_path):
    write_year(tmp_path, each={1: {"spoil": joined_households}})
    run_import(regional_settings(tmp_path), tmp_path)
    _, _, origins, *_ = read_back(tmp_path / "dataset", 2012)
    for c in range(2):
        full = region_table(city_economy(2), c)
        assert np.allclose(origins["households"][c, :, c], full.columns["FU101"] + full.columns["FU102"], rtol=1e-12)
    assert "do not split rural and urban households" in " ".join(notes_of(tmp_path))


def test_what_is_odd_about_a_sheet_is_told(tmp_path):
    def spoil(table):
        table.columns["XYZ"] = table.columns["GO"]

    def change(cells):
        cells[(8 + 5, 1)] = "some sector"

    write_year(tmp_path, each={1: {"spoil": spoil, "change": change, "title": "山西2015年投入产出表"}})
    write_region(tmp_path / "2012/0中国.xlsx", region_table(city_economy(1), 0))
    (tmp_path / "2012/readme.txt").write_text("tables")
    (tmp_path / "2012/~$1北京.xlsx").write_text("lock")
    run_import(regional_settings(tmp_path), tmp_path)
    notes = notes_of(tmp_path)
    assert "Tables of the whole country, left out: 0中国.xlsx." in notes
    assert "Other files in the folder, not read: readme.txt." in notes
    warned = [note for note in notes if note.startswith("WARNING: 2河北.xlsx")]
    for part in ("columns not read: XYZ", "names that are in no list, taken by their codes: row 05"):
        assert any(part in note for note in warned), part
    assert any("the title is of 2015, the config says 2012" in note for note in warned)


def test_a_title_of_another_region_is_told(tmp_path):
    write_year(tmp_path, each={0: {"title": "河北2012年投入产出表"}, 1: {"title": "北京2012年投入产出表"}})
    run_import(regional_settings(tmp_path), tmp_path)
    assert sum("the title names region" in note for note in notes_of(tmp_path)) == 2


# Pairing of the years ---------------------------------------------------------------------------------


def test_regions_are_paired_by_name_not_by_the_number_of_the_file(tmp_path):
    """26 is Shaanxi in 2012 and Tibet in 2017."""
    early, late = city_economy(2, 1), city_economy(2, 2)
    for folder, economy, files_of in (
        ("2012", early, ("26陕西.xlsx", "31西藏.xlsx")),
        ("2017", late, ("27-陕西省.xlsx", "26-西藏自治区.xlsx")),
    ):
        for c, name in enumerate(files_of):
            write_region(tmp_path / folder / name, region_table(economy, c))
    settings = regional_settings(tmp_path, years=(2012, 2017))
    settings["tables"][1]["list"] = "2012"
    run_import(settings, tmp_path)
    assert dataset.read_regions(tmp_path / "dataset/regions.csv")["name"] == ["Tibet", "Shaanxi"]
    for year, economy in ((2012, early), (2017, late)):
        _, _, _, primary, _ = read_back(tmp_path / "dataset", year)
        assert np.allclose(primary["output"], economy.output[[1, 0]], rtol=1e-12)  # provinces.csv has Tibet, 54, first


@pytest.mark.parametrize(
    "text, region",
    [
        *(("1北京", "11"), ("01-北京", "11"), ("北京市", "11"), ("2012年北京投入产出表", "11"), ("beijing_2012", "11")),
        *(("05-内蒙古", "15"), ("Inner Mongolia", "15"), ("InnerMongolia", "15"), ("Shaanxi", "61"), ("Shanxi", "14")),
        *(("26 西 藏", "54"), ("11", None), ("0中国", None), ("大连", None)),
    ],
)
def test_a_file_name_begins_with_its_region(text, region):
    rows = read_columns(RESOURCES / "provinces.csv", ("region", "name", "chinese"))
    columns = {name: [row[name] for row in rows] for name in ("region", "name", "chinese")}
    assert region_of_name(text, columns) == region


def test_labels_give_other_regions(tmp_path):
    write_year(tmp_path, names=("石家庄市", "唐山"))
    labels = [
        {"region": "130200", "name": "Tangshan", "chinese": "唐山", "province": "河北", "telephones_1984": 5},
        {"region": "130100", "name": "石家庄", "chinese": "", "province": "河北", "telephones_1984": ""},
    ]
    settings = regional_settings(tmp_path, labels=str(write_labels(tmp_path / "labels.csv", labels)))
    run_import(settings, tmp_path)
    assert dataset.read_regions(tmp_path / "dataset/regions.csv")["region"] == ["130200", "130100"]
    _, _, _, primary, _ = read_back(tmp_path / "dataset", 2012)
    assert np.allclose(primary["output"], city_economy(2).output[[1, 0]], rtol=1e-12)
    assert not [note for note in notes_of(tmp_path) if "columns not read" in note]


def test_planning_names_every_fault_of_every_folder_at_once(tmp_path):
    for year, names in (
        (2012, ("1北京.xlsx", "2北京市.xlsx", "3河北.xls", "9大连.xlsx", "5四川.xlsx")),
        (2017, ("1北京.xlsx", "2天津.xlsx")),
    ):
        for name in names:
            (tmp_path / str(year)).mkdir(exist_ok=True)
            (tmp_path / str(year) / name).write_bytes(b"")
    with pytest.raises(InputError) as error:
        plan.describe(
            regional_settings(tmp_path, years=(2012, 2017), concordance=str(RESOURCES / "concordance.csv")), "x"
        )
    message = str(error.value)
    for part in (
        "1北京.xlsx and 2北京市.xlsx are both of region 11",
        "9大连.xlsx names no region",
        "(2012): no workbook of 12 Tianjin 天津, which 2017 has",
        "(2017): no workbook of 13 Hebei 河北, 51 Sichuan 四川, which 2012 has",
        "named after the region",
    ):
        assert part in message, message


def test_the_workflow_is_planned_with_the_workbooks_as_inputs(tmp_path):
    write_year(tmp_path)
    settings = regional_settings(tmp_path)
    assert [Path(path).name for path in plan.year_inputs(settings, 2012)] == ["1北京.xlsx", "2河北.xlsx"]
    assert any(path.endswith("provinces.csv") for path in plan.small_inputs(settings))
    assert plan.describe(settings, "folder").regions == ["11", "13"]
    files = ImportContext.from_config(settings).regions["files"]
    assert [Path(path).name for path in files[2012]] == ["1北京.xlsx", "2河北.xlsx"]


# Faults -----------------------------------------------------------------------------------------------


def dropped(*codes):
    def spoil(table):
        for code in codes:
            table.columns.pop(code, None)
            table.rows.pop(code, None)

    return spoil


def cell(row, column, value):
    """A change of one cell, by codes; row and column of codes are where write_region puts them."""

    def change(cells):
        (line,) = {at[0] for at, found in cells.items() if at[1] == 2 and found == row}
        (place,) = {at[1] for at, found in cells.items() if at[0] == 8 and found == column}
        cells[line, place] = value

    return change


def settings_with(**changes):
    return lambda settings: settings.update(changes)


def code_twice(cells):
    cells[8 + 2, 2] = "01"  # the row of 02


FAULTS = {
    "codes that are missing in one file": (
        {1: {"spoil": dropped("07", "GO", "VA003")}},
        None,
        ["2河北.xlsx: no column 07, GO", "2河北.xlsx: no row VA003", "the list 2012 (42 sectors)"],
    ),
    "codes that are missing in all files": (
        {c: {"spoil": dropped("IF", "FU201")} for c in range(2)},
        None,
        ["1北京.xlsx, 2河北.xlsx: no column IF, FU201"],
    ),
    "outflow and inflow of one region only": (
        {1: {"spoil": dropped("OF", "IF")}},
        None,
        ["2河北.xlsx: no columns of trade with other regions (OF, IF or NOF)"],
    ),
    "no trade at all": (
        {c: {"spoil": dropped("OF", "IF", "EX", "IM")} for c in range(2)},
        None,
        ["no columns of foreign trade (EX, IM or NEX)", "no columns of trade with other regions"],
    ),
    "no consumption": (
        {0: {"spoil": dropped("FU101", "FU102", "FU103")}},
        None,
        ["1北京.xlsx: no columns of consumption (FU101, FU102, FU103 or THC, FU103 or TC)"],
    ),
    "a code that occurs twice": ({1: {"change": code_twice}}, None, ["2河北.xlsx: no row 02", "row 01 occurs 2 times"]),
    "a table of another year's list": (
        {},
        lambda settings: settings["tables"][0].update(list="2017"),
        ["1北京.xlsx, 2河北.xlsx: row 23 is '废品废料', sector 23, where the list 2017 has sector 24", "such names"],
    ),
    "a text in a cell that stops": (
        {0: {"change": cell("03", "05", "停产")}},
        lambda settings: settings["faults"].update(missing="stop"),
        ["flows", "origin_region 11, origin_sector 03, region 11, sector 05", "'停产'", "a number"],
    ),
    "a text in an inflow that stops": (
        {1: {"change": cell("03", "IF", "不详")}},
        lambda settings: settings["faults"].update(missing="stop"),
        ["inflow", "region 13, sector 03", "'不详'"],
    ),
    "a separator in a number": ({1: {"change": cell("03", "GO", "1,234")}}, None, ["2河北.xlsx", "1,234", "output"]),
    "no codes": (
        {1: {"change": lambda cells: [cells.pop((8, k)) for k in range(100) if (8, k) in cells]}},
        None,
        ["2河北.xlsx", "no row of codes", "GO"],
    ),
    "a sheet that is not there": (
        {},
        lambda settings: settings["tables"][0].update(sheet="Tabelle"),
        ["no sheet 'Tabelle'", "found sheet1"],
    ),
    "a file for the folder": (
        {},
        lambda settings: settings["tables"][0].update(file="x.xlsx"),
        ["import.tables: 2012: kind single_region needs {year: 2012, folder: PATH} without file"],
    ),
    "a folder for another kind": (
        {},
        lambda settings: settings.update(kind="nbs"),
        ["import.tables: 2012: kind nbs needs {year: 2012, file: PATH} without folder"],
    ),
    "no such folder": (
        {},
        lambda settings: settings["tables"][0].update(folder="no/folder"),
        ["no/folder (2012): no such folder", "workbooks"],
    ),
    "labels of a region without a file": (
        {},
        lambda settings: settings.update(
            labels=str(
                write_labels(
                    Path(settings["national_output"]).parent / "labels.csv",
                    [{"region": f"r{name}", "name": name} for name in ("北京", "河北", "上海")],
                )
            )
        ),
        ["no workbook of r上海 上海, which the labels name"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_workbooks_end_with_one_readable_message(name, tmp_path, monkeypatch, capsys):
    each, spoil, expected = FAULTS[name]
    write_year(tmp_path / "files", each=each)
    settings = regional_settings(tmp_path / "files")
    if spoil:
        spoil(settings)
    code, message = attempt(settings, tmp_path / "results", monkeypatch)
    assert code != 0 and message.startswith("laborvalue: ") and "Traceback" not in message
    for part in expected:
        assert part in message, message


def test_a_file_that_is_no_workbook_is_named(tmp_path, monkeypatch, capsys):
    write_year(tmp_path / "files")
    (tmp_path / "files/2012/2河北.xlsx").write_bytes(b"no workbook")
    code, message = attempt(regional_settings(tmp_path / "files"), tmp_path / "results", monkeypatch)
    assert code != 0 and "2河北.xlsx: not a readable workbook" in message


def test_a_text_in_a_cell_and_a_negative_depreciation_by_policy(tmp_path):
    def change(cells):
        cell("03", "05", "停产")(cells)
        cell("VA003", "11", -8671.02)(cells)

    write_year(tmp_path, each={1: {"change": change}})
    settings = regional_settings(tmp_path, faults={"missing": "zero", "negative": "zero"})
    run_import(settings, tmp_path)
    flows, _, _, primary, _ = read_back(tmp_path / "dataset", 2012)
    assert flows[1, 2, 1, 4] == 0 and primary["depreciation"][1, 10] == 0
    (row,) = screening(tmp_path, check="missing")
    assert row["found"] == "'停产' in H12 of 2河北.xlsx, sheet sheet1"
    (row,) = screening(tmp_path, check="negative")
    assert (row["region"], row["sector"], row["found"], row["done"]) == ("13", "11", "-8671.02", "set to 0")


def test_a_wrong_output_is_an_imbalance_of_the_printed_totals(tmp_path):
    write_year(tmp_path, each={0: {"change": cell("07", "GO", 700)}})
    run_import(regional_settings(tmp_path), tmp_path)
    found = {row["block"] for row in screening(tmp_path, check="imbalance", region="11", sector="07")}
    assert found >= {"GO", "output"}


# Sheets, files and cells that are not read -------------------------------------------------------------


def another_sheet(path, title, state):
    """Copy the sheet of a workbook, with a further total of another amount, before it."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    copied = book.copy_worksheet(book.active)
    copied.title, copied.sheet_state = title, state
    for row in copied.iter_rows():
        for cell in row:
            cell.value = cell.value * 2 if isinstance(cell.value, float) else cell.value
    book.move_sheet(copied, -1)
    book.active = 1
    book.save(path)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_with_codes_is_not_read_and_the_page_says_so(state, tmp_path):
    tables = write_year(tmp_path)
    another_sheet(tmp_path / "2012/2河北.xlsx", "older", state)
    run_import(regional_settings(tmp_path), tmp_path)
    holds_tables(tmp_path, tables)
    told = "2河北.xlsx: sheet sheet1 is read, of 2; hidden and not read, with codes too: older."
    assert told in notes_of(tmp_path) and told in (tmp_path / "screening/2012.md").read_text(encoding="utf-8")
    settings = regional_settings(tmp_path)
    settings["tables"][0]["sheet"] = "older"
    with pytest.raises(InputError, match=r"no sheet 'older'"):
        run_import(settings, tmp_path / "named")


def test_two_visible_sheets_with_codes_stop_with_both_names(tmp_path):
    write_year(tmp_path)
    another_sheet(tmp_path / "2012/2河北.xlsx", "older", "visible")
    with pytest.raises(InputError, match=r"2河北\.xlsx: the sheets older, sheet1 all have codes; name one as sheet"):
        run_import(regional_settings(tmp_path), tmp_path)


def test_codes_on_hidden_sheets_only_stop(tmp_path):
    import openpyxl

    write_year(tmp_path)
    path = tmp_path / "2012/2河北.xlsx"
    book = openpyxl.load_workbook(path)
    book.active.sheet_state = "hidden"
    book.create_sheet("Notes")
    book.active = 1
    book.save(path)
    with pytest.raises(InputError, match=r"2河北\.xlsx: of the sheets with codes all are hidden \(sheet1\); name one"):
        run_import(regional_settings(tmp_path), tmp_path)


@pytest.mark.parametrize("ending", [".xlsm", ".ods", ".csv"])
def test_a_region_whose_file_is_not_read_stops(ending, tmp_path):
    write_year(tmp_path)
    (tmp_path / f"2012/3山西省{ending}").write_bytes(b"table")
    with pytest.raises(InputError) as stopped:
        run_import(regional_settings(tmp_path), tmp_path)
    assert f"2012: 3山西省{ending} is of region 14, which has no workbook, and is not read" in str(stopped.value)


def test_a_second_file_of_a_region_warns(tmp_path):
    write_year(tmp_path)
    (tmp_path / "2012/北京.csv").write_text("table")
    run_import(regional_settings(tmp_path), tmp_path)
    assert "WARNING: 北京.csv is not read: the workbook of region 11 beside it was." in notes_of(tmp_path)


def test_error_values_and_formulas_without_results_are_told_with_their_cells(tmp_path):
    def change(cells):
        cell("03", "05", "#REF!")(cells)
        cell("VA003", "11", "=1+1")(cells)
        cell("07", "GO", None)(cells)

    write_year(tmp_path, each={1: {"change": change}})
    run_import(regional_settings(tmp_path), tmp_path)
    found = {row["block"]: row["found"] for row in screening(tmp_path, check="missing")}
    assert found["flows"] == "#REF! in H12 of 2河北.xlsx, sheet sheet1"
    assert found["depreciation"].startswith("a formula without a stored result in N")
    assert found["output"].startswith("empty in ") and found["output"].endswith(" of 2河北.xlsx, sheet sheet1")


# The 31 provinces of China ----------------------------------------------------------------------------


def slopes(results, number):
    """{(column, term): (estimate, standard error, N)} of a table."""
    table = files.read_table(results / f"tables/table{number:02d}.csv", texts=("term",)).to_pylist()
    return {
        (int(row["column"]), row["term"]): (row["estimate"], row["std_error"], row["n"])
        for row in table
        if row["term"] != "constant"
    }


def same(found, estimate, error, n=None):
    assert (round(found[0], 4), round(found[1], 4)) == (estimate, error)
    assert n is None or found[2] == n


@needs_provinces
@pytest.mark.slow
def test_the_provinces_end_in_a_page_that_speaks_of_them(provinces):
    page = " ".join((provinces / "report.html").read_text(encoding="utf-8").split())
    assert "31 provinces, 41 sectors, 2012, 2017; other data than the paper" in page
    assert "Table 6 could not be estimated" in page and "Tianjin" in page and 'id="account"' in page
    assert str(PROVINCES) not in page


@needs_provinces
@pytest.mark.slow
def test_the_provinces_give_the_values_and_coefficients_of_an_independent_program(provinces):
    """Two outputs of 1e-9 count as none, depreciation below 0 as 0; 31 provinces, 41 sectors, paired by name."""
    for year, profit, surplus in ((2012, 0.1411, 1.730), (2017, 0.1252, 2.153)):
        summary = files.read_json(provinces / f"values/{year}/summary.json")
        assert summary["regions_used"] == 31
        assert summary["profit_rate"] == pytest.approx(profit, abs=5e-5)
        assert summary["rate_of_surplus_value"] == pytest.approx(surplus, abs=5e-4)
        agreed = f"2604 of 2604 are those of the sector list {year}"
        assert agreed in (provinces / f"screening/{year}.md").read_text(encoding="utf-8")
    tlp = [row["tlp"] for row in files.read_table(provinces / "panel.parquet").to_pylist() if row["tlp"] is not None]
    assert len(tlp) == 1937 and np.mean(tlp) == pytest.approx(62.66, abs=5e-3)
    third, fifth, seventh, tenth = (slopes(provinces, number) for number in (3, 5, 7, 10))
    same(third[1, "ddr"], -0.0800, 0.0155, 1930)
    same(third[2, "dsr"], -0.1095, 0.0183, 1930)
    same(third[3, "dir"], 0.0155, 0.0093, 1920)
    same(third[4, "indir"], -0.2516, 0.0176, 1930)
    same(third[5, "otlp"], 0.7263, 0.0479, 1930)
    same(fifth[4, "indir"], -0.6900, 0.0337)
    same(seventh[1, "ddr"], -0.0343, 0.0378)
    same(seventh[4, "indir"], -0.1052, 0.0455)
    same(tenth[3, "pp"], 1.0998, 0.2144)
    same(tenth[4, "pp"], 0.3119, 0.1048)


@needs_provinces
@pytest.mark.slow
def test_the_handbook_shows_what_the_provinces_give(provinces):
    """The tutorial, whose command the fixture gives, and the gallery."""
    assert ".venv/bin/snakemake --cores 2 --configfile config/provinces.yaml\n" in blocks(
        "docs/tutorials/provinces.md", "sh"
    )
    table = (provinces / "tables/table03.md").read_text(encoding="utf-8").splitlines()
    shown = shown_lines("docs/tutorials/provinces.md")
    assert len([line for line in shown if line in table]) == 5
    for year in (2012, 2017):
        assert rates_row(provinces, year) in DOCUMENTS["docs/gallery.md"]


CLONED = (
    "data/CHNIO/data-raw/中国31省区市42部门投入产出表1997-2017皮皮侠"  # where the repository has the years' folders
)


@needs_provinces
@pytest.mark.slow
def test_three_years_of_the_provinces_are_one_panel_with_table_6(tmp_path):
    """The tutorial's commands on a folder of the cloned repository's layout."""
    for name in ("Snakefile", "profiles", "workflow", "scripts", "resources", "config"):
        (tmp_path / name).symlink_to(HOME / name)
    for year in (2007, 2012, 2017):
        (tmp_path / CLONED).mkdir(parents=True, exist_ok=True)
        (tmp_path / CLONED / f"{year}年各省份投入产出表").symlink_to(PROVINCES / str(year))
    copy = next(block for block in blocks("docs/tutorials/provinces.md", "sh") if "cp -r" in block)
    subprocess.run(["sh", "-c", copy], cwd=tmp_path, check=True)
    finished = snakemake(
        *("table06", "values", *FEW_JOBS, "--configfile", "config/provinces_2007.yaml"), folder=tmp_path
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = tmp_path / "results/provinces_2007"
    for year, gap in ((2007, "1.9e-09"), (2012, None), (2017, None)):
        page = (results / f"screening/{year}.md").read_text(encoding="utf-8")
        assert "2520 of 2520 are those of the sector list" in page and (gap is None or f"largest gap {gap}" in page)
        assert rates_row(results, year) in DOCUMENTS["docs/gallery.md"]
        assert_own_values(results, year)
    table = (results / "tables/table06.md").read_text(encoding="utf-8").splitlines()
    shown = [line for line in shown_lines("docs/tutorials/provinces.md") if line.count("|") == 6]
    assert len(shown) == 4 and [line for line in shown if line not in table] == []


def assert_own_values(results, year):
    """The values of a province that makes every productive good are those of the dense inverse of its own table."""
    flows, _, origins, primary, hours = read_back(results / "dataset", year)
    solved = files.read_table(results / f"values/{year}/regions.parquet").to_pylist()
    productive = [row["productive"] == "true" for row in read_columns(results / "dataset/sectors.csv", ("productive",))]
    value = np.full(hours.shape, np.nan)
    value[:, productive] = np.array([row["value_own"] for row in solved], dtype=float).reshape(len(hours), -1)
    made = np.flatnonzero(productive)
    complete = np.flatnonzero((primary["output"][:, made] > 0).all(axis=1))
    assert len(complete) > len(hours) / 3
    for c in complete:
        x = primary["output"][c]
        mix = origins["fixed_capital_formation"][c, :, c]
        mix = np.clip(mix, 0, None) / np.clip(mix, 0, None).sum()
        used = (flows[c, :, c] + np.outer(mix, primary["depreciation"][c]))[np.ix_(made, made)] / x[made]
        dense = np.linalg.inv(np.eye(len(made)) - used).T @ (hours[c][made] / (x[made] * 1e4))
        np.testing.assert_allclose(value[c][made], dense, rtol=1e-10)


@needs_provinces
@pytest.mark.slow
def test_provinces_paired_by_the_number_of_the_file_give_other_coefficients(provinces, tmp_path, run):
    """Numbers 26 to 31 are six other provinces in 2017: a plausible table comes out, and is wrong."""

    def by_number(year):
        rows = read_columns(RESOURCES / "provinces.csv", ("region", "chinese"))
        region_of = {row["chinese"]: row["region"] for row in rows}
        names = (path.stem for path in (PROVINCES / str(year)).glob("*.xls"))
        found = {int("".join(filter(str.isdigit, name))): name.lstrip("0123456789-") for name in names}
        return {number: region_of[name] for number, name in found.items() if number}

    early, late = by_number(2012), by_number(2017)
    assert [number for number in early if early[number] != late[number]] != []
    mistaken = {late[number]: early[number] for number in early}
    panel = files.read_table(provinces / "panel.parquet", texts=("region", "sector")).to_pylist()
    for row in panel:
        row["region"] = mistaken[row["region"]] if row["year"] == 2017 else row["region"]
    path = tmp_path / "panel.parquet"
    files.write_table(path, {name: [row[name] for row in panel] for name in panel[0]})
    finished = snakemake("table03", "--config", f"panel={path}", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    third = slopes(HOME / "results" / run, 3)
    same(third[1, "ddr"], -0.0791, 0.0138, 1912)
    same(third[3, "dir"], 0.0202, 0.0087, 1904)
    same(third[4, "indir"], -0.2555, 0.0147, 1912)
    same(third[5, "otlp"], 0.7212, 0.0456)
