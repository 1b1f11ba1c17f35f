"""CEADs provincial workbooks (31 x 42): rows and columns are found by their codes, not by their positions.

The row of codes is the one with FU101, the column of codes the one with VA001. Provinces stand in merged cells
above and to the left: a name is valid until the next. TIU, TFU, TII, TVA, TI are totals: checks, not data.
"""

from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.importers import units
from laborvalue_workflow.importers.coded_sheet import TOTALS, CodedSheet, read_sheets
from laborvalue_workflow.importers.nbs import CONSUMPTION, FINAL, NATIONAL_COLUMNS, NATIONAL_ROWS, VALUE_ADDED
from laborvalue_workflow.importers.reader import Reader
from laborvalue_workflow.importers.table import PublishedTable
from laborvalue_workflow.screening.findings import Note, warning


def read(context, published):
    """The year's sheet as a PublishedTable; raises InputError where a code, province or sector is not found."""
    sheet = ProvinceSheet(published.file, published.sheet or "Table", context.regions)
    if sheet.hidden and not published.sheet:
        raise InputError(f"{sheet.where}: the sheet is hidden; name the one to be read as sheet in import.tables")
    listed = context.sector_list(published)
    codes, m, n = listed["code"], len(context.regions["region"]), len(listed["code"])
    places = [(c, code) for c in range(m) for code in codes]
    rows = sheet.find(sheet.row_of, places, "row")
    columns = sheet.find(sheet.column_of, places, "column")
    expected = [sector for _ in range(m) for sector in listed["sector"]]
    sheet.check_names(rows, columns, expected, context.lists.sector_of_name(), published.sector_list)
    flows = sheet.read_block(rows, columns, "flows", lambda a, b: (a // n, a % n, b // n, b % n)).reshape(m, n, m, n)
    final = {}
    for code in FINAL:
        using = sheet.find(sheet.column_of, [(c, code) for c in range(m)], "column")
        cells = sheet.read_block(rows, using, FINAL[code], lambda a, b: (a // n, a % n, b))
        final[FINAL[code]] = cells.reshape(m, n, m)

    def column(code, name):
        return sheet.read_block(rows, [sheet.column(code)], name, lambda a, b: (a // n, a % n)).reshape(m, n)

    def row(code, name):
        return sheet.read_block([sheet.row(code)], columns, name, lambda a, b: (b // n, b % n)).reshape(m, n)

    exports, output = column("EX", "exports"), column("GO", "output")
    primary = {name: row(code, name) for code, name in VALUE_ADDED.items()} | {"imports": row("IM", "imports")}
    error = column("ERR", "ERR") if sheet.has_column("ERR") else None
    used, final_sum = flows.sum(axis=(2, 3)), sum(use.sum(axis=2) for use in final.values()) + exports
    inputs, added = flows.sum(axis=(0, 1)), sum(primary[name] for name in VALUE_ADDED.values())
    by_row = {"TIU": used, "TFU": final_sum, "GO": used + final_sum + (0 if error is None else error)}
    by_column = {"TII": inputs, "TVA": added, "TI": inputs + added + primary["imports"]}
    totals = {code: (column(code, code), total) for code, total in by_row.items() if sheet.has_column(code)}
    totals |= {code: (row(code, code), total) for code, total in by_column.items() if sheet.has_row(code)}
    notes = [Note(f"Sheet {sheet.name}: output is GO as printed; imports are a row, goods of final use domestic.")]
    place = f"{Path(published.file).name}, sheet {sheet.name}"
    stated = units.heading_remarks(place, sheet.heading(), context.money_units(published)[0])
    notes += sheet.unread(codes)

    def block(d):
        return flows[d].copy()

    return PublishedTable(
        codes,
        context.targets(published),
        block,
        final,
        exports,
        primary,
        output,
        error,
        texts=sheet.texts,
        totals=totals,
        notes=notes,
        units=stated,
    )


class ProvinceSheet(CodedSheet):
    """The cells of one sheet, its provinces and codes; `texts` collects what was found where a number belongs."""

    def __init__(self, path, name, regions):
        rows, self.hidden = read_sheets(path, name)[name]
        super().__init__(path, name, rows, ("FU101",), ("VA001",))
        self.regions = regions
        above = [self._provinces(self.cells[row]) for row in range(self.header)]
        left = [self._provinces([row[k] for row in self.cells]) for k in range(self.stub)]
        self.repeated = {}  # "column", "row" -> {code: how often it occurs}
        of_columns, of_rows = self._fullest(above, "above the columns"), self._fullest(left, "beside the rows")
        self.column_of = self._positions(self.codes["column"], of_columns, "column")
        self.row_of = self._positions(self.codes["row"], of_rows, "row")

    def _provinces(self, line):
        """The number of the province at each place of a line of merged cells; None before the first province."""
        names = {}
        for label in ("name", "region"):
            for c, name in enumerate(self.regions[label]):
                if names.setdefault(name, c) != c:
                    first, other = self.regions["region"][names[name]], self.regions["region"][c]
                    raise InputError(
                        f"{self.where}: the labels give the name {name!r} to the regions {first} and {other}; expected "
                        "different names, since provinces are found by them"
                    )
        provinces, current = [], None
        for cell in line:
            current = names.get(str(cell).strip(), current)
            provinces.append(current)
        return provinces

    def _fullest(self, lines, what):
        """The line that names most provinces; raises InputError where it lacks one."""
        best = max(lines, key=lambda provinces: len(set(provinces) - {None}), default=[])
        named = set(best) - {None}
        for other in lines:
            if set(other) == set(best) and other != best:
                raise InputError(f"{self.where}: two lines {what} place the provinces differently; expected one order")
        if len(named) < len(self.regions["region"]):
            missing = [name for c, name in enumerate(self.regions["name"]) if c not in named]
            raise InputError(
                f"{self.where}: province {missing[0]} is not found {what}; expected the names of the labels file"
            )
        return best

    def _positions(self, codes, provinces, what):
        """(province, code) -> position, and (None, code) for codes that occur once; others are in `repeated`."""
        positions, single = {}, {}
        for position, (code, province) in enumerate(zip(codes, provinces, strict=True)):
            if not code:
                continue
            single.setdefault(code, []).append(position)
            if (province, code) in positions and (code.isdigit() or code in FINAL):
                raise InputError(
                    f"{self.where}: {what} {code} of {self.regions['name'][province]} occurs twice; expected once"
                    if province is not None
                    else f"{self.where}: {what} {code} is before the first province; expected its province first"
                )
            positions[province, code] = position
        self.repeated[what] = {code: len(places) for code, places in single.items() if len(places) > 1}
        in_provinces = {place: position for place, position in positions.items() if place[0] is not None}
        return in_provinces | {(None, code): places[0] for code, places in single.items() if len(places) == 1}

    def find(self, positions, wanted, what):
        """The position of each wanted (region, code); raises InputError for the first that `positions` lacks."""
        for c, code in wanted:
            if (c, code) not in positions:
                raise InputError(
                    f"{self.where}: no {what} {code} of {self.regions['name'][c]}; expected every sector and "
                    f"{', '.join(CONSUMPTION)}, … of every province"
                )
        return [positions[place] for place in wanted]

    def check_names(self, rows, columns, expected, sector_of, listed):
        """Raise InputError where the name beside a code is that of another sector: the sheet follows another list.

        rows, columns: positions of all region-sectors; expected: the sector of each; sector_of: name -> sector. Names
        that are in no list are not checked.
        """
        for what, position, label, other, sector in self.other_names(rows, columns, expected, sector_of):
            raise InputError(
                f"{self.where}: {what} {position + 1} is {label!r}, sector {other}, where the list {listed} has sector "
                f"{sector}; name the list that the sheet follows as list in import.tables"
            )

    def column(self, code):
        """The one column of a national code; raises InputError where there is none, or more than one."""
        return self._only(self.column_of, "column", code)

    def row(self, code):
        """The one row of a national code; raises InputError where there is none, or more than one."""
        return self._only(self.row_of, "row", code)

    def _only(self, positions, what, code):
        if (None, code) not in positions:
            count = self.repeated[what].get(code)
            problem = f"{what} {code} occurs {count} times" if count else f"no {what} {code}"
            raise InputError(f"{self.where}: {problem}; expected one")
        return positions[None, code]

    def unread(self, codes):
        """Notes on codes that are not read, and on totals that occur more than once and are not compared."""
        read = {"column": NATIONAL_COLUMNS, "row": (*NATIONAL_ROWS, "IM")}
        notes = []
        for what in ("column", "row"):
            if unread := self.unread_codes(what, (*read[what], *codes)):
                notes.append(warning(f"{self.where}: {what}s not read: {', '.join(unread)}."))
            repeated = [code for code in TOTALS if code in self.repeated[what]]
            notes += [warning(f"{self.where}: {what} {code} occurs more than once: not compared.") for code in repeated]
        return notes

    def has_column(self, code):
        """Whether there is one column of a national code."""
        return (None, code) in self.column_of

    def has_row(self, code):
        """Whether there is one row of a national code."""
        return (None, code) in self.row_of


READER = Reader("ceads_province", read, needs=("labels",))
