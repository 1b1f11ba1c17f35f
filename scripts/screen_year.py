"""One year of a dataset folder -> its screening: what is wrong in its tables, and what is done about it."""

from laborvalue_workflow.data import dataset, files, screenings
from laborvalue_workflow.data.dataset.screening import screen_year as screen
from laborvalue_workflow.running.commandline import run


def screen_year(
    year: int,
    description,
    regions,
    sectors,
    flows,
    final_demand,
    primary_inputs,
    labor,
    report,
    page,
    capital_stock="",
    converted="",
):
    paths = {"final_demand": final_demand, "primary_inputs": primary_inputs, "labor": labor, "flows": flows}
    paths |= {"capital_stock": capital_stock} if capital_stock else {}
    described = dataset.read_description(description)
    small = dataset.read_regions(regions), dataset.read_sectors(sectors)
    rows = files.read_json(converted) if converted else ()
    screening, worst, radii, national = screen(year, paths, described, *small, rows)
    screenings.write_screening(report, page, screening, worst, radii, described["money_unit"], national)


if __name__ == "__main__":
    run(screen_year)
