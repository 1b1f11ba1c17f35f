"""Reading a dataset folder: every table checked at the door, every error with its address.

The layout is the contract's (config/README.md). Only the key tables are read while the workflow is
planned, so nothing heavy is imported above.
"""

import csv
import os
import re
from pathlib import Path

import yaml

from laborvalue.errors import InputError
from shared import files

CATEGORIES = (
    "rural_households",
    "urban_households",
    "households",
    "government",
    "fixed_capital_formation",
    "inventories",
    "exports",
)
PRIMARY_INPUTS = (
    "compensation",
    "production_taxes",
    "depreciation",
    "operating_surplus",
    "imports",
    "output",
)
NEVER_NEGATIVE = ("compensation", "depreciation", "imports", "output")
FILE_NAME = re.compile(r"[^\W_][\w.-]*")


# Keys and description: read while the workflow is planned -------------------------------------------


def read_description(path):
    """dataset.yaml as a dict with title, source, licence, synthetic, currency, money_unit, years."""
    try:
        description = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; a dataset folder needs a dataset.yaml") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML ({' '.join(str(error).split())})") from None
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
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise InputError(f"{path}: {key} is {found!r}; expected {expected}")
    if description["money_unit"] <= 0:
        raise InputError(f"{path}: money_unit is {description['money_unit']}; expected a number above 0")
    years = description["years"]
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
        _cell_number(path, region, "telephones_1984", text) if text else None
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
        _cell_number(path, sector, "service_life", text)
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


def _cell_number(path, key, column, text):
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise InputError(f"{path}: {key}: {column} is {text!r}; expected a number")
    return number


# The tables of a year ---------------------------------------------------------------------------------


def read_cells(path, columns, regions, sectors):
    """A table with one row per region and sector as arrays (m, n*), NaN where a row is absent."""
    import numpy as np

    values = {column: np.full((len(regions), len(sectors)), np.nan) for column in columns}
    seen = np.zeros((len(regions), len(sectors)), dtype=int)
    for batch in files.batches(path, ("region", "sector"), columns):
        region = _codes(path, batch, "region", regions)
        sector = _codes(path, batch, "sector", sectors)
        np.add.at(seen, (region, sector), 1)
        for column in columns:
            values[column][region, sector] = _numbers(path, batch, column)
    _refuse_repeats(path, seen, ("region", "sector"), (regions, sectors))
    return values


def read_primary_inputs(path, regions, sectors):
    """primary_inputs: six arrays (m, n*) in the files' money unit."""
    values = read_cells(path, PRIMARY_INPUTS, regions, sectors)
    for column in NEVER_NEGATIVE:
        _refuse_negative(path, column, values[column], regions, sectors)
    return values


def read_labor(path, regions, sectors, output):
    """labor: hours (m, n*); refused where hours are not positive though there is output."""
    hours = read_cells(path, ("hours",), regions, sectors)["hours"]
    _refuse_negative(path, "hours", hours, regions, sectors)
    for c, i in zip(*((hours == 0) & (output > 0)).nonzero(), strict=True):
        raise InputError(
            f"{path}: region {regions[c]}, sector {sectors[i]}: hours are 0 with an output of {output[c, i]:g}; "
            "expected hours above 0, or no row where they are unknown"
        )
    return hours


def read_final_demand(path, regions, sectors):
    """final_demand by category.

    Returns (totals, origins): totals[category] is (m, n*) by using region (for exports the selling one);
    origins[category] is (m, n*, m), supplier region x good x using region, or None where the table
    does not say who supplies.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    with_origin = "origin_region" in files.column_names(path)
    amounts = {}
    seen = {}
    for batch in files.batches(path, ("region", "sector", "category", *["origin_region"] * with_origin), ("value",)):
        category = _codes(path, batch, "category", CATEGORIES)
        region = _codes(path, batch, "region", regions)
        good = _codes(path, batch, "sector", sectors)
        value = _numbers(path, batch, "value")
        origin = region
        if with_origin:
            exported = category == CATEGORIES.index("exports")
            origin = np.where(exported, region, _codes(path, batch, "origin_region", regions, region))
        for code in np.unique(category):
            name, chosen = CATEGORIES[code], category == code
            shape = (m, n, m) if with_origin and name != "exports" else (m, n)
            where = (origin[chosen], good[chosen], region[chosen])[: len(shape)]
            if name not in amounts:
                amounts[name], seen[name] = np.zeros(shape), np.zeros(shape, dtype=np.int8)
            np.add.at(seen[name], where, 1)
            amounts[name][where] = value[chosen]
    for name, count in seen.items():
        keys = (regions, sectors, regions)[: count.ndim]
        kinds = ("origin_region", "sector", "region") if count.ndim == 3 else ("region", "sector")
        _refuse_repeats(path, count, kinds, keys, f"category {name}, ")
        if name not in ("inventories", "fixed_capital_formation"):
            _refuse_negative(path, name, amounts[name], *keys)
    totals = {name: a.sum(axis=0).T if a.ndim == 3 else a for name, a in amounts.items()}
    origins = {name: a for name, a in amounts.items() if a.ndim == 3} if with_origin else None
    return totals, origins


def convert_flows(path, regions, sectors, destination):
    """Write the table `origin_region, origin_sector, region, sector, value` as a flows.npy.

    The rows come in any order: they are put in place in a scratch file (TMPDIR, a node's own disk on a cluster), which
    then goes to `destination` from front to back.
    """
    import tempfile

    import numpy as np

    n = len(sectors)
    size = len(regions) * n
    with tempfile.TemporaryFile() as scratch:
        os.posix_fallocate(scratch.fileno(), 0, max(8 * size**2, 1))  # a full disk is told here, not by a signal
        flows = np.memmap(scratch, mode="r+", dtype=float, shape=(size, size))
        seen = np.zeros((size, size), dtype=bool)
        rows = 0
        for batch in files.batches(path, ("origin_region", "origin_sector", "region", "sector"), ("value",)):
            supplier = _codes(path, batch, "origin_region", regions) * n + _codes(path, batch, "origin_sector", sectors)
            user = _codes(path, batch, "region", regions) * n + _codes(path, batch, "sector", sectors)
            flows[supplier, user] = _numbers(path, batch, "value")
            seen[supplier, user] = True
            rows += len(supplier)
        if seen.sum() != rows:
            raise InputError(f"{path}: {rows - seen.sum()} rows repeat a pair of cells; expected each pair once")
        files.write_square(destination, size, (flows[start : start + n] for start in range(0, size, n)))


def flow_blocks(path, regions, sectors):
    """Yield (d, block) over the stored flows: block (n*, m, n*) holds what region d supplies.

    One region's rows are in memory at a time. Raises InputError on a wrong shape, a NaN, a negative flow.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    flows = open_flows(path, m * n)
    for d in range(m):
        block = np.array(flows[d * n : (d + 1) * n], dtype=float)
        if not block.min() >= 0 or not block.max() < np.inf:
            j, user = np.argwhere(~((block >= 0) & (block < np.inf)))[0]
            raise InputError(
                f"{path}: flow from region {regions[d]}, sector {sectors[j]} to region {regions[user // n]}, "
                f"sector {sectors[user % n]} is {block[j, user]:g}; expected a number of 0 or more"
            )
        yield d, block.reshape(n, m, n)


def open_flows(path, size):
    """The stored flows as a read-only memory map of size x size numbers."""
    import numpy as np

    try:
        flows = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (ValueError, EOFError, OSError) as error:
        raise InputError(f"{path}: not a readable .npy array ({error}); write it again") from None
    if flows.shape != (size, size):
        raise InputError(f"{path}: shape {flows.shape}; expected ({size}, {size}), regions x sectors squared")
    if flows.dtype.kind not in "fiu":
        raise InputError(f"{path}: numbers of type {flows.dtype}; expected floats")
    return flows


def _codes(path, batch, column, keys, default=None):
    """The positions of a text column in `keys`; an empty cell takes `default` where one is given."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = batch.column(column).cast(pa.string())
    codes = pc.index_in(texts, value_set=pa.array(list(keys), pa.string()))
    codes = codes.fill_null(-1).to_numpy(zero_copy_only=False)
    if default is not None and (codes < 0).any():
        empty = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
        codes = np.where(empty, default, codes)
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        raise InputError(
            f"{path}: {column} {texts[row].as_py()!r} is unknown; expected one of {', '.join(keys[:4])}"
            f"{', …' if len(keys) > 4 else ''}{_address(batch, row, skip=column)}"
        )
    return codes


def _numbers(path, batch, column):
    """A column as finite floats; the first text, gap or NaN is named with its row's keys."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = batch.column(column)
    try:
        numbers = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        numbers = np.array([_as_number(cell) for cell in cells.to_pylist()])
    if not np.isfinite(numbers).all():
        row = int(np.argmax(~np.isfinite(numbers)))
        found = pc.cast(cells[row], pa.string()).as_py()
        raise InputError(f"{path}: {column} is {found or 'empty'!r}; expected a number{_address(batch, row)}")
    return numbers


def _as_number(cell):
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


def _address(batch, row, skip=None):
    keys = ("origin_region", "origin_sector", "region", "sector", "category")
    told = [f"{k} {batch.column(k)[row].as_py()}" for k in keys if k in batch.schema.names and k != skip]
    return f" ({', '.join(told)})" if told else ""


def _refuse_repeats(path, seen, kinds, keys, what=""):
    repeated = seen > 1
    if repeated.any():
        first = [int(k) for k in zip(*repeated.nonzero(), strict=True).__next__()]
        address = ", ".join(f"{kind} {key[k]}" for kind, key, k in zip(kinds, keys, first, strict=True))
        raise InputError(f"{path}: {what}{address} occurs more than once; expected one row")


def _refuse_negative(path, what, values, *keys):
    negative = values < 0
    if negative.any():
        first = [int(k) for k in zip(*negative.nonzero(), strict=True).__next__()]
        kinds = ("origin_region", "sector", "region") if values.ndim == 3 else ("region", "sector")
        address = ", ".join(f"{kind} {key[k]}" for kind, key, k in zip(kinds, keys, first, strict=True))
        raise InputError(f"{path}: {address}: {what} is {values[tuple(first)]:g}; expected 0 or more")


def flows_digest(path, size, file_digest):
    """SHA-256 of the stored flows as numpy writes them: the same for the same numbers, however they were stored.

    file_digest: the SHA-256 of the file as it is, which is the answer where numpy would write it so.
    """
    import hashlib
    import io

    import numpy as np

    header = io.BytesIO()
    description = {"descr": "<f8", "fortran_order": False, "shape": (size, size)}
    np.lib.format.write_array_header_1_0(header, description)
    with open(path, "rb") as file:
        if file.read(len(header.getvalue())) == header.getvalue():
            return file_digest
    digest = hashlib.sha256(header.getvalue())
    for row in open_flows(path, size):
        digest.update(np.ascontiguousarray(row, dtype="<f8"))
    return digest.hexdigest()
