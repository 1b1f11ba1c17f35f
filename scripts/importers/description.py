"""What an imported dataset has for all years: its description, regions and sectors."""

from pathlib import Path

from importers.options import Kind, Policy
from importers.regions import regions_of
from importers.sectors import sectors_of


def description(options):
    """The content of dataset.yaml. The source is shown to readers: files are named without their folders.

    A table whose imbalance is kept says so, since the later stages stop at one.
    """
    kept = {"imbalance": str(Policy.KEEP)} if options.imbalance == Policy.KEEP else {}
    if options.kind == Kind.SINGLE_REGION:
        kept["layout"] = "competitive"  # the rows hold imports and inflows
    return {
        "title": options.title or f"imported tables ({options.kind})",
        "source": options.source or "; ".join(Path(table.path).name for table in options.tables),
        "licence": options.licence or "as the source",
        "synthetic": options.synthetic,
        "currency": options.currency,
        "money_unit": options.money_unit,
        "years": options.years,
    } | kept


def region_table(options):
    """The columns of regions.csv."""
    regions = regions_of(options)
    return {name: regions[name] for name in ("region", "name", "telephones_1984")}


def sector_table(options):
    """The columns of sectors.csv."""
    sectors = sectors_of(options)
    return {name: sectors[name] for name in ("sector", "name", "productive", "digital", "service_life")}
