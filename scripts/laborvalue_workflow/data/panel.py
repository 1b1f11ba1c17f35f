"""The one reader of panels: keys as texts, years as whole numbers, variables as floats, whatever the file holds."""

import numpy as np

from laborvalue.econometrics.estimation import column_values, key_labels, row_name
from laborvalue.errors import InputError
from laborvalue.variables import BY_NAME, KEYS
from laborvalue_workflow.data import files


def read_panel(path, only=None):
    """A .csv or .parquet panel as a pyarrow Table: region and sector (dictionaries), year (integers), floats.

    only: the names of the columns to read, where the file has them; None reads all that the register of variables
    knows. A column without any value has nulls. Raises InputError where a cell is no key, year or finite number, or a
    variable that is taken in logs is below 0.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = files.read_table(path, texts=KEYS, only={*KEYS, *BY_NAME} if only is None else only, numbers=BY_NAME)
    columns, faults = {}, []
    for name in rows.column_names:
        try:
            if name in KEYS:
                columns[name] = _key_column(*key_labels(rows, name), name)
            elif rows[name].type != pa.float64() or pc.any(pc.is_inf(rows[name])).as_py():
                columns[name] = _float_column(column_values(rows, name))
            else:
                columns[name] = rows[name]
            if name in BY_NAME and BY_NAME[name].in_logs:
                _refuse_negative(rows, name)
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError(f"{path}: {'; '.join(faults)}")
    return pa.table(columns)


def _refuse_negative(rows, name):
    """Raise InputError where a share, ratio or amount, whose log is taken, is below 0."""
    values = column_values(rows, name)
    if (below := np.flatnonzero(values < 0)).size:
        first, more = int(below[0]), f" and {below.size - 1} more" if below.size > 1 else ""
        raise InputError(f"column {name} is {values[first]:g} ({row_name(rows, first)}{more}); expected 0 or more")


def panel_of(columns):
    """A panel as `read_panel` gives it, from arrays (N,) by name: the keys region, sector and year, and variables."""
    import pyarrow as pa

    def column(name, values):
        return _key_column(*np.unique(values, return_inverse=True), name) if name in KEYS else _float_column(values)

    return pa.table({name: column(name, values) for name, values in columns.items()})


def _float_column(values):
    """Floats as a pyarrow column, null for NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
    return pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)


def _key_column(labels, positions, name):
    """A key column from its labels and the position of each row's; from buffers, since pa.array imports pandas."""
    import pyarrow as pa

    def array(kind, length, *parts):
        return pa.Array.from_buffers(kind, length, [None, *map(pa.py_buffer, parts)])

    rows = len(positions)
    if name == "year":
        return array(pa.int64(), rows, np.array(labels, dtype=np.int64)[positions])
    texts = [str(label).encode() for label in labels]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    dictionary = array(pa.string(), len(texts), ends, b"".join(texts))
    return pa.DictionaryArray.from_arrays(array(pa.int32(), rows, positions.astype(np.int32)), dictionary)


def read_variables(path, *names):
    """Keys and the named variables of a panel as arrays (N,), NaN where a value is missing.

    Raises InputError where the panel has no such column.
    """
    rows = read_panel(path, only=(*KEYS, *names))
    for name in (*KEYS, *names):
        if name not in rows.column_names:
            raise InputError(
                f"{path}: no column {name}; figures and report show it: add it, or run the target tables alone"
            )
    keys = {key: _labels(rows[key]) for key in KEYS}
    return keys | {name: column_values(rows, name) for name in names}


def _labels(column):
    """A key of every row as a numpy array."""
    if column.type == "int64":
        return np.from_dlpack(column.combine_chunks())
    array = column.combine_chunks()
    return np.array(array.dictionary.to_pylist(), dtype=str)[np.from_dlpack(array.indices)]
