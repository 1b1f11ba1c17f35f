"""The record of what was found in a published table and what was done about it.

A fault is handled as the config's `import.faults` says (`Policy`): `stop` ends the import with the address of the
first cell; `exclude` leaves out the accounts of the city-sector, so that the region is excluded with a reason;
`zero` sets the cell to 0; `keep` changes nothing. Every action has a row in the screening: no zero is silent.

The checks themselves are in `importers/checks.py`, the page for readers in `importers/screening_page.py`.
"""

from enum import StrEnum
from pathlib import Path

import numpy as np

from importers.options import Policy
from laborvalue.errors import InputError
from shared import files

COLUMNS = (
    *("year", "check", "block", "origin_region", "origin_sector", "region", "sector", "where", "found", "expected"),
    "done",
)
LISTED = 20_000  # addresses of one fault in one block in the csv, more than city-sectors; further ones are counted
MAY_BE_NEGATIVE = ("inventories", "fixed_capital_formation", "other", "production_taxes", "operating_surplus")


class Check(StrEnum):
    """What a row of the screening is about; the first five are faults with a policy of their own."""

    MISSING = "missing"  # no number
    NEGATIVE = "negative"  # below 0 where nothing can be
    ZERO_OUTPUT = "zero_output"
    NO_LABOR = "no_labor"  # output without hours
    IMBALANCE = "imbalance"  # row against column, or a printed total against its sum
    UNIT = "unit"  # national output against the reference
    TOTAL = "total"  # largest gap of a printed total
    SIGN = "sign"  # number of negative cells by block
    ERROR_SHARE = "error_share"  # statistical error as a share of output
    SPECTRAL_RADIUS = "spectral_radius"
    YEARBOOK = "yearbook"  # status of a yearbook figure
    NOTE = "note"  # what a reader must know, e.g. rows of two tables that did not meet


class Done(StrEnum):
    """What was done about a finding: the column `done` of the screening."""

    EXCLUDED = "excluded"
    EXCLUDED_WITH_SUPPLIER = "excluded, with its supplier"  # the supplier's output, a row sum, is unknown too
    ROW_LEFT_OUT = "row left out"  # no row in the table of hours
    SET_TO_ZERO = "set to 0"
    ZERO_WITHOUT_OUTPUT = "0: no output"
    KEPT = "kept"
    KEPT_IN_OUTPUT = "kept in output"
    WITHOUT_COEFFICIENTS = "left without coefficients"
    REPORTED = "reported"
    REPORTED_ONLY = "reported only"
    REPORTED_INCOMPLETE = "of an incomplete region, which is excluded"
    COUNTED = "counted"
    CHECKED = "checked"
    NOT_CHECKED = "not checked"
    AS_EXPECTED = "as expected"
    USED_UNCONFIRMED = "used, status to check"


LEAVES_OUT = (Done.EXCLUDED, Done.EXCLUDED_WITH_SUPPLIER, Done.ROW_LEFT_OUT)
OTHER_POLICIES = {  # what a fault that stopped the import can be set to
    Check.MISSING: (Policy.EXCLUDE, Policy.ZERO),
    Check.NEGATIVE: (Policy.EXCLUDE, Policy.ZERO),
    Check.ZERO_OUTPUT: (Policy.EXCLUDE,),
    Check.NO_LABOR: (Policy.EXCLUDE,),
    Check.IMBALANCE: (Policy.EXCLUDE, Policy.KEEP),
}


class Axes(StrEnum):
    """What the indices of an array stand for: the keys in the address of one of its cells."""

    FLOWS = "origin_region origin_sector region sector"
    FINAL = "origin_region origin_sector region"
    CELL = "region sector"
    REGION = "region"


class Screening:
    """The rows of one year's screening, and the city-sectors that its policies leave out.

    regions, sectors: dicts of columns with the keys (`region`, `sector`) and `name`; the sectors are the published
    ones until `aggregate`. `lost` (m, n): city-sectors whose accounts are left out; `lost_hours` (m, n): those
    without hours only.
    """

    def __init__(self, path, year, regions, sectors, faults):
        self.path, self.year, self.faults = path, year, faults
        self.keys, self.names = _labels(regions, sectors)
        self.rows, self.notes = [], []
        self.listed = {}  # (check, block) -> number of addresses in the rows
        self.negatives = {}  # block -> [number of cells below 0, their sum], as found
        self.lost = np.zeros((len(regions["region"]), len(sectors["sector"])), dtype=bool)
        self.lost_hours = self.lost.copy()

    def aggregate(self, aggregation, regions, sectors):
        """From published sectors to the dataset's: a sector is lost where any of its parts is."""
        self.lost, self.lost_hours = aggregation.any(self.lost), aggregation.any(self.lost_hours)
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

        indices (k, number of axes); found: index -> text; excluded: what `exclude` does here. Raises InputError under
        `stop`.
        """
        if not len(indices):
            return None
        policy = self.faults.of(check)
        if policy == Policy.STOP:
            first = tuple(map(int, indices[0]))
            more = f" ({len(indices)} such cells)" if len(indices) > 1 else ""
            raise InputError(
                f"{self.path}: {self.year}, {block}: {self.address(axes, first)}: {found(first)}{more}; expected "
                f"{expected}; correct the file or set import.faults.{check} to {' or '.join(OTHER_POLICIES[check])}"
            )
        done = {Policy.EXCLUDE: excluded, Policy.ZERO: Done.SET_TO_ZERO, Policy.KEEP: Done.KEPT}[policy]
        left = LISTED - self.listed.get((check, block), 0)
        shown = [tuple(map(int, index)) for index in indices[:left]]
        self.listed[check, block] = LISTED - left + len(shown)
        for index in shown:
            self.add(check, block, found(index), expected, done, axes, index)
        if len(indices) > left:
            self.add(check, block, f"{len(indices) - left} more", expected, done)
        return policy

    def count_negatives(self, block, amounts):
        """Count the cells below 0 of a block, as found; the counts of a block that comes in parts are added."""
        counted = self.negatives.setdefault(block, [0, 0.0])
        if amounts.size and not amounts.min() >= 0:  # a NaN is not 0 or more either
            below = amounts[amounts < 0]
            counted[0] += below.size
            counted[1] += float(below[np.isfinite(below)].sum())

    def lose(self, indices):
        """Leave out the accounts of these city-sectors (k, 2)."""
        self.lost[tuple(np.asarray(indices, dtype=int).T)] = True

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
    texts = ("origin_region", "region", "sector", "where", "block", "found", "done")
    for year in years:
        for row in files.read_table(Path(folder, f"{year}.csv"), texts=texts).to_pylist():
            if row["done"] not in LEAVES_OUT:
                continue
            reason = f"{row['block']} of {row['where'] or 'many'} is {row['found']}"
            regions = {row["region"]}
            if row["done"] == Done.EXCLUDED_WITH_SUPPLIER:
                regions.add(row["origin_region"])
            for region in regions - {""}:
                found.setdefault((region, year), []).append(reason)
    return found
