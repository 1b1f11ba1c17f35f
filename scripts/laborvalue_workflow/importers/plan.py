"""What an import will read and write, known before a table is read: years, regions, sectors, files, settings.

Only small text files (labels, sector lists, concordance, mapping) are read, with the standard library alone, since
the workflow is planned with it. The functions take the config's section `import` as it is.
"""

import json
import os
from collections.abc import Mapping
from filecmp import cmp
from itertools import combinations
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data.files import regular
from laborvalue_workflow.data.planned import PlannedDataset
from laborvalue_workflow.data.table_support import not_estimable
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.coordinates import coordinates_of
from laborvalue_workflow.importers.options import Trade
from laborvalue_workflow.importers.textfiles import few
from laborvalue_workflow.importers.yearbook import refuse_missing_figures

WRITTEN = ("flows.npy", "final_demand.parquet", "primary_inputs.parquet", "labor.parquet")
LABELS = ("title", "source", "licence", "synthetic")  # written to dataset.yaml, not computed with
TRADE = ("trade", "gravity")
SHOWN = 5  # regions in a message
PLACES = {  # what a year's place in import.tables is: for one without it, where it does not exist
    "file": ("the year's table", "file; expected the downloaded table"),
    "folder": ("the folder with one workbook per region", "folder; expected the downloaded workbooks in it"),
}


def describe(section, folder):
    """The PlannedDataset that an import will write into `folder`.

    Raises InputError for whatever can be seen to be wrong before a table is read: missing files, years out of
    order, labels, sector lists that differ.
    """
    context = ImportContext.from_config(section)
    options = context.options
    _check(options, context.reader)
    tables = {year: {Path(name).stem: f"{folder}/{year}/{name}" for name in WRITTEN} for year in options.years}
    sectors, regions = context.sectors, context.regions
    if context.reader.chinese:  # the hours of other tables may be their own
        refuse_missing_figures(context)
    _check_units(options, context.reader, regions["region"])
    if options.trade == Trade.GRAVITY:
        coordinates_of(options.resource("coordinates"), regions["region"])
    _refuse_one_for_two_years(options, context.reader)
    of_years = [path for year in options.years for path in year_inputs(section, year)]
    for path in filter(os.path.exists, (*small_inputs(section), *of_years)):  # the reader says what is not there
        regular(path)
    return PlannedDataset(
        years=options.years,
        sectors=sectors["sector"],
        regions=regions["region"],
        tables=tables,
        lacking=not_estimable(options.years, regions["telephones_1984"]),
    )


def _check(options, reader):
    if not options.tables:
        raise InputError("config: import.tables is empty; expected one {year: YEAR, file: PATH} per year")
    years = options.years
    if years != sorted(set(years)):
        raise InputError(f"config: import.tables has the years {years}; expected different years in rising order")
    place, (other,) = reader.place, {*PLACES} - {reader.place}
    wanted, absent = PLACES[place]
    wrong = [table.year for table in options.tables if not getattr(table, place) or getattr(table, other)]
    if wrong:
        raise InputError(
            f"config: import.tables: {', '.join(map(str, wrong))}: kind {reader.kind} needs {{year: {wrong[0]}, "
            f"{place}: PATH}} without {other}: {wanted}"
        )
    for table in options.tables:
        path = Path(table.path)
        where = f"config: import.tables: {path} ({table.year})"
        if not path.exists():
            raise InputError(f"{where}: no such {absent}")
        if place == "folder" and not path.is_dir():
            raise InputError(f"{where}: a file; expected the folder it is in")
        if place == "file" and path.is_dir() and not reader.may_be_folder:
            raise InputError(f"{where}: a folder; expected the table in it")
    if options.accounts and "accounts" not in reader.takes:
        raise InputError(f"config: import.accounts is {options.accounts}; kind {reader.kind} reads none: set null")
    if options.accounts and not Path(options.accounts).is_file():
        raise InputError(f"config: import.accounts: {options.accounts}: no such file; expected the downloaded workbook")
    if not options.money_unit:
        raise InputError(
            "config: import.money_unit is null; expected the currency units per 1 in the files, e.g. 1000000 for "
            "million yuan; the files do not say it, so it must be declared"
        )
    reader.check(options)
    if options.trade == Trade.GRAVITY and "trade" not in reader.takes:
        raise InputError(
            f"config: import.trade is {options.trade}, but tables of kind {reader.kind} are not of single regions; "
            f"expected {Trade.NONE}: their trade is in the tables"
        )
    for key, nothing in (("codes", "null"), ("leave_out", "[]")):
        if getattr(options, key) and key not in reader.takes:
            raise InputError(
                f"config: import.{key} is for kind single_region; kind {reader.kind} does not read it: set {nothing}"
            )
    for key in reader.needs:
        if not getattr(options, key):
            raise InputError(f"config: import.{key} is null; kind {reader.kind} needs the path of a file")


def _check_units(options, reader, regions):
    """Units by region are for workbooks of single regions, and their keys are regions."""
    by_region = {table.year: table.money_unit for table in options.tables if isinstance(table.money_unit, Mapping)}
    for year, units in by_region.items():
        where = f"config: import.tables: {year}: money_unit"
        if reader.place != "folder":
            raise InputError(f"{where} is {dict(units)}; kind {reader.kind} has one table a year: expected one number")
        if unknown := [region for region in units if region not in regions]:
            raise InputError(
                f"{where} names {few(unknown, SHOWN)}, no region; expected keys of the regions, {few(regions, SHOWN)} "
                "(in quotes where YAML would read a number)"
            )


def _refuse_one_for_two_years(options, reader):
    """Raise InputError where two years have the same tables, by name or by content, or the same hours."""
    if (
        options.labor
        and options.labor.hours
        and len({*map(options.labor.hours_file, options.years)}) < len(options.years)
    ):
        raise InputError(
            f"config: import.labor.hours is {options.labor.hours} for {', '.join(map(str, options.years))}: the same "
            "hours in every year; expected {year} in the path and a file for each"
        )
    for one, other in combinations(options.tables, 2):
        paths, others = reader.year_files(one.path), reader.year_files(other.path)
        if one.sheet == other.sheet and len(paths) == len(others) and all(map(_alike, paths, others)):
            raise InputError(
                f"config: import.tables: {one.path} ({one.year}) and {other.path} ({other.year}) have the same "
                "content; expected each year's own table"
            )


def _alike(one, other):
    return Path(one).is_file() and Path(other).is_file() and cmp(one, other, shallow=False)


def refuse_scope(section, scope):
    """Raise InputError where `values.scope` needs trade between regions that the tables do not have."""
    if reason := reading_limit(section, "values.scope", scope):
        raise InputError(f"config: {reason}")


def reading_limit(section, choice, value):
    """Why imported tables cannot take an alternative of an open choice; None where their kind does not tell."""
    context = ImportContext.from_config(section)
    return context.reader.limit(context.options, choice, value)


def small_inputs(section):
    """The paths of the small files that decide what an import writes."""
    context = ImportContext.from_config(section)
    options = context.options
    paths = [options.labels, options.mapping, options.concordance]
    if options.trade == Trade.GRAVITY:
        paths.append(options.resource("coordinates"))
    if context.reader.chinese:
        paths += [options.resource(key) for key in ("sectors", "sector_lists", "national_output")]
        paths += context.wage_files
    paths += context.reader.small_files(options)
    return [path for path in (*paths, options.labor.weekly_hours_file) if path]


def described_tables(section):
    """The tables that the dataset's description reads."""
    context = ImportContext.from_config(section)
    return context.reader.layout_files(context.options)


def year_settings(section, year):
    """What the import of one year reads of the settings, as canonical JSON: no text for readers, no other year's."""
    read = {key: value for key, value in section.items() if key not in (*LABELS, *TRADE)} | _trade(section)
    read["tables"] = [table for table in section["tables"] if table["year"] == year]
    return json.dumps({"import": read}, sort_keys=True)


def description_settings(section):
    """What the dataset's description reads of the settings, as canonical JSON."""
    keys = (
        "kind",
        "tables",
        "money_unit",
        "labels",
        "mapping",
        "sectors",
        "sector_lists",
        "concordance",
        "currency",
        "leave_out",
        "labor",
        *LABELS,
    )
    read = {key: section[key] for key in keys} | _trade(section)
    read |= {name: section["faults"][name] for name in ("imbalance", "unit", "no_labor")}
    return json.dumps({"import": read}, sort_keys=True)


def _trade(section):
    """The settings of trade, which nothing reads where none is estimated."""
    return {key: section[key] for key in TRADE if section["trade"] == Trade.GRAVITY}


def year_inputs(section, year):
    """The files of one year: its table or those of its regions, and its hours where they are given directly."""
    context = ImportContext.from_config(section)
    options = context.options
    paths = context.reader.year_files(options.table_of(year).path)
    return paths + [path for path in (options.labor.hours_file(year), options.accounts) if path]
