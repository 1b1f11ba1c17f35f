"""How much the conclusions of a run depend on the readings: the sentences and tables of the report's chapter.

The numbers come from the files in readings/. A slope holds where it has the published sign and significance in nearly
all readings, and fails where it has them in hardly any; between the two it depends on the reading.
"""

import math
import re
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


VERBS = {  # of one slope, of several
    Holding.HOLDS: ("holds", "hold"),
    Holding.DEPENDS: ("depends on the reading", "depend on the reading"),
    Holding.FAILS: ("does not hold", "do not hold"),
    Holding.NOT_ESTIMATED: ("was not estimated", "were not estimated"),
}


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
    def head(self) -> str:
        """The answer in a few words."""
        count = {holding: len(of(self.slopes, holding)) for holding in Holding}
        estimated = len(self.slopes) - count[Holding.NOT_ESTIMATED]
        if not estimated:
            return "Not estimated"
        if count[Holding.HOLDS]:
            return "Holds" if count[Holding.HOLDS] == estimated else "Holds in part"
        return "Does not hold" if count[Holding.FAILS] == estimated else "Depends on the reading"

    @property
    def sentence(self) -> str:
        """The answer in numbers: which slopes hold, depend and do not hold, and which choices decide it."""
        if self.head == "Not estimated":
            return f"No reading has one of the {len(self.slopes)} slopes that test it."
        parts: list[str] = []
        for holding in (Holding.HOLDS, Holding.DEPENDS, Holding.FAILS):
            if found := of(self.slopes, holding):
                all_slopes = "" if parts else f" of {counted(len(self.slopes), 'slope')}"
                verb = VERBS[holding][len(found) > 1]
                parts.append(f"{len(found)}{all_slopes} {verb} ({with_shares(found)})")
        if missing := of(self.slopes, Holding.NOT_ESTIMATED):
            verb = VERBS[Holding.NOT_ESTIMATED][len(missing) > 1]
            parts.append(f"{len(missing)} {verb} ({placed(missing, False)})")
        of_all = f"Of all estimates, {over_slopes(self.slopes, 'same_sign')} have the published sign and "
        of_all += f"{over_slopes(self.slopes, 'same_sign_and_stars')} also the published significance."
        decided = deciding(of(self.slopes, Holding.DEPENDS, Holding.FAILS))
        return percent(" ".join(filter(None, [f"{'; '.join(parts)}.", of_all, decided])))


@dataclass(frozen=True)
class NearReading:
    """A reading near to the published numbers: its rank, its number, what it changes, and its row of distance.csv."""

    rank: int
    reading: int
    changes: str
    distance: Mapping[str, Any]


@dataclass(frozen=True)
class LeftOut:
    """Why readings, or columns of them, were left out: the reason, the places, and the number of readings."""

    reason: str
    places: str
    readings: int


@dataclass(frozen=True)
class Chapter:
    """What the report says about the readings.

    Attributes
    ----------
    outdated
        Whether the run has other estimates now than when the readings were made.
    size
        How many readings were run, in a sentence.
    conclusions
        Which conclusions hold, which do not, and which depend on the reading: a sentence each.
    hypotheses
        The hypotheses one by one.
    description
        Sentences on medians and weights, which describe the readings and test nothing.
    nearest_sentence, nearest
        The readings nearest to the published numbers, in a sentence and as rows.
    parts
        The parts of the distance that nearest has, by their column in distance.csv, with the text of the heading.
    left_out
        What was left out, by reason.
    """

    outdated: bool
    size: str
    conclusions: tuple[str, ...]
    hypotheses: tuple[HypothesisReadings, ...]
    description: tuple[str, ...]
    nearest_sentence: str
    nearest: tuple[NearReading, ...]
    parts: Mapping[str, str]
    left_out: tuple[LeftOut, ...]


PARTS = {"coefficients": "coefficients", "mean_logs": "means of logs", "table02": "Table 2", "n": "N"}


def chapter(
    found: Readings,
    coefficients: Iterable[Mapping[str, Any]],
    comparison: Rows,
    options: RegressionOptions,
    words: Words | None = None,
) -> Chapter:
    """The chapter of the report on the readings.

    Parameters
    ----------
    found
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
    words = words or Words()
    hypotheses = over_readings(found, coefficients, options, words)
    nearest = near_readings(found)
    return Chapter(
        outdated=outdated(found.own, comparison),
        size=size(found),
        conclusions=conclusions([slope for of_one in hypotheses for slope in of_one.slopes]),
        hypotheses=hypotheses,
        description=description([slope for of_one in hypotheses for slope in of_one.slopes], words),
        nearest_sentence=nearest_sentence(found, nearest),
        nearest=nearest,
        parts={part: text for part, text in PARTS.items() if any(near.distance[part] is not None for near in nearest)},
        left_out=reasons(found),
    )


def over_readings(
    found: Readings, coefficients: Iterable[Mapping[str, Any]], options: RegressionOptions, words: Words
) -> tuple[HypothesisReadings, ...]:
    """Each hypothesis with its slopes over the readings."""
    shares = {(row["table"], row["column"]): row for row in found.agreement if row["readings"]}
    short, most = short_names(row["choice"] for row in found.choices), decisive(found.influence)

    def over(hypothesis: int, slope: Slope) -> SlopeReadings:
        row = shares.get((slope.table, slope.column))
        choice, share = most.get((slope.table, slope.column, row["term"]), ("", 0.0)) if row else ("", 0.0)
        return SlopeReadings(hypothesis, slope, row, (short[choice], share) if choice else None)

    return tuple(
        HypothesisReadings(one.hypothesis, one.claims, tuple(over(one.hypothesis, slope) for slope in one.slopes))
        for one in verdicts({}, coefficients, options, words)
    )


# The parts of texts


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def percent(text: str) -> str:
    """A text with a space before its percent signs, at which no line breaks."""
    return text.replace("%", "\u00a0%")


def listed(texts: Sequence[str]) -> str:
    """Texts as a list in a sentence: a, b and c."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def of(slopes: Iterable[SlopeReadings], *holding: Holding) -> list[SlopeReadings]:
    """The slopes that hold, depend, or fail."""
    return [slope for slope in slopes if slope.holding in holding]


def with_shares(slopes: Iterable[SlopeReadings]) -> str:
    """Slopes by table with the share of readings in which they are as published: Table 3: dir 98%, otlp 91%."""
    by_table: dict[int, list[str]] = {}
    for found in slopes:
        if found.shares is not None:
            share = rounded_share(found.shares["share_same_sign_and_stars"])
            by_table.setdefault(found.slope.table, []).append(f"{found.slope.label} {share}")
    return "; ".join(f"Table {table}: {', '.join(texts)}" for table, texts in by_table.items())


def rounded_share(share: float) -> str:
    """A share in percent, never 0 % or 100 % unless it is."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def over_slopes(slopes: Iterable[SlopeReadings], which: str) -> str:
    """The share of all estimates of some slopes that are as published. which: same_sign or same_sign_and_stars."""
    rows = [found.shares for found in slopes if found.shares is not None]
    total = sum(row["readings"] for row in rows)
    return rounded_share(sum(row[f"share_{which}"] * row["readings"] for row in rows) / total)


def placed(slopes: Iterable[SlopeReadings], hypotheses: bool = True) -> str:
    """Slopes by hypothesis and name with their tables: H1: indir in Tables 3 and 4; H2: indir in Table 5."""
    by_name: dict[int, dict[str, list[int]]] = {}
    for found in slopes:
        by_name.setdefault(found.hypothesis, {}).setdefault(found.slope.label, []).append(found.slope.table)
    texts = []
    for hypothesis, tables_of in by_name.items():
        names_of: dict[tuple[int, ...], list[str]] = {}
        for name, tables in tables_of.items():
            names_of.setdefault(tuple(tables), []).append(name)
        places = [
            f"{', '.join(names)} in Table{'s' * (len(tables) > 1)} {listed([str(table) for table in tables])}"
            for tables, names in names_of.items()
        ]
        texts.append((f"H{hypothesis}: " if hypotheses else "") + ", ".join(places))
    return "; ".join(texts)


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


def deciding(slopes: Sequence[SlopeReadings]) -> str:
    """Which choices decide most slopes, in a sentence; empty where none does."""
    by_choice: dict[str, list[float]] = {}
    for slope in slopes:
        if slope.decisive:
            by_choice.setdefault(slope.decisive[0], []).append(slope.decisive[1])
    if not by_choice:
        return ""
    ordered = sorted(by_choice.items(), key=lambda item: (-len(item[1]), -max(item[1]), item[0]))
    if len(slopes) == 1:
        return f"The choice that moves it most is {ordered[0][0]} ({rounded_share(ordered[0][1][0])} of its variance)."
    texts = [
        f"{choice} ({counted(len(shares), 'slope')}, {'up to ' * (len(shares) > 1)}{rounded_share(max(shares))} of the "
        "variance)"
        for choice, shares in ordered[:NAMED]
    ]
    if more := len(ordered) - len(texts):
        texts.append(f"{more} other{'s' * (more > 1)}")
    return f"The choice{'s' * (len(ordered) > 1)} that move{'s' * (len(ordered) == 1)} them most: {listed(texts)}."


# The parts of the chapter


def outdated(own: Rows, comparison: Rows) -> bool:
    """Whether the run has other estimates now than the run's own reading had.

    own: table, column, term and estimate of that reading; comparison: rows of published.csv.
    """
    of_reading = {(row["table"], row["column"], row["term"]): row["estimate"] for row in own}
    pairs = [
        (row["computed"], of_reading[place])
        for row in comparison
        if (place := (row["table"], row["column"], row["term"])) in of_reading and row["computed"] is not None
    ]
    return not all(math.isclose(now, then, rel_tol=SAME, abs_tol=SAME) for now, then in pairs)


def size(found: Readings) -> str:
    """How many readings were run, and of which kinds, in a sentence."""
    left = {row["reading"] for row in found.left_out if row["table"] is None}
    kinds = [row["kind"] for row in found.register if row["reading"] not in left]
    parts = ["the run’s own"] if "run" in kinds else []
    if single := kinds.count("single"):
        parts.append(f"{single:,} that change{'s' * (single == 1)} one choice")
    if sample := kinds.count("sample"):
        parts.append(f"{sample:,} drawn from all combinations")
    open_choices = len({row["choice"] for row in found.choices})
    text = f"{counted(len(kinds), 'reading')} of {counted(open_choices, 'open choice')}: {listed(parts)}."
    return text + (f" {len(left):,} more {'were' if len(left) > 1 else 'was'} left out, named below." if left else "")


def conclusions(slopes: Sequence[SlopeReadings]) -> tuple[str, ...]:
    """Which conclusions hold, which do not, and which depend on the reading: a sentence each."""
    holds, fails, depends = (of(slopes, which) for which in (Holding.HOLDS, Holding.FAILS, Holding.DEPENDS))
    total = len(holds) + len(fails) + len(depends)
    if not total:
        return ("No slope that tests a hypothesis was estimated in any reading.",)
    texts = []
    if holds:
        verb = VERBS[Holding.HOLDS][len(holds) > 1]
        texts.append(
            f"{len(holds)} of {counted(total, 'slope')} {verb}, with the published sign and significance in at least "
            f"{NEARLY_ALL:.0%} of the readings ({placed(holds)})."
        )
    else:
        texts.append(f"None of {counted(total, 'slope')} holds in at least {NEARLY_ALL:.0%} of the readings.")
    if fails:
        texts.append(
            f"{len(fails)} {VERBS[Holding.FAILS][len(fails) > 1]} on these data, with the published sign and "
            f"significance in at most {HARDLY_ANY:.0%} of the readings ({placed(fails)})."
        )
    else:
        texts.append(
            f"None fails whatever the reading: each has the published sign and significance in more than "
            f"{HARDLY_ANY:.0%} of the readings."
        )
    if depends:
        number = f"{'' if len(depends) == total else 'The other '}{len(depends)}"
        verb = VERBS[Holding.DEPENDS][len(depends) > 1]
        texts.append(f"{number} {verb} ({placed(depends)}). {deciding(depends)}")
    else:
        texts.append("No slope depends on the reading.")
    return tuple(percent(text.strip()) for text in texts)


def description(slopes: Sequence[SlopeReadings], words: Words) -> tuple[str, ...]:
    """What medians and weights say of the readings that were run, in sentences; they test nothing."""
    shares = [(found.slope, found.shares) for found in slopes if found.shares is not None]
    if not shares:
        return ()
    agreed = [row for slope, row in shares if (row["median"] > 0) == (slope.published.value > 0)]
    signs = f"The median over the readings has the published sign in {len(agreed)} of {counted(len(shares), 'slope')}"
    if bounded := [row for _, row in shares if row["median_low"] is not None]:
        clear = [row for row in bounded if row["median_low"] * row["median_high"] > 0]
        signs += f"; its 95% interval, from a bootstrap over {words.regions}, leaves out zero in {len(clear)}"
        signs += f" of {len(bounded)}" * (len(bounded) != len(shares))
    texts = [f"Of all estimates, {over_slopes(slopes, 'significant')} are significant at 10%.", f"{signs}."]
    if weighted := [(slope, row) for slope, row in shares if row["weighted_same_sign_and_stars"] is not None]:
        slope, row = max(weighted, key=lambda pair: abs(apart_by_weights(pair[1])))
        unweighted, by_grade = (rounded_share(row[f"{of_all}_same_sign_and_stars"]) for of_all in ("share", "weighted"))
        texts.append(
            "In the weighted shares a reading counts more, the better the paper supports its alternatives; they differ "
            f"most for {slope.label} in Table {slope.table}, {unweighted} unweighted and {by_grade} weighted."
        )
    return tuple(map(percent, texts))


def apart_by_weights(row: Mapping[str, Any]) -> float:
    """The weighted share of readings with the published sign and significance, less the unweighted one."""
    return float(row["weighted_same_sign_and_stars"] - row["share_same_sign_and_stars"])


def differences(choices: Rows) -> dict[int, dict[str, str]]:
    """What each reading changes: {reading: {choice: alternative}}, the choices unlike those of reading 0."""
    own = {row["choice"]: row["alternative"] for row in choices if row["reading"] == 0}
    changed: dict[int, dict[str, str]] = {}
    for row in choices:
        of_reading = changed.setdefault(row["reading"], {})
        if row["alternative"] != own.get(row["choice"]):
            of_reading[row["choice"]] = str(row["alternative"])
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


def near_readings(found: Readings, count: int = NEAREST) -> tuple[NearReading, ...]:
    """The readings nearest to the published numbers, with what they change."""
    changed, order = differences(found.choices), by_influence(found.influence)
    short = short_names(row["choice"] for row in found.choices)
    return tuple(
        NearReading(row["rank"], row["reading"], named(changed.get(row["reading"], {}), order, short), row)
        for row in ranked(found.distance)[:count]
    )


def nearest_sentence(found: Readings, nearest: Sequence[NearReading]) -> str:
    """The nearest reading and the run's own, in a sentence; empty where there are no distances."""
    if not nearest:
        return ""
    first = nearest[0]
    of_all = ranked(found.distance)
    own = next((row for row in of_all if row["reading"] == 0), None)
    if first.reading == 0:
        return f"The run’s own reading is the nearest to the published numbers of {len(of_all):,}."
    text = (
        f"The nearest to the published numbers of {len(of_all):,} is reading {first.reading} ({first.changes}), at a "
        f"distance of {first.distance['total']:.3g}"
    )
    return text + ("." if own is None else f"; the run’s own is number {own['rank']:,}, at {own['total']:.3g}.")


def reasons(found: Readings) -> tuple[LeftOut, ...]:
    """What was left out by its reason, the most frequent first; a number that differs between readings is no other."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for row in found.left_out:
        by_kind.setdefault(DECIMALS.sub("#", row["reason"]), []).append(row)
    left = []
    for rows in by_kind.values():
        reason = rows[0]["reason"]
        if any(row["reason"] != reason for row in rows):
            reason += " (one of them; the number differs)"
        places = {(row["table"], row["column"]) for row in rows if row["table"] is not None}
        text = ", ".join(
            f"Table {table}" + ("" if column is None else f" ({column})")
            for table, column in sorted(places, key=lambda place: (place[0], place[1] or 0))
        )
        left.append(LeftOut(reason, text or "whole readings", len({row["reading"] for row in rows})))
    return tuple(sorted(left, key=lambda one: (-one.readings, one.reason)))
