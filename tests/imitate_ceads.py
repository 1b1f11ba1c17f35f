"""A dataset folder written as CEADs publishes its city tables: a struct MRIO per year, and the labels beside them.

python tests/imitate_ceads.py results/replication/dataset data/ceads

For a trial of the import before the real files are available, at full size with the embedded economy (three years: 4 GB
on disk, 6 GiB of memory, five minutes), and for the tests. Numbers and faults are the dataset's, in million yuan;
layout and irregularities are those of the published files. The files hold no more information than the dataset.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset as datasets
from laborvalue_workflow.progress import progress
from laborvalue_workflow.running.commandline import run
from published_tables import ROWS, USES, sector_list, write_labels, write_mat

MILLION = 1e6
FILES = {  # year: (file, MAT version)
    2012: ("2012_Chinese_City_MRIO.mat", "7"),
    2015: ("2015_Chinese_City_MRIO.mat", "7.3"),
    2017: ("China city MRIO_2017.mat", "7.3"),
}
PARTS = {"22-23": ("22", "23"), "36-1": ("36",), "36-2": ("36",)}  # what 2017's own sectors are in the list of 2012


def imitate(dataset, folder, lists=None, encoding="gbk"):
    """Write FILES and regions.csv into `folder`; returns the paths by year.

    dataset: a folder whose sectors are the list of 2012; lists: year -> sector list, that of 2012 where it is not
    named, as in config/ceads.yaml.
    """
    known = datasets.read_description(Path(dataset, "dataset.yaml"))
    regions = datasets.read_regions(Path(dataset, "regions.csv"))
    sectors = datasets.read_sectors(Path(dataset, "sectors.csv"))["sector"]
    unit = known["money_unit"] / MILLION
    written = {}
    for year in progress(known["years"], "writing structs, year"):
        name, version = FILES[year]
        listed = (lists or {}).get(year, "2012")
        split = splitting(sectors, listed)
        fields = struct(Path(dataset, str(year)), regions["region"], sectors, split, unit)
        written[year] = write_mat(Path(folder, name), odd(fields, year), version, chunk=256)
    columns = zip(*regions.values(), strict=True)
    rows = [dict(zip(regions, (cell if cell is not None else "" for cell in row), strict=True)) for row in columns]
    write_labels(Path(folder, "regions.csv"), rows, encoding)
    return written


def splitting(sectors, listed):
    """(n, n*): the share of each of the dataset's sectors in each published one of the list; columns sum to 1."""
    published = sector_list(listed)["sector"]
    share = np.array([[float(s in PARTS.get(p, (p,))) for s in sectors] for p in published])
    if not share.any(axis=0).all():
        raise InputError(f"sector {sectors[int(np.argmin(share.any(axis=0)))]} is in no sector of the list {listed}")
    return share / share.sum(axis=0)


def struct(folder, regions, sectors, split, unit):
    """The fields of MRIO of a dataset's year; split (n, n*), unit: the struct's money units per 1 in the dataset."""
    m, n = len(regions), len(split)
    flows = datasets.open_flows(folder / "flows.npy", m * len(sectors))
    totals, origins = datasets.read_final_demand(folder / "final_demand.parquet", regions, sectors)
    primary = datasets.read_primary_inputs(folder / "primary_inputs.parquet", regions, sectors)
    Z = np.empty((m * n, m * n), order="F")
    for c in progress(range(m), f"flows of {folder.name}, region"):
        users = slice(c * len(sectors), (c + 1) * len(sectors))
        used = flows[:, users].reshape(m, len(sectors), len(sectors))
        Z[:, c * n : (c + 1) * n] = (split @ used @ split.T).reshape(m * n, n) * unit
    F = np.stack([split @ origins[use] for use in USES], axis=-1).reshape(m * n, -1) * unit
    imports = np.concatenate([(primary["imports"] @ split.T).ravel() * unit, np.zeros(m * len(USES))])
    return {
        "Z": Z,
        "F": F,
        "VA": np.stack([(primary[name] @ split.T).ravel() for name in ROWS]) * unit,
        "Export": (totals["exports"] @ split.T).reshape(-1, 1) * unit,
        "Import": imports[None],
    }


def odd(fields, year):
    """What differs between the published years: a total below VA, columns beyond the sectors, imports named IM."""
    VA = fields["VA"]
    if year == 2012:
        fields["VA"] = np.vstack([VA, VA.sum(axis=0)])
    if year == 2015:
        fields["VA"] = np.hstack([VA, np.full((len(VA), 15), np.nan)])
    if year == 2017:
        fields["IM"] = fields.pop("Import")
    return fields


def imitate_ceads(dataset, folder, /):
    """Write the imitations and say what they are."""
    imitate(dataset, folder)
    print(f"{folder} holds imitations; --config 'import={{\"synthetic\": true}}' makes every table say so")


if __name__ == "__main__":
    run(imitate_ceads)
