"""One year's tables -> the accounts of each region, one file each, and the origins and deliveries that link them."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from laborvalue.accounts import all_deliveries, unknown_accounts, year_accounts
from laborvalue.errors import InputError
from laborvalue.records import to_arrays
from laborvalue_workflow.data import array_files, dataset, files
from laborvalue_workflow.data.dataset.identities import check_identities
from laborvalue_workflow.data.stages import as_sectors
from laborvalue_workflow.progress import teller
from laborvalue_workflow.running.commandline import run


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
    deliveries,
    index,
    tables,
    capital_stock="",
    screening="",
):
    files_read = {"final_demand": final_demand, "primary_inputs": primary_inputs, "labor": labor, "flows": flows}
    files_read |= {"capital_stock": capital_stock} if capital_stock else {}

    described = dataset.read_description(description)
    region_keys = dataset.read_regions(regions)["region"]
    sector_columns = dataset.read_sectors(sectors)
    keys = region_keys, sector_columns["sector"]
    read = dataset.read_year(files_read, keys, described)
    blocks = telling(read.blocks(), flows, len(region_keys))
    sums = read.flow_sums(described, blocks)
    attempt = dataset.Attempts()
    sector_arrays = as_sectors(sector_columns)
    money_unit = described["money_unit"]
    solved = attempt(
        accounts_of,
        final_demand,
        sums,
        read.totals,
        read.by_origin,
        read.inputs,
        read.hours,
        read.stock,
        money_unit,
        sector_arrays,
    )
    attempt(
        check_identities,
        sums,
        read.supplied if solved else None,
        read.inputs,
        files_read | {"flows": dataset.find_flows(Path(primary_inputs).parent) or flows},
        keys,
        described,
    )
    attempt.stop()
    accounts, linked = solved
    for region, of_region in zip(region_keys, accounts, strict=True):
        array_files.write_record(Path(folder, f"{region}.npy"), to_arrays(of_region))
    array_files.write_arrays(origins, to_arrays(linked))
    array_files.write_arrays(deliveries, to_arrays(all_deliveries(sums, read.by_origin)))
    digests = {name: {"path": shown(path), "sha256": files.sha256(path)} for name, path in files_read.items()}
    files.write_json(tables, digests)
    # what the later stages of the year need of the dataset; they depend on the digests, not on time stamps
    known = {
        "money_unit": money_unit,
        "regions": region_keys,
        "sectors": sector_columns,
        "flows": dataset.flows_digest(flows, read.hours.size, digests["flows"]["sha256"]),
        "origins": files.sha256(origins),
        "deliveries": files.sha256(deliveries),
        "layout": asdict(sums.layout),
        "imports_apart": read.imports_apart,
        "unknown": by_keys(unknown_accounts(read.inputs, read.hours, read.stock), *keys),
    }
    files.write_json(index, known | ({"screening": files.sha256(screening)} if screening else {}))


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


def by_keys(masks, regions, sectors):
    """Masks (m, n*) by name as keys: {name: {sector: [regions]}}."""
    return {
        name: {sectors[i]: [regions[c] for c in np.flatnonzero(mask[:, i])] for i in np.flatnonzero(mask.any(axis=0))}
        for name, mask in masks.items()
    }


if __name__ == "__main__":
    run(split_year)
