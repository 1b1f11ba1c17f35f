"""The register of figures: what each is drawn from, and the function that draws it.

A figure is one entry of `FIGURES`; the rules that draw, the report and the tests derive from it. The functions take
plain data (rows are dicts, columns are arrays), summarize it with `laborvalue` and hand it to a chart. Charts and
summaries are imported where they are used, since the workflow reads this register while it plans.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import typesetting
from laborvalue_workflow.reporting.subject import Subject

if TYPE_CHECKING:
    from altair.typing import ChartType
    from numpy.typing import NDArray

Rows = Sequence[Mapping[str, Any]]

# So many years are shown side by side: told apart by color and shape in a figure, each with its column in a table.
FEW_YEARS = 4

# Inputs of a figure that are one file per year, in the folder of the year's values.
BY_YEAR = {
    "national": "national.csv",
    "wage_profit": "wage_profit.csv",
    "summary": "summary.json",
    "deviations": "deviations.csv",
    "transfers": "transfers_regions.csv",
    "trade": "transfers_trade.parquet",
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
NOTHING = "nothing_to_draw"  # what marks the specification of a figure without data
LARGEST = 10  # regions that a figure of transfers shows: so many gain most, so many lose most, so many are largest


@dataclass(frozen=True)
class Figure:
    """One entry of the register.

    Attributes
    ----------
    draw
        The function that draws the figure from its subject and its inputs.
    inputs
        The names of the inputs, which are the parameters of `draw`: `comparison`, `mean_logs`, `panel`, `table`,
        `coefficients` (the published ones), `options` (the choices of the regressions), `sectors` and `regions`
        (columns of sectors.csv and regions.csv, empty where the run has a panel and no dataset), those in `BY_YEAR`,
        which need a dataset, or those in
        `OF_READINGS`, which need the readings.
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

    draw: Callable[..., "ChartType"]
    inputs: tuple[str, ...]
    variables: tuple[str, ...] = ()
    table: int = 0
    more_years_than: int = 0
    caption: str = ""

    @property
    def group(self) -> str:
        """What the figure is drawn from, and with which others: `readings`, `values` of each year, or `panel`."""
        return "readings" if self.of_readings else "values" if self.by_year else "panel"

    @property
    def of_readings(self) -> list[str]:
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
        if bool(figure.of_readings) == readings
        and figure.table in numbers
        and (with_dataset or not figure.by_year)
        and empty.isdisjoint(figure.variables)
        and years > figure.more_years_than
    ]


def names(columns: Mapping[str, Sequence], key: str) -> dict[str, str]:
    """Names by key, from the columns of regions.csv or sectors.csv; none where there are no columns."""
    return dict(zip(columns[key], columns["name"], strict=True)) if columns else {}


def column(rows: Rows, name: str) -> "NDArray":
    """A column of numbers from rows, shape (len(rows),), NaN for None."""
    import numpy as np

    return np.array([row[name] for row in rows], dtype=float)


def nothing_to_draw(title: str, reason: str, subject: Subject) -> "ChartType":
    """A sentence in the place of a figure that has no data."""
    from laborvalue_workflow.reporting import charts

    return charts.sentence(f"Nothing to draw: {reason}.", title, subject).properties(usermeta={NOTHING: True})


def is_empty(specification: Mapping[str, Any]) -> bool:
    """Whether a figure shows no data: a page says in words why, and leaves it out."""
    return NOTHING in specification.get("usermeta", {})


def coefficients(subject: Subject, comparison: Rows) -> "ChartType":
    """Published and computed slopes with their 95 % confidence intervals. comparison: rows of published.csv."""
    from laborvalue import summaries
    from laborvalue_workflow.reporting import regression_charts

    points = []
    for row in comparison:
        if row["term"] == typesetting.CONSTANT:
            continue
        stage = BY_NUMBER[row["table"]].stages[row["column"]]
        place = f"Table {row['table']}" + (f", {typesetting.STAGES[stage].lower()}" if stage else "")
        named = {"table": row["table"], "place": place}
        named |= {"term": f"({row['column']}) {row['term']}"}
        for which in ("published", "computed"):
            estimate, error = row[which], row[f"{which}_se"]
            point = named | {"which": which, "estimate": estimate}
            if error is not None:
                low, high = summaries.confidence_interval(estimate, error)
                point |= {"se": error, "low": low, "high": high}
            points.append(point)
    if not points:
        return nothing_to_draw("Published and computed coefficients", "no slope could be estimated", subject)
    return regression_charts.coefficients_chart(points, subject)


def values_prices(subject: Subject, national: Mapping[str, Rows], sectors: Mapping[str, Sequence]) -> "ChartType":
    """Value and production price of each productive sector, a panel per year. national: rows of national.csv."""
    from laborvalue import summaries
    from laborvalue_workflow.reporting import economy_charts

    name_of, rows = names(sectors, "sector"), []
    for year, of_sector in national.items():
        found = summaries.sector_prices(*(column(of_sector, name) for name in ("value", "price", "output")))
        keys = [of_sector[k]["sector"] for k in found.position]
        numbers = zip(found.value, found.price, found.ratio, found.share, strict=True)
        rows += [
            {"year": year, "sector": key, "name": name_of[key]}
            | dict(zip(("value", "price", "ratio", "share"), measures, strict=True))
            for key, measures in zip(keys, numbers, strict=True)
        ]
    return economy_charts.values_prices_chart(rows, subject)


def course(subject: Subject, summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]) -> "ChartType":
    """National figures over the years, a panel per figure. deviations: rows of deviations.csv."""
    from laborvalue_workflow.reporting import economy_charts

    rows = [
        {"measure": label, "year": year, "number": number}
        for label, by_year in national_figures(summary, deviations).items()
        for year, number in by_year.items()
        if number is not None
    ]
    return economy_charts.course_chart(rows, subject)


def national_figures(
    summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]
) -> dict[str, dict[str, float | None]]:
    """The national figures that the figure `course` and the first screen of the page show: {label: {year: number}}.

    summary, deviations: summary.json and the rows of deviations.csv by year. Rates are in %, None where undefined.
    """

    def percent(number: float | None) -> float | None:
        return None if number is None else 100 * number

    def deviation(rows: Rows) -> float | None:
        found = (row["mad"] for row in rows if (row["price"], row["compared_with"]) == ("production price", "value"))
        return next(found, None)

    return {
        "Profit rate r*, % per year": {year: percent(found["profit_rate"]) for year, found in summary.items()},
        "Rate of surplus value, %": {year: percent(found["rate_of_surplus_value"]) for year, found in summary.items()},
        "Organic composition C/V": {year: found["organic_composition"] for year, found in summary.items()},
        "Production prices from values, MAD, %": {year: percent(deviation(rows)) for year, rows in deviations.items()},
    }


def wage_profit(
    subject: Subject, wage_profit: Mapping[str, Rows], summary: Mapping[str, Mapping[str, Any]]
) -> "ChartType":
    """The wage-profit curve of each year, with the point of the year's own profit rate."""
    from laborvalue_workflow.reporting import economy_charts

    rows = [{**row, "year": year} for year, curve in wage_profit.items() for row in curve]
    actual = [row for row in rows if row["profit_rate"] == summary[row["year"]]["profit_rate"]]
    return economy_charts.wage_profit_chart(rows, actual, subject)


def productivity(subject: Subject, panel: Mapping[str, "NDArray"], mean_logs: Rows) -> "ChartType":
    """The distribution of ln tlpr by year, its mean beside the published one."""
    from laborvalue import summaries
    from laborvalue_workflow.reporting import economy_charts

    found = summaries.log_distribution(panel["tlpr"], panel["year"])
    rows = [
        {"year": str(year), "low": low, "high": high, "density": share}
        for year, shares in zip(found.years, found.density, strict=True)
        for low, high, share in zip(found.edges[:-1], found.edges[1:], shares, strict=True)
    ]
    published = next(row["mean_log"] for row in mean_logs if row["variable"] == "tlpr")
    means = [{"which": "published", "mean": published}, {"which": "computed", "mean": found.mean}]
    return economy_charts.productivity_chart(rows, means, subject)


def digital(subject: Subject, panel: Mapping[str, "NDArray"], sectors: Mapping[str, Sequence]) -> "ChartType":
    """Mean digital input over the regions, by sector and year."""
    from laborvalue import summaries
    from laborvalue_workflow.reporting import economy_charts

    name_of = names(sectors, "sector")
    means = summaries.group_means(panel["sector"], panel["year"], panel["d"])
    rows = [
        {"year": str(year), "sector": sector, "name": name_of.get(sector, ""), "mean": mean}
        for sector, year, mean in zip(means.group.tolist(), means.year, means.mean, strict=True)
    ]
    return economy_charts.digital_chart(rows, subject)


def ranks(subject: Subject, panel: Mapping[str, "NDArray"], regions: Mapping[str, Sequence]) -> "ChartType":
    """Rank and size of the regions' total production price pp, by year, with the exponent of the rank-size rule."""
    from laborvalue import summaries
    from laborvalue_workflow.reporting import economy_charts

    name_of = names(regions, "region")
    by_year = summaries.region_ranks(panel["region"], panel["year"], panel["pp"])
    rows = [
        {"year": str(ranked.year), "region": region, "name": name_of.get(region, ""), "pp": size, "rank": rank}
        for ranked in by_year
        for region, size, rank in zip(ranked.region.tolist(), ranked.size, ranked.rank, strict=True)
    ]
    exponents = [
        {"year": str(ranked.year), "exponent": ranked.exponent, "std_error": ranked.std_error} for ranked in by_year
    ]
    return economy_charts.ranks_chart(rows, exponents, subject)


def first_stage(subject: Subject, panel: Any, table: Rows, options: RegressionOptions) -> "ChartType":
    """Digital input and the instrument net of the fixed effects, with the line of Table 8's first stage.

    panel: the table's columns as a pyarrow Table; table: the rows of table08.csv.
    """
    from laborvalue.econometrics.first_stage import first_stage_bins
    from laborvalue_workflow.reporting import regression_charts

    slopes = [row for row in table if row["stage"] == "first" and row["term"] != typesetting.CONSTANT]
    if not slopes:
        number = FIGURES["first_stage"].table
        reason = f"Table {number} could not be estimated; its notes say why"
        return nothing_to_draw("First stage: digital input and the instrument", reason, subject)
    (slope,) = slopes
    means = first_stage_bins(BY_NUMBER[slope["table"]], panel, options)
    rows = [{"x": x, "y": y, "n": n} for x, y, n in zip(means.x, means.y, means.n, strict=True)]
    labels = [typesetting.as_entered(slope[name], options) for name in ("term", "dependent")]
    return regression_charts.first_stage_chart(rows, slope["estimate"], labels, subject)


def _gains(of_year: Rows, name_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """What each region with values gains per hour, in two parts and in total, the largest gain first."""
    found = [
        {
            "region": row["region"],
            "name": name_of.get(row["region"], ""),
            "hours": row["living_labor"],
            "transfer_regions": row["transfer_regions_per_hour"],
            "transfer_sectors": row["transfer_sectors_per_hour"],
            "total": row["transfer_regions_per_hour"] + row["transfer_sectors_per_hour"],
        }
        for row in of_year
        if row["living_labor"] is not None
    ]
    return sorted(found, key=lambda row: (-row["total"], row["region"]))


def transfers(subject: Subject, transfers: Mapping[str, Rows], regions: Mapping[str, Sequence]) -> "ChartType":
    """Who gains and who loses in the last year. transfers: rows of transfers_regions.csv by year."""
    from laborvalue_workflow.reporting import transfer_charts

    year = max(transfers)
    rows = _gains(transfers[year], names(regions, "region"))
    shown = rows if len(rows) <= 2 * LARGEST else rows[:LARGEST] + rows[-LARGEST:]
    return transfer_charts.gains_chart(shown, year, len(rows), subject)


def transfers_trade(
    subject: Subject, transfers: Mapping[str, Rows], trade: Mapping[str, Rows], regions: Mapping[str, Sequence]
) -> "ChartType":
    """Net transfers through trade between the largest regions, last year. trade: rows of transfers_trade.parquet."""
    from laborvalue_workflow.reporting import transfer_charts

    year = max(transfers)
    name_of, rows = names(regions, "region"), _gains(transfers[year], names(regions, "region"))
    largest = [row["region"] for row in sorted(rows, key=lambda row: (-row["hours"], row["region"]))[:LARGEST]]
    called = {region: name_of.get(region) or region for region in largest}
    found = [
        {"seller": called[row["region"]], "buyer": called[row["partner"]], "net": 1e-8 * row["net"]}
        for row in trade[year]
        if row["region"] in called and row["partner"] in called
    ]
    title = f"Net transfers of value through trade in {year}"
    if not found:
        reason = subject.fill("the tables have no trade between the {regions}")
        return nothing_to_draw(title, reason, subject)
    return transfer_charts.trade_chart(found, [*called.values()], year, len(rows), subject)


def transfers_course(subject: Subject, transfers: Mapping[str, Rows], regions: Mapping[str, Sequence]) -> "ChartType":
    """Gains over the years of the regions that gain and lose most in the last one."""
    from laborvalue_workflow.reporting import transfer_charts

    name_of = names(regions, "region")
    by_year = {year: _gains(rows, name_of) for year, rows in transfers.items()}
    last = by_year[max(by_year)]
    shown = last if len(last) <= 6 else last[:3] + last[-3:]
    called = {row["region"]: row["name"] or row["region"] for row in shown}
    rows = [
        {"year": year, "name": called[row["region"]], "total": row["total"]}
        for year, of_year in by_year.items()
        for row in of_year
        if row["region"] in called
    ]
    return transfer_charts.course_chart(rows, [*called.values()], len(last), subject)


def readings_curves(
    number: int,
    subject: Subject,
    estimates: Rows,
    choices: Rows,
    influence: Rows,
    coefficients: Rows,
    options: RegressionOptions,
) -> "ChartType":
    """Specification curves of the slopes of one table that test a hypothesis. number: of the table."""
    from laborvalue_workflow.reporting import readings_figures

    return readings_figures.curves(number, subject, estimates, choices, influence, coefficients, options)


def readings_tornado(
    subject: Subject, estimates: Rows, choices: Rows, influence: Rows, coefficients: Rows, options: RegressionOptions
) -> "ChartType":
    """How far each choice alone moves each slope that tests a hypothesis."""
    from laborvalue_workflow.reporting import readings_figures

    return readings_figures.tornado(subject, estimates, choices, influence, coefficients, options)


def readings_agreement(
    subject: Subject, agreement: Rows, coefficients: Rows, options: RegressionOptions
) -> "ChartType":
    """The shares of the readings in which each slope agrees with the published one."""
    from laborvalue_workflow.reporting import readings_figures

    return readings_figures.agreement(subject, agreement, coefficients, options)


def readings_distance(subject: Subject, distance: Rows, choices: Rows, register: Rows, influence: Rows) -> "ChartType":
    """The distance of each reading to the published numbers, the nearest by what they change."""
    from laborvalue_workflow.reporting import readings_figures

    return readings_figures.distance(subject, distance, choices, register, influence)


# Tables that test a hypothesis: each has a figure of its slopes over the readings.
HYPOTHESES = [spec for spec in ESTIMATED if spec.shows.startswith("Hypothesis")]

FIGURES = {
    "coefficients": Figure(coefficients, ("comparison",)),
    "productivity": Figure(productivity, ("panel", "mean_logs"), variables=("tlpr",)),
    "digital": Figure(digital, ("panel", "sectors"), variables=("d",)),
    "ranks": Figure(ranks, ("panel", "regions"), variables=("pp",)),
    "first_stage": Figure(first_stage, ("panel", "table", "options"), table=8),
    "course": Figure(course, ("summary", "deviations"), more_years_than=FEW_YEARS),
    "values_prices": Figure(values_prices, ("national", "sectors")),
    "wage_profit": Figure(wage_profit, ("wage_profit", "summary")),
    "transfers": Figure(transfers, ("transfers", "regions")),
    "transfers_trade": Figure(transfers_trade, ("transfers", "trade", "regions")),
    "transfers_course": Figure(transfers_course, ("transfers", "regions"), more_years_than=FEW_YEARS),
    "readings_agreement": Figure(readings_agreement, ("agreement", "coefficients", "options")),
    **{
        f"readings_{spec.name}": Figure(
            partial(readings_curves, spec.number),
            ("estimates", "choices", "influence", "coefficients", "options"),
            table=spec.number,
            caption="readings_curves",
        )
        for spec in HYPOTHESES
    },
    "readings_tornado": Figure(readings_tornado, ("estimates", "choices", "influence", "coefficients", "options")),
    "readings_distance": Figure(readings_distance, ("distance", "choices", "register", "influence")),
}
