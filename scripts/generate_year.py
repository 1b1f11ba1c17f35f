"""Write one year of the embedded economy: flows, final demand, primary inputs, hours.

The flows of a full-size year are 1.4 GB: both large files are streamed, one supplying region at a time.
"""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shared.commandline import progress, run
from shared.files import read_table, replacing, write_square, write_table
from synthetic import economy as embedded

ACCOUNTS = ("compensation", "production_taxes", "depreciation", "operating_surplus", "imports", "output")


def generate_year(
    year: int, settings: dict, regions, sector_profiles, recipes, flows, final_demand, primary_inputs, labor
):
    keys = read_arrays(regions, texts=("region", "name"))["region"]
    profile = read_arrays(sector_profiles, texts=("sector", "name", "digital"))
    recipes = read_arrays(recipes, texts=("sector", "supplier"))
    economy = embedded.make_economy(profile, recipes, len(keys), year, settings["embedded"]["seed"])

    sectors = profile["sector"]
    suppliers = progress(range(len(economy.hours)), "generating flows, region")
    write_square(flows, economy.hours.size, (embedded.flows_from(economy, origin) for origin in suppliers))
    write_final_demand(final_demand, economy, keys, sectors)
    cells = {"region": np.repeat(keys, len(sectors)), "sector": np.tile(sectors, len(keys))}
    fault = np.repeat(economy.cities.fault, len(sectors))
    accounts = {name: economy.accounts[name].ravel() for name in ACCOUNTS}
    write_rows(primary_inputs, {**cells, **accounts}, fault != "missing_accounts")
    hours = {"hours": economy.hours.ravel()}
    write_rows(labor, {**cells, **hours}, ~np.isin(fault, ["missing_accounts", "missing_hours"]))


def read_arrays(path, texts):
    """Read a table as a dict of column name -> array."""
    table = read_table(path, texts)
    return {name: table[name].to_numpy() for name in table.column_names}


def write_rows(path, columns, kept):
    """Write the rows `kept` (bool, one per row) of columns of equal length."""
    write_table(path, {name: column[kept] for name, column in columns.items()})


def write_final_demand(path, economy, regions, sectors):
    """Stream final demand by origin, one row group each; the keys stay dictionary-encoded, the zeros out."""
    keys = {
        "region": regions,
        "sector": sectors,
        "category": [*embedded.CATEGORIES, "exports"],
        "origin_region": regions,
    }
    names = ("region", "sector", "category", "value", "origin_region")
    key_type = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([(name, key_type if name in keys else pa.float64()) for name in names])
    keys = {name: pa.array(values, pa.string()) for name, values in keys.items()}
    with (
        replacing(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd", use_dictionary=list(keys)) as writer,
    ):
        for origin in progress(range(len(regions)), "generating final demand, region"):
            used = embedded.final_demand_from(economy, origin)
            rows = np.nonzero(used)
            codes = dict(zip(("region", "sector", "category"), rows, strict=True))
            codes["origin_region"] = np.full(len(rows[0]), origin)
            columns = {
                name: pa.DictionaryArray.from_arrays(code.astype(np.int32), keys[name]) for name, code in codes.items()
            }
            writer.write_table(pa.table({**columns, "value": used[rows]}).select(names).cast(schema))


if __name__ == "__main__":
    run(generate_year)
