"""A sheet of a workbook with a row of codes and a column of codes, wherever they are: what CEADs' provincial workbooks
and the tables of single regions have in common. Positions, titles, sheet names and blanks inside names differ.
"""

import re
from functools import cached_property
from pathlib import Path

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.importers.textfiles import squeezed
from laborvalue_workflow.importers.workbooks import bounded
from laborvalue_workflow.importers.xlsx_cells import name_of, unread_contents
from laborvalue_workflow.progress import waiting

CODE = re.compile(r"[A-Z]{2,3}\d*|\d{2,3}")  # what a code looks like, unlike a name
TOTALS = ("TIU", "TFU", "TII", "TVA", "TI")


def read_sheets(path, name=None):
    """{sheet name: (its rows of cells, whether it is hidden)} of a workbook, or of its sheet `name` alone."""
    import python_calamine

    try:
        with waiting(f"opening {path}"):
            book = python_calamine.CalamineWorkbook.from_path(bounded(path))
    except (python_calamine.CalamineError, OSError) as error:
        raise InputError(f"{path}: not a readable workbook ({error})") from None
    if name is not None and name not in book.sheet_names:
        raise InputError(
            f"{path}: no sheet {name!r}; found {', '.join(book.sheet_names)}; name one as sheet in import.tables"
        )
    names = book.sheet_names if name is None else [name]
    shown = {sheet.name for sheet in book.sheets_metadata if sheet.visible == python_calamine.SheetVisibleEnum.Visible}
    with waiting(f"reading {path}, sheet {', '.join(names)}"):
        rows = {sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in names}
    return {sheet: (of_sheet, sheet not in shown) for sheet, of_sheet in rows.items()}


class CodedSheet:
    """The cells of a sheet with its row and column of codes; `texts` collects what was found where a number belongs.

    path, name: the workbook and its sheet; cells: rows of cells; row_marks, column_marks: codes by which the row and
    the column of codes are known; own_codes: {a code of the table: the one it stands for}. Raises InputError where
    there is none, or more than one.
    """

    def __init__(self, path, name, cells, row_marks, column_marks, own_codes=None):
        self.path, self.name, self.cells, self.texts = path, name, cells, {}  # texts: with the cell's name, to be shown
        self.own_codes = own_codes or {}
        self.where = f"{path}, sheet {name}"
        self.header = self._line_of_codes(cells, row_marks, "row of codes")
        self.stub = self._line_of_codes(list(zip(*cells, strict=True)), column_marks, "column of codes")
        self.codes = {
            "column": self._codes(cells[self.header]),
            "row": self._codes(row[self.stub] for row in cells),
        }

    def _codes(self, line):
        return [self.own_codes.get(code, code) for code in map(code_of, line)]

    @cached_property
    def replaced(self):
        """The codes of `own_codes` that the sheet has."""
        lines = self.cells[self.header], [row[self.stub] for row in self.cells]
        return {*self.own_codes} & {code_of(cell) for line in lines for cell in line}

    def _line_of_codes(self, lines, marks, what):
        """The line with the most of the marks; raises InputError where there is none, or another line has as many."""
        counts = [len({*self._codes(line)} & {*marks}) for line in lines]
        most = max(counts, default=0)
        if not most:
            occurs = f"{marks[0]} does not occur" if len(marks) == 1 else f"none of {', '.join(marks)} occurs"
            raise InputError(f"{self.where}: no {what}: {occurs}; expected the codes FU101 … GO, VA001 … TI")
        first, *others = [k for k, count in enumerate(counts) if count == most]
        for other in others:
            if (there := self._codes(lines[first])) != self._codes(lines[other]):
                line, mark = what.split()[0], next(mark for mark in marks if mark in there)
                raise InputError(
                    f"{self.where}: {mark} occurs in {line} {first + 1} and in {line} {other + 1}; expected one {what}"
                )
        return first

    def heading(self):
        """The cells above the row of codes."""
        return [cell for line in self.cells[: self.header] for cell in line]

    def names_beside(self, rows, columns):
        """The labels of each of the rows, left of the columns, then of each of the columns, above the rows.

        Returns (what, position, labels) for each, labels without blanks.
        """
        beside = [("row", row, self.cells[row][: min(columns)]) for row in rows]
        above = [("column", column, [line[column] for line in self.cells[: min(rows)]]) for column in columns]
        return [(what, position, [squeezed(cell) for cell in labels]) for what, position, labels in beside + above]

    def other_names(self, rows, columns, expected, sector_of):
        """Where the name beside a code is that of another sector: (what, position, label, its sector, expected one).

        rows, columns: positions of the sectors; expected: the sector of each; sector_of: name -> sector. Names that are
        in no list are not compared.
        """
        meanings = {squeezed(name): sector for name, sector in sector_of.items()}
        return [
            (what, position, label, meanings[label], sector)
            for (what, position, labels), sector in zip(self.names_beside(rows, columns), expected * 2, strict=True)
            for label in labels
            if meanings.get(label, sector) != sector
        ]

    def unread_codes(self, what, read):
        """The codes of the columns or rows (`what`) that are not among the known ones."""
        return [code for code in dict.fromkeys(self.codes[what]) if CODE.fullmatch(code) and code not in read]

    def read_block(self, rows, columns, name, address):
        """Cells of rows x columns as floats; what is no number is NaN and kept in `texts` by its address."""
        import numpy as np

        block = np.empty((len(rows), len(columns)))
        unreadable = []
        for a, row in enumerate(rows):
            line = self.cells[row]
            for b, column in enumerate(columns):
                cell = line[column]
                if type(cell) is float:
                    block[a, b] = cell
                elif cells.is_number(cell):
                    block[a, b] = cells.number(cell)
                else:
                    block[a, b] = np.nan
                    if cells.has_digits(cell):
                        unreadable.append((f"row {row + 1}, column {column + 1}, {name}", cell))
                    self.texts[name, address(a, b)] = self.shown(str(cell).strip(), name_of(row, column))
        cells.refuse_numbers_written_otherwise(self.where, unreadable)
        return block

    def shown(self, text, cell):
        """What a cell holds and where it is."""
        found = repr(text) if text else self._unread.get(cell, "empty")
        return f"{found} in {cell} of {Path(self.path).name}, sheet {self.name}"

    @cached_property
    def _unread(self):
        return unread_contents(self.path, self.name)


def code_of(cell):
    """A cell as a code: 1, 1.0 and "1" are "01"."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return text.zfill(2) if text.isdigit() else text
