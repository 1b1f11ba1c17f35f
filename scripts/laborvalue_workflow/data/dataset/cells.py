"""Keys and numbers in the cells of a dataset's tables; a fault has the keys of its row."""

from laborvalue.cells import expected_number, has_digits, is_missing, key, numbers
from laborvalue.errors import InputError
from laborvalue_workflow.data.dataset.faults import Found
from laborvalue_workflow.data.policies import Policy


def positions_of(faults, batch, column, keys, default=None):
    """The positions in `keys` of the texts of a column, -1 where there is none, which is one of the `faults`.

    default: what an empty cell gets, where one is given.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells, known = batch.column(column), pa.array(list(keys), pa.string())
    try:
        codes = _found(cells, known)
    except pa.ArrowNotImplementedError:
        raise InputError(f"{faults.path}: column {column} holds {cells.type}; expected keys as texts") from None
    texts = cells
    if (codes < 0).any():
        texts = _as_keys(cells)
        codes = _found(texts, known)
    if default is not None and (codes < 0).any():
        empty = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
        codes = np.where(empty, default, codes)
    expected = f"{', '.join(keys[:4])}{', …' if len(keys) > 4 else ''}"

    def unknown(index):
        found = repr(texts[index[0]].as_py())
        return f"{column} {found} is unknown; expected one of {expected}{_address(batch, index[0], skip=column)}"

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
    finite = np.isfinite(amounts)
    if finite.all():
        return amounts

    def text(row):
        cell = batch.column(column)[row].as_py()
        return "" if cell is None else str(cell).strip()

    def no_number(index):
        found = text(index[0])
        return f"{column} is {found or 'empty'!r}; expected {expected_number(found)}{_address(batch, index[0])}"

    def place(index):
        return tuple(int(code[index[0]]) for code in codes)

    # a float, also a missing one, has no other way to be written
    written = [] if pa.types.is_floating(batch.column(column).type) else np.flatnonzero(~finite)
    otherwise = np.zeros_like(finite)
    otherwise[[row for row in written if has_digits(text(row))]] = True
    kind = f"no number in {column}"
    faults.at(kind, otherwise, no_number)
    found = Found(~finite & ~otherwise, lambda index: repr(text(index[0]) or "empty"), "a number", place)
    policy = faults.handle("text", block or column, found, axes, no_number, kind)
    return np.where(finite, amounts, 0.0 if policy == Policy.ZERO else np.nan)


def _found(cells, known):
    """The positions of `cells` among the texts `known`, -1 where there is none; of a dictionary, each text once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(cells.type):
        found = pc.index_in(cells.dictionary.cast(pa.string()), value_set=known).take(cells.indices)
    else:
        found = pc.index_in(cells.cast(pa.string()), value_set=known)
    return found.fill_null(-1).to_numpy(zero_copy_only=False)


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
    found = [f"{key} {batch.column(key)[row].as_py()}" for key in keys if key in batch.schema.names and key != skip]
    return f" ({', '.join(found)})" if found else ""


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


def treat(faults, fault, what, mask, values, kinds, keys, text, expected, advice=None):
    """Handle a fault of the cells `mask` of an account, in place: unknown (NaN) or 0, by policy. Returns the policy.

    kinds, keys: of the axes of `values`; text: index -> what is found; advice: what a message expects, if it is more.
    """
    import numpy as np

    def line(index):
        return f"{address(kinds, keys, index)}: {what} is {text(index)}; expected {advice or expected}"

    policy = faults.handle(fault, what, Found(mask, text, expected), kinds, line)
    if policy is not None:
        values[mask] = 0 if policy == Policy.ZERO else np.nan
    return policy


def find_negative(faults, what, values, kinds, keys):
    """Handle each of `values` that is below 0 by policy, in place; returns the policy, None where there is none."""
    below = values < 0
    amounts = values.copy() if below.any() else values
    return treat(faults, "negative", what, below, values, kinds, keys, lambda i: f"{amounts[i]:g}", "0 or more")
