"""Results -> one figure: as PDF, as PNG, and as the Vega-Lite specification that the report embeds."""

import json

from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from reporting import rendering
from reporting.charts import unchecked
from reporting.figures import BY_YEAR, FIGURES, OF_READINGS
from reporting.subject import read_subject
from shared import dataset, files
from shared.commandline import run
from shared.panel import read_panel, read_variables

TEXTS = ("region", "partner", "sector", "term", "dependent", "stage", "stars", "variable")
TEXTS = (*TEXTS, "choice", "alternative", "kind")


def draw_figure(
    figure,
    stem,
    description="",
    panel="",
    comparison="",
    mean_logs="",
    coefficients="",
    table="",
    sectors="",
    regions="",
    values="",
    readings="",
    years: list = (),
    settings: dict | None = None,
    words: dict | None = None,
):
    entry = FIGURES[figure]
    options = RegressionOptions(**settings["regressions"]) if settings else None

    def shown_columns():
        if entry.table:
            needed = columns_needed(BY_NUMBER[entry.table], options)
            return read_panel(panel, needed)
        return read_variables(panel, *entry.variables)

    readers = {
        "panel": shown_columns,
        "comparison": lambda: read(comparison),
        "mean_logs": lambda: read(mean_logs),
        "coefficients": lambda: read(coefficients),
        "table": lambda: read(table),
        "sectors": lambda: dataset.read_sectors(sectors) if sectors else {},
        "regions": lambda: dataset.read_regions(regions) if regions else {},
        "options": lambda: options,
    }
    inputs = {name: readers[name]() for name in entry.inputs if name in readers}
    inputs |= {name: read(f"{readings}/{OF_READINGS[name]}") for name in entry.inputs if name in OF_READINGS}
    for name in entry.inputs:
        if name in BY_YEAR:
            inputs[name] = {year: read(f"{values}/{year}/{BY_YEAR[name]}") for year in years}
    try:
        with unchecked():
            specification = entry.draw(read_subject(description, words), **inputs).to_dict(validate=False)
    except InputError as error:
        raise InputError(f"{panel}: {error}") from None
    picture = rendering.svg(specification)
    files.write_text(f"{stem}.json", json.dumps(specification, ensure_ascii=False, separators=(",", ":")))
    files.write_bytes(f"{stem}.png", rendering.png(picture))
    files.write_bytes(f"{stem}.pdf", rendering.pdf(picture))


def read(path):
    """The rows of a table, or the content of a JSON file."""
    return files.read_json(path) if path.endswith(".json") else files.read_table(path, texts=TEXTS).to_pylist()


if __name__ == "__main__":
    run(draw_figure)
