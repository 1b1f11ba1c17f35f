"""The one reader of the small text files a user writes: csv in UTF-8 or GBK, YAML mappings.

Read while the workflow is planned, hence with the standard library alone.
"""

from laborvalue.errors import InputError
from laborvalue_workflow.data import files, yamlfiles


def read_csv(path):
    """(rows as dicts, column names) of a csv in UTF-8 or GBK, in which no name occurs twice."""
    rows, names = files.read_csv(path, ("utf-8-sig", "gb18030"))
    files.refuse_repeated_columns(path, names, filter(None, names))
    return rows, names


def require_columns(path, names, required):
    """Raise InputError for the first of the `required` columns that is not among `names`."""
    for name in required:
        if name not in names:
            listed = files.quoted(path, ", ".join(names) or "nothing")
            raise InputError(f"{path}: no column {name}; found {listed}; add the column")


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
