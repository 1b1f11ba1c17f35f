"""Hours of living labor: the table's own, the user's, or from compensation, wages and weekly hours (method 5.3)."""

import numpy as np

from importers.screening import Check, Done
from importers.textfiles import read_columns
from laborvalue import cells
from laborvalue.errors import InputError
from shared import dataset

WEEKS = 52
HOURS_IN_A_WEEK = 168
SHOWN = 10  # names in a note
UNCONFIRMED = "to check"  # status of a yearbook figure that was read in a published release only


def hours_of_year(table, options, year, regions, sectors, compensation, aggregation, screening):
    """Hours (m, n*) of the dataset's sectors, NaN where none are known.

    compensation (m, n*): in the file's money unit.
    """
    if table.hours is not None:
        if options.labor.hours:
            screening.notes.append("WARNING: import.labor.hours is not used: the mapping names hours of the system.")
        return aggregation(table.hours)
    if path := options.labor.hours_file(year):
        return dataset.read_cells(path, ("hours",), regions["region"], sectors["sector"])["hours"]
    cells = year, sectors["section"], regions["province"]
    asked = year, sectors["section"], regions
    screening.notes += unmet(options.resource("wages"), "average_wage_yuan", *asked)
    if isinstance(options.labor.weekly_hours, str):
        screening.notes += unmet(options.labor.weekly_hours, "weekly_hours", *asked)
    wages, unconfirmed = yearbook_figures(options.resource("wages"), "average_wage_yuan", *cells)
    weekly, unconfirmed_weekly = weekly_hours(options.labor.weekly_hours, *cells)
    if not isinstance(options.labor.weekly_hours, str):
        screening.notes.append(
            f"Hours a week: {options.labor.weekly_hours:g} in every sector, the config's assumption."
        )
    sections = sorted({*unconfirmed, *unconfirmed_weekly})
    for section in sections:
        found = "read in a published release"
        screening.add(Check.YEARBOOK, "wages", f"section {section}", found, Done.USED_UNCONFIRMED)
    if sections:
        screening.notes.append(
            f'WARNING: yearbook figures with the status "{UNCONFIRMED}" were used for the sections '
            f"{', '.join(sections)}; hours depend on them."
        )
    return hours_from_compensation(compensation * options.money_unit, wages, weekly)


def hours_from_compensation(compensation, wages, weekly):
    """Hours = compensation / average yearly wage x weekly hours x 52; all (m, n*), compensation and wages in yuan."""
    return compensation / wages * weekly * WEEKS


def _read_figures(path, column):
    """{(province, section, year): figure} and {the same: status} of a yearbook table."""
    figures, status = {}, {}
    for row in read_columns(path, ("section", "year", column), ("province", "status")):
        if not cells.is_year(row["year"]):
            raise InputError(f"{path}: section {row['section']}: year is {row['year']!r}; expected {cells.A_YEAR}")
        of_year, text = cells.year(row["year"]), row[column]
        figure = cells.number(text) if cells.is_number(text) else np.nan
        if not figure > 0:
            raise InputError(
                f"{path}: section {row['section']}, year {of_year}: {column} is {text!r}; expected "
                f"{cells.expected_number(text)} above 0"
            )
        key = row["province"], row["section"], of_year
        if key in figures:
            raise InputError(f"{path}: section {row['section']}, year {of_year} occurs more than once; expected one")
        figures[key], status[key] = figure, row["status"]
    return figures, status


def yearbook_figures(path, column, year, sections, provinces):
    """A yearbook figure (m, n*) from a table of `section, year, <column>` and optionally province, status.

    sections: the yearbook section of each sector; provinces: of each region, empty where unknown. A region takes the
    figure of its province where the table has one, else the national one (empty province).
    Returns (figures, unconfirmed): `unconfirmed` are the sections whose status is UNCONFIRMED.
    Raises InputError where a section has no figure for the year, or one that is not above 0.
    """
    figures, status = _read_figures(path, column)
    found, unconfirmed = np.empty((len(provinces), len(sections))), set()
    for c, province in enumerate(provinces):
        for i, section in enumerate(sections):
            key = (province, section, year) if (province, section, year) in figures else ("", section, year)
            if key not in figures:
                raise InputError(
                    f"{path}: no {column} for section {section} in {year}; expected one row per section and year, or "
                    "hours given directly (import.labor.hours)"
                )
            found[c, i] = figures[key]
            if status[key] == UNCONFIRMED:
                unconfirmed.add(section)
    return found, sorted(unconfirmed)


def unmet(path, column, year, sections, regions):
    """Notes on what met nothing between a yearbook table and the regions and sectors, where it has provinces.

    sections: of the sectors; regions: columns of the labels. The national figure stands where a province's is missing.
    """
    figures = _read_figures(path, column)[0]
    of_year = {}
    for province, section, of in figures:
        if of == year:
            of_year.setdefault(province, set()).add(section)
    notes = []
    if unused := sorted({section for known in of_year.values() for section in known} - set(sections)):
        notes.append(f"{path}: the sections {', '.join(unused)} of {year} are those of no sector.")
    provinces = {province for province, _, _ in figures} - {""}
    if not provinces:
        return notes
    asked = dict(zip(regions["region"], regions["province"], strict=True))
    lacking = [
        f"{region} ({province or 'no province in the labels'})"
        for region, province in asked.items()
        if province not in provinces
    ]
    if lacking:
        notes.append(
            f"WARNING: {path} has provinces, and none of the regions {_some(lacking)}: the national {column} was used."
        )
    if alone := sorted(provinces - set(asked.values())):
        alike = [
            f"{name} may be {other}"
            for name in alone
            for other in dict.fromkeys(asked.values())
            if other and other not in provinces and (name.startswith(other) or other.startswith(name))
        ]
        hint = f"; {_some(alike)}" if alike else ""
        notes.append(f"WARNING: {path}: the provinces {_some(alone)} match no region{hint}.")
    for province in dict.fromkeys(asked.values()):
        if province in provinces and (missing := sorted({*sections} - of_year.get(province, set()))):
            notes.append(
                f"WARNING: {path}: {province} has no {column} of {year} for the sections {_some(missing)}: the "
                "national one was used."
            )
    return notes


def _some(names):
    return ", ".join(names[:SHOWN]) + f" and {len(names) - SHOWN} more" * (len(names) > SHOWN)


def weekly_hours(given, year, sections, provinces):
    """(weekly hours (m, n*), unconfirmed sections); given: a number, or a table of `section, year, weekly_hours`."""
    if isinstance(given, (int, float)):
        return np.full((len(provinces), len(sections)), float(given)), []
    found, unconfirmed = yearbook_figures(given, "weekly_hours", year, sections, provinces)
    if found.max() > HOURS_IN_A_WEEK:
        section = sections[int(found.max(axis=0).argmax())]
        raise InputError(
            f"{given}: {year}: weekly_hours is {found.max():g} in section {section}; expected at most {HOURS_IN_A_WEEK}"
        )
    return found, unconfirmed
