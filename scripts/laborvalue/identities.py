"""The accounting identities of an input-output table, and what may be wrong where they do not hold.

By column: inputs + imports + value added = gross output. By row: intermediate + final uses + exports = gross output;
where rows hold imports (competitive tables), uses are not below output. Shapes: m regions, n* sectors.

Thresholds. In published tables the sum of all differences is at most 5 % of output in a nation (statistical errors in
China's tables; 2 % in the provincial tables, 0.1 % in WIOD 2013) and 7 % in a region or sector (WIOD, the provinces).
Transposed, the same tables and the embedded economy differ by 21 % or more of the nation's output. Stop at 10 % of
the nation's output and, since a small region does not show there, at 15 % of that of a region or sector; an order, a
transposition or a unit with which all balances is named from 0.5 % on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import FlowSums
from laborvalue.labels import align

NATION, PART, EXPLAINED = 0.10, 0.15, 0.005  # shares of output, see above
IMPLAUSIBLE = 5.0  # uses over output; 2.5 in Tibet, whose rows hold imports and the inflow from other provinces
NOTICED = 0.01  # share of its output from which on a cell is counted
ADDED = ("compensation", "production_taxes", "depreciation", "operating_surplus")
FACTORS = [10.0**power for power in (*range(-9, 0), *range(1, 10))]


class Cause(StrEnum):
    """What may be wrong with the tables."""

    TRANSPOSED = "transposed"
    WITHIN_PAIRS = "transposed within each pair of regions"
    BY_SECTOR = "sector by sector"
    REGION_ORDER = "order of regions"
    SECTOR_ORDER = "order of sectors"
    UNIT_OF_FLOWS = "unit of the flows"
    UNIT_OF_USES = "unit of flows and final demand"
    UNIT_OF_REST = "unit of the other terms"
    TOO_LITTLE = "too little"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Identity:
    """One identity, flows + rest = output, in every region and sector.

    Attributes
    ----------
    flows : ndarray, shape (m, n*)
        Sums over the flows: of each column (inputs) or of each row (sales to producers), money.
    rest : ndarray, shape (m, n*)
        The other terms, money; NaN where unknown.
    output : ndarray, shape (m, n*)
        Gross output, money; NaN where unknown.
    excess, deficit : bool
        Whether more than output, and less than output, is a fault.
    """

    flows: NDArray
    rest: NDArray
    output: NDArray
    excess: bool = True
    deficit: bool = True

    def gap(self) -> NDArray:
        """What exceeds output.

        Returns
        -------
        ndarray, shape (m, n*)
            Money; 0 where it is unknown or no fault.
        """
        gap = np.nan_to_num(self.flows + self.rest - self.output, nan=0.0)
        return np.clip(gap, None if self.deficit else 0, None if self.excess else 0)

    def judged_output(self) -> NDArray:
        """Output where the identity can be judged.

        Returns
        -------
        ndarray, shape (m, n*)
            Money; 0 elsewhere.
        """
        return np.where(np.isnan(self.rest), 0, np.nan_to_num(self.output, nan=0.0))

    def share(self) -> float:
        """The sum of all differences as a share of output."""
        gap, output = np.abs(self.gap()).sum(), self.judged_output().sum()
        return float(gap / output) if output > 0 else 0.0

    def part_shares(self, axis: int) -> NDArray:
        """The same for each region or each sector.

        Parameters
        ----------
        axis : int
            0 for the regions, 1 for the sectors.

        Returns
        -------
        ndarray, shape (m,) or (n*,)
            Shares; 0 where the part is too small to matter.
        """
        gap, output = np.abs(self.gap()).sum(axis=1 - axis), self.judged_output().sum(axis=1 - axis)
        visible = gap > 1e-3 * output.mean()
        return np.divide(gap, output, out=np.where(visible, np.inf, 0.0), where=visible & (output > 0))

    def stops(self) -> bool:
        """Whether the differences are larger than those of published tables; see the thresholds of this module."""
        return self.share() > NATION or any((self.part_shares(axis) > PART).any() for axis in (0, 1))

    def count(self) -> tuple[int, int]:
        """How many cells differ noticeably, and how many are judged."""
        gap, output = np.abs(self.gap()), self.judged_output()
        return int(((gap > NOTICED * output) & (gap > 0)).sum()), int((~np.isnan(self.rest + self.output)).sum())

    def worst(self) -> tuple[int, int]:
        """Position of the cell with the largest difference."""
        c, i = np.unravel_index(np.argmax(np.abs(self.gap())), self.flows.shape)
        return int(c), int(i)


@dataclass(frozen=True)
class Imbalance:
    """An identity that does not hold, and why.

    Attributes
    ----------
    identity : Identity
    cause : Cause
    order : tuple of int
        For REGION_ORDER and SECTOR_ORDER: position k of the flows holds the region or sector `order[k]`. For
        TRANSPOSED: the regions whose own flows are transposed; empty for all.
    factor : float
        For the units: times which the terms balance.
    """

    identity: Identity
    cause: Cause
    order: tuple[int, ...] = ()
    factor: float = 1.0


def column_identity(sums: FlowSums, primary_inputs: Mapping[str, NDArray]) -> Identity:
    """Inputs + imports + value added = gross output.

    Where an account of value added is 0 everywhere it may be unknown, so that less than output is no fault.

    Parameters
    ----------
    sums : FlowSums
    primary_inputs : mapping of ndarray, shape (m, n*)
        The four accounts of value added, imports and output, money.

    Returns
    -------
    Identity
    """
    rest = sum((primary_inputs[name] for name in ADDED), start=primary_inputs["imports"])
    complete = all(np.nan_to_num(primary_inputs[name], nan=0.0).any() for name in ADDED if name != "production_taxes")
    return Identity(sums.intermediate.sum(axis=1), rest, primary_inputs["output"], deficit=complete)


def row_identity(
    sums: FlowSums, final_uses: NDArray, output: NDArray, origins_known: bool, rows_hold_imports: bool
) -> Identity:
    """Intermediate + final uses + exports = gross output.

    Parameters
    ----------
    sums : FlowSums
    final_uses : ndarray, shape (m, n*)
        Final uses and exports by supplying region, or by using region where the suppliers are not known, money.
    output : ndarray, shape (m, n*)
        Gross output, money.
    origins_known : bool
        Whether `final_uses` are by supplying region. If not, only the national rows are known: the result has m = 1.
    rows_hold_imports : bool
        Whether uses may exceed output.

    Returns
    -------
    Identity
    """
    sold = sums.trade.sum(axis=2)
    used = sold.sum() + final_uses.sum()
    rows_hold_imports &= bool(np.isnan(output).any() or used <= IMPLAUSIBLE * output.sum())
    if origins_known:
        return Identity(sold, final_uses, output, excess=not rows_hold_imports)
    # what a region of unknown output supplies is in the uses, so that they may exceed the output that is known
    complete = not np.isnan(output).any()
    national = np.nansum(output, axis=0, keepdims=True)
    return Identity(
        sold.sum(axis=0, keepdims=True),
        final_uses.sum(axis=0, keepdims=True),
        national,
        excess=complete and not rows_hold_imports,
    )


def imbalances(
    columns: Identity, rows: Identity | None, sold: NDArray, used: NDArray | None = None
) -> tuple[Imbalance | None, Imbalance | None]:
    """Which of the two identities do not hold, and why.

    Parameters
    ----------
    columns : Identity
    rows : Identity, or None
        None where it is not to be judged.
    sold : ndarray, shape (m, n*)
        Sums over the flows of each row, money: what the columns would have if the flows were transposed.
    used : ndarray, shape (m, n*), or None
        Sums over the flows of each good by using region, money: what the columns would have if the flows between each
        two regions were transposed, sector by sector; None where it is not to be tried.

    Returns
    -------
    tuple of Imbalance or None
        Of the columns and of the rows; None where the identity holds.
    """
    column_fault = _judged(columns, sold, used)
    if rows is None:
        return column_fault, None
    national = len(rows.flows) < len(columns.flows)
    bought = columns.flows.sum(axis=0, keepdims=True) if national else columns.flows
    return column_fault, _judged(rows, bought, scale_rest=column_fault is None)


def _judged(
    identity: Identity, transposed: NDArray, within: NDArray | None = None, scale_rest: bool = False
) -> Imbalance | None:
    explained = explanation(identity, transposed, within, scale_rest)
    if explained or not identity.stops():
        return explained
    gap = identity.gap()
    too_little = np.clip(gap, 0, None).sum() <= 0.05 * np.abs(gap).sum()
    return Imbalance(identity, Cause.TOO_LITTLE if too_little and identity.deficit else Cause.UNKNOWN)


def explanation(
    identity: Identity, transposed: NDArray, within: NDArray | None = None, scale_rest: bool = False
) -> Imbalance | None:
    """Another reading of the tables with which an identity holds that does not hold as they are read.

    Parameters
    ----------
    identity : Identity
        Where more or less than output is no fault, nothing can be tried.
    transposed : ndarray, shape (m, n*)
        The sums over the flows, money, if the flows were transposed.
    within : ndarray, shape (m, n*), or None
        The same if the flows between each two regions were transposed, sector by sector.
    scale_rest : bool
        Whether the other terms may be in another unit than the output, and not the flows.

    Returns
    -------
    Imbalance or None
        With the identity as it is given, and the cause.
    """
    is_fault = identity.share() > EXPLAINED or identity.stops()
    if not (is_fault and identity.excess and identity.deficit):
        return None
    readings = [
        *_transpositions(identity, transposed, within),
        _as_reordered(identity),
        _as_rescaled(identity, scale_rest),
    ]
    fitting = next((one for one in readings if holds_instead(one.identity, identity)), None)
    return replace(fitting, identity=identity) if fitting else None


def holds_instead(reading: Identity, given: Identity) -> bool:
    """Whether an identity holds in another reading of the tables, and does not as they are given.

    Parameters
    ----------
    reading, given : Identity

    Returns
    -------
    bool
    """
    share = given.share()
    return (share > EXPLAINED or given.stops()) and reading.share() <= min(0.1 * share, 2 * NOTICED)


def _transpositions(identity: Identity, transposed: NDArray, within: NDArray | None) -> list[Imbalance]:
    """The flows transposed as a whole, within each pair of regions, and in those regions where it is nearer."""
    readings = [Imbalance(replace(identity, flows=transposed), Cause.TRANSPOSED)]
    if len(identity.flows) > 1:
        own = transposed if within is None else within
        if within is not None:
            readings.append(Imbalance(replace(identity, flows=within), Cause.WITHIN_PAIRS))
        gaps = [np.abs(one.gap()).sum(axis=1) for one in (identity, replace(identity, flows=own))]
        nearer = gaps[1] < gaps[0]
        mixed = replace(identity, flows=np.where(nearer[:, None], own, identity.flows))
        readings.append(Imbalance(mixed, Cause.TRANSPOSED, tuple(map(int, np.flatnonzero(nearer)))))
    return readings


def _as_reordered(identity: Identity) -> Imbalance:
    """The order of regions or of sectors in which the sums over the flows come nearest to what they have to be."""
    from scipy.optimize import linear_sum_assignment  # a large import, for tables that do not balance only

    m, n = identity.flows.shape
    expected = identity.output - identity.rest
    by_sector = identity.flows.reshape(n, m).T
    candidates = [Imbalance(replace(identity, flows=by_sector), Cause.BY_SECTOR)] if m > 1 and n > 1 else []
    for cause, axis in ((Cause.REGION_ORDER, 0), (Cause.SECTOR_ORDER, 1)):
        has, needs = np.moveaxis(identity.flows, axis, 0), np.moveaxis(expected, axis, 0)
        cost = np.stack([np.nan_to_num(np.abs(has[k] - needs), nan=0.0).sum(axis=1) for k in range(len(has))])
        order = linear_sum_assignment(cost)[1]
        moved = np.empty_like(identity.flows)
        np.moveaxis(moved, axis, 0)[order] = has
        candidates.append(Imbalance(replace(identity, flows=moved), cause, tuple(int(k) for k in order)))
    return _best(candidates)


def _as_rescaled(identity: Identity, scale_rest: bool) -> Imbalance:
    """The power of ten by which one of the tables would have to be multiplied."""
    changes: list[tuple[Cause, Callable[[float], Identity]]] = [
        (Cause.UNIT_OF_FLOWS, lambda factor: replace(identity, flows=identity.flows * factor)),
        (
            Cause.UNIT_OF_USES,
            lambda factor: replace(identity, flows=identity.flows * factor, rest=identity.rest * factor),
        ),
        (Cause.UNIT_OF_REST, lambda factor: replace(identity, rest=identity.rest * factor)),
    ]
    chosen = changes[2:] if scale_rest else changes[:2]
    return _best([Imbalance(change(factor), cause, factor=factor) for cause, change in chosen for factor in FACTORS])


def _best(candidates: list[Imbalance]) -> Imbalance:
    return min(candidates, key=lambda imbalance: imbalance.identity.share())


align(__name__)
