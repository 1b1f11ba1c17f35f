"""Tables of single regions -> one inter-regional table whose trade is estimated from outflow and inflow.

Shapes: m regions, n published sectors. Money is in the file's unit.
"""

from dataclasses import replace

import numpy as np

from laborvalue.gravity import SingleRegionAccounts, estimate_trade, great_circle_distances
from laborvalue_workflow.screening.findings import Note, warning

TRADE = ("inflow", "outflow", "foreign_imports", "foreign_exports")
ROUNDING = 1e-9  # share of output up to which a residual is none
NAMED = 3  # sectors or regions that a note names


def with_trade(table, coordinates, gravity):
    """The PublishedTable with flows, final uses and imports by origin; `coordinates`: latitude and longitude, degrees.

    The table is of single regions: competitive, `block` within the own region only, with the four accounts of TRADE,
    without gaps. Of each good every user in a region takes the same shares from own supply, from the other regions and
    from abroad. Imported inputs become a row of primary inputs; imported final goods are in no row. Columns add up as
    before, and uses + exports = output in each row, where what the printed rows leave (ERR and rounding) is a final use
    `other`. Exports hold what flows out to no region that reports it.
    """
    inputs = np.stack([table.block(c)[:, c, :] for c in range(len(table.exports))])  # using region, good, user
    final = {name: use.sum(axis=0).T if use.ndim == 3 else use for name, use in table.final.items()}
    accounts = SingleRegionAccounts(
        output=table.output,
        uses=inputs.sum(axis=2) + sum(final.values()),
        exports=table.foreign_exports,
        imports=table.foreign_imports,
        outflow=table.outflow,
        inflow=table.inflow,
    )
    estimated = estimate_trade(accounts, great_circle_distances(*map(np.array, coordinates)), gravity.beta, gravity.d0)
    residual = np.where(np.abs(estimated.residual) > ROUNDING * np.abs(table.output), estimated.residual, 0)
    if residual.any():
        final["other"] = final.get("other", 0) + residual
    shares = estimated.shares
    return replace(
        table,
        block=lambda d: shares[d][:, :, None] * inputs.transpose(1, 0, 2),
        final={name: shares * use.T for name, use in final.items()},
        exports=estimated.margins.exports,
        primary=table.primary | {"imports": np.einsum("cj,cji->ci", estimated.import_share, inputs)},
        layout="domestic",
        **dict.fromkeys(TRADE),
        notes=table.notes + _notes(table, accounts, estimated, residual, final, gravity),
    )


def _notes(table, accounts, estimated, residual, final, gravity):
    """What a reader of the screening must know of the estimate."""
    margins, output = estimated.margins, accounts.output.sum()
    traded = estimated.deliveries.sum()
    sent, taken = (np.maximum(sign * margins.gap, 0).sum() for sign in (1, -1))
    notes = [
        warning(
            f"trade between the regions is ESTIMATED ({gravity.summary}), not observed: per good a doubly "
            "constrained gravity matrix on great-circle distances, balanced to outflow and inflow in "
            f"{estimated.rounds} rounds; all users of a good in a region have the same mix of suppliers "
            f"(Chenery-Moses). Estimated trade is {traded / output:.1%} of output, the printed outflow "
            f"{accounts.outflow.sum() / output:.1%}, the printed inflow {accounts.inflow.sum() / output:.1%}."
        ),
        Note(
            "Outflow and inflow of a good differ over all regions. The larger is scaled down to the smaller: "
            f"{sent:.6g} of outflow counts as exports, {taken:.6g} of inflow as imports "
            f"({sent / output:.1%} and {taken / output:.1%} of output)."
        ),
        Note(f"Outflow over inflow by sector, without re-exports: {_ratios(table.sectors, margins)}."),
    ]
    reexports, own_trade = margins.reexports, margins.own_trade
    if reexports.any():
        notes.append(
            Note(
                f"In {(reexports > 0).sum()} region-sectors exports and outflow exceed output: re-exports of "
                f"{reexports.sum():.6g} ({reexports.sum() / output:.1%} of output) are taken from exports and outflow, "
                "and from imports and inflow, in proportion."
            )
        )
    if own_trade.any():
        notes.append(
            Note(
                f"In {(own_trade > 0).sum()} region-sectors outflow and inflow are more than the other regions could "
                f"take and supply: {own_trade.sum():.6g} counts as own supply "
                f"(sectors {_named(table.sectors, own_trade)})."
            )
        )
    if residual.any():
        notes.append(
            Note(
                "What the printed rows leave between uses and output (ERR, rounding) is a final use `other`: "
                f"{np.abs(residual).sum() / output:.2%} of output, {np.abs(residual).sum():.6g} without signs, "
                f"{residual.sum():.6g} with them."
            )
        )
    alone = int(((accounts.outflow + accounts.inflow).sum(axis=1) == 0).sum())
    if alone:
        notes.append(Note(f"Regions without any outflow and inflow, which trade with no other region: {alone}."))
    imported = sum(np.sum(estimated.import_share * use) for use in final.values())
    notes.append(
        Note(
            "A non-competitive table: imported inputs are a row of primary inputs; imported final goods "
            f"({imported:.6g}) are in no row."
        )
    )
    return notes


def _ratios(sectors, margins):
    """Outflow over inflow of each good: the smaller of the two and the gap give both."""
    common = margins.outflow.sum(axis=0) + margins.own_trade.sum(axis=0)
    sold, bought = common + np.maximum(margins.gap, 0), common + np.maximum(-margins.gap, 0)
    texts = [
        f"{sector} {of_good / to_good:.3g}" if to_good > 0 else f"{sector} no inflow"
        for sector, of_good, to_good in zip(sectors, sold, bought, strict=True)
        if of_good > 0 or to_good > 0
    ]
    return ", ".join(texts)


def _named(sectors, amounts):
    largest = np.argsort(-amounts.sum(axis=0), kind="stable")[:NAMED]
    return ", ".join(sectors[j] for j in largest if amounts[:, j].any())
