"""Nodes that are computed year by year: the tables of a year are opened once for all of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from laborvalue.accounts import Origins
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.stages import Index, read_accounts, read_arrays_as, read_index
from laborvalue_workflow.progress import progress
from laborvalue_workflow.readings.files import changed, write_failure


@dataclass(frozen=True, eq=False)
class YearStages:
    """What the stages before hold of a year.

    year: a whole number; index: of the dataset; accounts: RegionAccounts of all regions, a list; stored: the flows, a
    memory map (N, N); origins: None where no file of them is given.
    """

    year: int
    index: Index
    accounts: list
    stored: np.ndarray
    origins: Origins | None


def each_year(years, indices, flows, economy, origins=None):
    """Yield the YearStages of all years; indices, flows, origins: a file for each, economy: the folder of a stage."""
    for year, index_path, flow, linked in zip(years, indices, flows, origins or [None] * len(years), strict=True):
        index = read_index(index_path)
        accounts = read_accounts(Path(economy, str(year), "regions"), index.regions)
        stored = dataset.open_flows(flow, len(accounts) * len(index.sectors.sector))
        yield YearStages(int(year), index, accounts, stored, read_arrays_as(Origins, linked) if linked else None)


def compute_nodes(nodes, stages, settings, folder, what, compute, write):
    """Compute nodes year by year, and write a file for each: its result, or why there is none.

    nodes: by key; stages: YearStages; settings: of the run; what: the word for it while it runs; compute: (YearStages,
    Node, settings as the node changes them) -> the result of a year, raises InputError where there is none; write:
    (path, results of all years).
    """
    results, failed = {key: [] for key in nodes}, {}
    for year in stages:
        for key, node in zip(
            progress(list(nodes), f"{what} of {year.year} under readings"), nodes.values(), strict=True
        ):
            if key not in failed:
                try:
                    results[key].append(compute(year, node, changed(settings, node.changes)))
                except InputError as error:
                    failed[key] = str(error)
    for key, result in results.items():
        path = Path(folder, f"{key}.npz")
        if key in failed:
            write_failure(path, failed[key])
        else:
            write(path, result)
