"""The record of what was found in the tables of a year and what was done about it.

A fault is handled as the config's `import.faults` says, or `faults` of a dataset folder (`Policy`): `stop` ends the
run when the tables of all years are screened (`refuse_stopped`), and counts as `exclude` until then; `exclude` leaves
out the accounts of the city-sector, so that the region is excluded with a reason; `zero` sets the cell to 0; `keep`
changes nothing. Every action has a row in the screening: no zero is silent.

The checks themselves are in `importers/checks.py`, those of a dataset folder in `importers/folder.py`, the pages for
readers in `importers/screening_page.py`.
"""

from enum import StrEnum
from pathlib import Path

import numpy as np

from laborvalue.errors import InputError
from laborvalue_workflow.data import files
from laborvalue_workflow.data.policies import CHOICES, Policy

COLUMNS = (
    *("year", "check", "block", "origin_region", "origin_sector", "region", "sector", "where", "found", "expected"),
    "done",
)
ADDRESS = ("origin_region", "origin_sector", "region", "sector")
LISTED = 20_000  # addresses of one fault in one block in the csv, more than city-sectors; further ones are counted
MAY_BE_NEGATIVE = ("inventories", "fixed_capital_formation", "other", "production_taxes", "operating_surplus")


class Check(StrEnum):
    """What a row of the screening is about."""

    MISSING = "missing"  # no number
    NEGATIVE = "negative"  # below 0 where nothing can be
    ZERO_OUTPUT = "zero_output"
    NO_LABOR = "no_labor"  # output without hours
    IMBALANCE = "imbalance"  # row against column, or a printed total against its sum
    RESIDUAL_OUTPUT = "residual_output"  # an output too small to be a sector
    KEY = "key"  # an unknown region, sector or category, a row that occurs twice, a number that can mean several
    IDENTITY = "identity"  # tables of a folder that do not belong together
    UNIT = "unit"  # national output against the reference; a fault where it stops the run
    TOTAL = "total"  # largest gap of a printed total
    SIGN = "sign"  # number of negative cells by block
    ERROR_SHARE = "error_share"  # statistical error as a share of output
    SPECTRAL_RADIUS = "spectral_radius"
    YEARBOOK = "yearbook"  # status of a yearbook figure
    NOTE = "note"  # what a reader must know, e.g. rows of two tables that did not meet


class Done(StrEnum):
    """What was done about a finding: the column `done` of the screening."""

    STOPPED = "stops the run"
    EXCLUDED = "excluded"
    EXCLUDED_WITH_SUPPLIER = "excluded, with its supplier"  # the supplier's output, a row sum, is unknown too
    ROW_LEFT_OUT = "row left out"  # no row in the table of hours
    SET_TO_ZERO = "set to 0"
    ZERO_WITHOUT_OUTPUT = "0: no output"
    KEPT = "kept"
    KEPT_IN_OUTPUT = "kept in output"
    WITHOUT_COEFFICIENTS = "left without coefficients"
    WITHOUT_OUTPUT = "treated as no output"
    REPORTED = "reported"
    REPORTED_ONLY = "reported only"
    REPORTED_INCOMPLETE = "of an incomplete region, which is excluded"
    COUNTED = "counted"
    CHECKED = "checked"
    NOT_CHECKED = "not checked"
    AS_EXPECTED = "as expected"
    USED_UNCONFIRMED = "used, status to check"


LEAVES_OUT = (Done.EXCLUDED, Done.EXCLUDED_WITH_SUPPLIER, Done.ROW_LEFT_OUT)
OTHER_POLICIES = {  # what a fault that stops the run can be set to
    check: tuple(policy for policy in CHOICES[check] if policy != Policy.STOP)
    for check in (Check.MISSING, Check.NEGATIVE, Check.ZERO_OUTPUT, Check.NO_LABOR, Check.IMBALANCE)
}
FAULTS = (*OTHER_POLICIES, Check.RESIDUAL_OUTPUT, Check.KEY, Check.IDENTITY)
TOLD = 20  # lines of the message about the faults that stop a run


class Axes(StrEnum):
    """What the indices of an array stand for: the keys in the address of one of its cells."""

    FLOWS = "origin_region origin_sector region sector"
    FINAL = "origin_region origin_sector region"
    CELL = "region sector"
    REGION = "region"


class Screening:
    """The rows of one year's screening, and the city-sectors that its policies leave out.

    regions, sectors: dicts of columns with the keys (`region`, `sector`) and `name`; the sectors are the published
    ones until `aggregate`. `lost` (m, n): city-sectors whose accounts are left out; `lost_accounts`, account ->
    (m, n): those of which one account is not known; `lost_hours` (m, n): those without hours only.
    """

    def __init__(self, path, year, regions, sectors, faults):
        self.path, self.year, self.faults = path, year, faults
        self.keys, self.names = _labels(regions, sectors)
        self.rows, self.notes = [], []
        self.listed = {}  # (check, block) -> number of addresses in the rows
        self.negatives = {}  # block -> [number of cells below 0, their sum], as found
        self.lost = np.zeros((len(regions["region"]), len(sectors["sector"])), dtype=bool)
        self.lost_hours = self.lost.copy()
        self.lost_accounts = {}

    def aggregate(self, aggregation, regions, sectors):
        """From published sectors to the dataset's: a sector is lost where any of its parts is."""
        self.lost, self.lost_hours = aggregation.any(self.lost), aggregation.any(self.lost_hours)
        self.lost_accounts = {account: aggregation.any(lost) for account, lost in self.lost_accounts.items()}
        self.keys, self.names = _labels(regions, sectors)

    def add(self, check, block, found, expected, done, axes=None, index=()):
        """Add one row: the check, the cells, what was found, expected and done."""
        row = dict.fromkeys(COLUMNS, "") | dict(self._located(self.keys, axes, index))
        row |= {"year": self.year, "check": check, "block": block, "found": found, "expected": expected, "done": done}
        row["where"] = self.where(axes, index)
        self.rows.append([str(row[name]) for name in COLUMNS])

    def _located(self, labels, axes, index):
        names = axes.split() if axes else ()
        return [(axis, labels[axis.split("_")[-1]][k]) for axis, k in zip(names, index, strict=True)]

    def address(self, axes, index):
        """An index as keys, for a message."""
        return ", ".join(f"{axis} {key}" for axis, key in self._located(self.keys, axes, index))

    def where(self, axes, index):
        """An index as keys and names, for a reader: a code alone means different sectors in different years."""
        located = self._located(self.names, axes, index)
        parts = [[name for axis, name in located if axis.startswith("origin") == origin] for origin in (True, False)]
        return " -> ".join(", ".join(names) for names in parts if names)

    def handle(self, check, block, axes, indices, found, expected, excluded=Done.EXCLUDED):
        """Handle one fault at every index by its policy; returns the policy, or None where there is no fault.

        indices (k, number of axes); found: index -> text; excluded: what `exclude` does here. A fault that stops the
        run counts as excluded until then, so that the rest of the tables is screened too.
        """
        if not len(indices):
            return None
        policy = self.faults.of(check, block)
        done = {Policy.STOP: Done.STOPPED, Policy.EXCLUDE: excluded, Policy.ZERO: Done.SET_TO_ZERO}
        self.record(check, block, axes, indices, found, expected, done.get(policy, Done.KEPT))
        return Policy.EXCLUDE if policy == Policy.STOP else policy

    def record(self, check, block, axes, indices, found, expected, done):
        """Add a row for each index, at most LISTED for one fault in one block; the others are counted."""
        left = LISTED - self.listed.get((check, block), 0)
        shown = [tuple(map(int, index)) for index in indices[:left]]
        self.listed[check, block] = LISTED - left + len(shown)
        for index in shown:
            self.add(check, block, found(index), expected, done, axes, index)
        if len(indices) > left:
            self.add(check, block, f"{len(indices) - left} more", expected, done)

    def count_negatives(self, block, amounts):
        """Count the cells below 0 of a block, as found; the counts of a block that comes in parts are added."""
        counted = self.negatives.setdefault(block, [0, 0.0])
        if amounts.size and not amounts.min() >= 0:  # a NaN is not 0 or more either
            below = amounts[amounts < 0]
            counted[0] += below.size
            counted[1] += float(below[np.isfinite(below)].sum())

    def lose(self, indices, account=None):
        """Leave out the accounts of these city-sectors (k, 2), or one account of them."""
        lost = self.lost if account is None else self.lost_accounts.setdefault(account, np.zeros_like(self.lost))
        lost[tuple(np.asarray(indices, dtype=int).T)] = True

    @property
    def incomplete(self):
        """City-sectors (m, n) with an account that is not known."""
        return np.logical_or.reduce([self.lost, *self.lost_accounts.values()])

    def columns(self):
        """The rows as columns, for the csv."""
        return {name: [row[k] for row in self.rows] for k, name in enumerate(COLUMNS)}


def _labels(regions, sectors):
    keys = {"region": regions["region"], "sector": sectors["sector"]}
    called = {"region": regions["name"], "sector": sectors["name"]}
    names = {
        axis: [key if key == name else f"{key} {name}" for key, name in zip(keys[axis], called[axis], strict=True)]
        for axis in keys
    }
    return keys, names


def left_out(folder, years):
    """Why the screening left accounts out: {(region, year): [reasons as texts]}.

    folder: the one with <year>.csv, written by `import_year`. A cell lost with its supplier is a reason of both
    regions.
    """
    found = {}
    for year in years:
        for row in read_rows(Path(folder, f"{year}.csv")):
            if row["done"] not in LEAVES_OUT:
                continue
            reason = f"{row['block']} of {row['where'] or 'many'} is {row['found']}"
            regions = {row["region"]}
            if row["done"] == Done.EXCLUDED_WITH_SUPPLIER:
                regions.add(row["origin_region"])
            for region in regions - {""}:
                found.setdefault((region, year), []).append(reason)
    return found


def read_rows(path):
    """The rows of a year's screening as dicts of texts."""
    return files.read_table(path, texts=COLUMNS).to_pylist()


def cells_of(row):
    """How many cells a row of the screening is about: one, or the number of those that it does not list."""
    count, _, rest = row["found"].partition(" ")
    return int(count) if rest == "more" and not row["where"] else 1


def refuse_stopped(rows, source, key, fixed=()):
    """Raise one InputError with all the faults that stop the run, a line for each fault of a block in a year.

    rows: of all years' screenings; source: (year, block) -> the table's file; key: check -> the name of its policy for
    a message; fixed: blocks that have no other policy.
    """
    groups = {}
    for row in rows:
        if row["done"] == Done.STOPPED:
            single = row["found"] if row["check"] in (Check.KEY, Check.IDENTITY) else None
            groups.setdefault((row["year"], row["check"], row["block"], single), []).append(row)
    lines = []
    for (year, check, block, _), found in groups.items():
        first, count = found[0], sum(map(cells_of, found))
        keys = ", ".join(f"{axis} {first[axis]}" for axis in ADDRESS if first[axis])
        more = f" ({count} such cells)" if count > 1 else ""
        mend = f"; expected {first['expected']}" if first["expected"] else ""
        if check in OTHER_POLICIES and block in fixed:
            mend += "; correct the file"
        elif check == Check.UNIT:
            mend += f"; set import.money_unit, or {key(check)} to {Policy.KEEP}"
        elif check in OTHER_POLICIES:
            mend += f"; correct the file or set {key(check)} to {' or '.join(OTHER_POLICIES[check])}"
        lines.append(f"{source(year, block)}: {year}, {block}: {keys}{': ' * bool(keys)}{first['found']}{more}{mend}")
    if len(lines) > TOLD:
        years = ", ".join(f"{year}.csv" for year in dict.fromkeys(year for year, *_ in list(groups)[TOLD:]))
        lines[TOLD:] = [f"and {len(lines) - TOLD} more in screening/{years}"]
    if lines:
        raise InputError("\n".join(lines))
