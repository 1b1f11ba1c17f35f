"""Description, regions and sectors of a dataset, and where its tables are: read while the workflow is planned."""

import csv
import re
from pathlib import Path

from laborvalue import cells
from laborvalue.errors import InputError
from shared import yamlfiles

FILE_NAME = re.compile(r"[^\W_][\w.-]*")


def read_description(path):
    """dataset.yaml as a dict with title, source, licence, synthetic, currency, money_unit, years."""
    written = yamlfiles.read(path, "; a dataset folder needs a dataset.yaml")
    description = yamlfiles.resolved(written)
    kinds = {
        "title": (str, "a text"),
        "source": (str, "a text"),
        "licence": (str, "a text"),
        "synthetic": (bool, "true or false"),
        "currency": (str, "a text"),
        "money_unit": ((int, float), "the currency units per 1 in the files, e.g. 10000"),
        "years": (list, "a list of years, e.g. [2012, 2015, 2017]"),
    }
    if not isinstance(description, dict):
        raise InputError(f"{path}: expected the keys {', '.join(kinds)}")
    for key, (kind, expected) in kinds.items():
        found = description.get(key)
        if kind is str and found is not None and isinstance(written[key], str):  # 2012 or NO may be a title
            found = str(written[key])
        elif kind is bool:
            found = yamlfiles.flag(found)
        description[key] = found
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise InputError(f"{path}: {key} is {found!r}; expected {expected}")
    if description["money_unit"] <= 0:
        raise InputError(f"{path}: money_unit is {description['money_unit']}; expected a number above 0")
    years = description["years"] = [cells.year(y) if cells.is_year(y) else y for y in description["years"]]
    if not years or not all(type(year) is int for year in years) or years != sorted(set(years)):
        raise InputError(f"{path}: years is {years}; expected different years in rising order")
    return description


def read_regions(path):
    """regions.csv as columns: region, name, telephones_1984 (float, None where empty)."""
    columns = _read_keys(path, "region", ("name", "telephones_1984"))
    for region in columns["region"]:
        if not FILE_NAME.fullmatch(region):
            raise InputError(
                f"{path}: region {region!r} cannot name a file; expected letters, digits, '.', '-' or '_', "
                "beginning with a letter or digit"
            )
    columns["telephones_1984"] = [
        _finite_number(path, region, "telephones_1984", text) if text else None
        for region, text in zip(columns["region"], columns["telephones_1984"], strict=True)
    ]
    return columns


def read_sectors(path):
    """sectors.csv as columns: sector, name, productive (bool), digital, service_life (years)."""
    columns = _read_keys(path, "sector", ("name", "productive", "digital", "service_life"))
    flags = {"true": True, "false": False}
    for sector, productive, digital in zip(columns["sector"], columns["productive"], columns["digital"], strict=True):
        if productive.lower() not in flags:
            raise InputError(f"{path}: sector {sector}: productive is {productive!r}; expected true or false")
        if digital not in ("device", "service", ""):
            raise InputError(f"{path}: sector {sector}: digital is {digital!r}; expected device, service or empty")
    columns["productive"] = [flags[text.lower()] for text in columns["productive"]]
    columns["service_life"] = [
        _finite_number(path, sector, "service_life", text)
        for sector, text in zip(columns["sector"], columns["service_life"], strict=True)
    ]
    for sector, life in zip(columns["sector"], columns["service_life"], strict=True):
        if life <= 0:
            raise InputError(f"{path}: sector {sector}: service_life is {life}; expected years above 0")
    for kind in ("device", "service"):
        found = [s for s, d in zip(columns["sector"], columns["digital"], strict=True) if d == kind]
        if len(found) != 1:
            raise InputError(
                f"{path}: digital {kind} is set for {', '.join(found) or 'no sector'}; expected exactly one sector"
            )
    if not any(columns["productive"]):
        raise InputError(f"{path}: no sector is productive; expected productive = true in at least one")
    return columns


def find_table(folder, stem):
    """The path of `stem`.parquet or `stem`.csv in `folder`; None where neither exists.

    Raises InputError where both exist, since nothing says which one counts.
    """
    found = [path for ending in (".parquet", ".csv") if (path := Path(folder, stem + ending)).exists()]
    if len(found) > 1:
        raise InputError(f"{found[0]} and {found[1]} both exist; keep the one that counts")
    return str(found[0]) if found else None


def find_flows(folder):
    """The path of flows.npy, flows.parquet or flows.csv in a year's folder, None where there is none."""
    table, array = find_table(folder, "flows"), Path(folder, "flows.npy")
    if table and array.exists():
        raise InputError(f"{array} and {table} both exist; keep the one that counts")
    return str(array) if array.exists() else table


def _read_keys(path, key, others):
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = [{name: (text or "").strip() for name, text in row.items() if name} for row in reader]
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save the table as UTF-8") from None
    for name in (key, *others):
        if name not in (reader.fieldnames or ()):
            raise InputError(f"{path}: no column {name}; found {', '.join(reader.fieldnames or ['nothing'])}")
    keys = [row[key] for row in rows]
    if not keys:
        raise InputError(f"{path}: no rows; expected one per {key}")
    if "" in keys:
        raise InputError(f"{path}: row {keys.index('') + 2} has no {key}; every row needs its own key")
    for name in keys:
        if keys.count(name) > 1:
            raise InputError(f"{path}: {key} {name!r} occurs {keys.count(name)} times; expected each key once")
    return {name: [row[name] for row in rows] for name in (key, *others)}


def _finite_number(path, key, column, text):
    if not cells.is_number(text):
        raise InputError(f"{path}: {key}: {column} is {text!r}; expected {cells.expected_number(text)}")
    return cells.number(text)
