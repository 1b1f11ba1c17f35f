"""Keys and numbers in the cells of a dataset's tables; a fault has the keys of its row."""

from laborvalue.cells import expected_number, is_missing, key, numbers
from laborvalue.errors import InputError


def positions_of(faults, batch, column, keys, default=None):
    """The positions in `keys` of the texts of a column, -1 where there is none, which is one of the `faults`.

    default: what an empty cell gets, where one is given.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells, known = batch.column(column), pa.array(list(keys), pa.string())
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    try:
        texts = cells.cast(pa.string())
    except pa.ArrowNotImplementedError:
        raise InputError(f"{faults.path}: column {column} holds {cells.type}; expected keys as texts") from None
    codes = pc.index_in(texts, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
    if (codes < 0).any():
        texts = _as_keys(cells)
        codes = pc.index_in(texts, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
    if default is not None and (codes < 0).any():
        empty = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
        codes = np.where(empty, default, codes)
    expected = f"{', '.join(keys[:4])}{', …' if len(keys) > 4 else ''}"

    def unknown(index):
        found = repr(texts[index[0]].as_py())
        return f"{column} {found} is unknown; expected one of {expected}{_address(batch, index[0], skip=column)}"

    faults.at(f"unknown {column}", codes < 0, unknown)
    return codes


def finite_floats(faults, batch, column):
    """A column as floats; each text, gap, NaN and infinity is one of the `faults` and becomes NaN."""
    import numpy as np

    amounts = numbers(batch.column(column), strict=False)
    finite = np.isfinite(amounts)

    def no_number(index):
        cell = batch.column(column)[index[0]].as_py()
        found = "" if cell is None else str(cell).strip()
        return f"{column} is {found or 'empty'!r}; expected {expected_number(found)}{_address(batch, index[0])}"

    faults.at(f"no number in {column}", ~finite, no_number)
    return amounts if finite.all() else np.where(finite, amounts, np.nan)


def _as_keys(cells):
    """A column of keys as texts without blanks around them, whole floats as their digits."""
    import pyarrow as pa

    encoded = cells.dictionary_encode()
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


def find_negative(faults, what, values, kinds, keys):
    """Add each of `values` that is below 0 to the faults; kinds, keys: of its axes."""
    faults.at(
        f"negative {what}",
        values < 0,
        lambda index: f"{address(kinds, keys, index)}: {what} is {values[index]:g}; expected 0 or more",
    )
