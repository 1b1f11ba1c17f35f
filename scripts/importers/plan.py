"""What an import will write, known before anything is read: years, regions, sectors and files.

Reads only small text files (labels, sector lists, concordance, mapping) with the standard library, since
the workflow is planned with it.
"""

import csv
import json
import os
from pathlib import Path

import yaml

from laborvalue.errors import InputError
from shared import dataset
from shared.configuration import tables_without_telephones

RESOURCES = Path(__file__).parents[2] / "resources/china"
KINDS = ("ceads_city", "ceads_province", "nbs", "pymrio")
OWN_RESOURCES = {  # what a key of the config means where it is null
    "sectors": RESOURCES / "sectors.csv",
    "sector_lists": RESOURCES / "sector_lists.csv",
    "national_output": RESOURCES / "gross_output.csv",
    "wages": RESOURCES / "average_wage.csv",
}
TABLES = ("flows.npy", "final_demand.parquet", "primary_inputs.parquet", "labor.parquet")
LABELS = ("title", "source", "licence", "currency", "synthetic")  # told in dataset.yaml, computed with nowhere
NEEDED_USES = {
    "the wage basket": ("rural_households", "urban_households", "households"),
    "the mix of capital goods": ("fixed_capital_formation",),
}
NATION = {"region": ["CN"], "name": ["China"], "telephones_1984": [None], "province": [""]}


def resource(settings, key):
    """The path of a small input: the user's, or the project's own where the config has null."""
    section = settings["labor"] if key == "wages" else settings
    return str(section[key] or os.path.relpath(OWN_RESOURCES[key]))


def describe(settings, folder):
    """Years, region keys, number of sectors and files of the dataset an import will write into `folder`, and the
    tables it will not bear.

    settings: the config's section `import`. Raises InputError for whatever can be seen to be wrong before a
    table is read: files that are not there, years out of order, labels, sector lists that differ.
    """
    kind, tables = settings["kind"], settings["tables"]
    if not tables:
        raise InputError("config: import.tables is empty; expected one {year: YEAR, file: PATH} per year")
    years = [table["year"] for table in tables]
    if years != sorted(set(years)):
        raise InputError(f"config: import.tables has the years {years}; expected different years in rising order")
    for table in tables:
        file = Path(table["file"])
        if not file.exists():
            raise InputError(
                f"config: import.tables: {file} ({table['year']}): no such file; expected the downloaded table"
            )
        if file.is_dir() and kind != "pymrio":
            raise InputError(f"config: import.tables: {file} ({table['year']}): a folder; expected the table in it")
    if not settings["money_unit"]:
        raise InputError(
            "config: import.money_unit is null; expected the currency units per 1 in the files, e.g. 1000000 for "
            "million yuan; no file says it, so it must be declared"
        )
    for use, some in NEEDED_USES.items() if kind == "ceads_city" else ():
        if not {*some} & {*settings["final_demand_order"]}:
            raise InputError(f"config: import.final_demand_order has no {' or '.join(some)}; it gives {use}")
    needed = {"ceads_city": "labels", "ceads_province": "labels", "pymrio": "mapping"}.get(kind)
    if needed and not settings[needed]:
        raise InputError(f"config: import.{needed} is null; kind {kind} needs the path of a file")
    tables = {year: {name.split(".")[0]: f"{folder}/{year}/{name}" for name in TABLES} for year in years}
    sectors = len(sector_columns(settings)["sector"])
    known = regions(settings)
    described = {"years": years, "sectors": sectors, "regions": known["region"], "tables": tables}
    return described | {"lacking": tables_without_telephones(known["telephones_1984"])}


def small_inputs(settings):
    """The small files that decide what an import writes, as paths."""
    keys = ["labels", "mapping", "concordance"]
    keys += [] if settings["kind"] == "pymrio" else ["sectors", "sector_lists", "national_output", "wages"]
    found = [resource(settings, key) if key in OWN_RESOURCES else settings[key] for key in keys]
    found += [told for told in (settings["labor"]["weekly_hours"],) if isinstance(told, str)]
    return [path for path in found if path]


def year_settings(settings, year):
    """What the import of one year reads of the settings, as canonical JSON: no labels, no other year's files."""
    read = {key: value for key, value in settings.items() if key not in LABELS}
    read["tables"] = [table for table in settings["tables"] if table["year"] == year]
    return json.dumps({"import": read}, sort_keys=True)


def description_settings(settings):
    """What the dataset's description reads of the settings, as canonical JSON."""
    keys = ("kind", "tables", "money_unit", "labels", "mapping", "sectors", "sector_lists", "concordance", *LABELS)
    return json.dumps({"import": {key: settings[key] for key in keys}}, sort_keys=True)


def year_inputs(settings, year):
    """The files of one year: its table, and its hours where they are given directly."""
    file = next(table["file"] for table in settings["tables"] if table["year"] == year)
    found = _saved_system(Path(file)) if Path(file).is_dir() else [file]
    return found + ([settings["labor"]["hours"].format(year=year)] if settings["labor"]["hours"] else [])


def _saved_system(folder):
    """What is read of a system that pymrio saved: its description, Z, Y and the extensions."""
    read = [*folder.glob("[ZY].*"), *folder.glob("*/*")]
    return [f"{folder}/file_parameters.json", *sorted(str(path) for path in read if path.is_file())]


# Regions ----------------------------------------------------------------------------------------------


def regions(settings):
    """The regions in the files' order as columns: region (key), name, telephones_1984, province."""
    if settings["kind"] == "nbs" and not settings["labels"]:
        return NATION
    if settings["kind"] == "pymrio" and not settings["labels"]:
        return _regions_of_mapping(settings["mapping"])
    return read_labels(settings["labels"])


def read_labels(path):
    """The user's labels (UTF-8 or GBK csv): region, and where given name, telephones_1984, province, in order.

    Raises InputError where a key is missing, occurs twice or cannot name a file: pinyin names, of which five
    occur twice among the 313 regions, are no keys; administrative codes are.
    """
    rows, names = _read_csv(path)
    if "region" not in names:
        raise InputError(f"{path}: no column region; found {', '.join(names) or 'nothing'}; it holds the keys")
    if not rows:
        raise InputError(f"{path}: no rows; expected one per region, in the order of the table")
    keys = [row["region"] for row in rows]
    for number, key in enumerate(keys, start=2):
        if not dataset.FILE_NAME.fullmatch(key):
            raise InputError(
                f"{path}: row {number}: region {key!r} cannot name a file; expected letters, digits, '.', '-' or '_'"
            )
        if keys.count(key) > 1:
            raise InputError(
                f"{path}: region {key!r} occurs {keys.count(key)} times; expected each key once (pinyin names are not "
                "unique: use the administrative code as the key and put the name into the column name)"
            )
    telephones = [row.get("telephones_1984", "") for row in rows]
    for key, text in zip(keys, telephones, strict=True):
        if text and not is_number(text):
            raise InputError(f"{path}: region {key}: telephones_1984 is {text!r}; expected a number or nothing")
    return {
        "region": keys,
        "name": [row.get("name") or row["region"] for row in rows],
        "telephones_1984": [float(text) if text else None for text in telephones],
        "province": [row.get("province", "") for row in rows],
    }


def _regions_of_mapping(path):
    names = read_mapping(path).get("regions")
    if not isinstance(names, list) or not names:
        raise InputError(f"{path}: regions is {names!r}; expected the list of the system's regions, in order")
    names = [str(name) for name in names]
    for name in names:
        if not dataset.FILE_NAME.fullmatch(name) or names.count(name) > 1:
            raise InputError(f"{path}: region {name!r} cannot be a key; expected different names without blanks")
    return {"region": names, "name": names, "telephones_1984": [None] * len(names), "province": [""] * len(names)}


# Sectors ----------------------------------------------------------------------------------------------


def list_of(table):
    """The sector list a year's table follows: the one it names, else the Chinese list of its year."""
    return str(table.get("list") or ("2012" if table["year"] < 2017 else "2017"))


def read_sector_list(path, name):
    """One list of sectors as columns code, name, chinese, sector, in the table's order."""
    rows, names = _read_csv(path)
    _need(path, names, ("list", "code", "name", "chinese", "sector"))
    chosen = [row for row in rows if row["list"] == name]
    if not chosen:
        known = ", ".join(dict.fromkeys(row["list"] for row in rows))
        raise InputError(f"{path}: no sector list {name!r}; found {known}; name one as list in import.tables")
    return {column: [row[column] for row in chosen] for column in ("code", "name", "chinese", "sector")}


def names_of_sectors(path):
    """Name -> sector over all lists, English and Chinese; a name of several sectors tells nothing."""
    rows, names = _read_csv(path)
    _need(path, names, ("name", "chinese", "sector"))
    meanings = {}
    for row in rows:
        for label in (row["name"], row["chinese"]):
            meanings.setdefault(label, set()).add(row["sector"])
    return {label: sectors.pop() for label, sectors in meanings.items() if len(sectors) == 1}


def read_concordance(path):
    """Sector -> the sector it is joined to; a sector that is not named stays itself. {} for None."""
    if path is None:
        return {}
    rows, names = _read_csv(path)
    _need(path, names, ("sector", "joined"))
    joined = {}
    for row in rows:
        if row["sector"] in joined:
            raise InputError(f"{path}: sector {row['sector']!r} occurs more than once; expected one row")
        joined[row["sector"]] = row["joined"]
    return joined


def folding(settings, table):
    """Where each of a table's sectors goes: keys, in the table's order (the concordance applied)."""
    joined = read_concordance(settings["concordance"])
    found = read_sector_list(resource(settings, "sector_lists"), list_of(table))["sector"]
    return [joined.get(sector, sector) for sector in found]


def sector_columns(settings):
    """sectors.csv of the dataset as columns, `section` included: the sectors all years have in common.

    Raises InputError where the years' lists lead to different sectors: codes 22 to 36 mean different sectors
    in the Chinese lists of 2012/2015 and 2017, and only a concordance makes them one panel.
    """
    if settings["kind"] == "pymrio":
        return sectors_of_mapping(settings["mapping"])
    path = resource(settings, "sectors")
    dataset.read_sectors(path)  # what a run will ask of it is asked before the tables are read
    known = _read_csv(path)[0]
    of_year = {table["year"]: folding(settings, table) for table in settings["tables"]}
    first, *others = of_year
    for year in others:
        if set(of_year[year]) != set(of_year[first]):
            differing = sorted(set(of_year[year]) ^ set(of_year[first]))
            names = [row["name"] for row in known if row["sector"] in differing]
            raise InputError(
                f"config: the sectors of {first} and {year} differ: {'; '.join(names[:6])}; give import.concordance, "
                "e.g. resources/china/concordance.csv, that joins both lists"
            )
    wanted = set(of_year[first])
    chosen = [row for row in known if row["sector"] in wanted]
    lacking = sorted(wanted - {row["sector"] for row in chosen})
    if lacking:
        raise InputError(f"{path}: no sector {lacking[0]!r}, to which the sector lists lead; add its row")
    names = ("sector", "name", "productive", "digital", "service_life", "section")
    _need(path, chosen[0], names)
    return {name: [row[name] for row in chosen] for name in names}


def sectors_of_mapping(path):
    """The sectors a pymrio mapping names, as the columns of sectors.csv."""
    sectors = read_mapping(path).get("sectors")
    if not isinstance(sectors, dict) or not all(isinstance(told, dict) for told in sectors.values()):
        raise InputError(f"{path}: sectors is no list of sectors; expected NAME: {{productive: true}} for each")
    columns = {name: [] for name in ("sector", "name", "productive", "digital", "service_life", "section")}
    for sector, told in sectors.items():
        unknown = sorted(set(told) - {"productive", "digital", "service_life"})
        unknown += [f"digital {told.get('digital')!r}"] * (told.get("digital", "") not in ("", "device", "service"))
        if unknown or not isinstance(told.get("productive"), bool):
            found = unknown[0] if unknown else f"productive {told.get('productive')!r}"
            raise InputError(
                f"{path}: sector {sector}: {found}; expected productive: true or false and, where they are known, "
                "digital: device or service, service_life: years"
            )
        row = (sector, sector, str(told["productive"]).lower(), told.get("digital", ""), told.get("service_life", 10))
        for name, cell in zip(columns, (*row, ""), strict=True):
            columns[name].append(str(cell))
        if not is_number(columns["service_life"][-1]) or float(columns["service_life"][-1]) <= 0:
            raise InputError(f"{path}: sector {sector}: service_life is {row[-1]!r}; expected years above 0")
    for kind in ("device", "service"):
        if columns["digital"].count(kind) != 1:
            found = [name for name, told in zip(columns["sector"], columns["digital"], strict=True) if told == kind]
            raise InputError(
                f"{path}: digital: {kind} is set for {', '.join(found) or 'no sector'}; expected exactly one sector"
            )
    return columns


def read_mapping(path):
    """A pymrio mapping (YAML) as a dict."""
    try:
        mapping = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; kind pymrio needs a mapping") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML ({' '.join(str(error).split())})") from None
    if not isinstance(mapping, dict):
        raise InputError(f"{path}: expected the keys regions, sectors, final_demand, primary_inputs, hours")
    return mapping


# Small text tables ------------------------------------------------------------------------------------


def _read_csv(path):
    """(rows, column names) of a csv in UTF-8 or GBK, cells stripped."""
    try:
        content = Path(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(f"{path}: no such file") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = content.decode(encoding).splitlines()
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(f"{path}: neither UTF-8 nor GBK; save the table as UTF-8")
    reader = csv.DictReader(lines)
    try:
        rows = [{name.strip(): (text or "").strip() for name, text in row.items() if name} for row in reader]
    except csv.Error as error:
        raise InputError(
            f"{path}: not a readable csv ({error}); look for a quotation mark that is not closed"
        ) from None
    return rows, [name.strip() for name in reader.fieldnames or ()]


def _need(path, names, wanted):
    for name in wanted:
        if name not in names:
            raise InputError(f"{path}: no column {name}; found {', '.join(names) or 'nothing'}")


def read_columns(path, wanted, optional=()):
    """A small csv as a list of dicts with the columns `wanted` and, empty where absent, `optional`."""
    rows, names = _read_csv(path)
    _need(path, names, wanted)
    return [{name: row.get(name, "") for name in (*wanted, *optional)} for row in rows]


def is_number(text):
    """Whether a text spells a finite number."""
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
