"""How far two estimates of the same may lie apart, and how far those of a cross-check do.

Nothing here needs numpy: the end of a run reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The largest relative difference of two computations of the same that needs no word.
TOLERANCES = {"estimate": 1e-8, "std_error": 1e-6}
# A row of a cross-check: what is estimated, this project's numbers, the other's, and how far apart they are.
KEYS = ("table", "column", "stage", "dependent", "term")
NUMBERS = ("estimate", "std_error", "n")
OTHERS = tuple(f"{name}_linearmodels" for name in NUMBERS)
DIFFERENCES = tuple(f"{name}_difference" for name in TOLERANCES)
CROSSCHECK = (*KEYS, *NUMBERS, *OTHERS, *DIFFERENCES)


@dataclass(frozen=True)
class Apart:
    """The row in which two computations of the same lie furthest apart.

    Attributes
    ----------
    place
        Table, column and term, as in "Table 3 (1) ddr".
    difference
        Relative to the other's.
    """

    place: str
    difference: float


@dataclass(frozen=True)
class CrosscheckAgreement:
    """What a cross-check found.

    Attributes
    ----------
    rows
        The number of terms and tests compared.
    largest
        Where estimates and standard errors lie furthest apart, by their names; without those that no row has.
    faults
        What does not agree, a text each.
    """

    rows: int
    largest: dict[str, Apart]
    faults: list[str]


def crosscheck_agreement(rows: Sequence[Mapping[str, Any]]) -> CrosscheckAgreement:
    """Sum up a cross-check.

    Parameters
    ----------
    rows
        Dicts with the names of `CROSSCHECK`; a missing number is None.

    Returns
    -------
    CrosscheckAgreement
        Its faults are numbers that only one side has, differences above `TOLERANCES`, and another n.
    """
    largest: dict[str, Apart] = {}
    faults = []
    for row in rows:
        place = f"Table {row['table']} ({row['column']}) {row['term']}"
        for name, tolerance in TOLERANCES.items():
            ours, other, difference = row[name], row[f"{name}_linearmodels"], row[f"{name}_difference"]
            if difference is not None and (name not in largest or difference > largest[name].difference):
                largest[name] = Apart(place, difference)
            one_sided = difference is None and (ours is None) != (other is None)
            if one_sided or (difference is not None and difference > tolerance):
                faults.append(f"{place}: {name} is {shown(ours)}, by linearmodels {shown(other)}")
        if row["n"] != row["n_linearmodels"]:
            faults.append(f"{place}: n is {shown(row['n'])}, by linearmodels {shown(row['n_linearmodels'])}")
    return CrosscheckAgreement(len(rows), largest, faults)


def shown(number: float | None) -> str:
    """A number with enough digits to see a difference, "missing" for none."""
    return "missing" if number is None else f"{number:.12g}"
