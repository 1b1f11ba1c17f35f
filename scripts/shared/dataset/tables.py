"""The tables of a year: primary inputs, hours, final demand."""

from laborvalue.errors import InputError
from shared import files
from shared.dataset.cells import finite_floats, positions_of, refuse_negative, refuse_repeats

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


def read_cells(path, columns, regions, sectors):
    """A table with one row per region and sector as arrays (m, n*), NaN where a row is missing."""
    import numpy as np

    values = {column: np.full((len(regions), len(sectors)), np.nan) for column in columns}
    seen = np.zeros((len(regions), len(sectors)), dtype=int)
    for batch in files.batches(path, ("region", "sector"), columns):
        region = positions_of(path, batch, "region", regions)
        sector = positions_of(path, batch, "sector", sectors)
        np.add.at(seen, (region, sector), 1)
        for column in columns:
            values[column][region, sector] = finite_floats(path, batch, column)
    refuse_repeats(path, seen, ("region", "sector"), (regions, sectors))
    return values


def read_primary_inputs(path, regions, sectors):
    """primary_inputs: six arrays (m, n*) in the files' money unit."""
    values = read_cells(path, PRIMARY_INPUTS, regions, sectors)
    for column in NEVER_NEGATIVE:
        refuse_negative(path, column, values[column], regions, sectors)
    return values


def read_labor(path, regions, sectors, output):
    """labor: hours (m, n*); raises InputError where hours are 0 though there is output."""
    hours = read_cells(path, ("hours",), regions, sectors)["hours"]
    refuse_negative(path, "hours", hours, regions, sectors)
    for c, i in zip(*((hours == 0) & (output > 0)).nonzero(), strict=True):
        raise InputError(
            f"{path}: region {regions[c]}, sector {sectors[i]}: hours are 0 with an output of {output[c, i]:g}; "
            "expected hours above 0, or no row where they are unknown"
        )
    return hours


def read_final_demand(path, regions, sectors):
    """final_demand by category.

    Returns (totals, origins): totals[category] is (m, n*) by using region (for exports the selling one);
    origins[category] is (m, n*, m), supplier region x good x using region, or None where the table
    does not say who supplies.
    """
    import numpy as np

    m, n = len(regions), len(sectors)
    with_origin = "origin_region" in files.column_names(path)
    amounts = {}
    seen = {}
    for batch in files.batches(path, ("region", "sector", "category", *["origin_region"] * with_origin), ("value",)):
        category = positions_of(path, batch, "category", CATEGORIES)
        region = positions_of(path, batch, "region", regions)
        good = positions_of(path, batch, "sector", sectors)
        value = finite_floats(path, batch, "value")
        origin = region
        if with_origin:
            exported = category == CATEGORIES.index("exports")
            origin = np.where(exported, region, positions_of(path, batch, "origin_region", regions, region))
        for code in np.unique(category):
            name, chosen = CATEGORIES[code], category == code
            shape = (m, n, m) if with_origin and name != "exports" else (m, n)
            where = (origin[chosen], good[chosen], region[chosen])[: len(shape)]
            if name not in amounts:
                amounts[name], seen[name] = np.zeros(shape), np.zeros(shape, dtype=np.int8)
            np.add.at(seen[name], where, 1)
            amounts[name][where] = value[chosen]
    for name, count in seen.items():
        keys = (regions, sectors, regions)[: count.ndim]
        kinds = ("origin_region", "sector", "region") if count.ndim == 3 else ("region", "sector")
        refuse_repeats(path, count, kinds, keys, f"category {name}, ")
        if name not in ("inventories", "fixed_capital_formation", "other"):
            refuse_negative(path, name, amounts[name], *keys)
    totals = {name: a.sum(axis=0).T if a.ndim == 3 else a for name, a in amounts.items()}
    origins = {name: a for name, a in amounts.items() if a.ndim == 3} if with_origin else None
    return totals, origins
