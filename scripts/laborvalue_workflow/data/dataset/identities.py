"""The accounting identities of a year's tables: one line for each that does not hold, with what may be wrong."""

from pathlib import Path

from laborvalue.accounts import Layout
from laborvalue.errors import InputError
from laborvalue.identities import Cause, column_identity, imbalances, row_identity

COLUMNS = "inputs, imports and value added"
ROWS = "intermediate and final uses with exports"
EXPLAINED = set(Cause) - {Cause.TOO_LITTLE, Cause.UNKNOWN}
LISTS = ("regions.csv", "sectors.csv")  # what says the order of rows and columns
ABOUT_FLOWS = (
    Cause.TRANSPOSED,
    Cause.WITHIN_PAIRS,
    Cause.BY_SECTOR,
    Cause.REGION_ORDER,
    Cause.SECTOR_ORDER,
    Cause.UNIT_OF_FLOWS,
)


def check_identities(sums, final_uses, primary_inputs, paths, keys, description):
    """Raise InputError where flows, final demand and primary inputs do not belong together, as `broken_identities`."""
    year = Path(paths["primary_inputs"]).parent.name
    broken = broken_identities(sums, final_uses, primary_inputs, paths, keys, description)
    if broken:
        raise InputError("\n".join(f"{path}: year {year}: {text}" for path, text in broken))


def broken_identities(sums, final_uses, primary_inputs, paths, keys, description):
    """(path of the table to correct, what is wrong) for each accounting identity that does not hold.

    sums: FlowSums; final_uses: (m, n*), final demand by supplier, None where it is not to be judged; paths: of the
    year's tables by name, in a folder named after the year; keys: of regions and sectors; description: dataset.yaml,
    where `imbalance: keep` accepts differences of unknown origin.
    """
    columns = column_identity(sums, primary_inputs)
    rows = None
    if final_uses is not None:
        in_rows = sums.layout.layout == Layout.COMPETITIVE
        rows = row_identity(sums, final_uses, primary_inputs["output"], sums.rows_known, in_rows)
    by_column, by_row = imbalances(columns, rows, sums.trade.sum(axis=2), sums.intermediate.sum(axis=2))
    if description.get("imbalance") == "keep" and not (EXPLAINED & {i.cause for i in (by_column, by_row) if i}):
        return []
    broken = []
    if by_column:
        path = paths["primary_inputs"] if _unit_of_primary_inputs(by_column, by_row) else paths["flows"]
        broken.append((path, _diagnosis(by_column, by_row, COLUMNS, keys)))
    if by_row:
        if _unit_of_primary_inputs(by_column, by_row):
            path = paths["primary_inputs"]
        else:
            path = paths["flows"] if by_column or by_row.cause in ABOUT_FLOWS else paths["final_demand"]
        broken.append((path, _diagnosis(by_row, by_column, ROWS, keys)))
    return broken


def _unit_of_primary_inputs(one, other):
    """Whether both identities hold when the terms without the primary inputs are multiplied by the same factor."""
    causes = {imbalance.cause for imbalance in (one, other) if imbalance}
    return causes == {Cause.UNIT_OF_FLOWS, Cause.UNIT_OF_USES} and one.factor == other.factor


def _diagnosis(imbalance, other, terms, keys):
    """What is wrong with an identity and what may be the cause; other: the other identity's Imbalance or None."""
    if _unit_of_primary_inputs(imbalance, other):
        advice = f"primary inputs times {1 / imbalance.factor:g} balance: all tables must be in one money unit"
    else:
        advice = explained(imbalance, "columns" if terms == COLUMNS else "rows", keys) or _guess(
            imbalance, other, "inputs" if terms == COLUMNS else "uses"
        )
    return f"{described(imbalance.identity, terms, keys)}; {advice}"


def described(identity, terms, keys):
    """By how much an identity of these terms does not hold, and where most; keys: of regions and sectors."""
    count, judged = identity.count()
    c, i = identity.worst()
    national = len(identity.flows) < len(keys[0])
    axis = 1 if national or len(keys[0]) == 1 else 0
    parts = identity.part_shares(axis)
    share = f"by {parts.max():.1%} of its own" if parts.max() < float("inf") else "which has no output"
    part = f"{('region', 'sector')[axis]} {keys[axis][int(parts.argmax())]} {share}"
    cells, worst = "region-sectors", f"region {keys[0][c]}, sector {keys[1][i]}"
    if national:
        cells, worst = "sectors of the nation", f"sector {keys[1][i]}"
    found, expected = identity.flows[c, i] + identity.rest[c, i], identity.output[c, i]
    return (
        f"{terms} differ from output by {identity.share():.1%} of all output, in {part}, by more than 1% in {count} of "
        f"{judged} {cells}; worst {worst}: found {found:.6g}, expected the output {expected:.6g}"
    )


def explained(imbalance, axes, keys, lists=LISTS):
    """The reading with which an identity holds, and what is expected; None where the cause is none.

    axes: of the flows, rows or columns or both, that the identity sums over; lists: what says the order of regions and
    of sectors.
    """
    cause, factor = imbalance.cause, f"{imbalance.factor:g}"
    if cause == Cause.TRANSPOSED:
        which = f" of {', '.join(keys[0][c] for c in imbalance.order)}" if imbalance.order else ""
        return f"the transposed flows{which} balance: rows must be suppliers, columns users"
    if cause == Cause.WITHIN_PAIRS:
        return (
            "the flows balance when they are transposed within each pair of regions: rows must be supplying sectors, "
            "columns using ones"
        )
    if cause == Cause.BY_SECTOR:
        return (
            "the flows balance when they are read sector by sector: rows and columns must be region by region, in "
            f"the order of {lists[0]}, then {lists[1]}"
        )
    if cause in (Cause.REGION_ORDER, Cause.SECTOR_ORDER):
        k = int(cause == Cause.SECTOR_ORDER)
        kind, names = ("regions", "sectors")[k], keys[k]
        moved = [place for place, given in enumerate(imbalance.order) if place != given]
        examples = ", ".join(f"{names[imbalance.order[place]]} in the place of {names[place]}" for place in moved[:3])
        return (
            f"the flows balance when their {axes} are put into another order of {kind} ({examples}"
            f"{', …' if len(moved) > 3 else ''}): expected the order of {lists[k]}"
        )
    if cause == Cause.UNIT_OF_FLOWS:
        return f"the flows times {factor} balance: all tables must be in one money unit"
    if cause == Cause.UNIT_OF_USES:
        tables = "flows and final demand" if axes == "rows" else "flows and primary inputs"
        return f"{tables} times {factor} give the output: all tables must be in one money unit"
    if cause == Cause.UNIT_OF_REST:
        rest, verb = ("final demand", "balances") if axes == "rows" else ("primary inputs", "balance")
        return f"{rest} times {factor} {verb}: all tables must be in one money unit"
    return None


def _guess(imbalance, other, what):
    """What may be wrong where no other reading holds."""
    if imbalance.cause == Cause.TOO_LITTLE:
        table = "flows" if what == "inputs" or other else "final demand"
        return (
            f"almost nowhere too much: are rows of {table} missing, or accounts? imbalance: keep in dataset.yaml "
            "accepts tables that do not balance in their source"
        )
    in_rows = "layout: competitive in dataset.yaml says that rows hold imports; " if what == "uses" else ""
    return (
        f"{in_rows}expected equal sums, but for rounding and statistical errors: compare the tables with their source; "
        "where the accounts of a region are not known, leave out its rows of primary inputs; imbalance: keep in "
        "dataset.yaml accepts tables that do not balance in their source"
    )
