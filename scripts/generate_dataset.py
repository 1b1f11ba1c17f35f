"""Write what the embedded economy has for all years: dataset.yaml, regions.csv, sectors.csv."""

import yaml

from shared.commandline import run
from shared.files import read_table, write_table, write_text
from synthetic import economy as embedded


def generate_dataset(regions: list, settings: dict, sector_profiles, dataset, regions_table, sectors_table):
    years, seed = settings["embedded"]["years"], settings["embedded"]["seed"]
    profile = read_table(sector_profiles, texts=("sector", "name", "digital")).to_pydict()
    cities = embedded.make_cities(len(regions), seed)
    content = embedded.description(years, seed, cities, regions)

    write_text(dataset, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    telephones = zip(cities.telephones, cities.telephones_known, strict=True)
    write_table(
        regions_table,
        {
            "region": regions,
            "name": [f"Synthetic city {number:03d}" for number in range(1, len(regions) + 1)],
            "telephones_1984": [int(count) if known else None for count, known in telephones],
        },
    )
    columns = {name: profile[name] for name in ("sector", "name", "productive", "digital", "service_life")}
    columns["productive"] = [str(productive).lower() for productive in columns["productive"]]
    write_table(sectors_table, columns)


if __name__ == "__main__":
    run(generate_dataset)
