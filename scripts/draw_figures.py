"""Results -> figures, each as PDF, as PNG, and as the Vega-Lite specification that the report embeds."""

import functools
import json
from pathlib import Path

from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.panel import read_panel, read_variables
from laborvalue_workflow.reporting import rendering
from laborvalue_workflow.reporting.charts import unchecked
from laborvalue_workflow.reporting.figures import BY_YEAR, FIGURES, OF_READINGS
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run

TEXTS = ("region", "partner", "sector", "term", "dependent", "stage", "stars", "variable")
TEXTS = (*TEXTS, "choice", "alternative", "kind")


def draw_figures(
    figures: list,
    folder,
    description="",
    panel="",
    comparison="",
    mean_logs="",
    coefficients="",
    tables: list = (),
    sectors="",
    regions="",
    values="",
    readings="",
    years: list = (),
    settings: dict | None = None,
    words: dict | None = None,
):
    """One process for several figures: loading what draws takes longer than to draw one."""
    options = RegressionOptions(**settings["regressions"]) if settings else None
    subject = read_subject(description, words)
    by_name = {Path(path).stem: path for path in tables}

    def shown_columns(entry):
        if entry.table:
            return read_panel(panel, columns_needed(BY_NUMBER[entry.table], options))
        return read_variables(panel, *entry.variables)

    readers = {
        "panel": shown_columns,
        "comparison": lambda entry: read(comparison),
        "mean_logs": lambda entry: read(mean_logs),
        "coefficients": lambda entry: read(coefficients),
        "table": lambda entry: read(by_name[f"table{entry.table:02}"]),
        "sectors": lambda entry: dataset.read_sectors(sectors) if sectors else {},
        "regions": lambda entry: dataset.read_regions(regions) if regions else {},
        "options": lambda entry: options,
    }
    for name in figures:
        entry = FIGURES[name]
        inputs = {of: readers[of](entry) for of in entry.inputs if of in readers}
        inputs |= {of: read(f"{readings}/{OF_READINGS[of]}") for of in entry.inputs if of in OF_READINGS}
        for of in entry.inputs:
            if of in BY_YEAR:
                inputs[of] = {year: read(f"{values}/{year}/{BY_YEAR[of]}") for year in years}
        try:
            with unchecked():
                specification = entry.draw(subject, **inputs).to_dict(validate=False)
        except InputError as error:
            raise InputError(f"{panel}: {error}") from None
        picture = rendering.svg(specification)
        text = json.dumps(specification, ensure_ascii=False, separators=(",", ":"))
        files.write_text(Path(folder, f"{name}.json"), text)
        files.write_bytes(Path(folder, f"{name}.png"), rendering.png(picture))
        files.write_bytes(Path(folder, f"{name}.pdf"), rendering.pdf(picture))


@functools.cache
def read(path):
    """The rows of a table, or the content of a JSON file."""
    return files.read_json(path) if path.endswith(".json") else files.read_table(path, texts=TEXTS).to_pylist()


if __name__ == "__main__":
    run(draw_figures)
