"""Small imitations of published tables, written from the tests' economies: CEADs structs and workbooks, labels."""

import copy
import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from datasets import HOME
from economies import random_economy, scaled
from laborvalue_workflow.importers.options import RESOURCES, PublishedFile
from laborvalue_workflow.importers.sectors import SectorLists

CHINESE = ["北京", "天津", "石家庄", "唐山", "太原", "大同"]
USES = ("rural_households", "urban_households", "government", "fixed_capital_formation", "inventories")
ROWS = ("compensation", "production_taxes", "depreciation", "operating_surplus")
FINAL_CODES = ("FU101", "FU102", "FU103", "FU201", "FU202")
VA_CODES = ("VA001", "VA002", "VA003", "VA004")


def import_settings(**changes):
    """The config's section `import` with its defaults and the changes of a test."""
    config = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))["import"]
    for key, value in changes.items():
        config[key] = config[key] | value if isinstance(config[key], dict) and isinstance(value, dict) else value
    return copy.deepcopy(config)


def screening_rows(path, **where):
    """The rows of a year's screening as dicts of texts, those that have the given texts in their columns."""
    with open(path, encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[name] == text for name, text in where.items())]


def sector_list(name):
    """One of the project's own sector lists as columns."""
    return SectorLists.read(RESOURCES / "sector_lists.csv").columns(name)


def city_economy(m=3, seed=0, sectors=None):
    """An economy of m regions and the 42 sectors of a Chinese list, keys as in the dataset; some yuan an hour."""
    economy = scaled(random_economy(m, 42, seed), hours=2000)
    economy.sectors = sectors or [f"{k:02d}" for k in range(1, 43)]
    return economy


def struct(economy):
    """The fields of MRIO as MATLAB has them: Z, F, VA, Export, Import."""
    m, n = economy.hours.shape
    F = np.stack([economy.final[use] for use in USES], axis=-1).reshape(m * n, m * len(USES))
    imports = np.concatenate([economy.primary["imports"].ravel(), np.full(m * len(USES), 0.5)])
    return {
        "Z": economy.flows.reshape(m * n, m * n).copy(),
        "F": F.copy(),
        "VA": np.stack([economy.primary[name].ravel() for name in ROWS]),
        "Export": economy.exports.reshape(-1, 1).copy(),
        "Import": imports[None],
    }


def write_mat(path, fields, version="7", chunk=50):
    """A MAT file with the struct MRIO: level 5 with zlib (v7), or HDF5 in chunks with MATLAB's header (v7.3)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if version == "7":
        from scipy.io import savemat

        savemat(path, {"MRIO": fields}, do_compression=True)
        return path
    import h5py

    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in fields.items():
            array = np.ascontiguousarray(np.transpose(array))
            chunks = tuple(min(size, chunk) for size in array.shape)
            stored = file.create_dataset(f"MRIO/{name}", data=array, chunks=chunks, compression="gzip")
            stored.attrs["MATLAB_class"] = np.bytes_("double")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, written by a test".ljust(124) + b"\x00\x02IM")
    return path


def write_labels(path, rows, encoding="utf-8"):
    """A labels file from dicts with the same keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_hours(path, economy):
    """Hours given directly: region, sector, hours."""
    lines = [
        f"{region},{sector},{float(hours)!r}"
        for region, of_region in zip(economy.regions, economy.hours, strict=True)
        for sector, hours in zip(economy.sectors, of_region, strict=True)
    ]
    path.write_text("\n".join(["region,sector,hours", *lines]) + "\n")
    return path


def write_workbook(path, economy, sheet="Table", change=None):
    """A provincial workbook: a title, merged province names above and beside, codes, totals, ERR of 0.

    change: cells (dict (row, column) -> value, from 1) -> None, applied before writing; rows of goods begin at 5,
    columns of sectors at 4.
    """
    import openpyxl

    m, n = economy.hours.shape
    codes = [f"{k:02d}" for k in range(1, n + 1)]
    flows = economy.flows.reshape(m * n, m * n)
    final = np.stack([economy.final[use] for use in USES], axis=-1).reshape(m * n, -1)
    final_sum = final.sum(axis=1) + economy.exports.ravel()
    columns = [(CHINESE[c], code) for c in range(m) for code in codes] + [("", "TIU")]
    columns += [(CHINESE[c], code) for c in range(m) for code in FINAL_CODES]
    columns += [("", code) for code in ("EX", "TFU", "ERR", "GO")]
    uses = flows.sum(axis=1)
    body = np.column_stack([flows, uses, final, economy.exports.ravel(), final_sum, np.zeros(m * n), uses + final_sum])
    imports = economy.primary["imports"].ravel()
    added = np.stack([economy.primary[name].ravel() for name in ROWS])
    inputs = flows.sum(axis=0)
    below = {"TII": inputs, "IM": imports, **dict(zip(VA_CODES, added, strict=True)), "TVA": added.sum(axis=0)}
    below["TI"] = inputs + imports + added.sum(axis=0)
    cells = {(1, 1): "Multi-regional input-output table (10,000 yuan)"}
    left, top = 4, 5
    for k, (province, code) in enumerate(columns):
        if code in ("01", "FU101"):
            cells[2, left + k] = province
        cells[3, left + k] = f"name of {code}"
        cells[4, left + k] = int(code) if code.isdigit() and k % 2 else code
    for k in range(m * n):
        if k % n == 0:
            cells[top + k, 1] = CHINESE[k // n]
        cells[top + k, 2], cells[top + k, 3] = f"name of {codes[k % n]}", codes[k % n]
        for column, number in enumerate(body[k]):
            cells[top + k, left + column] = float(number)
    for k, (code, numbers) in enumerate(below.items()):
        cells[top + m * n + k, 3] = code
        for column, number in enumerate(numbers):
            cells[top + m * n + k, left + column] = float(number)
    if change:
        change(cells)
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for (row, column), value in cells.items():
        page.cell(row, column, value)
    for c in range(m):
        page.merge_cells(start_row=2, end_row=2, start_column=left + c * n, end_column=left + (c + 1) * n - 1)
        page.merge_cells(start_row=top + c * n, end_row=top + (c + 1) * n - 1, start_column=1, end_column=1)
    book.save(path)
    return path


@dataclass
class Case:
    """Everything a CEADs city import of one year needs, in a folder, to be spoiled by a test."""

    folder: Path
    economy: object
    fields: dict
    settings: dict
    year: int = 2012
    version: str = "7"
    labels: list = field(default_factory=list)
    encoding: str = "utf-8"

    @property
    def file(self):
        return self.folder / f"{self.year}.mat"

    def write(self):
        """Write the files as they now are; returns the settings."""
        if self.fields is not None:
            write_mat(self.file, self.fields, self.version)
        if self.labels:
            write_labels(self.folder / "labels.csv", self.labels, self.encoding)
        return self.settings


def city_case(folder, m=3, year=2012, version="7", seed=0):
    """A correct case: m cities, hours given directly, unit checked against a reference of the economy's own size."""
    folder.mkdir(parents=True, exist_ok=True)
    sectors = sector_list(PublishedFile(year, "").sector_list)["sector"]
    economy = city_economy(m, seed, sectors)
    reference = folder / "gross_output.csv"
    reference.write_text(f"year,trillion_yuan\n{year},{float(economy.output.sum()) * 1e4 / 1e12!r}\n")
    write_hours(folder / f"hours_{year}.csv", economy)
    settings = import_settings(
        kind="ceads_city",
        tables=[{"year": year, "file": str(folder / f"{year}.mat")}],
        money_unit=10000,
        labels=str(folder / "labels.csv"),
        national_output=str(reference),
        labor={"hours": str(write_hours(folder / f"hours_{year}.csv", economy))},
    )
    labels = [
        {"region": region, "name": CHINESE[c], "telephones_1984": int(economy.telephones[c])}
        for c, region in enumerate(economy.regions)
    ]
    return Case(folder, economy, struct(economy), settings, year, version, labels)


def write_national(path, economy, change=None):
    """A national table of one region, rows split by Origin (2017's layout), names of the list of 2012.

    change: rows (list of lists of cells, the header first) -> None, applied before writing.
    """
    listed = sector_list("2012")
    codes = listed["code"]
    flows = economy.flows[0, :, 0]
    final = np.stack([economy.final[use][0, :, 0] for use in USES] + [economy.exports[0]], axis=1)
    # every good is imported in the same share of each user's imports
    imported = np.outer(np.full(42, 1 / 42), economy.primary["imports"][0])
    header = ["Code", "Description", "DescriptionInChinese", "Origin", *codes, "TIU", *FINAL_CODES, "EX", "TFU", "GO"]
    rows = [header]
    for origin, block, used, output in (
        ("Domestic", flows, final, economy.output[0]),
        ("Imports", imported, 0 * final, imported.sum(axis=1)),
    ):
        for k, code in enumerate(codes):
            numbers = [*block[k], block[k].sum(), *used[k], used[k].sum(), output[k]]
            rows.append([code, listed["name"][k], listed["chinese"][k], origin, *map(float, numbers)])
    added = np.stack([economy.primary[name][0] for name in ROWS])
    inputs = flows.sum(axis=0) + imported.sum(axis=0)
    below = {"TII": inputs, **dict(zip(VA_CODES, added, strict=True)), "TVA": added.sum(axis=0)}
    below["TI"] = inputs + added.sum(axis=0)
    for code, numbers in below.items():
        rows.append([code, code, code, "TOT", *map(float, numbers), *[""] * (len(header) - 46)])
    if change:
        change(rows)
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@dataclass
class RegionTable:
    """A table of one region as it is printed: the sector list, and amounts by code, in the order of the sheet.

    columns: code -> amounts by sector (sectors too: what they use of each good); rows: code -> amounts by sector.
    """

    listed: str
    codes: list
    columns: dict
    rows: dict


def region_table(economy, c, listed="2012"):
    """The competitive table of one region of an economy: what it uses from everywhere, with outflow and inflow.

    Its imports, a row of the economy, count as surplus, so that the column still sums to output.
    """
    m, n = economy.hours.shape
    flows = economy.flows.reshape(m, n, m, n)
    others = [d for d in range(m) if d != c]
    used, uses = flows[:, :, c].sum(axis=0), {name: economy.final[name][:, :, c].sum(axis=0) for name in USES}
    deliveries = flows.sum(axis=3) + sum(economy.final[name] for name in USES)
    codes = sector_list(listed)["code"]
    columns = {code: used[:, k] for k, code in enumerate(codes)} | {"TIU": used.sum(axis=1)}
    columns |= dict(zip(FINAL_CODES, uses.values(), strict=True))
    columns |= {"EX": economy.exports[c], "OF": deliveries[c][:, others].sum(axis=1)}
    columns["TFU"] = sum(columns[code] for code in (*FINAL_CODES, "EX", "OF"))
    columns |= {"IM": np.zeros(n), "IF": deliveries[others, :, c].sum(axis=0), "ERR": np.zeros(n)}
    columns["GO"] = columns["TIU"] + columns["TFU"] - columns["IF"]
    rows = {"TII": used.sum(axis=0)} | {
        code: economy.primary[name][c] for code, name in zip(VA_CODES, ROWS, strict=True)
    }
    rows["VA004"] = rows["VA004"] + economy.primary["imports"][c]
    rows["TVA"] = sum(rows[code] for code in VA_CODES)
    rows["TI"] = rows["TII"] + rows["TVA"]
    return RegionTable(listed, codes, columns, rows)


def write_region(path, table, title="", top=8, left=2, order=None, wide=False, sheets=(), change=None):
    """A workbook of one region's table: title, unit, names above and beside the codes.

    top, left: where the row and the column of codes are, from 0; order: a permutation of rows and columns is drawn with
    it; wide: names with blanks and line breaks; sheets: names of empty sheets before; change: cells (dict (row, column)
    -> value, from 0) -> None.
    """
    import openpyxl

    listed = sector_list(table.listed)
    chinese = dict(zip(listed["code"], listed["chinese"], strict=True))
    if wide:
        chinese = {code: " \n".join([name[:2], *name[2:]]) for code, name in chinese.items()}
    columns, rows = [*table.columns], [*table.codes, *table.rows]
    if order is not None:
        columns, rows = (
            [names[k] for k in np.random.default_rng(order).permutation(len(names))] for names in (columns, rows)
        )
    cells = {(0, 0): title, (1, 0): "单位：万元", (top, 0): "代码", (top, left): "-", (top - 2, left + 1): "中间使用"}
    for k, code in enumerate(columns, start=left + 1):
        cells[top, k], cells[top - 1, k] = code, chinese.get(code, f"name of {code}")
    for line, code in enumerate(rows, start=top + 1):
        cells[line, left], cells[line, left - 1] = code, chinese.get(code, f"name of {code}")
        for k, column in enumerate(columns, start=left + 1):
            if code in table.rows and column in chinese:
                cells[line, k] = float(table.rows[code][table.codes.index(column)])
            elif code in chinese:
                cells[line, k] = float(table.columns[column][table.codes.index(code)])
    if change:
        change(cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        book.create_sheet(name)
    page = book.create_sheet("sheet1")
    for (row, column), value in cells.items():
        page.cell(row + 1, column + 1, value)
    book.save(path)
    return path
