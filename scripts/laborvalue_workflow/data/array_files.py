"""The one reader and the one writer of files of arrays, and arrays in temporary files."""

import contextlib
import math
import os

from laborvalue.errors import InputError
from laborvalue_workflow.data import disk
from laborvalue_workflow.data.files import regular

IN_MEMORY = 1 << 30  # bytes of an array that is kept in memory in any case
IN_ONE_WRITE = 1 << 20  # bytes


def write_arrays(path, arrays):
    """Write named arrays as one uncompressed .npz."""
    import numpy as np

    with disk.replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def scratch(shape, dtype=float):
    """An array of zeros in a temporary file (in TMPDIR), whose pages the system takes back at need."""
    import tempfile

    import numpy as np

    size = max(math.prod(shape) * np.dtype(dtype).itemsize, 1)
    with disk.writing(tempfile.gettempdir()), tempfile.TemporaryFile() as file:
        _reserve(file, size)
        return np.memmap(file, mode="r+", dtype=dtype, shape=shape)


def _reserve(file, size):
    """Give an open file `size` bytes of its disk, zeros: a full disk is an error here, not a signal later."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for start in range(0, size, IN_ONE_WRITE):  # macOS
        file.write(bytes(min(IN_ONE_WRITE, size - start)))
    file.flush()


def zeros(shape, dtype=float):
    """An array of zeros: a large one as `scratch`."""
    import numpy as np

    large = math.prod(shape) * np.dtype(dtype).itemsize > IN_MEMORY
    return scratch(shape, dtype) if large else np.zeros(shape, dtype)


def write_square(path, size, blocks):
    """Write a square array of floats as .npy from blocks of its rows, from first to last, atomically."""
    with disk.replacing(path) as temporary:
        stream_square(temporary, size, blocks)


def stream_square(path, size, blocks):
    """Write a square array of floats as .npy at `path` itself: one thread writes while the next block is made.

    A memory map would count its pages against the job, and would write to a network file system in any order.
    """
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    header = {"descr": "<f8", "fortran_order": False, "shape": (size, size)}
    with open(path, "wb") as file, ThreadPoolExecutor(max_workers=1) as writer:
        np.lib.format.write_array_header_1_0(file, header)
        written = None
        for block in blocks:
            if written:
                written.result()
            written = writer.submit(file.write, np.ascontiguousarray(block).data)
        if written:
            written.result()


def read_arrays(path):
    """Read all arrays of an .npz into a dict."""
    import zipfile

    import numpy as np

    with _unreadable_as_input_error(path, zipfile.BadZipFile), np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def write_record(path, arrays):
    """Write named arrays as the fields of one record, a structured .npy: one header for all arrays, no zip."""
    import io

    import numpy as np

    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    record = np.empty((), dtype=[(name, array.dtype, array.shape) for name, array in arrays.items()])
    for name, array in arrays.items():
        record[name] = array
    # numpy itself would write with C's standard library, which does not say why a write fails
    stored = io.BytesIO()
    np.save(stored, record)
    with disk.replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(stored.getbuffer())


def read_record(path, names=None):
    """Read the named arrays of a record, or all of them, into a dict."""
    import numpy as np

    with _unreadable_as_input_error(path), open(path, "rb") as file:
        record = np.lib.format.read_array(file, allow_pickle=False)
        if not record.dtype.names:
            raise ValueError("no named fields")
        return {name: np.array(record[name]) for name in names or record.dtype.names}


@contextlib.contextmanager
def _unreadable_as_input_error(path, *errors):
    regular(path)
    try:
        yield
    except (ValueError, OSError, EOFError, *errors) as error:
        kind = os.path.splitext(path)[1]
        raise InputError(f"{path}: not a readable {kind} file ({error}); delete it and run again") from None
