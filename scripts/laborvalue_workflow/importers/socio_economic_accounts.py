"""WIOD's socio-economic accounts, beside a saved system: hours, compensation and capital by country and industry.

The workbooks of both releases have a sheet DATA with the columns Country, Variable, Description and Code and one
column per year (`_1995` or `2000`): money in millions of national currency, hours in millions, persons in thousands.

Money is converted by output / GO, one ratio per region, as an exchange rate is one per currency. A ratio by sector
would carry the rounding of the table, which prints whole millions, and have no meaning where output or GO is 0.

DEPRECIATION is not in the workbook. The stocks K_GFCF (prices of the base year of GFCF_P, end of the year) follow from
investment by the perpetual inventory, so that they imply it: K[t-1] + I[t] - K[t], I = GFCF / GFCF_P. It is taken at
current prices. The first year of the workbook has no stock before it: there the next year's rate is used.
"""

import re

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data.files import refuse_repeated_columns
from laborvalue_workflow.importers.textfiles import few
from laborvalue_workflow.importers.workbooks import bounded
from laborvalue_workflow.progress import waiting
from laborvalue_workflow.screening.findings import Note, warning

SHEET = "DATA"
KEYS = ("country", "variable", "description", "code")
TOTAL = "TOT"  # the code of a country's sum
OUTPUT = "GO"
DEPRECIATION = "DEPRECIATION"
PERCENT = 100  # GFCF_P is 100 in its base year
UNITS = {"EMP": "1000 p", "EMPE": "1000 p", "H_EMP": "M.hr", "H_EMPE": "M.hr"}
GAPS = ("", "NA", "NaN", "n.a.", "-")
LISTED = 6  # names in a message


class SocioEconomicAccounts:
    """The accounts of one year; arrays are (m n,), in the order of regions, then sectors, NaN where there is none."""

    def __init__(self, path, year, regions, sectors):
        self.path, self.where, self.year = path, f"{path}, sheet {SHEET}", year
        self.regions, self.sectors = list(regions), list(sectors)
        lines = _sheet(path)
        header = [str(cell).strip().lower() for cell in lines[0]] if lines else []
        if missing := [key for key in KEYS if key not in header]:
            raise InputError(f"{self.where}: no column {', '.join(missing)}; expected {', '.join(KEYS)} and years")
        refuse_repeated_columns(self.where, header, KEYS)
        self.columns = {}
        for k, name in enumerate(header):
            if of := _year(name):
                first = self.columns.setdefault(int(of[1]), k)
                if first != k:
                    raise InputError(
                        f"{self.where}: the columns {header[first]} and {name} are both of {of[1]}; expected one "
                        "column per year; remove the other"
                    )
        if year not in self.columns:
            raise InputError(f"{self.where}: no year {year}; found {', '.join(map(str, self.columns)) or 'none'}")
        self.lines = {}  # variable -> {(country, code): (number of the line, its cells)}
        at = {key: header.index(key) for key in KEYS}
        for number, line in enumerate(lines[1:], start=2):
            country, variable, code = (_label(line[at[key]]) for key in ("country", "variable", "code"))
            entries = self.lines.setdefault(variable, {})
            if (country, code) in entries:
                raise InputError(f"{self.where}: row {number}: {variable}, {country}, {code} again; expected once")
            entries[country, code] = number, line
        self.countries = {country for entries in self.lines.values() for country, _ in entries}
        cells.refuse_near_misses(self.where, "country", self.countries, self.regions)
        codes = {code for entries in self.lines.values() for _, code in entries} - {TOTAL, ""}
        if unknown := sorted(codes - set(self.sectors)):
            raise InputError(
                f"{self.where}: the codes {few(unknown, LISTED)} are no sectors of the mapping; expected its names, "
                f"{few(self.sectors, LISTED)}"
            )

    def variable(self, name, year=None):
        """A variable as printed, of this year or another; raises InputError where the workbook does not have it."""
        import numpy as np

        if name not in self.lines:
            raise InputError(f"{self.where}: no variable {name}; found {', '.join(filter(None, self.lines))}")
        column, unreadable = self.columns[year or self.year], []
        amounts = np.full((len(self.regions), len(self.sectors)), np.nan)
        for c, region in enumerate(self.regions):
            for i, sector in enumerate(self.sectors):
                number, line = self.lines[name].get((region, sector), (None, None))
                cell = "" if line is None else line[column]
                if cells.is_number(cell):
                    amounts[c, i] = cells.number(cell)
                elif str(cell).strip() not in GAPS:
                    unreadable.append((f"row {number}, {name} of {region}, {sector}", cell))
        cells.refuse_numbers_written_otherwise(self.where, [item for item in unreadable if cells.has_digits(item[1])])
        if unreadable:
            place, cell = unreadable[0]
            raise InputError(f"{self.where}: {place} is {cell!r}; expected a number, or an empty cell for none")
        return amounts.ravel()

    def money(self, name, output):
        """A variable of money, in the unit of `output` (m n,), the table's."""
        import numpy as np

        amounts = self.depreciation() if name == DEPRECIATION else self.variable(name)
        return amounts * np.repeat(self.ratio(output), len(self.sectors))

    def ratio(self, output):
        """The table's unit per million of national currency, (m,); NaN for a region without accounts."""
        import numpy as np

        ours, theirs = self._compared(output)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(theirs.sum(axis=1) > 0, ours.sum(axis=1) / theirs.sum(axis=1), np.nan)

    def _compared(self, output):
        """Output of the table and GO, (m, n), 0 where either has none."""
        import numpy as np

        printed = self.variable(OUTPUT)
        both = (output > 0) & (printed > 0)
        shape = len(self.regions), len(self.sectors)
        return np.where(both, output, 0).reshape(shape), np.where(both, printed, 0).reshape(shape)

    def depreciation(self):
        """Depreciation at current prices, million national currency (see above)."""
        import numpy as np

        stock, price = self.variable("K_GFCF"), self.variable("GFCF_P") / PERCENT
        invested = self.variable("GFCF") / price
        if self.year - 1 in self.columns:
            return (self.variable("K_GFCF", self.year - 1) + invested - stock) * price
        later = self.year + 1
        if later not in self.columns:
            raise InputError(f"{self.where}: {self.year} is the only year; {DEPRECIATION} needs another one's stock")
        bought = self.variable("GFCF", later) / (self.variable("GFCF_P", later) / PERCENT)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = (stock + bought - self.variable("K_GFCF", later)) / stock
            worn = np.where(stock > 0, rate / (1 - rate) * (stock - invested) * price, np.nan)
        return np.where((stock == 0) & (invested == 0), 0.0, worn)

    def notes(self, output, tolerance):
        """What a reader of the screening must know: the conversion, and which regions have no accounts."""
        import numpy as np

        ours, theirs = self._compared(output)
        ratio = self.ratio(output)
        converted = np.isfinite(ratio)
        gap = np.abs(ours - np.nan_to_num(ratio)[:, None] * theirs).sum(axis=1)[converted] / ours.sum(axis=1)[converted]
        names = [region for region, is_known in zip(self.regions, converted, strict=True) if is_known]
        notes = [
            Note(
                f"{self.path}: money of {len(names)} regions converted by output / {OUTPUT}, one ratio per region; "
                f"sector by sector, the two differ by {gap.max(initial=0):.2g} of a region's output at most."
            )
        ]
        apart = [name for name, largest in zip(names, gap, strict=True) if largest > tolerance]
        if apart:
            notes.append(
                warning(
                    f"{self.path}: output / {OUTPUT} differs between the sectors of {few(apart, LISTED)} by more than "
                    f"{tolerance:g} of output: small outputs are rounded, or the accounts are of another release."
                )
            )
        if lacking := [region for region in self.regions if region not in self.countries]:
            notes.append(
                warning(f"{self.path}: no accounts of {few(lacking, LISTED)}: what they give is missing there.")
            )
        return notes


def _sheet(path):
    """The rows of the sheet of accounts."""
    import python_calamine

    try:
        with waiting(f"reading {path}, sheet {SHEET}"):
            book = python_calamine.CalamineWorkbook.from_path(bounded(path))
            if SHEET not in book.sheet_names:
                raise InputError(f"{path}: no sheet {SHEET}; found {', '.join(book.sheet_names)}")
            return book.get_sheet_by_name(SHEET).to_python()
    except (python_calamine.CalamineError, OSError) as error:
        raise InputError(f"{path}: not a readable workbook ({error})") from None


def _year(name):
    return re.fullmatch(r"_?(\d{4})(?:\.0)?", name)


def _label(cell):
    """A key as text: the industry 20 of a workbook may be the number 20."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
