"""The panel, and its digital indicators with other goods -> where each digital slope stands among those of others."""

import numpy as np

from laborvalue.econometrics import audit
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import located
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.panel import panel_of, read_panel
from laborvalue_workflow.progress import progress
from laborvalue_workflow.running.commandline import run

EACH = ("device", "service", "table", "column", "dependent", "term", *audit.SLOPES)


def placebo_slopes(panel, placebos: list, settings: dict, standing, slopes):
    rows, options = read_panel(panel), RegressionOptions(**settings["regressions"])
    years = [array_files.read_arrays(path) for path in placebos]
    goods, found = years[0]["goods"], []
    with located(panel):
        own = audit.digital_slopes(rows, options)
        for k in progress(range(len(goods)), "slopes of other goods, pair"):
            other = panel_of(
                {name: np.stack([year[name][k] for year in years]).ravel() for name in sorted(audit.DIGITAL)}
            )
            replaced = rows
            for name in other.column_names:
                replaced = replaced.set_column(replaced.schema.get_field_index(name), name, other[name])
            found.append(audit.digital_slopes(replaced, options))
    named = [
        dict(zip(("device", "service"), pair, strict=True)) | row
        for pair, of in zip(goods, found, strict=True)
        for row in of
    ]
    for path, names, content in ((standing, audit.STANDING, audit.among_placebos(own, found)), (slopes, EACH, named)):
        files.write_table(path, {name: [row[name] for row in content] for name in names})


if __name__ == "__main__":
    run(placebo_slopes)
