"""One year's table as published -> the year of a dataset folder, and its screening."""

from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.year import YearFiles, write_year
from laborvalue_workflow.running.commandline import run


def import_year(year: int, settings: dict, flows, final_demand, primary_inputs, labor_table, report, page):
    paths = YearFiles(flows, final_demand, primary_inputs, labor_table, report, page)
    write_year(ImportContext.from_config(settings["import"]), year, paths)


if __name__ == "__main__":
    run(import_year)
