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
        row = dict.fromkeys(COLUMNS, "") | dict(
            zip(ADDRESSES[kind], self._names(kind, index), strict=True) if kind else {}
        )
        row |= {"year": self.year, "check": check, "block": block, "found": found, "expected": expected, "done": done}
        self.rows.append([str(row[name]) for name in COLUMNS])

    def _names(self, kind, index):
        keys = (self.regions if key.endswith("region") else self.sectors for key in ADDRESSES[kind])
        return [names[k] for names, k in zip(keys, index, strict=True)]

    def address(self, kind, index):
        return ", ".join(f"{key} {name}" for key, name in zip(ADDRESSES[kind], self._names(kind, index), strict=True))

    def meet(self, fault, block, kind, indices, found, expected, done=None):
        """Meet one fault at every index by its policy; returns the policy, or None where there is nothing.

        indices: list of tuples; found: index -> text. Raises InputError under `stop`.
        """
        if not indices:
            return None
        policy = self.faults[fault]
        if policy == "stop":
            more = f" ({len(indices)} such cells)" if len(indices) > 1 else ""
            ways = "exclude, zero or keep" if fault == "imbalance" else "exclude or zero"
            raise InputError(
                f"{self.path}: {self.year}, {block}: {self.address(kind, indices[0])}: {found(indices[0])}{more}; "
                f"expected {expected}; mend the file or set import.faults.{fault} to another policy ({ways})"
            )
        told = done or {"exclude": "excluded", "zero": "set to 0", "keep": "kept"}[policy]
        for index in indices[:LISTED]:
            self.add(fault, block, found(index), expected, told, kind, index)
        if len(indices) > LISTED:
            self.add(fault, block, f"{len(indices) - LISTED} more", expected, told)
        return policy


def clean(screening, block, kind, array, texts, offset=(), negative=False):
    """Put 0 where `array` has no number, and where it is negative though it may not be; by policy.

    texts: (block, index) -> text found; offset: what an index of `array` is preceded by in addresses.
    Returns (missing, below): the addresses met, for the caller to leave accounts out under `exclude`.
    """
    if array.size and array.min() >= (-np.inf if negative else 0) and array.max() < np.inf:
        return [], []
    missing = ~np.isfinite(array)
    below = np.zeros_like(missing) if negative else array < 0
    found = []
    for fault, mask, expected in (
        ("missing", missing, "a number"),
        ("negative", below & ~missing, "0 or more"),
    ):
        indices = [offset + tuple(map(int, index)) for index in np.argwhere(mask)]

        def told(index):
            return repr(texts.get((block, index), float(array[index[len(offset) :]])))

        policy = screening.meet(fault, block, kind, indices, told, expected)
        array[mask] = 0
        found.append(indices if policy == "exclude" else [])
    return found


def clean_final(screening, table):
    """Clean final demand and exports in place; who loses accounts under `exclude`:

    a number missing leaves the supplier without output (where output is the row sum), and a consumption
    without its amount the using region without a basket.
    """
    for category, amounts in table.final.items():
        kind = "final" if amounts.ndim == 3 else "final without origin"
        met = clean(screening, category, kind, amounts, table.texts, negative=category in MAY_BE_NEGATIVE)
        for which, indices in zip(("missing", "negative"), met, strict=True):
            for index in indices:
                user = index[2] if len(index) == 3 else index[0]
                screening.lost_hours[user] = True
                if which == "missing" and table.output is None:
                    screening.lost[index[:2]] = True
    missing, below = clean(screening, "exports", "cell", table.exports, table.texts)
    for index in missing + below:
        screening.lost[index] = True


def clean_block(screening, table, d, block):
    """Clean what region d supplies, (n, m, n), in place."""
    missing, below = clean(screening, "flows", "flows", block, table.texts, offset=(d,))
    for index in missing + below:
        screening.lost[index[2:]] = True
    for index in missing if table.output is None else []:
        screening.lost[index[:2]] = True


def clean_primary(screening, table, output, columns):
    """Clean the rows of value added and imports in place.

    output, columns (m, n): row sums and intermediate inputs. A cell without output and without inputs has no
    value added either: a gap there is 0, told as such, and nothing is left out.
    """
    idle = (output == 0) & (columns == 0)
    for name, amounts in table.primary.items():
        gaps = [tuple(map(int, index)) for index in np.argwhere(idle & ~np.isfinite(amounts))]
        for index in gaps[:LISTED]:
            screening.add("missing", name, repr(float(amounts[index])), "a number", "0: no output", "cell", index)
        if len(gaps) > LISTED:
            screening.add("missing", name, f"{len(gaps) - LISTED} more", "a number", "0: no output")
        amounts[idle & ~np.isfinite(amounts)] = 0
        met = clean(screening, name, "cell", amounts, table.texts, negative=name in MAY_BE_NEGATIVE)
        for index in met[0] + met[1]:
            screening.lost[index] = True


def clean_output(screening, table):
    """Clean the printed outputs, where the table has them, and tell where its ERR is no number."""
    if table.output is not None:
        for index in clean(screening, "output", "cell", table.output, table.texts, negative=True)[0]:
            screening.lost[index] = True
    if table.error is not None:
        for index in np.argwhere(~np.isfinite(table.error)):
            index = tuple(map(int, index))
            found = repr(table.texts.get(("ERR", index), float(table.error[index])))
            screening.add("missing", "ERR", found, "a number", "reported only", "cell", index)


def check_output(screening, output):
    """Zero-output sectors, and outputs below 0, (m, n)."""
    below = [tuple(map(int, index)) for index in np.argwhere(output < 0)]
    told = lambda index: f"{output[index]:g}"  # noqa: E731
    if screening.meet("negative", "output", "cell", below, told, "0 or more") == "exclude":
        for index in below:
            screening.lost[index] = True
    output[output < 0] = 0
    idle = [tuple(map(int, index)) for index in np.argwhere(output == 0)]
    screening.meet("zero_output", "output", "cell", idle, told, "output", "left without coefficients")


def check_balance(screening, output, columns, tolerance):
    """Rows against columns, (m, n): the gap as a share of output; all beyond `tolerance` in the csv.

    Returns the worst ten as (index, gap), worst first, balanced or not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(output > 0, columns / output - 1, np.where(columns > 0, np.inf, 0.0))
    gap[screening.lost] = 0  # what is left out has been told
    order = np.argsort(-np.abs(gap), axis=None, kind="stable")
    indices = [tuple(map(int, np.unravel_index(k, gap.shape))) for k in order]
    beyond = [index for index in indices if abs(gap[index]) > tolerance]

    def told(index):
        return f"column {columns[index]:.6g}, row {output[index]:.6g}"

    policy = screening.meet("imbalance", "output", "cell", beyond, told, f"equal within {tolerance:g}")
    for index in beyond if policy == "exclude" else []:
        screening.lost[index] = True
    return [(index, gap[index]) for index in indices[:10]]


def check_totals(screening, totals, tolerance):
    """Printed totals against the sums they should be, (m, n); `imbalance` is the fault.

    A sum that a gap spoils is not compared: the gap has been told.
    """
    for name, pair in totals.items():
        printed, computed = pair
        with np.errstate(invalid="ignore"):
            gap = np.abs(printed - computed) / np.maximum(np.abs(computed), 1)
        gap = np.where(np.isfinite(computed), np.nan_to_num(gap, nan=np.inf), 0)
        indices = [tuple(map(int, index)) for index in np.argwhere(gap > tolerance)]

        def told(index, name=name, pair=pair):
            return f"{name} {pair[0][index]:.6g}, the sum {pair[1][index]:.6g}"

        screening.meet("imbalance", name, "cell", indices, told, f"equal within {tolerance:g}")
        screening.add("total", name, f"largest gap {gap.max(initial=0):.2g}", f"within {tolerance:g}", "checked")


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
