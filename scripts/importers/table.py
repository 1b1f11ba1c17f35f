"""One year's table as published, and its folding to the dataset's sectors.

Shapes: m regions, n published sectors, n* sectors of the dataset. Money in the file's unit throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

PRIMARY = ("compensation", "production_taxes", "depreciation", "operating_surplus", "imports")


@dataclass
class Table:
    """What every reader returns: a table with its gaps and faults, NaN where there is no number.

    block: d -> (n, m, n), what region d supplies of each good to each region's sectors; `final`: category ->
    (m, n, m) with origins (supplier, good, user) or (m, n) by using region; `primary`: PRIMARY -> (m, n);
    `output` (m, n), or None where output is the row sum; `error` (m, n), the statistical ERR column, or None;
    `hours` (m, n) or None; `texts`: (block, index) -> the text found where a number belongs;
    `totals`: name -> (printed, computed), arrays of one shape; `notes`: what a reader of the screening must know.
    """

    sectors: list  # published codes, for addresses
    targets: list  # the dataset's sector of each
    block: Callable
    final: dict
    exports: np.ndarray
    primary: dict
    output: np.ndarray | None = None
    error: np.ndarray | None = None
    hours: np.ndarray | None = None
    texts: dict = field(default_factory=dict)
    totals: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


class Folding:
    """Sums published sectors into the dataset's sectors along one axis; n -> n*."""

    def __init__(self, targets, sectors):
        positions = [sectors.index(target) for target in targets]
        self.first = [positions.index(k) for k in range(len(sectors))]
        self.further = [(source, k) for source, k in enumerate(positions) if self.first[k] != source]
        self.same = positions == [*range(len(sectors))]

    def __call__(self, array, axis=1):
        if self.same:
            return array
        # most sectors only move: taking them and adding the few others is ten times as fast as np.add.reduceat
        folded = np.take(array, self.first, axis=axis)
        before = (slice(None),) * axis
        for source, k in self.further:
            folded[*before, k] += array[*before, source]
        return folded

    def any(self, mask):
        """A mask (m, n) by published sector -> (m, n*): any of those summed."""
        return self(mask.astype(int)) > 0
