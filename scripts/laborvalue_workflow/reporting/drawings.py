"""From the results of a run to its figures: each function takes plain data, summarizes it and hands it to a chart."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from altair.typing import ChartType
from numpy.typing import NDArray

from laborvalue import summaries
from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import (
    account_charts,
    charts,
    economy_charts,
    readings_figures,
    regression_charts,
    typesetting,
)
from laborvalue_workflow.reporting.figures import FIGURES, HYPOTHESES
from laborvalue_workflow.reporting.results import Rows, by_transfer, column, names, national_figures
from laborvalue_workflow.reporting.subject import Subject

LARGEST = 10  # regions that a figure of the account shows: so many receive most, so many pay most, so many are largest


def coefficients(subject: Subject, comparison: Rows) -> ChartType:
    """Published and computed slopes with their 95 % confidence intervals. comparison: rows of published.csv."""
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
        return charts.nothing_to_draw("Published and computed coefficients", "no slope could be estimated", subject)
    return regression_charts.coefficients_chart(points, subject)


def values_prices(subject: Subject, national: Mapping[str, Rows], sectors: Mapping[str, Sequence]) -> ChartType:
    """Value and production price of each productive sector, a panel per year. national: rows of national.csv."""
    named, rows = names(sectors, "sector"), []
    for year, accounts in national.items():
        prices = summaries.sector_prices(*(column(accounts, name) for name in ("value", "price", "output")))
        keys = [accounts[k]["sector"] for k in prices.position]
        numbers = zip(prices.value, prices.price, prices.ratio, prices.share, strict=True)
        rows += [
            {"year": year, "sector": key, "name": named[key]}
            | dict(zip(("value", "price", "ratio", "share"), measures, strict=True))
            for key, measures in zip(keys, numbers, strict=True)
        ]
    return economy_charts.values_prices_chart(rows, subject)


def course(subject: Subject, summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]) -> ChartType:
    """National figures over the years, a panel per figure. deviations: rows of deviations.csv."""
    rows = [
        {"measure": label, "year": year, "number": number}
        for label, by_year in national_figures(summary, deviations).items()
        for year, number in by_year.items()
        if number is not None
    ]
    return economy_charts.course_chart(rows, subject)


def wage_profit(
    subject: Subject, wage_profit: Mapping[str, Rows], summary: Mapping[str, Mapping[str, Any]]
) -> ChartType:
    """The wage-profit curve of each year, with the point of the year's own profit rate."""
    rows = [{**row, "year": year} for year, curve in wage_profit.items() for row in curve]
    actual = [row for row in rows if row["profit_rate"] == summary[row["year"]]["profit_rate"]]
    return economy_charts.wage_profit_chart(rows, actual, subject)


def productivity(subject: Subject, panel: Mapping[str, NDArray], mean_logs: Rows) -> ChartType:
    """The distribution of ln tlpr by year, its mean beside the published one."""
    distribution = summaries.log_distribution(panel["tlpr"], panel["year"])
    rows = [
        {"year": str(year), "low": low, "high": high, "density": share}
        for year, shares in zip(distribution.years, distribution.density, strict=True)
        for low, high, share in zip(distribution.edges[:-1], distribution.edges[1:], shares, strict=True)
    ]
    published = next(row["mean_log"] for row in mean_logs if row["variable"] == "tlpr")
    means = [{"which": "published", "mean": published}, {"which": "computed", "mean": distribution.mean}]
    return economy_charts.productivity_chart(rows, means, subject)


def digital(subject: Subject, panel: Mapping[str, NDArray], sectors: Mapping[str, Sequence]) -> ChartType:
    """Mean digital input over the regions, by sector and year."""
    named = names(sectors, "sector")
    means = summaries.group_means(panel["sector"], panel["year"], panel["d"])
    rows = [
        {"year": str(year), "sector": sector, "name": named.get(sector, ""), "mean": mean}
        for sector, year, mean in zip(means.group.tolist(), means.year, means.mean, strict=True)
    ]
    return economy_charts.digital_chart(rows, subject)


def ranks(subject: Subject, panel: Mapping[str, NDArray], regions: Mapping[str, Sequence]) -> ChartType:
    """Rank and size of the regions' total production price pp, by year, with the exponent of the rank-size rule."""
    named = names(regions, "region")
    by_year = summaries.region_ranks(panel["region"], panel["year"], panel["pp"])
    rows = [
        {"year": str(ranked.year), "region": region, "name": named.get(region, ""), "pp": size, "rank": rank}
        for ranked in by_year
        for region, size, rank in zip(ranked.region.tolist(), ranked.size, ranked.rank, strict=True)
    ]
    exponents = [
        {"year": str(ranked.year), "exponent": ranked.exponent, "std_error": ranked.std_error} for ranked in by_year
    ]
    return economy_charts.ranks_chart(rows, exponents, subject)


def first_stage(subject: Subject, panel: Any, table: Rows, options: RegressionOptions) -> ChartType:
    """Digital input and the instrument net of the fixed effects, with the line of Table 8's first stage.

    panel: the table's columns as a pyarrow Table; table: the rows of table08.csv.
    """
    from laborvalue.econometrics.first_stage import first_stage_bins  # the estimators are slow to load

    slopes = [row for row in table if row["stage"] == "first" and row["term"] != typesetting.CONSTANT]
    if not slopes:
        number = FIGURES["first_stage"].table
        reason = f"Table {number} could not be estimated; its notes say why"
        return charts.nothing_to_draw("First stage: digital input and the instrument", reason, subject)
    (slope,) = slopes
    means = first_stage_bins(BY_NUMBER[slope["table"]], panel, options)
    rows = [{"x": x, "y": y, "n": n} for x, y, n in zip(means.x, means.y, means.n, strict=True)]
    labels = [typesetting.as_entered(slope[name], options) for name in ("term", "dependent")]
    return regression_charts.first_stage_chart(rows, slope["estimate"], labels, subject)


def _accounted(rows: Rows, named: Mapping[str, str]) -> list[dict[str, Any]]:
    """The regions of the account in its order: what each receives or pays, 100 million hours, the largest sum first."""
    return [
        {"region": row["region"], "name": named.get(row["region"]) or row["region"], "hours": row["hours"]}
        | {part: 1e-8 * row[part] for part in (*account_charts.PARTS, "transfer")}
        for row in by_transfer(rows)
    ]


def account(subject: Subject, accounts: Mapping[str, Rows], regions: Mapping[str, Sequence]) -> ChartType:
    """Who receives and who pays in the last year. accounts: rows of account_regions.csv by year."""
    year = max(accounts)
    rows = _accounted(accounts[year], names(regions, "region"))
    shown = rows if len(rows) <= 2 * LARGEST else rows[:LARGEST] + rows[-LARGEST:]
    return account_charts.account_chart(shown, year, len(rows), subject)


def account_trade(
    subject: Subject, accounts: Mapping[str, Rows], trade: Mapping[str, Rows], regions: Mapping[str, Sequence]
) -> ChartType:
    """What the largest regions receive by their sales to each other. trade: rows of account_trade.parquet."""
    year = max(accounts)
    rows = _accounted(accounts[year], names(regions, "region"))
    largest = sorted(rows, key=lambda row: (-row["hours"], row["region"]))[:LARGEST]
    called = {row["region"]: row["name"] for row in largest}
    pairs = [
        {"seller": called[row["region"]], "buyer": called[row["partner"]], "transfer": 1e-8 * row["transfer"]}
        for row in trade[year]
        if row["region"] in called and row["partner"] in called
    ]
    if not pairs:
        reason = subject.fill("the tables have no trade between the {regions}")
        return charts.nothing_to_draw(f"Value received by sales in {year}", reason, subject)
    return account_charts.trade_chart(pairs, [*called.values()], year, len(rows), subject)


def account_course(subject: Subject, accounts: Mapping[str, Rows], regions: Mapping[str, Sequence]) -> ChartType:
    """Transfers over the years of the regions that receive and pay most in the last one."""
    named = names(regions, "region")
    by_year = {year: _accounted(rows, named) for year, rows in accounts.items()}
    last = by_year[max(by_year)]
    shown = last if len(last) <= 6 else last[:3] + last[-3:]
    called = {row["region"]: row["name"] for row in shown}
    rows = [
        {"year": year, "name": called[row["region"]], "transfer": row["transfer"]}
        for year, accounted in by_year.items()
        for row in accounted
        if row["region"] in called
    ]
    return account_charts.course_chart(rows, [*called.values()], len(last), subject)


# By the name of the figure.
DRAW: dict[str, Callable[..., ChartType]] = {
    **{draw.__name__: draw for draw in (coefficients, productivity, digital, ranks, first_stage, course)},
    **{draw.__name__: draw for draw in (values_prices, wage_profit, account, account_trade, account_course)},
    **{f"readings_{spec.name}": partial(readings_figures.curves, spec.number) for spec in HYPOTHESES},
    "readings_agreement": readings_figures.agreement,
    "readings_tornado": readings_figures.tornado,
    "readings_distance": readings_figures.distance,
}


def specification(name: str, subject: Subject, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A figure as a Vega-Lite specification. inputs: by the names that its entry of the register lists."""
    with charts.unchecked():
        return DRAW[name](subject, **inputs).to_dict(validate=False)
