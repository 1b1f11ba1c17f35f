"""The open choices of the method, their alternatives, and the readings drawn from them.

A reading is one alternative of every choice. Reading 0 is the run's own; then come those that differ from it in one
choice; then a sample of the full cross. Nothing here needs numpy: the workflow is planned with it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, product
from math import prod
from typing import Any

from laborvalue.errors import InputError

# A cross of at most this many times the sample is listed; from a larger one readings are drawn one by one.
LISTED = 50
# Transformations of a dataset that no key of the config names.
SECTORS, HOURS = "sectors", "hours"


class Level(StrEnum):
    """How far upstream a choice reaches: what has to be computed again under another alternative."""

    VALUES = "values"
    PANELS = "panels"
    ESTIMATES = "estimates"


LEVEL_OF = {
    "values": Level.VALUES,
    "prices": Level.VALUES,
    SECTORS: Level.VALUES,
    HOURS: Level.VALUES,
    "indicators": Level.PANELS,
    "regressions": Level.ESTIMATES,
}


def level_of(name: str) -> Level:
    """How far upstream the choice of that name reaches."""
    return LEVEL_OF[name.partition(".")[0]]


class Kind(StrEnum):
    """Why a reading is among the readings."""

    RUN = "run"
    SINGLE = "single"
    SAMPLE = "sample"


@dataclass(frozen=True)
class Alternative:
    """One alternative of a choice.

    Attributes
    ----------
    name
        How results name it.
    value
        What the config's key, or the transformation, is set to.
    weight
        How likely it is by the grade of the choice; the weights of a choice sum to 1.
    """

    name: str
    value: Any
    weight: float

    @cached_property
    def text(self) -> str:
        """The value as canonical JSON."""
        return json.dumps(self.value, sort_keys=True)


@dataclass(frozen=True)
class Choice:
    """One open choice.

    Attributes
    ----------
    name
        A dotted key of the config, `sectors` or `hours`.
    decides
        What it decides, in one sentence.
    grade
        How sure the method is of its first alternative.
    alternatives
        At least two, the method's own first.
    """

    name: str
    decides: str
    grade: str
    alternatives: tuple[Alternative, ...]

    @property
    def level(self) -> Level:
        """What has to be computed again under another alternative."""
        return level_of(self.name)

    def place(self, value: Any) -> int | None:
        """The position of the alternative that has a value; None where there is none."""
        same = _unordered(value)
        return next((k for k, one in enumerate(self.alternatives) if _unordered(one.value) == same), None)


@dataclass(frozen=True)
class Incompatible:
    """Alternatives of two choices that cannot be taken together.

    Attributes
    ----------
    first, second
        The names of two choices.
    of_first, of_second
        The names of their alternatives, each of the one with each of the other.
    because
        The reason, for readers.
    """

    first: str
    of_first: tuple[str, ...]
    second: str
    of_second: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class Choices:
    """The open choices as a file lists them.

    Attributes
    ----------
    choices
        In the order of the file.
    incompatible
        What cannot be taken together.
    """

    choices: tuple[Choice, ...]
    incompatible: tuple[Incompatible, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One reading: an alternative of every choice.

    Attributes
    ----------
    number
        Its number; 0 is the run's own.
    kind
        Why it is there.
    places
        The position of its alternative in every choice.
    differs
        The number of choices in which it is unlike the run.
    weight
        The product of the weights of its alternatives.
    importance
        weight / chance of being drawn, up to a factor that all readings share; 0 for a reading that was not drawn.
    left_out
        Why it is not computed; empty where it is.
    """

    number: int
    kind: Kind
    places: tuple[int, ...]
    differs: int
    weight: float
    importance: float
    left_out: str = ""


def weights_of(grade_weight: float | None, count: int) -> list[float]:
    """The weights of the alternatives of a choice, the method's own first; all alike without a weight for it."""
    if grade_weight is None or count == 1:
        return [1 / count] * count
    return [grade_weight] + [(1 - grade_weight) / (count - 1)] * (count - 1)


class Space:
    """The readings that a run can take: the choices with its own settings among the alternatives, and the limits."""

    def __init__(
        self,
        choices: Choices,
        settings: Mapping[str, Mapping[str, Any]],
        limits: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """Place a run among the readings.

        Parameters
        ----------
        choices
            The open choices.
        settings
            The run's config by section. `sectors` and `hours` are those of the dataset: their first alternative.
        limits
            By choice and alternative, why the dataset cannot take it.
        """
        completed = [_with_own(choice, settings) for choice in choices.choices]
        self.choices = tuple(choice for choice, _ in completed)
        self.own = tuple(place for _, place in completed)
        self.settings = settings
        self.incompatible = choices.incompatible
        self.limits = dict(limits or {})
        self._pairs = [self._placed(pair) for pair in choices.incompatible]
        self._open = [
            [k for k, one in enumerate(choice.alternatives) if k == own or (choice.name, one.name) not in self.limits]
            for choice, own in zip(self.choices, self.own, strict=True)
        ]
        self._chances = [
            _chances([choice.alternatives[k].weight for k in possible])
            for choice, possible in zip(self.choices, self._open, strict=True)
        ]
        self._bases = {level: self._base(level) for level in Level}

    def clash(self, places: Sequence[int]) -> str:
        """Why the alternatives of a reading cannot be taken together; empty where they can."""
        for (i, of_i, k, of_k), pair in zip(self._pairs, self.incompatible, strict=True):
            if places[i] in of_i and places[k] in of_k:
                taken = f"{pair.first} {self._name(i, places[i])} with {pair.second} {self._name(k, places[k])}"
                return f"incompatible: {taken}: {pair.because}"
        return ""

    def refuse_own_clash(self) -> None:
        """Refuse a run whose own choices are an incompatible pair, around which there are no readings.

        Raises
        ------
        InputError
            With the pair and the reason.
        """
        if clash := self.clash(self.own):
            raise InputError(f"readings: this run's own choices are {clash}; change one of the two, or the file's pair")

    def readings(self, sample: int, seed: int) -> list[Reading]:
        """All readings of a run.

        Parameters
        ----------
        sample
            How many are drawn from the full cross, beside the run's own and those that differ in one choice. All of
            them where the cross has no more.
        seed
            Of the draws. They depend on it and on the choices, on nothing else.
        """
        found = [(Kind.RUN, self.own, "")]
        for i, choice in enumerate(self.choices):
            for k, one in enumerate(choice.alternatives):
                if k != self.own[i]:
                    places = (*self.own[:i], k, *self.own[i + 1 :])
                    found.append((Kind.SINGLE, places, self.limits.get((choice.name, one.name)) or self.clash(places)))
        taken = {places for _, places, _ in found}
        cross = prod(map(len, self._open))
        listed = cross <= LISTED * max(sample, 1)
        possible = [p for p in product(*self._open) if p not in taken and not self.clash(p)] if listed else []
        if listed and len(possible) > sample:
            possible.sort(key=lambda places: hashlib.sha256(f"{seed} {places}".encode()).digest())
        drawn = possible[:sample] if listed else self._drawn(taken, sample, seed)
        found += [(Kind.SAMPLE, places, "") for places in drawn]
        whole = listed and len(possible) <= sample
        return [self._reading(number, *one, cross, listed, whole) for number, one in enumerate(found)]

    def key(self, reading: Reading, level: Level) -> str:
        """A short digest of the choices that reach a level: readings that share it share its file; empty for the run's.

        The settings that no choice names count too, and so do those of the levels before.
        """
        reached = [k for k, choice in enumerate(self.choices) if _reaches(choice.level, level)]
        if all(reading.places[k] == self.own[k] for k in reached):
            return ""
        names = (f"{self.choices[k].name}={self.choices[k].alternatives[reading.places[k]].text}" for k in reached)
        return hashlib.sha256("\n".join((self._bases[level], *names)).encode()).hexdigest()[:12]

    def changes(self, reading: Reading, level: Level) -> dict[str, Any]:
        """What a reading sets otherwise than the run, of the choices that reach a level: value by choice."""
        return {
            choice.name: choice.alternatives[place].value
            for choice, place, own in zip(self.choices, reading.places, self.own, strict=True)
            if place != own and _reaches(choice.level, level)
        }

    def alternatives(self, reading: Reading) -> dict[str, str]:
        """The names of its alternatives by choice."""
        return {
            choice.name: choice.alternatives[place].name
            for choice, place in zip(self.choices, reading.places, strict=True)
        }

    def _reading(
        self, number: int, kind: Kind, places: tuple[int, ...], left_out: str, cross: int, listed: bool, whole: bool
    ) -> Reading:
        pairs = list(zip(self.choices, places, strict=True))
        weight = prod(choice.alternatives[place].weight for choice, place in pairs)
        differs = sum(place != own for place, own in zip(places, self.own, strict=True))
        importance = 0.0
        if not left_out and (kind == Kind.SAMPLE or whole):
            # a listed cross gives every reading the same chance, a larger one the mean of 1 / cross and the weight
            importance = weight if listed else weight / (0.5 / cross + 0.5 * self._chance(places))
        return Reading(number, kind, places, differs, weight, importance, left_out)

    def _chance(self, places: tuple[int, ...]) -> float:
        """The weight of a reading among those that the dataset can take."""
        return prod(
            chances[possible.index(place)]
            for chances, place, possible in zip(self._chances, places, self._open, strict=True)
        )

    def _drawn(self, taken: set[tuple[int, ...]], sample: int, seed: int) -> list[tuple[int, ...]]:
        """A sample without repetition from a cross that is too large to be listed.

        Every other draw takes the alternatives with equal chances, the draws between with their weights: a share of
        the readings then has a small error with and without weights.
        """
        found: list[tuple[int, ...]] = []
        known = set(taken)
        for number in range(1000 * sample):
            if len(found) == sample:
                break
            places = self._draw(f"{seed} {number}", weighted=bool(number % 2))
            if places not in known and not self.clash(places):
                known.add(places)
                found.append(places)
        return found

    def _draw(self, text: str, weighted: bool) -> tuple[int, ...]:
        """A reading from a digest: no generator of random numbers, whose sequence may change with a version."""
        uniform = _uniform(text)
        places = []
        for chances, possible in zip(self._chances, self._open, strict=True):
            bounds = accumulate(chances if weighted else [1 / len(possible)] * len(possible))
            drawn = next(uniform)
            places.append(next((k for k, bound in zip(possible, bounds, strict=True) if drawn < bound), possible[-1]))
        return tuple(places)

    def _placed(self, pair: Incompatible) -> tuple[int, set[int], int, set[int]]:
        names = [choice.name for choice in self.choices]
        i, k = names.index(pair.first), names.index(pair.second)
        first, second = (
            {place for place, one in enumerate(self.choices[at].alternatives) if one.name in of}
            for at, of in ((i, pair.of_first), (k, pair.of_second))
        )
        return i, first, k, second

    def _name(self, choice: int, place: int) -> str:
        return self.choices[choice].alternatives[place].name

    def _base(self, level: Level) -> str:
        """The run's settings that reach a level, those of the choices left out."""
        named = {choice.name for choice in self.choices}
        reached = {
            f"{section}.{key}": value
            for section, keys in self.settings.items()
            if section in LEVEL_OF and _reaches(LEVEL_OF[section], level)
            for key, value in keys.items()
            if f"{section}.{key}" not in named
        }
        return json.dumps(reached, sort_keys=True)


def _with_own(choice: Choice, settings: Mapping[str, Mapping[str, Any]]) -> tuple[Choice, int]:
    """A choice with the run's own setting among its alternatives, and the position of that."""
    if choice.name in (SECTORS, HOURS):
        return choice, 0
    section, _, key = choice.name.partition(".")
    value = settings[section][key]
    place = choice.place(value)
    if place is not None:
        return choice, place
    # what the run has set beside the listed alternatives is as likely as the least likely of them
    weight = min(one.weight for one in choice.alternatives)
    own = Alternative(json.dumps(value).strip('"'), value, weight)
    listed = [*choice.alternatives, own]
    scaled = tuple(Alternative(one.name, one.value, one.weight / (1 + weight)) for one in listed)
    return Choice(choice.name, choice.decides, choice.grade, scaled), len(scaled) - 1


def _unordered(value: Any) -> Any:
    """A value in which the order of a list does not count: a list of keys names a set."""
    return sorted(value) if isinstance(value, list) else value


def _chances(weights: Sequence[float]) -> list[float]:
    """Weights as shares of their sum; equal shares where all are 0."""
    total = sum(weights)
    return [weight / total if total else 1 / len(weights) for weight in weights]


def _reaches(level: Level, below: Level) -> bool:
    order = list(Level)
    return order.index(level) <= order.index(below)


def _uniform(text: str) -> Iterator[float]:
    """Numbers from 0 to below 1, one after the other, from the digests of a text."""
    block = 0
    while True:
        digest = hashlib.sha512(f"{text} {block}".encode()).digest()
        for start in range(0, len(digest), 4):
            yield int.from_bytes(digest[start : start + 4], "big") / 2**32
        block += 1
