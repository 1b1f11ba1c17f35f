"""Keys and numbers in the cells of a dataset's tables; an error names the file and the keys of the row."""

from laborvalue.cells import expected_number, is_missing, key, numbers
from laborvalue.errors import InputError


def positions_of(path, batch, column, keys, default=None):
    """The positions in `keys` of the texts of a column; an empty cell gets `default` where one is given."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells, known = batch.column(column), pa.array(list(keys), pa.string())
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    try:
        texts = cells.cast(pa.string())
    except pa.ArrowNotImplementedError:
        raise InputError(f"{path}: column {column} holds {cells.type}; expected keys as texts") from None
    codes = pc.index_in(texts, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
    if (codes < 0).any():
        texts = _as_keys(cells)
        codes = pc.index_in(texts, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
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


def finite_floats(path, batch, column):
    """A column as finite floats; raises InputError for the first text, gap or NaN, with the keys of its row."""
    import numpy as np

    amounts = numbers(batch.column(column), strict=False)
    finite = np.isfinite(amounts)
    if not finite.all():
        row = int(np.argmin(finite))
        cell = batch.column(column)[row].as_py()
        found = "" if cell is None else str(cell).strip()
        raise InputError(
            f"{path}: {column} is {found or 'empty'!r}; expected {expected_number(found)}{_address(batch, row)}"
        )
    return amounts


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


def refuse_repeats(path, seen, kinds, keys, what=""):
    """Raise InputError for the first cell that occurs more than once.

    seen: array of counts; kinds, keys: for each of its axes what it is, and its keys.
    """
    repeated = seen > 1
    if repeated.any():
        first = [int(k) for k in zip(*repeated.nonzero(), strict=True).__next__()]
        address = ", ".join(f"{kind} {key[k]}" for kind, key, k in zip(kinds, keys, first, strict=True))
        raise InputError(f"{path}: {what}{address} occurs more than once; expected one row")


def refuse_negative(path, what, values, *keys):
    """Raise InputError for the first of `values` below 0; keys: of each axis."""
    negative = values < 0
    if negative.any():
        first = [int(k) for k in zip(*negative.nonzero(), strict=True).__next__()]
        kinds = ("origin_region", "sector", "region") if values.ndim == 3 else ("region", "sector")
        address = ", ".join(f"{kind} {key[k]}" for kind, key, k in zip(kinds, keys, first, strict=True))
        raise InputError(f"{path}: {address}: {what} is {values[tuple(first)]:g}; expected 0 or more")
