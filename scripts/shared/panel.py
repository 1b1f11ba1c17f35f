"""Reads single variables of a panel file, for figures and the report."""

import numpy as np

from laborvalue.econometrics.estimation import column_values
from laborvalue.errors import InputError
from laborvalue.variables import KEYS
from shared import files


def read_variables(path, *names):
    """Keys and the named variables of a panel as arrays (N,), NaN where a value is missing.

    Raises InputError where the panel has no such column.
    """
    rows = files.read_table(path, texts=("region", "sector"), only=(*KEYS, *names))
    for name in (*KEYS, *names):
        if name not in rows.column_names:
            raise InputError(
                f"{path}: no column {name}; figures and report show it: add it, or run the target tables alone"
            )
    keys = {key: np.array(rows[key].to_pylist()) for key in KEYS}
    try:
        return keys | {name: column_values(rows, name) for name in names}
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
