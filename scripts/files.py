"""The one reader and the one writer of each kind of file.

Every writer goes through a temporary name in the same folder and renames, so that no reader ever
meets half a file. Heavy readers are imported where they are used: a city-year job needs numpy only.
"""

import contextlib
import json
import math
import os
from pathlib import Path

from laborvalue.errors import InputError


@contextlib.contextmanager
def replacing(path):
    """Yield a temporary path beside `path` that takes its name when the block ends well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path, text):
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path, content):
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_arrays(path, arrays):
    """Write named arrays as one uncompressed .npz."""
    import numpy as np

    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def read_arrays(path):
    """Read all arrays of an .npz into a dict."""
    import numpy as np

    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def write_table(path, columns):
    """Write columns of equal length (dict name -> sequence) as .csv or .parquet.

    Missing numbers (None, NaN) are null in parquet and empty in csv; floats are written in full.
    """
    if Path(path).suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})
        with replacing(path) as temporary:
            pq.write_table(table, temporary)
        return
    import csv

    def text(value):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, float):
            return repr(float(value))
        return str(value)

    with replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(map(text, row) for row in zip(*columns.values(), strict=True))


def read_table(path, texts=()):
    """Read a .csv or .parquet table as a pyarrow Table; the columns `texts` stay text ("01" is not 1)."""
    import pyarrow as pa

    try:
        if Path(path).suffix == ".parquet":
            import pyarrow.parquet as pq

            return pq.read_table(path)
        import pyarrow.csv as pc

        return pc.read_csv(
            path,
            convert_options=pc.ConvertOptions(
                column_types={name: pa.string() for name in texts}, strings_can_be_null=False
            ),
        )
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: not a readable {Path(path).suffix[1:]} table ({reason})") from None
