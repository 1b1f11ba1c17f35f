"""What a number, a year, a key and a missing value are: one reading for every file that a user writes.

It is a person's reading, not that of Python or YAML. A number has ASCII digits, at most one point, and perhaps an
exponent: 1263.42, .5, -3, 1e6. Not numbers: 1,263.42 (a comma separates thousands in one country and decimals in
another), 1_0, 0x10, 1:30, inf, true, full-width digits, and nothing from 1e100 on, whose sums and products overflow. A
year is a whole number of at most four digits (2012, or 68 in an old panel), in a number format or as text. A key is a
text; a whole number stands for its digits. Blanks around do not count.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from laborvalue.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
YEAR = re.compile(r"[1-9]\d{0,3}(?:\.0*)?", re.ASCII)
# Texts that mean "no number", as other software writes them: the list of pyarrow's reader of csv files.
MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "NULL", "null", "NaN", "nan", "-NaN", "-nan"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
LARGEST = 1e100  # numbers are smaller in size
SMALLEST = 1e-100  # an output below it is none: what is divided by it overflows
A_YEAR = "a whole year of at most four digits, such as 2012"


class BadCellError(ValueError):
    """A cell of a column that is not what it should be.

    Attributes
    ----------
    row
        The position of the first such cell, from 0.
    found
        What it holds; None where it is empty.
    count
        How many such cells the column has.
    """

    def __init__(self, row: int, found: Any, count: int = 1) -> None:
        super().__init__(f"row {row + 1} holds {found!r}")
        self.row, self.found, self.count = row, found, count

    @property
    def others(self) -> str:
        """How many cells beside the first, for the end of a message; empty where there is none."""
        return f" (and {self.count - 1:,} more)" if self.count > 1 else ""


# Single cells


def number(cell: object) -> float:
    """Read a number.

    Parameters
    ----------
    cell
        A text or a number.

    Raises
    ------
    ValueError
        Where it is anything else; a missing value too.
    """
    value = math.nan
    if isinstance(cell, str):
        if NUMBER.fullmatch(cell.strip()):
            value = float(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < LARGEST:
        value = float(cell)
    if not abs(value) < LARGEST:
        raise ValueError(f"{cell!r} is no number")
    return value


def is_number(cell: object) -> bool:
    """Whether a cell is a number."""
    try:
        number(cell)
    except ValueError:
        return False
    return True


def year(cell: object) -> int:
    """Read a year.

    Parameters
    ----------
    cell
        A whole number of any type, or its text.

    Raises
    ------
    ValueError
        Where it is not a whole number of at most four digits: a date, a quarter, a missing value.
    """
    text = cell.strip() if isinstance(cell, str) else str(cell)
    if isinstance(cell, int | float | str) and YEAR.fullmatch(text):
        return int(float(text))
    raise ValueError(f"{cell!r} is no year")


def is_year(cell: object) -> bool:
    """Whether a cell is a whole number of at most four digits."""
    try:
        year(cell)
    except ValueError:
        return False
    return True


def key(cell: object) -> str:
    """Read a key.

    Parameters
    ----------
    cell
        A text, or a whole number, which stands for its digits.

    Raises
    ------
    ValueError
        Where it is empty or anything else.
    """
    text = ""
    if isinstance(cell, str):
        text = cell.strip()
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell // 1:
        text = str(int(cell))
    if not text:
        raise ValueError(f"{cell!r} is no key")
    return text


def folded(text: str) -> str:
    """What is left of a key without that which software and typing change and a reader hardly sees.

    Compatible characters are one (full-width, NFC and NFD), and letter case, accents, blanks, characters that do not
    show, kinds of dashes and quotation marks do not count. Nor do zeros before digits, and a number is its value: 01,
    1.0 and 1 are one, as are 110000 and 1.1e+05.

    Parameters
    ----------
    text
        A key.

    Returns
    -------
    str
        For comparison only; two keys may be two and have one such text.
    """
    import unicodedata
    from decimal import Decimal

    letters = []
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()):
        kind = unicodedata.category(letter)
        if not (unicodedata.combining(letter) or kind[0] in "ZC"):
            letters.append({"Pd": "-", "Pi": "'", "Pf": "'"}.get(kind, letter))
    plain = "".join(letters)
    if NUMBER.fullmatch(plain):
        with contextlib.suppress(ArithmeticError):  # an exponent of twenty digits
            return str(Decimal(plain).normalize())
    return re.sub(r"(?<![\d.])0+(?=\d)", "", plain)


def as_written(text: str) -> str:
    """A key for a message that sets it off from another one: what does not show is escaped."""
    import unicodedata

    return repr(text) if unicodedata.is_normalized("NFC", text) else ascii(text)


def near_miss(text: str, known: Iterable[str]) -> str | None:
    """The first of the known keys that is the same as a text when both are `folded`; None where there is none."""
    plain = folded(text)
    return next((other for other in known if folded(other) == plain), None)


def refuse_near_misses(where: object, what: str, texts: Iterable[str], known: Sequence[str]) -> None:
    """Raise an error for keys that are none of the known ones and almost are: nothing would be joined to them.

    Parameters
    ----------
    where
        The file that has the texts.
    what
        What they name: region, sector.
    texts
        Keys of the file.
    known
        The keys that they are compared with.

    Raises
    ------
    InputError
        With each of them.
    """
    unmet = sorted(set(texts) - set(known))
    pairs = [f"{as_written(text)} for {as_written(near)}" for text in unmet if (near := near_miss(text, known))]
    if pairs:
        raise InputError(
            f"{where}: {what} {', '.join(pairs)}: almost the same; write the key the same in both places (letter case, "
            "accents, blanks, characters that do not show, zeros)"
        )


def split_keys(labels: Sequence[str], places: Callable[[int], NDArray]) -> list[tuple[int, int]]:
    """Find keys that are almost surely one: the same when `folded`, and never side by side.

    Parameters
    ----------
    labels
        K keys.
    places
        From the position of a key to codes of where it occurs, of shape `(rows,)`: of sector and year for a region.
        Two keys that share one of them are two.

    Returns
    -------
    list of (int, int)
        Positions of the keys.
    """
    import numpy as np

    alike: dict[str, list[int]] = {}
    for k, label in enumerate(labels):
        alike.setdefault(folded(label), []).append(k)
    found = []
    for a, b in (pair for group in alike.values() for pair in combinations(group, 2)):
        one, other = places(a), places(b)
        if one.size + other.size and not np.intersect1d(one, other).size:
            found.append((a, b))
    return found


def is_missing(cell: object) -> bool:
    """Whether a cell is empty: no value, NaN or a text of blanks."""
    return cell is None or cell != cell or (isinstance(cell, str) and not cell.strip())


def expected_number(found: object) -> str:
    """What a message says was expected where `found` is no number."""
    text = str(found)
    if NUMBER.fullmatch(text.strip()):
        return "a number" if is_number(text) else f"a number below {LARGEST:g}"
    if re.fullmatch(r"\s*[+-]?\d[\d,' \u00a0\u202f\u2009.]*\s*", text, re.ASCII):
        return "a number without thousands separators and with a decimal point, e.g. 1263.42"
    if any(letter.isdigit() for letter in text):
        return "a number in plain digits, e.g. 1263.42 or 1e6"
    return "a number"


def has_digits(cell: object) -> bool:
    """Whether a cell that is no number has digits: a number written otherwise, and not a mark for a missing one."""
    text = str(cell).strip()
    return any(letter.isdigit() for letter in text) and text not in MISSING and not text.startswith("#")  # #DIV/0!


def refuse_numbers_written_otherwise(where: object, unreadable: Sequence[tuple[str, object]]) -> None:
    """Raise an error for cells of a published table that hold a number in a form that can mean several things.

    Parameters
    ----------
    where
        The file, and the sheet where it has several.
    unreadable
        The address of each such cell, and what it holds.

    Raises
    ------
    InputError
        Where there is at least one.
    """
    if unreadable:
        address, found = unreadable[0]
        others = f" (and {len(unreadable) - 1:,} more cells of this block)" if len(unreadable) > 1 else ""
        raise InputError(f"{where}: {address}: found {str(found)!r}{others}; expected {expected_number(found)}")


# Columns


def floats(array: pa.DoubleArray) -> NDArray:
    """Turn a pyarrow array of doubles into a numpy array.

    From its buffers, since pyarrow's own to_numpy imports pandas, a third of the time that a table takes.

    Parameters
    ----------
    array
        N doubles or nulls.

    Returns
    -------
    ndarray, shape (N,)
        NaN for null; any unit.
    """
    import numpy as np

    valid, data = array.buffers()
    rows = slice(array.offset, array.offset + len(array))
    if data is None:
        return np.full(len(array), np.nan)
    values = np.frombuffer(data, dtype=np.float64)[rows]
    if array.null_count == 0:
        return values
    return np.where(np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")[rows], values, np.nan)


def numbers(column: pa.Array | pa.ChunkedArray, strict: bool = True) -> NDArray:
    """Read a column as floats.

    Parameters
    ----------
    column
        N cells: numbers of any type, texts that spell numbers, or nothing at all.
    strict
        Whether a cell that is no number is an error, and not NaN.

    Returns
    -------
    ndarray, shape (N,)
        In the column's unit; NaN where a cell is empty or holds one of the texts `MISSING`. Infinite numbers stay.

    Raises
    ------
    BadCellError
        Under `strict`, where a cell is no number.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.null_count == len(column):
        return floats(pa.nulls(len(column), pa.float64()))
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return floats(column.cast(pa.float64(), safe=False))
    if not (types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)):
        if not strict:
            return np.full(len(column), np.nan)
        row = pc.index(pc.is_valid(column), True).as_py()
        raise BadCellError(row, column[row].as_py(), len(column) - column.null_count)
    try:  # what this cast takes is a number for a person too, or not finite
        return floats(column.cast(pa.float64()))
    except pa.ArrowInvalid:
        pass
    texts = pc.utf8_trim_whitespace(column)
    missing = pc.is_in(texts, value_set=pa.array(MISSING, texts.type))
    texts = pc.if_else(missing, pa.scalar(None, texts.type), texts)
    wrong = pc.invert(pc.match_substring_regex(texts, f"^(?:{NUMBER.pattern}|[+-]?(?i:inf|infinity))$"))
    if count := pc.sum(wrong).as_py():
        if strict:
            row = pc.index(wrong, True).as_py()
            raise BadCellError(row, column[row].as_py(), count)
        texts = pc.if_else(wrong, pa.scalar(None, texts.type), texts)
    return floats(texts.cast(pa.float64()))


def distinct(column: pa.Array | pa.ChunkedArray, read: Callable[[object], Any]) -> tuple[list[Any], NDArray]:
    """Read a column of few different cells, such as keys and years: each label once.

    Ten million of them as Python objects would not fit. A categorical column may have levels that no row has.

    Parameters
    ----------
    column
        N cells.
    read
        `key` or `year`.

    Returns
    -------
    labels
        What `read` gives for the different cells, in the order of their first rows; two may be equal.
    codes : ndarray of int, shape (N,)
        The position of each row's label; a pure number.

    Raises
    ------
    BadCellError
        Where a cell cannot be read; its `found` is None where there is one that is empty.
    """
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    if pa.types.is_dictionary(column.type) and any(chunk.dictionary.null_count for chunk in column.chunks):
        column = column.cast(column.type.value_type)  # levels that are null cannot be unified
    if column.null_count:
        row = column.is_null().index(True).as_py()
        raise BadCellError(row, None, column.null_count)
    if len(column) == 0:
        return [], np.zeros(0, dtype=np.int64)
    try:
        encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # lists, records
        raise BadCellError(0, column[0].as_py(), len(column)) from None
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    codes = np.from_dlpack(encoded.indices.cast(pa.int64()))
    counts = np.bincount(codes, minlength=len(encoded.dictionary))
    labels: list[Any] = []
    faults = []
    for code, (cell, count) in enumerate(zip(encoded.dictionary.to_pylist(), counts.tolist(), strict=True)):
        if count:
            try:
                labels.append(read(cell))
            except ValueError:
                faults.append((not is_missing(cell), code, cell, count))
    if faults:
        empty = [fault for fault in faults if not fault[0]] or faults
        rows = [int(np.argmax(codes == code)) for _, code, _, _ in empty]
        first = rows.index(min(rows))
        _, _, cell, _ = empty[first]
        raise BadCellError(rows[first], None if is_missing(cell) else cell, sum(fault[-1] for fault in empty))
    return labels, (np.cumsum(counts > 0) - 1)[codes]


# C0 and C1 without tab and line breaks, separators of lines and paragraphs, and what turns the direction of a line.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet runs: a call of a function or of another program.
CALLS = re.compile(r"\s*([=@].*[|!(]|[+-]\s*[A-Za-z]+\s*[|(])", re.DOTALL)


def refuse_commands(where: str, texts: Iterable[Any]) -> None:
    """Raise InputError where a text holds a sign that a terminal obeys and nobody sees, or a call by a spreadsheet.

    Parameters
    ----------
    where : str
        The file, for the message.
    texts : iterable
        Any values; what is no text passes.

    Raises
    ------
    InputError
        With every such text.
    """
    faults = []
    for text in filter(lambda text: isinstance(text, str), texts):
        if sign := CONTROLS.search(text):
            faults.append(f"{where}: {text!r} holds U+{ord(sign[0]):04X}, a sign that does not show; remove it")
        elif CALLS.match(text):
            faults.append(f"{where}: {text!r} is a call that a spreadsheet would run; expected a name or a number")
    if faults:
        raise InputError("\n".join(faults))
