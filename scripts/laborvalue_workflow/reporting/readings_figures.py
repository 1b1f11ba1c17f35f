"""From the files of the readings to what their charts show."""

from collections.abc import Iterable, Mapping
from typing import Any

from altair.typing import ChartType

from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import readings_charts
from laborvalue_workflow.reporting.charts import nothing_to_draw
from laborvalue_workflow.reporting.readings import NEAREST, by_influence, differences, named, ranked, short_names
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.typesetting import CONSTANT
from laborvalue_workflow.reporting.verdicts import Estimate, Slope, estimate, verdicts

MOVING = 6  # choices that a figure shows for a slope: those that move it most
KINDS = {"sample": "drawn from all combinations", "single": "one choice changed", "run": "the run’s own"}


def tested(coefficients: Rows, options: RegressionOptions) -> list[tuple[int, Slope]]:
    """The slopes that test a hypothesis with their published numbers: (number of the hypothesis, slope)."""
    return [(verdict.hypothesis, slope) for verdict in verdicts({}, coefficients, options) for slope in verdict.slopes]


def slope_rows(rows: Iterable[Mapping[str, Any]], slope: Slope) -> list[Mapping[str, Any]]:
    """The rows of a slope: of its table and column, the regressor that tests the hypothesis under any name."""
    spec = BY_NUMBER[slope.table]
    column = slope.column if not spec.instrumented else 1
    held = next(equation.regressors[1:] for first, equation in spec.placed() if first == column)
    return [
        row
        for row in rows
        if (row["table"], row["column"]) == (slope.table, slope.column) and row["term"] not in (CONSTANT, *held)
    ]


def moving(influence: Rows, slope: Slope) -> list[str]:
    """The choices that move a slope most: by their share of its variance, then by the range that they move it."""

    def weight(row: Mapping[str, Any]) -> tuple[float, float]:
        return row["variance_share"] or 0.0, row["range"] or 0.0

    rows = sorted(slope_rows(influence, slope), key=lambda row: (*(-number for number in weight(row)), row["choice"]))
    return [row["choice"] for row in rows if any(weight(row))][:MOVING]


def alternatives(choices: Rows, kept: Iterable[str]) -> dict[int, dict[str, str]]:
    """The alternatives of some choices by reading: {reading: {choice: alternative}}."""
    wanted, by_reading = set(kept), {}
    for row in choices:
        if row["choice"] in wanted:
            by_reading.setdefault(row["reading"], {})[row["choice"]] = str(row["alternative"])
    return by_reading


def curve(
    slope: Slope, estimates: Rows, choices: Rows, influence: Rows, short: Mapping[str, str]
) -> readings_charts.Curve:
    """One slope over the readings. short: the names of the choices."""
    rows = sorted(slope_rows(estimates, slope), key=lambda row: (row["estimate"], row["reading"]))
    shown = moving(influence, slope)
    by_reading = alternatives(choices, shown)
    place: dict[tuple[str, str], int] = {}
    starts = []
    for choice in shown:
        starts.append(len(place))
        own = by_reading.get(0, {}).get(choice)
        seen = {by_reading[row["reading"]][choice] for row in rows}
        for alternative in sorted(seen, key=lambda name: (name != own, name)):
            place[choice, alternative] = len(place)
    points = []
    for row in rows:
        computed = estimate(row)
        compared = Slope(slope.table, slope.column, slope.name, slope.published, computed)
        chosen = by_reading.get(row["reading"], {})
        points.append(
            {"reading": row["reading"], "estimate": computed.value, "low": computed.low, "high": computed.high}
            | {"status": compared.status, "agrees": as_published(computed, slope.published)}
            | {"rows": [place[choice, chosen[choice]] for choice in shown]}
        )
    return readings_charts.Curve(
        name=f"({slope.column}) {slope.label}",
        published=slope.published.value,
        low=slope.published.low,
        high=slope.published.high,
        points=points,
        labels=tuple(f"{short[choice]}: {alternative}" for choice, alternative in place),
        starts=tuple(starts),
    )


def as_published(computed: Estimate, published: Estimate) -> bool:
    """Whether an estimate has the published sign, and is significant at 10 % where the published one is."""
    return (computed.value > 0) == (published.value > 0) and bool(computed.stars) == bool(published.stars)


def curves(
    number: int,
    subject: Subject,
    estimates: Rows,
    choices: Rows,
    influence: Rows,
    coefficients: Rows,
    options: RegressionOptions,
) -> ChartType:
    """Specification curves of the slopes of table `number` that test a hypothesis."""
    short = short_names(row["choice"] for row in choices)
    every = [
        curve(slope, estimates, choices, influence, short)
        for _, slope in tested(coefficients, options)
        if slope.table == number
    ]
    drawn = [one for one in every if one.points]
    if not drawn:
        title = f"Specification curves of Table {number}"
        return nothing_to_draw(title, "no reading has an estimate of its slopes", subject)
    return readings_charts.curves_chart(f"Table {number}", drawn, subject)


def ranges(slope: Slope, influence: Rows, short: Mapping[str, str]) -> list[dict[str, Any]]:
    """How far each choice alone moves a slope, and whether its sign changes, the largest range first.

    short: the names of the choices.
    """
    moved = [row for row in slope_rows(influence, slope) if row["range"]]
    return [
        {"choice": short[row["choice"]], "low": row["low"], "high": row["high"]}
        | {"crosses": row["low"] < 0 < row["high"]}
        for row in sorted(moved, key=lambda row: (-row["range"], row["choice"]))[:MOVING]
    ]


def tornado(
    subject: Subject, estimates: Rows, choices: Rows, influence: Rows, coefficients: Rows, options: RegressionOptions
) -> ChartType:
    """How far each choice alone moves each slope that tests a hypothesis."""
    short, panels = short_names(row["choice"] for row in choices), []
    for _, slope in tested(coefficients, options):
        own = next((row["estimate"] for row in slope_rows(estimates, slope) if row["reading"] == 0), None)
        if bars := ranges(slope, influence, short):
            name = f"Table {slope.table} ({slope.column}) {slope.label}"
            panels.append((name, own, slope.published.value, bars))
    if not panels:
        return nothing_to_draw("Which choice moves which slope", "no choice alone moves a slope", subject)
    return readings_charts.tornado_chart(panels, subject)


def agreement(subject: Subject, agreement: Rows, coefficients: Rows, options: RegressionOptions) -> ChartType:
    """The shares of the readings in which each slope agrees with the published one."""
    by_place = {(row["table"], row["column"]): row for row in agreement}
    measures = {"same_sign": "published sign", "same_sign_and_stars": "published sign and significance"}
    weights = {"share": "all readings alike", "weighted": "weighted by grades"}
    rows = [
        {"hypothesis": hypothesis, "place": f"H{hypothesis}  Table {slope.table} ({slope.column}) {slope.label}"}
        | {"measure": measures[measure], "weights": weights[weight], "share": shares[f"{weight}_{measure}"]}
        for hypothesis, slope in tested(coefficients, options)
        if (shares := by_place.get((slope.table, slope.column)))
        for measure in measures
        for weight in weights
        if shares[f"{weight}_{measure}"] is not None
    ]
    if not rows:
        return nothing_to_draw("Agreement with the paper over the readings", "no slope was estimated", subject)
    return readings_charts.agreement_chart(rows, subject)


def distance(subject: Subject, distance: Rows, choices: Rows, register: Rows, influence: Rows) -> ChartType:
    """The distance of each reading to the published numbers, the nearest by what they change."""
    kind_of = {row["reading"]: row["kind"] for row in register}
    rows = [
        {"reading": row["reading"], "kind": KINDS[kind_of[row["reading"]]], "rank": row["rank"], "total": row["total"]}
        for row in ranked(distance)
    ]
    if not rows:
        return nothing_to_draw("Distance to the published numbers", "no reading has a distance", subject)
    changed, order = differences(choices), by_influence(influence)
    short = short_names(row["choice"] for row in choices)
    nearest = [
        {"reading": row["reading"], "total": row["total"]}
        | {"name": f"{row['rank']}.  {named(changed.get(row['reading'], {}), order, short)}"}
        for row in rows[:NEAREST]
    ]
    own = next((row for row in rows if row["reading"] == 0), None)
    return readings_charts.distance_chart(rows, nearest, own, subject)
