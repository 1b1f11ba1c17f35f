"""Solved regions, their origins and the stored flows of a year -> city values, and the summary of the year."""

import itertools

import numpy as np

from laborvalue.accounts import Origins
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.nation import NationalSystem, with_certificate
from laborvalue.network import regional_values
from laborvalue.records import to_arrays
from laborvalue.region import RegionSystem
from laborvalue.sample import cell_status
from laborvalue_workflow.data import array_files, dataset, files
from laborvalue_workflow.data.stages import read_arrays_as, read_index, read_stacked
from laborvalue_workflow.progress import teller
from laborvalue_workflow.running.commandline import run


def solve_network(
    year, index, flows, origins, solutions, nation, scalars, settings: dict, arrays, table, summary, threads: int = 1
):
    known, options = read_index(index), ValueOptions(**settings["values"])
    solved, linked = read_stacked(RegionSystem, solutions, known.regions), read_arrays_as(Origins, origins)
    tell, products = teller(f"regional values of {year}, product with {flows}"), itertools.count(1)
    supplied = SupplierFlows.counting(
        options.imports,
        dataset.open_flows(flows, solved.output.size),
        linked.domestic_share,
        solved.import_factor,
        known.money_unit,
        threads,
        lambda: tell(f"number {next(products)}"),
    )
    national_value = read_arrays_as(NationalSystem, nation).value
    region = np.array(known.regions)
    try:
        values = regional_values(solved, region, linked, supplied, national_value, known.sectors, options)
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    array_files.write_arrays(arrays, to_arrays(values))
    files.write_json(summary, with_certificate(files.read_json(scalars), values.certificate))

    productive = known.sectors.productive
    status = cell_status(values.region_status, np.isfinite(values.value[:, productive]))
    files.write_table(
        table,
        {
            "region": np.repeat(known.regions, productive.sum()),
            "sector": np.tile(known.sectors.sector[productive], len(known.regions)),
            "value_network": values.value_network[:, productive].ravel(),
            "value_own": values.value_own[:, productive].ravel(),
            "value": values.value[:, productive].ravel(),
            "status": status.ravel(),
        },
    )


if __name__ == "__main__":
    run(solve_network)
