"""The register of figures: what each is drawn from.

A figure is one entry of `FIGURES`, and a function of `drawings` that draws it; the rules that draw, the report and the
tests derive from the register. Nothing here needs numpy or altair: the workflow reads it to plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from laborvalue.econometrics.equations import ESTIMATED
from laborvalue_workflow.reporting.years import FEW_YEARS

# Inputs of a figure that are one file per year, in the folder of the year's values.
BY_YEAR = {
    "national": "national.csv",
    "wage_profit": "wage_profit.csv",
    "summary": "summary.json",
    "deviations": "deviations.csv",
    "accounts": "account_regions.csv",
    "trade": "account_trade.parquet",
}
# Files of the readings by the names under which figures and the report take them.
OF_READINGS = {
    "estimates": "readings.parquet",
    "choices": "choices.csv",
    "register": "register.csv",
    "agreement": "agreement.csv",
    "influence": "influence.csv",
    "distance": "distance.csv",
    "left_out": "left_out.csv",
}


@dataclass(frozen=True)
class Figure:
    """One entry of the register.

    Attributes
    ----------
    inputs
        The names of what it is drawn from, which are the parameters of its function in `drawings`: `comparison`,
        `mean_logs`, `panel`, `table`, `coefficients` (the published ones), `options` (the choices of the regressions),
        `sectors` and `regions` (columns of sectors.csv and regions.csv, empty where the run has a panel and no
        dataset), those in `BY_YEAR`, which need a dataset, or those in `OF_READINGS`, which need the readings.
    variables
        The columns of the panel that the figure shows, where `panel` is an input.
    table
        The table of estimates that the figure shows, 0 for none: `table` is then an input, and `panel` holds the
        columns of that table.
    more_years_than
        The figure is drawn where the dataset has more years than that.
    caption
        The stem of its caption in workflow/report/captions, where that is not its own name.
    """

    inputs: tuple[str, ...]
    variables: tuple[str, ...] = ()
    table: int = 0
    more_years_than: int = 0
    caption: str = ""

    @property
    def group(self) -> str:
        """What the figure is drawn from, and with which others: `readings`, `values` of each year, or `panel`."""
        return "readings" if self.from_readings else "values" if self.by_year else "panel"

    @property
    def from_readings(self) -> list[str]:
        """The files that the figure reads from the folder of the readings."""
        return [OF_READINGS[name] for name in self.inputs if name in OF_READINGS]

    @property
    def by_year(self) -> list[str]:
        """The files that the figure reads from the folder of each year's values."""
        return [BY_YEAR[name] for name in self.inputs if name in BY_YEAR]


def drawable(
    estimated: Iterable[int],
    with_dataset: bool,
    without_value: Iterable[str] = (),
    years: int = 1,
    readings: bool = False,
) -> list[str]:
    """The figures that a run can draw: those of its results, or those of its readings.

    estimated: numbers of the tables of estimates that it has; without_value: the columns of its panel without a value;
    years: the number of its dataset's years; readings: whether the figures of the readings are meant.
    """
    numbers, empty = {0, *estimated}, {*without_value}
    return [
        name
        for name, figure in FIGURES.items()
        if bool(figure.from_readings) == readings
        and figure.table in numbers
        and (with_dataset or not figure.by_year)
        and empty.isdisjoint(figure.variables)
        and years > figure.more_years_than
    ]


# Tables that test a hypothesis: each has a figure of its slopes over the readings.
HYPOTHESES = [spec for spec in ESTIMATED if spec.hypothesis]

FIGURES = {
    "coefficients": Figure(("comparison",)),
    "productivity": Figure(("panel", "mean_logs"), variables=("tlpr",)),
    "digital": Figure(("panel", "sectors"), variables=("d",)),
    "ranks": Figure(("panel", "regions"), variables=("pp",)),
    "first_stage": Figure(("panel", "table", "options"), table=8),
    "course": Figure(("summary", "deviations"), more_years_than=FEW_YEARS),
    "values_prices": Figure(("national", "sectors")),
    "wage_profit": Figure(("wage_profit", "summary")),
    "account": Figure(("accounts", "regions")),
    "account_trade": Figure(("accounts", "trade", "regions")),
    "account_course": Figure(("accounts", "regions"), more_years_than=FEW_YEARS),
    "readings_agreement": Figure(("agreement", "coefficients", "options")),
    **{
        f"readings_{spec.name}": Figure(
            ("estimates", "choices", "influence", "coefficients", "options"),
            table=spec.number,
            caption="readings_curves",
        )
        for spec in HYPOTHESES
    },
    "readings_tornado": Figure(("estimates", "choices", "influence", "coefficients", "options")),
    "readings_distance": Figure(("distance", "choices", "register", "influence")),
}
