"""Description, regions and sectors of a dataset, and where its tables are: read while the workflow is planned."""

import re
from collections import Counter
from pathlib import Path

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import files, yamlfiles
from laborvalue_workflow.data.files import without_folders
from laborvalue_workflow.screening.faults import TableFaults
from laborvalue_workflow.screening.policies import FaultPolicies, Policy, wrong_policies

OPTIONAL = {  # keys of dataset.yaml that may be left out
    "layout": ("domestic", "competitive"),  # whether the rows hold domestic goods only, or imported ones too
    "imbalance": ("stop", "keep"),  # whether the run stops where the accounting identities do not hold
    "hours_source": ("measured", "imputed"),  # whether hours are counted, or compensation over a wage
}
OPTIONAL_TEXTS = {"trade_estimated"}  # how trade between the regions was estimated, where it was
SHOWN = ("title", "source", "licence")  # texts for readers, without folders of the machine
# what `faults` of dataset.yaml may name
FAULTS = ("missing", "negative", "zero_output", "no_labor", "residual_output", "unit")
REQUIRED = ("final_demand", "primary_inputs", "labor")  # tables of a year, beside the flows
MAY_BE_THERE = ("capital_stock", "price_index")
FILE_NAME = re.compile(r"[^\W_][\w.-]*")
LONGEST_NAME = 150  # bytes of UTF-8; a system takes 255, of which temporary files need some


def read_description(path):
    """dataset.yaml as a dict: title, source, licence, synthetic, currency, money_unit, years; those of OPTIONAL and
    OPTIONAL_TEXTS where given.
    """
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
    faults = TableFaults(path)
    for key, (kind, expected) in kinds.items():
        value = description.get(key)
        if kind is str and value is not None and isinstance(written[key], str):  # 2012 or NO may be a title
            value = str(written[key])
        elif kind is bool:
            value = yamlfiles.flag(value)
        description[key] = value
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            faults.add(key, f"{key} is {value!r}; expected {expected}")
    unit = description["money_unit"]
    if "money_unit" not in faults.kinds and not 0 < unit < float("inf"):
        faults.add("money_unit", f"money_unit is {unit}; expected a number above 0")
    if "years" not in faults.kinds:
        years = description["years"] = [cells.year(y) if cells.is_year(y) else y for y in description["years"]]
        whole = all(type(year) is int for year in years)
        if not (years and whole and years == sorted(set(years))):
            faults.add("years", f"years is {years}; expected different years in rising order")
    for key, allowed in OPTIONAL.items():
        if key in description and description[key] not in allowed:
            faults.add(key, f"{key} is {description[key]!r}; expected {' or '.join(allowed)}, or no such key")
    if "papers_data" in description:  # notes say of other data that they are not the paper's
        papers = description["papers_data"] = yamlfiles.flag(description["papers_data"])
        if not isinstance(papers, bool):
            faults.add("papers_data", f"papers_data is {papers!r}; expected true or false, or no such key")
        elif papers and description["synthetic"] is True:
            faults.add(
                "papers_data", "papers_data and synthetic are both true; expected one: the paper's data are real"
            )
    for key in OPTIONAL_TEXTS & {*description}:
        if isinstance(written[key], str) and description[key] not in (None, ""):
            description[key] = str(written[key])
        else:
            faults.add(key, f"{key} is {description[key]!r}; expected a text, or no such key")
    if "faults" in description:
        faults.add("faults", *wrong_policies(description["faults"], FAULTS), *_flows_that_go_on(description["faults"]))
    faults.stop()
    return description | {key: without_folders(description[key]) for key in SHOWN}


def policies_of(description):
    """The fault policies of a dataset folder, from its description."""
    return FaultPolicies.of_folder(description.get("faults", {}))


def _flows_that_go_on(keys):
    """A line where a policy other than stop is given for the flows, whose stored array all stages read as it is."""
    given = [key for key in ("missing", "negative") if isinstance(keys, dict) and isinstance(keys.get(key), dict)]
    return [
        f"faults.{key}.flows is {keys[key]['flows']!r}; expected stop in a dataset folder: correct the flows"
        for key in given
        if keys[key].get("flows", Policy.STOP) in set(Policy) - {Policy.STOP}
    ]


def read_regions(path):
    """regions.csv as columns: region, name, telephones_1984 (float, None where empty)."""
    columns = _read_keys(path, "region", ("name", "telephones_1984"))
    faults = TableFaults(path)
    faults.add(
        "region",
        *(
            f"region {region!r} cannot name a file; expected letters, digits, '.', '-' or '_', "
            f"beginning with a letter or digit, at most {LONGEST_NAME} bytes; any other name goes into the column name"
            for region in columns["region"]
            if not names_a_file(region)
        ),
    )
    columns["telephones_1984"] = [
        _finite_number(faults, region, "telephones_1984", text) if text else None
        for region, text in zip(columns["region"], columns["telephones_1984"], strict=True)
    ]
    faults.add(
        "telephones_1984 below 0",
        *(
            f"region {region}: telephones_1984 is {count:g}; expected 0 or more, or nothing"
            for region, count in zip(columns["region"], columns["telephones_1984"], strict=True)
            if count is not None and count < 0
        ),
    )
    faults.stop()
    return columns


def names_a_file(key):
    """Whether a key can be the name of a file on every system."""
    return bool(FILE_NAME.fullmatch(key)) and len(key.encode()) <= LONGEST_NAME


def read_sectors(path):
    """sectors.csv as columns: sector, name, productive (bool), digital, service_life (years)."""
    columns = _read_keys(path, "sector", ("name", "productive", "digital", "service_life"))
    flags = {"true": True, "false": False}
    faults = TableFaults(path)
    for sector, productive, digital in zip(columns["sector"], columns["productive"], columns["digital"], strict=True):
        if productive.lower() not in flags:
            faults.add("productive", f"sector {sector}: productive is {productive!r}; expected true or false")
        if digital not in ("device", "service", ""):
            faults.add("digital", f"sector {sector}: digital is {digital!r}; expected device, service or empty")
    columns["productive"] = [flags.get(text.lower()) for text in columns["productive"]]
    columns["service_life"] = [
        _finite_number(faults, sector, "service_life", text)
        for sector, text in zip(columns["sector"], columns["service_life"], strict=True)
    ]
    for sector, life in zip(columns["sector"], columns["service_life"], strict=True):
        if life is not None and life <= 0:
            faults.add("service_life", f"sector {sector}: service_life is {life}; expected years above 0")
    for kind in ("device", "service"):
        if kind not in columns["digital"] and "digital" not in faults.kinds:
            faults.add(f"digital {kind}", f"digital {kind} is set for no sector; expected at least one")
    if not any(columns["productive"]) and "productive" not in faults.kinds:
        faults.add("none productive", "no sector is productive; expected productive = true in at least one")
    faults.stop()
    return columns


def find_table(folder, stem):
    """The path of `stem`.parquet or `stem`.csv in `folder`; None where neither exists.

    Raises InputError where both exist, since nothing says which one counts.
    """
    paths = [path for ending in (".parquet", ".csv") if (path := Path(folder, stem + ending)).exists()]
    if len(paths) > 1:
        raise InputError(f"{paths[0]} and {paths[1]} both exist; keep the one that counts")
    return str(paths[0]) if paths else None


def find_flows(folder):
    """The path of flows.npy, flows.parquet or flows.csv in a year's folder, None where there is none."""
    table, array = find_table(folder, "flows"), Path(folder, "flows.npy")
    if table and array.exists():
        raise InputError(f"{array} and {table} both exist; keep the one that counts")
    return str(array) if array.exists() else table


def _read_keys(path, key, others):
    rows, names = files.read_csv(path)
    faults = TableFaults(path)
    if missing := [name for name in (key, *others) if name not in names]:
        listed = files.quoted(path, ", ".join(names) or "nothing")
        raise InputError(f"{path}: no column {', '.join(missing)}; found {listed}")
    files.refuse_repeated_columns(path, names, (key, *others))
    keys = [row[key] for row in rows]
    if not keys:
        raise InputError(f"{path}: no rows; expected one per {key}")
    faults.add(
        "empty", *(f"row {k + 2} has no {key}; every row needs its own key" for k, x in enumerate(keys) if not x)
    )
    counts = Counter(name for name in keys if name)
    repeated = [name for name, count in counts.items() if count > 1]
    faults.add("repeated", *(f"{key} {x!r} occurs {counts[x]} times; expected each key once" for x in repeated))
    faults.stop()
    return {name: [row[name] for row in rows] for name in (key, *others)}


def _finite_number(faults, key, column, text):
    if cells.is_number(text):
        return cells.number(text)
    faults.add(column, f"{key}: {column} is {text!r}; expected {cells.expected_number(text)}")
    return None


def read_small_tables(folder):
    """The description, the regions and the sectors of a dataset folder."""
    place = Path(folder)
    return (
        read_description(place / "dataset.yaml"),
        read_regions(place / "regions.csv"),
        read_sectors(place / "sectors.csv"),
    )


def year_tables(folder, year):
    """{name: path} of the tables of a year of a dataset folder; InputError for one that is not there."""
    place = Path(folder, str(year))
    tables = {"flows": find_flows(place)} | {table: find_table(place, table) for table in REQUIRED}
    for table, path in tables.items():
        if path is None:
            kinds = f"{table}.npy, {table}.parquet" if table == "flows" else f"{table}.parquet"
            raise InputError(
                f"{place}: no {table} table for {year}; expected {kinds} or {table}.csv; "
                f"add it, or remove {year} from years in dataset.yaml"
            )
    tables |= {name: path for name in MAY_BE_THERE if (path := find_table(place, name))}
    return {table: files.regular(path) for table, path in tables.items()}


def year_paths(folder, year, flows):
    """(the files that a job reads of a year by name, the dataset's own flows). flows: their stored array."""
    tables = year_tables(folder, year)
    own_flows = tables.pop("flows")
    required = {name: tables.pop(name) for name in REQUIRED}
    return required | {"flows": flows} | tables, own_flows
