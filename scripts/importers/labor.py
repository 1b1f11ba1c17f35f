"""Hours of living labour from compensation, average wages and weekly hours (method 5.3)."""

import numpy as np

from importers import plan
from laborvalue.errors import InputError

WEEKS = 52
HOURS_OF_A_WEEK = 168


def hours_from_compensation(compensation, wages, weekly_hours):
    """Hours = compensation / average yearly wage x weekly hours x 52; all (m, n*), compensation and wages in yuan."""
    return compensation / wages * weekly_hours * WEEKS


def by_section(path, column, year, sections, provinces):
    """A yearbook figure (m, n*) from a table of `section, year, <column>` and optionally province, status.

    sections: the yearbook section of each sector; provinces: of each region, empty where not told. A region
    takes the figure of its province where the table has one, else the national one (empty province).
    Returns (figures, unchecked): `unchecked` are the sections whose status is "to check".
    Raises InputError where a section has no figure for the year, or one that is not above 0.
    """
    figures, status = {}, {}
    for row in plan.read_columns(path, ("section", "year", column), ("province", "status")):
        try:
            of_year, number = int(row["year"]), float(row[column])
        except ValueError:
            of_year, number = row["year"], float("nan")
        if not 0 < number < np.inf:
            raise InputError(
                f"{path}: section {row['section']}, year {of_year}: {column} is {row[column]!r}; expected a number "
                "above 0"
            )
        key = row["province"], row["section"], of_year
        if key in figures:
            raise InputError(f"{path}: section {row['section']}, year {of_year} occurs more than once; expected one")
        figures[key], status[key] = number, row["status"]
    found, unchecked = np.empty((len(provinces), len(sections))), []
    for c, province in enumerate(provinces):
        for i, section in enumerate(sections):
            key = (province, section, year) if (province, section, year) in figures else ("", section, year)
            if key not in figures:
                raise InputError(
                    f"{path}: no {column} for section {section} in {year}; expected one row per section and year, or "
                    "hours given directly (import.labor.hours)"
                )
            found[c, i] = figures[key]
            if status[key] == "to check":
                unchecked.append(section)
    return found, sorted(set(unchecked))


def weekly(told, year, sections, provinces):
    """Weekly hours (m, n*): one number from the config, or a table of `section, year, weekly_hours`."""
    if isinstance(told, (int, float)):
        return np.full((len(provinces), len(sections)), float(told)), []
    found, unchecked = by_section(told, "weekly_hours", year, sections, provinces)
    if found.max() > HOURS_OF_A_WEEK:
        raise InputError(
            f"{told}: {year}: weekly_hours is {found.max():g} in section {sections[int(found.max(axis=0).argmax())]}; "
            f"expected at most {HOURS_OF_A_WEEK}"
        )
    return found, unchecked
