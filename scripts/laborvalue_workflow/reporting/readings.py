"""How much the conclusions of a run depend on the readings: the numbers of the report's chapter.

The numbers come from the files in readings/. A slope holds where it has the published sign and significance in nearly
all readings, and fails where it has them in hardly any; between the two it depends on the reading.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.verdicts import Slope, verdicts
from laborvalue_workflow.reporting.words import Words

NEARLY_ALL, HARDLY_ANY = 0.9, 0.1  # shares of readings
NAMED = 3  # changes of a reading that a text names; further ones are counted
SAME = 1e-6  # two estimates of one slope that differ by less are the same
DECIMALS = re.compile(r"\d+\.\d+")
NEAREST = 10  # readings that a figure and a table name
OWN = "the run’s own"


class Holding(StrEnum):
    """Whether a slope is as published whatever the reading."""

    HOLDS = "holds"
    DEPENDS = "depends on the reading"
    FAILS = "does not hold"
    NOT_ESTIMATED = "not estimated"


class ReadingsHead(StrEnum):
    """The answer to a hypothesis in a few words."""

    HOLDS = "Holds"
    IN_PART = "Holds in part"
    DEPENDS = "Depends on the reading"
    FAILS = "Does not hold"
    NOT_ESTIMATED = "Not estimated"


@dataclass(frozen=True)
class Readings:
    """The rows of the files in readings/ that the chapter rests on.

    Attributes
    ----------
    choices
        Reading, choice, alternative: every choice of every reading; reading 0 is the run's own.
    register
        Reading, kind (run, single or sample), weight, differs (number of choices unlike the run's).
    agreement
        Per slope that tests a hypothesis: shares of the readings, median and its interval.
    influence
        Per slope and choice: the range that the slope moves, and the choice's share of its variance.
    distance
        Per reading: distances to the published numbers, the total and the rank.
    left_out
        Reading, table, column, reason; table and column are None where the whole reading is left out.
    own
        The estimates of reading 0: table, column, term, estimate.
    """

    choices: Rows
    register: Rows
    agreement: Rows
    influence: Rows
    distance: Rows
    left_out: Rows
    own: Rows


@dataclass(frozen=True)
class SlopeReadings:
    """One slope that tests a hypothesis, over the readings.

    Attributes
    ----------
    hypothesis
        The number of the hypothesis.
    slope
        Its table, column, name and published number.
    shares
        Its row of agreement.csv; None where no reading has the slope.
    decisive
        The choice with the largest share of the slope's variance over the sample, with that share; None if none has.
    """

    hypothesis: int
    slope: Slope
    shares: Mapping[str, Any] | None
    decisive: tuple[str, float] | None

    @property
    def holding(self) -> Holding:
        """Whether it is as published whatever the reading."""
        if self.shares is None:
            return Holding.NOT_ESTIMATED
        share = self.shares["share_same_sign_and_stars"]
        if share >= NEARLY_ALL:
            return Holding.HOLDS
        return Holding.FAILS if share <= HARDLY_ANY else Holding.DEPENDS


@dataclass(frozen=True)
class HypothesisReadings:
    """One hypothesis over the readings.

    Attributes
    ----------
    hypothesis
        Its number.
    claims
        What it says, a sentence each.
    slopes
        The slopes that test it.
    """

    hypothesis: int
    claims: tuple[str, ...]
    slopes: tuple[SlopeReadings, ...]

    @property
    def head(self) -> ReadingsHead:
        """The answer in a few words."""
        count = Counter(slope.holding for slope in self.slopes)
        estimated = len(self.slopes) - count[Holding.NOT_ESTIMATED]
        if not estimated:
            return ReadingsHead.NOT_ESTIMATED
        if count[Holding.HOLDS]:
            return ReadingsHead.HOLDS if count[Holding.HOLDS] == estimated else ReadingsHead.IN_PART
        return ReadingsHead.FAILS if count[Holding.FAILS] == estimated else ReadingsHead.DEPENDS


@dataclass(frozen=True)
class ReadingCounts:
    """How many readings were run: those of a kind, the open choices, and the readings that were left out."""

    run: int
    single: int
    sample: int
    choices: int
    left_out: int


@dataclass(frozen=True)
class Medians:
    """In how many slopes the median over the readings has the published sign, and in how many it is clear of zero.

    Attributes
    ----------
    slopes, published_sign
        How many have a median, and how many of them the published sign.
    bounded, clear
        How many medians have an interval, and how many intervals leave out zero.
    apart
        The slope whose weighted share is furthest from its unweighted one; None where no share is weighted.
    """

    slopes: int
    published_sign: int
    bounded: int
    clear: int
    apart: SlopeReadings | None


@dataclass(frozen=True)
class NearReading:
    """A reading near to the published numbers: its rank, its number, what it changes, and its row of distance.csv."""

    rank: int
    reading: int
    changes: str
    distance: Mapping[str, Any]


@dataclass(frozen=True)
class LeftOut:
    """Why readings, or columns of them, were left out.

    Attributes
    ----------
    reason
        As the first reading says it.
    differs
        Whether a number in the reason is another one in other readings.
    places
        Table and column, the column None for a whole table; none for whole readings.
    readings
        Their number.
    """

    reason: str
    differs: bool
    places: tuple[tuple[int, int | None], ...]
    readings: int


@dataclass(frozen=True)
class Chapter:
    """What the report says about the readings.

    Attributes
    ----------
    outdated
        Whether the run has other estimates now than when the readings were made.
    size
        How many readings were run.
    hypotheses
        The hypotheses one by one.
    medians
        The medians over the readings, None where no slope has one.
    nearest, ranked, own
        The readings nearest to the published numbers, the number of those that have a distance, and the row of
        distance.csv of the run's own, None where it has no distance.
    parts
        The parts of the distance that nearest has, columns of distance.csv.
    left_out
        What was left out, by reason.
    """

    outdated: bool
    size: ReadingCounts
    hypotheses: tuple[HypothesisReadings, ...]
    medians: Medians | None
    nearest: tuple[NearReading, ...]
    ranked: int
    own: Mapping[str, Any] | None
    parts: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def slopes(self) -> list[SlopeReadings]:
        """All slopes that test a hypothesis."""
        return [slope for hypothesis in self.hypotheses for slope in hypothesis.slopes]


PARTS = ("coefficients", "mean_logs", "table02", "n")


def chapter(
    readings: Readings,
    coefficients: Iterable[Mapping[str, Any]],
    comparison: Rows,
    options: RegressionOptions,
    words: Words | None = None,
) -> Chapter:
    """The chapter of the report on the readings.

    Parameters
    ----------
    readings
        The files in readings/.
    coefficients
        The rows of resources/published/coefficients.csv.
    comparison
        The rows of published.csv.
    options
        The choices of the run's regressions.
    words
        What regions and the nation are called.
    """
    hypotheses = over_readings(readings, coefficients, options, words or Words())
    nearest, by_rank = near_readings(readings), ranked(readings.distance)
    return Chapter(
        outdated=outdated(readings.own, comparison),
        size=size(readings),
        hypotheses=hypotheses,
        medians=medians([slope for hypothesis in hypotheses for slope in hypothesis.slopes]),
        nearest=nearest,
        ranked=len(by_rank),
        own=next((row for row in by_rank if row["reading"] == 0), None),
        parts=tuple(part for part in PARTS if any(near.distance[part] is not None for near in nearest)),
        left_out=reasons(readings),
    )


def over_readings(
    readings: Readings, coefficients: Iterable[Mapping[str, Any]], options: RegressionOptions, words: Words
) -> tuple[HypothesisReadings, ...]:
    """Each hypothesis with its slopes over the readings."""
    shares = {(row["table"], row["column"]): row for row in readings.agreement if row["readings"]}
    short, most = short_names(row["choice"] for row in readings.choices), decisive(readings.influence)

    def over(hypothesis: int, slope: Slope) -> SlopeReadings:
        row = shares.get((slope.table, slope.column))
        choice, share = most.get((slope.table, slope.column, row["term"]), ("", 0.0)) if row else ("", 0.0)
        return SlopeReadings(hypothesis, slope, row, (short[choice], share) if choice else None)

    return tuple(
        HypothesisReadings(one.hypothesis, one.claims, tuple(over(one.hypothesis, slope) for slope in one.slopes))
        for one in verdicts({}, coefficients, options, words)
    )


# What the sentences count


def of(slopes: Iterable[SlopeReadings], *holding: Holding) -> list[SlopeReadings]:
    """The slopes that hold, depend, or fail."""
    return [slope for slope in slopes if slope.holding in holding]


def rounded_share(share: float) -> str:
    """A share in percent, never 0 % or 100 % unless it is."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def over_slopes(slopes: Iterable[SlopeReadings], which: str) -> float:
    """The share of all estimates of some slopes that are as published, or significant.

    which: same_sign, same_sign_and_stars or significant.
    """
    rows = [slope.shares for slope in slopes if slope.shares is not None]
    return sum(row[f"share_{which}"] * row["readings"] for row in rows) / sum(row["readings"] for row in rows)


def places(slopes: Iterable[SlopeReadings]) -> dict[int, dict[tuple[int, ...], list[str]]]:
    """Names of slopes by hypothesis and by the tables that they are in."""
    tables: dict[tuple[int, str], list[int]] = {}
    for slope in slopes:
        tables.setdefault((slope.hypothesis, slope.slope.label), []).append(slope.slope.table)
    names: dict[int, dict[tuple[int, ...], list[str]]] = {}
    for (hypothesis, name), numbers in tables.items():
        names.setdefault(hypothesis, {}).setdefault(tuple(numbers), []).append(name)
    return names


def short_names(choices: Iterable[str]) -> dict[str, str]:
    """Choices by the last part of their names where it tells them apart, by the whole name elsewhere."""
    every = list(dict.fromkeys(choices))
    last = [choice.rpartition(".")[2] for choice in every]
    return {choice: name if last.count(name) == 1 else choice for choice, name in zip(every, last, strict=True)}


def decisive(influence: Rows) -> dict[tuple[int, int, str], tuple[str, float]]:
    """The choice with the largest share of each slope's variance, with the share, by table, column and term."""
    most: dict[tuple[int, int, str], tuple[str, float]] = {}
    for row in influence:
        share, place = row["variance_share"], (row["table"], row["column"], row["term"])
        if share is not None and share > most.get(place, ("", 0.0))[1]:
            most[place] = row["choice"], share
    return most


def deciding(slopes: Iterable[SlopeReadings]) -> list[tuple[str, list[float]]]:
    """The choices that decide some slopes with their shares of the variances, the choice of most slopes first."""
    shares: dict[str, list[float]] = {}
    for slope in slopes:
        if slope.decisive:
            shares.setdefault(slope.decisive[0], []).append(slope.decisive[1])
    return sorted(shares.items(), key=lambda item: (-len(item[1]), -max(item[1]), item[0]))


# The parts of the chapter


def outdated(own: Rows, comparison: Rows) -> bool:
    """Whether the run has other estimates now than the run's own reading had.

    own: table, column, term and estimate of that reading; comparison: rows of published.csv.
    """
    then_by_place = {(row["table"], row["column"], row["term"]): row["estimate"] for row in own}
    pairs = [
        (row["computed"], then_by_place[place])
        for row in comparison
        if (place := (row["table"], row["column"], row["term"])) in then_by_place and row["computed"] is not None
    ]
    return not all(math.isclose(now, then, rel_tol=SAME, abs_tol=SAME) for now, then in pairs)


def size(readings: Readings) -> ReadingCounts:
    """How many readings were run, and of which kinds."""
    left_out = {row["reading"] for row in readings.left_out if row["table"] is None}
    kinds = Counter(row["kind"] for row in readings.register if row["reading"] not in left_out)
    choices = {row["choice"] for row in readings.choices}
    return ReadingCounts(kinds["run"], kinds["single"], kinds["sample"], len(choices), len(left_out))


def medians(slopes: Iterable[SlopeReadings]) -> Medians | None:
    """What medians and weights say of the readings that were run; None where no slope was estimated."""
    rows = [(slope, slope.shares) for slope in slopes if slope.shares is not None]
    if not rows:
        return None

    def apart(pair: tuple[SlopeReadings, Mapping[str, Any]]) -> float:
        return abs(float(pair[1]["weighted_same_sign_and_stars"] - pair[1]["share_same_sign_and_stars"]))

    bounded = [row for _, row in rows if row["median_low"] is not None]
    weighted = [pair for pair in rows if pair[1]["weighted_same_sign_and_stars"] is not None]
    return Medians(
        slopes=len(rows),
        published_sign=sum((row["median"] > 0) == (one.slope.published.value > 0) for one, row in rows),
        bounded=len(bounded),
        clear=sum(row["median_low"] * row["median_high"] > 0 for row in bounded),
        apart=max(weighted, key=apart)[0] if weighted else None,
    )


def differences(choices: Rows) -> dict[int, dict[str, str]]:
    """What each reading changes: {reading: {choice: alternative}}, the choices unlike those of reading 0."""
    own = {row["choice"]: row["alternative"] for row in choices if row["reading"] == 0}
    changed: dict[int, dict[str, str]] = {}
    for row in choices:
        alternatives = changed.setdefault(row["reading"], {})
        if row["alternative"] != own.get(row["choice"]):
            alternatives[row["choice"]] = str(row["alternative"])
    return changed


def by_influence(influence: Rows) -> list[str]:
    """Choices by how much of the variance of the slopes they explain together, the most first."""
    total: dict[str, float] = {}
    for row in influence:
        total[row["choice"]] = total.get(row["choice"], 0.0) + (row["variance_share"] or 0.0)
    return sorted(total, key=lambda choice: (-total[choice], choice))


def named(changed: Mapping[str, str], order: Sequence[str], short: Mapping[str, str], limit: int = NAMED) -> str:
    """What a reading changes, the most influential choices first, as `scope: own, imports: none and 9 more`.

    changed: alternatives by choice; order: of the choices; short: their names; limit: how many are named.
    """
    if not changed:
        return OWN
    place = {choice: k for k, choice in enumerate(order)}
    ordered = sorted(changed, key=lambda choice: (place.get(choice, len(place)), choice))
    texts = [f"{short.get(choice, choice)}: {changed[choice]}" for choice in ordered[:limit]]
    more = len(ordered) - len(texts)
    return ", ".join(texts) + (f" and {more} more" if more else "")


def ranked(distance: Rows) -> list[Mapping[str, Any]]:
    """The readings that have a distance, the nearest first."""
    return sorted((row for row in distance if row["rank"] is not None), key=lambda row: row["rank"])


def near_readings(readings: Readings, count: int = NEAREST) -> tuple[NearReading, ...]:
    """The readings nearest to the published numbers, with what they change."""
    changed, order = differences(readings.choices), by_influence(readings.influence)
    short = short_names(row["choice"] for row in readings.choices)
    return tuple(
        NearReading(row["rank"], row["reading"], named(changed.get(row["reading"], {}), order, short), row)
        for row in ranked(readings.distance)[:count]
    )


def reasons(readings: Readings) -> tuple[LeftOut, ...]:
    """What was left out by its reason, the most frequent first; a number that differs between readings is no other."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for row in readings.left_out:
        by_kind.setdefault(DECIMALS.sub("#", row["reason"]), []).append(row)
    left = [
        LeftOut(
            reason=rows[0]["reason"],
            differs=any(row["reason"] != rows[0]["reason"] for row in rows),
            places=tuple(
                sorted(
                    {(row["table"], row["column"]) for row in rows if row["table"] is not None},
                    key=lambda place: (place[0], place[1] or 0),
                )
            ),
            readings=len({row["reading"] for row in rows}),
        )
        for rows in by_kind.values()
    ]
    return tuple(sorted(left, key=lambda one: (-one.readings, one.reason)))
