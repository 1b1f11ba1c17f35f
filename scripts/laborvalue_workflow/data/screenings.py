"""The screenings of a run as files: a table and a page for each year."""

from pathlib import Path

from laborvalue_workflow.data import files
from laborvalue_workflow.screening.findings import COLUMNS, Finding, columns, reasons_of_gaps
from laborvalue_workflow.screening.page import screening_page


def read_findings(path):
    """The findings of a year, from screening/<year>.csv."""
    return [Finding.from_row(row) for row in files.read_table(path, texts=COLUMNS).to_pylist()]


def write_screening(table, page, screening, *shown):
    """Write a year's Screening as a table and as a page. shown: what `screening_page` takes besides."""
    files.write_table(table, columns(screening.findings))
    files.write_text(page, screening_page(screening, *shown))


def left_out(folder, years):
    """Why the screenings left accounts out: {(region, year): [reasons as texts]}. folder: the one with <year>.csv."""
    return {
        (region, year): reasons
        for year in years
        for region, reasons in reasons_of_gaps(read_findings(Path(folder, f"{year}.csv"))).items()
    }
