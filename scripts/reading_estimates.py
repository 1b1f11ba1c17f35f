"""The panels of some readings -> Tables 3 to 10 of each, and what they are compared by."""

from pathlib import Path

from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from laborvalue.readings.bootstrap import region_draws
from laborvalue.readings.estimates import estimate_reading
from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import panel_of, read_panel
from laborvalue_workflow.data.reading_files import changed, node_paths, read_node, write_estimates, write_failure
from laborvalue_workflow.data.stages import read_index
from laborvalue_workflow.progress import progress
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.readings import nodes_of


def reading_estimates(index, mean_logs, nodes: dict, settings: dict, folder, panels: list = (), panel=""):
    nodes, paths, regions = nodes_of(nodes), node_paths(panels), read_index(index).regions
    chosen = settings["readings"]
    counts = region_draws(len(regions), chosen["draws"], chosen["seed"])
    logs_of = [row["variable"] for row in files.read_table(mean_logs).to_pylist()]
    known = None, None
    for key in progress(list(nodes), "estimates under readings"):
        above = nodes[key].above
        path = Path(folder, f"{key}.npz")
        options = RegressionOptions(**changed(settings, nodes[key].changes)["regressions"])
        try:
            if known[0] != above:
                read = panel_of(read_node(paths[above])) if above else read_panel(panel)
                known = above, read
            found = estimate_reading(known[1], options, regions, counts, logs_of)
        except InputError as error:
            write_failure(path, error)
        else:
            write_estimates(path, found)


if __name__ == "__main__":
    run(reading_estimates)
