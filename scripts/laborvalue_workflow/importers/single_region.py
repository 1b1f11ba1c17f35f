"""Tables of single regions as statistical offices publish them: a folder per year, one workbook per region.

Rows and columns are found by their codes. The tables are competitive: flows and final uses hold imports and inflows,
and GO = TIU + TFU - IM - IF + ERR. Which columns of consumption and of trade a year has, its codes say (LAYOUTS).
The result is block diagonal: every region uses its own goods, own technique for whatever came from elsewhere.
"""

import os
import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.importers import units
from laborvalue_workflow.importers.coded_sheet import CodedSheet, read_sheets
from laborvalue_workflow.importers.nbs import FINAL, NATIONAL_COLUMNS, NATIONAL_ROWS, VALUE_ADDED
from laborvalue_workflow.importers.options import PROVINCES, Trade
from laborvalue_workflow.importers.reader import Reader
from laborvalue_workflow.importers.region_files import (
    files_by_region,
    region_of_name,
    unread_files,
    unread_regions,
    workbooks,
)
from laborvalue_workflow.importers.regions import LABEL_COLUMNS, read_labels
from laborvalue_workflow.importers.table import PublishedTable
from laborvalue_workflow.importers.textfiles import few, read_columns, squeezed
from laborvalue_workflow.screening.findings import Note, warning

LAYOUTS = {  # what a table has of each, in the order in which they are looked for
    "consumption": (("FU101", "FU102", "FU103"), ("THC", "FU103"), ("TC",)),
    "foreign trade": (("EX", "IM"), ("NEX",)),
    "trade with other regions": (("OF", "IF"), ("NOF",)),
}
CODES = {  # what import.codes may name: the code of it that is looked for
    "rural_households": "FU101",
    "urban_households": "FU102",
    "households": "THC",
    "government": "FU103",
    "consumption": "TC",
    "fixed_capital_formation": "FU201",
    "inventories": "FU202",
    "exports": "EX",
    "imports": "IM",
    "net_exports": "NEX",
    "outflow": "OF",
    "inflow": "IF",
    "net_outflow": "NOF",
    "error": "ERR",
    "output": "GO",
    "compensation": "VA001",
    "production_taxes": "VA002",
    "depreciation": "VA003",
    "operating_surplus": "VA004",
}
USES = FINAL | {"THC": "households", "TC": "households"}
CAPITAL = ("FU201", "FU202")
NET = {"NEX": ("EX", "IM"), "NOF": ("OF", "IF")}  # a net column -> what its amounts above and below 0 are
NET_BELOW = "below 0 in net columns"  # what the printed TFU subtracts already
TRADE = {"EX": "foreign_exports", "OF": "outflow", "IM": "foreign_imports", "IF": "inflow"}
ALL_TRADE = {"FU302": "outflow", "FU304": "inflow"}  # in 2007: with other regions and abroad, in one column
WITH_TRADE_ABROAD = {"trade with other regions": (tuple(ALL_TRADE),)}
KNOWN = {"column": (*NATIONAL_COLUMNS, *TRADE, *ALL_TRADE, *NET), "row": NATIONAL_ROWS}
ROW_MARKS, COLUMN_MARKS = ("GO", "FU201", "FU202", "FU103", "EX"), ("VA001", "VA002", "VA003", "VA004", "TII")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHOWN = 5  # files or names in a message


def read(context, published):
    """The year's workbooks as a PublishedTable.

    Raises one InputError with all that is wrong in all workbooks: codes that are missing or occur twice, names of
    another list's sectors, sheets without codes.
    """
    listed = context.sector_list(published)
    paths = context.regions["files"][published.year]
    faults = Gathered(published.folder)
    own_codes = {code: CODES[name] for name, code in (context.options.codes or {}).items()}
    sheets = [_opened(path, published.sheet, own_codes, faults) for path in paths]
    opened = [sheet for sheet in sheets if sheet]
    trade = [kind for kind in LAYOUTS if kind != "consumption"]
    there = [kind for kind in trade if any(sheet.layout[kind] for sheet in opened)]
    for kind in ("consumption", *(there or trade)):
        for sheet in opened:  # what other regions have in the same year is missing here, not another layout
            if not sheet.layout[kind] and not (kind == "foreign trade" and sheet.trade_is_one):
                alternatives = " or ".join(", ".join(codes) for codes in LAYOUTS[kind])
                faults.add(f"no columns of {kind} ({alternatives}); import.codes names other codes", sheet.path)
    sector_of = context.lists.sector_of_name()
    for sheet in opened:
        for fault in (*sheet.missing(listed["code"]), *sheet.of_another_list(listed, sector_of, published.sector_list)):
            faults.add(fault, sheet.path)
    codes = len(listed["code"])
    faults.stop(f"expected the codes of the list {published.sector_list} ({codes} sectors), FU101 … GO, VA001 … TI")
    amounts, texts = [], {}
    for d, sheet in enumerate(sheets):
        try:
            amounts.append(sheet.amounts(d, listed["code"]))
        except InputError as problem:  # a number with separators, say
            faults.add(str(problem).removeprefix(f"{sheet.path}, "), sheet.path)
        texts |= sheet.texts
    faults.stop("correct the cells")
    return _table(sheets, amounts, texts, context, published)


def _opened(path, name, own_codes, faults):
    """The RegionSheet of a workbook; None where it has none, which `faults` then says."""
    try:
        return RegionSheet.opened(path, name, own_codes)
    except InputError as error:
        faults.add(str(error).removeprefix(f"{path}, ").removeprefix(f"{path}: "), path)
        return None


class Gathered:
    """Remarks by text and the files they are about, so that what thirty files have in common is said once."""

    def __init__(self, folder):
        self.folder, self.files = folder, {}

    def add(self, text, path):
        """Add a remark about a file."""
        self.files.setdefault(text, []).append(Path(path).name)

    def stop(self, expected):
        """Raise InputError with all remarks, where there are any."""
        if self.files:
            raise InputError(f"{self.folder}: {'; '.join(self.texts())}; {expected}")

    def texts(self):
        """Each remark with its files."""
        return [f"{few(files, SHOWN)}: {text}" for text, files in self.files.items()]


def _table(sheets, amounts, texts, context, published):
    """The PublishedTable of the sheets and their amounts, in the order of the regions."""
    import numpy as np

    sectors = context.sector_list(published)["code"]
    m, n = len(sheets), len(sectors)

    def stacked(name, absent=0.0):
        return np.stack([region.get(name, np.full(n, absent)) for region in amounts])

    flows = np.stack([region["flows"] for region in amounts])
    uses = {name: stacked(name) for name in dict.fromkeys(USES.values()) if any(name in of for of in amounts)}
    if "households" in uses and "rural_households" in uses:
        uses["households"] += uses.pop("rural_households") + uses.pop("urban_households")
        texts |= {("households", at): text for (name, at), text in texts.items() if name.endswith("_households")}
    trade = {name: stacked(name) for name in TRADE.values()}
    exports = trade["foreign_exports"] + trade["outflow"]
    for name in ("foreign_exports", "outflow"):
        texts |= {("exports", at): text for (block, at), text in texts.items() if block == name}
    output, error = stacked("output"), stacked("ERR")
    primary = {name: stacked(name) for name in VALUE_ADDED.values()} | {"imports": np.zeros((m, n))}
    used, inputs, added = flows.sum(axis=2), flows.sum(axis=1), sum(primary.values())
    bought = sum(uses.values()) + exports
    from_elsewhere = trade["foreign_imports"] + trade["inflow"]
    computed = {"TIU": used, "TFU": bought - stacked(NET_BELOW), "TII": inputs, "TVA": added, "TI": inputs + added}
    totals = {"GO": (output, used + bought - from_elsewhere + error)}
    for code, sums in computed.items():
        there = np.array([[code in region] for region in amounts])  # a table without it has nothing to compare
        totals[code] = stacked(code, np.nan), np.where(there, sums, np.nan)

    def block(d):
        supplied = np.zeros((n, m, n))
        supplied[:, d] = flows[d]
        return supplied

    layouts = [sheet.layout for sheet in sheets]
    with_regions = any(layout["trade with other regions"] for layout in layouts)
    with_regions = with_regions and not any(sheet.trade_is_one for sheet in sheets)
    return PublishedTable(
        sectors,
        context.targets(published),
        block,
        {name: _within(amounts) for name, amounts in uses.items()},
        exports,
        primary,
        output,
        error,
        texts=texts,
        totals=totals,
        notes=_notes(sheets, context, published),
        units=[
            remark
            for sheet, unit in zip(sheets, context.money_units(published), strict=True)
            for remark in units.heading_remarks(Path(sheet.path).name, sheet.heading(), unit)
        ],
        layout="competitive",
        inflow=trade["inflow"] if with_regions else None,
        outflow=trade["outflow"] if with_regions else None,
        foreign_imports=trade["foreign_imports"],
        foreign_exports=trade["foreign_exports"],
    )


def _within(amounts):
    """Amounts (m, n) by using region as (m, n, m), supplied by the region itself."""
    import numpy as np

    supplied = np.zeros((*amounts.shape, len(amounts)))
    for d, used in enumerate(amounts):
        supplied[d, :, d] = used
    return supplied


def _notes(sheets, context, published):
    """What a reader of the screening must know of the year's workbooks; what several have in common is said once."""
    notes = [
        Note(
            f"{len(sheets)} workbooks of {Path(published.folder).name}, regions by the names of the files. Competitive "
            "tables: flows and final uses hold imports and inflows; GO = TIU + TFU - IM - IF + ERR."
        ),
    ]
    listed, regions, options = context.sector_list(published), context.regions, context.options
    if options.trade == Trade.NONE:
        notes.append(Note("Imports and inflows count as if made at home; exports hold the outflow to other regions."))
    layouts = [sheet.layout for sheet in sheets]
    for kind in LAYOUTS:
        counts = Counter(", ".join(layout[kind]) or "none" for layout in layouts)
        given = "; ".join(f"{codes} ({count})" if len(counts) > 1 else codes for codes, count in counts.items())
        notes.append(Note(f"Columns of {kind}: {given}."))
    consumption = {layout["consumption"] for layout in layouts}
    if len(consumption) > 1 and LAYOUTS["consumption"][0] in consumption:
        notes.append(warning("some tables do not split rural and urban households: they are summed in all of them."))
    if ("TC",) in consumption:
        notes.append(warning("consumption is not split (TC): the basket of households holds that of government too."))
    if not any(layout["trade with other regions"] for layout in layouts):
        notes.append(warning("no columns of trade with other regions: exports and imports are taken to hold it."))
    elif together := [Path(sheet.path).name for sheet in sheets if sheet.trade_is_one]:
        notes.append(
            warning(
                f"{few(together, SHOWN)}: outflow and inflow hold the trade abroad, which has no columns of its own."
            )
        )
    elif ("NOF",) in {layout["trade with other regions"] for layout in layouts}:
        notes.append(warning("only net outflow (NOF) is known: outflow and inflow are its amounts above and below 0."))
    if unmet := [
        f"{code} ({name})"
        for name, code in (options.codes or {}).items()
        if not any(code in sheet.replaced for sheet in sheets)
    ]:
        notes.append(warning(f"import.codes: no workbook of the year has {', '.join(unmet)}."))
    if options.leave_out:
        notes.append(Note(f"Left out by import.leave_out: {', '.join(options.leave_out)}."))
    others, national = unread_files(published.folder)
    if national:
        notes.append(Note(f"Tables of the whole country, left out: {', '.join(national)}."))
    twice = unread_regions(published.folder, regions)
    for name, region in twice.items():
        notes.append(warning(f"{name} is not read: the workbook of region {region} beside it was."))
    if others := [name for name in others if name not in twice]:
        notes.append(Note(f"Other files in the folder, not read: {few(others, SHOWN)}."))
    remarks, agreeing, counted = Gathered(published.folder), 0, 0
    for sheet, region in zip(sheets, regions["region"], strict=True):
        agreed, unknown = sheet.agreeing_names(listed)
        agreeing, counted = agreeing + agreed, counted + 2 * len(listed["code"])
        for note in sheet.remarks(listed["code"], published.year, region, regions):
            remarks.add(note, sheet.path)
        if unknown:
            remarks.add(warning(f"names that are in no list, taken by their codes: {few(unknown, SHOWN)}"), sheet.path)
    notes.append(
        Note(
            f"Names beside the codes: {agreeing} of {counted} are those of the sector list {published.sector_list}, "
            "blanks left aside."
        )
    )
    return notes + [replace(note, text=f"{few(files, SHOWN)}: {note.text}.") for note, files in remarks.files.items()]


class RegionSheet(CodedSheet):
    """The sheet of one region's table: every code once. beside: which other sheets there are, where there are some."""

    beside = ""

    @classmethod
    def opened(cls, path, name=None, own_codes=None):
        """The named sheet, else the visible one that has codes; raises InputError where there is none, or two."""
        sheets, hidden, errors = [], [], []
        there = read_sheets(path, name)
        for sheet, (rows, is_hidden) in there.items():
            try:
                of_kind = hidden if is_hidden and name is None else sheets
                of_kind.append(cls(path, sheet, rows, ROW_MARKS, COLUMN_MARKS, own_codes))
            except InputError as error:
                errors.append(error)
        named = ", ".join(sheet.name for sheet in sheets or hidden)
        if len(sheets) > 1:
            raise InputError(
                f"{path}: the sheets {named} all have codes; name one as sheet in import.tables, or leave one there"
            )
        if hidden and not sheets:
            raise InputError(
                f"{path}: of the sheets with codes all are hidden ({named}); name one as sheet in import.tables"
            )
        if not sheets:
            raise errors[0]
        (chosen,) = sheets
        chosen.beside = f"of {len(there)}" if len(there) > 1 else ""
        chosen.beside += f"; hidden and not read, with codes too: {', '.join(s.name for s in hidden)}" if hidden else ""
        return chosen

    def has(self, what, code):
        """Whether there is one column, or row, of a code."""
        return self.codes[what].count(code) == 1

    @cached_property
    def layout(self):
        """{what of LAYOUTS: the codes by which the table has it}; () where it has none of them.

        Where only a part of the first codes is there, the first, so that the rest is missing.
        """
        there, kinds = {*self.codes["column"]}, {}
        for kind, alternatives in LAYOUTS.items():
            complete = [codes for codes in (*alternatives, *WITH_TRADE_ABROAD.get(kind, ())) if {*codes} <= there]
            begun = [alternatives[0]] if {*alternatives[0][:2]} & there else [()]
            kinds[kind] = (complete or begun)[0]
        return kinds

    @property
    def trade_is_one(self):
        """Whether outflow and inflow hold the trade abroad too, since nothing else does."""
        return bool(self.layout["trade with other regions"]) and not self.layout["foreign trade"]

    def missing(self, sectors):
        """What is missing or occurs more than once, as texts."""
        columns = [code for codes in self.layout.values() for code in codes]
        wanted = {"column": (*sectors, *columns, *CAPITAL, "GO"), "row": (*sectors, *VALUE_ADDED)}
        texts = []
        for what, codes in wanted.items():
            counts = {code: self.codes[what].count(code) for code in dict.fromkeys(codes)}
            if missing := [code for code, count in counts.items() if not count]:
                texts.append(f"no {what} {', '.join(missing)}{self._instead(missing)}")
            texts += [f"{what} {code} occurs {count} times" for code, count in counts.items() if count > 1]
        return texts

    def _instead(self, missing):
        """What a table may have in the place of missing codes, and the codes that the config names for them."""
        others = [
            " or ".join(", ".join(codes) for codes in alternatives[1:])
            for alternatives in LAYOUTS.values()
            if {*missing} & {*alternatives[0]}
        ]
        named = [f"{code} by import.codes" for code, of in self.own_codes.items() if of in missing]
        return "".join(f" ({text})" for text in [*(f"in its place {each}" for each in others), *named])

    def _places(self, sectors):
        """The positions of the sectors' rows and columns; None where a code is not there once."""
        if not all(self.has(what, code) for what in KNOWN for code in sectors):
            return None
        return [[self.codes[what].index(code) for code in sectors] for what in ("row", "column")]

    def of_another_list(self, sectors, sector_of, listed):
        """Where names are those of other sectors than the codes have in the list, as a text in a list."""
        places = self._places(sectors["code"])
        others = self.other_names(*places, sectors["sector"], sector_of) if places else []
        if not others:
            return []
        shown = [
            f"{what} {sectors['code'][places[what == 'column'].index(position)]} is {label!r}, sector {other}, where "
            f"the list {listed} has sector {sector}"
            for what, position, label, other, sector in others[:2]
        ]
        more = f" ({len(others)} such names)" if len(others) > 2 else ""
        return [f"{'; '.join(shown)}{more}; name the list that the tables follow as list in import.tables"]

    def agreeing_names(self, listed):
        """(how many rows and columns have their sector's name in the list beside them, the codes of the others)."""
        places = self._places(listed["code"])
        names = [{squeezed(listed[label][k]) for label in ("name", "chinese")} for k in range(len(listed["code"]))]
        labels = self.names_beside(*places)
        agree = [bool({*beside} & name) for (_, _, beside), name in zip(labels, names * 2, strict=True)]
        unknown = [
            f"{what} {code}"
            for (what, _, _), code, same in zip(labels, listed["code"] * 2, agree, strict=True)
            if not same
        ]
        return sum(agree), unknown

    def remarks(self, sectors, year, region, regions):
        """What is odd about the sheet: codes that are not read, another region or year in the title."""
        texts = [
            warning(f"{what}s not read: {', '.join(unread)}")
            for what in KNOWN
            if (unread := self.unread_codes(what, (*KNOWN[what], *sectors)))
        ]
        if self.beside:
            texts.append(Note(f"sheet {self.name} is read, {self.beside}"))
        titles = [str(cell) for cell in self.heading() if isinstance(cell, str)]
        named = {of for title in titles if (of := region_of_name(title, regions))}
        if named and region not in named:
            texts.append(
                warning(f"the title names region {', '.join(sorted(named))}, the file {region}; the file counts")
            )
        years = {int(found) for title in titles for found in YEAR.findall(title)}
        if years and year not in years:
            texts.append(warning(f"the title is of {', '.join(map(str, sorted(years)))}, the config says {year}"))
        return texts

    def amounts(self, d, sectors):
        """{name: amounts (n,)} of the region in place d, flows (n, n), ERR and totals where they are there."""
        import numpy as np

        places = {what: [self.codes[what].index(code) for code in sectors] for what in KNOWN}

        def column(code, name, address=lambda a, b: (d, a)):
            return self.read_block(places["row"], [self.codes["column"].index(code)], name, address)[:, 0]

        def row(code, name):
            return self.read_block([self.codes["row"].index(code)], places["column"], name, lambda a, b: (d, b))[0]

        flows = self.read_block(places["row"], places["column"], "flows", lambda a, b: (d, a, d, b))
        amounts = {"flows": flows, "output": column("GO", "output"), NET_BELOW: np.zeros(len(sectors))}
        for code in (*self.layout["consumption"], *CAPITAL):
            amounts[USES[code]] = column(code, USES[code], lambda a, b: (d, a, d))
        for code in (*self.layout["foreign trade"], *self.layout["trade with other regions"]):
            if code in TRADE | ALL_TRADE:
                name = (TRADE | ALL_TRADE)[code]
                amounts[name] = column(code, name)
            else:
                net, (above, below) = column(code, code), NET[code]
                amounts[TRADE[above]], amounts[TRADE[below]] = np.maximum(net, 0), np.maximum(-net, 0)
                amounts[NET_BELOW] += amounts[TRADE[below]]
        amounts |= {name: row(code, name) for code, name in VALUE_ADDED.items()}
        amounts |= {code: column(code, code) for code in ("ERR", "TIU", "TFU") if self.has("column", code)}
        return amounts | {code: row(code, code) for code in ("TII", "TVA", "TI") if self.has("row", code)}


def workbook_regions(context):
    """The regions that have a workbook in every year's folder: those of the labels, else the provinces of China."""
    options = context.options
    if options.labels:
        named = read_labels(options.labels)
    else:
        rows = read_columns(PROVINCES, ("region", "name", "chinese"))
        named = {column: [row[column] for row in rows] for column in ("region", "name", "chinese")}
        named |= {"telephones_1984": [None] * len(rows), "province": named["chinese"]}
    by_year = files_by_region(options.tables, named, bool(options.labels), options.leave_out)
    kept = [k for k, region in enumerate(named["region"]) if region in next(iter(by_year.values()))]
    regions = {column: [cells[k] for k in kept] for column, cells in named.items()}
    return regions | {"files": {year: [str(path) for path in files.values()] for year, files in by_year.items()}}


def layout_by_trade(context):
    """Tables of single regions hold imports and inflows, unless trade between the regions is estimated."""
    return "domestic" if context.options.trade == Trade.GRAVITY else "competitive"


def limit(options, choice, value):
    """What tables cannot take that say nothing of who supplies whom, and have no import row."""
    if choice == "values.scope" and value != "own" and options.trade == Trade.NONE:
        return (
            f"values.scope is {value}, but tables of single regions do not say which region supplies which "
            f"(import.trade: {Trade.NONE}); set values.scope to own, or import.trade to {Trade.GRAVITY}"
        )
    if choice == "values.imports" and value == "spread_imports":
        return "the tables have no import row, so it is the same as domestic_only"
    return None


READER = Reader(
    "single_region",
    read,
    layout=layout_by_trade,
    regions=workbook_regions,
    place="folder",
    year_files=lambda path: [str(workbook) for workbook in workbooks(path)],
    small_files=lambda options: [] if options.labels else [os.path.relpath(PROVINCES)],
    label_columns=(*LABEL_COLUMNS, "chinese"),  # a further name of the workbooks
    takes=("trade", "codes", "leave_out"),
    limit=limit,
)
