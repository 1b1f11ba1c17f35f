"""Looking a published table through before it becomes a dataset: what was found, and what was done about it.

A fault is met as the config's `import.faults` says: `stop` ends the import with its address; `exclude` leaves
the accounts of the city-sector out, so that the region is excluded with a reason; `zero` puts 0; `keep` changes
nothing. Whatever is done has a row in the screening, so that no zero is silent.
"""

import numpy as np

from laborvalue.errors import InputError
from laborvalue.prices import spectral_radius

COLUMNS = (
    *("year", "check", "block", "origin_region", "origin_sector", "region", "sector", "where", "found", "expected"),
    "done",
)
LISTED = 20_000  # addresses of one fault in one block in the csv, more than city-sectors; those beyond are counted
BOTH = "excluded, with its supplier"  # whose output, a row sum, is then unknown
SHOWN = 3  # addresses of them on the page
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
    "region": ("region",),
}


class Screening:
    """The rows of one year's screening and the cells that its policies leave out.

    regions, sectors: columns with the keys (`region`, `sector`) and `name`; sectors are the published ones until
    `fold`. `lost` (m, n): city-sectors whose accounts are left out; `lost_hours` (m, n): those without hours only.
    """

    def __init__(self, path, year, regions, sectors, faults):
        self.path, self.year, self.faults = path, year, faults
        self.keys, self.names = _columns(regions, sectors)
        self.rows, self.notes = [], []
        self.listed = {}  # (fault, block) -> addresses in the rows
        self.negatives = {}  # block -> [cells below 0, their sum], as found
        self.lost = np.zeros((len(regions["region"]), len(sectors["sector"])), dtype=bool)
        self.lost_hours = self.lost.copy()

    def fold(self, folding, regions, sectors):
        """From published sectors to the dataset's: a sector is lost where any of its parts is."""
        self.lost, self.lost_hours = folding.any(self.lost), folding.any(self.lost_hours)
        self.keys, self.names = _columns(regions, sectors)

    def add(self, check, block, found, expected, done, kind=None, index=()):
        """Note one finding: of which check, in which cells, what was found, expected and done."""
        row = dict.fromkeys(COLUMNS, "") | dict(self._told(self.keys, kind, index))
        row |= {"year": self.year, "check": check, "block": block, "found": found, "expected": expected, "done": done}
        row["where"] = self.where(kind, index)
        self.rows.append([str(row[name]) for name in COLUMNS])

    def _told(self, words, kind, index):
        axes = ADDRESSES[kind] if kind else ()
        return [(axis, words[axis.split("_")[-1]][k]) for axis, k in zip(axes, index, strict=True)]

    def address(self, kind, index):
        """An index by its keys, for a message."""
        return ", ".join(f"{axis} {key}" for axis, key in self._told(self.keys, kind, index))

    def where(self, kind, index):
        """An index by keys and names, for a reader: a code alone means different sectors in different years."""
        told = self._told(self.names, kind, index)
        parts = [[name for axis, name in told if axis.startswith("origin") == origin] for origin in (True, False)]
        return " -> ".join(", ".join(names) for names in parts if names)

    def meet(self, fault, block, kind, indices, found, expected, excluded="excluded"):
        """Meet one fault at every index by its policy; returns the policy, or None where there is nothing.

        indices (k, axes); found: index -> text; excluded: what `exclude` does here. Raises InputError under `stop`.
        """
        if not len(indices):
            return None
        policy = self.faults[fault]
        if policy == "stop":
            first = tuple(map(int, indices[0]))
            more = f" ({len(indices)} such cells)" if len(indices) > 1 else ""
            raise InputError(
                f"{self.path}: {self.year}, {block}: {self.address(kind, first)}: {found(first)}{more}; expected "
                f"{expected}; mend the file or set import.faults.{fault} to {' or '.join(OTHER_WAYS[fault])}"
            )
        done = {"exclude": excluded, "zero": "set to 0", "keep": "kept"}[policy]
        left = LISTED - self.listed.get((fault, block), 0)
        told = [tuple(map(int, index)) for index in indices[:left]]
        self.listed[fault, block] = LISTED - left + len(told)
        for index in told:
            self.add(fault, block, found(index), expected, done, kind, index)
        if len(indices) > left:
            self.add(fault, block, f"{len(indices) - left} more", expected, done)
        return policy

    def count_negatives(self, block, amounts):
        """Count what is below 0 in a block, as found; a block that comes in parts adds up."""
        counted = self.negatives.setdefault(block, [0, 0.0])
        if amounts.size and not amounts.min() >= 0:  # a NaN is not 0 or more either
            below = amounts[amounts < 0]
            counted[0] += below.size
            counted[1] += float(below[np.isfinite(below)].sum())

    def lose(self, indices):
        """Leave the accounts of these city-sectors (k, 2) out."""
        self.lost[tuple(np.asarray(indices, dtype=int).T)] = True


def _columns(regions, sectors):
    keys = {"region": regions["region"], "sector": sectors["sector"]}
    told = {"region": regions["name"], "sector": sectors["name"]}
    names = {
        axis: [key if key == name else f"{key} {name}" for key, name in zip(keys[axis], told[axis], strict=True)]
        for axis in keys
    }
    return keys, names


def clean(screening, block, kind, array, texts, offset=(), negative=False, supplier_too=False):
    """Put 0 where `array` has no number, and where it is negative though it may not be; by policy.

    texts: (block, index) -> text found; offset: what an index of `array` is preceded by in addresses;
    supplier_too: a gap takes its supplier's accounts too.
    Returns (missing, below), each (k, axes): what accounts are to be left out for, empty but under `exclude`.
    """
    screening.count_negatives(block, array)
    nothing = np.empty((0, len(offset) + array.ndim), dtype=int)
    if array.size and array.min() >= (-np.inf if negative else 0) and array.max() < np.inf:
        return nothing, nothing
    missing = ~np.isfinite(array)
    below = np.zeros_like(missing) if negative else (array < 0) & ~missing

    def told(index):
        return repr(texts.get((block, index), float(array[index[len(offset) :]])))

    met = []
    for fault, mask, expected, excluded in (
        ("missing", missing, "a number", BOTH if supplier_too else "excluded"),
        ("negative", below, "0 or more", "excluded"),
    ):
        indices = np.argwhere(mask)
        indices = np.hstack([np.tile(np.array(offset, dtype=int), (len(indices), 1)), indices])
        policy = screening.meet(fault, block, kind, indices, told, expected, excluded)
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
        told = {"negative": category in MAY_BE_NEGATIVE, "supplier_too": table.output is None}
        met = clean(screening, category, kind, amounts, table.texts, **told)
        for indices in met:
            screening.lost_hours[indices[:, 2 if amounts.ndim == 3 else 0]] = True
        if table.output is None:
            screening.lose(met[0][:, :2])
    for indices in clean(screening, "exports", "cell", table.exports, table.texts):
        screening.lose(indices)


def clean_block(screening, table, d, block):
    """Clean what region d supplies, (n, m, n), in place."""
    told = {"offset": (d,), "supplier_too": table.output is None}
    missing, below = clean(screening, "flows", "flows", block, table.texts, **told)
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

    Returns the worst ten as (place, gap), worst first, balanced or not. What is left out has been told.
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
    return [(screening.where("cell", index), gap[tuple(index)]) for index in order[:10]]


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
    """Hours below 0 (put to 0) and output without hours, (m, n*)."""
    below = np.argwhere(hours < 0)
    if screening.meet("negative", "hours", "cell", below, lambda index: f"{hours[index]:g}", "0 or more") == "exclude":
        screening.lose(below)
    hours[hours < 0] = 0
    idle = np.argwhere((output > 0) & ~(hours > 0) & ~screening.lost)
    screening.meet("no_labor", "hours", "cell", idle, lambda index: f"{hours[index]:g}", "above 0", "row left out")
    screening.lost_hours[tuple(idle.T)] = True


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


def check_signs(screening):
    """How much of each block was below 0 when it was found; MAY_BE_NEGATIVE may be."""
    for block, (count, total) in screening.negatives.items():
        found = f"{count} negative cells" + (f", their sum {total:.6g}" if count else "")
        screening.add("sign", block, found, "any" if block in MAY_BE_NEGATIVE else "0", "counted")


def check_radius(screening, intermediate, output):
    """The spectral radius of each region's own technique A over what it makes, (m, n*, n*) over (m, n*).

    Reported only: with a radius of 1 or more a region uses up more than it makes. Which regions have values is
    judged later, by A + D over the productive sectors.
    """
    radii = []
    for c in range(len(output)):
        made = output[c] > 0
        with np.errstate(invalid="ignore"):
            A = intermediate[c][np.ix_(made, made)] / output[c][made]
        radius = spectral_radius(A) if np.isfinite(A).all() else float("nan")
        radii.append(radius)
        done = "of an incomplete region, which is excluded" if screening.lost[c].any() else "reported"
        screening.add("spectral_radius", "A", f"{radius:.6f}", "below 1", done, "region", (c,))
    return radii


def columns_of(screening):
    """The screening's rows as columns for a csv."""
    return {name: [row[k] for row in screening.rows] for k, name in enumerate(COLUMNS)}


def page(screening, worst, radii, money_unit, national):
    """The screening as a page to read (Markdown).

    worst: (place, gap), from check_balance; radii (m,), from check_radius; national: output, trillion.
    """
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in screening.rows]
    counts, places, examples = {}, {}, []
    for row in rows:
        if row["check"] not in OTHER_WAYS:
            continue
        kind, many = (row["check"], row["block"], row["done"]), not row["where"]
        if counts.setdefault(kind, 0) < SHOWN and not many:
            examples.append([row[name] for name in ("check", "block", "where", "found", "expected")])
        counts[kind] += int(row["found"].split()[0]) if many else 1
        places.setdefault(kind, set()).add(row["region"])
    m, lost = len(screening.lost), screening.lost
    touched = np.flatnonzero((lost | screening.lost_hours).any(axis=1))
    lines = [f"# Screening of {screening.year}", "", f"File: {screening.path}", ""]
    lines += [f"National output: {national:.5g} trillion currency units ({money_unit:g} per 1 in the file).", ""]
    lines += [f"- {note}" for note in screening.notes] + [""] * bool(screening.notes)
    lines += ["## Faults, and what was done", ""]
    named = ", ".join(screening.names["region"][c] for c in touched[:20]) + ", …" * (len(touched) > 20)
    counted = ((*kind[:2], count, len(places[kind] - {""}), kind[2]) for kind, count in counts.items())
    lines += _table("fault | block | cells | regions | done", counted) if counts else ["None.", ""]
    hourless = int((screening.lost_hours & ~lost).sum())
    lines += [
        f"City-sectors whose accounts are left out: {int(lost.sum())}; without hours only: {hourless}. "
        f"Regions with such cells: {len(touched)} of {m}{': ' + named if named else ''}.",
        "",
    ]
    if examples:
        lines += [f"The first {SHOWN} of each; {screening.year}.csv has every address:", ""]
        lines += _table("fault | block | where | found | expected", examples)
    lines += ["## Checks", ""]
    checks = [row for row in rows if row["check"] in ("unit", "total", "sign")]
    errors = [row for row in rows if row["check"] == "error_share"]
    if errors:
        largest = max(errors, key=lambda row: abs(float(row["found"].rstrip("%"))))
        found = f"{len(errors)} cells, at most {largest['found']} of output ({largest['where']})"
        checks.append(largest | {"found": found})
    names = ("check", "block", "found", "expected", "done")
    lines += _table(" | ".join(names), ([row[name] for name in names] for row in checks))
    lines += ["## Rows against columns: the worst ten", ""]
    lines += ["What a sector buys and adds (intermediate inputs, imports, value added) over its output, less 1.", ""]
    lines += _table("region, sector | gap", ((place, f"{gap:.2e}") for place, gap in worst))
    lines += ["## Spectral radius of A: the ten largest", ""]
    lines += ["A: a region's inputs per unit of output, whoever supplies them; below 1 it makes more than it uses up."]
    lines += ["The csv has every region's. Who has values is judged later, with depreciation: exclusions.csv.", ""]
    order = np.argsort(-np.nan_to_num(radii, nan=np.inf), kind="stable")[:10]
    lines += _table("region | radius", ((screening.names["region"][c], f"{radii[c]:.4f}") for c in order))
    return "\n".join(lines)


def _table(head, rows):
    width = head.count("|") + 1
    body = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return [f"| {head} |", "|" + "---|" * width, *body, ""]
