"""Rows of the user's small tables that meet no row of another table: a name that is written differently, say."""

from laborvalue.cells import refuse_near_misses
from laborvalue_workflow.importers.textfiles import read_columns, read_csv
from laborvalue_workflow.screening.findings import Note, warning


def unmet_rows(context):
    """Notes for the screening on rows and columns of labels, concordance and sectors that nothing reads."""
    notes, options, reader = [], context.options, context.reader
    if options.labels:
        unread = [name for name in read_csv(options.labels)[1] if name and name not in reader.label_columns]
        if unread:
            notes.append(Note(f"{options.labels}: columns not read: {', '.join(unread)}."))
    if not reader.chinese:
        given = [key for key in ("concordance", "sectors", "sector_lists") if getattr(options, key)]
        return notes + [warning(f"import.{key} is not read for kind {reader.kind}.") for key in given]
    if options.concordance:
        listed = {row["sector"] for row in context.lists.rows}
        refuse_near_misses(options.concordance, "sector", context.concordance, sorted(listed))
        if unmet := [sector for sector in context.concordance if sector not in listed]:
            notes.append(
                warning(f"{options.concordance}: the sectors {', '.join(unmet)} are in no sector list: not joined.")
            )
    if options.sectors:
        used = {sector for table in options.tables for sector in context.targets(table)}
        sectors = [row["sector"] for row in read_columns(options.sectors, ("sector",))]
        refuse_near_misses(options.sectors, "sector", sectors, sorted(used))
        if unmet := [sector for sector in sectors if sector not in used]:
            notes.append(Note(f"{options.sectors}: no sector of the tables leads to {', '.join(unmet)}; left out."))
    return notes
