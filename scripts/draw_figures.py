"""Results -> figures, each as PDF, as PNG, and as the Vega-Lite specification that the report embeds."""

import json
from pathlib import Path

from laborvalue.errors import located
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import rendering
from laborvalue_workflow.reporting.drawings import specification
from laborvalue_workflow.reporting.figure_inputs import FigureInputs
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def draw_figures(
    figures: list,
    folder,
    results="",
    paper="",
    panel="",
    description="",
    years: list = (),
    settings: dict | None = None,
):
    """One process for several figures: loading what draws takes longer than to draw one."""
    subject = read_subject(description, settings)
    inputs = FigureInputs(Path(results), Path(paper), panel, description, years, settings or {})
    for name in figures:
        with located(panel):
            spec = specification(name, subject, inputs.of(name))
        picture = rendering.svg(spec)
        files.write_text(Path(folder, f"{name}.json"), json.dumps(spec, ensure_ascii=False, separators=(",", ":")))
        files.write_bytes(Path(folder, f"{name}.png"), rendering.png(picture))
        files.write_bytes(Path(folder, f"{name}.pdf"), rendering.pdf(picture))


if __name__ == "__main__":
    run(draw_figures)
