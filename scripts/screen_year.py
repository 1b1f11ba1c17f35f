"""One year of a dataset folder -> its screening: what is wrong in its tables, and what is done about it."""

from laborvalue_workflow.data import files, screenings
from laborvalue_workflow.data.dataset import read_small_tables, screening, year_paths
from laborvalue_workflow.running.commandline import run


def screen_year(dataset, year: int, flows, report, page, converted=""):
    paths, _ = year_paths(dataset, year, flows)
    description, regions, sectors = read_small_tables(dataset)
    rows = files.read_json(converted) if converted else ()
    screened, *shown, national = screening.screen_year(year, paths, description, regions, sectors, rows)
    screenings.write_screening(report, page, screened, *shown, description["money_unit"], national)


if __name__ == "__main__":
    run(screen_year)
