"""Write what an imported dataset has for all years: dataset.yaml, regions.csv, sectors.csv."""

import yaml

from importers import plan
from shared.commandline import run
from shared.files import write_table, write_text


def import_description(settings: dict, dataset, regions_table, sectors_table):
    settings = settings["import"]
    content = {
        "title": settings["title"] or f"imported tables ({settings['kind']})",
        "source": settings["source"] or "; ".join(table["file"] for table in settings["tables"]),
        "licence": settings["licence"] or "as the source",
        "synthetic": settings["synthetic"],
        "currency": settings["currency"],
        "money_unit": settings["money_unit"],
        "years": [table["year"] for table in settings["tables"]],
    }
    regions, sectors = plan.regions(settings), plan.sector_columns(settings)
    write_text(dataset, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    names = ("region", "name", "telephones_1984")
    write_table(regions_table, {name: regions[name] for name in names})
    names = ("sector", "name", "productive", "digital", "service_life")
    write_table(sectors_table, {name: sectors[name] for name in names})


if __name__ == "__main__":
    run(import_description)
