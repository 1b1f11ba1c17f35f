"""The one reader of the small text files a user writes: csv in UTF-8 or GBK, YAML mappings.

Read while the workflow is planned, hence with the standard library alone.
"""

import csv
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import files, yamlfiles


def read_csv(path):
    """(rows as dicts, column names) of a csv in UTF-8 or GBK; cells are stripped."""
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
        names = [name.strip() for name in reader.fieldnames or ()]
        given = list(reader)
    except csv.Error as error:
        raise InputError(
            f"{path}: not a readable csv ({error}); look for a quotation mark that is not closed"
        ) from None
    files.refuse_repeated_columns(path, names, filter(None, names))
    for row in given:
        if any(row.pop(None, ())):  # cells beyond the last name
            cells = ", ".join(f"{name} {text!r}" for name, text in list(row.items())[:2])
            raise InputError(
                f"{path}: the row of {cells} has more cells than the {len(names)} columns; put a text with a comma in "
                "quotation marks"
            )
    return [{name.strip(): (text or "").strip() for name, text in row.items() if name} for row in given], names


def require_columns(path, names, required):
    """Raise InputError for the first of the `required` columns that is not among `names`."""
    for name in required:
        if name not in names:
            raise InputError(f"{path}: no column {name}; found {', '.join(names) or 'nothing'}; add the column")


def read_columns(path, required, optional=()):
    """A small csv as a list of dicts with the columns `required` and, empty where absent, `optional`."""
    rows, names = read_csv(path)
    require_columns(path, names, required)
    return [{name: row.get(name, "") for name in (*required, *optional)} for row in rows]


def read_mapping(path):
    """A pymrio mapping (YAML) as a dict: keys and names of regions and sectors are texts as they are written."""
    written = yamlfiles.read(path, "; kind pymrio needs a mapping")
    mapping = yamlfiles.resolved(written)
    if not isinstance(mapping, dict):
        raise InputError(f"{path}: expected the keys regions, sectors, final_demand, primary_inputs, hours")
    regions = written.get("regions")
    if isinstance(regions, list):
        mapping["regions"] = [str(name) if isinstance(name, str) else name for name in regions]
    elif isinstance(regions, dict):
        mapping["regions"] = {str(key): str(name) if isinstance(name, str) else name for key, name in regions.items()}
    sectors = mapping.get("sectors")
    for key, entry in sectors.items() if isinstance(sectors, dict) else ():
        if isinstance(entry, dict) and "productive" in entry:
            entry["productive"] = yamlfiles.flag(entry["productive"])
        if isinstance(entry, dict) and isinstance(name := written["sectors"][key].get("name"), str):
            entry["name"] = str(name)
    return mapping


def squeezed(text):
    """A text without any blank or line break: names in sheets are spread over lines and widened with blanks."""
    return "".join(str(text).split())


def few(names, shown):
    """The first names in a message, and how many there are besides."""
    return ", ".join(names[:shown]) + f" and {len(names) - shown} more" * (len(names) > shown)
