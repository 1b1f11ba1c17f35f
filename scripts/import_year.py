"""One year's table as published -> the year of a dataset folder, and its screening."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from importers import ceads_city, ceads_province, labor, nbs, plan, pymrio_system, screening
from importers.table import PRIMARY, Folding
from laborvalue.errors import InputError
from shared import dataset, files
from shared.commandline import progress, run

READERS = {
    "ceads_city": ceads_city.read,
    "ceads_province": ceads_province.read,
    "nbs": nbs.read,
    "pymrio": pymrio_system.read,
}


def import_year(year: int, settings: dict, flows, final_demand, primary_inputs, labor_table, report, page):
    settings = settings["import"]
    entry = next(table for table in settings["tables"] if table["year"] == year)
    regions, sectors = plan.regions(settings), plan.sector_columns(settings)
    keys = regions["region"], sectors["sector"]
    table = READERS[settings["kind"]](entry, settings, regions)
    folding = Folding(table.targets, sectors["sector"])
    named = dict(zip(sectors["sector"], sectors["name"], strict=True))
    published = {"sector": table.sectors, "name": [named[target] for target in table.targets]}
    looked = screening.Screening(entry["file"], year, regions, published, settings["faults"])
    looked.notes += table.notes
    screening.clean_final(looked, table)
    screening.clean_output(looked, table)
    with files.replacing(flows) as temporary:
        sums = write_flows(temporary, table, looked, folding, len(keys[1]))
        output = published_output(table, sums)
        screening.clean_primary(looked, table, output, sums["columns"])
        screening.check_output(looked, output)
        columns = sums["columns"] + sum(table.primary.values())
        worst = screening.check_balance(looked, output, columns, settings["tolerance"])
        screening.check_totals(looked, table.totals, settings["tolerance"])
        national = screening.check_unit(looked, output, settings["money_unit"], reference(settings, year))
        screening.check_error(looked, table.error, output)
        screening.check_signs(looked)

        looked.fold(folding, regions, sectors)
        primary = {name: folding(table.primary[name]) for name in PRIMARY} | {"output": folding(output)}
        # each is let go as it is folded: at full size the five take 0.8 GiB
        final = {name: folding(table.final.pop(name)) for name in list(table.final)}
        radii = screening.check_radius(looked, sums["intermediate"], primary["output"])
        hours = hours_of(table, settings, year, regions, sectors, primary["compensation"], folding, looked)
        screening.check_labor(looked, hours, primary["output"])
        write_final_demand(final_demand, final, folding(table.exports), *keys)
        write_rows(primary_inputs, primary, ~looked.lost, *keys)
        known = ~(looked.lost | looked.lost_hours) & ((hours > 0) | (primary["output"] == 0))
        write_rows(labor_table, {"hours": np.nan_to_num(hours)}, known, *keys)
        files.write_table(report, screening.columns_of(looked))
        text = screening.page(looked, worst, radii, settings["money_unit"], national)
        files.write_text(page, text)


def write_flows(path, table, looked, folding, size):
    """Write the flows row block by row block, cleaned and folded.

    Returns sums in the file's money unit: `rows`, `columns` (m, n) by published sector; `intermediate`
    (m, n*, n*) by using region.
    """
    m = len(looked.lost)
    sums = {name: np.zeros((m, len(table.sectors))) for name in ("rows", "columns")}
    sums["intermediate"] = np.zeros((m, size, size))
    header = {"descr": "<f8", "fortran_order": False, "shape": (m * size, m * size)}
    # one thread writes a region's rows while the next region's are looked through
    with open(path, "wb") as file, ThreadPoolExecutor(max_workers=1) as writer:
        written = None
        np.lib.format.write_array_header_1_0(file, header)
        for d in progress(range(m), f"flows of {looked.year}, region"):
            block = table.block(d)
            screening.clean_block(looked, table, d, block)
            sums["rows"][d] = block.sum(axis=(1, 2))
            sums["columns"] += block.sum(axis=0)
            block = folding(folding(block, axis=0), axis=2)
            sums["intermediate"] += block.transpose(1, 0, 2)
            if written:
                written.result()
            written = writer.submit(file.write, np.ascontiguousarray(block).data)
        written.result()
    return sums


def published_output(table, sums):
    """Output (m, n): as printed, else the sum of each row's uses."""
    if table.output is not None:
        return table.output
    supplied = [use.sum(axis=2) if use.ndim == 3 else use for use in table.final.values()]
    return sums["rows"] + sum(supplied) + table.exports


def reference(settings, year):
    """National output of the year in trillion, None where there is no reference."""
    if settings["kind"] == "pymrio" and not settings["national_output"]:
        return None
    path = plan.resource(settings, "national_output")
    rows = plan.read_columns(path, ("year", "trillion_yuan"))
    told = next((row["trillion_yuan"] for row in rows if row["year"] == str(year)), None)
    if told is not None and not (plan.is_number(told) and float(told) > 0):
        raise InputError(f"{path}: year {year}: trillion_yuan is {told!r}; expected a number above 0")
    return None if told is None else float(told)


def hours_of(table, settings, year, regions, sectors, compensation, folding, looked):
    """Hours (m, n*): the table's own, a given table's, or from compensation and the yearbook (method 5.3)."""
    if table.hours is not None:
        return folding(table.hours)
    told = settings["labor"]
    if told["hours"]:
        path = told["hours"].format(year=year)
        return dataset.read_cells(path, ("hours",), regions["region"], sectors["sector"])["hours"]
    wages = plan.resource(settings, "wages")
    of_place = year, sectors["section"], regions["province"]
    average, unchecked = labor.by_section(wages, "average_wage_yuan", *of_place)
    if not isinstance(told["weekly_hours"], str):
        looked.notes.append(f"Hours a week: {told['weekly_hours']:g} in every sector, the config's assumption.")
    weekly, unchecked_too = labor.weekly(told["weekly_hours"], *of_place)
    for section in sorted({*unchecked, *unchecked_too}):
        looked.add("yearbook", "wages", f"section {section}", "read in a published release", "used, status to check")
    if unchecked or unchecked_too:
        looked.notes.append(
            f'WARNING: yearbook figures with the status "to check" were used for the sections '
            f"{', '.join(sorted({*unchecked, *unchecked_too}))}; hours depend on them."
        )
    return labor.hours_from_compensation(compensation * settings["money_unit"], average, weekly)


def write_final_demand(path, final, exports, regions, sectors):
    """final_demand category by category, with the origin where the source has it; zeros left out."""
    categories = [*final, "exports"]
    keys = {"region": regions, "sector": sectors, "category": categories, "origin_region": regions}
    if all(amounts.ndim == 2 for amounts in final.values()):
        del keys["origin_region"]
    schema = pa.schema([*((name, pa.dictionary(pa.int32(), pa.string())) for name in keys), ("value", pa.float64())])
    with files.replacing(path) as temporary, pq.ParquetWriter(temporary, schema, use_dictionary=list(keys)) as writer:
        for position, amounts in enumerate([*final.values(), exports]):
            where = [code.astype(np.int32) for code in np.nonzero(amounts)]
            origin, good, user = where if len(where) == 3 else (where[0], where[1], where[0])
            codes = {"region": user, "sector": good, "category": np.full_like(user, position), "origin_region": origin}
            columns = [pa.DictionaryArray.from_arrays(codes[name], pa.array(keys[name])) for name in keys]
            writer.write_table(pa.table([*columns, pa.array(amounts[tuple(where)])], schema=schema))


def write_rows(path, columns, kept, regions, sectors):
    """A table by region and sector of the cells `kept` (m, n*); what is unknown is left out."""
    cells = {"region": np.repeat(regions, len(sectors)), "sector": np.tile(sectors, len(regions))}
    kept = kept.ravel()
    files.write_table(path, {name: np.ravel(column)[kept] for name, column in (cells | columns).items()})


if __name__ == "__main__":
    run(import_year)
