"""What a run says about the hypotheses of the paper: each slope for the claim, and beside the printed one.

Every hypothesis claims slopes above 0: more digital input, or more agglomeration, goes with more. A printed slope below
0 contradicts the claim as well as a computed one does. So a slope has two verdicts: whether it has the sign of the
claim, and whether it agrees with the printed number. It agrees where both are significant at 10 % and have the same
sign. Where neither is, they are not in conflict. The first regressor of an equation tests the hypothesis; further ones
are held fixed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from laborvalue import summaries
from laborvalue.econometrics.equations import ESTIMATED, TableSpec
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import variable
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.words import Words, capitalized


class VerdictHead(StrEnum):
    """The verdict on a hypothesis in a word or two."""

    AS_PUBLISHED = "As published"
    IN_PART = "In part as published"
    NOT = "Not as published"
    NOT_ESTIMATED = "Not estimated"


class Status(StrEnum):
    """How a slope compares with the published one."""

    AGREES = "agrees"
    OPPOSITE = "opposite sign"
    NOT_SIGNIFICANT = "not significant"
    SIGNIFICANT = "significant, the published one not"
    NEITHER = "significant in neither"
    NOT_ESTIMATED = "not estimated"


class Support(StrEnum):
    """What a slope says about the claim, which is that it is above 0."""

    SUPPORTS = "supports the claim"
    CONTRADICTS = "contradicts the claim"
    UNDECIDED = "not significant"


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95 % confidence interval, None where it has no standard error."""

    value: float
    low: float | None
    high: float | None
    stars: str

    @property
    def support(self) -> Support:
        """What it says about the claim."""
        if not self.stars:
            return Support.UNDECIDED
        return Support.SUPPORTS if self.value > 0 else Support.CONTRADICTS


@dataclass(frozen=True)
class Slope:
    """One slope that tests a hypothesis.

    Attributes
    ----------
    table, column
        Where it stands.
    name
        What tells it from the others of its table: the regressor, or the dependent variable where the regressor is
        the same in all columns.
    published
        The published slope.
    computed
        That of this run, None where it was not estimated.
    """

    table: int
    column: int
    name: str
    published: Estimate
    computed: Estimate | None

    @property
    def label(self) -> str:
        """What tells it from the others of its table, in words."""
        return slope_label(self.name)

    @property
    def status(self) -> Status:
        """How it compares with the published one."""
        if self.computed is None:
            return Status.NOT_ESTIMATED
        if not self.computed.stars:
            return Status.NOT_SIGNIFICANT if self.published.stars else Status.NEITHER
        if not self.published.stars:
            return Status.SIGNIFICANT
        return Status.AGREES if (self.computed.value > 0) == (self.published.value > 0) else Status.OPPOSITE


@dataclass(frozen=True)
class TableSlopes:
    """The slopes of one table that test a hypothesis.

    Attributes
    ----------
    table
        The number of the table.
    equation
        What is regressed on what, with an ellipsis for what differs from column to column.
    slopes
        In the order of the columns.
    """

    table: int
    equation: str
    slopes: tuple[Slope, ...]


@dataclass(frozen=True)
class Verdict:
    """What a run says about one hypothesis.

    Attributes
    ----------
    hypothesis
        Its number.
    claims
        What it says, a sentence each.
    tables
        The tables that test it.
    """

    hypothesis: int
    claims: tuple[str, ...]
    tables: tuple[TableSlopes, ...]

    @property
    def slopes(self) -> list[Slope]:
        """All slopes that test it."""
        return [slope for tested in self.tables for slope in tested.slopes]

    def counted(self, support: Support) -> tuple[int, int]:
        """How many slopes say this about the claim: computed, printed."""
        computed = [slope.computed.support for slope in self.slopes if slope.computed]
        return computed.count(support), [slope.published.support for slope in self.slopes].count(support)

    @property
    def names(self) -> list[str]:
        """The names of the slopes, each once."""
        return list(dict.fromkeys(slope.name for slope in self.slopes))

    def having(self, status: Status) -> list[Slope]:
        """The slopes of a status, the clearest first."""
        return sorted((slope for slope in self.slopes if slope.status is status), key=clearness, reverse=True)

    @property
    def agreeing(self) -> list[Slope]:
        """The slopes that agree, the clearest first."""
        return self.having(Status.AGREES)

    @property
    def others(self) -> dict[Status, list[Slope]]:
        """The slopes that do not agree by their status, the clearest first."""
        return {status: slopes for status in list(Status)[1:] if (slopes := self.having(status))}

    @property
    def head(self) -> VerdictHead:
        """The verdict in a word or two."""
        others = {status: len(slopes) for status, slopes in self.others.items()}
        if others.get(Status.NOT_ESTIMATED) == len(self.slopes):
            return VerdictHead.NOT_ESTIMATED
        if not self.agreeing:
            return VerdictHead.NOT
        return VerdictHead.IN_PART if others.keys() - {Status.NEITHER} else VerdictHead.AS_PUBLISHED


@dataclass(frozen=True)
class Answers:
    """What a run says about all hypotheses.

    Attributes
    ----------
    slopes, estimated, agreeing, opposite
        How many slopes test them, were estimated, agree, and have the opposite sign.
    heads
        The numbers of the hypotheses by their verdict.
    """

    slopes: int
    estimated: int
    agreeing: int
    opposite: int
    heads: Mapping[VerdictHead, Sequence[int]]


def answers(verdicts: Iterable[Verdict]) -> Answers:
    """What the verdicts say together."""
    heads: dict[VerdictHead, list[int]] = {}
    count: Counter[Status] = Counter()
    for verdict in verdicts:
        heads.setdefault(verdict.head, []).append(verdict.hypothesis)
        count.update(slope.status for slope in verdict.slopes)
    estimated = count.total() - count[Status.NOT_ESTIMATED]
    return Answers(count.total(), estimated, count[Status.AGREES], count[Status.OPPOSITE], heads)


def clearness(slope: Slope) -> float:
    """How far a computed slope is from zero, in halves of its interval; 0 without an interval."""
    ours = slope.computed
    if ours is None or ours.low is None or ours.high is None or not ours.high > ours.low:
        return 0.0
    return abs(ours.value) / (ours.high - ours.low)


def verdicts(
    tables: Mapping[int, Rows],
    coefficients: Iterable[Mapping[str, Any]],
    options: RegressionOptions,
    words: Words | None = None,
) -> list[Verdict]:
    """What a run says about each hypothesis that a table of the register tests.

    Parameters
    ----------
    tables
        Rows of the computed tables by the table's number; a table or a column that was not estimated is not there.
    coefficients
        The rows of resources/published/coefficients.csv.
    options
        The choices of the regressions.
    words
        What regions and the nation are called.
    """
    words = words or Words()
    printed = {(row["table"], row["column"], row["term"]): row for row in coefficients}
    claims: dict[int, list[str]] = {}
    tested: dict[int, list[TableSlopes]] = {}
    for spec in ESTIMATED:
        slopes = tested_slopes(spec, tables.get(spec.number, ()), printed, options) if spec.hypothesis else ()
        if slopes:
            if spec.claim:
                claims.setdefault(spec.hypothesis, []).append(capitalized(words.fill(spec.claim)))
            shown = TableSlopes(spec.number, equation_of(spec, options), slopes)
            tested.setdefault(spec.hypothesis, []).append(shown)
    return [Verdict(number, tuple(claims.get(number, ())), tuple(slopes)) for number, slopes in sorted(tested.items())]


def tested_slopes(
    spec: TableSpec, rows: Rows, printed: Mapping[tuple[int, int, str], Mapping[str, Any]], options: RegressionOptions
) -> tuple[Slope, ...]:
    """The slopes of the first regressors of a table, without those that the paper does not print.

    rows: of the computed table; printed: the published coefficients by table, column and term.
    """
    computed = {(row["column"], row["term"]): row for row in rows}
    slopes = []
    for (_, equation), (shown, term) in zip(spec.placed(options.total_digital), spec.tested, strict=True):
        paper = printed.get((spec.number, shown, term))
        if paper is not None:
            ours = computed.get((shown, equation.regressors[0]))
            name = slope_name(spec, equation.dependent, equation.regressors[0])
            slopes.append(Slope(spec.number, shown, name, estimate(paper), None if ours is None else estimate(ours)))
    return tuple(slopes)


def estimate(row: Mapping[str, Any]) -> Estimate:
    """A row of a table or of the published coefficients as an estimate with its interval."""
    error = row["std_error"]
    low, high = (None, None) if error is None else summaries.confidence_interval(row["estimate"], error)
    return Estimate(row["estimate"], low, high, row["stars"] or "")


def slope_name(spec: TableSpec, dependent: str, regressor: str) -> str:
    """What tells a slope from the others of its table, see `Slope`."""
    return dependent if same_regressor(spec) else regressor


def slope_label(name: str) -> str:
    """The name of a variable in words; a relative variable goes by the name of what it is relative to the mean of."""
    label = variable(name).label.removesuffix(", relative")
    return label[:1].lower() + label[1:]


def same_regressor(spec: TableSpec) -> bool:
    """Whether all equations of a table have the same first regressor, so that the dependent variables differ."""
    return len(spec.equations) > 1 and len({equation.regressors[0] for equation in spec.equations}) == 1


def equation_of(spec: TableSpec, options: RegressionOptions) -> str:
    """What a table regresses on what, the part that differs as an ellipsis, with what is held fixed."""
    _, first = spec.placed(options.total_digital)[0]
    if same_regressor(spec):
        return f"… on {variable(first.regressors[0]).symbol}"
    held = "".join(f", {variable(name).symbol}" for name in first.regressors[1:])
    instrumented = ", IV" if first.instrument else ""
    regressor = variable(first.regressors[0]).symbol if len(spec.equations) == 1 else "…"
    return f"{variable(first.dependent).symbol} on {regressor}{held}{instrumented}"
