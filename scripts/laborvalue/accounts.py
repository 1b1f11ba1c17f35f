"""From the tables of a year to the accounts of each region: flows summed over origins, final use, shares.

Shapes: m regions, n* sectors. Cell arrays are (m, n*), region-major like the stored flows; arrays with
origins are (m, n*, m): supplying region, good, using region.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError

BALANCED = 1e-9  # a row whose uses equal its output to this share holds no imports


def domestic_share(uses: NDArray, exports: NDArray, output: NDArray) -> NDArray:
    """The share s of a good's domestic uses that is domestic product (method: row factor 1 - M/uses).

    uses (all uses of the row, exports included), exports, output: arrays of one shape, money. A
    competitive table's rows hold imports M, the excess of uses over output; a balanced row has s = 1.
    Rows of unknown output (NaN) count as domestic.
    """
    excess = np.clip(uses - np.nan_to_num(output, nan=np.inf), 0, None)
    excess[excess <= BALANCED * uses] = 0
    at_home = uses - exports
    return 1 - np.divide(np.minimum(excess, at_home), at_home, out=np.zeros_like(uses), where=at_home > 0)


def sum_over_origins(
    blocks: Iterable[tuple[int, NDArray]], final_uses: NDArray, exports: NDArray, output: NDArray
) -> dict[str, NDArray]:
    """One pass over the stored flows, block by block.

    blocks: iterator of (d, block (n*, m, n*)): what region d supplies of each good to each user;
    final_uses, exports, output: (m, n*) by supplying region, money.
    Returns a dict: `intermediate`, `domestic`, `own` (m, n*, n*): by using region, good x using sector,
    as given, times the domestic share, and what the region supplies itself; `trade` (m, n*, m):
    intermediate deliveries by origin, good and using region; `domestic_share` (m, n*) by origin.
    """
    m, n = output.shape
    sums = {
        "intermediate": np.zeros((m, n, n)),
        "domestic": np.zeros((m, n, n)),
        "own": np.zeros((m, n, n)),
        "trade": np.empty((m, n, m)),
        "domestic_share": np.empty((m, n)),
    }
    for d, block in blocks:
        sums["trade"][d] = block.sum(axis=2)
        uses = sums["trade"][d].sum(axis=1) + final_uses[d]
        share = domestic_share(uses, exports[d], output[d])
        by_user = block.transpose(1, 0, 2)
        sums["own"][d] = by_user[d]
        sums["intermediate"] += by_user
        sums["domestic"] += by_user if (share == 1).all() else by_user * share[:, None]
        sums["domestic_share"][d] = share
    return sums


def origin_shares(amounts: NDArray | None, trade: NDArray) -> NDArray:
    """Who supplies each good, as shares over the supplying regions (axis 0); shape (m, n*, m).

    amounts: deliveries for one final use, or None where the table does not say who supplies. A good
    that a region does not buy for this use comes from where its producers buy it, and from itself
    where they buy none.
    """
    m = trade.shape[0]
    own = np.eye(m)[:, None, :]
    shares = _shares(trade, own)
    return shares if amounts is None else _shares(np.clip(amounts, 0, None), shares)


def _shares(amounts: NDArray, otherwise: NDArray | float) -> NDArray:
    total = amounts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, amounts / total, otherwise)


def commodity_mix(amounts: NDArray) -> NDArray:
    """The composition of a final use by good, (m, n*) by using region: sums to 1, negatives clipped.

    A region without this use takes the national composition.
    """
    amounts = np.clip(amounts, 0, None)
    return _shares(amounts.T, _shares(amounts.sum(axis=0), 0.0)[:, None]).T


def year_accounts(
    sums: Mapping[str, NDArray],
    totals: Mapping[str, NDArray],
    origins: Mapping[str, NDArray] | None,
    primary_inputs: Mapping[str, NDArray],
    hours: NDArray,
    capital_stock: NDArray | None,
    money_unit: float,
) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
    """The accounts of every region in one year, in currency units and hours.

    sums: from `sum_over_origins`; totals, origins: final demand by category, by using region (m, n*)
    and with origins (m, n*, m) or None; primary_inputs: dict of (m, n*); hours (m, n*);
    capital_stock (m, n*) or None; money_unit: currency units per 1 in the tables.
    Returns (regions, year): `regions`, arrays whose first axis is the region, and `year`, what only the
    inter-regional system needs: origin shares of capital and wage goods, and the domestic shares.
    Raises InputError where no household consumes anything: there is no wage basket then.
    """
    uses = {
        "capital": ("fixed_capital_formation",),
        "rural": ("rural_households",),
        "urban": ("urban_households", "households"),
    }
    bought: dict[str, Any] = {use: sum(totals[c] for c in names if c in totals) for use, names in uses.items()}
    bought = {use: amounts for use, amounts in bought.items() if np.any(amounts)}
    if "rural" not in bought and "urban" not in bought:
        raise InputError("final demand holds no consumption of households; expected rural, urban or households")
    if "capital" not in bought:
        raise InputError("final demand holds no fixed_capital_formation; it gives the mix of capital goods")
    households = [bought[use].sum(axis=1) if use in bought else np.zeros(len(hours)) for use in ("rural", "urban")]
    regions, year = {}, {"domestic_share": sums["domestic_share"]}
    for use, names in uses.items():
        found = [origins[name] for name in names if name in origins] if origins else []
        if use in bought:
            shares = origin_shares(sum(found[1:], found[0]) if found else None, sums["trade"])
            regions[f"{use}_mix"] = commodity_mix(bought[use])
            regions[f"{use}_domestic"] = np.einsum("dj,djc->cj", sums["domestic_share"], shares)
            regions[f"{use}_own_share"] = np.einsum("cjc->cj", shares).copy()
            year[f"{use}_origin"] = shares
    for missing, present in (("rural", "urban"), ("urban", "rural")):
        if missing not in bought:  # unsplit households: one basket for all
            for name in ("mix", "domestic", "own_share"):
                regions[f"{missing}_{name}"] = regions[f"{present}_{name}"]
            year[f"{missing}_origin"] = year[f"{present}_origin"]
    regions |= {name: sums[name] * money_unit for name in ("intermediate", "domestic", "own")}
    regions |= {name: array * money_unit for name, array in primary_inputs.items()}
    regions["domestic_share"] = sums["domestic_share"]
    regions["households"] = np.stack(households, axis=1) * money_unit
    regions["hours"] = hours
    if capital_stock is not None:
        regions["capital_stock"] = capital_stock * money_unit
    apart = bool(np.nansum(primary_inputs["imports"]) > 0)
    regions["imports_apart"] = np.full(len(hours), apart)
    return regions, year
