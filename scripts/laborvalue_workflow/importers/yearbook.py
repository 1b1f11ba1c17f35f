"""Yearbook figures by section and year, such as average wages: the user's table first, then the project's own.

Read while the workflow is planned too, hence with the standard library alone.
"""

from dataclasses import dataclass

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.importers.textfiles import read_columns

WAGE, WEEKLY = "average_wage_yuan", "weekly_hours"  # the columns of the two tables
UNITS = {WAGE: "yuan a year", WEEKLY: "hours a week"}
KEYS = {WAGE: "wages", WEEKLY: "weekly_hours"}  # of import.labor
CENSUS_YEAR = 2010  # of the weekly hours that have a name in the config
NO = ("false", "no", "off")  # how sectors.csv may say it


@dataclass(frozen=True)
class Figure:
    """A figure of a section and year, and where it is from."""

    amount: float
    status: str
    path: str


def read_figures(paths, column):
    """{(province, section, year): Figure} of yearbook tables; where several have a figure, the first table's counts.

    Columns `section, year, <column>` and optionally province, status. Raises InputError for a figure that is not above
    0, or one that occurs twice in a table.
    """
    merged = {}
    for path in paths:
        figures = {}
        for row in read_columns(path, ("section", "year", column), ("province", "status")):
            if not cells.is_year(row["year"]):
                raise InputError(f"{path}: section {row['section']}: year is {row['year']!r}; expected {cells.A_YEAR}")
            year, text = cells.year(row["year"]), row[column]
            amount = cells.number(text) if cells.is_number(text) else 0.0
            if not amount > 0:
                raise InputError(
                    f"{path}: section {row['section']}, year {year}: {column} is {text!r}; expected "
                    f"{cells.expected_number(text)} above 0"
                )
            key = row["province"], row["section"], year
            if key in figures:
                raise InputError(f"{path}: section {row['section']}, year {year} occurs more than once; expected one")
            figures[key] = Figure(amount, row["status"], path)
        merged = figures | merged
    return merged


def figure_of(figures, province, section, year):
    """The Figure of a province, else the national one (empty province); None where there is neither."""
    return figures.get((province, section, year)) or figures.get(("", section, year))


def refuse_missing_figures(context):
    """Raise one InputError with every section and year without an average wage or weekly hours, and how to add them.

    Weekly hours that have a name in the
    config must be there for the sections of productive sectors, whose hours values need.
    """
    options, sectors, provinces = context.options, context.sectors, context.regions["province"]
    if options.labor.hours:
        return
    sections = dict.fromkeys(sectors["section"])
    lacking = _missing(context.wage_files, WAGE, options.years, sections, provinces)
    if (path := options.labor.weekly_hours_file) == options.labor.weekly_hours:
        lacking += _missing([path], WEEKLY, options.years, sections, provinces)
    elif path:
        rows = zip(sectors["section"], sectors["productive"], strict=True)
        sections = dict.fromkeys(section for section, productive in rows if productive.lower() not in NO)
        lacking += _missing([path], WEEKLY, options.years, sections, provinces, of=CENSUS_YEAR)
    if lacking:
        raise InputError("; ".join(lacking) + "; or give hours directly (import.labor.hours)")


def _missing(paths, column, years, sections, provinces, of=None):
    """The message on what the tables lack, in a list; empty where they have everything.

    of: the year whose figures count for every year, where there is one.
    """
    figures, places = read_figures(paths, column), dict.fromkeys(provinces)
    lacking = {
        year: [
            section
            for section in sections
            if any(not figure_of(figures, place, section, of or year) for place in places)
        ]
        for year in years
    }
    lacking = {year: absent for year, absent in lacking.items() if absent}
    if not lacking:
        return []
    pairs = ", ".join(f"{of} (section{'s' * (len(absent) > 1)} {', '.join(absent)})" for of, absent in lacking.items())
    year, absent = next(iter(lacking.items()))
    completed = "; your rows come first, those of resources/china fill the rest" if column == WAGE else ""
    return [
        f"{' and '.join(paths)}: no {column} for {pairs}; write a csv with one row per section and year, e.g. the "
        f"lines 'section,year,{column}' and '{absent[0]},{year},FIGURE' ({UNITS[column]}; the columns province "
        f"and status are optional), and name it in the config as import.labor.{KEYS[column]}{completed}"
    ]
