"""The indicators of all years -> the panel."""

from laborvalue.panel import assemble
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.running.commandline import run


def assemble_panel(years: list, indicators: list, panel):
    files.write_table(
        panel, assemble([array_files.read_arrays(path) for path in indicators], [int(year) for year in years])
    )


if __name__ == "__main__":
    run(assemble_panel)
