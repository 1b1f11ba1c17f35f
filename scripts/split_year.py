"""One year's tables -> the accounts of each region, one file each, and the origins that link them."""

from pathlib import Path

import numpy as np

from laborvalue.accounts import sum_over_origins, year_accounts
from laborvalue.errors import InputError
from laborvalue.records import to_arrays
from shared import dataset, files
from shared.commandline import run, teller
from shared.dataset.identities import check_identities
from shared.stages import as_sectors


def shown(path):
    """A path as results may have it: relative to the working folder, else the file's name alone."""
    return Path(path).name if Path(path).is_absolute() else path


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

    described = dataset.read_description(description)
    region_keys = dataset.read_regions(regions)["region"]
    sector_columns = dataset.read_sectors(sectors)
    keys = region_keys, sector_columns["sector"]
    # every table is read before a fault of one of them ends the job
    attempt = dataset.Attempts()
    inputs = attempt(dataset.read_primary_inputs, primary_inputs, *keys)
    hours = attempt(dataset.read_labor, labor, *keys, inputs and inputs["output"])
    demand = attempt(dataset.read_final_demand, final_demand, *keys)
    stock = attempt(dataset.read_cells, capital_stock, ("value",), *keys) if capital_stock else None
    if attempt:
        attempt(list, (None for _ in dataset.flow_blocks(flows, *keys)))
    attempt.stop()
    totals, by_origin = demand
    exports = totals.get("exports", np.zeros_like(hours))
    supplied = by_supplier(totals, by_origin)
    # without origins of final demand the uses of a row are unknown, and so are the imports that it holds
    rows_known = by_origin is not None or len(region_keys) == 1
    output = inputs["output"] if rows_known else np.full_like(hours, np.nan)
    blocks = telling(dataset.flow_blocks(flows, *keys), flows, len(region_keys))
    sums = sum_over_origins(blocks, supplied, exports, output)
    sector_arrays = as_sectors(sector_columns)
    money_unit = described["money_unit"]
    solved = attempt(
        accounts_of,
        final_demand,
        sums,
        totals,
        by_origin,
        inputs,
        hours,
        stock and stock["value"],
        money_unit,
        sector_arrays,
    )
    attempt(
        check_identities,
        sums,
        supplied if solved else None,
        inputs,
        read | {"flows": dataset.find_flows(Path(primary_inputs).parent) or flows},
        keys,
        rows_known,
        described,
    )
    attempt.stop()
    accounts, linked = solved
    for region, of_region in zip(region_keys, accounts, strict=True):
        files.write_record(Path(folder, f"{region}.npy"), to_arrays(of_region))
    files.write_arrays(origins, to_arrays(linked))
    digests = {name: {"path": shown(path), "sha256": files.sha256(path)} for name, path in read.items()}
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


def accounts_of(path, *arguments):
    """`year_accounts`, whose errors are about the final demand of the file `path`."""
    try:
        return year_accounts(*arguments)
    except InputError as error:
        raise InputError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


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
