"""What was found in the tables of a year and what was done about it: one `Finding` for each row of its screening."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import partial

from laborvalue.errors import InputError
from laborvalue_workflow.screening.policies import CHOICES, Policy

WARNING = "WARNING: "  # how rows and pages mark a note that a reader must not miss
STATED = "unit"  # the block of what files state of their units
UNITS = {STATED: "correct the config", "weight": "correct the mapping", "hours": "correct the hours"}  # block -> remedy
LINES = 20  # of the message about the faults that stop a run


class Check(StrEnum):
    """What a finding is about."""

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
    WITHOUT_LABOR = "taken as made without labor"
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


@dataclass(frozen=True)
class Finding:
    """What one check found in one place, and what was done about it; all texts, empty where there is nothing to say.

    origin_region, origin_sector, region, sector: keys of the place; where: the place in keys and names, for a reader: a
    code alone means different sectors in different years. more: a finding with a number here stands for so many that
    have no row of their own, and no place. warning: whether it is a note that a reader must not miss.
    """

    year: str
    check: str
    block: str
    origin_region: str = ""
    origin_sector: str = ""
    region: str = ""
    sector: str = ""
    where: str = ""
    found: str = ""
    expected: str = ""
    done: str = ""
    more: int = 0
    warning: bool = False

    @classmethod
    def from_row(cls, row):
        """The finding of a row of the screening, a dict of the COLUMNS."""
        count, _, rest = row["found"].partition(" ")
        if rest == "more" and count.isdigit() and not row["where"]:
            return cls(**row | {"found": ""}, more=int(count))
        return cls(**row | {"found": row["found"].removeprefix(WARNING)}, warning=row["found"].startswith(WARNING))

    @property
    def text(self):
        """What was found, as rows and pages have it."""
        return f"{self.more} more" if self.more else WARNING * self.warning + self.found

    @property
    def row(self):
        """The texts of the row, in the order of COLUMNS."""
        return [self.text if name == "found" else str(getattr(self, name)) for name in COLUMNS]

    @property
    def cells(self):
        """How many cells the finding is about."""
        return self.more or 1

    @property
    def stops(self):
        """Whether the finding stops the run."""
        return self.done == Done.STOPPED

    @property
    def must_be_told(self):
        """Whether the end of a run says it: a warning, a fault that stops, or one that changes what values mean."""
        kept = self.done == Done.WITHOUT_LABOR or (self.check, self.done) == (Check.UNIT, Done.KEPT)
        return self.warning or self.stops or kept

    @property
    def warning_kind(self):
        """What findings have in common that the end of a run says once: a fault that has places, else the text."""
        return (self.check, self.block, self.done, self.expected, "" if self.where else self.found)

    @property
    def told(self):
        """What is said of it at the end of a run."""
        place = f"{self.where}: " if self.where else ""
        return WARNING + place + self.found + (f"; expected {self.expected}: {self.done}" if self.expected else "")

    @property
    def is_stated_as_expected(self):
        """Whether files state the unit that the config says."""
        return (self.block, self.done) == (STATED, Done.AS_EXPECTED)

    @property
    def is_fault(self):
        """Whether something is wrong, not only to be known."""
        return self.check in FAULTS or self.stops


COLUMNS = tuple(one.name for one in fields(Finding) if one.name not in ("more", "warning"))
ADDRESS = ("origin_region", "origin_sector", "region", "sector")


@dataclass(frozen=True)
class Note:
    """What a reader of a screening must know; a warning where numbers depend on it."""

    text: str
    warning: bool = False

    def __str__(self):
        return WARNING * self.warning + self.text


warning = partial(Note, warning=True)


def columns(findings):
    """The findings as columns, for screening/<year>.csv."""
    rows = [finding.row for finding in findings]
    return {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}


def findings_of_rows(rows, year):
    """The findings of rows of texts in the order of COLUMNS, which were found before their year was known."""
    return [replace(Finding.from_row(dict(zip(COLUMNS, row, strict=True))), year=str(year)) for row in rows]


def reasons_of_gaps(findings):
    """Why a year's screening left accounts out: {region: [reasons as texts]}.

    A cell lost with its supplier is a reason of both regions.
    """
    reasons = {}
    for finding in findings:
        if finding.done in LEAVES_OUT:
            regions = {finding.region}
            if finding.done == Done.EXCLUDED_WITH_SUPPLIER:
                regions.add(finding.origin_region)
            for region in regions - {""}:
                text = f"{finding.block} of {finding.where or 'many'} is {finding.text}"
                reasons.setdefault(region, []).append(text)
    return reasons


def refuse_stopped(findings, source, key, fixed=()):
    """Raise one InputError with all the faults that stop the run, a line for each fault of a block in a year.

    findings: of all years' screenings; source: (year, block) -> the table's file; key: check -> the name of its policy
    for a message; fixed: blocks that have no other policy.
    """
    groups = {}
    for finding in findings:
        if finding.stops:
            alone = finding.check in (Check.KEY, Check.IDENTITY) or (finding.check == Check.UNIT and not finding.where)
            single = finding.text if alone else None
            groups.setdefault((finding.year, finding.check, finding.block, single), []).append(finding)
    lines = []
    for (year, check, block, _), stopping in groups.items():
        first, count = stopping[0], sum(finding.cells for finding in stopping)
        keys = ", ".join(f"{axis} {getattr(first, axis)}" for axis in ADDRESS if getattr(first, axis))
        more = f" ({count} such cells)" if count > 1 else ""
        remedy = f"; expected {first.expected}" if first.expected else ""
        if check in OTHER_POLICIES and block in fixed:
            remedy += "; correct the file"
        elif check == Check.UNIT:
            same = next((other for other in findings if other.is_stated_as_expected), None)
            if same and block == STATED:
                remedy += f", as {source(same.year, block)}: {same.text}"
            remedy += f"; {UNITS.get(block, 'set import.money_unit')}, or set {key(check)} to {Policy.KEEP}"
        elif check in OTHER_POLICIES:
            remedy += f"; correct the file or set {key(check)} to {' or '.join(OTHER_POLICIES[check])}"
        lines.append(f"{source(year, block)}: {year}, {block}: {keys}{': ' * bool(keys)}{first.text}{more}{remedy}")
    if len(lines) > LINES:
        years = ", ".join(f"{year}.csv" for year in dict.fromkeys(year for year, *_ in list(groups)[LINES:]))
        lines[LINES:] = [f"and {len(lines) - LINES} more in screening/{years}"]
    if lines:
        raise InputError("\n".join(lines))
