"""What the rules know of a dataset before any job has run. Nothing heavy is imported: jobs read the rules again."""

from dataclasses import dataclass
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.table_support import Lack, not_estimable


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
            | {table: f"{folder}/{year}/{table}.parquet" for table in dataset.REQUIRED}
            for year in years
        },
        lacking=not_estimable(years, [1]),
    )


def describe_dataset(folder):
    """The PlannedDataset of a user's folder, whose files must exist. Raises InputError for a file that does not."""
    if not Path(folder).is_dir():
        raise InputError(f"config: dataset is {folder!r}, which is no folder; expected a dataset folder or null")
    description, regions, sectors = dataset.read_small_tables(folder)
    years = description["years"]
    return PlannedDataset(
        years=years,
        sectors=sectors["sector"],
        regions=regions["region"],
        tables={year: dataset.year_tables(folder, year) for year in years},
        lacking=not_estimable(years, regions["telephones_1984"]),
    )
