"""Write what the embedded economy has for all years: dataset.yaml, regions.csv, sectors.csv."""

import yaml

from laborvalue_workflow.data.files import write_table, write_text
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.synthetic.cities import draw_cities
from laborvalue_workflow.synthetic.profile import read_profile
from laborvalue_workflow.synthetic.writing import description, region_table, sector_table


def generate_dataset(regions: list, settings: dict, sector_profiles, dataset, regions_table, sectors_table):
    years, seed = settings["embedded"]["years"], settings["embedded"]["seed"]
    cities = draw_cities(len(regions), seed)
    content = description(years, seed, cities, regions)
    write_text(dataset, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    write_table(regions_table, region_table(regions, cities))
    write_table(sectors_table, sector_table(read_profile(sector_profiles)))


if __name__ == "__main__":
    run(generate_dataset)
