"""The stored flows: a square .npy array, or a table that is converted to one."""

import mmap

from laborvalue.cells import LARGEST, expected_number
from laborvalue.errors import InputError
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.dataset.cells import finite_floats, positions_of
from laborvalue_workflow.screening.faults import Axes, Fault, TableFaults
from laborvalue_workflow.screening.findings import Check

PAIR = ("origin_region", "origin_sector", "region", "sector")


def convert_flows(path, regions, sectors, destination, faults_of=TableFaults):
    """Write the table `origin_region, origin_sector, region, sector, value` as a flows.npy.

    The rows are in any order: they are put in their places in a temporary file (TMPDIR, a node's own disk on a
    cluster), which is then copied to `destination` from first to last.
    """
    import numpy as np

    n = len(sectors)
    size = len(regions) * n
    flows = array_files.scratch((size, size))
    seen = np.zeros((size, size), dtype=bool)
    faults = faults_of(path)
    rows = 0
    for batch in files.batches(path, PAIR, ("value",)):
        keys = (regions, sectors, regions, sectors)
        d, j, c, i = (positions_of(faults, batch, *axis) for axis in zip(PAIR, keys, strict=True))
        value = finite_floats(faults, batch, "value", "flows", PAIR, (d, j, c, i))
        valid = (d >= 0) & (j >= 0) & (c >= 0) & (i >= 0)
        supplier, user = (d * n + j)[valid], (c * n + i)[valid]
        flows[supplier, user] = np.nan_to_num(value[valid], nan=0.0)
        seen[supplier, user] = True
        rows += len(supplier)
    if (repeated := rows - int(seen.sum())) and not faults:
        faults.add("repeated", f"{repeated} rows repeat a pair of cells; expected each pair once")
    faults.stop()
    array_files.write_square(destination, size, (flows[start : start + n] for start in range(0, size, n)))


def flow_blocks(path, regions, sectors, faults_of=TableFaults, residual=None):
    """Yield (d, block) over the stored flows: block (n*, m, n*) holds what region d supplies.

    One region's rows are in memory at a time. Raises InputError on a wrong shape and, after the last region, on what is
    no number of 0 or more; the blocks end at the first such flow. Other policies than `stop` do not concern the flows,
    since the later stages read the stored array. residual: a mask (m, n*) of users whose inputs count as 0.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    flows = open_flows(path, m * n)
    faults = faults_of(path)
    users = None if residual is None or not residual.any() else residual.ravel()
    for d in range(m):
        block = np.array(flows[d * n : (d + 1) * n], dtype=float)
        if users is not None:
            block[:, users] = 0
        if not block.min() >= 0 or not block.max() < LARGEST:

            def wrong(index, supplier=regions[d], block=block):
                j, c, i = index[0], *divmod(index[1], n)
                return (
                    f"flow from region {supplier}, sector {sectors[j]} to region {regions[c]}, sector {sectors[i]} "
                    f"is {block[index]:g}; expected {expected_number(block[index])} of 0 or more"
                )

            def text(index, block=block):
                return f"{block[index]:g}"

            def place(index, d=d):
                return d, index[0], *divmod(index[1], n)

            missing = ~(np.abs(block) < LARGEST)
            below = (block < 0) & ~missing
            for check, mask, expected in (
                (Check.MISSING, missing, expected_number(max(block[missing], default=0))),
                (Check.NEGATIVE, below, "0 or more"),
            ):
                fault = Fault(check, "flows", Axes.FLOWS, mask, text, expected, place=place, line=wrong, kind="flow")
                faults.handle(fault)
            block = np.where(missing | below, 0, block)
        if not faults:
            yield d, block.reshape(n, m, n)
        _give_back(flows)
    faults.stop()


def _give_back(flows):
    """Take the pages of a memory map that were read out of this process: a pass needs one region's rows at a time."""
    if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        flows._mmap.madvise(mmap.MADV_DONTNEED)


def open_flows(path, size):
    """The stored flows as a read-only memory map of size x size numbers."""
    import numpy as np

    try:
        flows = np.lib.format.open_memmap(files.regular(path), mode="r")  # no .npz, which np.load would read
    except InputError:
        raise
    except Exception as error:  # numpy raises errors of many kinds for a damaged header
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{path}: not a readable .npy array ({reason}); write it again") from None
    if flows.shape != (size, size):
        raise InputError(f"{path}: shape {flows.shape}; expected ({size}, {size}), regions x sectors squared")
    if flows.dtype.kind not in "fiu":
        raise InputError(f"{path}: numbers of type {flows.dtype}; expected floats")
    return flows


def flows_digest(path, size, file_digest):
    """SHA-256 of the stored flows in the format numpy writes: the same for the same numbers, whatever their format.

    file_digest: the SHA-256 of the file, which is returned where the file has that format.
    """
    import hashlib
    import io

    import numpy as np

    header = io.BytesIO()
    description = {"descr": "<f8", "fortran_order": False, "shape": (size, size)}
    np.lib.format.write_array_header_1_0(header, description)
    with open(path, "rb") as file:
        if file.read(len(header.getvalue())) == header.getvalue():
            return file_digest
    digest = hashlib.sha256(header.getvalue())
    for row in open_flows(path, size):
        digest.update(np.ascontiguousarray(row, dtype="<f8"))
    return digest.hexdigest()
