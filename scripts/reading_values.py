"""Accounts, origins and flows of all years -> values and prices under some readings, a file for each."""

from laborvalue_workflow.readings.by_year import compute_nodes, each_year
from laborvalue_workflow.readings.files import write_records
from laborvalue_workflow.readings.nodes import nodes_of
from laborvalue_workflow.readings.values import node_values
from laborvalue_workflow.running.commandline import run


def reading_values(
    years: list, indices: list, origins: list, flows: list, economy, nodes: dict, settings: dict, folder
):
    def write(path, solved):
        write_records(path, {name: record for year in solved for name, record in year.items()})

    stages = each_year(years, indices, flows, economy, origins)
    compute_nodes(nodes_of(nodes), stages, settings, folder, "values", node_values, write)


if __name__ == "__main__":
    run(reading_values)
