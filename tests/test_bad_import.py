"""Bad published tables: each ends with one readable message, exit code 1 and nothing written.

One table of cases; the plan and the jobs are called as the workflow calls them.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from datasets import HOME, results_of, snakemake
from import_description import import_description
from import_year import import_year
from laborvalue.errors import InputError
from laborvalue_workflow.importers import plan
from laborvalue_workflow.running import commandline, configuration
from published_tables import (
    CHINESE,
    city_case,
    city_economy,
    import_settings,
    write_hours,
    write_labels,
    write_mat,
    write_national,
    write_workbook,
)

CELL = 42 + 4
AT = "region r1, sector 05"


def attempt(settings, results, monkeypatch):
    """(exit code, message) of the plan and then of every job."""
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8")) | {"import": settings}
    folder = results / "dataset"
    try:
        configuration.check(config, HOME / "workflow/schemas/config.schema.yaml")
        known = plan.describe(settings, folder)
    except InputError as error:  # what the Snakefile ends with
        return 1, f"laborvalue: {error}"
    options = {"dataset": folder / "dataset.yaml", "regions-table": folder / "regions.csv"}
    options |= {"sectors-table": folder / "sectors.csv", "settings": plan.description_settings(settings)}
    options |= {"screening": [results / f"{year}.csv" for year in known.years]}
    jobs, description = [], (import_description, options)
    for year, tables in known.tables.items():
        options = {"year": year, "settings": plan.year_settings(settings, year)}
        options |= {name.replace("_", "-"): path for name, path in tables.items() if name != "labor"}
        options |= {"labor-table": tables["labor"], "report": results / f"{year}.csv", "page": results / f"{year}.md"}
        jobs.append((import_year, options))
    for job, options in [*jobs, description]:
        words = []
        for name, value in options.items():
            words += [f"--{name}", *map(str, value if isinstance(value, list) else [value])]
        monkeypatch.setattr(sys, "argv", ["script", *words])
        try:
            commandline.run(job)
        except SystemExit as end:
            return 1, str(end.code)
    return 0, ""


# How a correct case is spoiled: functions of the case (tests/published_tables.py) -----------------------


def key(name, value):
    return lambda case: case.settings.update({name: value})


def labor(**changes):
    return lambda case: case.settings["labor"].update(changes)


def entry(**changes):
    return lambda case: case.settings["tables"][0].update(changes)


def fault(name, policy, spoil):
    def change(case):
        case.settings["faults"][name] = policy
        spoil(case)

    return change


def put(name, index, value):
    return lambda case: case.fields[name].__setitem__(index, value)


def shape(name, change):
    return lambda case: case.fields.update({name: change(case.fields[name])})


def without(name):
    return lambda case: case.fields.pop(name)


def label(row, **changes):
    return lambda case: case.labels[row].update(changes)


def table(name, text, encoding="utf-8", section=None):
    """A small csv of the user's, written and named in the config."""

    def change(case):
        path = case.folder / f"{name}.csv"
        path.write_bytes(text.encode(encoding))
        (case.settings[section] if section else case.settings)[name] = str(path)
        if name == "labels":
            case.labels = []

    return change


def yearbook(text):
    def change(case):
        table("wages", text, section="labor")(case)
        case.settings["labor"]["hours"] = None

    return change


def raw(content):
    """The year's file replaced by these bytes."""

    def change(case):
        case.file.write_bytes(content)
        case.fields = None

    return change


def pipe(case):
    os.mkfifo(case.file)
    case.fields = None


def cut(version, share):
    def change(case):
        content = write_mat(case.file, case.fields, version).read_bytes()
        raw(content[: int(len(content) * share)])(case)

    return change


def other_variable(content):
    def change(case):
        from scipy.io import savemat

        savemat(case.file, content)
        case.fields = None

    return change


def hours(change_lines):
    def change(case):
        path = case.folder / "hours_2012.csv"
        path.write_text("\n".join(change_lines(path.read_text().splitlines())) + "\n")

    return change


def idle(case):
    case.fields["Z"][CELL] = case.fields["F"][CELL] = case.fields["Export"][CELL] = 0


def workbook(change=None, sheet="Table", wanted="Table", names=CHINESE):
    def apply(case):
        economy = city_economy(2)
        file = write_workbook(case.folder / "table.xlsx", economy, sheet, change)
        case.fields = None
        case.labels = [{"region": region, "name": names[c]} for c, region in enumerate(economy.regions)]
        case.settings.update(kind="ceads_province", tables=[{"year": 2012, "file": str(file), "sheet": wanted}])
        case.settings["faults"]["unit"] = "keep"

    return apply


def dropped(code):
    def change(cells):
        for place in [place for place, value in cells.items() if value == code]:
            cells[place] = "x" + code

    return change


def national(change=None, **entry):
    def apply(case):
        economy = city_economy(1)
        file = write_national(case.folder / "table.csv", economy, change)
        case.fields, case.labels = None, []
        case.settings.update(kind="nbs", tables=[{"year": 2012, "file": str(file)} | entry], labels=None)
        case.settings["faults"]["unit"] = "keep"
        case.settings["labor"]["hours"] = None

    return apply


def national_of_two(case):
    labels = case.settings["labels"]
    national()(case)
    case.settings["labels"] = str(write_labels(Path(labels), [{"region": "a"}, {"region": "b"}]))


def cells(row, column, value):
    """Put a value into a national table, by code of row and column."""

    def change(rows):
        found = next(k for k, line in enumerate(rows) if line[0] == row)
        rows[found][rows[0].index(column)] = value

    return change


def lines(change):
    return lambda rows: rows.__setitem__(slice(None), change(rows))


MAPPING = {
    "regions": ["a", "b"],
    "sectors": {
        "goods": {"productive": True, "digital": "device"},
        "services": {"productive": True, "digital": "service"},
    },
    "final_demand": {"Households": "households", "Investment": "fixed_capital_formation"},
    "primary_inputs": {"compensation": {"work/Wages": 1}},
    "hours": {"work/Hours": 1000},
}


def system(spoil=None, **mapping):
    """A system as pymrio's save_all leaves it, 2 regions x 2 sectors, as text; spoil: folder -> None."""

    def apply(case):
        folder = case.folder / "system"
        (folder / "work").mkdir(parents=True)
        users = [(region, sector) for region in "ab" for sector in ("goods", "services")]
        uses = [(region, use) for region in "ab" for use in ("Households", "Investment")]

        def block(path, columns, number):
            head = [["region", "", *(c[0] for c in columns)], ["sector", "", *(c[1] for c in columns)]]
            head += [["region", "sector", *[""] * len(columns)]]
            body = [[*row, *[str(number)] * len(columns)] for row in users]
            path.write_text("\n".join("\t".join(line) for line in head + body) + "\n")

        block(folder / "Z.txt", users, 1)
        block(folder / "Y.txt", uses, 5)
        head = [["region", *(c[0] for c in users)], ["sector", *(c[1] for c in users)], ["row", "", "", "", ""]]
        body = [[name, "2", "2", "2", "2"] for name in ("Wages", "Hours")]
        (folder / "work/F.txt").write_text("\n".join("\t".join(line) for line in head + body) + "\n")
        saved = {name: {"name": f"{name}.txt", "nr_index_col": "2", "nr_header": "2"} for name in ("Z", "Y")}
        (folder / "file_parameters.json").write_text(json.dumps({"files": saved, "systemtype": "IOSystem"}))
        saved = {"F": {"name": "F.txt", "nr_index_col": "1", "nr_header": "2"}}
        (folder / "work/file_parameters.json").write_text(json.dumps({"files": saved, "systemtype": "Extension"}))
        path = case.folder / "mapping.yaml"
        path.write_text(yaml.safe_dump(MAPPING | mapping, sort_keys=False))
        case.fields, case.labels = None, []
        case.settings.update(kind="pymrio", tables=[{"year": 2012, "file": str(folder)}], labels=None)
        case.settings.update(mapping=str(path), national_output=None)
        case.settings["labor"]["hours"] = None
        if spoil:
            spoil(case)

    return apply


def spoil_file(name, change):
    def apply(case):
        path = case.folder / "system" / name
        path.write_text(change(path.read_text()))

    return apply


def remove(name):
    return lambda case: (case.folder / "system" / name).unlink()


def sparse(case):
    """Z as MATLAB keeps a sparse matrix."""
    import scipy.sparse

    case.fields["Z"] = scipy.sparse.csc_matrix(case.fields["Z"])


def sparse_hdf5(case):
    import h5py

    case.version = "7.3"
    case.write()
    case.fields = None
    with h5py.File(case.file, "r+") as file:
        del file["MRIO/Z"]
        file.create_group("MRIO/Z").attrs["MATLAB_sparse"] = 126


def other_hdf5(case):
    import h5py

    case.fields = None
    with h5py.File(case.file, "w", userblock_size=512) as file:
        file.create_dataset("Z", data=np.ones((2, 3))).attrs["MATLAB_class"] = np.bytes_("double")


def elsewhere_hdf5(change):
    """A file of MAT v7.3 in which `change` (its struct, the case) puts Export elsewhere."""

    def apply(case):
        import h5py

        case.version = "7.3"
        case.write()
        size, case.fields = case.fields["Export"].size, None
        (case.folder / "other.bin").write_bytes(bytes(8 * size))
        with h5py.File(case.folder / "other.h5", "w") as other:
            other["x"] = np.ones((1, size))
        with h5py.File(case.file, "r+") as file:
            del file["MRIO/Export"]
            change(file["MRIO"], size)

    return apply


def virtual(struct, size):
    import h5py

    layout = h5py.VirtualLayout((1, size), float)
    layout[:] = h5py.VirtualSource("other.h5", "x", (1, size))
    struct.create_virtual_dataset("Export", layout)


def linked_struct(case):
    """The struct itself is a link to another file."""
    import h5py

    with h5py.File(case.folder / "other.h5", "w") as other:
        other.create_group("MRIO")["Z"] = np.ones((3, 3))
    case.fields = None
    with h5py.File(case.file, "w", userblock_size=512) as file:
        file["MRIO"] = h5py.ExternalLink("other.h5", "/MRIO")


def link(target, kind="SoftLink", *names):
    import h5py

    return lambda struct, size: struct.__setitem__("Export", getattr(h5py, kind)(*names, target))


def rezipped(path, old, new):
    """A zip archive in which the names of members are others."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        contents = {name.replace(old, new): archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def stray(place):
    def change(cells):
        cells[place] = "note"

    return change


def folder_for_a_file(case):
    case.file.mkdir()
    case.fields = None


def unclosed(case):
    """A quotation mark that opens and never closes: the rest of the file is one cell."""
    national()(case)
    path = case.folder / "table.csv"
    path.write_text(path.read_text().replace("Domestic", '"Domestic', 1) + "x" * 140_000)


def own_sectors(old, new):
    """The classification, with one cell changed."""
    return table("sectors", (HOME / "resources/china/sectors.csv").read_text().replace(old, new, 1))


def weekly(text):
    wages = "".join(f"{section},2012,100\n" for section in "ABCDEFGHIJKLMNOPQRS")

    def change(case):
        yearbook("section,year,average_wage_yuan\n" + wages)(case)
        table("weekly_hours", text, section="labor")(case)

    return change


def other_meaning(cells):
    cells[5 + 23, 2] = "电力、热力的生产和供应"  # beside code 24, as in the list of 2017


GOODS, SERVICES = MAPPING["sectors"].values()
LISTS = "list,code,name,chinese,sector\n2012,01,farms,n,01\n"
BAD = {
    # what the config says
    "no tables": (key("tables", []), ["import.tables is empty", "{year: YEAR, file: PATH}"]),
    "unknown kind": (key("kind", "excel"), ["import.kind is 'excel'", "ceads_city, ceads_province, nbs, pymrio"]),
    "unknown key": (key("lables", "x"), ["import.lables is no key"]),
    "unknown policy": (fault("negative", "keep", lambda case: None), ["faults.negative is 'keep'", "stop, exclude"]),
    "unknown fault": (lambda case: case.settings["faults"].update(gaps="stop"), ["import.faults.gaps is no key"]),
    "too many hours a week": (lambda case: case.settings["labor"].update(weekly_hours=200), ["weekly_hours is 200"]),
    "table without a file": (
        lambda case: case.settings["tables"][0].pop("file"),
        ["2012: kind ceads_city needs {year"],
    ),
    "unit in words": (key("money_unit", "wan"), ["money_unit is 'wan'", "currency units per 1"]),
    "no unit": (key("money_unit", None), ["import.money_unit is null", "must be declared"]),
    "no labels": (key("labels", None), ["import.labels is null", "ceads_city"]),
    "three rows of value added": (key("value_added_order", ["compensation"]), ["value_added_order", "the four of"]),
    "unknown final use": (key("final_demand_order", ["gifts"]), ["final_demand_order is 'gifts'"]),
    "same year twice": (
        lambda case: case.settings["tables"].append(case.settings["tables"][0]),
        ["[2012, 2012]", "rising order"],
    ),
    "file not there": (entry(file="nowhere.mat"), ["nowhere.mat (2012)", "no such file"]),
    "table a pipe": (pipe, [".mat is no file but a pipe; expected a file"]),
    "a format in a path": (
        labor(hours="hours_{year:>2000000000}.csv"),
        ["import.labor.hours is 'hours_{year:>2000000000}.csv', with {year:>2000000000}; expected a path with {year}"],
    ),
    "an attribute in a path": (labor(hours="{year.__class__}.csv"), ["with {year.__class__};"]),
    "a number in a path": (labor(hours="h{0}.csv"), ["with {0};"]),
    "half a brace in a path": (labor(hours="h{year"), ["with {year;"]),
    "unknown sector list": (entry(list="1997"), ["no sector list '1997'", "2012-139", "import.tables"]),
    # the small tables
    "labels not there": (lambda case: case.labels.clear(), ["labels.csv: no such file"]),
    "labels without keys": (table("labels", "city,name\na,b\n"), ["no column region", "city, name"]),
    "a column twice in the labels": (
        table("labels", "region,province,province\nr0,a,b\nr1,c,d\nr2,e,f\n"),
        ["labels.csv: column province occurs 2 times", "rename or remove the others"],
    ),
    "a column twice in the wages": (
        yearbook("section,year,average_wage_yuan,average_wage_yuan\nA,2012,1,2\n"),
        ["column average_wage_yuan occurs 2 times"],
    ),
    "a comma in a number of the wages": (
        yearbook("section,year,average_wage_yuan\nA,2012,22,687\n"),
        ["wages.csv: the row of section 'A', year '2012' has more cells than the 3 columns"],
    ),
    "labels without rows": (table("labels", "region,name\n"), ["no rows", "one per region"]),
    "a pinyin name twice": (label(2, region="r0"), ["region 'r0' occurs 2 times", "pinyin", "administrative code"]),
    "telephones below 0": (label(1, telephones_1984="-7"), ["region r1: telephones_1984 is '-7'", "0 or more"]),
    "a key that cannot name a file": (label(1, region="a/b"), ["row 3", "'a/b' cannot name a file"]),
    "telephones in words": (label(1, telephones_1984="few"), ["region r1: telephones_1984 is 'few'"]),
    "labels in UTF-16": (table("labels", "region\nr0\n", "utf-16"), ["labels.csv: neither UTF-8 nor GBK"]),
    "sector list without a column": (table("sector_lists", "list,code\n2012,01\n"), ["no column name"]),
    "sector list that leads nowhere": (
        table("sector_lists", LISTS.replace(",01\n", ",99\n")),
        ["no sector '99'", "add its row"],
    ),
    "concordance without a column": (table("concordance", "sector,to\n01,02\n"), ["no column joined", "sector, to"]),
    "concordance that repeats": (table("concordance", "sector,joined\n22,23\n22,24\n"), ["'22'", "more than once"]),
    "concordance that leads nowhere": (table("concordance", "sector,joined\n22,99\n"), ["no sector '99'"]),
    "a code twice in a sector list": (
        table("sector_lists", LISTS + LISTS.splitlines()[1] + "\n"),
        ["sector_lists.csv: list 2012: code '01' occurs 2 times"],
    ),
    "a year of the reference twice": (
        table("national_output", "year,trillion_yuan\n2012,1\n2012,2\n"),
        ["national_output.csv", "year 2012 occurs 2 times"],
    ),
    "reference in words": (table("national_output", "year,trillion_yuan\n2012,much\n"), ["2012", "'much'", "number"]),
    # the MATLAB file
    "no MATLAB file": (raw(b"hello, this is a text" * 40), ["2012.mat", "not a readable MAT file"]),
    "an empty file": (raw(b""), ["2012.mat", "0 bytes", "download it again"]),
    "truncated v7 file": (cut("7", 0.5), ["2012.mat", "not a readable MAT file"]),
    "truncated v7.3 file": (cut("7.3", 0.5), ["2012.mat", "not a readable MAT v7.3 file"]),
    "another variable": (
        other_variable({"IO": {"Z": np.eye(2)}, "note": "x"}),
        ["no struct MRIO", "found IO (1 x 1 struct), note (1 char)", "Import or IM"],
    ),
    "MRIO is a matrix": (other_variable({"MRIO": np.eye(2)}), ["no struct MRIO", "found MRIO (2 x 2 double)"]),
    "another variable in v7.3": (other_hdf5, ["no struct MRIO", "found Z (3 x 2 double)"]),
    "imports under two names": (
        lambda case: case.fields.update(IM=case.fields["Import"]),
        ["MRIO has the fields Import and IM; expected one"],
    ),
    "no Z": (without("Z"), ["MRIO has no field Z", "found F, VA, Export, Import"]),
    "no imports": (without("Import"), ["MRIO has no field Import or IM"]),
    "Z is text": (shape("Z", lambda z: "flows"), ["MRIO.Z is no matrix of numbers"]),
    "labels of other regions": (lambda case: case.labels.pop(), ["Z is 126 x 126", "84 x 84", "2 regions", "labels"]),
    "Z not square": (shape("Z", lambda z: z[:-1]), ["Z is 125 x 126", "126 x 126"]),
    "F with four uses": (shape("F", lambda f: f[:, :12]), ["F is 126 x 12", "126 x 15", "final_demand_order"]),
    "VA of three rows": (shape("VA", lambda v: v[:3]), ["VA is 3 x 126", "4 rows (compensation"]),
    "VA too narrow": (shape("VA", lambda v: v[:, :100]), ["VA is 4 x 100", "at least 126 columns"]),
    "Export too short": (shape("Export", lambda e: e[:9]), ["Export has 9 cells", "126"]),
    "Import too short": (shape("Import", lambda i: i[:, :9]), ["Import has 9 cells", "126", "141"]),
    "a unit of a hundredth": (key("money_unit", 100), ["national output", "set import.money_unit"]),
    "negative flow": (put("Z", (2, CELL), -2.5), ["2012, flows", AT, "-2.5", "0 or more", "import.faults.negative"]),
    "negative consumption": (put("F", (CELL, 0), -1), ["rural_households", "origin_region r1, origin_sector 05", "-1"]),
    "negative exports": (put("Export", (CELL, 0), -1), ["exports", AT, "-1", "0 or more"]),
    "negative wages": (put("VA", (0, CELL), -1), ["compensation", AT, "-1"]),
    "gap that stops": (fault("missing", "stop", put("Z", (2, CELL), np.nan)), ["flows", AT, "nan", "a number"]),
    "infinite flow": (fault("missing", "stop", put("Z", (2, CELL), np.inf)), ["flows", AT, "inf", "a number"]),
    "gap in value added that stops": (fault("missing", "stop", put("VA", (3, CELL), np.nan)), ["surplus", AT, "nan"]),
    "no output that stops": (fault("zero_output", "stop", idle), ["output", AT, "zero_output"]),
    "imbalance that stops": (
        fault("imbalance", "stop", put("VA", (3, CELL), 1e6)),
        [AT, "column 1.0", "equal within 0.01", "keep"],
    ),
    "wrong total of value added": (
        fault("imbalance", "stop", shape("VA", lambda v: np.vstack([v, 2 * v.sum(axis=0)]))),
        ["total value added", "126 such cells"],
    ),
    "a sparse flow matrix": (sparse, ["MRIO.Z is a sparse matrix", "full(MRIO.Z)"]),
    "exports in a file of bytes": (
        elsewhere_hdf5(lambda mrio, k: mrio.create_dataset("Export", (1, k), "f8", external=[("other.bin", 0, 8 * k)])),
        ["MRIO.Export is a link, or its numbers are in another file; expected all in this file"],
    ),
    "exports of virtual data": (elsewhere_hdf5(virtual), ["MRIO.Export is a link, or its numbers are in"]),
    "exports behind a link": (elsewhere_hdf5(link("/x", "ExternalLink", "other.h5")), ["MRIO.Export is a link"]),
    "exports behind a link to nothing": (elsewhere_hdf5(link("/nothing")), ["MRIO.Export is a link"]),
    "a struct behind a link": (linked_struct, ["2012.mat: MRIO is a link"]),
    "exports of any number": (
        elsewhere_hdf5(lambda mrio, k: mrio.create_dataset("Export", (10**9, 10**9), "f8", chunks=(9, 9))),
        ["MRIO.Export is 1000000000 x 1000000000; expected at most 63,504 cells"],
    ),
    "a cell in the last row": (
        workbook(stray((1_048_576, 30))),
        ["table.xlsx: ", "has cells up to row 1,048,576 and column ", "delete the rows and columns outside"],
    ),
    "a cell in the last column": (workbook(stray((12_000, 16_384))), ["up to row 12,000 and column 16,384"]),
    "a workbook of another program": (
        lambda case: (workbook()(case), rezipped(case.folder / "table.xlsx", "xl/worksheets", "sheets")),
        ["table.xlsx: no workbook of Excel"],
    ),
    "a sparse flow matrix in v7.3": (sparse_hdf5, ["MRIO.Z is a sparse matrix", "full(MRIO.Z)"]),
    "complex flows": (shape("Z", lambda z: z + 1j), ["MRIO.Z is no matrix of numbers"]),
    "a folder for a file": (folder_for_a_file, ["2012.mat (2012): a folder", "the table in it"]),
    "a workbook for a MATLAB file": (
        lambda case: (workbook()(case), case.settings.update(kind="ceads_city")),
        ["table.xlsx", "not a readable MAT file"],
    ),
    "a MATLAB file for a workbook": (key("kind", "ceads_province"), ["2012.mat", "not a readable workbook"]),
    "no households among the uses": (
        key("final_demand_order", ["fixed_capital_formation"] * 5),
        ["final_demand_order has no rural_households or urban_households", "wage basket"],
    ),
    "sheet that is a number": (entry(sheet=2017), ["import.tables.sheet is 2017", "in quotes"]),
    "a reference of 0": (table("national_output", "year,trillion_yuan\n2012,0\n"), ["'0'", "above 0"]),
    "labels with semicolons": (table("labels", "region;name\nr0;a\n"), ["no column region", "region;name"]),
    "a sector that may be productive": (own_sectors(",true,,8,A", ",perhaps,,8,A"), ["sector 01", "'perhaps'"]),
    "no digital service": (own_sectors(",service,", ",,"), ["digital service is set for no sector"]),
    # labour
    "hours below 0": (hours(lambda t: [t[0], "r0,01,-5", *t[2:]]), ["hours: region r0, sector 01: -5", "0 or more"]),
    "weekly hours without a column": (weekly("section,year\nA,2012\n"), ["no column weekly_hours"]),
    "more hours than a week has": (
        weekly("section,year,weekly_hours\n" + "".join(f"{s},2012,{400}\n" for s in "ABCDEFGHIJKLMNOPQRS")),
        ["weekly_hours.csv: 2012", "400", "at most 168"],
    ),
    "hours not there": (lambda case: case.settings["labor"].update(hours="no_{year}.csv"), ["no_2012.csv", "no such"]),
    "hours of an unknown region": (hours(lambda t: [*t, "rX,01,5"]), ["hours_2012.csv", "region 'rX' is unknown"]),
    "hours in words": (hours(lambda t: [t[0], "r0,01,many", *t[2:]]), ["hours is 'many'", "region r0, sector 01"]),
    "output without hours that stops": (fault("no_labor", "stop", hours(lambda t: t[:-1])), ["hours", "sector 42"]),
    "wages without a column": (yearbook("section,year\nA,2012\n"), ["no column average_wage_yuan"]),
    "wages of another year": (
        lambda case: (
            yearbook("section,year,average_wage_yuan\nA,2010,100\n")(case),
            entry(year=2018, file=str(case.file))(case),
        ),
        ["wages.csv and ", "no average_wage_yuan for 2018 (sections A, B", "'A,2018,FIGURE'", "import.labor.hours"],
    ),
    "wages in words": (yearbook("section,year,average_wage_yuan\nA,2012,low\n"), ["section A, year 2012", "'low'"]),
    "wages of nothing": (yearbook("section,year,average_wage_yuan\nA,2012,0\n"), ["'0'", "above 0"]),
    "wages twice": (yearbook("section,year,average_wage_yuan\nA,2012,1\nA,2012,2\n"), ["section A", "more than once"]),
    # provincial workbooks
    "no workbook": (
        lambda case: (workbook()(case), (case.folder / "table.xlsx").write_text("hello")),
        ["table.xlsx", "not a readable workbook"],
    ),
    "no such sheet": (workbook(wanted="Table_2017"), ["no sheet 'Table_2017'", "Notes, Table"]),
    "no final codes": (workbook(dropped("FU101")), ["sheet Table", "no row of codes: FU101"]),
    "no value-added codes": (workbook(dropped("VA001")), ["no column of codes: VA001"]),
    "an unknown province": (workbook(names=["北京", "上海"]), ["province 上海 is not found"]),
    "a name of two regions": (workbook(names=["北京", "北京"]), ["the name '北京' to the regions r0 and r1"]),
    "a column of exports that occurs twice": (
        workbook(lambda c: c.__setitem__((4, 4 + 84 + 1 + 10 + 2), "EX")),
        ["column EX occurs 2 times; expected one"],
    ),
    "a row of imports that occurs twice": (
        workbook(lambda c: c.__setitem__((5 + 84 + 6, 3), "IM")),
        ["row IM occurs 2 times"],
    ),
    "two rows of codes": (
        workbook(lambda c: c.update({(2, 3): "FU101"})),
        ["FU101 occurs in row 2 and in row 4; expected one row of codes"],
    ),
    "no import row": (workbook(dropped("IM")), ["no row IM"]),
    "no output column": (workbook(dropped("GO")), ["no column GO"]),
    "a good without its row": (workbook(lambda c: c.pop((5 + 44, 3))), ["no row 03 of 天津"]),
    "a good with two rows": (
        workbook(lambda c: c.__setitem__((5 + 44, 3), "04")),
        ["row 04 of 天津 occurs twice", "expected once"],
    ),
    "the list of another year in a workbook": (
        workbook(other_meaning),
        ["row 28 is '电力、热力的生产和供应', sector 25", "the list 2012 has sector 24", "import.tables"],
    ),
    # national tables
    "a quotation mark left open": (unclosed, ["table.csv", "not a csv in UTF-8"]),
    "a national table without rows": (national(lines(lambda rows: rows[:1])), ["0 sectors", "the 42 of the list 2012"]),
    "no codes": (national(lambda rows: rows[0].__setitem__(0, "No")), ["no column Code", "No, Description"]),
    "a ragged row": (national(lambda rows: rows[3].pop()), ["row 4 has", "one per column"]),
    "an unknown name": (
        national(lambda rows: rows[5].__setitem__(slice(1, 3), ["Tin", "锡"])),
        ["sector 05, Tin / 锡", "is not in the list 2012"],
    ),
    "the list of another year": (national(list="2017"), ["sector 22, Other manufacturing", "list 2017"]),
    "no depreciation": (national(lambda rows: rows[-4].__setitem__(0, "VA00X")), ["no row VA003"]),
    "no output in a national table": (national(lambda rows: rows[0].__setitem__(-1, "X")), ["no column GO"]),
    "a column twice in a national table": (
        national(lambda rows: rows[0].__setitem__(5, "01")),
        ["column 01 occurs 2 times; expected once"],
    ),
    "a final use twice in a national table": (
        national(lambda rows: rows[0].__setitem__(48, "FU101")),
        ["column FU101 occurs 2 times"],
    ),
    "a row of value added twice": (
        national(lambda rows: rows[-2].__setitem__(0, "VA001")),
        ["row VA001 occurs in the lines"],
    ),
    "one name for two sectors": (
        national(lambda rows: rows[6].__setitem__(slice(1, 3), rows[5][1:3])),
        ["the sectors 05 and 06 have one name"],
    ),
    "one name for two codes of a list": (
        lambda case: (
            national()(case),
            table("sector_lists", LISTS + "2012,02,farms,m,02\n")(case),
        ),
        ["list 2012: 'farms' is the name of the codes 01 and 02"],
    ),
    "a sector twice": (national(lambda rows: rows[6].__setitem__(0, "05")), ["sector 05 has 2 rows"]),
    "a national table of two regions": (national_of_two, ["2 regions", "a national table has one"]),
    "text in a national table": (
        fault("missing", "stop", national(cells("03", "07", "?"))),
        ["flows", "origin_sector 03", "sector 07", "'?'"],
    ),
    "text for an output": (
        fault("missing", "stop", national(cells("03", "GO", "?"))),
        ["output", "region CN, sector 03", "'?'"],
    ),
    "an unknown origin": (national(lambda rows: rows[3].__setitem__(3, "Abroad")), ["Origin is", "Abroad"]),
    # systems saved by pymrio
    "mapping without a digital device": (
        system(sectors={"goods": {"productive": True}, "services": SERVICES}),
        ["mapping.yaml: digital: device is set for no sector"],
    ),
    "mapping of another digital kind": (
        system(sectors={"goods": {"productive": True, "digital": "chips"}, "services": SERVICES}),
        ["sector goods: digital 'chips'", "device or service"],
    ),
    "mapping of a life in words": (
        system(sectors={"goods": GOODS | {"service_life": "long"}, "services": SERVICES}),
        ["sector goods: service_life is 'long'", "years above 0"],
    ),
    "primary inputs as a list": (system(primary_inputs=["compensation"]), ["primary_inputs is ['compensation']"]),
    "parameters of something else": (
        system(spoil_file("file_parameters.json", lambda text: "[]")),
        ["not what pymrio writes"],
    ),
    "parameters without a file name": (
        system(spoil_file("file_parameters.json", lambda text: text.replace('"name"', '"title"'))),
        ["not what pymrio writes"],
    ),
    "a ragged Z": (system(spoil_file("Z.txt", lambda text: text + "\t".join("abcdefg"))), ["Z.txt", "not a readable"]),
    "no mapping": (lambda case: (system()(case), case.settings.update(mapping=None)), ["import.mapping is null"]),
    "mapping not there": (lambda case: (system()(case), case.settings.update(mapping="m.yaml")), ["m.yaml: no such"]),
    "mapping of no sectors": (system(sectors=["goods"]), ["sectors", "productive: true"]),
    "mapping of a sector that may be either": (
        system(sectors={"goods": {"productive": "perhaps"}}),
        ["sector goods", "'perhaps'", "true or false"],
    ),
    "mapping of no regions": (system(regions=None), ["regions is None", "in order"]),
    "region without a name": (system(regions={"a": "A", "b": []}), ["region b has the name []", "expected a text"]),
    "regions and sectors of another name": (
        system(regions=["a", "c"], sectors={"Goods": GOODS, "services": SERVICES}),
        ["Z: rows: regions not in the mapping: 'b'; regions not in the system: 'c'", "not in the system: 'Goods'"],
    ),
    "an account table that is not there": (
        lambda case: (system()(case), case.settings.update(accounts="SEA.xlsx")),
        ["import.accounts: SEA.xlsx: no such file"],
    ),
    "an account table of other tables": (
        lambda case: case.settings.update(accounts="SEA.xlsx"),
        ["import.accounts is SEA.xlsx", "reads none"],
    ),
    "rows of an account table without one": (
        system(hours={"accounts/H_EMP": 1}),
        ["accounts/H_EMP is of an account table; set import.accounts"],
    ),
    "a category without a meaning": (
        system(final_demand={"Households": "households"}),
        ["does not name 'Investment'", "or null for a use that is part of output only; a total is none"],
    ),
    "a category of another meaning": (
        system(final_demand={"Households": "gifts", "Investment": None}),
        ["'gifts' is unknown", "rural_households"],
    ),
    "no wages": (system(primary_inputs={"imports": {"work/Wages": 1}}), ["no compensation"]),
    "unknown primary input": (system(primary_inputs={"rent": {"work/Wages": 1}}), ["'rent' is unknown"]),
    "unknown row": (system(hours={"work/Days": 1}), ["hours", "no row 'Days'", "found Wages, Hours"]),
    "weight in words": (system(hours={"work/Hours": "many"}), ["weight of work/Hours is 'many'"]),
    "no hours at all": (system(hours=None), ["no hours", "import.labor.hours"]),
    "an unknown key in a mapping": (system(hour={"work/Hours": 1}), ["key 'hour' is unknown", "primary_inputs, hours"]),
    "a row of an extension that occurs twice": (
        system(spoil_file("work/F.txt", lambda text: text.replace("Hours", "Wages"))),
        ["work/F.txt: row 'Wages' occurs 2 times", "primary_inputs.compensation"],
    ),
    "unknown extension": (
        system(hours={"people/Hours": 1, "machines/Hours": 1}),
        ["system: no extension people, machines; found work; correct ", "mapping.yaml"],
    ),
    "an extension outside of the system": (system(hours={"../x/Hours": 1}), ["system: no extension ..; found work"]),
    "a name that leaves the folder": (
        system(spoil_file("file_parameters.json", lambda text: text.replace('"Y.txt"', '"work/../Y.txt"'))),
        ["file_parameters.json: Y is 'work/../Y.txt'", "expected the name of a file in this folder"],
    ),
    "an absolute name": (
        system(spoil_file("work/file_parameters.json", lambda text: text.replace('"F.txt"', '"/etc/F.txt"'))),
        ["work/file_parameters.json: F is '/etc/F.txt'"],
    ),
    "too many levels": (
        system(spoil_file("file_parameters.json", lambda text: text.replace('"2"', "1e999"))),
        ["not what pymrio writes"],
    ),
    "parameters of great depth": (
        system(spoil_file("file_parameters.json", lambda text: "[" * 100_000)),
        ["not what pymrio writes"],
    ),
    "a system saved with semicolons": (
        system(spoil_file("Y.txt", lambda text: text.replace("\t", ";"))),
        ["Y.txt: semicolons between the columns; expected tabs in .txt; save the system again without sep"],
    ),
    "an extension saved with commas": (
        system(spoil_file("work/F.txt", lambda text: text.replace("\t", ","))),
        ["work/F.txt: commas between the columns; expected tabs in .txt"],
    ),
    "no system": (system(remove("file_parameters.json")), ["file_parameters.json: no such file", "save_all"]),
    "Z not saved": (
        system(spoil_file("file_parameters.json", lambda text: text.replace('"Z":', '"A":'))),
        ["no Z", "calc_all()"],
    ),
    "Z removed": (system(remove("Z.txt")), ["Z.txt: no such file"]),
    "text in Z": (
        fault("missing", "stop", system(spoil_file("Z.txt", lambda text: text.replace("\t1\n", "\tone\n", 1)))),
        ["flows", "origin_region a, origin_sector goods, region b, sector services: 'one'", "a number"],
    ),
    "text in Y": (
        system(spoil_file("Y.txt", lambda text: text.replace("\t5\n", "\tfive\n", 1))),
        ["Y: ('a', 'goods'), ('b', 'Investment') is 'five'", "a number"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tables_end_with_one_readable_message(name, tmp_path, monkeypatch, capsys):
    spoil, expected = BAD[name]
    case = city_case(tmp_path / "files")
    spoil(case)
    code, message = attempt(case.write(), tmp_path / "results", monkeypatch)
    assert code != 0, "the bad input was accepted"
    assert message.startswith("laborvalue: ") and "\n" not in message and "Traceback" not in message
    for part in expected:
        assert part in message, message
    left = sorted(path.name for path in (tmp_path / "results").rglob("*") if path.is_file())
    # a fault in a cell is known when all is screened; then the screening is kept, and there is no description
    screened = ["2012.csv", "2012.md", "final_demand.parquet", "flows.npy", "labor.parquet", "primary_inputs.parquet"]
    assert left == (screened if "set import.faults." in message or "set import.money_unit" in message else [])


def test_a_correct_case_of_each_kind_is_imported(tmp_path, monkeypatch):
    """The tables above start from cases without a fault."""
    for name, spoil in {
        "city": lambda case: None,
        "province": workbook(),
        "nation": national(),
        "any": system(),
    }.items():
        case = city_case(tmp_path / name / "files")
        spoil(case)
        if name == "province":
            write_hours(case.folder / "hours_2012.csv", city_economy(2))
        assert attempt(case.write(), tmp_path / name / "results", monkeypatch) == (0, ""), name


# one that the plan finds, one that the job of a year finds, one that all years' screenings stop at
SAMPLE = ("labels in UTF-16", "truncated v7 file", "negative flow")


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_the_workflow_itself_ends_with_the_message(name, tmp_path, run):
    """Some of the table through the snakemake command: one message, no traceback, no entry in results."""
    spoil, expected = BAD[name]
    case = city_case(tmp_path / "files")
    spoil(case)
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump({"run": run, "import": case.write()}))
    finished = snakemake("values", "--configfile", tmp_path / "bad.yaml")
    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr + finished.stdout
    # printed when it happens, and again at the end with the rule and its log
    printed = {line.split(" [import_")[0] for line in finished.stderr.splitlines() if line.startswith("laborvalue: ")}
    before = ("From nothing this takes", "core-hours", "dashes and the reason stand in their place")
    (message,) = (line for line in printed if not any(words in line for words in before))
    assert all(part in message for part in expected)
    left = results_of(HOME / "results" / run)
    assert "dataset/dataset.yaml" not in left and not any(path.startswith("values/") for path in left)
    if "set import." in message:
        assert {"screening/2012.csv", "screening/2012.md", "screening.md"} <= set(left)
    else:
        assert left == {}


def test_an_import_and_a_dataset_at_once_are_refused(tmp_path, run):
    settings = import_settings(kind="nbs")
    (tmp_path / "both.yaml").write_text(yaml.safe_dump({"run": run, "import": settings, "dataset": str(tmp_path)}))
    finished = snakemake("-n", "--configfile", tmp_path / "both.yaml")
    assert finished.returncode == 1
    assert "laborvalue: config: dataset and import.kind are both given" in finished.stderr
