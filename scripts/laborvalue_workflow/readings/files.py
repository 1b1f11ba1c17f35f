"""Files of the readings: what a node takes of the config and the dataset, and what it writes for the next."""

from pathlib import Path

import numpy as np

from laborvalue.econometrics.equations import TOTAL_DIGITAL
from laborvalue.errors import InputError
from laborvalue.indicators import RELATIVE
from laborvalue.readings.choices import HOURS, SECTORS
from laborvalue.readings.estimates import ReadingEstimates, means_of_logs
from laborvalue.readings.results import Printed
from laborvalue.readings.solution import other_sectors, taken_accounts
from laborvalue.records import from_arrays, to_arrays
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.panel import read_panel

REASON = "reason"  # the one array of a node that could not be computed


# What a node takes ----------------------------------------------------------------------------------


def changed(settings, changes):
    """Settings by section with the changes of a node; `sectors` and `hours` are a section of their own."""
    result = {section: dict(keys) for section, keys in settings.items()}
    for name, value in changes.items():
        section, _, key = name.partition(".")
        if key:
            result[section][key] = value
        else:
            result[section] = value
    return result


def taken(accounts, sectors, chosen):
    """Accounts and Sectors as the settings `chosen` take them."""
    sectors = other_sectors(sectors, **chosen.get(SECTORS, {"productive": [], "other": []}))
    return taken_accounts(accounts, sectors, chosen.get(HOURS, "dataset")), sectors


# What a node writes ---------------------------------------------------------------------------------


def node_paths(folders):
    """The files of nodes by key, from the folders of their jobs."""
    return {path.stem: path for folder in folders for path in Path(folder).glob("*.npz")}


def write_failure(path, error):
    """Write a node's file that says why it could not be computed."""
    array_files.write_arrays(path, {REASON: np.array(str(error))})


def read_node(path):
    """The arrays of a node's file; raises InputError with the reason where the node could not be computed."""
    arrays = array_files.read_arrays(path)
    if REASON in arrays:
        raise InputError(str(arrays[REASON]))
    return arrays


def write_records(path, records):
    """Write dataclasses as one file. records: {name without blanks: dataclass}."""
    array_files.write_arrays(
        path, {f"{name} {field}": array for name, one in records.items() for field, array in to_arrays(one).items()}
    )


def records_in(arrays, kinds):
    """The dataclasses among the arrays of a node. kinds: {name: its kind}."""
    fields = {name: {} for name in kinds}
    for place, array in arrays.items():
        name, _, field = place.partition(" ")
        if name in fields:
            fields[name][field] = array
    return {name: from_arrays(kind, fields[name]) for name, kind in kinds.items()}


PARTS = ("rows", "left_out", "mean_logs", "means")


def write_estimates(path, estimates):
    """Write the ReadingEstimates of a node."""
    parts = {part: getattr(estimates, part) for part in PARTS}
    arrays = {f"{part} {name}": np.array(values) for part, columns in parts.items() for name, values in columns.items()}
    array_files.write_arrays(path, arrays | {"resampled": estimates.resampled})


def read_estimates_or_reason(path):
    """The ReadingEstimates of a node, or a text, why there are none."""
    try:
        arrays = read_node(path)
    except InputError as error:
        return "; ".join(str(error).splitlines())
    parts = {part: {} for part in PARTS}
    for place, array in arrays.items():
        part, _, name = place.partition(" ")
        if part in parts:
            parts[part][name] = array.tolist()
    return ReadingEstimates(resampled=arrays["resampled"], **parts)


# What readings are compared with ---------------------------------------------------------------------


def read_printed(coefficients, statistics, table02, mean_logs, panel):
    """The Printed numbers: the paper's, or those of a run as if they were printed.

    coefficients: the paper's as one file, or a run's tables of estimates; statistics: the paper's file of N, empty for
    a run, whose tables have it; table02: Table 2; mean_logs: means of logs, and the variables that have them; panel: a
    run's panel, from which they are computed, empty for the paper.
    """
    rows = [row for path in coefficients for row in files.read_table(path, texts=("stars",)).to_pylist()]
    rows = [row | {"term": TOTAL_DIGITAL if row["term"] == RELATIVE[TOTAL_DIGITAL] else row["term"]} for row in rows]
    counted = [
        (row["table"], row["column"], row["value"])
        for row in (files.read_table(statistics).to_pylist() if statistics else ())
        if row["statistic"] == "n"
    ] or [(row["table"], row["column"], row["n"]) for row in rows]
    logs = {row["variable"]: row["mean_log"] for row in files.read_table(mean_logs).to_pylist()}
    if panel:
        logs = means_of_logs(read_panel(panel), [*logs])
    return Printed(
        coefficients={
            (row["table"], row["column"], row["term"]): (row["estimate"], _number(row["std_error"]), bool(row["stars"]))
            for row in rows
        },
        observations={(table, column): count for table, column, count in counted},
        means={row["variable"]: _number(row["mean"]) for row in files.read_table(table02).to_pylist()},
        mean_logs=logs,
    )


def _number(cell):
    """A cell as a number, NaN where it is empty."""
    return float("nan") if cell is None else float(cell)
