"""The accounts of a published table against each other: what no statistical error makes stops the run, kept or not.

Where output is printed, columns and rows have to give it. Where it is the sum of the row, the one identity is read in
three ways: as what a sector buys less what it sells, as its column, and as its row.

Bounds. In the published tables of China (nation and provinces), Finland and WIOD the differences are at most 0.04 % of
all output and 4 % of a region's or a sector's; one cell of WIOD's accounts exceeds its output by 114 %. The largest
input of a sector is at most 5.8 times all else that it buys and adds. Shapes: m regions, n published sectors.
"""

from dataclasses import replace

import numpy as np

from laborvalue.identities import ADDED, EXPLAINED, Identity, explanation, holds_instead
from laborvalue_workflow.data.dataset.identities import COLUMNS, ROWS, described, explained
from laborvalue_workflow.screening.faults import Axes
from laborvalue_workflow.screening.findings import Check, Done
from laborvalue_workflow.screening.policies import Policy

NATION, PART, CELL = 0.25, 1.0, 10.0  # shares of output from which on differences are never kept
ONE = 0.9  # share of all differences from which on one cell alone has them
INPUT = 100.0  # a flow over all else that its user buys and adds
VISIBLE = 1e-3  # share of a mean region's output, or of a median sector's inputs, below which one does not matter
SUM = 1e-4  # share up to which a sum differs from its addends by rounding
LISTS = ("the labels or the mapping", "the sector list or the mapping")


def check_parts(screening, table, output, sums):
    """Whether a flow is out of all proportion, or a region or sector is the sum of the others: findings that stop.

    output (m, n); sums: the FlowTotals of the cleaned flows. To be called before the residuals of a balancing are
    looked for, since beside such a flow all other outputs are residuals.
    """
    return _largest_input(screening, table, sums) or _sums_of_others(screening, output, sums.columns)


def check_identities(screening, table, output, sums):
    """Add a finding that stops the run where the accounts do not balance and another reading does, or by size.

    output (m, n); sums: the FlowTotals of the cleaned flows. Region-sectors that are left out are not judged.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # numbers near the largest one
        text = _broken(screening, table, output, sums)
    if text:
        screening.add(Check.IDENTITY, "flows", text, "", Done.STOPPED)


def _broken(screening, table, output, sums):
    """What is wrong with the identities and why, as a text; None where they hold or are kept."""
    keys = screening.keys["region"], screening.keys["sector"]
    columns, readings = _identities(screening, table, output, sums)
    for identity, axes, terms, *arguments in readings:
        if cause := explanation(identity, *arguments):
            return f"{described(identity, terms, keys)}; {explained(cause, axes, keys, LISTS)}"
    for remark, reading, given, terms in _without_a_total(table, columns, readings[-1][0]):
        if holds_instead(reading, given):
            return f"{described(given, terms, keys)}; {remark}"
    if screening.policies.of(Check.IMBALANCE, "output") != Policy.KEEP:
        return None
    for identity, _, terms, *_ in readings if table.output is not None else readings[1:2]:
        if above := _too_large(identity, table.output is not None):
            return (
                f"{described(identity, terms, keys)}; no statistical error is as large: {above}; compare the table "
                "with its source, or set import.faults.imbalance to exclude: what does not balance is left out"
            )
    return None


def _too_large(identity, complete):
    """Which bound the differences exceed, as a text; None for none.

    complete: whether less than output counts. Where output is the sum of the row, accounts may be missing everywhere,
    but not in one cell alone.
    """
    size, gap = identity.judged_output(), np.abs(identity.gap())
    if identity.share() > NATION and gap.max() > ONE * gap.sum():
        return f"{ONE:.0%} of all differences are in one cell"
    identity = replace(identity, deficit=identity.deficit and complete)
    gap = np.abs(identity.gap())
    parts = max(identity.part_shares(axis).max() for axis in (0, 1))
    if identity.share() > NATION or parts > PART:
        return f"they are kept up to {NATION:.0%} of all output and {PART:.0%} of a region's or sector's"
    if ((gap > CELL * size) & (size > 0) & (gap > VISIBLE * size.sum() / len(size))).any():
        return f"they are kept up to {CELL:g} times a cell's output"
    return None


def _identities(screening, table, output, sums):
    """(the identity of the columns, what is read in turn): (Identity, axes, terms, the arguments of `explanation`).

    A sector without output has a policy of its own.
    """
    added = np.where(screening.incomplete | ~(output > 0), np.nan, sum(table.primary.values()))
    given = all(table.primary[name].any() for name in ADDED if name != "production_taxes")
    # a table of one nation without its imports lacks them in its columns
    imported = table.output is not None or table.primary["imports"].any() or not table.exports.any()
    columns = Identity(sums.columns, added, output, deficit=bool(given and imported))
    if "GO" in table.totals:
        rows = Identity(sums.rows, np.where(output > 0, table.totals["GO"][1], np.nan) - sums.rows, output)
        return columns, [
            (columns, "columns", COLUMNS, sums.rows, sums.used),
            (rows, "rows", ROWS, sums.columns, sums.bought),
        ]
    if table.output is not None:
        return columns, [(columns, "columns", COLUMNS, sums.rows, sums.used)]
    needed = np.where(np.isnan(added), np.nan, sums.columns + added)
    net = replace(columns, flows=sums.columns - sums.rows, rest=added + sums.rows)
    rows = Identity(sums.rows, output - sums.rows, needed, excess=columns.deficit)
    return columns, [
        (net, "rows and columns", COLUMNS, -net.flows, sums.used - sums.bought),
        (columns, "columns", COLUMNS, sums.columns, None, True),
        (rows, "rows", ROWS, sums.rows),
    ]


def _without_a_total(table, columns, rows):
    """(remark, the identity without it, the identity with it, terms) for each account or use that may be a total."""
    if columns.excess and columns.deficit:
        given = {name: table.primary[name] for name in ADDED if table.primary[name].any()}
        for name in given:
            others = sum(amounts for other, amounts in given.items() if other != name)
            reading = replace(columns, rest=columns.rest - others)
            yield f"{name} less the other value added balances: it is a total", reading, columns, COLUMNS
    if rows.share() > EXPLAINED or rows.stops():
        for name, amounts in table.final.items():
            reading = replace(rows, rest=rows.rest - (amounts.sum(axis=2) if amounts.ndim == 3 else amounts))
            yield f"without {name} they balance: is it a total of the others?", reading, rows, ROWS


def _largest_input(screening, table, sums):
    """Whether one flow is many times all else that its user buys and adds; a finding for each."""
    added = sum(np.abs(amounts) for amounts in table.primary.values())
    with np.errstate(over="ignore", invalid="ignore"):
        rest = sums.columns - sums.largest + added
        visible = sums.largest > VISIBLE * np.nanmedian(sums.columns)
    places = np.argwhere((sums.largest > INPUT * rest) & visible)
    for c, j in places.tolist():
        d = int(sums.supplier[c, j])
        i = int(np.nanargmax(table.block(d)[:, c, j]))
        found = f"{sums.largest[c, j]:.6g}, all else that its user buys and adds {rest[c, j]:.6g}"
        text = f"one flow is many times its user's output: {found}"
        expected = f"at most {INPUT:g} times as much: compare the cell with the source"
        screening.add(Check.IDENTITY, "flows", text, expected, Done.STOPPED, Axes.FLOWS, (d, i, c, j))
    return len(places) > 0


def _sums_of_others(screening, output, columns):
    """Whether a region or a sector is the sum of all others, in output and inputs; a finding for each."""
    found = False
    for axis, what in enumerate(("region", "sector")):
        if output.shape[axis] < 3:
            continue
        for k in range(output.shape[axis]):
            pairs = [(np.take(of, k, axis), of.sum(axis=axis)) for of in (output, columns)]
            if all(np.abs(2 * own - all_).sum() <= SUM * all_.sum() > 0 for own, all_ in pairs):
                name = screening.names[what][k]
                text = f"{what} {name} is the sum of all other {what}s, in output and in inputs: a total"
                remedy = "remove its rows and columns, and take it out of the config's files"
                screening.add(Check.IDENTITY, "flows", f"{text}; {remedy}", "", Done.STOPPED)
                found = True
    return found
