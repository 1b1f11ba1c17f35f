"""Accounts, origins and flows of all years -> values and prices under some readings, a file for each."""

from pathlib import Path

import numpy as np

from laborvalue.accounts import Origins
from laborvalue.coefficients import ValueOptions, imports_rule
from laborvalue.errors import InputError
from laborvalue.readings.solution import reading_values as solve
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.reading_files import changed, taken, write_failure, write_records
from laborvalue_workflow.data.stages import price_options, read_accounts, read_arrays_as, read_index
from laborvalue_workflow.progress import progress
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.readings import nodes_of


def reading_values(
    years: list, indices: list, origins: list, flows: list, economy, nodes: dict, settings: dict, folder
):
    nodes = nodes_of(nodes)
    found, failed = {key: {} for key in nodes}, {}
    for year, index, origin, flow in zip(years, indices, origins, flows, strict=True):
        known, linked = read_index(index), read_arrays_as(Origins, origin)
        accounts = read_accounts(Path(economy, year, "regions"), known.regions)
        stored = dataset.open_flows(flow, len(accounts) * len(known.sectors.sector))
        for key in progress(list(nodes), f"values of {year} under readings"):
            if key in failed:
                continue
            chosen = changed(settings, nodes[key].changes)
            try:
                refuse_no_change(nodes[key].changes.get("values.imports"), known.imports_apart)
                booked, sectors = taken(accounts, known.sectors, chosen)
                options = ValueOptions(**chosen["values"]), price_options(chosen["prices"])
                region = np.array(known.regions)
                nation, values = solve(booked, region, sectors, linked, stored, known.money_unit, *options)
            except InputError as error:
                failed[key] = f"year {year}: {error}"
            else:
                found[key] |= {f"{year}/nation": nation, f"{year}/values": values}
    for key in nodes:
        path = Path(folder, f"{key}.npz")
        if key in failed:
            write_failure(path, failed[key])
        else:
            write_records(path, found[key])


def refuse_no_change(imports, imports_apart):
    """Raise InputError for a rule for imports that is another one on these tables."""
    if imports and (rule := imports_rule(imports, imports_apart)) != imports:
        raise InputError(f"values.imports {imports} is {rule} here: the tables have no import row")


if __name__ == "__main__":
    run(reading_values)
