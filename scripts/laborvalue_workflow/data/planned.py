"""What the rules know of a dataset before any job has run. Nothing heavy is imported: jobs read the rules again."""

from dataclasses import dataclass
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.table_support import Lack, not_estimable

REQUIRED = ("final_demand", "primary_inputs", "labor")


@dataclass(frozen=True)
class PlannedDataset:
    """The years, regions, sectors and files of a dataset.

    years: in rising order. sectors, regions: their keys in the dataset's order. tables: year -> name of a table ->
    path. lacking: number of a table of which nothing can be estimated -> what the dataset has not for it.
    """

    years: list[int]
    sectors: list[str]
    regions: list[str]
    tables: dict[int, dict[str, str]]
    lacking: dict[int, Lack]

    @property
    def size(self):
        """m, n and the number of years."""
        return len(self.regions), len(self.sectors), len(self.years)


def describe_embedded(embedded, folder):
    """The PlannedDataset of the embedded economy, whose files need not exist yet."""
    years, regions = embedded["years"], embedded["regions"]
    digits = max(3, len(str(regions)))
    return PlannedDataset(
        years=years,
        sectors=[f"{number:02}" for number in range(1, 43)],
        regions=[f"C{number:0{digits}d}" for number in range(1, regions + 1)],
        tables={
            year: {"flows": f"{folder}/{year}/flows.npy"}
            | {table: f"{folder}/{year}/{table}.parquet" for table in REQUIRED}
            for year in years
        },
        lacking=not_estimable(years, [1]),
    )


def describe_dataset(folder):
    """The PlannedDataset of a user's folder, whose files must exist. Raises InputError for a file that does not."""
    if not Path(folder).is_dir():
        raise InputError(f"config: dataset is {folder!r}, which is no folder; expected a dataset folder or null")
    years = dataset.read_description(Path(folder, "dataset.yaml"))["years"]
    regions = dataset.read_regions(Path(folder, "regions.csv"))
    return PlannedDataset(
        years=years,
        sectors=dataset.read_sectors(Path(folder, "sectors.csv"))["sector"],
        regions=regions["region"],
        tables={year: _year_tables(Path(folder, str(year)), year) for year in years},
        lacking=not_estimable(years, regions["telephones_1984"]),
    )


def _year_tables(folder, year):
    tables = {"flows": dataset.find_flows(folder)} | {table: dataset.find_table(folder, table) for table in REQUIRED}
    for table, path in tables.items():
        if path is None:
            kinds = f"{table}.npy, {table}.parquet" if table == "flows" else f"{table}.parquet"
            raise InputError(
                f"{folder}: no {table} table for {year}; expected {kinds} or {table}.csv; "
                f"add it, or remove {year} from years in dataset.yaml"
            )
    stock = dataset.find_table(folder, "capital_stock")
    return tables | ({"capital_stock": stock} if stock else {})
