"""From what a check finds to what is done about it: the one place where a policy decides, and where it is recorded.

A check yields a `Fault`: what is wrong, and at which places. `Handling.handle` asks for its policy (`import.faults` of
the config, or `faults` of a dataset folder): `stop` ends the run when the tables of all years are screened, and counts
as `exclude` until then; `exclude` leaves out the accounts of the region-sector, so that the region is excluded with a
reason; `zero` sets the cell to 0; `keep` changes nothing. A `Screening` keeps a row for every place: no zero is silent.
`TableFaults` keeps what stops the reading of one table, for one message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from laborvalue.errors import InputError
from laborvalue_workflow.screening.findings import Check, Done, Finding
from laborvalue_workflow.screening.policies import FaultPolicies, Policy

LISTED = 20_000  # places of one fault in one block in the csv, more than region-sectors; further ones are counted
LINES = 10  # of the message about a table


class Axes(StrEnum):
    """What the indices of an array stand for: the keys in the address of one of its cells."""

    FLOWS = "origin_region origin_sector region sector"
    FINAL = "origin_region origin_sector region"
    CELL = "region sector"
    REGION = "region"


@dataclass(frozen=True)
class Fault:
    """The same fault at some places of a block of a table, as a check finds it.

    check, block: as in a `Finding`; axes: `Axes`, of the places; mask: of an array, true at the places, or of the rows
    of a table; text: index (a tuple) -> what is found; expected: in words; excluded, zeroed: what `exclude` and `zero`
    do here. offset: the first indices of every place, before those of the mask; order: all indices, in another order
    than that of the mask. account: whose policy counts, or the sector, if not the block; policy: its name, if not the
    check's; place: index -> the positions on the axes, -1 where a key is unknown, if not the index itself; line: index
    -> the message about one table; kind: under which such messages are counted.
    """

    check: Check
    block: str
    axes: Axes
    mask: Any
    text: Callable
    expected: str
    excluded: Done = Done.EXCLUDED
    offset: tuple[int, ...] = ()
    order: Any = None
    account: str | None = None
    policy: str | None = None
    place: Callable | None = None
    line: Callable | None = None
    kind: str | None = None
    zeroed: Done = Done.SET_TO_ZERO

    @property
    def indices(self):
        """Where the mask is true, (k, number of axes)."""
        import numpy as np

        if self.order is not None:
            return self.order
        indices = np.argwhere(self.mask)
        return np.hstack([np.tile(np.array(self.offset, dtype=int), (len(indices), 1)), indices])


class Handling:
    """Handles faults by the FaultPolicies."""

    def __init__(self, policies):
        self.policies = policies

    def handle(self, fault):
        """Record a fault with what is done about it; returns the policy that counts, None where there is no fault."""
        if not fault.mask.any():
            return None
        policy = self.policies.of(fault.policy or fault.check, fault.block if fault.account is None else fault.account)
        done = {Policy.STOP: Done.STOPPED, Policy.EXCLUDE: fault.excluded, Policy.ZERO: fault.zeroed}
        self.record(fault, done.get(policy, Done.KEPT))
        return Policy.EXCLUDE if policy == Policy.STOP else policy

    def record(self, fault, done):
        """Keep the fault."""
        raise NotImplementedError


class Screening(Handling):
    """The findings of one year's screening, and the region-sectors that its policies leave out.

    source: the tables' files, for the page; regions, sectors: dicts of columns with the keys (`region`, `sector`) and
    `name`; the sectors are the published ones until `aggregate`. `lost` (m, n): region-sectors whose accounts are left
    out; `lost_accounts`, account -> (m, n): those of which one account is not known; `lost_hours` (m, n): those without
    hours only.
    """

    def __init__(self, source, year, regions, sectors, policies):
        import numpy as np

        super().__init__(policies)
        self.source, self.year = source, year
        self.keys, self.names = _labels(regions, sectors)
        self.findings, self.notes = [], []
        self.listed = {}  # (check, block) -> number of places in the findings
        self.negatives = {}  # block -> [number of cells below 0, their sum], as found
        self.lost = np.zeros((len(regions["region"]), len(sectors["sector"])), dtype=bool)
        self.lost_hours = self.lost.copy()
        self.lost_accounts = {}

    def aggregate(self, aggregation, regions, sectors):
        """From published sectors to the dataset's: a sector is lost where any of its parts is."""
        self.lost, self.lost_hours = aggregation.any(self.lost), aggregation.any(self.lost_hours)
        self.lost_accounts = {account: aggregation.any(lost) for account, lost in self.lost_accounts.items()}
        self.keys, self.names = _labels(regions, sectors)

    def add(self, check, block, found, expected, done, axes=None, index=(), **more):
        """Add a finding at an index of the axes, or without a place."""
        texts = dict(self._located(self.keys, axes, index)) | {"where": self.where(axes, index)}
        texts |= {"found": found, "expected": expected, "done": done}
        self.findings.append(Finding(str(self.year), check, block, **texts, **more))

    def _located(self, labels, axes, index):
        names = axes.split() if axes else ()
        return [(axis, labels[axis.split("_")[-1]][k]) for axis, k in zip(names, index, strict=True)]

    def where(self, axes, index):
        """An index as keys and names, for a reader."""
        located = self._located(self.names, axes, index)
        parts = [[name for axis, name in located if axis.startswith("origin") == origin] for origin in (True, False)]
        return " -> ".join(", ".join(names) for names in parts if names)

    def record(self, fault, done):
        """Add a finding for each place, at most LISTED for one fault in one block; the others are counted."""
        places, text = fault.indices, fault.text
        if fault.place:
            texts = {fault.place(index): fault.text(index) for index in map(tuple, places.tolist())}
            places = [place for place in texts if min(place) >= 0]  # an unknown key is a fault of its own
            text = texts.get
        left = LISTED - self.listed.get((fault.check, fault.block), 0)
        shown = [tuple(map(int, place)) for place in places[:left]]
        for place in shown:
            self.add(fault.check, fault.block, text(place), fault.expected, done, fault.axes, place)
        self.listed[fault.check, fault.block] = LISTED - left + len(shown)
        if len(places) > left:
            self.add(fault.check, fault.block, "", fault.expected, done, more=len(places) - left)

    def count_negatives(self, block, amounts):
        """Count the cells below 0 of a block, as found; the counts of a block that comes in parts are added."""
        import numpy as np

        counted = self.negatives.setdefault(block, [0, 0.0])
        if amounts.size and not amounts.min() >= 0:  # a NaN is not 0 or more either
            below = amounts[amounts < 0]
            counted[0] += below.size
            counted[1] += float(below[np.isfinite(below)].sum())

    def lose(self, indices, account=None):
        """Leave out the accounts of these region-sectors (k, 2), or one account of them."""
        import numpy as np

        lost = self.lost if account is None else self.lost_accounts.setdefault(account, np.zeros_like(self.lost))
        lost[tuple(np.asarray(indices, dtype=int).T)] = True

    @property
    def incomplete(self):
        """Region-sectors (m, n) with an account that is not known."""
        import numpy as np

        return np.logical_or.reduce([self.lost, *self.lost_accounts.values()])


def _labels(regions, sectors):
    keys = {"region": regions["region"], "sector": sectors["sector"]}
    called = {"region": regions["name"], "sector": sectors["name"]}
    names = {
        axis: [key if key == name else f"{key} {name}" for key, name in zip(keys[axis], called[axis], strict=True)]
        for axis in keys
    }
    return keys, names


class TableFaults(Handling):
    """The faults of one table. Of every kind the first lines are kept, of all others the number, for one message.

    screening: a Screening that gets them instead, as findings; then nothing raises, and no fault keeps the rest of the
    tables from being read.
    """

    def __init__(self, path, policies=None, screening=None):
        super().__init__(policies or FaultPolicies.of_folder({}))
        self.path, self.screening = path, screening
        self.kinds = {}  # kind -> [number of faults, the first lines]

    def __bool__(self):
        return bool(self.kinds)

    def record(self, fault, done):
        """Keep the lines of a fault that stops; under another policy it is in the screening only."""
        if self.screening:
            self.screening.record(fault, done)
        elif done == Done.STOPPED:
            self.at(fault.kind or f"{fault.policy or fault.check} {fault.block}", fault.mask, fault.line)

    def at(self, kind, mask, describe):
        """Add a fault for each place where the array `mask` is true; describe: index (a tuple) -> text."""
        import numpy as np

        if count := int(np.count_nonzero(mask)):
            free = LINES if self.screening else LINES - len(self.kinds.get(kind, (0, ()))[1])
            first = [describe(tuple(index)) for index in np.argwhere(mask)[:free].tolist()]
            self._keep(kind, first, count)

    def add(self, kind, *texts):
        """Add faults that are known as texts; none is no fault."""
        if texts:
            self._keep(kind, texts, len(texts))

    def _keep(self, kind, lines, count):
        if self.screening:
            block = Path(self.path).stem
            for line in lines:
                self.screening.add(Check.KEY, block, line, "", Done.STOPPED)
            if count > len(lines):
                self.screening.add(Check.KEY, block, "", kind, Done.STOPPED, more=count - len(lines))
            return
        kept = self.kinds.setdefault(kind, [0, []])
        kept[0] += count
        kept[1] += lines[: LINES - len(kept[1])]

    def stop(self):
        """Raise InputError if there is a fault: a line for each, at most LINES, and at least one of every kind."""
        if not self.kinds:
            return
        shown = dict.fromkeys(self.kinds, 1)
        for kind, (_, lines) in self.kinds.items():
            free = LINES - sum(shown.values())
            shown[kind] = min(len(lines), 1 + max(free, 0))
        lines = [line for kind, (_, lines) in self.kinds.items() for line in lines[: shown[kind]]]
        more = sum(count for count, _ in self.kinds.values()) - len(lines)
        lines += [f"and {more} more faults"] if more else []
        raise InputError("\n".join(f"{self.path}: {line}" for line in lines))


class Attempts:
    """Calls that may raise InputError: all are made, and `stop` raises one error with what they all said."""

    def __init__(self):
        self.messages = []

    def __bool__(self):
        return bool(self.messages)

    def __call__(self, call, *arguments, **named):
        """What `call` returns, None where it raises InputError."""
        try:
            return call(*arguments, **named)
        except InputError as error:
            self.messages.append(str(error))
            return None

    def stop(self):
        """Raise InputError if a call did."""
        if self.messages:
            raise InputError("\n".join(self.messages))
