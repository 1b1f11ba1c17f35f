"""Rows of the user's small tables that meet no row of another table: a name that is written differently, say."""

from laborvalue_workflow.importers.options import Kind
from laborvalue_workflow.importers.regions import LABEL_COLUMNS, NAMES
from laborvalue_workflow.importers.sectors import read_concordance, target_sectors
from laborvalue_workflow.importers.textfiles import read_columns, read_csv


def unmet_rows(options):
    """Notes for the screening on rows and columns of labels, concordance and sectors that nothing reads."""
    notes = []
    if options.labels:
        read = (*LABEL_COLUMNS, *NAMES) if options.kind == Kind.SINGLE_REGION else LABEL_COLUMNS
        unread = [name for name in read_csv(options.labels)[1] if name and name not in read]
        if unread:
            notes.append(f"{options.labels}: columns not read: {', '.join(unread)}.")
    if options.kind == Kind.PYMRIO:
        given = [key for key in ("concordance", "sectors", "sector_lists") if getattr(options, key)]
        return notes + [f"WARNING: import.{key} is not read for kind pymrio." for key in given]
    if options.concordance:
        listed = {row["sector"] for row in read_columns(options.resource("sector_lists"), ("sector",))}
        if unmet := [sector for sector in read_concordance(options.concordance) if sector not in listed]:
            notes.append(
                f"WARNING: {options.concordance}: the sectors {', '.join(unmet)} are in no sector list: not joined."
            )
    if options.sectors:
        used = {sector for table in options.tables for sector in target_sectors(options, table)}
        known = [row["sector"] for row in read_columns(options.sectors, ("sector",))]
        if unmet := [sector for sector in known if sector not in used]:
            notes.append(f"{options.sectors}: no sector of the tables leads to {', '.join(unmet)}; left out.")
    return notes
