"""What the Snakefile asks before it plans anything: is the config right, and what is in the dataset."""

import json
from pathlib import Path

import yaml

from laborvalue.errors import InputError
from shared import dataset, files


def check(config, schema_path):
    """Raise InputError with one line for the first wrong key, type or value of `config`.

    Numbers and flags given as text on the command line are put into `config` as what they spell.
    """
    from jsonschema import Draft202012Validator

    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    for section, keys in schema["properties"].items():
        if isinstance(config.get(section), dict):
            config[section] |= _typed(config[section], keys.get("properties", {}))
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    if errors:
        raise InputError(f"config: {_told(errors[0], schema)}")
    years = config["embedded"]["years"]
    if years != sorted(years):
        raise InputError(f"config: embedded.years is {years}; allowed: years in rising order")


def completed(config, defaults_path):
    """A config with what `config` says, and for all it leaves out what the file at `defaults_path` says."""
    defaults = yaml.safe_load(Path(defaults_path).read_text(encoding="utf-8"))
    return _over(defaults, config)


def _over(defaults, given):
    """Mappings key by key, sections key by key in them; everything else as given."""
    return defaults | {
        key: _over(defaults[key], value) if isinstance(value, dict) and isinstance(defaults.get(key), dict) else value
        for key, value in given.items()
    }


def _typed(section, keys):
    """The values of a section that are no allowed texts but spell an allowed number, flag or list of numbers.

    Snakemake hands over what stands inside --config 'prices={"tau": 15}' as text.
    """
    from jsonschema import Draft202012Validator

    spelt = {name: _spelt(value) for name, value in section.items() if name in keys}
    valid = {name: Draft202012Validator(keys[name]).is_valid for name in spelt}
    return {name: value for name, value in spelt.items() if not valid[name](section[name]) and valid[name](value)}


def _spelt(value):
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    try:
        return yaml.safe_load(value) if isinstance(value, str) else value
    except yaml.YAMLError:
        return value


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
        of_key = of_key.get("items", of_key)["properties"][name]
    allowed = of_key.get("allowed") or ", ".join(map(str, of_key["enum"]))
    return f"{'.'.join(names) or 'the file'} is {error.instance!r}; allowed: {allowed}"


def tables_without_columns(panel, regressions):
    """Tables 3 to 10 that the columns of a panel file do not bear: number -> the first one it lacks.

    Raises InputError where it lacks a key, without which there is no table at all.
    """
    from laborvalue.econometrics.equations import ESTIMATED, columns_needed
    from laborvalue.econometrics.options import RegressionOptions
    from laborvalue.variables import KEYS

    options = RegressionOptions(**regressions)
    found = set(files.column_names(panel))
    for key in KEYS:
        if key not in found:
            raise InputError(
                f"{panel}: panel has no column {key}, which every table needs; add it, in a file that has a header "
                "and commas between its columns"
            )
    lacking = {t.number: [n for n in columns_needed(t, options) if n not in found] for t in ESTIMATED}
    return {number: names[0] for number, names in lacking.items() if names}


def tables_without_telephones(telephones):
    """Tables that a dataset does not bear: number -> what no region has. telephones: of 1984, None where empty."""
    from laborvalue.econometrics.equations import ESTIMATED

    return {} if any(telephones) else {table.number: "telephones_1984" for table in ESTIMATED if table.instrumented}


def lacking(data, without):
    """What `tables_without_columns` or `tables_without_telephones` found in `data`, as one line."""
    tables_of = {column: [str(number) for number, c in without.items() if c == column] for column in without.values()}
    told = ", ".join(f"{column} (Table {', '.join(numbers)})" for column, numbers in tables_of.items())
    return f"{data} lacks {told}; published, robustness and report do without these tables"


def chosen(config, *keys):
    """The named keys (`section.key`, or a whole `section`) by section, as canonical JSON for a rule's params."""
    settings = {}
    for key in keys:
        section, _, name = key.partition(".")
        settings.setdefault(section, {}).update({name: config[section][name]} if name else config[section])
    return json.dumps(settings, sort_keys=True)


def describe_embedded(embedded, folder):
    """Years, region keys and files of the embedded economy, which need not exist yet."""
    tables = ("final_demand", "primary_inputs", "labor")
    digits = max(3, len(str(embedded["regions"])))
    return {
        "years": embedded["years"],
        "sectors": 42,
        "regions": [f"C{number:0{digits}d}" for number in range(1, embedded["regions"] + 1)],
        "tables": {
            year: {"flows": f"{folder}/{year}/flows.npy"}
            | {table: f"{folder}/{year}/{table}.parquet" for table in tables}
            for year in embedded["years"]
        },
        "lacking": {},
    }


def describe_dataset(folder):
    """Years, region keys and files of a user's dataset folder, checked to be there, and the tables it does not bear."""
    if not Path(folder).is_dir():
        raise InputError(f"config: dataset is {folder!r}, which is no folder; expected a dataset folder or null")
    years = dataset.read_description(Path(folder, "dataset.yaml"))["years"]
    regions = dataset.read_regions(Path(folder, "regions.csv"))
    sectors = len(dataset.read_sectors(Path(folder, "sectors.csv"))["sector"])
    tables = {year: _year_tables(folder, year) for year in years}
    described = {"years": years, "sectors": sectors, "regions": regions["region"], "tables": tables}
    return described | {"lacking": tables_without_telephones(regions["telephones_1984"])}


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
