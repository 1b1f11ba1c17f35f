"""Write what an imported dataset has for all years: dataset.yaml, regions.csv, sectors.csv."""

import yaml

from importers.description import description, region_table, sector_table
from importers.options import ImportOptions
from shared.commandline import run
from shared.files import write_table, write_text


def import_description(settings: dict, dataset, regions_table, sectors_table):
    options = ImportOptions.from_config(settings["import"])
    write_text(dataset, yaml.safe_dump(description(options), sort_keys=False, allow_unicode=True))
    write_table(regions_table, region_table(options))
    write_table(sectors_table, sector_table(options))


if __name__ == "__main__":
    run(import_description)
