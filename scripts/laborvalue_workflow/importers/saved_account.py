"""The accounts of a system that pymrio saved, text or parquet: labels as text, whatever they look like.

A region NA or a sector 01 is a name. So the labels are never read by rules for numbers and missing values.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data.files import regular
from laborvalue_workflow.progress import waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LEVELS = 10  # of labels
PICKLES = (".pkl", ".pickle", ".p")
BETWEEN = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "blanks"}
SEPARATORS = {".txt": "\t", ".tsv": "\t", ".csv": ","}


@dataclass(frozen=True)
class SavedAccount:
    """A saved account of r rows and k columns, with its labels as texts."""

    path: Path
    rows: list[tuple[str, ...]]
    columns: list[tuple[str, ...]]
    cells: NDArray  # (r, k), in the file's unit, NaN where there is no number
    texts: dict[tuple[int, int], str]  # (row, column) -> the text found instead of a number

    def require_numbers(self, where, row=None):
        """The cells, or those of one row; raises InputError for the first that is a text."""
        for (at, column), text in self.texts.items():
            if row is None or at == row:
                place = self.rows[at] if len(self.rows[at]) > 1 else self.rows[at][0]
                raise InputError(f"{where}: {place}, {self.columns[column]} is {text!r}; expected a number")
        return self.cells if row is None else self.cells[row]

    def taking(self, axis, positions):
        """The account with its `rows` or `columns` at these positions, in this order."""
        import numpy as np

        number = ("rows", "columns").index(axis)
        place = {old: new for new, old in enumerate(positions)}
        texts = {
            (place[at[0]], at[1]) if axis == "rows" else (at[0], place[at[1]]): text
            for at, text in self.texts.items()
            if at[number] in place
        }
        labels = getattr(self, axis)
        taken = np.take(self.cells, positions, axis=number)
        return replace(self, **{axis: [labels[k] for k in positions]}, cells=taken, texts=texts)

    def refuse_numbers_written_otherwise(self):
        """Raise InputError where a text among the cells holds a number in a form that can mean several things."""
        cells.refuse_numbers_written_otherwise(
            self.path,
            [
                (f"row {' '.join(self.rows[row])}, column {' '.join(self.columns[column])}", text)
                for (row, column), text in self.texts.items()
                if cells.has_digits(text)
            ],
        )


def read_account(folder, name):
    """A saved account, e.g. Z, Y or F, as file_parameters.json of its folder describes it."""
    described = _description(folder)
    if name not in described:
        raise InputError(f"{folder}: no {name}; found {', '.join(described)}; call calc_all() before save_all()")
    path, index, header = described[name]
    with _unreadable_as_input_error(path), waiting(f"reading {path}"):
        _require_known_format(path)
        if path.suffix == ".parquet":
            return _account_of_parquet(path)
        return _account_of_text(path, index, header)


def read_units(folder):
    """(path, {label: unit as text}) of a saved system or extension; (path, {}) where it states none.

    label: the keys of a row, joined by a blank. A row that occurs twice keeps its unit where both agree; where
    they do not, both are listed.
    """
    described = _description(folder)
    if "unit" not in described:
        return Path(folder), {}
    path, index, header = described["unit"]
    with _unreadable_as_input_error(path):
        _require_known_format(path)
        if path.suffix == ".parquet":
            import pandas as pd

            frame = pd.read_parquet(path)
            labels, units = _labels_of(frame.index), ["" if u is None else str(u) for u in frame.iloc[:, 0]]
        else:
            with open(path, newline="", encoding="utf-8-sig") as file:
                _require_separator(path, file)
                lines = [line for line in csv.reader(file, delimiter=SEPARATORS[path.suffix]) if line][header:]
            labels = [tuple(line[:index]) for line in lines]
            units = [line[index] if len(line) > index else "" for line in lines]
    stated = {}
    for label, unit in zip(labels, units, strict=True):
        key = " ".join(label)
        stated[key] = unit if stated.get(key, unit) == unit else f"{stated[key]} and {unit}"
    return path, stated


def _description(folder):
    """{account: (path, number of index columns, number of header lines)}: files of the folder itself, no others."""
    if os.path.isfile(folder):
        raise InputError(f"{folder}: a file; expected the folder that pymrio's save_all wrote; unpack it")
    described = Path(folder, "file_parameters.json")
    text = regular(described, "; expected a system saved by pymrio's save_all").read_bytes()
    try:
        named = {
            account: (str(parts["name"]), int(parts["nr_index_col"]), int(parts["nr_header"]))
            for account, parts in json.loads(text)["files"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise InputError(f"{described}: not what pymrio writes; save the system again") from None
    for account, (name, *levels) in named.items():
        if Path(name).name != name or name == ".." or not {*levels} <= {*range(1, MOST_LEVELS)}:
            raise InputError(
                f"{described}: {account} is {name!r} with {levels[0]} columns and {levels[1]} lines of labels; "
                "expected the name of a file in this folder, and as many as pymrio writes; save the system again"
            )
    return {account: (Path(folder, name), *levels) for account, (name, *levels) in named.items()}


@contextlib.contextmanager
def _unreadable_as_input_error(path):
    """Errors of a file that is missing or no table become an InputError."""
    regular(path, "; save the system again")
    try:
        yield
    except InputError:
        raise
    except (ValueError, IndexError, OSError, csv.Error, StopIteration) as error:
        reason = (str(error).splitlines() or ["it ends before its first row"])[0]
        raise InputError(f"{path}: not a readable table ({reason})") from None


def _require_known_format(path):
    """Refuse a pickle, which can run any code when it is opened, and formats that are not known."""
    with open(path, "rb") as file:
        start = file.read(2)
    if path.suffix in PICKLES or (start[:1] == b"\x80" and len(start) == 2 and 2 <= start[1] <= 5):
        raise InputError(
            f"{path}: saved as pickle, which is never opened, since it can run any code; save the system as txt or "
            f"parquet: pymrio.load_all({str(path.parent)!r}).save_all(FOLDER, table_format='parquet')"
        )
    if path.suffix not in (*SEPARATORS, ".parquet"):
        raise InputError(
            f"{path}: saved as {path.suffix[1:] or 'something unknown'}; save the system as txt or parquet"
        )


def _require_separator(path, file):
    """Raise InputError where the first line has not the separator that the file's ending stands for."""
    first, expected = file.readline(), SEPARATORS[path.suffix]
    file.seek(0)
    if expected not in first:
        found = next((name for sign, name in BETWEEN.items() if sign in first), "no signs")
        raise InputError(
            f"{path}: {found} between the columns; expected {BETWEEN[expected]} in {path.suffix}; "
            "save the system again without sep"
        )


def _account_of_text(path, index, header):
    """The account in a text that pandas wrote with its labels; only what is no label is read as numbers."""
    import pandas as pd

    separator = SEPARATORS[path.suffix]
    with open(path, newline="", encoding="utf-8-sig") as file:
        _require_separator(path, file)
        lines = csv.reader(file, delimiter=separator)
        head = [next(lines) for _ in range(header)]
        # below labels of several levels stands a line with the names of the rows' levels alone
        names = header > 1 and not any(next(lines)[index:])
    width = len(head[0])
    columns = [tuple(label) for label in zip(*(line[index:] for line in head), strict=True)]
    skipped, rows = header + names, []
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if number <= skipped or not line.strip("\n"):
                continue
            label = line.split(separator, index)[:index]
            quoted = any('"' in text for text in label)
            cells = next(csv.reader([line], delimiter=separator)) if quoted else ()
            count = len(cells) if quoted else line.count(separator) + 1
            if count != width:
                raise ValueError(f"line {number} has {count} cells; expected {width}")
            rows.append(tuple(cells[:index] if quoted else label))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)  # texts among the numbers are listed in the screening
        frame = pd.read_csv(path, sep=separator, header=None, skiprows=skipped, usecols=range(index, width))
    if len(frame) != len(rows):
        raise ValueError(f"{len(rows)} lines and {len(frame)} rows; expected no line break in a label")
    return SavedAccount(path, rows, columns, *_to_floats(frame))


def _account_of_parquet(path):
    import pandas as pd

    frame = pd.read_parquet(path)
    return SavedAccount(path, _labels_of(frame.index), _labels_of(frame.columns), *_to_floats(frame))


def _to_floats(frame):
    """A DataFrame as floats, NaN where there is a text, and {(row, column): the text}."""
    import numpy as np
    import pandas as pd

    kinds = [pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind) for kind in frame.dtypes]
    if all(kinds):
        return frame.to_numpy(float), {}
    array, texts = np.empty(frame.shape), {}
    for k, is_numeric in enumerate(kinds):
        column = frame.iloc[:, k]
        if is_numeric:
            array[:, k] = column.to_numpy(float)
            continue
        objects = column.astype(object)
        is_text = np.array([isinstance(cell, (str, bool, int)) and not cells.is_number(cell) for cell in objects])
        array[:, k] = objects.mask(is_text).astype(float)
        texts |= {(int(row), k): str(objects.iat[row]) for row in np.flatnonzero(is_text)}
    return array, texts


def _labels_of(index):
    return [tuple(map(str, label)) if isinstance(label, tuple) else (str(label),) for label in index]
