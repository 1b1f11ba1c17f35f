"""CEADs provincial workbooks (31 x 42): rows and columns are found by their codes, not by their positions.

The row of codes is the one with FU101, the column of codes the one with VA001. Provinces stand in merged cells
above and to the left: a name is valid until the next. TIU, TFU, TII, TVA, TI are totals: checks, not data.
"""

import re

import numpy as np

from importers import units
from importers.nbs import CONSUMPTION, FINAL, NATIONAL_COLUMNS, NATIONAL_ROWS, VALUE_ADDED
from importers.sectors import read_sector_list, sector_of_name, target_sectors
from importers.table import PublishedTable
from laborvalue import cells
from laborvalue.errors import InputError
from shared.commandline import waiting

CODE = re.compile(r"[A-Z]{2,3}\d*|\d{2,3}")  # what a code looks like, unlike a name


def read(published, options, regions):
    """The year's sheet as a PublishedTable; raises InputError where a code, province or sector is not found."""
    sheet = ProvinceSheet(published.file, published.sheet or "Table", regions)
    lists = options.resource("sector_lists")
    known = read_sector_list(lists, published.sector_list)
    codes, m, n = known["code"], len(regions["region"]), len(known["code"])
    places = [(c, code) for c in range(m) for code in codes]
    rows = sheet.find(sheet.row_of, places, "row")
    columns = sheet.find(sheet.column_of, places, "column")
    expected = [sector for _ in range(m) for sector in known["sector"]]
    sheet.check_names(rows, columns, expected, sector_of_name(lists), published.sector_list)
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
    notes = [f"Sheet {sheet.name}: output is GO as printed; imports are a row, goods of final use domestic."]
    notes += units.heading_notes(
        sheet.where, [cell for line in sheet.cells[: sheet.header] for cell in line], options.money_unit
    )
    notes += sheet.unread(codes)

    def block(d):
        return flows[d].copy()

    return PublishedTable(
        codes,
        target_sectors(options, published),
        block,
        final,
        exports,
        primary,
        output,
        error,
        texts=sheet.texts,
        totals=totals,
        notes=notes,
    )


class ProvinceSheet:
    """The cells of one sheet, its provinces and codes; `texts` collects what was found where a number belongs."""

    def __init__(self, path, name, regions):
        import python_calamine

        self.path, self.name, self.texts = path, name, {}
        try:
            with waiting(f"opening {path}"):
                book = python_calamine.CalamineWorkbook.from_path(path)
        except (python_calamine.CalamineError, OSError) as error:
            raise InputError(f"{path}: not a readable workbook ({error})") from None
        if name not in book.sheet_names:
            raise InputError(
                f"{path}: no sheet {name!r}; found {', '.join(book.sheet_names)}; name one as sheet in import.tables"
            )
        with waiting(f"reading {path}, sheet {name}"):
            self.cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        self.where = f"{path}, sheet {name}"
        self.regions = regions
        header = self._first(self.cells, "FU101", "row of codes")
        stub = self._first(list(zip(*self.cells, strict=True)), "VA001", "column of codes")
        self.header, self.stub = header, stub
        above = [self._provinces(self.cells[row]) for row in range(header)]
        left = [self._provinces([row[k] for row in self.cells]) for k in range(stub)]
        self.repeated = {}  # "column", "row" -> {code: how often it occurs}
        of_columns, of_rows = self._fullest(above, "above the columns"), self._fullest(left, "beside the rows")
        self.column_of = self._positions(map(_code, self.cells[header]), of_columns, "column")
        self.row_of = self._positions((_code(row[stub]) for row in self.cells), of_rows, "row")

    def _first(self, lines, code, what):
        """The line of codes; raises InputError where there is none, or others differ from the first."""
        found = [k for k, line in enumerate(lines) if any(_code(cell) == code for cell in line)]
        if not found:
            raise InputError(
                f"{self.where}: no {what}: {code} does not occur; expected the codes FU101 … GO, VA001 … TI"
            )
        for k in found[1:]:
            if [*map(_code, lines[k])] != [*map(_code, lines[found[0]])]:
                line = what.split()[0]
                raise InputError(
                    f"{self.where}: {code} occurs in {line} {found[0] + 1} and in {line} {k + 1}; expected one {what}"
                )
        return found[0]

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
        found = set(best) - {None}
        for other in lines:
            if set(other) == set(best) and other != best:
                raise InputError(f"{self.where}: two lines {what} place the provinces differently; expected one order")
        if len(found) < len(self.regions["region"]):
            missing = [name for c, name in enumerate(self.regions["name"]) if c not in found]
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
        self.repeated[what] = {code: len(found) for code, found in single.items() if len(found) > 1}
        of_provinces = {place: position for place, position in positions.items() if place[0] is not None}
        return of_provinces | {(None, code): found[0] for code, found in single.items() if len(found) == 1}

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
        beside = [(self.cells[row][: min(columns)], "row", row) for row in rows]
        above = [([line[column] for line in self.cells[: min(rows)]], "column", column) for column in columns]
        for (labels, what, position), sector in zip([*beside, *above], expected * 2, strict=True):
            for label in (str(cell).strip() for cell in labels):
                if sector_of.get(label, sector) != sector:
                    raise InputError(
                        f"{self.where}: {what} {position + 1} is {label!r}, sector {sector_of[label]}, where the list "
                        f"{listed} has sector {sector}; name the list that the sheet follows as list in import.tables"
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
            found = f"{what} {code} occurs {count} times" if count else f"no {what} {code}"
            raise InputError(f"{self.where}: {found}; expected one")
        return positions[None, code]

    def unread(self, codes):
        """Notes on codes that are not read, and on totals that occur more than once and are not compared."""
        known = {"column": NATIONAL_COLUMNS, "row": (*NATIONAL_ROWS, "IM")}
        notes = []
        for what in ("column", "row"):
            cells = self.cells[self.header] if what == "column" else [row[self.stub] for row in self.cells]
            labels = dict.fromkeys(_code(cell) for cell in cells)
            unread = [code for code in labels if CODE.fullmatch(code) and code not in (*known[what], *codes)]
            if unread:
                notes.append(f"WARNING: {self.where}: {what}s not read: {', '.join(unread)}.")
            repeated = [code for code in ("TIU", "TFU", "TII", "TVA", "TI") if code in self.repeated[what]]
            notes += [f"WARNING: {self.where}: {what} {code} occurs more than once: not compared." for code in repeated]
        return notes

    def has_column(self, code):
        """Whether there is one column of a national code."""
        return (None, code) in self.column_of

    def has_row(self, code):
        """Whether there is one row of a national code."""
        return (None, code) in self.row_of

    def read_block(self, rows, columns, name, address):
        """Cells of rows x columns as floats; what is no number is NaN and kept in `texts` by its address."""
        block = np.empty((len(rows), len(columns)))
        unreadable = []
        for a, row in enumerate(rows):
            of_row = self.cells[row]
            for b, column in enumerate(columns):
                cell = of_row[column]
                if type(cell) is float:
                    block[a, b] = cell
                elif cells.is_number(cell):
                    block[a, b] = cells.number(cell)
                else:
                    block[a, b] = np.nan
                    if cells.has_digits(cell):
                        unreadable.append((f"row {row + 1}, column {column + 1}, {name}", cell))
                    self.texts[name, address(a, b)] = str(cell).strip() or "empty"
        cells.refuse_numbers_written_otherwise(self.where, unreadable)
        return block


def _code(cell):
    """A cell as a code: 1, 1.0 and "1" are "01"."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return text.zfill(2) if text.isdigit() else text
