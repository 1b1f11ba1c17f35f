"""Any database that pymrio reads, from an IOSystem it saved (save_all, as text or parquet): Z, Y, extensions.

pymrio itself is not needed to read what it saved. A mapping (YAML) gives the meaning of the names:

    regions: [reg1, reg2]                     # in the system's order
    sectors: {food: {productive: true}, ...}  # every sector; digital: device / service, service_life: years
    final_demand: {Households: households}    # every category of Y -> a category of a dataset, or null to leave out
    primary_inputs: {compensation: {factor_inputs/Wages: 1}}   # extension/row -> weight
    hours: {labor/Hours: 1000000}             # extension/row -> hours per unit
"""

import json
from pathlib import Path

import numpy as np

from importers.sectors import sectors_of
from importers.table import PRIMARY, PublishedTable
from importers.textfiles import read_mapping
from laborvalue.errors import InputError
from shared.commandline import waiting
from shared.dataset import CATEGORIES


def read(published, options, regions):
    """The saved system as a PublishedTable; raises InputError where the names of system and mapping differ."""
    folder, mapping_path = Path(published.file), options.mapping
    mapping = read_mapping(mapping_path)
    sectors = sectors_of(options)["sector"]
    keys, m, n = regions["name"], len(regions["region"]), len(sectors)
    Z = load(folder, "Z")
    expected = [(region, sector) for region in keys for sector in sectors]
    for axis, labels in (("rows", Z.index), ("columns", Z.columns)):
        _check_labels(folder / "Z", axis, [tuple(map(str, label)) for label in labels], expected, mapping_path)
    Y = load(folder, "Y")
    _check_labels(folder / "Y", "rows", [tuple(map(str, label)) for label in Y.index], expected, mapping_path)
    final, exports = final_uses(folder, Y, mapping, mapping_path, keys, n)
    flows, found = to_floats(Z)
    texts = {("flows", (*divmod(row, n), *divmod(column, n))): text for (row, column), text in found.items()}
    extensions = {}

    def weighted(weights, what):
        return _weighted_rows(folder, extensions, weights, what, expected, mapping_path).reshape(m, n)

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
    if hours is None and not options.labor.hours:
        raise InputError(f"{mapping_path}: no hours; expected EXTENSION/ROW: hours per unit, or import.labor.hours")

    def block(d):
        return np.array(flows[d * n : (d + 1) * n], order="C").reshape(n, m, n)

    return PublishedTable(sectors, sectors, block, final, exports, primary, hours=hours, texts=texts, notes=notes)


def load(folder, name):
    """A saved account as a DataFrame, text or parquet, as file_parameters.json describes it."""
    import pandas as pd

    folder = Path(folder)
    described = folder / "file_parameters.json"
    try:
        known = json.loads(described.read_text(encoding="utf-8"))["files"]
        saved = {
            of: [parts["name"], int(parts["nr_index_col"]), int(parts["nr_header"])] for of, parts in known.items()
        }
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{described}: no such file; expected a system saved by pymrio's save_all") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{described}: not what pymrio writes; save the system again") from None
    if name not in saved:
        raise InputError(f"{folder}: no {name}; found {', '.join(saved)}; call calc_all() before save_all()")
    path, index, header = folder / saved[name][0], list(range(saved[name][1])), list(range(saved[name][2]))
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


def to_floats(frame):
    """A DataFrame as floats, NaN where there is a text, and {(row, column): the text}."""
    import pandas as pd

    mixed = np.flatnonzero([not pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes])
    if not mixed.size:
        return frame.to_numpy(float), {}
    array = frame.apply(pd.to_numeric, errors="coerce").to_numpy(float)
    bad = ((int(row), int(k)) for k in mixed for row in np.flatnonzero(np.isnan(array[:, k])))
    return array, {(row, k): str(frame.iat[row, k]) for row, k in bad}


def _require_floats(where, frame):
    array, texts = to_floats(frame)
    for (row, column), text in texts.items():
        raise InputError(f"{where}: {frame.index[row]}, {frame.columns[column]} is {text!r}; expected a number")
    return array


def final_uses(folder, Y, mapping, mapping_path, regions, n):
    """Final demand by the dataset's categories (m, n, m) and exports (m, n)."""
    m = len(regions)
    category_of = mapping.get("final_demand")
    if not isinstance(category_of, dict):
        raise InputError(
            f"{mapping_path}: final_demand is {category_of!r}; expected CATEGORY OF Y: category of a dataset"
        )
    final, exports = {}, np.zeros((m, n))
    amounts = _require_floats(folder / "Y", Y)
    for position, (region, category) in enumerate((str(r), str(c)) for r, c in Y.columns):
        if category not in category_of:
            raise InputError(
                f"{mapping_path}: final_demand does not name {category!r} of {folder / 'Y'}; expected one of "
                f"{', '.join(CATEGORIES)}, or null to leave it out"
            )
        target = category_of[category]
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


def _weighted_rows(folder, extensions, weights, what, expected, mapping_path):
    """The weighted sum of rows of extensions, (m n,); `extensions` keeps those that were loaded."""
    if not isinstance(weights, dict) or not weights:
        raise InputError(f"{mapping_path}: {what} is {weights!r}; expected EXTENSION/ROW: weight")
    total = np.zeros(len(expected))
    for row, weight in weights.items():
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
        _check_labels(
            folder / extension, "columns", [tuple(map(str, c)) for c in table.columns], expected, mapping_path
        )
        total += weight * _require_floats(folder / extension, table.iloc[[labels.index(name)]])[0]
    return total


def _check_labels(where, axis, found, expected, mapping_path):
    if found != expected:
        k = next((k for k, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), None)
        difference = (
            f"{len(found)}; expected {len(expected)}" if k is None else f"found {found[k]}; expected {expected[k]}"
        )
        raise InputError(
            f"{where}: {axis}: {difference}; list the regions and sectors of {mapping_path} in the order of the system"
        )
