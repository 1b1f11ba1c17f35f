"""The regions of the published tables, in the order of the files."""

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.importers.options import PROVINCES, Kind
from laborvalue_workflow.importers.region_files import files_by_region
from laborvalue_workflow.importers.textfiles import read_columns, read_csv, read_mapping

NATION = {"region": ["CN"], "name": ["China"], "telephones_1984": [None], "province": [""]}
LABEL_COLUMNS = ("region", "name", "telephones_1984", "province")
NAMES = ("chinese",)  # further columns of labels that name the workbooks of single regions


def regions_of(options):
    """The regions in the files' order as columns: region (key), name, telephones_1984, province.

    For single regions also chinese, and `files`: {year: the workbook of each region}; for a pymrio system `in_system`,
    how the system names a region: the name in the labels, the key in the mapping.
    """
    if options.kind == Kind.SINGLE_REGION:
        return _regions_of_folders(options)
    if options.kind == Kind.NBS and not options.labels:
        return NATION
    if options.kind == Kind.PYMRIO and not options.labels:
        return _regions_of_mapping(options.mapping)
    labels = read_labels(options.labels)
    return labels | {"in_system": labels["name"]} if options.kind == Kind.PYMRIO else labels


def read_labels(path):
    """The user's labels (csv in UTF-8 or GBK): region and, where given, name, telephones_1984, province, in order.

    Raises InputError where a key is missing, occurs twice or cannot be a file's name. Pinyin names, of which five
    occur twice among the 313 regions, are no keys; administrative codes are.
    """
    rows, names = read_csv(path)
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
        if text and not cells.is_number(text):
            raise InputError(
                f"{path}: region {key}: telephones_1984 is {text!r}; expected {cells.expected_number(text)}, or nothing"
            )
    return {
        "region": keys,
        "name": [row.get("name") or row["region"] for row in rows],
        "telephones_1984": [cells.number(text) if text else None for text in telephones],
        "province": [row.get("province", "") for row in rows],
        "chinese": [row.get("chinese", "") for row in rows],
    }


def _regions_of_folders(options):
    """The regions that have a workbook in every year's folder: those of the labels, else the provinces of China."""
    if options.labels:
        known = read_labels(options.labels)
    else:
        rows = read_columns(PROVINCES, ("region", "name", "chinese"))
        known = {column: [row[column] for row in rows] for column in ("region", "name", "chinese")}
        known |= {"telephones_1984": [None] * len(rows), "province": known["chinese"]}
    found = files_by_region(options.tables, known, every=bool(options.labels))
    named = [region in next(iter(found.values())) for region in known["region"]]
    kept = {column: [cell for cell, of in zip(cells, named, strict=True) if of] for column, cells in known.items()}
    return kept | {"files": {year: [str(path) for path in files.values()] for year, files in found.items()}}


def _regions_of_mapping(path):
    given = read_mapping(path).get("regions")
    if not isinstance(given, list | dict) or not given:
        raise InputError(
            f"{path}: regions is {given!r}; expected the list of the system's regions, or KEY: name for each, in order"
        )
    keys = [str(key) for key in given]
    for key in keys:
        if not dataset.FILE_NAME.fullmatch(key) or keys.count(key) > 1:
            raise InputError(f"{path}: region {key!r} cannot be a key; expected different names without blanks")
    names = list(given.values()) if isinstance(given, dict) else keys
    for key, name in zip(keys, names, strict=True):
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{path}: region {key} has the name {name!r}; expected a text")
    empty = {"telephones_1984": [None] * len(keys), "province": [""] * len(keys)}
    return {"region": keys, "name": names, "in_system": keys, **empty}
