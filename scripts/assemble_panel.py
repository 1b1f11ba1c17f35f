"""The indicators of all years -> the panel, and the list of the city-sector-years left out."""

import numpy as np

from laborvalue.panel import assemble
from shared import dataset, files
from shared.commandline import run


def assemble_panel(years, indicators, regions, sectors, panel, exclusions):
    years = [int(year) for year in years.split(",")]
    by_year = [files.read_arrays(f"{indicators}/{year}.npz") for year in years]
    verdicts, output = (np.stack([of_year.pop(name) for of_year in by_year]) for name in ("verdict", "output"))
    columns = dataset.read_sectors(sectors)
    productive = [s for s, flag in zip(columns["sector"], columns["productive"], strict=True) if flag]
    rows, left_out = assemble(by_year, verdicts, output, dataset.read_regions(regions)["region"], productive, years)
    files.write_table(panel, rows)
    files.write_table(exclusions, left_out)


if __name__ == "__main__":
    run(assemble_panel)
