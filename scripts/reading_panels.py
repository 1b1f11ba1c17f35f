"""Values, accounts and flows of all years -> the panels of some readings, a file for each."""

import numpy as np

from laborvalue.panel import assemble
from laborvalue_workflow.data import array_files, dataset
from laborvalue_workflow.readings.by_year import compute_nodes, each_year
from laborvalue_workflow.readings.files import node_paths
from laborvalue_workflow.readings.nodes import nodes_of
from laborvalue_workflow.readings.panels import NodePanels
from laborvalue_workflow.running.commandline import run


def reading_panels(
    years: list,
    regions,
    indices: list,
    flows: list,
    economy,
    values,
    nodes: dict,
    settings: dict,
    folder,
    solved: list = (),
):
    years = [int(year) for year in years]
    telephones = dataset.read_regions(regions)["telephones_1984"]
    telephones = np.array([np.nan if count is None else count for count in telephones])
    panels = NodePanels(years, values, node_paths(solved), telephones)
    stages = each_year(years, indices, flows, economy)

    def write(path, columns):
        array_files.write_arrays(path, assemble(columns, years))

    compute_nodes(nodes_of(nodes), stages, settings, folder, "indicators", panels.indicators, write)


if __name__ == "__main__":
    run(reading_panels)
