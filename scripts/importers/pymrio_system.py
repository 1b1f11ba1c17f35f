"""Any database that pymrio reads, from an IOSystem it saved (save_all, as text or parquet): Z, Y, extensions.

pymrio itself is not needed to read what it saved. A mapping (YAML) says what the names mean:

    regions: [reg1, reg2]                     # in the system's order
    sectors: {food: {productive: true}, ...}  # every sector; digital: device / service, service_life: years
    final_demand: {Households: households}    # every category of Y -> a category of a dataset, or null to leave out
    primary_inputs: {compensation: {factor_inputs/Wages: 1}}   # extension/row -> weight
    hours: {labour/Hours: 1000000}            # extension/row -> hours per unit
"""

import json
from pathlib import Path

import numpy as np

from importers import plan
from importers.table import PRIMARY, Table
from laborvalue.errors import InputError
from shared.commandline import waiting
from shared.dataset import CATEGORIES


def read(entry, settings, regions):
    """The saved system as a Table; raises InputError where names of system and mapping do not meet."""
    folder, mapping_path = Path(entry["file"]), settings["mapping"]
    mapping = plan.read_mapping(mapping_path)
    sectors = plan.sector_columns(settings)["sector"]
    keys, m, n = regions["name"], len(regions["region"]), len(sectors)
    Z = load(folder, "Z")
    expected = [(region, sector) for region in keys for sector in sectors]
    for axis, labels in (("rows", Z.index), ("columns", Z.columns)):
        _same(folder / "Z", axis, [tuple(map(str, label)) for label in labels], expected, mapping_path)
    Y = load(folder, "Y")
    _same(folder / "Y", "rows", [tuple(map(str, label)) for label in Y.index], expected, mapping_path)
    final, exports = final_uses(folder, Y, mapping, mapping_path, keys, n)
    flows, found = numbers(Z)
    texts = {("flows", (*divmod(row, n), *divmod(column, n))): text for (row, column), text in found.items()}
    extensions = {}

    def weighted(told, what):
        return _weighted(folder, extensions, told, what, expected, mapping_path).reshape(m, n)

    primary, rows = {}, mapping.get("primary_inputs") or {}
    if not isinstance(rows, dict):
        raise InputError(
            f"{mapping_path}: primary_inputs is {rows!r}; expected compensation: {{EXTENSION/ROW: weight}}"
        )
    for name in rows:
        if name not in PRIMARY:
            raise InputError(f"{mapping_path}: primary_inputs: {name!r} is unknown; expected {', '.join(PRIMARY)}")
    if "compensation" not in rows:
        raise InputError(f"{mapping_path}: primary_inputs has no compensation; expected EXTENSION/ROW: weight")
    for name in PRIMARY:
        primary[name] = weighted(rows[name], f"primary_inputs.{name}") if name in rows else np.zeros((m, n))
    absent = [name for name in PRIMARY if name not in rows]
    notes = [f"The mapping names no {', '.join(absent)}: taken as 0."] if absent else []
    hours = weighted(mapping["hours"], "hours") if mapping.get("hours") else None
    if hours is None and not settings["labor"]["hours"]:
        raise InputError(f"{mapping_path}: no hours; expected EXTENSION/ROW: hours per unit, or import.labor.hours")

    def block(d):
        return np.array(flows[d * n : (d + 1) * n], order="C").reshape(n, m, n)

    return Table(sectors, sectors, block, final, exports, primary, hours=hours, texts=texts, notes=notes)


def load(folder, name):
    """A saved account as a DataFrame, text or parquet, as file_parameters.json tells it."""
    import pandas as pd

    folder = Path(folder)
    described = folder / "file_parameters.json"
    try:
        known = json.loads(described.read_text(encoding="utf-8"))["files"]
        told = {of: [parts["name"], int(parts["nr_index_col"]), int(parts["nr_header"])] for of, parts in known.items()}
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{described}: no such file; expected a system saved by pymrio's save_all") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{described}: not what pymrio writes; save the system again") from None
    if name not in told:
        raise InputError(f"{folder}: no {name}; found {', '.join(told)}; call calc_all() before save_all()")
    path, index, header = folder / told[name][0], list(range(told[name][1])), list(range(told[name][2]))
    separator = "," if path.suffix == ".csv" else "\t"
    try:
        with waiting(f"reading {path}"):
            if path.suffix == ".parquet":
                return pd.read_parquet(path)
            return pd.read_csv(path, sep=separator, index_col=index, header=header)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; save the system again") from None
    except ValueError as error:
        raise InputError(f"{path}: not a readable table ({str(error).splitlines()[0]})") from None


def numbers(frame):
    """A DataFrame as floats, and (row, column) -> the text found where a number belongs (NaN there)."""
    import pandas as pd

    mixed = np.flatnonzero([not pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes])
    if not mixed.size:
        return frame.to_numpy(float), {}
    array = frame.apply(pd.to_numeric, errors="coerce").to_numpy(float)
    bad = ((int(row), int(k)) for k in mixed for row in np.flatnonzero(np.isnan(array[:, k])))
    return array, {(row, k): str(frame.iat[row, k]) for row, k in bad}


def _all_numbers(where, frame):
    array, texts = numbers(frame)
    for (row, column), text in texts.items():
        raise InputError(f"{where}: {frame.index[row]}, {frame.columns[column]} is {text!r}; expected a number")
    return array


def final_uses(folder, Y, mapping, mapping_path, regions, n):
    """Final demand by the dataset's categories (m, n, m) and exports (m, n)."""
    m = len(regions)
    told = mapping.get("final_demand")
    if not isinstance(told, dict):
        raise InputError(f"{mapping_path}: final_demand is {told!r}; expected CATEGORY OF Y: category of a dataset")
    final, exports = {}, np.zeros((m, n))
    amounts = _all_numbers(folder / "Y", Y)
    for position, (region, category) in enumerate((str(r), str(c)) for r, c in Y.columns):
        if category not in told:
            raise InputError(
                f"{mapping_path}: final_demand does not name {category!r} of {folder / 'Y'}; expected one of "
                f"{', '.join(CATEGORIES)}, or null to leave it out"
            )
        target = told[category]
        if target is None:
            continue
        if target not in CATEGORIES:
            raise InputError(f"{mapping_path}: final_demand: {target!r} is unknown; expected {', '.join(CATEGORIES)}")
        if region not in regions:
            raise InputError(f"{folder / 'Y'}: region {region!r} is not in the mapping's regions; add it there")
        column = amounts[:, position].reshape(m, n)
        if target == "exports":
            exports += column
        else:
            final.setdefault(target, np.zeros((m, n, m)))[:, :, regions.index(region)] += column
    return final, exports


def _weighted(folder, extensions, told, what, expected, mapping_path):
    if not isinstance(told, dict) or not told:
        raise InputError(f"{mapping_path}: {what} is {told!r}; expected EXTENSION/ROW: weight")
    total = np.zeros(len(expected))
    for row, weight in told.items():
        extension, _, name = str(row).partition("/")
        if extension not in extensions:
            extensions[extension] = load(folder / extension, "F")
        table = extensions[extension]
        labels = [" ".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in table.index]
        if name not in labels:
            raise InputError(
                f"{mapping_path}: {what}: {folder / extension} has no row {name!r}; found {', '.join(labels[:6])}"
            )
        if not isinstance(weight, (int, float)) or isinstance(weight, bool):
            raise InputError(f"{mapping_path}: {what}: the weight of {row} is {weight!r}; expected a number")
        _same(folder / extension, "columns", [tuple(map(str, c)) for c in table.columns], expected, mapping_path)
        total += weight * _all_numbers(folder / extension, table.iloc[[labels.index(name)]])[0]
    return total


def _same(where, axis, found, expected, mapping_path):
    if found != expected:
        k = next((k for k, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), None)
        told = (
            f"{len(found)} {axis}, expected {len(expected)}" if k is None else f"{found[k]} where {expected[k]} is due"
        )
        raise InputError(f"{where}: {axis}: {told}; the mapping {mapping_path} must list regions and sectors in order")
