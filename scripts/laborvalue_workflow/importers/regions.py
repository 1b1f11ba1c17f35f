"""The user's labels: the regions of the published tables, in the order of the files."""

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.files import quoted
from laborvalue_workflow.importers.textfiles import read_csv

LABEL_COLUMNS = ("region", "name", "telephones_1984", "province")


def labeled_regions(context):
    """The regions of the labels, in the order of the files, as columns."""
    return read_labels(context.options.labels)


def read_labels(path):
    """The user's labels (csv in UTF-8 or GBK): region and, where given, name, telephones_1984, province, in order.

    Raises InputError where a key is missing, occurs twice or cannot be a file's name. Pinyin names, of which five
    occur twice among the 313 regions, are no keys; administrative codes are.
    """
    rows, names = read_csv(path)
    if "region" not in names:
        listed = quoted(path, ", ".join(names) or "nothing")
        raise InputError(f"{path}: no column region; found {listed}; it holds the keys")
    if not rows:
        raise InputError(f"{path}: no rows; expected one per region, in the order of the table")
    keys = [row["region"] for row in rows]
    for number, key in enumerate(keys, start=2):
        if not dataset.names_a_file(key):
            raise InputError(
                f"{path}: row {number}: region {key!r} cannot name a file; expected letters, digits, '.', '-' or '_'; "
                "the name as the tables write it goes into the column name"
            )
        if keys.count(key) > 1:
            raise InputError(
                f"{path}: region {key!r} occurs {keys.count(key)} times; expected each key once (pinyin names are not "
                "unique: use the administrative code as the key and put the name into the column name)"
            )
    telephones = [row.get("telephones_1984", "") for row in rows]
    for key, text in zip(keys, telephones, strict=True):
        if text and not (cells.is_number(text) and cells.number(text) >= 0):
            raise InputError(
                f"{path}: region {key}: telephones_1984 is {text!r}; expected {cells.expected_number(text)} of 0 or "
                "more, or nothing"
            )
    return {
        "region": keys,
        "name": [row.get("name") or row["region"] for row in rows],
        "telephones_1984": [cells.number(text) if text else None for text in telephones],
        "province": [row.get("province", "") for row in rows],
        "chinese": [row.get("chinese", "") for row in rows],
    }
