"""The panel -> a Stata file with labelled variables."""

from laborvalue.variables import DESCRIPTIONS
from reporting.exports import DATA_LABEL
from shared import dataset, files
from shared.commandline import run
from shared.panel import read_panel


def export_panel(panel, stata, description=""):
    synthetic = bool(description) and dataset.read_description(description)["synthetic"]
    table = read_panel(panel)
    known = [name for name in DESCRIPTIONS if name in table.column_names]
    files.write_stata(stata, table.select(known), {name: DESCRIPTIONS[name] for name in known}, DATA_LABEL[synthetic])


if __name__ == "__main__":
    run(export_panel)
