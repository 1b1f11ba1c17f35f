"""Keys and numbers in the cells of a dataset's tables; an error names the file and the keys of the row."""

from laborvalue.errors import InputError


def positions_of(path, batch, column, keys, default=None):
    """The positions in `keys` of the texts of a column; an empty cell gets `default` where one is given."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = batch.column(column).cast(pa.string())
    codes = pc.index_in(texts, value_set=pa.array(list(keys), pa.string()))
    codes = codes.fill_null(-1).to_numpy(zero_copy_only=False)
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
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = batch.column(column)
    try:
        amounts = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        amounts = np.array([_float_or_nan(cell) for cell in cells.to_pylist()])
    if not np.isfinite(amounts).all():
        row = int(np.argmax(~np.isfinite(amounts)))
        found = pc.cast(cells[row], pa.string()).as_py()
        raise InputError(f"{path}: {column} is {found or 'empty'!r}; expected a number{_address(batch, row)}")
    return amounts


def _float_or_nan(cell):
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


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
