"""The tables of a year: primary inputs, hours, final demand."""

from shared import files
from shared.dataset.cells import address, find_negative, find_repeats, finite_floats, positions_of
from shared.dataset.faults import Faults

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
NEVER_NEGATIVE = ("compensation", "depreciation", "imports", "output")


CELL = ("region", "sector")


def read_cells(path, columns, regions, sectors):
    """A table with one row per region and sector as arrays (m, n*), NaN where a row is missing."""
    faults = Faults(path)
    values = _cells(faults, columns, regions, sectors)
    faults.stop()
    return values


def _cells(faults, columns, regions, sectors):
    import numpy as np

    values = {column: np.full((len(regions), len(sectors)), np.nan) for column in columns}
    seen = np.zeros((len(regions), len(sectors)), dtype=int)
    for batch in files.batches(faults.path, CELL, columns):
        region = positions_of(faults, batch, "region", regions)
        sector = positions_of(faults, batch, "sector", sectors)
        known = (region >= 0) & (sector >= 0)
        region, sector = region[known], sector[known]
        np.add.at(seen, (region, sector), 1)
        for column in columns:
            values[column][region, sector] = finite_floats(faults, batch, column)[known]
    find_repeats(faults, seen, CELL, (regions, sectors))
    return values


def read_primary_inputs(path, regions, sectors):
    """primary_inputs: six arrays (m, n*) in the files' money unit."""
    faults = Faults(path)
    values = _cells(faults, PRIMARY_INPUTS, regions, sectors)
    for column in NEVER_NEGATIVE:
        find_negative(faults, column, values[column], CELL, (regions, sectors))
    faults.stop()
    return values


def read_labor(path, regions, sectors, output=None):
    """labor: hours (m, n*); hours of 0 beside an `output` (m, n*) are a fault, where the output is given."""
    faults = Faults(path)
    hours = _cells(faults, ("hours",), regions, sectors)["hours"]
    find_negative(faults, "hours", hours, CELL, (regions, sectors))

    def idle(index):
        return (
            f"{address(CELL, (regions, sectors), index)}: hours are 0 with an output of {output[index]:g}; "
            "expected hours above 0, or no row where they are unknown"
        )

    if output is not None:
        faults.at("no hours", (hours == 0) & (output > 0), idle)
    faults.stop()
    return hours


def read_final_demand(path, regions, sectors):
    """final_demand by category.

    Returns (totals, origins): totals[category] is (m, n*) by using region (for exports the selling one);
    origins[category] is (m, n*, m), supplier region x good x using region, or None where the table
    does not say who supplies.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    faults = Faults(path)
    with_origin = "origin_region" in files.column_names(path)
    amounts = {}
    seen = {}
    for batch in files.batches(path, ("region", "sector", "category", *["origin_region"] * with_origin), ("value",)):
        category = positions_of(faults, batch, "category", CATEGORIES)
        region = positions_of(faults, batch, "region", regions)
        good = positions_of(faults, batch, "sector", sectors)
        value = finite_floats(faults, batch, "value")
        origin = region
        if with_origin:
            exported = category == CATEGORIES.index("exports")
            origin = np.where(exported, region, positions_of(faults, batch, "origin_region", regions, region))
        known = (category >= 0) & (region >= 0) & (good >= 0) & (origin >= 0)
        for code in np.unique(category[known]):
            name, chosen = CATEGORIES[code], known & (category == code)
            shape = (m, n, m) if with_origin and name != "exports" else (m, n)
            where = (origin[chosen], good[chosen], region[chosen])[: len(shape)]
            if name not in amounts:
                amounts[name], seen[name] = np.zeros(shape), np.zeros(shape, dtype=np.int8)
            np.add.at(seen[name], where, 1)
            amounts[name][where] = value[chosen]
    for name, count in seen.items():
        keys = (regions, sectors, regions)[: count.ndim]
        kinds = ("origin_region", "sector", "region") if count.ndim == 3 else CELL
        find_repeats(faults, count, kinds, keys, f"category {name}, ")
        if name not in ("inventories", "fixed_capital_formation", "other"):
            find_negative(faults, name, amounts[name], kinds, keys)
    faults.stop()
    totals = {name: a.sum(axis=0).T if a.ndim == 3 else a for name, a in amounts.items()}
    origins = {name: a for name, a in amounts.items() if a.ndim == 3} if with_origin else None
    return totals, origins
