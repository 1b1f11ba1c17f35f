"""Solved regions, their origins and the stored flows of a year -> regional values, and the summary of the year."""

import itertools

import numpy as np

from laborvalue.accounts import Origins
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import located
from laborvalue.nation import with_certificate
from laborvalue.network import RegionalProblem, regional_table
from laborvalue.records import to_arrays
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import NationalSystem
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.stages import open_supplied, read_arrays_as, read_index, read_stacked
from laborvalue_workflow.progress import teller
from laborvalue_workflow.running.commandline import run


def solve_network(
    year, index, flows, origins, solutions, nation, scalars, settings: dict, arrays, table, summary, threads: int = 1
):
    described, options = read_index(index), ValueOptions(**settings["values"])
    rule, region, sectors = options.import_rule, np.array(described.regions), described.sectors
    solved, linked = read_stacked(RegionSystem, solutions, region), read_arrays_as(Origins, origins)
    tell, products = teller(f"regional values of {year}, product with {flows}"), itertools.count(1)
    watched = (threads, lambda: tell(f"number {next(products)}"))
    supplied = open_supplied(flows, rule, linked.domestic_share, solved.import_factor, described.money_unit, *watched)
    national_value = read_arrays_as(NationalSystem, nation).value
    with located(f"year {year}"):
        problem = RegionalProblem(solved, region, linked, supplied, national_value, sectors, rule)
        values = problem.regional_values(options.scope)
    array_files.write_arrays(arrays, to_arrays(values))
    files.write_json(summary, with_certificate(files.read_json(scalars), values.certificate))
    files.write_table(table, regional_table(values, region, sectors))


if __name__ == "__main__":
    run(solve_network)
