"""The screenings of all years -> one page, screening.md."""

from pathlib import Path

from laborvalue_workflow.data.files import write_markdown
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.screening.page import all_years_page


def write_screening(screening: list, page):
    by_year = {Path(path).stem: read_findings(path) for path in screening}
    write_markdown(page, all_years_page(by_year, "all years" if len(by_year) > 1 else next(iter(by_year))))


if __name__ == "__main__":
    run(write_screening)
