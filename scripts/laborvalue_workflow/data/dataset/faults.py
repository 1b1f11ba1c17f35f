"""The faults found in tables, gathered so that one message has them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laborvalue.errors import InputError
from laborvalue_workflow.data.policies import FaultPolicies, Policy

LISTED = 10


@dataclass(frozen=True)
class Found:
    """Where a fault is, and what was found and expected there.

    mask: of an array, or of the rows of a table; text: index (a tuple) -> what is found; expected: in words; place:
    index -> the positions on the axes, -1 where a key is unknown; the index itself by default.
    """

    mask: Any
    text: Callable
    expected: str
    place: Callable = tuple


class Faults:
    """The faults of one table: of every kind the first ones with their addresses, of all others the number.

    The screening of a dataset folder reads with a subclass that makes rows of what comes here.
    """

    def __init__(self, path, policies=None):
        self.path = path
        self.policies = policies or FaultPolicies.of_folder({})
        self.kinds = {}  # kind -> [number of faults, the first lines]

    def __bool__(self):
        return bool(self.kinds)

    def at(self, kind, mask, describe):
        """Add a fault for each place where the array `mask` is true; describe: index (a tuple) -> text."""
        import numpy as np

        count = int(np.count_nonzero(mask))
        if not count:
            return
        known = self.kinds.setdefault(kind, [0, []])
        known[0] += count
        for index in np.argwhere(mask)[: LISTED - len(known[1])].tolist():
            known[1].append(describe(tuple(index)))

    def handle(self, fault, account, found, axes, line, kind=None, block=None):
        """Handle a fault by its policy; returns the policy, None where there is no fault.

        fault, account: as in `FaultPolicies.of`; found: a `Found`; axes: what its indices are; line: index -> the
        message under `stop`; kind: as in `at`; block: what the screening names, if not the account. Under another
        policy nothing is said here: it is in the screening.
        """
        if not found.mask.any():
            return None
        policy = self.policies.of(fault, account)
        if policy == Policy.STOP:
            self.at(kind or f"{fault} {block or account}", found.mask, line)
        return policy

    def add(self, kind, *texts):
        """Add faults that are known as texts; none is no fault."""
        if not texts:
            return
        known = self.kinds.setdefault(kind, [0, []])
        known[0] += len(texts)
        known[1] += texts[: LISTED - len(known[1])]

    def stop(self):
        """Raise InputError if there is a fault: a line for each, at most LISTED, and at least one of every kind."""
        if not self.kinds:
            return
        shown = dict.fromkeys(self.kinds, 1)
        for kind, (_, lines) in self.kinds.items():
            free = LISTED - sum(shown.values())
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
