"""CEADs city tables: a MATLAB struct MRIO with Z, F, VA, Export and Import or IM, no labels, no output.

Z (mn, mn), rows suppliers, columns users, both region by region; F (mn, 5m): five final uses per using region;
VA: four rows, in some files a fifth with their total, and more columns than sectors; imports: one row by using
sector, then by final use. MAT v7 (zlib) is read by SciPy, v7.3 (HDF5) by h5py, which returns every matrix
transposed. Either way Z is in memory once (1.3 GiB at 13,146 rows), and written supplier by supplier.
"""

from collections import Counter

from laborvalue.errors import InputError
from laborvalue_workflow.data.files import regular
from laborvalue_workflow.importers.reader import Reader
from laborvalue_workflow.importers.table import PRIMARY, PublishedTable
from laborvalue_workflow.progress import progress, waiting
from laborvalue_workflow.screening.findings import Note

NEEDED_USES = {
    "the wage basket": ("rural_households", "urban_households", "households"),
    "the mix of capital goods": ("fixed_capital_formation",),
}
FIELDS = {"Z": ("Z",), "F": ("F",), "VA": ("VA",), "Export": ("Export",), "imports": ("Import", "IM")}
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
BAND_BYTES = 1 << 27
TILE = 64
LISTED = 8  # variables in a message


def read(context, published):
    """The year's struct as a PublishedTable; raises InputError where a field is missing or has another shape."""
    import numpy as np

    path, options = published.file, context.options
    codes = context.sector_list(published)["code"]
    m, n = len(context.regions["region"]), len(codes)
    fields = read_struct(path, (2 * m * n) ** 2)
    uses, rows = options.final_demand_order, options.value_added_order
    k = len(uses)
    Z = fields.pop("Z")
    size = f"{m} regions of the labels x {n} sectors"
    if Z.shape != (m * n, m * n):
        raise InputError(
            f"{path}: Z is {Z.shape[0]} x {Z.shape[1]}; expected {m * n} x {m * n} ({size}): correct {options.labels}"
        )
    F = fields["F"]
    if F.shape != (m * n, m * k):
        raise InputError(
            f"{path}: F is {F.shape[0]} x {F.shape[1]}; expected {m * n} x {m * k}: {k} columns per region, in the "
            f"order of import.final_demand_order ({', '.join(uses)})"
        )
    final = {}
    for position, use in enumerate(uses):
        amounts = np.ascontiguousarray(F.reshape(m, n, m, k)[..., position])
        final[use] = final[use] + amounts if use in final else amounts
    exports = fields["Export"].ravel()
    if exports.size != m * n:
        raise InputError(f"{path}: Export has {exports.size} cells; expected {m * n}, one per row of Z")
    primary, totals, notes = value_added(path, fields["VA"], m, n, rows)
    imports = fields["imports"].ravel()
    if imports.size not in (m * n, m * n + m * k):
        raise InputError(
            f"{path}: {fields['name of imports']} has {imports.size} cells; expected {m * n} (by using sector), or "
            f"{m * n + m * k} (then by final use)"
        )
    primary["imports"] = imports[: m * n].reshape(m, n).copy()
    notes.append(Note(f"Imports of final goods ({np.nansum(imports[m * n :]):.6g}) are not part of the dataset."))
    if fields["unread"]:
        notes.append(Note(f"Fields of MRIO that are not read: {', '.join(sorted(fields['unread']))}."))
    notes.append(_list_note(context.lists, published, n))
    notes.append(Note(f"Final uses in the order {', '.join(uses)}; output is the row sum."))

    def block(d):
        rows, supplied = Z[d * n : (d + 1) * n], np.empty((n, m * n))
        for start in range(0, m * n, TILE):  # both MAT formats store Z by users: transposed in tiles that fit the cache
            supplied[:, start : start + TILE] = rows[:, start : start + TILE]
        return supplied.reshape(n, m, n)

    exports = exports.reshape(m, n).copy()
    return PublishedTable(codes, context.targets(published), block, final, exports, primary, totals=totals, notes=notes)


def _list_note(lists, published, n):
    """A note on the sector list by which the codes are read, since the file names no sectors."""
    sizes = Counter(row["list"] for row in lists.rows)
    alike = [name for name, size in sizes.items() if size == n and name != published.sector_list]
    chosen = "named in import.tables" if published.list else f"the default for {published.year}"
    other = f"; {', '.join(alike)} has as many, and the file cannot tell which it follows" if alike else ""
    return Note(
        f"The file names no sectors: the sector list {published.sector_list} ({n} sectors), {chosen}, was used{other}."
    )


def value_added(path, VA, m, n, rows):
    """The rows of VA by name (m, n), the row of totals as a check, and notes; further columns are left out."""
    import numpy as np

    if VA.shape[0] not in (len(rows), len(rows) + 1) or VA.shape[1] < m * n:
        raise InputError(
            f"{path}: VA is {VA.shape[0]} x {VA.shape[1]}; expected {len(rows)} rows ({', '.join(rows)}), or one more "
            f"with their total, and at least {m * n} columns"
        )
    cells = VA[:, : m * n]
    primary = {name: cells[rows.index(name)].reshape(m, n).copy() for name in PRIMARY if name in rows}
    totals, notes = {}, []
    if len(VA) > len(rows):
        computed = cells[: len(rows)].sum(axis=0).reshape(m, n)
        totals["total value added"] = cells[-1].reshape(m, n), computed
    if VA.shape[1] > m * n:
        beyond = int((np.nan_to_num(VA[:, m * n :]) != 0).sum())
        notes.append(Note(f"VA has {VA.shape[1] - m * n} columns beyond the sectors, {beyond} cells not 0; left out."))
    return primary, totals, notes


def read_struct(path, most):
    """The fields of MRIO as arrays in MATLAB's orientation, Z included; keys of FIELDS, `name of imports`, `unread`.

    most: cells that a field may have; a small file may say that it has any number.
    """
    with open(regular(path), "rb") as file:
        start = file.read(520)
    if len(start) < 128:
        raise InputError(f"{path}: not a MATLAB file ({len(start)} bytes); download it again")
    if HDF5_SIGNATURE in (start[512:520], start[:8]):
        return _read_hdf5(path, most)
    return _read_level5(path)


def _read_level5(path):
    from scipy.io import loadmat

    try:
        with waiting(f"reading {path}, MAT v7, as a whole"):
            content = loadmat(path, variable_names=["MRIO"])
    except Exception as error:  # SciPy raises errors of many kinds for a damaged file
        raise InputError(f"{path}: not a readable MAT file ({' '.join(str(error).split())})") from None
    struct = content.get("MRIO")
    if struct is None or struct.dtype.names is None or struct.size != 1:
        raise _no_struct(path, _variables_level5(path))
    names = _names_of_fields(path, struct.dtype.names)
    fields = {key: _float_matrix(path, name, struct[name][0, 0]) for key, name in names.items()}
    return fields | {"name of imports": names["imports"], "unread": [*set(struct.dtype.names) - {*names.values()}]}


def _variables_level5(path):
    """What a MAT file holds, as texts: name, size and class of each variable; read without the numbers."""
    from scipy.io import whosmat

    return [f"{name} ({' x '.join(map(str, size))} {kind})" for name, size, kind in whosmat(path)]


def _stored(path, group, name):
    """What a group of an HDF5 file itself holds by a name; InputError where it stands in another place or file.

    MATLAB writes neither links nor external or virtual data; a file with these reads what its sender chose.
    """
    import h5py

    link = group.get(name, getlink=True)
    stored = group[name] if isinstance(link, h5py.HardLink) else None
    elsewhere = isinstance(stored, h5py.Dataset) and (stored.external or stored.is_virtual)
    if stored is None or elsewhere:
        raise InputError(
            f"{path}: {group.name.strip('/')}{'.' * (group.name != '/')}{name} is a link, or its numbers are in "
            "another file; expected all in this file: save it in MATLAB again"
        )
    return stored


def _variables_hdf5(path, file):
    variables = []
    for name in file:
        if not name.startswith("#"):  # MATLAB's own
            stored = _stored(path, file, name)
            size = " x ".join(map(str, reversed(getattr(stored, "shape", ()))))
            kind = stored.attrs.get("MATLAB_class", b"struct" if not size else b"matrix")
            kind = kind.decode() if isinstance(kind, bytes) else kind
            variables.append(f"{name} ({f'{size} ' if size else ''}{kind})")
    return variables


def _no_struct(path, variables):
    """The error of a file without the struct: what it holds instead."""
    listed = ", ".join(variables[:LISTED]) + f", {len(variables) - LISTED} more" * (len(variables) > LISTED)
    return InputError(
        f"{path}: no struct MRIO; found {listed or 'no variable'}; expected one struct with the fields {_field_names()}"
    )


def _read_hdf5(path, most):
    import h5py

    try:
        with h5py.File(path, "r") as file:
            struct = _stored(path, file, "MRIO") if "MRIO" in [*file] else None
            if not isinstance(struct, h5py.Group):
                raise _no_struct(path, _variables_hdf5(path, file))
            names = _names_of_fields(path, list(struct))
            unread = [*set(struct) - {*names.values()}]
            fields = {key: _transposed(path, name, _stored(path, struct, name), most) for key, name in names.items()}
    except (OSError, RuntimeError) as error:
        raise InputError(f"{path}: not a readable MAT v7.3 file ({' '.join(str(error).split())})") from None
    return fields | {"name of imports": names["imports"], "unread": unread}


def _transposed(path, name, stored, most):
    """A stored matrix in MATLAB's orientation, read in bands of whole chunks."""
    import h5py
    import numpy as np

    if "MATLAB_sparse" in stored.attrs:
        raise InputError(f"{path}: MRIO.{name} is a sparse matrix; expected a full one: save full(MRIO.{name})")
    if not isinstance(stored, h5py.Dataset) or stored.dtype.kind not in "fiu" or stored.ndim != 2:
        raise InputError(f"{path}: MRIO.{name} is no matrix of numbers; expected real numbers in two dimensions")
    if stored.size > most:
        rows, columns = reversed(stored.shape)
        raise InputError(f"{path}: MRIO.{name} is {rows} x {columns}; expected at most {most:,} cells; see the labels")
    if stored.size * 8 <= BAND_BYTES:
        return stored[:].astype(float).T
    array = np.empty(stored.shape)
    chunk = stored.chunks[0] if stored.chunks else 1
    step = max(1, BAND_BYTES // (8 * stored.shape[1] * chunk)) * chunk
    for start in progress(range(0, stored.shape[0], step), f"reading {name} of {path}, band"):
        stop = min(start + step, stored.shape[0])
        stored.read_direct(array, np.s_[start:stop], np.s_[start:stop])
    return array.T


def _names_of_fields(path, given):
    names = {}
    for key, spellings in FIELDS.items():
        there = [name for name in spellings if name in given]
        if len(there) != 1:
            which = f"the fields {' and '.join(there)}; expected one" if there else f"no field {' or '.join(spellings)}"
            raise InputError(f"{path}: MRIO has {which}; found {', '.join(given)}")
        names[key] = there[0]
    return names


def _float_matrix(path, name, array):
    import numpy as np

    if not isinstance(array, np.ndarray):
        raise InputError(f"{path}: MRIO.{name} is a sparse matrix; expected a full one: save full(MRIO.{name})")
    if array.dtype.kind not in "fiu" or array.ndim != 2:
        raise InputError(f"{path}: MRIO.{name} is no matrix of numbers; expected real numbers in two dimensions")
    return array.astype(float, copy=False)


def _field_names():
    return ", ".join(" or ".join(spellings) for spellings in FIELDS.values())


def check_uses(options):
    """The order of the final uses must have those that the wage basket and the mix of capital goods come from."""
    for purpose, uses in NEEDED_USES.items():
        if not {*uses} & {*options.final_demand_order}:
            raise InputError(f"config: import.final_demand_order has no {' or '.join(uses)}; it gives {purpose}")


READER = Reader("ceads_city", read, needs=("labels",), check=check_uses, papers_data=True)
