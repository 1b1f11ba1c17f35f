"""Hours of living labor: the table's own, the user's, or from compensation, wages and weekly hours (method 5.3)."""

from pathlib import Path

import numpy as np

from laborvalue.cells import refuse_near_misses
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.importers.textfiles import few
from laborvalue_workflow.importers.yearbook import (
    CENSUS_YEAR,
    WAGE,
    WEEKLY,
    figure_of,
    read_figures,
    refuse_missing_figures,
)
from laborvalue_workflow.screening import plausibility
from laborvalue_workflow.screening.faults import Axes
from laborvalue_workflow.screening.findings import Check, Done, Note, warning

WEEKS = 52
HOURS_IN_A_WEEK = 168
SHOWN = 10  # names in a note
UNCONFIRMED = "to check"  # status of a yearbook figure that was read in a published release only


def hours_of_year(context, year, table, compensation, aggregation, screening):
    """Hours (m, n*) of the dataset's sectors, NaN where none are known.

    compensation (m, n*): in the file's money unit.
    """
    options, regions, sectors = context.options, context.regions, context.sectors
    if table.hours is not None:
        if options.labor.hours:
            screening.notes.append(warning("import.labor.hours is not used: the mapping names hours of the system."))
        return aggregation(table.hours)
    if path := options.labor.hours_file(year):
        return dataset.read_cells(path, ("hours",), *context.keys)["hours"]
    refuse_missing_figures(context)
    cells = year, sectors["section"], regions["province"]
    asked = year, sectors["section"], regions
    screening.notes += unmet(context.wage_files[0], WAGE, *asked)
    screening.notes += origins(context.wage_files, WAGE, *cells)
    wages, unconfirmed = yearbook_figures(context.wage_files, WAGE, *cells)
    source = " and ".join(Path(path).name for path in context.wage_files)
    plausibility.check(screening, plausibility.WAGE, wages, f"{source}: the average wage is", Axes.CELL)
    weekly, unconfirmed_weekly, notes = weekly_hours(options.labor, year, sectors["section"], regions)
    screening.notes += notes
    source = Path(options.labor.weekly_hours_file or "import.labor").name
    plausibility.check(screening, plausibility.WEEK, weekly, f"{source}: weekly_hours is", Axes.CELL)
    sections = sorted({*unconfirmed, *unconfirmed_weekly})
    for section in sections:
        status = "read in a published release"
        screening.add(Check.YEARBOOK, "wages", f"section {section}", status, Done.USED_UNCONFIRMED)
    if sections:
        screening.notes.append(
            warning(
                f'yearbook figures with the status "{UNCONFIRMED}" were used for the sections '
                f"{', '.join(sections)}; hours depend on them."
            )
        )
    return hours_from_compensation(compensation * options.money_unit, wages, weekly)


def hours_from_compensation(compensation, wages, weekly):
    """Hours = compensation / average yearly wage x weekly hours x 52; all (m, n*), compensation and wages in yuan."""
    return compensation / wages * weekly * WEEKS


def yearbook_figures(paths, column, year, sections, provinces):
    """A yearbook figure (m, n*) from tables of `section, year, <column>` and optionally province, status.

    paths: the first table that has the figure counts. sections: the yearbook section of each sector; provinces: of each
    region, empty where unknown. A region takes the figure of its province where a table has one, else the national one
    (empty province), NaN where there is neither.
    Returns (figures, unconfirmed): `unconfirmed` are the sections whose status is UNCONFIRMED.
    """
    figures = read_figures(paths, column)
    amounts, unconfirmed = np.full((len(provinces), len(sections)), np.nan), set()
    for c, province in enumerate(provinces):
        for i, section in enumerate(sections):
            if figure := figure_of(figures, province, section, year):
                amounts[c, i] = figure.amount
                if figure.status == UNCONFIRMED:
                    unconfirmed.add(section)
    return amounts, sorted(unconfirmed)


def origins(paths, column, year, sections, provinces):
    """A note on which table gave the figures of which sections, where another than the first gave some."""
    figures, by_path = read_figures(paths, column), {path: set() for path in paths}
    for section in sections:
        for province in provinces:
            if figure := figure_of(figures, province, section, year):
                by_path[figure.path].add(section)
    if not any(by_path[path] for path in paths[1:]):
        return []
    given = "; ".join(f"{path}: {', '.join(sorted(which)) or 'none'}" for path, which in by_path.items())
    return [Note(f"{column} of {year} by section: {given}.")]


def unmet(path, column, year, sections, regions):
    """Notes on what met nothing between a yearbook table and the regions and sectors, where it has provinces.

    sections: of the sectors; regions: columns of the labels. The national figure stands where a province's is missing.
    """
    figures = read_figures([path], column)
    by_province = {}
    for province, section, of in figures:
        if of == year:
            by_province.setdefault(province, set()).add(section)
    notes = []
    used = set().union(*by_province.values())
    refuse_near_misses(path, "section", used, sections)
    if unused := sorted(used - set(sections)):
        notes.append(Note(f"{path}: the sections {', '.join(unused)} of {year} are those of no sector."))
    provinces = {province for province, _, _ in figures} - {""}
    if not provinces:
        return notes
    asked = dict(zip(regions["region"], regions["province"], strict=True))
    refuse_near_misses(path, "province", provinces, [*filter(None, asked.values())])
    lacking = [
        f"{region} ({province or 'no province in the labels'})"
        for region, province in asked.items()
        if province not in provinces
    ]
    if lacking:
        notes.append(
            warning(
                f"{path} has provinces, and none of the regions {few(lacking, SHOWN)}: the national {column} was used."
            )
        )
    if alone := sorted(provinces - set(asked.values())):
        alike = [
            f"{name} may be {other}"
            for name in alone
            for other in dict.fromkeys(asked.values())
            if other and other not in provinces and (name.startswith(other) or other.startswith(name))
        ]
        hint = f"; {few(alike, SHOWN)}" if alike else ""
        notes.append(warning(f"{path}: the provinces {few(alone, SHOWN)} match no region{hint}."))
    for province in dict.fromkeys(asked.values()):
        if province in provinces and (missing := sorted({*sections} - by_province.get(province, set()))):
            notes.append(
                warning(
                    f"{path}: {province} has no {column} of {year} for the sections {few(missing, SHOWN)}: the "
                    "national one was used."
                )
            )
    return notes


def weekly_hours(labor, year, sections, regions):
    """(weekly hours (m, n*), unconfirmed sections, notes) by the LaborOptions: a constant, a table, or a named one.

    The named one is of one year, CENSUS_YEAR, and counts for every year; a section that it lacks is NaN.
    """
    provinces, path = regions["province"], labor.weekly_hours_file
    if path is None:
        weekly = np.full((len(provinces), len(sections)), float(labor.weekly_hours))
        return weekly, [], [Note(f"Hours a week: {labor.weekly_hours:g} in every sector, the config's assumption.")]
    if path == labor.weekly_hours:
        notes = unmet(path, WEEKLY, year, sections, regions)
    else:
        year = CENSUS_YEAR
        notes = [
            Note(
                f"Hours a week by section: {labor.weekly_hours}, population census of {CENSUS_YEAR}, persons employed "
                f"in towns ({path}); the same in every year and region."
            )
        ]
    weekly, unconfirmed = yearbook_figures([path], WEEKLY, year, sections, provinces)
    if lacking := sorted({section for section, hours in zip(sections, weekly[0], strict=True) if np.isnan(hours)}):
        notes.append(
            warning(
                f"{path} has no hours of the sections {', '.join(lacking)}: the hours of their sectors, none of "
                "them productive, are left out."
            )
        )
    if np.nanmax(weekly) > HOURS_IN_A_WEEK:
        section = sections[int(np.nanmax(weekly, axis=0).argmax())]
        raise InputError(
            f"{path}: {year}: weekly_hours is {np.nanmax(weekly):g} in section {section}; expected at most "
            f"{HOURS_IN_A_WEEK}"
        )
    return weekly, unconfirmed, notes
