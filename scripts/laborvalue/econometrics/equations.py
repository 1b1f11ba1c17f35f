"""The register of tables: what each table of the paper regresses on what, over which rows, with which estimator.

Whatever lists tables (the rules of the workflow, estimation, set tables, published numbers, robustness, exports)
derives from `TABLES`, so that a table is added in one place. Nothing here needs numpy: the workflow reads it to plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import DESCRIBED, KEYS

TOTAL_DIGITAL = "d"  # stands in the register for the variable that the option `total_digital` names


class SampleRule(StrEnum):
    """Which rows of the panel a table may use."""

    WITH_TLP = "with_tlp"  # those that have a total labor productivity
    ALL = "all"


class Estimator(StrEnum):
    """How a table is computed."""

    DESCRIPTION = "description"
    LEAST_SQUARES = "least_squares"
    GMM = "gmm"


@dataclass(frozen=True)
class Equation:
    """One regression: the dependent variable on the regressors, with region-sector and year effects.

    Attributes
    ----------
    dependent
        The dependent variable, a column of the panel.
    regressors
        The regressors; under an instrument, the one endogenous regressor.
    instrument
        The excluded instrument, empty for least squares.
    """

    dependent: str
    regressors: tuple[str, ...]
    instrument: str = ""

    def __post_init__(self) -> None:
        if self.instrument and len(self.regressors) != 1:
            raise ValueError(f"{self.dependent}: an equation with an instrument has one regressor, the endogenous one")

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables, the dependent first and the instrument last."""
        return tuple(name for name in (self.dependent, *self.regressors, self.instrument) if name)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages it is shown in, one column of the table each."""
        return ("first", "second") if self.instrument else ("",)


@dataclass(frozen=True)
class TableSpec:
    """One table of the paper.

    Attributes
    ----------
    number
        Its number; 3 gives the rule `table03` and the files `tables/table03.*`.
    title
        What stands over it.
    equations
        Its regressions, left to right; none for a description of variables.
    sample
        Which rows it may use.
    estimator
        How it is computed.
    numbers
        The equations of the paper that it estimates.
    hypothesis
        The number of the hypothesis of the paper that it tests; 0 for none.
    claim
        What that hypothesis says of it, as it stands after a colon; empty where another table says it.
    shows
        What it shows, in a sentence; where another table says the claim, how this one tests it, as after a comma.
    notes
        Sentences under the table, beside those that follow from the options and the data.
    """

    number: int
    title: str
    equations: tuple[Equation, ...] = ()
    sample: SampleRule = SampleRule.WITH_TLP
    estimator: Estimator = Estimator.LEAST_SQUARES
    numbers: tuple[str, ...] = ()
    hypothesis: int = 0
    claim: str = ""
    shows: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sample", SampleRule(self.sample))
        object.__setattr__(self, "estimator", Estimator(self.estimator))
        if self.estimated != bool(self.equations):
            raise ValueError(f"Table {self.number}: a table of estimates has equations, a description has none")
        if any(bool(equation.instrument) != self.instrumented for equation in self.equations):
            raise ValueError(f"Table {self.number}: equations have an instrument exactly where the estimator is gmm")
        if self.claim and not self.hypothesis:
            raise ValueError(f"Table {self.number}: a claim is that of a hypothesis")

    @property
    def name(self) -> str:
        """The name of its rule and the stem of its files."""
        return f"table{self.number:02}"

    @property
    def caption(self) -> str:
        """Its number and title, what it shows, and the equations that it estimates, as sentences."""
        sentences = [f"Table {self.number}. {self.title}.", self.statement]
        if self.numbers:
            named = ", ".join(f"({number})" for number in self.numbers)
            sentences.append(f"Equation{'s' * (len(self.numbers) > 1)} {named} of the paper.")
        return " ".join(sentence for sentence in sentences if sentence)

    @property
    def estimated(self) -> bool:
        """Whether it holds estimates, and not descriptive statistics."""
        return self.estimator is not Estimator.DESCRIPTION

    @property
    def instrumented(self) -> bool:
        """Whether it has an instrument, and with it a first and a second stage."""
        return self.estimator is Estimator.GMM

    def placed(self, total_digital: str = TOTAL_DIGITAL) -> list[tuple[int, Equation]]:
        """List the equations with the number of the first column that each takes, from 1.

        Parameters
        ----------
        total_digital
            The variable for the total digital input, d or tdr.
        """
        placed, column = [], 1
        for equation in self.equations:
            named = tuple(total_digital if name == TOTAL_DIGITAL else name for name in equation.regressors)
            placed.append((column, replace(equation, regressors=named)))
            column += len(equation.stages)
        return placed

    @property
    def statement(self) -> str:
        """The hypothesis that it tests, or what it shows, in one sentence."""
        if not self.hypothesis:
            return self.shows
        return f"Hypothesis {self.hypothesis}" + (f": {self.claim}" if self.claim else f", {self.shows}")

    @property
    def tested(self) -> list[tuple[int, str]]:
        """List the slopes that test its hypothesis, the first regressor of each equation: column and term.

        Under an instrument the column is that of the second stage; the total digital input is `TOTAL_DIGITAL`.
        """
        return [(column + len(of.stages) - 1, of.regressors[0]) for column, of in self.placed()]

    @property
    def stages(self) -> dict[int, str]:
        """The stage of every column: `first`, `second`, or empty for least squares."""
        stages = [stage for equation in self.equations for stage in equation.stages]
        return dict(enumerate(stages, start=1))


DIGITAL = ("ddr", "dsr", "dir", "indir")

TABLES = (
    TableSpec(
        2,
        "Descriptive statistics",
        estimator=Estimator.DESCRIPTION,
        shows="The level and the spread of the variables.",
        notes=("Rows that have a total labor productivity, variable by variable.",),
    ),
    TableSpec(
        3,
        "Baseline regression results",
        (*(Equation("tlpr", (name,)) for name in DIGITAL), Equation("tlpr", ("otlp",))),
        numbers=("1", "2"),
        hypothesis=1,
        claim="digital inputs, and productive suppliers, go with a higher total labor productivity.",
    ),
    TableSpec(
        4,
        "Digital inputs and supplier productivity together",
        tuple(Equation("tlpr", (name, "otlp")) for name in DIGITAL),
        numbers=("3",),
        hypothesis=1,
        shows="with the productivity of the suppliers held fixed.",
    ),
    TableSpec(
        5,
        "Mechanism: organic composition of capital",
        tuple(Equation("occ", (name, "otlp")) for name in DIGITAL),
        numbers=("20",),
        hypothesis=2,
        claim="digital inputs go with a higher organic composition of capital.",
    ),
    TableSpec(
        6,
        "Digital inputs and labor productivity of the next table year",
        tuple(Equation("lp_next", (name,)) for name in DIGITAL),
        sample=SampleRule.ALL,
        shows="Digital inputs precede a higher productivity of living labor.",
    ),
    TableSpec(
        7,
        "Digital inputs and industrial agglomeration",
        tuple(Equation("pri", (name,)) for name in DIGITAL),
        numbers=("4",),
        hypothesis=3,
        claim="digital inputs go with a larger share of the {region} in the sector.",
    ),
    TableSpec(
        8,
        "Industrial agglomeration: instrumental variable, two-step GMM",
        (Equation("pri", (TOTAL_DIGITAL,), instrument="iv"),),
        estimator=Estimator.GMM,
        hypothesis=3,
        shows="with the digital input instrumented.",
        notes=(
            "The paper prints the two rows crossed. Set right, its first stage is 5.5144 (0.6870), digital input on "
            "the instrument, and its second 0.6992 (0.1579).",
            "The Cragg-Donald statistics assume i.i.d. errors; the first counts effects as ivreghdfe, the second as "
            "xtivreg2.",
        ),
    ),
    TableSpec(
        9,
        "Urban digital industry agglomeration and digital inputs",
        tuple(Equation(name, ("dlq",)) for name in DIGITAL),
        numbers=("5",),
        hypothesis=4,
        claim="sectors of {a region} with much digital industry use more digital inputs.",
    ),
    TableSpec(
        10,
        "Urban overall economic agglomeration and digital inputs",
        tuple(Equation(name, ("pp",)) for name in DIGITAL),
        sample=SampleRule.ALL,
        numbers=("5",),
        hypothesis=4,
        claim="sectors of a large {region} use more digital inputs.",
    ),
)

BY_NUMBER = {table.number: table for table in TABLES}
ESTIMATED = tuple(table for table in TABLES if table.estimated)


def columns_needed(table: TableSpec, options: RegressionOptions | None = None) -> list[str]:
    """The panel's columns that a table is made from.

    Parameters
    ----------
    table
        An entry of the register.
    options
        The choices of the regressions; the defaults where None.

    Returns
    -------
    list of str
        The keys first, then `tlp` where it decides the sample, then the variables; none twice.
    """
    options = options or RegressionOptions()
    names = list(KEYS)
    if table.sample is SampleRule.WITH_TLP:
        names.append("tlp")
    names += [name for _, equation in table.placed(options.total_digital) for name in equation.variables]
    return list(dict.fromkeys(names if table.estimated else [*names, *DESCRIBED]))


def span(tables: Iterable[TableSpec]) -> str:
    """Name tables by their first and last number, as in "Tables 3 to 10"."""
    numbers = [table.number for table in tables]
    return f"Tables {min(numbers)} to {max(numbers)}"


def reasons_by_place(left_out: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Name what is left out of the tables of estimates, by its reason.

    Parameters
    ----------
    left_out
        Rows with `table`, `column` and `reason`, as `estimation.estimate_table` gives them.

    Returns
    -------
    dict of str
        Places by reason, as in "Tables 5 and 6, Table 3 (1), (2)"; a table that has no estimate at all has no columns.
    """
    found: dict[str, dict[int, list[int]]] = {}
    for row in left_out:
        found.setdefault(row["reason"], {}).setdefault(row["table"], []).append(row["column"])
    return {reason: ", ".join(_places(columns_of)) for reason, columns_of in found.items()}


def _places(columns_of: Mapping[int, list[int]]) -> Iterable[str]:
    whole = [number for number, columns in columns_of.items() if {*columns} == {*BY_NUMBER[number].stages}]
    if len(whole) > 1:
        yield f"Tables {', '.join(map(str, whole[:-1]))} and {whole[-1]}"
    elif whole:
        yield f"Table {whole[0]}"
    for number, columns in columns_of.items():
        if number not in whole:
            yield f"Table {number} {', '.join(f'({column})' for column in columns)}"
