"""The splitting of a year of a dataset folder: the accounts of each region, what links them, digests of the tables."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from laborvalue.accounts import (
    FlowSums,
    Origins,
    all_deliveries,
    national_price_index,
    unknown_accounts,
    year_accounts,
)
from laborvalue.errors import InputError
from laborvalue.records import to_arrays
from laborvalue_workflow.data import array_files, dataset, digests, files
from laborvalue_workflow.data.dataset.identities import check_identities
from laborvalue_workflow.data.stages import as_sectors
from laborvalue_workflow.progress import teller


@dataclass(frozen=True)
class SplitYear:
    """A year by region: accounts, one RegionAccounts per region; origins; sums over the flows; tables as read."""

    accounts: list
    origins: Origins
    sums: FlowSums
    tables: Any


def split(paths, own_flows, description, regions, sectors):
    """The SplitYear of the files `paths` (as in `data.dataset.read_year`); InputError with every fault of the year.

    own_flows: the dataset's own table of the flows, which a message names; description, regions, sectors: as they are
    read.
    """
    keys = regions["region"], sectors["sector"]
    read = dataset.read_year(paths, keys, description)
    sums = read.flow_sums(description, _reported(read.blocks(), paths["flows"], len(keys[0])))
    attempt = dataset.Attempts()
    uses = read.totals, read.by_origin, read.inputs, read.hours, read.stock
    solved = attempt(_accounts, paths["final_demand"], sums, *uses, description["money_unit"], as_sectors(sectors))
    supplied = read.supplied if solved else None
    attempt(check_identities, sums, supplied, read.inputs, paths | {"flows": own_flows}, keys, description)
    attempt.stop()
    return SplitYear(*solved, sums, read)


def write_split(folder, split, paths, description, regions, sectors, screening=""):
    """Write a SplitYear into a folder: a file per region, origins.npz, deliveries.npz, tables.json, index.json.

    tables.json has the digests of the files `paths`; index.json what the later stages of the year need of the dataset,
    which depend on digests, not on time stamps; screening: a file whose digest it has, too.
    """
    place, keys = Path(folder), (regions["region"], sectors["sector"])
    for region, accounts in zip(keys[0], split.accounts, strict=True):
        array_files.write_record(place / f"regions/{region}.npy", to_arrays(accounts))
    array_files.write_arrays(place / "origins.npz", to_arrays(split.origins))
    array_files.write_arrays(place / "deliveries.npz", to_arrays(all_deliveries(split.sums, split.tables.by_origin)))
    tables = {name: {"path": _shown(path), "sha256": digests.digest_of(path)} for name, path in paths.items()}
    files.write_json(place / "tables.json", tables)
    hours = split.tables.hours
    index = {
        "money_unit": description["money_unit"],
        "regions": keys[0],
        "sectors": sectors,
        "flows": dataset.flows_digest(paths["flows"], hours.size, tables["flows"]["sha256"]),
        "origins": digests.digest_of(place / "origins.npz"),
        "deliveries": digests.digest_of(place / "deliveries.npz"),
        "layout": asdict(split.sums.layout),
        "imports_apart": split.tables.imports_apart,
        "unknown": _by_keys(unknown_accounts(split.tables.inputs, hours, split.tables.stock), *keys),
    }
    if split.tables.price_index is not None:
        national = national_price_index(split.tables.inputs["output"], split.tables.price_index)
        index["price_index"] = [float(number) if np.isfinite(number) else None for number in national]
    files.write_json(place / "index.json", index | ({"screening": digests.digest_of(screening)} if screening else {}))


def _accounts(path, *arguments):
    """`year_accounts`, whose errors are about the final demand of the file `path`."""
    try:
        return year_accounts(*arguments)
    except InputError as error:
        raise InputError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def _reported(blocks, path, regions):
    """The same (d, block) with progress on standard error every five seconds."""
    tell = teller(f"reading {path}, region")
    for d, block in blocks:
        tell(f"{d} of {regions}")
        yield d, block


def _shown(path):
    """A path as results may have it: relative to the working folder, else the file's name alone."""
    return Path(path).name if Path(path).is_absolute() else path


def _by_keys(masks, regions, sectors):
    """Masks (m, n*) by name as keys: {name: {sector: [regions]}}."""
    return {
        name: {sectors[i]: [regions[c] for c in np.flatnonzero(mask[:, i])] for i in np.flatnonzero(mask.any(axis=0))}
        for name, mask in masks.items()
    }
