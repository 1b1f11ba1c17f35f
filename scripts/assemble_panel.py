"""The indicators of all years -> the panel, and the list of the city-sector-years left out."""

from laborvalue.panel import assemble
from shared import files
from shared.commandline import run


def assemble_panel(years, indicators, panel, exclusions):
    years = [int(year) for year in years.split(",")]
    by_year = [files.read_arrays(f"{indicators}/{year}.npz") for year in years]
    rows, left_out = assemble(by_year, years)
    files.write_table(panel, rows)
    files.write_table(exclusions, left_out)


if __name__ == "__main__":
    run(assemble_panel)
