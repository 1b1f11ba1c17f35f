"""Workbooks whose sheets fit into memory: a reader of workbooks makes room for all cells up to the last one, so that a
single cell in the last row or column of a sheet takes gigabytes.
"""

import re

from laborvalue.errors import InputError
from laborvalue_workflow.data.files import regular

MOST_CELLS = 10_000_000  # up to the last row and column of a sheet; 31 provinces x 42 sectors have 2 million
MOST_BYTES = 1 << 30  # of an unpacked workbook
STEP = 1 << 22
LONGEST_TAG = 400  # bytes
# The places of cells that are not empty, with and without a prefix, and of a row whose cells do not say theirs. Each
# begins with letters, which makes the search fast.
PLACE = rb"""\s[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>"""
PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (b"<c" + PLACE, b":c" + PLACE, rb"""row\s[^<>]*?\br=["']()(\d{1,7})["'][^<>]*>\s*<c(?![^<>]*\br=)""")
)
# Beyond 9,999 rows or 2,054 columns all places are looked at; a sheet that ends before takes 0.5 GiB at most.
FAR = re.compile(rb"""\br=["'](?:[C-Z][A-Z]{2}\d|[A-Z]{0,3}\d{5})""", re.IGNORECASE)


def bounded(path):
    """The path of a workbook, .xls or .xlsx; raises InputError where a sheet, or all of it, takes too much memory.

    A sheet of an .xls ends at row 65,536 and column 256.
    """
    import zipfile
    import zlib

    with open(regular(path), "rb") as file:
        if file.read(4) != b"PK\3\4":
            return path
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_unbounded(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: not a readable workbook ({error})") from None
    return path


def _refuse_unbounded(path, archive):
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise InputError(f"{path}: more than {MOST_BYTES >> 30} GiB unpacked; save the sheet that counts alone")
    if not any(member.filename.endswith(".xml") and "worksheets" in member.filename for member in members):
        raise InputError(f"{path}: no workbook of Excel; save it as .xlsx")
    for member in members:
        rows, columns = _extent(archive, member)
        if rows * columns > MOST_CELLS:
            raise InputError(
                f"{path}: {member.filename} has cells up to row {rows:,} and column {columns:,}; expected at most "
                f"{MOST_CELLS:,} cells up to the last one: delete the rows and columns outside of the table"
            )


def _extent(archive, member):
    """The last row and column of a sheet; less than they are where both are small."""
    if not any(FAR.search(part) for part in _parts(archive, member)):
        return 0, 0
    rows, columns = 0, 0
    for part in _parts(archive, member):
        for letters, row in (place for pattern in PLACES for place in pattern.findall(part)):
            rows, columns = max(rows, int(row)), max(columns, _number(letters.upper()))
    return rows, columns


def _parts(archive, member):
    """The bytes of a member in parts that overlap by more than a tag."""
    with archive.open(member) as file:
        end = b""
        while part := file.read(STEP):
            yield end + part
            end = part[-LONGEST_TAG:]


def _number(letters):
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
