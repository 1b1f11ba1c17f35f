"""One year's table as published, and the aggregation of its sectors to the dataset's.

Shapes: m regions, n published sectors, n* sectors of the dataset. Money is in the file's unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from laborvalue_workflow.importers.units import Statement
from laborvalue_workflow.screening.findings import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

BY_CELL = ("output", "error", "hours", "inflow", "outflow", "foreign_imports", "foreign_exports")
PRIMARY = ("compensation", "production_taxes", "depreciation", "operating_surplus", "imports")


@dataclass(frozen=True)
class PublishedTable:
    """What every reader returns: a table with its gaps and faults, NaN where there is no number.

    The screening cleans its arrays in place.
    """

    sectors: Sequence[str]  # published codes, for addresses
    targets: Sequence[str]  # the dataset's sector of each
    block: Callable[[int], NDArray]  # d -> (n, m, n): what region d supplies of each good to each region's sectors
    final: dict[str, NDArray]  # category -> (m, n, m) supplier, good, user, or (m, n) by using region
    exports: NDArray  # (m, n)
    primary: dict[str, NDArray]  # PRIMARY -> (m, n)
    output: NDArray | None = None  # (m, n) as printed; None where output is the row sum
    error: NDArray | None = None  # (m, n): the statistical error ERR
    hours: NDArray | None = None  # (m, n)
    texts: dict[tuple, str] = field(
        default_factory=dict
    )  # (block, index) -> what is there and no number, as it is shown
    totals: dict[str, tuple[NDArray, NDArray]] = field(default_factory=dict)  # name -> (printed, computed), one shape
    notes: list[Note] = field(default_factory=list)  # what a reader of the screening must know
    units: list[Statement] = field(default_factory=list)  # what the files state of their units
    layout: str = "domestic"  # or "competitive": do rows hold imports and inflows?
    inflow: NDArray | None = None  # (m, n) from other regions, as outflow to them; None where it is not known
    outflow: NDArray | None = None
    foreign_imports: NDArray | None = None  # (m, n), as foreign_exports
    foreign_exports: NDArray | None = None

    def __post_init__(self):
        shape = self.exports.shape
        if missing := [name for name in PRIMARY if name not in self.primary]:
            raise ValueError(f"primary lacks {', '.join(missing)}")
        if len(self.sectors) != shape[1] or len(self.targets) != shape[1]:
            raise ValueError(f"{len(self.sectors)} sectors and {len(self.targets)} targets; expected {shape[1]}")
        for name, amounts in (self.primary | {name: getattr(self, name) for name in BY_CELL}).items():
            if amounts is not None and amounts.shape != shape:
                raise ValueError(f"{name} has the shape {amounts.shape}; expected {shape}")
        for name, amounts in self.final.items():
            if amounts.shape not in (shape, (*shape, shape[0])):
                raise ValueError(f"{name} has the shape {amounts.shape}; expected {shape} or {(*shape, shape[0])}")

    def scaled(self, factor):
        """The table with all money that a region supplies, makes or buys times its factor (m,)."""

        def of(amounts):
            return None if amounts is None else amounts * factor.reshape(-1, *[1] * (amounts.ndim - 1))

        return replace(
            self,
            block=lambda d: self.block(d) * factor[d],
            final={name: of(amounts) for name, amounts in self.final.items()},
            exports=of(self.exports),
            primary={name: of(amounts) for name, amounts in self.primary.items()},
            totals={name: (of(printed), of(computed)) for name, (printed, computed) in self.totals.items()},
            **{name: of(getattr(self, name)) for name in BY_CELL if name != "hours"},
        )


class SectorAggregation:
    """Sums published sectors into the dataset's sectors along one axis; n -> n*."""

    def __init__(self, targets, sectors):
        positions = [sectors.index(target) for target in targets]
        self.first = [positions.index(k) for k in range(len(sectors))]
        self.further = [(source, k) for source, k in enumerate(positions) if self.first[k] != source]
        self.same = positions == [*range(len(sectors))]

    def __call__(self, array, axis=1):
        import numpy as np

        if self.same:
            return array
        # most sectors only move: taking them and adding the few others is ten times as fast as np.add.reduceat
        aggregated = np.take(array, self.first, axis=axis)
        before = (slice(None),) * axis
        for source, k in self.further:
            aggregated[*before, k] += array[*before, source]
        return aggregated

    def any(self, mask):
        """A mask (m, n) by published sector -> (m, n*): whether any of those summed is True."""
        return self(mask.astype(int)) > 0
