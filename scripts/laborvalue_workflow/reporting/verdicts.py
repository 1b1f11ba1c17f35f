"""What a run says about the hypotheses of the paper: each slope that tests one, beside the published slope.

A slope agrees with the published one where both are significant at 10 % and have the same sign. Where neither is, they
are not in conflict. The first regressor of an equation tests the hypothesis; further ones are held fixed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from laborvalue import summaries
from laborvalue.econometrics.equations import ESTIMATED, TableSpec
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import variable
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.typesetting import decimals
from laborvalue_workflow.reporting.words import Words, capitalized


class Status(StrEnum):
    """How a slope compares with the published one."""

    AGREES = "agrees"
    OPPOSITE = "opposite sign"
    NOT_SIGNIFICANT = "not significant"
    SIGNIFICANT = "significant, the published one not"
    NEITHER = "significant in neither"
    NOT_ESTIMATED = "not estimated"


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95 % confidence interval, None where it has no standard error."""

    value: float
    low: float | None
    high: float | None
    stars: str

    @property
    def text(self) -> str:
        """The coefficient with its interval in brackets."""
        if self.low is None:
            return decimals(self.value)
        return f"{decimals(self.value)} [{decimals(self.low)}, {decimals(self.high)}]"


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

    @property
    def names(self) -> list[str]:
        """The names of the slopes, each once."""
        return list(dict.fromkeys(slope.name for slope in self.slopes))

    def of(self, *statuses: Status) -> list[Slope]:
        """The slopes of some statuses."""
        return [slope for slope in self.slopes if slope.status in statuses]

    @property
    def head(self) -> str:
        """The verdict in a word or two."""
        if len(self.of(Status.NOT_ESTIMATED)) == len(self.slopes):
            return "Not estimated"
        agreed = len(self.of(Status.AGREES))
        if not agreed:
            return "Not as published"
        apart = len(self.slopes) - agreed - len(self.of(Status.NEITHER))
        return "In part as published" if apart else "As published"

    @property
    def sentence(self) -> str:
        """The verdict in numbers, one sentence: how many slopes agree, and which do not."""
        if self.head == "Not estimated":
            return f"none of the {len(self.slopes)} slopes that test it could be estimated in this run."
        agreed = self.of(Status.AGREES)
        clear = f", most clearly {self.numbers(max(agreed, key=clearness))}" if agreed else ""
        share = f"{len(agreed)} of {len(self.slopes)} slopes agree{'s' * (len(agreed) == 1)}"
        parts = [f"{share} with the published in sign and significance{clear}"]
        for status in list(Status)[1:]:
            if found := self.of(status):
                parts.append(f"{len(found)} {status}")
                # an example of what contradicts the paper, or of the first kind where nothing agrees
                if status is Status.OPPOSITE or (not agreed and len(parts) == 2):
                    parts[-1] += (
                        f"{', most clearly' if len(found) > 1 else ':'} {self.numbers(max(found, key=clearness))}"
                    )
        return "; ".join(parts) + "."

    def numbers(self, slope: Slope) -> str:
        """A slope with its interval, its table and the published number."""
        computed = "" if slope.computed is None else f" {slope.computed.text}"
        return f"{slope.label}{computed}{self.place(slope)} (published {decimals(slope.published.value)})"

    def place(self, slope: Slope) -> str:
        """The table of a slope, empty where one table alone tests the hypothesis."""
        return f" in Table {slope.table}" if len(self.tables) > 1 else ""


def overall(found: Sequence[Verdict]) -> str:
    """What a run says about all hypotheses, one or two sentences: how many slopes agree, and each verdict.

    found: the verdicts, at least one.
    """
    slopes = [slope for verdict in found for slope in verdict.slopes]
    estimated = [slope for slope in slopes if slope.status is not Status.NOT_ESTIMATED]
    agreed = [slope for slope in estimated if slope.status is Status.AGREES]
    opposite = [slope for slope in estimated if slope.status is Status.OPPOSITE]
    of = "slopes" if len(estimated) == len(slopes) else f"slopes that could be estimated (of {len(slopes)})"
    verb = "agrees" if len(agreed) == 1 else "agree"
    against = f"{len(opposite)} {'has' if len(opposite) == 1 else 'have'}" if opposite else "none has"
    heads: dict[str, list[str]] = {}
    for verdict in found:
        heads.setdefault(verdict.head, []).append(f"H{verdict.hypothesis}")
    named = ". ".join(f"{head}: {', '.join(numbers)}" for head, numbers in heads.items())
    if not estimated:
        return f"None of the {len(slopes)} slopes could be estimated."
    return (
        f"{len(agreed)} of {len(estimated)} {of} {verb} with the published in sign and significance, {against} the "
        f"opposite sign. {named}."
    )


def clearness(slope: Slope) -> float:
    """How far a computed slope is from zero, in halves of its interval; 0 without an interval."""
    found = slope.computed
    if found is None or found.low is None or found.high is None or not found.high > found.low:
        return 0.0
    return abs(found.value) / (found.high - found.low)


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
    return [Verdict(number, tuple(claims.get(number, ())), tuple(found)) for number, found in sorted(tested.items())]


def tested_slopes(
    spec: TableSpec,
    rows: Rows,
    printed: Mapping[tuple[int, int, str], Mapping[str, Any]],
    options: RegressionOptions,
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
