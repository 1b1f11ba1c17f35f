"""The panels of some readings -> Tables 3 to 10 of each, and what they are compared by."""

from pathlib import Path

from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from laborvalue.readings.bootstrap import region_draws
from laborvalue.readings.estimates import estimate_reading
from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import panel_of, read_panel
from laborvalue_workflow.data.stages import read_index
from laborvalue_workflow.progress import progress
from laborvalue_workflow.readings.files import changed, node_paths, read_node, write_estimates, write_failure
from laborvalue_workflow.readings.nodes import nodes_of
from laborvalue_workflow.running.commandline import run


def reading_estimates(index, mean_logs, nodes: dict, settings: dict, folder, panels: list = (), panel=""):
    nodes, paths, regions = nodes_of(nodes), node_paths(panels), read_index(index).regions
    chosen = settings["readings"]
    counts = region_draws(len(regions), chosen["draws"], chosen["seed"])
    logs_of = [row["variable"] for row in files.read_table(mean_logs).to_pylist()]
    above = table = None
    for key, node in zip(progress(list(nodes), "estimates under readings"), nodes.values(), strict=True):
        path = Path(folder, f"{key}.npz")
        options = RegressionOptions(**changed(settings, node.changes)["regressions"])
        try:
            if node.above != above:  # those with one panel follow each other
                table = panel_of(read_node(paths[node.above])) if node.above else read_panel(panel)
                above = node.above
            write_estimates(path, estimate_reading(table, options, regions, counts, logs_of))
        except InputError as error:
            write_failure(path, error)


if __name__ == "__main__":
    run(reading_estimates)
