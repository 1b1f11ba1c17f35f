"""The indicators of all years -> the panel, and the list of the city-sector-years left out."""

from laborvalue.panel import assemble, explain
from shared import files
from shared.commandline import run


def assemble_panel(years: list, indicators, panel, exclusions, screening=""):
    years = [int(year) for year in years]
    by_year = [files.read_arrays(f"{indicators}/{year}.npz") for year in years]
    rows, left_out = assemble(by_year, years)
    files.write_table(panel, rows)
    if screening:
        left_out = explain(left_out, excluded_by_screening(screening, years))
    files.write_table(exclusions, left_out)


def excluded_by_screening(folder, years):
    """What the screening of each year left out, as texts by (region, year) that lost accounts by it."""
    found = {}
    keys = ("origin_region", "region", "sector", "where", "block", "found", "done")
    for year in years:
        for row in files.read_table(f"{folder}/{year}.csv", texts=keys).to_pylist():
            if row["done"] in ("excluded", "excluded, with its supplier", "row left out"):
                text = f"{row['block']} of {row['where'] or 'many'} is {row['found']}"
                places = {row["region"], *[row["origin_region"]] * row["done"].endswith("supplier")}
                for region in places - {""}:
                    found.setdefault((region, year), []).append(text)
    return found


if __name__ == "__main__":
    run(assemble_panel)
