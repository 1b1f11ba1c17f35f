"""Looking a published table through before it becomes a dataset: what was found, and what was done about it.

A fault is met as the config's `import.faults` says: `stop` ends the import with its address; `exclude` leaves
the accounts of the city-sector out, so that the region is excluded with a reason; `zero` puts 0; `keep` changes
nothing. Whatever is done has a row in the screening, so that no zero is silent.
"""

import numpy as np

from laborvalue.errors import InputError
from laborvalue.prices import spectral_radius

COLUMNS = (
    *("year", "check", "block", "origin_region", "origin_sector", "region", "sector", "found", "expected", "done"),
)
LISTED = 1000  # addresses of one kind in the csv; what is beyond is counted in one row
MAY_BE_NEGATIVE = ("inventories", "fixed_capital_formation", "production_taxes", "operating_surplus")
OTHER_WAYS = {  # what a fault that stopped may be set to
    "missing": ("exclude", "zero"),
    "negative": ("exclude", "zero"),
    "zero_output": ("exclude",),
    "no_labor": ("exclude",),
    "imbalance": ("exclude", "keep"),
}
UNIT_RANGE = (0.8, 1.25)  # national output over the reference; a wrong unit is off by 10 or more
ADDRESSES = {  # keys of an index, by block
    "flows": ("origin_region", "origin_sector", "region", "sector"),
    "final": ("origin_region", "origin_sector", "region"),
    "final without origin": ("region", "sector"),
    "cell": ("region", "sector"),
}


class Screening:
    """The rows of one year's screening and the cells that its policies leave out.

    `lost` (m, n): city-sectors whose accounts are left out; `lost_hours` (m, n): those without hours only.
    """

    def __init__(self, path, year, regions, sectors, faults):
        self.path, self.year, self.regions, self.sectors, self.faults = path, year, regions, sectors, faults
        self.rows, self.notes = [], []
        self.lost = np.zeros((len(regions), len(sectors)), dtype=bool)
        self.lost_hours = self.lost.copy()

    def fold(self, folding, sectors):
        """From published sectors to the dataset's: a sector is lost where any of its parts is."""
        self.lost, self.lost_hours = folding.any(self.lost), folding.any(self.lost_hours)
        self.sectors = sectors

    def add(self, check, block, found, expected, done, kind=None, index=()):
        """Put one row down; index and `kind` of ADDRESSES give its address."""
        row = dict.fromkeys(COLUMNS, "") | dict(
            zip(ADDRESSES[kind], self._names(kind, index), strict=True) if kind else {}
        )
        row |= {"year": self.year, "check": check, "block": block, "found": found, "expected": expected, "done": done}
        self.rows.append([str(row[name]) for name in COLUMNS])

    def _names(self, kind, index):
        keys = (self.regions if key.endswith("region") else self.sectors for key in ADDRESSES[kind])
        return [names[k] for names, k in zip(keys, index, strict=True)]

    def address(self, kind, index):
        """A cell by its names, for messages."""
        return ", ".join(f"{key} {name}" for key, name in zip(ADDRESSES[kind], self._names(kind, index), strict=True))

    def meet(self, fault, block, kind, indices, found, expected, done=None):
        """Meet one fault at every index by its policy; returns the policy, or None where there is nothing.

        indices (k, axes); found: index -> text. Raises InputError under `stop`.
        """
        if not len(indices):
            return None
        policy = self.faults[fault]
        told = [tuple(map(int, index)) for index in indices[:LISTED]]
        if policy == "stop":
            more = f" ({len(indices)} such cells)" if len(indices) > 1 else ""
            raise InputError(
                f"{self.path}: {self.year}, {block}: {self.address(kind, told[0])}: {found(told[0])}{more}; expected "
                f"{expected}; mend the file or set import.faults.{fault} to {' or '.join(OTHER_WAYS[fault])}"
            )
        done = done or {"exclude": "excluded", "zero": "set to 0", "keep": "kept"}[policy]
        for index in told:
            self.add(fault, block, found(index), expected, done, kind, index)
        if len(indices) > LISTED:
            self.add(fault, block, f"{len(indices) - LISTED} more", expected, done)
        return policy

    def lose(self, indices):
        """Leave the accounts of these city-sectors (k, 2) out."""
        self.lost[tuple(np.asarray(indices, dtype=int).T)] = True


def clean(screening, block, kind, array, texts, offset=(), negative=False):
    """Put 0 where `array` has no number, and where it is negative though it may not be; by policy.

    texts: (block, index) -> text found; offset: what an index of `array` is preceded by in addresses.
    Returns (missing, below), each (k, axes): what accounts are to be left out for, empty but under `exclude`.
    """
    nothing = np.empty((0, len(offset) + array.ndim), dtype=int)
    if array.size and array.min() >= (-np.inf if negative else 0) and array.max() < np.inf:
        return nothing, nothing
    missing = ~np.isfinite(array)
    below = np.zeros_like(missing) if negative else (array < 0) & ~missing

    def told(index):
        return repr(texts.get((block, index), float(array[index[len(offset) :]])))

    met = []
    for fault, mask, expected in (("missing", missing, "a number"), ("negative", below, "0 or more")):
        indices = np.argwhere(mask)
        indices = np.hstack([np.tile(np.array(offset, dtype=int), (len(indices), 1)), indices])
        policy = screening.meet(fault, block, kind, indices, told, expected)
        met.append(indices if policy == "exclude" else nothing)
    array[missing | below] = 0
    return met


def clean_final(screening, table):
    """Clean final demand and exports in place; who loses accounts under `exclude`:

    a number missing leaves the supplier without output (where output is the row sum), and a consumption
    without its amount the using region without a basket.
    """
    for category, amounts in table.final.items():
        kind = "final" if amounts.ndim == 3 else "final without origin"
        met = clean(screening, category, kind, amounts, table.texts, negative=category in MAY_BE_NEGATIVE)
        for indices in met:
            screening.lost_hours[indices[:, 2 if amounts.ndim == 3 else 0]] = True
        if table.output is None:
            screening.lose(met[0][:, :2])
    for indices in clean(screening, "exports", "cell", table.exports, table.texts):
        screening.lose(indices)


def clean_block(screening, table, d, block):
    """Clean what region d supplies, (n, m, n), in place."""
    missing, below = clean(screening, "flows", "flows", block, table.texts, offset=(d,))
    for indices in (missing, below):
        screening.lose(indices[:, 2:])
    if table.output is None:
        screening.lose(missing[:, :2])


def clean_primary(screening, table, output, columns):
    """Clean the rows of value added and imports in place.

    output, columns (m, n): row sums and intermediate inputs. A cell without output and without inputs has no
    value added either: a gap there is 0, told as such, and nothing is left out.
    """
    idle = (output == 0) & (columns == 0)
    for name, amounts in table.primary.items():
        gaps = [tuple(map(int, index)) for index in np.argwhere(idle & ~np.isfinite(amounts))]
        for index in gaps:
            screening.add("missing", name, repr(float(amounts[index])), "a number", "0: no output", "cell", index)
            amounts[index] = 0
        for indices in clean(screening, name, "cell", amounts, table.texts, negative=name in MAY_BE_NEGATIVE):
            screening.lose(indices)


def clean_output(screening, table):
    """Clean the printed outputs, where the table has them, and tell where its ERR is no number."""
    if table.output is not None:
        for indices in clean(screening, "output", "cell", table.output, table.texts, negative=True):
            screening.lose(indices)
    if table.error is not None:
        for index in np.argwhere(~np.isfinite(table.error)):
            index = tuple(map(int, index))
            found = repr(table.texts.get(("ERR", index), float(table.error[index])))
            screening.add("missing", "ERR", found, "a number", "reported only", "cell", index)


def check_output(screening, output):
    """Zero-output sectors, and outputs below 0 (put to 0), (m, n)."""

    def told(index):
        return f"{output[index]:g}"

    below = np.argwhere(output < 0)
    if screening.meet("negative", "output", "cell", below, told, "0 or more") == "exclude":
        screening.lose(below)
    output[output < 0] = 0
    idle = np.argwhere(output == 0)
    screening.meet("zero_output", "output", "cell", idle, told, "output", "left without coefficients")


def check_balance(screening, output, columns, tolerance):
    """Rows against columns, (m, n): the gap as a share of output; all beyond `tolerance` in the csv.

    Returns the worst ten as (index, gap), worst first, balanced or not. What is left out has been told.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(output > 0, columns / output - 1, np.where(columns > 0, np.inf, 0.0))
    gap[screening.lost] = 0
    order = np.stack(np.unravel_index(np.argsort(-np.abs(gap), axis=None, kind="stable"), gap.shape), axis=1)
    beyond = order[np.abs(gap[tuple(order.T)]) > tolerance]

    def told(index):
        return f"column {columns[index]:.6g}, row {output[index]:.6g}"

    if screening.meet("imbalance", "output", "cell", beyond, told, f"equal within {tolerance:g}") == "exclude":
        screening.lose(beyond)
    return [(tuple(map(int, index)), gap[tuple(index)]) for index in order[:10]]


def check_totals(screening, totals, tolerance):
    """Printed totals against the sums they should be, (m, n); `imbalance` is the fault.

    A sum that a gap spoils is not compared: the gap has been told.
    """
    for name, pair in totals.items():
        printed, computed = pair
        with np.errstate(invalid="ignore"):
            gap = np.abs(printed - computed) / np.maximum(np.abs(computed), 1)
        gap = np.where(np.isfinite(computed), np.nan_to_num(gap, nan=np.inf), 0)

        def told(index, name=name, pair=pair):
            return f"{name} {pair[0][index]:.6g}, the sum {pair[1][index]:.6g}"

        beyond, expected = np.argwhere(gap > tolerance), f"equal within {tolerance:g}"
        if screening.meet("imbalance", name, "cell", beyond, told, expected) == "exclude":
            screening.lose(beyond)
        screening.add("total", name, f"largest gap {gap.max(initial=0):.2g}", f"within {tolerance:g}", "checked")


def check_labor(screening, hours, output):
    """Output without hours, (m, n*)."""
    idle = np.argwhere((output > 0) & ~(hours > 0) & ~screening.lost)
    screening.meet("no_labor", "hours", "cell", idle, lambda index: f"{hours[index]:g}", "above 0", "row left out")


def check_unit(screening, output, money_unit, reference):
    """National output in currency units against the reference, trillion; fault `unit`."""
    found = output.sum() * money_unit / 1e12
    if reference is None:
        screening.add("unit", "national output", f"{found:.4g} trillion", "no reference for this year", "not checked")
        return found
    ratio = found / reference
    right = UNIT_RANGE[0] <= ratio <= UNIT_RANGE[1]
    expected = f"{reference:g} trillion"
    if not right and screening.faults["unit"] == "stop":
        raise InputError(
            f"{screening.path}: {screening.year}: national output is {found:.4g} trillion at {money_unit:g} currency "
            f"units per 1 in the file; expected about {expected}; set import.money_unit, or import.faults.unit to keep"
        )
    screening.add("unit", "national output", f"{found:.4g} trillion", expected, "as expected" if right else "kept")
    return found


def check_error(screening, error, output):
    """The statistical error ERR as a share of output; reported only."""
    if error is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(output > 0, error / output, 0.0)
    for index in np.argwhere(np.abs(share) > 0):
        index = tuple(map(int, index))
        screening.add("error_share", "ERR", f"{share[index]:.4%}", "0", "kept in output", "cell", index)


def check_signs(screening, primary):
    """How many cells of each row of value added are negative; taxes and surplus may be."""
    for name, amounts in primary.items():
        count = int((amounts < 0).sum())
        screening.add("sign", name, f"{count} negative cells", "any" if name in MAY_BE_NEGATIVE else "0", "counted")


def check_radius(screening, intermediate, output):
    """The spectral radius of each region's own technique A, (m, n*, n*) over (m, n*): 1 or more has no values."""
    radii = []
    for c, region in enumerate(screening.regions):
        made = output[c] > 0
        with np.errstate(invalid="ignore"):
            A = intermediate[c][np.ix_(made, made)] / output[c][made]
        radius = spectral_radius(A) if np.isfinite(A).all() else float("nan")
        radii.append(radius)
        row = dict.fromkeys(COLUMNS, "") | {"year": screening.year, "check": "spectral_radius", "block": "A"}
        row |= {"region": region, "found": f"{radius:.6f}", "expected": "below 1"}
        row["done"] = "reported" if radius < 1 else "the region will be excluded: no surplus"
        screening.rows.append([str(row[name]) for name in COLUMNS])
    return radii


def columns_of(screening):
    """The screening's rows as columns for a csv."""
    return {name: [row[k] for row in screening.rows] for k, name in enumerate(COLUMNS)}


def page(screening, output, worst, radii, money_unit, national):
    """The screening as a page to read (Markdown); worst: ((position of the region, sector), gap)."""
    counts = {}
    for row in screening.rows:
        check, block, done = row[1], row[2], row[-1]
        if check not in ("spectral_radius", "total", "unit", "sign", "error_share"):
            number = int(row[7].split()[0]) if row[7].endswith(" more") else 1
            counts[check, block, done] = counts.get((check, block, done), 0) + number
    lines = [f"# Screening of {screening.year}", "", f"File: {screening.path}", ""]
    lines += [f"National output: {national:.5g} trillion currency units ({money_unit:g} per 1 in the file).", ""]
    lines += [f"- {note}" for note in screening.notes] + [""] * bool(screening.notes)
    lines += ["## Faults", "", "| fault | block | cells | done |", "|---|---|---:|---|"]
    lines += [f"| {check} | {block} | {count} | {done} |" for (check, block, done), count in counts.items()]
    lines += [] if counts else ["| none | | 0 | |"]
    lines += ["", f"City-sectors whose accounts are left out: {int(screening.lost.sum())}; without hours only: "]
    lines[-1] += f"{int((screening.lost_hours & ~screening.lost).sum())}."
    lines += ["", "## Checks", "", "| check | block | found | expected | done |", "|---|---|---|---|---|"]
    lines += [
        f"| {row[1]} | {row[2]} | {row[7]} | {row[8]} | {row[9]} |"
        for row in screening.rows
        if row[1] in ("unit", "total", "sign")
    ]
    errors = [row for row in screening.rows if row[1] == "error_share"]
    if errors:
        largest = max(errors, key=lambda row: abs(float(row[7].rstrip("%"))))
        lines += [f"| error_share | ERR | at most {largest[7]} of output (sector {largest[6]}) | 0 | kept in output |"]
    lines += ["", "## Rows against columns: the worst ten", "", "| region | sector | gap, share of output |"]
    lines += ["|---|---|---:|"]
    for (c, sector), gap in worst:
        lines += [f"| {screening.regions[c]} | {sector} | {gap:.2e} |"]
    order = np.argsort(-np.nan_to_num(radii, nan=np.inf), kind="stable")[:10]
    lines += ["", "## Spectral radius of A: the ten largest (below 1 there are values)", "", "| region | radius |"]
    lines += ["|---|---:|", *[f"| {screening.regions[c]} | {radii[c]:.4f} |" for c in order], ""]
    return "\n".join(lines)
