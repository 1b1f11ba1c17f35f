"""What an imported dataset has for all years: its description, regions and sectors."""

from collections.abc import Mapping
from pathlib import Path

from laborvalue_workflow.data.files import without_folders
from laborvalue_workflow.importers.options import Trade
from laborvalue_workflow.screening.policies import Policy


def description(context):
    """The content of dataset.yaml. The source is shown to readers: files are named without their folders.

    A table whose imbalance is kept says so, since the later stages stop at one; the CEADs city tables say that they are
    the paper's data, tables with estimated trade how it was estimated, and all where hours are from, if that is known.
    Accounts that the screening left out are empty cells, and its residual outputs are 0 already. Where the layout
    differs by year the later stages decide it, year by year.
    """
    options, layout = context.options, context.reader.layout(context)
    more = {"layout": layout} if layout else {}
    more |= {"imbalance": str(Policy.KEEP)} if options.imbalance == Policy.KEEP else {}
    more |= {"faults": {"missing": str(Policy.EXCLUDE), "residual_output": 0, **_without_labor(options.no_labor)}}
    if source := context.reader.hours_source(context):
        more["hours_source"] = source
    if context.reader.papers_data and not options.synthetic:
        more["papers_data"] = True
    if options.trade == Trade.GRAVITY:
        more["trade_estimated"] = options.gravity.summary
    return {
        "title": without_folders(options.title or f"imported tables ({options.kind})"),
        "source": without_folders(options.source or "; ".join(Path(table.path).name for table in options.tables)),
        "licence": options.licence or "as the source",
        "synthetic": options.synthetic,
        "currency": options.currency,
        "money_unit": options.money_unit,
        "years": options.years,
    } | more


def _without_labor(policy):
    """What `faults` of the dataset folder says of output without labor, where the import let it in."""
    if isinstance(policy, Mapping):
        policy = {sector: str(Policy.ZERO) for sector, chosen in policy.items() if chosen == Policy.ZERO}
        return {"no_labor": policy} if policy else {}
    return {"no_labor": str(policy)} if policy == Policy.ZERO else {}


def region_table(context):
    """The columns of regions.csv."""
    return {name: context.regions[name] for name in ("region", "name", "telephones_1984")}


def sector_table(context):
    """The columns of sectors.csv."""
    return {name: context.sectors[name] for name in ("sector", "name", "productive", "digital", "service_life")}
