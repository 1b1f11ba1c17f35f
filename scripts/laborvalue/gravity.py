"""Trade between regions where their tables give only what each sends out and takes in (method 15).

Each good has a doubly constrained gravity matrix, T[d, c] = a[d] b[c] (1 + distance[d, c] / d0)^-beta without a
diagonal, whose rows sum to the outflows and whose columns sum to the inflows. All users of a good in a region then
have the same mix of suppliers (Chenery 1953, Moses 1955).

The margins are made consistent first, so that uses of own supply, deliveries to other regions and exports add up to
output, and own supply, deliveries from other regions and imports to uses:

1. Re-exports. A region that sends away more than it makes passes on goods of others. The excess is taken from its
   exports and outflow, and from its imports and inflow, each pair in proportion. What a region that makes nothing of a
   good sends from stocks counts as exports.
2. Gap. The outflows of all regions differ from their inflows. The larger side is scaled down to the smaller: only
   trade that both sides report has a partner. What is left of inflow counts as imports, what is left of outflow as
   exports; scaling up instead would deliver goods that nobody made or nobody used.
3. Own trade. A region whose outflow and inflow together exceed the common total could only have traded the excess with
   itself. It counts as own supply, neither flowing out nor in.

Shapes: m regions, n goods. Distances are in km.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes

EARTH_RADIUS = 6371.0  # km, the mean radius
TOLERANCE = 1e-9  # largest difference from a margin, as a share of it
ROUNDS = 100_000
HUB = 1e-12  # share of a total below which all trade of a good goes through one region


@dataclass(frozen=True)
class SingleRegionAccounts:
    """What the tables of single regions say of each good, money.

    Attributes
    ----------
    output : ndarray, shape (m, n)
        Gross output.
    uses : ndarray, shape (m, n)
        Intermediate and final uses within the region, whoever supplies.
    exports, imports : ndarray, shape (m, n)
        To and from abroad.
    outflow, inflow : ndarray, shape (m, n)
        To and from all other regions.
    """

    output: NDArray
    uses: NDArray
    exports: NDArray
    imports: NDArray
    outflow: NDArray
    inflow: NDArray

    def __post_init__(self) -> None:
        refuse_other_shapes(self, ("uses", "exports", "imports", "outflow", "inflow"), self.output.shape)


@dataclass(frozen=True)
class Margins:
    """The accounts made consistent, money; see the steps of this module.

    Attributes
    ----------
    own_supply : ndarray, shape (m, n)
        What a region supplies to itself; below 0 only where exports are drawn from inventories.
    exports, imports : ndarray, shape (m, n)
        To and from abroad, without re-exports, with the gaps of trade between regions.
    outflow, inflow : ndarray, shape (m, n)
        To and from other regions, with the same total for each good.
    reexports : ndarray, shape (m, n)
        Taken from exports and outflow, and from imports and inflow.
    gap : ndarray, shape (n,)
        Outflows less inflows of all regions, without re-exports: counted as exports, as imports where below 0.
    own_trade : ndarray, shape (m, n)
        Taken from outflow and inflow, added to own supply.
    """

    own_supply: NDArray
    exports: NDArray
    imports: NDArray
    outflow: NDArray
    inflow: NDArray
    reexports: NDArray
    gap: NDArray
    own_trade: NDArray


@dataclass(frozen=True)
class EstimatedTrade:
    """Who supplies each good to each region.

    Attributes
    ----------
    shares : ndarray, shape (m, n, m)
        Share of supplying region, by good and using region, in all uses of the good.
    import_share : ndarray, shape (m, n)
        Share of imports, by using region and good; with `shares` the sum over suppliers is 1.
    residual : ndarray, shape (m, n)
        What the tables supply beyond their uses (statistical errors): a further use of the good, money.
    deliveries : ndarray, shape (m, n, m)
        Trade by supplying region, good and using region, without a region's own, money.
    margins : Margins
    rounds : int
        Rounds of balancing.
    """

    shares: NDArray
    import_share: NDArray
    residual: NDArray
    deliveries: NDArray
    margins: Margins
    rounds: int


def great_circle_distances(latitude: NDArray, longitude: NDArray) -> NDArray:
    """Distances on the sphere, by the haversine formula.

    Parameters
    ----------
    latitude, longitude : ndarray, shape (m,)
        Degrees, north and east above 0.

    Returns
    -------
    ndarray, shape (m, m)
        Distances, km.
    """
    north, east = np.radians(latitude), np.radians(longitude)
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def consistent_margins(accounts: SingleRegionAccounts) -> Margins:
    """Outflow and inflow of equal total, and the own supply, imports and exports that go with them.

    Output stays what it is: own supply + outflow + exports = output. So do uses, with the residual of `EstimatedTrade`:
    own supply + inflow + imports changes nowhere.

    Parameters
    ----------
    accounts : SingleRegionAccounts
        All but uses 0 or more, money.

    Returns
    -------
    Margins
    """
    sent, taken = accounts.exports + accounts.outflow, accounts.imports + accounts.inflow
    reexports = np.minimum(np.clip(sent - accounts.output, 0, None), taken)
    own_supply = accounts.output - sent + reexports
    kept, used = 1 - _ratio(reexports, sent), 1 - _ratio(reexports, taken)
    exports, outflow = accounts.exports * kept, accounts.outflow * kept
    imports, inflow = accounts.imports * used, accounts.inflow * used
    from_stocks = np.where(accounts.output > 0, 0, outflow)
    exports, outflow = exports + from_stocks, outflow - from_stocks
    totals = outflow.sum(axis=0), inflow.sum(axis=0)
    common = np.minimum(*totals)
    sold, bought = outflow * _ratio(common, totals[0]), inflow * _ratio(common, totals[1])
    own_trade = np.clip(sold + bought - common, 0, np.minimum(sold, bought))
    sold, bought = sold - own_trade, bought - own_trade
    for amounts in (sold, bought):  # where all is own trade, rounding leaves next to nothing
        amounts[(own_trade > 0) & (amounts <= HUB * common)] = 0
    return Margins(
        own_supply=own_supply + own_trade,
        exports=exports + outflow - sold - own_trade,
        imports=imports + inflow - bought - own_trade,
        outflow=sold,
        inflow=bought,
        reexports=reexports,
        gap=totals[0] - totals[1],
        own_trade=own_trade,
    )


def gravity_deliveries(
    outflow: NDArray, inflow: NDArray, distance: NDArray, beta: float, d0: float, rounds: int = ROUNDS
) -> tuple[NDArray, int]:
    """Doubly constrained gravity matrices with an empty diagonal, all goods at once.

    RAS of outflow[d] inflow[c] (1 + distance / d0)^-beta. The factors outflow and inflow drop out of the result, and
    each good needs only its row and column factors.

    Parameters
    ----------
    outflow, inflow : ndarray, shape (m, n)
        Margins, 0 or more, of equal total for each good; together at most that total in each region, money.
    distance : ndarray, shape (m, m)
        Distances, km.
    beta : float
        Decay of trade with distance, 0 or more.
    d0 : float
        Distance from which on trade decays, km.
    rounds : int
        Largest number of rounds.

    Returns
    -------
    deliveries : ndarray, shape (m, n, m)
        By supplying region, good and using region, money.
    rounds : int
        Rounds that the slowest good took.

    Raises
    ------
    InputError
        If a good does not come within `TOLERANCE` of its margins.
    """
    m, n = outflow.shape
    ease = (1 + distance / d0) ** -beta
    np.fill_diagonal(ease, 0)
    deliveries = np.zeros((m, n, m))
    total = outflow.sum(axis=0)
    hub = np.argmax(outflow + inflow, axis=0)
    free = total - (outflow + inflow)[hub, np.arange(n)]  # what the other regions trade with each other
    through_one = (total > 0) & (free <= HUB * total)
    for good in np.flatnonzero(through_one):
        deliveries[:, good, hub[good]] = outflow[:, good]
        deliveries[hub[good], good, :] = inflow[:, good]
        deliveries[hub[good], good, hub[good]] = 0

    open_goods = np.flatnonzero((total > 0) & ~through_one)
    sold, bought = (margin.T[open_goods] / total[open_goods, None] for margin in (outflow, inflow))
    rows, columns = np.zeros_like(sold), np.zeros_like(sold)
    for k, good in enumerate(open_goods):
        rows[k] = _first_rows(sold[k], bought[k], ease, hub[good], free[good] / total[good])
    left, taken = np.arange(len(open_goods)), 0
    while len(left):
        if taken == rounds:
            raise InputError(
                f"trade between regions: no matrix within {TOLERANCE:g} of outflow and inflow after {rounds} rounds "
                f"for the goods number {', '.join(str(open_goods[k] + 1) for k in left)} of the table"
            )
        taken += 1
        columns[left] = _ratio(bought[left], rows[left] @ ease)
        rows[left] = _ratio(sold[left], columns[left] @ ease.T)
        gap = np.abs(columns[left] * (rows[left] @ ease) - bought[left])
        left = left[(gap > TOLERANCE * bought[left]).any(axis=1)]
    for k, good in enumerate(open_goods):
        deliveries[:, good, :] = total[good] * rows[k][:, None] * ease * columns[k]
    return deliveries, taken


def _first_rows(sold: NDArray, bought: NDArray, ease: NDArray, hub: int, free: float) -> NDArray:
    """Row factors (m,) of one good to start with: near the solution where almost all trade goes through the hub.

    sold, bought (m,): margins as shares of the total; free: what the others trade with each other, as such a share.
    From other factors RAS would take about 3 / free rounds.
    """
    others = np.arange(len(sold)) != hub
    rows = np.zeros_like(sold)
    rows[others] = sold[others] / ease[others, hub]
    columns = bought[others] / ease[hub, others]
    if sold[hub] > 0:
        rows[hub] = rows[others] @ ease[np.ix_(others, others)] @ columns / free
    return rows


def estimate_trade(accounts: SingleRegionAccounts, distance: NDArray, beta: float, d0: float) -> EstimatedTrade:
    """Shares of origin of each good in each region, from consistent margins and the gravity matrices.

    A good whose supply is 0, since its uses cancel, comes from the region itself, or from abroad where it is not made.

    Parameters
    ----------
    accounts : SingleRegionAccounts
        All but uses 0 or more, money.
    distance : ndarray, shape (m, m)
        Distances, km.
    beta : float
        Decay of trade with distance, 0 or more.
    d0 : float
        Distance from which on trade decays, km.

    Returns
    -------
    EstimatedTrade

    Raises
    ------
    InputError
        If a good does not come within `TOLERANCE` of its margins.
    """
    margins = consistent_margins(accounts)
    deliveries, rounds = gravity_deliveries(margins.outflow, margins.inflow, distance, beta, d0)
    itself = np.arange(len(distance))
    sources = deliveries.copy()
    sources[itself, :, itself] = margins.own_supply
    supply = sources.sum(axis=0).T + margins.imports
    import_share = _ratio(margins.imports, supply)
    shares = _ratio(sources, supply.T[None])
    made = accounts.output > 0
    shares[itself, :, itself] = np.where(supply == 0, made, shares[itself, :, itself])
    import_share = np.where((supply == 0) & ~made, 1.0, import_share)
    residual = margins.own_supply + margins.inflow + margins.imports - accounts.uses
    return EstimatedTrade(shares, import_share, residual, deliveries, margins, rounds)


def _ratio(numerator: NDArray, denominator: NDArray) -> NDArray:
    """numerator / denominator, 0 where the denominator is 0."""
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    return np.divide(numerator, denominator, out=np.zeros(shape), where=denominator != 0)


align(__name__)
