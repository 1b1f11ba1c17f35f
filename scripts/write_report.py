"""All results of a run -> one self-contained page."""

from pathlib import Path

from laborvalue_workflow.data import files
from laborvalue_workflow.reporting.page import Contents, render
from laborvalue_workflow.reporting.page_inputs import read_run
from laborvalue_workflow.running.commandline import run


def write_report(results, panel, paper, templates, contents: dict, config: dict, page, description=""):
    folder = Path(description).parent if description else None
    shown = Contents(**contents, config=config)
    files.write_text(page, render(read_run(Path(results), panel, Path(paper), folder, shown), templates))


if __name__ == "__main__":
    run(write_report)
