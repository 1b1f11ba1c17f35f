"""The config's section `import` as typed options; field names are the keys of the config."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.screening.policies import FaultPolicies, Policy

RESOURCES = Path(__file__).parents[3] / "resources/china"
OWN_RESOURCES = {  # what a key of the config stands for where it is null
    "sectors": RESOURCES / "sectors.csv",
    "sector_lists": RESOURCES / "sector_lists.csv",
    "national_output": RESOURCES / "gross_output.csv",
    "wages": RESOURCES / "average_wage.csv",
    "coordinates": RESOURCES / "provinces.csv",
}
LISTS = ((2017, "2017"), (2012, "2012"), (0, "2007"))  # Chinese sector lists: from which year on, the latest first
PROVINCES = RESOURCES / "provinces.csv"
NAMED_HOURS = {"census_2010": RESOURCES / "weekly_hours.csv"}  # weekly hours that have a name in the config


def path_of_year(key, pattern, year):
    """A path of the config with the year in the place of each {year}; InputError for whatever else is in braces."""
    for field in re.findall(r"\{[^{}]*\}?|\}", pattern):
        if field != "{year}":
            raise InputError(f"config: {key} is {pattern!r}, with {field[:40]}; expected a path with {{year}} in it")
    return pattern.replace("{year}", str(year))


class Trade(StrEnum):
    """How the trade between single regions is found."""

    NONE = "none"
    GRAVITY = "gravity"


@dataclass(frozen=True)
class PublishedFile:
    """One year's file, or its folder of one workbook per region; `list` names its sector list, `sheet` its sheet."""

    year: int
    file: str | None = None
    list: str | None = None
    sheet: str | None = None
    folder: str | None = None
    money_unit: float | Mapping[str, float] | None = None  # one for the table, or by region; None: import.money_unit

    @property
    def path(self):
        """Where the year's tables are: the file or the folder."""
        return self.file or self.folder

    @property
    def sector_list(self):
        """The sector list of the table: the named one, else the Chinese list of its year."""
        return str(self.list or next(listed for since, listed in LISTS if self.year >= since))

    def unit_of(self, region, otherwise):
        """Currency units per 1 in the table of a region; otherwise: where the year has none of its own."""
        by_region = isinstance(self.money_unit, Mapping)
        return (self.money_unit.get(region) if by_region else self.money_unit) or otherwise


@dataclass(frozen=True)
class LaborOptions:
    """How hours are obtained: directly, or from compensation, average wages and weekly hours."""

    hours: str | None
    wages: str | None
    weekly_hours: float | str

    def hours_file(self, year):
        """The path of the year's table of hours; None where hours are computed."""
        return path_of_year("import.labor.hours", self.hours, year) if self.hours else None

    @property
    def weekly_hours_file(self):
        """The path of the table of weekly hours, the project's own where it has a name; None for a constant."""
        if not isinstance(self.weekly_hours, str):
            return None
        named = NAMED_HOURS.get(self.weekly_hours)
        return os.path.relpath(named) if named else self.weekly_hours


@dataclass(frozen=True)
class GravityOptions:
    """The gravity model of trade: decay with distance, distance (km) from which on, csv with the regions' places."""

    beta: float
    d0: float
    coordinates: str | None = None

    @property
    def summary(self):
        """How trade was estimated, in a few words for readers: `trade_estimated` in dataset.yaml."""
        return f"gravity model, beta {self.beta:g}, d0 {self.d0:g} km"


@dataclass(frozen=True)
class ImportOptions:
    """The options of an import. None also stands for what the job at hand does not read."""

    kind: str  # of `readers.READERS`
    tables: tuple[PublishedFile, ...]
    money_unit: float | None = None
    labels: str | None = None
    mapping: str | None = None
    accounts: str | None = None
    sectors: str | None = None
    sector_lists: str | None = None
    concordance: str | None = None
    national_output: str | None = None
    final_demand_order: tuple[str, ...] | None = None
    value_added_order: tuple[str, ...] | None = None
    tolerance: float | None = None
    codes: Mapping[str, str] | None = None
    leave_out: tuple[str, ...] = ()
    trade: Trade = Trade.NONE
    gravity: GravityOptions | None = None
    labor: LaborOptions | None = None
    faults: FaultPolicies | None = None
    imbalance: Policy | None = None  # those of `faults` that the description of the dataset reads
    unit: Policy | None = None
    no_labor: Policy | Mapping[str, Policy] | None = None
    title: str | None = None
    source: str | None = None
    licence: str | None = None
    currency: str | None = None
    synthetic: bool | None = None

    @classmethod
    def from_config(cls, section):
        """The options from the config's section `import`, or the part of it that a job gets."""
        values = dict(section)
        values["trade"] = Trade(values.get("trade", Trade.NONE))
        values["tables"] = tuple(_published(table) for table in values["tables"])
        for key in ("final_demand_order", "value_added_order"):
            if values.get(key) is not None:
                values[key] = tuple(values[key])
        values["leave_out"] = tuple(map(str, values.get("leave_out", ())))
        if values.get("gravity") is not None:
            values["gravity"] = GravityOptions(**values["gravity"])
        if values.get("labor") is not None:
            values["labor"] = LaborOptions(**values["labor"])
        if values.get("faults") is not None:
            values["faults"] = FaultPolicies.from_keys(values["faults"])
            values |= {name: getattr(values["faults"], name) for name in ("imbalance", "unit", "no_labor")}
        return cls(**values)

    @property
    def years(self):
        """The years of the tables, in the config's order."""
        return [table.year for table in self.tables]

    def table_of(self, year):
        """The file of one year."""
        return next(table for table in self.tables if table.year == year)

    def resource(self, key):
        """The path of a small input: the user's, or the project's own where the config has null."""
        section = {"wages": self.labor, "coordinates": self.gravity}.get(key, self)
        return str(getattr(section, key) or os.path.relpath(OWN_RESOURCES[key]))


def _published(table):
    """The PublishedFile of an entry of `tables`; the key of a region is a text, though YAML may read a number."""
    unit = table.get("money_unit")
    by_region = {"money_unit": {str(key): value for key, value in unit.items()}} if isinstance(unit, Mapping) else {}
    return PublishedFile(**table | by_region)
