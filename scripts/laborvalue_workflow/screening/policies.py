"""What happens at a fault in a table: `import.faults` of the config, and `faults` of a dataset folder's dataset.yaml.

A fault of an account has one policy for all accounts, or one per account; an account that is not named has the
default, `missing` exclude and `negative` stop. `no_labor` has one for all sectors, or one per sector.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum


class Policy(StrEnum):
    """What a fault in a table leads to."""

    STOP = "stop"
    EXCLUDE = "exclude"
    ZERO = "zero"
    KEEP = "keep"


ACCOUNTS = (
    *("output", "compensation", "production_taxes", "depreciation", "operating_surplus", "imports", "hours"),
    *("flows", "final_demand", "exports"),
)
SIGNED = ("production_taxes", "operating_surplus")  # accounts that may be negative
USES = (
    *("rural_households", "urban_households", "households", "government", "fixed_capital_formation", "inventories"),
    "other",
)
MAY_BE_NEGATIVE = ("inventories", "fixed_capital_formation", "other", *SIGNED)
BY_ACCOUNT = {  # faults with a policy per account: the accounts
    "missing": ACCOUNTS,
    "negative": tuple(name for name in ACCOUNTS if name not in SIGNED),
}
CHOICES = {  # the policies of each fault
    "missing": (Policy.STOP, Policy.EXCLUDE, Policy.ZERO),
    "negative": (Policy.STOP, Policy.EXCLUDE, Policy.ZERO),
    "zero_output": (Policy.STOP, Policy.EXCLUDE),
    "no_labor": (Policy.STOP, Policy.EXCLUDE, Policy.ZERO),
    "imbalance": (Policy.STOP, Policy.EXCLUDE, Policy.KEEP),
    "unit": (Policy.STOP, Policy.KEEP),
}
BY_SECTOR = ("no_labor",)  # faults with a policy per sector
OTHERS = ""  # the sectors that such a policy does not name
UNNAMED = {"missing": Policy.EXCLUDE, "negative": Policy.STOP}  # of the accounts that a mapping does not name
# An output at or below this share of its region's is what is left of a balancing, not a sector. Of the 31 Chinese
# provinces in 2012 and 2017 the residuals are 1.5e-17 and 8.6e-18, the smallest sector 1.2e-6; in WIOD 2013 it is 4e-5.
RESIDUAL_OUTPUT = 1e-7


def account_of(block):
    """The account of a block of a table: a category of final demand belongs to final_demand; None for no account."""
    return "final_demand" if block in USES else block if block in ACCOUNTS else None


@dataclass(frozen=True)
class FaultPolicies:
    """The policy of every fault; `missing` and `negative` are a policy, or a mapping of accounts, `no_labor` of sectors
    and OTHERS.

    residual_output: share of its region's output at and below which an output counts as none; 0: never.
    text: the policy of a text where a number is expected, in an account that `missing` does not name; stopping: the
    accounts in which every fault stops.
    """

    missing: Policy | Mapping[str, Policy] = field(default_factory=dict)
    negative: Policy | Mapping[str, Policy] = field(default_factory=dict)
    zero_output: Policy = Policy.EXCLUDE
    no_labor: Policy | Mapping[str, Policy] = Policy.EXCLUDE
    imbalance: Policy = Policy.KEEP
    unit: Policy = Policy.STOP
    residual_output: float = RESIDUAL_OUTPUT
    text: Policy = Policy.EXCLUDE
    stopping: tuple[str, ...] = ()

    @classmethod
    def from_keys(cls, keys, **defaults):
        """The policies from a section of keys, in which any may be missing; `defaults` are those of such keys."""
        names = {one.name for one in fields(cls)} - {"residual_output", "text", "stopping"}
        given = {name: _policies(keys[name]) for name in names if name in keys}
        for name in BY_SECTOR:
            if isinstance(given.get(name), Mapping):
                given[name] = {OTHERS: defaults.get(name, Policy.EXCLUDE)} | given[name]
        if "residual_output" in keys:
            given["residual_output"] = float(keys["residual_output"])
        return cls(**defaults | given)

    @classmethod
    def of_folder(cls, keys):
        """The policies of a dataset folder: a missing row is unknown, all that is no number or impossible stops.

        The flows have no other policy, since every stage reads the stored array as it is.
        """
        return cls.from_keys(keys, text=Policy.STOP, no_labor=Policy.STOP, stopping=("flows",))

    def of(self, fault, block=None):
        """The policy of a fault in a block of a table, or in a sector. fault: a field of this class."""
        if block in self.stopping:
            return Policy.STOP
        chosen, otherwise = (self.missing, self.text) if fault == "text" else (getattr(self, fault), UNNAMED.get(fault))
        if not isinstance(chosen, Mapping):
            return Policy(chosen)
        if fault in BY_SECTOR:
            return chosen.get(block, chosen[OTHERS])
        return chosen.get(account_of(block), otherwise)

    def named_sectors(self, fault):
        """The sectors that have a policy of their own for a fault of BY_SECTOR."""
        chosen = getattr(self, fault)
        return tuple(key for key in chosen if key != OTHERS) if isinstance(chosen, Mapping) else ()


def _policies(value):
    return {str(name): Policy(text) for name, text in value.items()} if isinstance(value, Mapping) else Policy(value)


def wrong_policies(keys, faults):
    """A line for every wrong key, account or policy of a section of `faults`; the faults are those it may name."""
    if not isinstance(keys, Mapping):
        return [f"faults is {keys!r}; expected a section of the keys {', '.join(faults)}"]
    lines = [f"faults.{key} is no key; expected {', '.join(faults)}" for key in keys if key not in faults]
    for fault in (name for name in faults if name in keys):
        value = keys[fault]
        if fault == "residual_output":
            if not _is_share(value):
                lines.append(f"faults.{fault} is {value!r}; expected a share of the region's output from 0 to below 1")
            continue
        named = value if isinstance(value, Mapping) and fault in (*BY_ACCOUNT, *BY_SECTOR) else {None: value}
        for account, policy in named.items():
            if account is not None and fault in BY_ACCOUNT and account not in BY_ACCOUNT[fault]:
                lines.append(f"faults.{fault}.{account} is no account; expected {', '.join(BY_ACCOUNT[fault])}")
            elif policy not in CHOICES[fault]:
                key = fault if account is None else f"{fault}.{account}"
                lines.append(f"faults.{key} is {policy!r}; expected {' or '.join(CHOICES[fault])}")
    return lines


def _is_share(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1
