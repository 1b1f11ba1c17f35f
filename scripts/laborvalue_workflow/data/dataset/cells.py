"""Keys and numbers in the cells of a dataset's tables; a fault has the keys of its row."""

from laborvalue.cells import (
    LARGEST,
    as_written,
    expected_number,
    has_digits,
    is_missing,
    key,
    near_miss,
    numbers,
    split_keys,
)
from laborvalue.errors import InputError
from laborvalue_workflow.screening.faults import Axes, Fault
from laborvalue_workflow.screening.findings import Check, Done
from laborvalue_workflow.screening.policies import Policy

AXES = {("origin_region", "sector", "region"): Axes.FINAL}  # of final demand, whose good is the supplier's


def positions_of(faults, batch, column, keys, default=None):
    """The positions in `keys` of the texts of a column, -1 where there is none, which is one of the `faults`.

    default: what an empty cell gets, where one is given.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells, allowed = batch.column(column), pa.array(list(keys), pa.string())
    try:
        codes = _positions(cells, allowed)
    except pa.ArrowNotImplementedError:
        raise InputError(f"{faults.path}: column {column} holds {cells.type}; expected keys as texts") from None
    texts = cells
    if (codes < 0).any():
        texts = _as_keys(cells)
        codes = _positions(texts, allowed)
    if default is not None and (codes < 0).any():
        empty = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
        codes = np.where(empty, default, codes)
    expected = f"{', '.join(keys[:4])}{', …' if len(keys) > 4 else ''}"

    def unknown(index):
        cell = texts[index[0]].as_py() or ""
        near = near_miss(cell, keys)
        wanted = f"{as_written(near)}, written the same" if near else f"one of {expected}"
        return f"{column} {as_written(cell)} is unknown; expected {wanted}{_address(batch, index[0], skip=column)}"

    faults.at(f"unknown {column}", codes < 0, unknown)
    return codes


def finite_floats(faults, batch, column, block=None, axes=(), codes=()):
    """A column as floats; each text, gap, NaN and infinity is one of the `faults` and becomes NaN, or 0 by policy.

    block: whose policy counts, the column's by default; axes: what a row is about; codes: its position on each of them.
    A cell with digits that is no number may be a number written otherwise, which no policy leaves out.
    """
    import numpy as np
    import pyarrow as pa

    amounts = numbers(batch.column(column), strict=False)
    finite = np.abs(amounts) < LARGEST
    if finite.all():
        return amounts

    def text(row):
        cell = batch.column(column)[row].as_py()
        return "" if cell is None else str(cell).strip()

    def no_number(index):
        cell = text(index[0])
        return f"{column} is {cell or 'empty'!r}; expected {expected_number(cell)}{_address(batch, index[0])}"

    def place(index):
        return tuple(int(code[index[0]]) for code in codes)

    # a float, also a missing one, has no other way to be written
    written = [] if pa.types.is_floating(batch.column(column).type) else np.flatnonzero(~finite)
    otherwise = np.zeros_like(finite)
    otherwise[[row for row in written if has_digits(text(row))]] = True
    kind = f"no number in {column}"
    faults.at(kind, otherwise, no_number)
    block = block or column
    fault = Fault(
        Check.MISSING,
        block,
        axes_of(axes),
        ~finite & ~otherwise,
        lambda index: repr(text(index[0]) or "empty"),
        "a number",
        excluded_of(block),
        policy="text",
        place=place,
        line=no_number,
        kind=kind,
    )
    return np.where(finite, amounts, 0.0 if faults.handle(fault) == Policy.ZERO else np.nan)


def _positions(cells, allowed):
    """The positions of `cells` among the texts `allowed`, -1 where there is none; of a dictionary, each text once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(cells.type):
        positions = pc.index_in(cells.dictionary.cast(pa.string()), value_set=allowed).take(cells.indices)
    else:
        positions = pc.index_in(cells.cast(pa.string()), value_set=allowed)
    return positions.fill_null(-1).to_numpy(zero_copy_only=False)


def _as_keys(cells):
    """A column of keys as texts without blanks around them, whole floats as their digits."""
    import pyarrow as pa

    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    labels = []
    for cell in encoded.dictionary.to_pylist():
        try:
            labels.append(key(cell))
        except ValueError:
            labels.append("" if is_missing(cell) else str(cell))
    return pa.array(labels, pa.string()).take(encoded.indices)


def _address(batch, row, skip=None):
    keys = ("origin_region", "origin_sector", "region", "sector", "category")
    texts = [f"{key} {batch.column(key)[row].as_py()}" for key in keys if key in batch.schema.names and key != skip]
    return f" ({', '.join(texts)})" if texts else ""


def address(kinds, keys, index):
    """The keys of a place in an array; kinds, keys: for each of its axes what it is, and its keys."""
    return ", ".join(f"{kind} {key[k]}" for kind, key, k in zip(kinds, keys, index, strict=True))


def find_repeats(faults, seen, kinds, keys, what=""):
    """Add each cell that occurs more than once to the faults; seen: array of counts; kinds, keys: of its axes."""
    faults.at(
        f"{what}repeated",
        seen > 1,
        lambda index: f"{what}{address(kinds, keys, index)} occurs more than once; expected one row",
    )


def find_split_keys(faults, seen, kinds, keys):
    """Add regions and sectors that have two keys, of which rows have one or the other; seen as in `find_repeats`."""
    import numpy as np

    for kind, labels, rows in zip(kinds, keys, (seen, seen.T), strict=True):
        for a, b in split_keys(labels, lambda k, rows=rows: np.flatnonzero(rows[k])):
            faults.add(
                f"{kind} twice",
                f"{kind} {as_written(labels[a])} and {as_written(labels[b])} are almost the same keys, and no row of "
                f"the one stands beside a row of the other; keep one of them in {kind}s.csv and in the tables",
            )


def axes_of(kinds):
    """The Axes of a screening's addresses, from what the axes of an array are."""
    return AXES.get(tuple(kinds), " ".join(kinds))


def excluded_of(account):
    """What it means to exclude a fault of an account: no hours leave no row, all else no accounts."""
    return Done.ROW_LEFT_OUT if account == "hours" else Done.EXCLUDED


def find_negative(faults, account, values, kinds, keys):
    """Handle each of `values` that is below 0 by policy, in place: unknown (NaN), or 0. kinds, keys: of the axes."""

    def text(index):
        return f"{values[index]:g}"

    def line(index):
        return f"{address(kinds, keys, index)}: {account} is {text(index)}; expected 0 or more"

    below, excluded = values < 0, excluded_of(account)
    fault = Fault(Check.NEGATIVE, account, axes_of(kinds), below, text, "0 or more", excluded, line=line)
    if policy := faults.handle(fault):
        values[below] = 0 if policy == Policy.ZERO else float("nan")
