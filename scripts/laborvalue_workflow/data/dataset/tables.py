"""The tables of a year: primary inputs, hours, final demand."""

from laborvalue.cells import SMALLEST
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.dataset.cells import (
    address,
    excluded_of,
    find_negative,
    find_repeats,
    find_split_keys,
    finite_floats,
    positions_of,
)
from laborvalue_workflow.screening.faults import Axes, Fault, TableFaults
from laborvalue_workflow.screening.findings import Check, Done
from laborvalue_workflow.screening.policies import MAY_BE_NEGATIVE, Policy

CATEGORIES = (
    "rural_households",
    "urban_households",
    "households",
    "government",
    "fixed_capital_formation",
    "inventories",
    "other",
    "exports",
)
PRIMARY_INPUTS = (
    "compensation",
    "production_taxes",
    "depreciation",
    "operating_surplus",
    "imports",
    "output",
)

CELL = ("region", "sector")


def read_cells(path, columns, regions, sectors, faults_of=TableFaults):
    """A table with one row per region and sector as arrays (m, n*), NaN where a row is missing."""
    faults = faults_of(path)
    values, _ = _cells(faults, columns, regions, sectors)
    faults.stop()
    return values


def _cells(faults, columns, regions, sectors):
    """The columns as arrays (m, n*), NaN where they are unknown, and a mask (m, n*) of the rows that are missing."""
    import numpy as np

    values = {column: np.full((len(regions), len(sectors)), np.nan) for column in columns}
    seen = np.zeros((len(regions), len(sectors)), dtype=int)
    for batch in files.batches(faults.path, CELL, columns):
        region = every_region = positions_of(faults, batch, "region", regions)
        sector = every_sector = positions_of(faults, batch, "sector", sectors)
        valid = (region >= 0) & (sector >= 0)
        region, sector = region[valid], sector[valid]
        np.add.at(seen, (region, sector), 1)
        for column in columns:
            amounts = finite_floats(faults, batch, column, axes=CELL, codes=(every_region, every_sector))
            values[column][region, sector] = amounts[valid]
    find_repeats(faults, seen, CELL, (regions, sectors))
    find_split_keys(faults, seen, CELL, (regions, sectors))
    return values, seen == 0


def _missing_rows(faults, table, values, missing, keys):
    """Rows that are missing in a table of accounts, by policy: one finding for all accounts that have the same."""
    policies = {account: faults.policies.of("missing", account) for account in values}
    together = len(set(policies.values())) == 1
    for account, amounts in values.items():
        block = table if together else account

        def line(index, block=block):
            return f"{address(CELL, keys, index)}: no row of {block}; expected one"

        if not together or account == next(iter(values)):
            faults.handle(
                Fault(
                    Check.MISSING,
                    block,
                    Axes.CELL,
                    missing,
                    lambda index: "no row",
                    "a row",
                    excluded_of(account),
                    account=account,
                    line=line,
                )
            )
        if policies[account] == Policy.ZERO:
            amounts[missing] = 0


def read_primary_inputs(path, regions, sectors, faults_of=TableFaults):
    """primary_inputs: six arrays (m, n*) in the files' money unit, NaN where they are unknown."""
    import numpy as np

    faults = faults_of(path)
    keys = regions, sectors
    values, missing = _cells(faults, PRIMARY_INPUTS, *keys)
    _missing_rows(faults, "primary_inputs", values, missing, keys)
    for account, amounts in values.items():
        if account not in MAY_BE_NEGATIVE:
            find_negative(faults, account, amounts, CELL, keys)

    output = values["output"]

    def idle(index):
        return f"{address(CELL, keys, index)}: output is {text(index)}; expected more"

    def text(index):
        return f"{abs(output[index]):g}"

    done, mask = Done.WITHOUT_COEFFICIENTS, np.abs(output) < SMALLEST
    faults.handle(Fault(Check.ZERO_OUTPUT, "output", Axes.CELL, mask, text, "output", done, line=idle))
    output[mask] = 0
    faults.stop()
    return values


def read_price_index(path, regions, sectors, faults_of=TableFaults):
    """price_index: (m, n*), above 0, NaN where it is unknown; (1, n*) where the table has no column region."""
    import numpy as np

    faults = faults_of(path)
    by_region = "region" in files.column_names(path)
    axes, keys = (CELL, (regions, sectors)) if by_region else (("sector",), (sectors,))
    values = np.full([len(of) for of in keys], np.nan)
    seen = np.zeros(values.shape, dtype=int)
    for batch in files.batches(path, axes, ("value",)):
        codes = tuple(positions_of(faults, batch, axis, of) for axis, of in zip(axes, keys, strict=True))
        known = np.min(codes, axis=0) >= 0
        place = tuple(code[known] for code in codes)
        np.add.at(seen, place, 1)
        values[place] = finite_floats(faults, batch, "value", "price_index")[known]
    find_repeats(faults, seen, axes, keys)
    faults.at(
        "price_index", values <= 0, lambda at: f"{address(axes, keys, at)}: {values[at]:g}; expected an index above 0"
    )
    faults.stop()
    return values.reshape(-1, len(sectors))


def read_labor(path, regions, sectors, output=None, faults_of=TableFaults):
    """labor: hours (m, n*), NaN where they are unknown; hours of 0 beside an `output` (m, n*) are a fault."""
    from laborvalue_workflow.screening.checks import check_labor

    faults = faults_of(path)
    keys = regions, sectors
    values, missing = _cells(faults, ("hours",), *keys)
    hours = values["hours"]
    find_negative(faults, "hours", hours, CELL, keys)
    if output is not None:
        _missing_rows(faults, "hours", values, missing & (output > 0), keys)

        def line(index):
            return (
                f"{address(CELL, keys, index)}: hours are 0 with an output of {output[index]:g}; "
                "expected hours above 0, or no row where they are unknown"
            )

        def text(index):
            return f"0 with an output of {output[index]:g}"

        idle = (hours == 0) & (output > 0)
        hours[check_labor(faults, idle, output, sectors, text, line)] = float("nan")
    faults.stop()
    return hours


def read_final_demand(path, regions, sectors, faults_of=TableFaults, lost=None):
    """final_demand by category.

    lost: a mask (m,) in which the using regions are marked whose final demand is not known, by policy (for exports the
    selling ones). Returns (totals, origins): totals[category] is (m, n*) by using region (for exports the selling one);
    origins[category] is (m, n*, m), supplier region x good x using region, or None where the table
    does not say who supplies.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    faults = faults_of(path)
    lost = np.zeros(m, dtype=bool) if lost is None else lost
    with_origin = "origin_region" in files.column_names(path)
    amounts, rows = {}, {}
    for batch in files.batches(path, ("region", "sector", "category", *["origin_region"] * with_origin), ("value",)):
        category = positions_of(faults, batch, "category", CATEGORIES)
        region = positions_of(faults, batch, "region", regions)
        good = positions_of(faults, batch, "sector", sectors)
        value = finite_floats(faults, batch, "value", "final_demand", CELL, (region, good))
        lost[region[np.isnan(value) & (region >= 0)]] = True
        value = np.nan_to_num(value, nan=0.0)
        origin = region
        if with_origin:
            exported = category == CATEGORIES.index("exports")
            origin = np.where(exported, region, positions_of(faults, batch, "origin_region", regions, region))
        valid = (category >= 0) & (region >= 0) & (good >= 0) & (origin >= 0)
        for code in np.flatnonzero(np.bincount(category[valid])):
            name, chosen = CATEGORIES[code], np.flatnonzero(valid & (category == code))
            shape = (m, n, m) if with_origin and name != "exports" else (m, n)
            if name not in amounts:
                amounts[name], rows[name] = array_files.zeros(shape), array_files.zeros(shape, dtype=np.uint8)
            where = np.ravel_multi_index((origin[chosen], good[chosen], region[chosen])[: len(shape)], shape)
            _count(rows[name].reshape(-1), where)
            amounts[name].reshape(-1)[where] = value[chosen]
    for name, count in rows.items():
        keys = (regions, sectors, regions)[: count.ndim]
        kinds = ("origin_region", "sector", "region") if count.ndim == 3 else CELL
        find_repeats(faults, count, kinds, keys, f"category {name}, ")
        if name not in MAY_BE_NEGATIVE:
            find_negative(faults, name, amounts[name], kinds, keys)
            unknown = np.isnan(amounts[name])
            lost |= unknown.any(axis=(0, 1) if unknown.ndim == 3 else 1)
            amounts[name][unknown] = 0
    faults.stop()
    totals = {name: a.sum(axis=0).T if a.ndim == 3 else a for name, a in amounts.items()}
    origins = {name: a for name, a in amounts.items() if a.ndim == 3} if with_origin else None
    return totals, origins


def _count(rows, where):
    """Count the rows of a batch in `rows`, by position: 0, 1, or 2 for more."""
    import numpy as np

    first, last = where.min(), where.max()
    if last - first < 8 * len(where):  # as in a table that is sorted by one of its keys
        cells, count = slice(first, last + 1), np.bincount(where - first)
    else:
        cells, count = np.unique(where, return_counts=True)
    rows[cells] = np.minimum(rows[cells] + count, 2)
