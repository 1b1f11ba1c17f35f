"""One year's import: the published table is read, screened, aggregated and written as the year of a dataset."""

import os
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import array_files, disk, files, screenings
from laborvalue_workflow.importers import accounts, checks, units
from laborvalue_workflow.importers.coordinates import coordinates_of
from laborvalue_workflow.importers.hours import hours_of_year
from laborvalue_workflow.importers.joins import unmet_rows
from laborvalue_workflow.importers.options import Trade
from laborvalue_workflow.importers.table import PRIMARY, SectorAggregation
from laborvalue_workflow.importers.textfiles import few, read_columns
from laborvalue_workflow.importers.trade import with_trade
from laborvalue_workflow.importers.units import PER_DOLLAR, parse_unit
from laborvalue_workflow.progress import progress
from laborvalue_workflow.screening import checks as common
from laborvalue_workflow.screening import plausibility
from laborvalue_workflow.screening.faults import Screening
from laborvalue_workflow.screening.findings import Check, Done, Note

SHOWN = 8  # regions in a note


@dataclass(frozen=True)
class YearFiles:
    """Where the import of a year writes: the four tables of the dataset, the screening as csv and as a page."""

    flows: str | os.PathLike
    final_demand: str | os.PathLike
    primary_inputs: str | os.PathLike
    labor: str | os.PathLike
    report: str | os.PathLike
    page: str | os.PathLike


@dataclass(frozen=True)
class FlowTotals:
    """Sums over the cleaned flows by published sector, money in the file's unit; (m, n) but where it is said."""

    rows: np.ndarray  # sold to producers
    columns: np.ndarray  # intermediate inputs
    used: np.ndarray  # of each good by using region
    bought: np.ndarray  # of each using sector by supplying region
    largest: np.ndarray  # the largest flow to each user
    supplier: np.ndarray  # the region that it is from
    intermediate: np.ndarray  # (m, n*, n*): by good and using sector of each using region, aggregated

    @classmethod
    def empty(cls, m, n, size):
        """Of no flows; size: n*."""
        return cls(*np.zeros((6, m, n)), np.zeros((m, size, size)))

    def add(self, d, block):
        """Add what region d supplies, (n, m, n), but for `intermediate`."""
        bought = block.sum(axis=0)
        self.rows[d] = block.sum(axis=(1, 2))
        self.columns[:] += bought
        self.used[:] += block.sum(axis=2).T
        self.bought[d] = bought.sum(axis=0)
        largest = block.max(axis=0)
        self.supplier[largest > self.largest] = d
        np.maximum(self.largest, largest, out=self.largest)

    @classmethod
    def of(cls, table):
        """Of a table with clean flows that are not written."""
        m, n = table.exports.shape
        sums = cls.empty(m, n, 0)
        for d in range(m):
            sums.add(d, table.block(d))
        return sums


def write_year(context, year, paths):
    """Import one year of the `ImportContext` into the `YearFiles`.

    The flows keep a temporary name until everything else is written, so that an import that ends here leaves no file.
    """
    options, regions, sectors, keys = context.options, context.regions, context.sectors, context.keys
    published = options.table_of(year)
    table = in_one_unit(context, published, context.reader.read(context, published))
    aggregation = SectorAggregation(table.targets, sectors["sector"])
    name_of = dict(zip(sectors["sector"], sectors["name"], strict=True))
    printed = {"sector": table.sectors, "name": [name_of[target] for target in table.targets]}
    screening = Screening(files.without_folders(published.path), year, regions, printed, options.faults)
    checks.check_stated_units(screening, table.units)
    checks.clean_final_demand(screening, table)
    checks.clean_output(screening, table)
    checks.clean_trade(screening, table)
    printed = table
    if options.trade == Trade.GRAVITY:
        if table.inflow is None:
            raise InputError(
                f"{published.path}: {year}: no columns of trade with other regions; expected OF and IF, or NOF, "
                f"without the trade abroad, for import.trade {options.trade}; else import.trade is {Trade.NONE}"
            )
        coordinates = coordinates_of(options.resource("coordinates"), keys[0])
        printed = checks.with_clean_flows(screening, table)
        table = with_trade(printed, coordinates, options.gravity)
    screening.notes += table.notes + unmet_rows(context)
    with disk.replacing(paths.flows) as temporary:
        sums = write_flows(temporary, table, screening, aggregation, len(keys[1]))
        output = output_of(table, sums)
        before = sums if printed is table else FlowTotals.of(printed)
        has_total_or_outlier = accounts.check_parts(screening, printed, output, before)
        residual = common.drop_residuals(screening, output)
        for amounts in (sums.columns, *table.primary.values()):
            amounts[residual] = 0
        checks.clean_primary_inputs(screening, table, output, sums.columns)
        checks.check_output(screening, output)
        if not has_total_or_outlier:  # which would be the cause of what does not balance
            accounts.check_identities(screening, printed, output, before)
        columns = sums.columns + sum(table.primary.values())
        worst = common.check_balance(screening, output, columns, options.tolerance)
        checks.check_totals(screening, table.totals, options.tolerance)
        national = checks.check_unit(screening, output, options.money_unit, reference_output(context, year))
        checks.report_error(screening, table.error, output)
        common.report_signs(screening)

        screening.aggregate(aggregation, regions, sectors)
        primary = {name: aggregation(table.primary[name]) for name in PRIMARY} | {"output": aggregation(output)}
        # inputs of a residual that is joined with a sector stay with that sector
        clear_columns(temporary, sums, aggregation.any(residual) & (primary["output"] == 0))
        # each is released as it is aggregated: at full size the five take 0.8 GiB
        final = {name: aggregation(table.final.pop(name)) for name in list(table.final)}
        radii = common.report_radius(screening, sums.intermediate, primary["output"])
        for name, amounts in primary.items():
            amounts[screening.lost | screening.lost_accounts.get(name, False)] = np.nan
        hours = hours_of_year(context, year, table, primary["compensation"], aggregation, screening)
        checks.check_hours(screening, hours, primary["output"])
        plausibility.check_hours(screening, hours, primary["output"])
        if about := PER_DOLLAR.get(parse_unit(options.currency).currency):
            plausibility.check_pay(screening, hours, primary["compensation"] * options.money_unit, about)
        write_final_demand(paths.final_demand, final, aggregation(table.exports), *keys)
        # an account that is not known is an empty cell; the later stages leave out what needs it
        write_cells(paths.primary_inputs, primary, ~np.isnan(list(primary.values())).all(axis=0), *keys)
        kept = ~(screening.lost | screening.lost_hours) & (~np.isnan(hours) | (primary["output"] == 0))
        write_cells(paths.labor, {"hours": np.nan_to_num(hours)}, kept, *keys)
        screening.notes = [replace(note, text=files.without_folders(note.text)) for note in screening.notes]
        for note in screening.notes:
            screening.add(Check.NOTE, "table", note.text, "", Done.REPORTED, warning=note.warning)
        screenings.write_screening(paths.report, paths.page, screening, worst, radii, options.money_unit, national)


def in_one_unit(context, published, table):
    """The table in import.money_unit; one that is in it already stays as it is."""
    given, unit = np.array(context.money_units(published), dtype=float), context.options.money_unit
    if (given == unit).all():
        return table
    by_unit = {each: [] for each in dict.fromkeys(given[given != unit].tolist())}
    for region, each in zip(context.regions["region"], given.tolist(), strict=True):
        by_unit.get(each, []).append(region)
    for each, regions in by_unit.items():
        named = f"the regions {few(regions, SHOWN)}" if len(regions) < len(given) else "the table"
        table.notes.append(Note(f"Money of {named} was multiplied by {each / unit:g}: {each:g} to {unit:g} per 1."))
    return table.scaled(given / unit)


def write_flows(path, table, screening, aggregation, size):
    """Write the flows region by region, cleaned and aggregated; returns their FlowTotals. size: n*."""
    m = len(screening.lost)
    sums = FlowTotals.empty(m, len(table.sectors), size)

    def blocks():
        for d in progress(range(m), f"flows of {screening.year}, region"):
            block = table.block(d)
            checks.clean_flows(screening, table, d, block)
            sums.add(d, block)
            block = aggregation(aggregation(block, axis=0), axis=2)
            sums.intermediate[:] += block.transpose(1, 0, 2)
            yield block

    array_files.stream_square(path, m * size, blocks())
    return sums


def clear_columns(path, sums, cells):
    """Set the inputs of these cells (m, n*) to 0, in the stored flows at `path` and in their sums."""
    if cells.any():
        np.load(path, mmap_mode="r+")[:, cells.ravel()] = 0
        sums.intermediate[:] = np.where(cells[:, None, :], 0, sums.intermediate)


def output_of(table, sums):
    """Output (m, n): as printed, else the sum of each row's uses."""
    if table.output is not None:
        return table.output
    supplied = [use.sum(axis=2) if use.ndim == 3 else use for use in table.final.values()]
    return sums.rows + sum(supplied) + table.exports


def reference_output(context, year):
    """National output of the year, trillion currency units; None where there is no reference.

    The project's own is of China: it is for tables in yuan of the kinds that are China's, never by the year alone.
    """
    options = context.options
    of_china = context.reader.chinese and units.parse_unit(options.currency or "").currency == "CNY"
    if not (of_china or options.national_output):
        return None
    path = context.options.resource("national_output")
    rows = read_columns(path, ("year", "trillion_yuan"))
    for line, row in enumerate(rows, start=2):
        if not cells.is_year(row["year"]):
            raise InputError(f"{path}: line {line}: year is {row['year']!r}; expected {cells.A_YEAR}")
    texts = [row["trillion_yuan"] for row in rows if cells.year(row["year"]) == year]
    if not texts:
        return None
    if len(texts) > 1:
        raise InputError(f"{path}: year {year} occurs {len(texts)} times; expected one row")
    (text,) = texts
    if not (cells.is_number(text) and cells.number(text) > 0):
        raise InputError(
            f"{path}: year {year}: trillion_yuan is {text!r}; expected {cells.expected_number(text)}, above 0"
        )
    return cells.number(text)


def write_final_demand(path, final, exports, regions, sectors):
    """final_demand category by category, with the origin where the source has it; zeros are left out."""
    categories = [*final, "exports"]
    keys = {"region": regions, "sector": sectors, "category": categories, "origin_region": regions}
    if all(amounts.ndim == 2 for amounts in final.values()):
        del keys["origin_region"]
    schema = pa.schema([*((name, pa.dictionary(pa.int32(), pa.string())) for name in keys), ("value", pa.float64())])
    with disk.replacing(path) as temporary, pq.ParquetWriter(temporary, schema, use_dictionary=list(keys)) as writer:
        for position, amounts in enumerate([*final.values(), exports]):
            where = [code.astype(np.int32) for code in np.nonzero(amounts)]
            origin, good, user = where if len(where) == 3 else (where[0], where[1], where[0])
            codes = {"region": user, "sector": good, "category": np.full_like(user, position), "origin_region": origin}
            columns = [pa.DictionaryArray.from_arrays(codes[name], pa.array(keys[name])) for name in keys]
            writer.write_table(pa.table([*columns, pa.array(amounts[tuple(where)])], schema=schema))


def write_cells(path, columns, kept, regions, sectors):
    """A table by region and sector of the cells `kept` (m, n*); the others have no row."""
    cells = {"region": np.repeat(regions, len(sectors)), "sector": np.tile(sectors, len(regions))}
    kept = kept.ravel()
    files.write_table(path, {name: np.ravel(column)[kept] for name, column in (cells | columns).items()})
