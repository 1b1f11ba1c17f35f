"""The one reader and the one writer of tables, texts and JSON; large packages are imported where they are used."""

import contextlib
import json
import math
import os
import re
from itertools import chain, zip_longest

from laborvalue import cells
from laborvalue.cells import MISSING
from laborvalue.errors import InputError
from laborvalue_workflow.data import digests, disk


def read_text(path):
    """The text of a result, UTF-8; raises InputError where it is not as its job wrote it."""
    return read_bytes(path).decode("utf-8")


def read_bytes(path):
    """The bytes of a result; raises InputError where they are not as its job wrote them."""
    return _content(regular(path))


def _content(path):
    with open(path, "rb") as file:
        return file.read()


def is_parquet(path):
    """Is this the path of a parquet file; any other table is csv."""
    return os.path.splitext(path)[1] == ".parquet"


def read_rows(path):
    """The rows of a result in csv, dicts of texts."""
    import csv

    return list(csv.DictReader(read_text(path).splitlines(keepends=True)))


def regular(path, absent=""):
    """`path`, where there is a regular file that is as its job wrote it, if a job has written it; else an InputError.

    Everything that reads a file calls this first. absent: what the message adds where nothing is there.
    """
    digests.refuse_irregular(path, absent)
    digests.refuse_changed(path)
    return path


def quoted(path, text):
    """What a message may quote of a file: nothing where a link leads out of the file's folder, to what nobody named."""
    folder, target = os.path.realpath(os.path.dirname(path)), os.path.realpath(path)
    return text if os.path.commonpath([folder, target]) == folder else "what is not shown, since a link leads there"


def write_text(path, text):
    """Write a text as UTF-8, atomically."""
    with disk.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(text)


def write_markdown(path, text):
    """Write a text as Markdown, in which no tag of HTML is one."""
    write_text(path, without_tags(text))


def without_tags(text):
    """A text in which what would begin a tag of HTML is shown; `p < 0.1` stays."""
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)


def write_bytes(path, content):
    """Write bytes, atomically."""
    with disk.replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(content)


def write_json(path, content):
    """Write `content` as indented JSON with a newline at its end."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


# The folders of an absolute path, which may hold blanks: /home/name/, ~/data/, C:\data\, file:///data/.
_PART = r"[^\s/\\;,('\"](?:[^/\\;,\n]*[^\s/\\;,('\":~])?"
FOLDERS = re.compile(
    rf"(?<![^\s(\['\"=;,])(?:(?:file://|~|[A-Za-z]:)?/|[A-Za-z]:\\|\\\\)(?:{_PART}[/\\])+(?={_PART})", re.IGNORECASE
)


def without_folders(text):
    """A text for readers in which absolute paths are cut to their last part."""
    return FOLDERS.sub("", text)


def read_json(path):
    """The content of a JSON file; raises InputError where it is missing or no JSON."""
    content = read_bytes(path)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not readable as JSON ({error}); delete it and run again") from None


def write_table(path, columns):
    """Write columns of equal length (dict name -> sequence) as .csv or .parquet.

    Missing numbers (None, NaN) are null in parquet and empty in csv; floats are written in full.
    """
    if is_parquet(path):
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})
        with disk.replacing(path) as temporary:
            pq.write_table(table, temporary)
        return
    import csv

    def text(value):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, float):
            return repr(float(value))
        return str(value)

    with disk.replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(map(text, row) for row in zip(*columns.values(), strict=True))


def as_rows(columns):
    """The rows of a table that is given as columns (dict name -> sequence), a list of dicts."""
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def write_stata(path, table, labels, title):
    """Write a pyarrow Table as a Stata file (format 118, UTF-8; Stata 14 or later), nulls as Stata's missing.

    labels: column -> label of at most 80 characters; title: the data's label. The time stamp of the file is fixed, so
    that the bytes depend on the content alone.
    """
    import datetime

    import pyarrow.types as types

    for k, field in enumerate(table.schema):
        if types.is_dictionary(field.type):  # else to_stata would write codes with labels
            table = table.set_column(k, field.name, table.column(k).cast(field.type.value_type))
    frame = table.to_pandas()
    fixed = datetime.datetime(2025, 1, 1)
    with disk.replacing(path) as temporary:
        frame.to_stata(
            temporary, version=118, write_index=False, variable_labels=labels, data_label=title, time_stamp=fixed
        )


def read_table(path, texts=(), only=None, numbers=()):
    """Read a .csv or .parquet table as a pyarrow Table; the columns `texts` stay text ("01" is not 1).

    only: the names of the columns to read, where the file has them; None reads all. numbers: columns of a csv that
    hold numbers: floats, or all of them texts where one cell of the file is no number.
    """
    found = column_names(path)
    nameless = _nameless(path, found) if not is_parquet(path) else []
    names = None if only is None else [name for name in found if name in only]
    refuse_repeated_columns(path, found, found if only is None else only)
    if is_parquet(path):
        import pyarrow.parquet as pq

        # ParquetFile, since read_table would import pandas
        table = _reading(path, lambda: pq.ParquetFile(path).read(columns=names))
        _reading(path, lambda: table.validate(full=True))
        return table
    import pyarrow as pa
    import pyarrow.csv as pc

    def read(kind):
        types = dict.fromkeys(numbers, kind) | dict.fromkeys([*texts, *nameless], pa.string())
        columns = None if names is None else [*names, *nameless]
        options = pc.ConvertOptions(column_types=types, strings_can_be_null=False, include_columns=columns)
        return pc.read_csv(path, convert_options=options)

    table = None
    if numbers:
        with contextlib.suppress(ValueError, OSError):
            table = read(pa.float64())
    table = _reading(path, lambda: read(pa.string())) if table is None else table
    return _without_nameless(path, table, nameless)


def columns_without_value(path, names):
    """Those of the named columns of a .csv or .parquet table that have no value in any row.

    Read while the workflow is planned: a parquet file says it in its metadata, mostly; a csv is read until each column
    had a value.
    """
    wanted = [name for name in column_names(path) if name in names]
    if is_parquet(path):
        import pyarrow.parquet as pq

        file = _reading(path, lambda: pq.ParquetFile(path))
        undecided = [name for name in wanted if _may_be_empty(file, name)]
        table = _reading(path, lambda: file.read(columns=undecided))
        return [name for name in undecided if _all_missing(table[name])]

    def scan():
        empty = set(wanted)
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = _csv_lines(file)
            header = next(lines, [])
            places = {header.index(name): name for name in wanted}
            for line in lines:
                full = [k for k in places if k < len(line) and line[k].strip() not in MISSING]
                empty.difference_update(places.pop(k) for k in full)
                if not empty:
                    break
        return [name for name in wanted if name in empty]

    return _reading(path, scan)


def _may_be_empty(file, name):
    """Whether the metadata of a parquet file allow that a column has no value."""
    metadata = file.metadata
    place = next((k for k in range(metadata.num_columns) if metadata.schema.column(k).path == name), None)
    if place is None or metadata.num_rows == 0:
        return False
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if statistics is not None and statistics.has_min_max:
            return False
    return True


def _all_missing(column):
    import numpy as np

    from laborvalue.cells import numbers

    try:
        return bool(np.isnan(numbers(column)).all())
    except ValueError:
        return False


def refuse_repeated_columns(path, names, wanted):
    """Raise InputError for each of the `wanted` columns that is more than once among the `names` of a table.

    Every reader of a table by names calls this: nothing says which of two columns of one name counts.
    """
    repeated = [name for name in dict.fromkeys(wanted) if names.count(name) > 1]
    if repeated:
        raise InputError(
            "\n".join(
                f"{path}: column {name} occurs {names.count(name)} times; expected it once; rename or remove the others"
                for name in repeated
            )
        )


def column_names(path):
    """The names of a table's columns, without reading it."""
    if is_parquet(path):
        import pyarrow.parquet as pq

        return _reading(path, lambda: pq.read_schema(path).names)

    def header():
        with open(path, newline="", encoding="utf-8-sig") as file:
            return next(_csv_lines(file), [])

    return _reading(path, header)


def read_csv(path, encodings=("utf-8-sig",)):
    """(rows as dicts, column names) of a small csv; names and cells are stripped, a cell that is not there is empty.

    The one reader of the csv files that a plan needs, with the standard library alone. Raises InputError where the file
    is not in one of the encodings, is no csv, or has rows with more cells than columns.
    """
    import io

    content = _reading(path, lambda: _content(path))
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        known = "not UTF-8" if len(encodings) == 1 else "neither UTF-8 nor GBK"
        raise InputError(f"{path}: {known}; save the table as UTF-8")
    lines = _reading(path, lambda: list(_csv_lines(io.StringIO(text, newline=""))))
    names, *rows = [[cell.strip() for cell in line] for line in lines if line] or [[]]
    cells.refuse_commands(path, chain(names, *rows))
    _refuse_wide_rows(path, names, rows)
    return [dict(zip_longest(names, row[: len(names)], fillvalue="")) for row in rows], names


def _csv_lines(file):
    """The lines of an open csv as lists of cells; raises ValueError where a cell has no end or is too long."""
    import csv

    try:
        yield from csv.reader(file, strict=True)
    except csv.Error as error:
        raise ValueError(f"{error}; look for a quotation mark that is not closed") from None


def _refuse_wide_rows(path, names, rows):
    """Raise InputError for every row with a cell beyond the last column that has a name."""
    from laborvalue_workflow.screening.faults import TableFaults

    width = max((k for k, name in enumerate(names, start=1) if name), default=0)
    faults = TableFaults(path)
    faults.add("wide", *(_wide_row(path, names, row, width) for row in rows if any(row[width:])))
    faults.stop()


def _wide_row(path, names, row, width):
    keys = quoted(path, ", ".join(f"{name} {cell!r}" for name, cell in list(zip(names, row, strict=False))[:2]))
    return (
        f"the row of {keys} has more cells than the {width} columns; put a text with a comma in quotation marks, and "
        "write a number without commas"
    )


def _nameless(path, names):
    """The last name of a csv, in a list, where it is empty: no cell may stand there; [] where there is none."""
    if not names or names[-1].strip():
        return []
    if (count := names.count(names[-1])) > 1:
        raise InputError(f"{path}: {count} columns have no name; remove them, or give them names")
    return names[-1:]


def _without_nameless(path, table, nameless):
    """A table without its last column, which has no name; raises InputError where a cell stands there."""
    import pyarrow.compute as pc

    if not nameless:
        return table
    kept = [name for name in table.column_names if name not in nameless]
    texts = pc.fill_null(pc.utf8_trim_whitespace(table.column(nameless[0]).cast("string")), "")
    if (row := pc.index(pc.not_equal(texts, ""), True).as_py()) >= 0:
        cells = [str(table.column(name)[row].as_py()) for name in kept]
        raise InputError(f"{path}: {_wide_row(path, kept, cells, len(kept))}")
    return table.select(kept)


def batches(path, keys, amounts):
    """Yield a .csv or .parquet table of any length as pyarrow RecordBatches of the named columns.

    Keys of a .parquet come as dictionaries where they are texts: a key that stands in a million rows is read once. The
    cells of a csv come as text, so that the code that converts them to numbers can name a wrong one.
    """
    names = column_names(path)
    wanted = [*keys, *amounts]
    if missing := [name for name in wanted if name not in names]:
        listed = quoted(path, ", ".join(names) or "no header")
        raise InputError(f"{path}: no column {', '.join(missing)}; found {listed}")
    refuse_repeated_columns(path, names, wanted)
    if is_parquet(path):
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = _reading(path, lambda: pq.read_schema(path))
        for name in wanted:
            if pa.types.is_nested(kinds.field(name).type):
                raise InputError(f"{path}: column {name} holds {kinds.field(name).type}; expected single values")
        file = _reading(path, lambda: pq.ParquetFile(path, read_dictionary=keys))
        yield from _each(path, file.iter_batches(batch_size=1 << 20, columns=wanted))
        return
    import pyarrow as pa
    import pyarrow.csv as pc

    read = [*wanted, *(nameless := _nameless(path, names))]
    options = pc.ConvertOptions(
        column_types=dict.fromkeys(read, pa.string()), include_columns=read, strings_can_be_null=False
    )
    reader = _reading(path, lambda: pc.open_csv(path, convert_options=options))
    yield from (_without_nameless(path, batch, nameless) for batch in _each(path, reader))


def _each(path, iterator):
    while (batch := _reading(path, lambda: next(iterator, None))) is not None:
        _reading(path, lambda batch=batch: batch.validate(full=True))  # texts that are no UTF-8
        yield batch


def _reading(path, read):
    """What `read` returns; raises InputError where the file is missing or not such a table."""
    regular(path)
    try:
        return read()
    except (ValueError, OSError) as error:
        # what a damaged file holds may be signs that a terminal obeys
        reason = "".join(sign if sign.isprintable() else "?" for sign in str(error).partition("\n")[0])
        remedy = "; save it as UTF-8" if isinstance(error, UnicodeError) else ""
        raise InputError(
            f"{path}: not a readable {os.path.splitext(path)[1][1:]} table ({quoted(path, reason)}){remedy}"
        ) from None
