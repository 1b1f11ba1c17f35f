"""The screenings of all years -> one page, screening.md."""

from pathlib import Path

from importers.screening import read_rows
from importers.screening_page import all_years_page
from shared.commandline import run
from shared.files import write_text


def write_screening(screening: list, page):
    by_year = {Path(path).stem: read_rows(path) for path in screening}
    write_text(page, all_years_page(by_year, "all years" if len(by_year) > 1 else next(iter(by_year))))


if __name__ == "__main__":
    run(write_screening)
