"""What the Snakefile asks before it plans anything: is the config right, and what is in the dataset."""

import json
import shutil
from pathlib import Path

import yaml

from laborvalue.errors import InputError
from shared import dataset


def check(config, schema_path):
    """Raise InputError with one line for the first wrong key, type or value of `config`."""
    from jsonschema import Draft202012Validator

    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    if errors:
        raise InputError(f"config: {_told(errors[0], schema)}")
    years = config["embedded"]["years"]
    if years != sorted(years):
        raise InputError(f"config: embedded.years is {years}; allowed: years in rising order")


def _told(error, schema):
    key = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = next(name for name in error.instance if name not in known)
        return f"{key + '.' if key else ''}{unknown} is no key; allowed: {', '.join(known)}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{key + '.' if key else ''}{missing} is missing; it has no default of its own"
    # an item of a list is answered with what the list may hold
    names = [part for part in error.absolute_path if isinstance(part, str)]
    of_key = schema
    for name in names:
        of_key = of_key["properties"][name]
    allowed = of_key.get("allowed") or ", ".join(map(str, of_key["enum"]))
    return f"{'.'.join(names) or 'the file'} is {error.instance!r}; allowed: {allowed}"


def chosen(config, *keys):
    """The named keys (`section.key`, or a whole `section`) as one canonical JSON text for a rule's params."""
    settings = {}
    for key in keys:
        section, _, name = key.partition(".")
        settings |= {name: config[section][name]} if name else config[section]
    return json.dumps(settings, sort_keys=True)


def describe_embedded(embedded, folder):
    """Years, region keys and files of the embedded economy, which need not exist yet."""
    tables = ("final_demand", "primary_inputs", "labor")
    return {
        "years": embedded["years"],
        "sectors": 42,
        "regions": [f"C{number:03d}" for number in range(1, embedded["regions"] + 1)],
        "tables": {
            year: {"flows": f"{folder}/{year}/flows.npy"}
            | {table: f"{folder}/{year}/{table}.parquet" for table in tables}
            for year in embedded["years"]
        },
    }


def describe_dataset(folder):
    """Years, region keys and files of a user's dataset folder, checked to be there."""
    if not Path(folder).is_dir():
        raise InputError(f"config: dataset is {folder!r}, which is no folder; expected a dataset folder or null")
    years = dataset.read_description(Path(folder, "dataset.yaml"))["years"]
    regions = dataset.read_regions(Path(folder, "regions.csv"))["region"]
    sectors = len(dataset.read_sectors(Path(folder, "sectors.csv"))["sector"])
    tables = {year: _year_tables(folder, year) for year in years}
    return {"years": years, "sectors": sectors, "regions": regions, "tables": tables}


def _year_tables(folder, year):
    year_folder = Path(folder, str(year))
    found = {"flows": dataset.find_flows(year_folder)}
    found |= {table: dataset.find_table(year_folder, table) for table in ("final_demand", "primary_inputs", "labor")}
    for table, path in found.items():
        if path is None:
            kinds = f"{table}.npy, {table}.parquet" if table == "flows" else f"{table}.parquet"
            raise InputError(
                f"{year_folder}: no {table} table for {year}; expected {kinds} or {table}.csv, "
                f"or {year} taken out of years in dataset.yaml"
            )
    if stock := dataset.find_table(year_folder, "capital_stock"):
        found["capital_stock"] = stock
    return found


GIB = 2**30


def expectation(economy, folder, cores):
    """What a run from nothing takes, as one line. folder: where it writes; cores: those it may use.

    Bytes from the formats: flows N^2, origins of final goods about 3 m N, coefficients about 12 n per
    city-sector (N = m n cells); times as measured on two cores at 313 regions and 42 sectors.
    """
    m, n, years = len(economy["regions"]), economy["sectors"], len(economy["years"])
    cells = m * n
    written = [tables["flows"] for tables in economy["tables"].values() if not Path(tables["flows"]).is_file()]
    converted = sum(not tables["flows"].endswith(".npy") for tables in economy["tables"].values())
    disk = 8 * (cells**2 * (len(written) + converted) + years * (5 * m * cells + 12 * n * cells))
    memory = 8 * (cells**2 + 10 * m * cells) + 0.15 * GIB
    seconds = (0.13 * m * years + 20 * years * (cells / 13146) ** 2 + 5) / min(cores, max(m, 1))
    free = shutil.disk_usage(_existing(Path(folder))).free
    line = (
        f"{m} regions x {n} sectors x {years} years, {m * years} city-years. From nothing this takes about "
        f"{max(disk / GIB, 0.1):.1f} GiB on disk ({free / GIB:.0f} GiB free), up to {memory / GIB:.1f} GiB of memory "
        f"per job and {max(seconds / 60, 0.1):.1f} minutes on {cores} cores."
    )
    return line if disk < free else f"{line} THE DISK IS TOO SMALL for a run from nothing."


def _existing(path):
    return path if path.exists() else _existing(path.absolute().parent)


def complaints(folder, since):
    """The error lines that scripts left in the logs of `folder` after the time `since`, each once."""
    logs = (path for path in sorted(Path(folder).rglob("*.log")) if path.stat().st_mtime >= since)
    return list(dict.fromkeys(path.read_text(encoding="utf-8").strip() for path in logs))
