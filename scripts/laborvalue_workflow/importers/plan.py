"""What an import will read and write, known before a table is read: years, regions, sectors, files, settings.

Only small text files (labels, sector lists, concordance, mapping) are read, with the standard library alone, since
the workflow is planned with it. The functions take the config's section `import` as it is.
"""

import json
import os
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data.table_support import not_estimable
from laborvalue_workflow.importers.coordinates import coordinates_of
from laborvalue_workflow.importers.options import PROVINCES, ImportOptions, Kind, Trade
from laborvalue_workflow.importers.region_files import workbooks
from laborvalue_workflow.importers.regions import regions_of
from laborvalue_workflow.importers.sectors import sectors_of
from laborvalue_workflow.importers.yearbook import refuse_missing_figures

WRITTEN = ("flows.npy", "final_demand.parquet", "primary_inputs.parquet", "labor.parquet")
LABELS = ("title", "source", "licence", "currency", "synthetic")  # written to dataset.yaml, not computed with
TRADE = ("trade", "gravity")
NEEDED_USES = {
    "the wage basket": ("rural_households", "urban_households", "households"),
    "the mix of capital goods": ("fixed_capital_formation",),
}
NEEDED_FILES = {Kind.CEADS_CITY: "labels", Kind.CEADS_PROVINCE: "labels", Kind.PYMRIO: "mapping"}


def describe(section, folder):
    """What an import will write into `folder`: years, region keys, number of sectors, files; and missing variables.

    Raises InputError for whatever can be seen to be wrong before a table is read: missing files, years out of
    order, labels, sector lists that differ.
    """
    options = ImportOptions.from_config(section)
    _check(options)
    tables = {year: {Path(name).stem: f"{folder}/{year}/{name}" for name in WRITTEN} for year in options.years}
    sectors = sectors_of(options)
    regions = regions_of(options)
    if options.kind != Kind.PYMRIO:  # whose hours may be the system's own
        refuse_missing_figures(options, sectors, regions["province"])
    if options.trade == Trade.GRAVITY:
        coordinates_of(options, regions["region"])
    return {
        "years": options.years,
        "sectors": len(sectors["sector"]),
        "sector_keys": sectors["sector"],
        "regions": regions["region"],
        "tables": tables,
        "lacking": not_estimable(options.years, regions["telephones_1984"]),
    }


def _check(options):
    if not options.tables:
        raise InputError("config: import.tables is empty; expected one {year: YEAR, file: PATH} per year")
    years = options.years
    if years != sorted(set(years)):
        raise InputError(f"config: import.tables has the years {years}; expected different years in rising order")
    of_regions = options.kind == Kind.SINGLE_REGION
    wanted, other = ("folder", "file") if of_regions else ("file", "folder")
    wrong = [table.year for table in options.tables if not getattr(table, wanted) or getattr(table, other)]
    if wrong:
        raise InputError(
            f"config: import.tables: {', '.join(map(str, wrong))}: kind {options.kind} needs {{year: {wrong[0]}, "
            f"{wanted}: PATH}} without {other}: "
            + ("the folder with one workbook per region" if of_regions else "the year's table")
        )
    for table in options.tables:
        path = Path(table.path)
        if not path.exists():
            what = (
                "folder; expected the downloaded workbooks in it"
                if of_regions
                else "file; expected the downloaded table"
            )
            raise InputError(f"config: import.tables: {path} ({table.year}): no such {what}")
        if of_regions and not path.is_dir():
            raise InputError(f"config: import.tables: {path} ({table.year}): a file; expected the folder it is in")
        if path.is_dir() and options.kind not in (Kind.PYMRIO, Kind.SINGLE_REGION):
            raise InputError(f"config: import.tables: {path} ({table.year}): a folder; expected the table in it")
    if options.accounts and options.kind != Kind.PYMRIO:
        raise InputError(f"config: import.accounts is {options.accounts}; kind {options.kind} reads none: set null")
    if options.accounts and not Path(options.accounts).is_file():
        raise InputError(f"config: import.accounts: {options.accounts}: no such file; expected the downloaded workbook")
    if not options.money_unit:
        raise InputError(
            "config: import.money_unit is null; expected the currency units per 1 in the files, e.g. 1000000 for "
            "million yuan; the files do not say it, so it must be declared"
        )
    if options.kind == Kind.CEADS_CITY:
        for purpose, uses in NEEDED_USES.items():
            if not {*uses} & {*options.final_demand_order}:
                raise InputError(f"config: import.final_demand_order has no {' or '.join(uses)}; it gives {purpose}")
    if options.trade == Trade.GRAVITY and options.kind != Kind.SINGLE_REGION:
        raise InputError(
            f"config: import.trade is {options.trade}, but tables of kind {options.kind} are not of single regions; "
            f"expected {Trade.NONE}: their trade is in the tables"
        )
    needed = NEEDED_FILES.get(options.kind)
    if needed and not getattr(options, needed):
        raise InputError(f"config: import.{needed} is null; kind {options.kind} needs the path of a file")


def refuse_scope(section, scope):
    """Raise InputError where `values.scope` needs trade between regions that the tables do not have."""
    options = ImportOptions.from_config(section)
    if options.kind == Kind.SINGLE_REGION and options.trade == Trade.NONE and scope != "own":
        raise InputError(
            f"config: values.scope is {scope}, but tables of single regions do not say which region supplies which "
            f"(import.trade: {Trade.NONE}); set values.scope to own, or import.trade to {Trade.GRAVITY}"
        )


def reading_limit(section, choice, value):
    """Why imported tables cannot take an alternative of an open choice; None where their kind does not tell."""
    if choice == "values.scope":
        try:
            refuse_scope(section, value)
        except InputError as error:
            return str(error).removeprefix("config: ")
    if choice == "values.imports" and value == "spread_imports" and section["kind"] == Kind.SINGLE_REGION:
        return "the tables have no import row, so it is the same as domestic_only"
    return None


def small_inputs(section):
    """The paths of the small files that decide what an import writes."""
    options = ImportOptions.from_config(section)
    paths = [options.labels, options.mapping, options.concordance]
    if options.trade == Trade.GRAVITY:
        paths.append(options.resource("coordinates"))
    if options.kind != Kind.PYMRIO:
        paths += [options.resource(key) for key in ("sectors", "sector_lists", "national_output")]
        paths += options.wage_files
    if options.kind == Kind.SINGLE_REGION and not options.labels:
        paths.append(os.path.relpath(PROVINCES))
    return [path for path in (*paths, options.labor.weekly_hours_file) if path]


def described_tables(section):
    """The tables that the dataset's description reads: a column of national ones says whether rows hold imports."""
    options = ImportOptions.from_config(section)
    return [table.file for table in options.tables] if options.kind == Kind.NBS else []


def year_settings(section, year):
    """What the import of one year reads of the settings, as canonical JSON: no text for readers, no other year's."""
    read = {key: value for key, value in section.items() if key not in (*LABELS, *TRADE)} | _trade(section)
    if section["kind"] == Kind.PYMRIO:
        read["currency"] = section["currency"]  # compared with the units that the system states
    read["tables"] = [table for table in section["tables"] if table["year"] == year]
    return json.dumps({"import": read}, sort_keys=True)


def description_settings(section):
    """What the dataset's description reads of the settings, as canonical JSON."""
    keys = ("kind", "tables", "money_unit", "labels", "mapping", "sectors", "sector_lists", "concordance", *LABELS)
    read = {key: section[key] for key in keys} | {"imbalance": section["faults"]["imbalance"]} | _trade(section)
    return json.dumps({"import": read}, sort_keys=True)


def _trade(section):
    """The settings of trade, which nothing reads where none is estimated."""
    return {key: section[key] for key in TRADE if section["trade"] == Trade.GRAVITY}


def year_inputs(section, year):
    """The files of one year: its table or those of its regions, and its hours where they are given directly."""
    options = ImportOptions.from_config(section)
    path = options.table_of(year).path
    if options.kind == Kind.SINGLE_REGION:
        paths = [str(workbook) for workbook in workbooks(path)]
    else:
        paths = _saved_system(Path(path)) if Path(path).is_dir() else [path]
    hours = options.labor.hours_file(year)
    return paths + [path for path in (hours, options.accounts) if path]


def _saved_system(folder):
    """What is read of a system that pymrio saved: its description, Z, Y, the units and the extensions."""
    read = [*folder.glob("[ZY].*"), *folder.glob("unit.*"), *folder.glob("*/*")]
    return [f"{folder}/file_parameters.json", *sorted(str(path) for path in read if path.is_file())]
