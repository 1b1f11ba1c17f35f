"""National tables of the National Bureau of Statistics as csv: one region, sectors known by their names.

Rows are sectors and then value added, columns sectors and then final uses, both known by their codes. A
competitive table has imports IM (and in some years an error ERR) as columns; one that splits its rows by Origin
has a domestic and an import block.
"""

import csv
from pathlib import Path

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data.files import quoted, regular
from laborvalue_workflow.importers import units
from laborvalue_workflow.importers.reader import Reader
from laborvalue_workflow.importers.regions import labeled_regions
from laborvalue_workflow.importers.table import PublishedTable
from laborvalue_workflow.screening.findings import Note, warning

VALUE_ADDED = {
    "VA001": "compensation",
    "VA002": "production_taxes",
    "VA003": "depreciation",
    "VA004": "operating_surplus",
}
FINAL = {
    "FU101": "rural_households",
    "FU102": "urban_households",
    "FU103": "government",
    "FU201": "fixed_capital_formation",
    "FU202": "inventories",
}
NATION = {"region": ["CN"], "name": ["China"], "telephones_1984": [None], "province": [""]}
CONSUMPTION = ("FU101", "FU102", "FU103")
LABELS = ("Code", "Description", "DescriptionInChinese", "Origin")
NATIONAL_COLUMNS = (*FINAL, "THC", "TC", "GCF", "EX", "IM", "ERR", "GO", "TIU", "TFU")
NATIONAL_ROWS = (*VALUE_ADDED, "TII", "TVA", "TI")


def read(context, published):
    """The year's csv as a PublishedTable of one region."""
    import numpy as np

    path, options, count = published.file, context.options, len(context.regions["region"])
    if count != 1:
        raise InputError(f"{options.labels}: {count} regions; a national table has one")
    sheet = NationalSheet(path)
    origins = sheet.blocks()
    blocks = {origin: sheet.sector_rows(origin) for origin in origins or [""]}
    rows = blocks[origins[0] if origins else ""]
    codes = [sheet.codes[row] for row in rows]
    targets = sectors_by_name(sheet, rows, context, published)
    n = len(codes)
    flows = sheet.block(rows, codes, "flows")
    if all(code in sheet.columns for code in CONSUMPTION):
        uses, notes = FINAL, []
    else:
        uses = {"TC": "households", **{code: name for code, name in FINAL.items() if code not in CONSUMPTION}}
        notes = [warning("consumption is not split (TC): the basket of households holds that of government too.")]
    final = {name: sheet.block(rows, [code], name)[:, 0][None] for code, name in uses.items()}
    exports = sheet.block(rows, ["EX"], "exports")[:, 0][None]
    output = sheet.block(rows, ["GO"], "output")[:, 0][None]
    lines = {name: sheet.row(code) for code, name in VALUE_ADDED.items()}
    primary = {name: sheet.block([line], codes, name) for name, line in lines.items()}
    error = sheet.block(rows, ["ERR"], "ERR")[:, 0][None] if "ERR" in sheet.columns else None
    intermediate = flows.sum(axis=1)[None]
    final_sum = sum(final.values()) + exports
    totals = {"TIU": (sheet.block(rows, ["TIU"], "TIU")[:, 0][None], intermediate)}
    totals["TFU"] = (sheet.block(rows, ["TFU"], "TFU")[:, 0][None], final_sum)
    if origins:
        imported = sheet.block(blocks["Imports"], codes, "import flows")
        primary["imports"] = imported.sum(axis=0)[None]
        totals["GO"] = output, intermediate + final_sum
        notes.append(Note("Domestic and imported deliveries are separate: imports are a row, final goods domestic."))
    else:
        primary["imports"] = np.zeros((1, n))
        into = sheet.block(rows, ["IM"], "IM")[:, 0][None]
        totals["GO"] = output, intermediate + final_sum - into + (0 if error is None else error)
        notes.append(Note("A competitive table: flows and final goods hold the imports; GO = TIU + TFU - IM + ERR."))
    texts = [*sheet.header, *(label for row in sheet.names for label in row)]
    stated = units.heading_remarks(Path(path).name, texts, context.money_units(published)[0])
    notes += sheet.unread(codes)
    used = flows.sum(axis=0)[None] + primary["imports"]
    added = sum(primary[name] for name in VALUE_ADDED.values())
    totals["TII"] = sheet.block([sheet.row("TII")], codes, "TII"), used
    totals["TVA"] = sheet.block([sheet.row("TVA")], codes, "TVA"), added
    totals["TI"] = sheet.block([sheet.row("TI")], codes, "TI"), used + added

    def block(d):
        return flows[:, None, :].copy()

    more = {"texts": sheet.texts, "totals": totals, "notes": notes, "units": stated}
    return PublishedTable(codes, targets, block, final, exports, primary, output, error, **more)


def sectors_by_name(sheet, rows, context, published):
    """The dataset's sector of each row, found by its Chinese name, else by the English one; never by its code."""
    path, lists, name = sheet.path, context.lists.path, published.sector_list
    listed, joined = context.sector_list(published), context.concordance
    place_of = {}  # name -> position in the list
    for label in ("name", "chinese"):
        for k, key in enumerate(listed[label]):
            if key and place_of.setdefault(key, k) != k:
                raise InputError(
                    f"{lists}: list {name}: {key!r} is the name of the codes {listed['code'][place_of[key]]} and "
                    f"{listed['code'][k]}; expected different names"
                )
    targets, row_of = [], {}
    for row in rows:
        place = next((place_of[label] for label in reversed(sheet.names[row]) if label in place_of), None)
        if place is None:
            raise InputError(
                f"{path}: sector {sheet.codes[row]}, {' / '.join(sheet.names[row])}, is not in the list {name} of "
                f"{lists}; expected a name such as {listed['name'][0]!r}: name the right list in import.tables"
            )
        if row_of.setdefault(place, row) != row:
            raise InputError(
                f"{path}: the sectors {sheet.codes[row_of[place]]} and {sheet.codes[row]} have one name, "
                f"{' / '.join(sheet.names[row])}; expected every sector once"
            )
        sector = listed["sector"][place]
        targets.append(joined.get(sector, sector))
    if len(rows) != len(listed["code"]):
        raise InputError(f"{path}: {len(rows)} sectors; expected the {len(listed['code'])} of the list {name}")
    return targets


class NationalSheet:
    """A csv with codes: columns by code, rows by Code (and Origin); `texts` collects what is no number."""

    def __init__(self, path):
        self.path, self.texts = path, {}
        regular(path)
        try:
            with open(path, newline="", encoding="utf-8-sig") as file:
                header, *self.cells = list(csv.reader(file))
            self.header = [name.strip() for name in header]
        except (ValueError, csv.Error):  # a UnicodeDecodeError is a ValueError
            raise InputError(f"{path}: not a csv in UTF-8 with a header; save the table as UTF-8") from None
        self.columns = {name: k for k, name in enumerate(self.header)}
        for name in self.columns:
            if name and self.header.count(name) > 1:
                raise InputError(
                    f"{path}: column {name} occurs {self.header.count(name)} times; expected once; rename or remove "
                    "the others"
                )
        if "Code" not in self.columns:
            listed = quoted(path, ", ".join(header[:4]))
            raise InputError(f"{path}: no column Code; found {listed}; it holds the rows' codes")
        for line, row in enumerate(self.cells, start=2):
            if len(row) != len(header):
                raise InputError(f"{path}: row {line} has {len(row)} cells; expected {len(header)}, one per column")
        self.codes = [row[self.columns["Code"]].strip() for row in self.cells]
        labels = [self.columns[name] for name in ("Description", "DescriptionInChinese") if name in self.columns]
        self.names = [[row[k].strip() for k in labels] for row in self.cells]
        self.origins = [row[self.columns["Origin"]].strip() if "Origin" in self.columns else "" for row in self.cells]

    def blocks(self):
        """The blocks into which Origin splits the rows: Domestic and Imports, or none in a competitive table."""
        origins = [origin for origin in dict.fromkeys(self.origins) if origin not in ("", "TOT")]
        if origins not in ([], ["Domestic", "Imports"]):
            raise InputError(f"{self.path}: Origin is {', '.join(origins)}; expected Domestic, Imports and TOT")
        return origins

    def sector_rows(self, origin):
        """The rows of sectors: codes that are columns too, once each."""
        rows = [k for k, code in enumerate(self.codes) if code.isdigit() and self.origins[k] == origin]
        codes = [self.codes[k] for k in rows]
        for code in codes:
            if codes.count(code) > 1:
                raise InputError(f"{self.path}: sector {code} has {codes.count(code)} rows; expected one")
            if code not in self.columns:
                raise InputError(f"{self.path}: sector {code} has a row and no column; expected both")
        return rows

    def row(self, code):
        """The position of the one row of a code; raises InputError where there is none, or more than one."""
        if code not in self.codes:
            raise InputError(f"{self.path}: no row {code}; expected the rows {', '.join(NATIONAL_ROWS)}")
        if self.codes.count(code) > 1:
            lines = [k + 2 for k, given in enumerate(self.codes) if given == code]
            raise InputError(f"{self.path}: row {code} occurs in the lines {', '.join(map(str, lines))}; expected once")
        return self.codes.index(code)

    def unread(self, codes):
        """A note on columns and rows that have a name and are not read; codes: those of the sectors."""
        columns = [name for name in self.columns if name and name not in (*LABELS, *NATIONAL_COLUMNS, *codes)]
        rows = [code for code in dict.fromkeys(self.codes) if code and code not in (*NATIONAL_ROWS, *codes)]
        parts = [f"{what} {', '.join(names)}" for what, names in (("columns", columns), ("rows", rows)) if names]
        return [warning(f"{self.path}: not read: {'; '.join(parts)}.")] if parts else []

    def block(self, rows, codes, name):
        """The cells of rows x column codes as floats; what is no number is NaN and kept in `texts` by its address."""
        import numpy as np

        block = np.empty((len(rows), len(codes)))
        for code in codes:
            if code not in self.columns:
                raise InputError(f"{self.path}: no column {code}; expected it for {name}")
        unreadable = []
        for a, row in enumerate(rows):
            for b, code in enumerate(codes):
                text = self.cells[row][self.columns[code]].strip()
                if cells.is_number(text):
                    block[a, b] = cells.number(text)
                else:
                    block[a, b] = np.nan
                    if cells.has_digits(text):
                        unreadable.append((f"row {row + 2} (code {self.codes[row]}), column {code}", text))
                    index = (0, a, 0, b) if name == "flows" else (0, b if len(rows) == 1 else a)
                    self.texts[name, index] = repr(text or "empty")
        cells.refuse_numbers_written_otherwise(self.path, unreadable)
        return block


def national_regions(context):
    """The one region: that of the labels, else China."""
    return labeled_regions(context) if context.options.labels else NATION


def layout_by_origin(context):
    """The column Origin splits the rows into a domestic and an import block; without it, rows hold imports."""
    split = {bool(NationalSheet(table.file).blocks()) for table in context.options.tables}
    return {(True,): "domestic", (False,): "competitive"}.get(tuple(split))


READER = Reader(
    "nbs",
    read,
    layout=layout_by_origin,
    layout_files=lambda options: [table.file for table in options.tables],
    regions=national_regions,
)
