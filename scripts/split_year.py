"""One year's tables -> the accounts of each region, one file each, and the origins that link them."""

from pathlib import Path

import numpy as np

from laborvalue.accounts import sum_over_origins, year_accounts
from laborvalue.errors import InputError
from laborvalue.records import to_arrays
from shared import dataset, files
from shared.commandline import run, teller
from shared.stages import as_sectors


def split_year(
    description,
    regions,
    sectors,
    flows,
    final_demand,
    primary_inputs,
    labor,
    folder,
    origins,
    index,
    tables,
    capital_stock="",
):
    read = {"final_demand": final_demand, "primary_inputs": primary_inputs, "labor": labor, "flows": flows}
    read |= {"capital_stock": capital_stock} if capital_stock else {}

    money_unit = dataset.read_description(description)["money_unit"]
    region_keys = dataset.read_regions(regions)["region"]
    sector_columns = dataset.read_sectors(sectors)
    keys = region_keys, sector_columns["sector"]
    inputs = dataset.read_primary_inputs(primary_inputs, *keys)
    hours = dataset.read_labor(labor, *keys, inputs["output"])
    totals, by_origin = dataset.read_final_demand(final_demand, *keys)
    stock = dataset.read_cells(capital_stock, ("value",), *keys)["value"] if capital_stock else None
    exports = totals.get("exports", np.zeros_like(hours))
    supplied = by_supplier(totals, by_origin)
    # without origins of final demand the uses of a row are unknown, and so are the imports that it holds
    rows_known = by_origin is not None or len(region_keys) == 1
    output = inputs["output"] if rows_known else np.full_like(hours, np.nan)
    blocks = telling(dataset.flow_blocks(flows, *keys), flows, len(region_keys))
    sums = sum_over_origins(blocks, supplied, exports, output)
    try:
        accounts, linked = year_accounts(
            sums, totals, by_origin, inputs, hours, stock, money_unit, as_sectors(sector_columns)
        )
    except InputError as error:
        raise InputError(f"{final_demand}: {error}") from None
    for region, of_region in zip(region_keys, accounts, strict=True):
        files.write_record(Path(folder, f"{region}.npy"), to_arrays(of_region))
    files.write_arrays(origins, to_arrays(linked))
    digests = {name: {"path": path, "sha256": files.sha256(path)} for name, path in read.items()}
    files.write_json(tables, digests)
    # what the later stages of the year need of the dataset; they depend on the digests, not on time stamps
    files.write_json(
        index,
        {
            "money_unit": money_unit,
            "regions": region_keys,
            "sectors": sector_columns,
            "flows": dataset.flows_digest(flows, hours.size, digests["flows"]["sha256"]),
            "origins": files.sha256(origins),
        },
    )


def telling(blocks, path, regions):
    """The same (d, block) with progress on standard error every five seconds."""
    tell = teller(f"reading {path}, region")
    for d, block in blocks:
        tell(f"{d} of {regions}")
        yield d, block


def by_supplier(totals, by_origin):
    """Final uses (m, n*) by supplying region; by using region where the table does not say who supplies."""
    by_origin = by_origin or {}
    return sum(by_origin[name].sum(axis=2) if name in by_origin else total for name, total in totals.items())


if __name__ == "__main__":
    run(split_year)
