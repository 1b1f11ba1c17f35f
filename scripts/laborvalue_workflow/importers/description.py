"""What an imported dataset has for all years: its description, regions and sectors."""

from pathlib import Path

from laborvalue.accounts import Layout
from laborvalue_workflow.data.files import without_folders
from laborvalue_workflow.data.policies import Policy
from laborvalue_workflow.importers.nbs import NationalSheet
from laborvalue_workflow.importers.options import Kind, Trade
from laborvalue_workflow.importers.regions import regions_of
from laborvalue_workflow.importers.sectors import sectors_of

LAYOUTS = {  # whether the rows of these tables hold imports
    Kind.CEADS_CITY: Layout.DOMESTIC,
    Kind.CEADS_PROVINCE: Layout.DOMESTIC,
    Kind.PYMRIO: Layout.DOMESTIC,
}


def layout_of(options):
    """Whether the rows of the tables hold imports, `domestic` or `competitive`; None where it differs by year.

    A national table says it by its column Origin, which splits the rows into a domestic and an import block. Tables of
    single regions hold imports and inflows, unless trade between the regions is estimated.
    """
    if options.kind == Kind.SINGLE_REGION:
        return Layout.DOMESTIC if options.trade == Trade.GRAVITY else Layout.COMPETITIVE
    if options.kind != Kind.NBS:
        return LAYOUTS[options.kind]
    split = {bool(NationalSheet(table.file).blocks()) for table in options.tables}
    return {(True,): Layout.DOMESTIC, (False,): Layout.COMPETITIVE}.get(tuple(split))


def description(options):
    """The content of dataset.yaml. The source is shown to readers: files are named without their folders.

    A table whose imbalance is kept says so, since the later stages stop at one; the CEADs city tables say that they are
    the paper's data, and tables with estimated trade how it was estimated. Accounts that the screening left out are
    empty cells, and its residual outputs are 0 already. Where the layout differs by year the later stages decide it,
    year by year.
    """
    layout = layout_of(options)
    more = {"layout": str(layout)} if layout else {}
    more |= {"imbalance": str(Policy.KEEP)} if options.imbalance == Policy.KEEP else {}
    more |= {"faults": {"missing": str(Policy.EXCLUDE), "residual_output": 0}}
    if options.kind == Kind.CEADS_CITY and not options.synthetic:
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


def region_table(options):
    """The columns of regions.csv."""
    regions = regions_of(options)
    return {name: regions[name] for name in ("region", "name", "telephones_1984")}


def sector_table(options):
    """The columns of sectors.csv."""
    sectors = sectors_of(options)
    return {name: sectors[name] for name in ("sector", "name", "productive", "digital", "service_life")}
