"""Charts of the readings: specification curves, what moves a slope, agreement, distance to the published numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from altair.typing import ChartType

from laborvalue_workflow.reporting.charts import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PURPLE,
    VERMILLION,
    rounded,
    shortened,
    titled,
)
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.verdicts import Status

COLORS = {
    Status.AGREES: BLUE,
    Status.OPPOSITE: VERMILLION,
    Status.NOT_SIGNIFICANT: FAINT,
    Status.SIGNIFICANT: ORANGE,
    Status.NEITHER: FAINT,
}
WIDTH = 330  # of a specification curve, in pixels
SIZES = [16, 40, 60]  # of the marks of readings: the more of a kind, the smaller
ROW = 11  # height of a row of text, in pixels
LABEL = 190  # longest label of a row, in pixels
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # for charts with thousands of marks on a page


@dataclass(frozen=True)
class Curve:
    """One slope over the readings.

    Attributes
    ----------
    name
        What stands over the panel.
    published, low, high
        The published slope with its 95 % confidence interval, which is None where there is no standard error.
    points
        Dicts of the readings that have the slope, in the order of the estimate: reading, estimate, low and high (None
        without a standard error), status (as a `Status`), agrees (whether sign and significance are as published), and
        `rows`, the position in `labels` of its alternatives.
    labels
        The alternatives of the choices that move the slope, as `choice: alternative`, choice by choice.
    starts
        The positions in `labels` at which a choice begins.
    """

    name: str
    published: float
    low: float | None
    high: float | None
    points: Rows
    labels: tuple[str, ...]
    starts: tuple[int, ...]


def curves_chart(table: str, curves: Sequence[Curve], subject: Subject) -> ChartType:
    """Specification curves of the slopes of one table, a panel per slope. table: `Table 3`."""
    shown = [status for status in COLORS if any(p["status"] == status for curve in curves for p in curve.points)]
    chart = alt.concat(*(curve_panel(curve, shown) for curve in curves), columns=2, spacing=30).resolve_scale(
        x="independent", y="independent"
    )
    most = max(len(curve.points) for curve in curves)
    caption = [
        f"Each slope under up to {most:,} readings, in the order of the estimate; gray: 95 % confidence intervals. "
        "Purple: the published slope with its interval. Vertical line: the run’s own reading. Below, a tick for the "
        "alternative that a reading has, for the choices that move the slope most, the run’s own alternative first; at "
        "the right, the share of the readings with that alternative in which the slope is as published, in sign and "
        "significance at 10 %."
    ]
    titled_chart = titled(chart, f"Specification curves of {table}", caption, subject, 900, published=True)
    return titled_chart.properties(usermeta=CANVAS | {"labels": LABEL + 30})


def curve_panel(curve: Curve, shown: Sequence[Status]) -> ChartType:
    """The curve of one slope and its choices. shown: the statuses in the legend."""
    choices = max((len(point["rows"]) for point in curve.points), default=0)
    lines = [",".join(["k", "e", "l", "h", "s", "a", "r", *(f"c{k}" for k in range(choices))])]
    for k, point in enumerate(curve.points, start=1):
        numbers = [point["estimate"], point["low"], point["high"]]
        texts = ["" if number is None else f"{number:.4g}" for number in numbers]
        place = [shown.index(point["status"]), int(point["agrees"]), point["reading"], *point["rows"]]
        lines.append(",".join(map(str, [k, *texts, *place])))
    kinds = {name: "number" for name in lines[0].split(",")}
    data = alt.InlineData(values="\n".join(lines), format=alt.CsvDataFormat(type="csv", parse=kinds))
    color = alt.Color(
        "status:N",
        scale=alt.Scale(domain=[str(status) for status in shown], range=[COLORS[status] for status in shown]),
        title=None,
        legend=alt.Legend(orient="top", symbolOpacity=1, symbolSize=40),
    )
    ends = [0.5, max(len(curve.points), 1) + 0.5]
    x = alt.X("k:Q", title=None, scale=alt.Scale(domain=ends, nice=False), axis=None)
    base = alt.Chart().transform_calculate(status=f"{[str(status) for status in shown]}[datum.s]")
    tooltip = [
        alt.Tooltip("r:Q", title="Reading"),
        alt.Tooltip("e:Q", title="Slope", format=".4f"),
        alt.Tooltip("l:Q", title="from", format=".4f"),
        alt.Tooltip("h:Q", title="to", format=".4f"),
        alt.Tooltip("status:N", title="Compared with the published"),
    ]
    y = alt.Y("l:Q", title="slope", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5, format="~g", grid=False))
    own = base.transform_filter("datum.r === 0").mark_rule(color=INK, strokeWidth=1.2).encode(x=x)
    paper = alt.Chart(alt.InlineData(values=[rounded(e=curve.published) | ends_of(curve)]))
    band = paper.mark_rect(color=PURPLE, opacity=0.3).encode(y=alt.Y("l:Q"), y2=alt.Y2("h:Q"))
    line = paper.mark_rule(color=PURPLE, strokeWidth=2).encode(y=alt.Y("e:Q"))
    zero = alt.Chart(alt.InlineData(values=[{"e": 0}])).mark_rule(color=FAINT, strokeDash=[3, 3]).encode(y=alt.Y("e:Q"))
    spread = base.mark_area(color=FAINT, opacity=0.4, interpolate="step").encode(x=x, y=y, y2=alt.Y2("h:Q"))
    dots = base.mark_point(filled=True, size=9, opacity=1, shape="circle").encode(
        x=x, y=alt.Y("e:Q"), color=color, tooltip=tooltip
    )
    title = alt.TitleParams(curve.name, anchor="start", fontSize=12, offset=4, color=INK)
    layers = [*([band] if curve.low is not None else []), spread, zero, line, own, dots]
    top = alt.layer(*layers, data=data).properties(width=WIDTH, height=150, title=title)
    return alt.vconcat(top, choices_panel(curve, data, base, x, color, choices), spacing=4) if choices else top


def ends_of(curve: Curve) -> dict[str, float]:
    """The ends of the published interval, empty where there is none."""
    return {} if curve.low is None or curve.high is None else rounded(l=curve.low, h=curve.high)


def choices_panel(
    curve: Curve, data: alt.InlineData, base: alt.Chart, x: alt.X, color: alt.Color, choices: int
) -> ChartType:
    """The ticks below a curve, a row per alternative."""
    rows = len(curve.labels)
    labels = [shortened(label, 40) for label in curve.labels]
    y = alt.Y(
        "row:Q",
        title=None,
        scale=alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(rows)),
            labelExpr=f"{labels}[datum.value]",
            labelLimit=LABEL,
            labelFontSize=9,
            labelOverlap=False,
            grid=False,
            ticks=False,
            domain=False,
        ),
    )
    folded = base.transform_fold([f"c{k}" for k in range(choices)], as_=["choice", "row"])
    thickness = min(max(0.9 * WIDTH / max(len(curve.points), 1), 0.7), 3.0)
    ticks = folded.mark_tick(orient="vertical", size=ROW - 3, thickness=round(thickness, 2), opacity=1).encode(
        x=x, y=y, color=color.copy()
    )
    shares = (
        folded.transform_aggregate(share="mean(a)", groupby=["row"])
        .mark_text(align="left", dx=5, fontSize=9, color=INK, clip=False)
        .encode(x=alt.datum(len(curve.points) + 0.5), y=y, text=alt.Text("share:Q", format=".0%"))
    )
    own = base.transform_filter("datum.r === 0").mark_rule(color=INK, strokeWidth=1.2).encode(x=x)
    rules = (
        alt.Chart(alt.InlineData(values=[{"row": start - 0.5} for start in curve.starts]))
        .mark_rule(color=FAINT, strokeWidth=0.5)
        .encode(y=y)
    )
    return alt.layer(rules, ticks, own, shares, data=data).properties(width=WIDTH, height=ROW * rows)


def tornado_chart(panels: Sequence[tuple[str, float | None, float, Rows]], subject: Subject) -> ChartType:
    """How far each choice alone moves each slope, a panel per slope, the largest range first.

    panels: (name, the run's own slope, the published slope, rows); rows: dicts with choice, low, high and crosses
    (whether the sign changes).
    """
    chart = alt.concat(*(tornado_panel(*panel) for panel in panels), columns=3, spacing=18)
    caption = [
        "Range of a slope over the alternatives of one choice, all else as in the run; the choices that move it most, "
        "the largest range first. Red: the sign changes within the range. Black line: the run’s own slope; purple: the "
        "published one; dashed: zero. Scales differ between the panels."
    ]
    chart = titled(chart, "Which choice moves which slope", caption, subject, 900, published=True)
    return chart.properties(usermeta={"labels": 170})


def tornado_panel(name: str, own: float | None, published: float, rows: Rows) -> ChartType:
    """The panel of one slope in `tornado_chart`."""
    points = [
        {"choice": row["choice"], "crosses": row["crosses"]} | rounded(low=row["low"], high=row["high"]) for row in rows
    ]
    x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4, format="~g", grid=False))
    y = alt.Y("choice:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, labelFontSize=9, ticks=False))
    bars = (
        alt.Chart(alt.InlineData(values=points))
        .mark_bar(height=ROW - 4)
        .encode(
            x=x,
            x2=alt.X2("high:Q"),
            y=y,
            color=alt.condition("datum.crosses", alt.value(VERMILLION), alt.value(BLUE)),
            tooltip=[
                alt.Tooltip("choice:N", title="Choice"),
                alt.Tooltip("low:Q", title="Slope from", format=".4f"),
                alt.Tooltip("high:Q", title="to", format=".4f"),
            ],
        )
    )

    def rule(at: float, color: str, **style: Any) -> alt.Chart:
        return (
            alt.Chart(alt.InlineData(values=[rounded(low=at)])).mark_rule(color=color, **style).encode(x=alt.X("low:Q"))
        )

    layers = [rule(0.0, FAINT, strokeDash=[3, 3]), bars, rule(published, PURPLE, strokeWidth=2)]
    layers += [] if own is None else [rule(own, INK, strokeWidth=1.2)]
    title = alt.TitleParams(name, anchor="start", fontSize=11, offset=3, color=INK)
    return alt.layer(*layers).properties(width=150, height=ROW * max(len(points), 1), title=title)


def agreement_chart(rows: Rows, subject: Subject) -> ChartType:
    """The share of the readings in which each slope agrees with the published one.

    rows: dicts with hypothesis, place, measure, weights and share (0 to 1), in the order of the places.
    """
    points = [
        {name: row[name] for name in ("place", "measure", "weights")} | rounded(share=row["share"]) for row in rows
    ]
    places = list(dict.fromkeys(row["place"] for row in rows))
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    weights = list(dict.fromkeys(row["weights"] for row in rows))
    y = alt.Y("place:N", sort=places, title=None, axis=alt.Axis(grid=True, labelLimit=260, labelPadding=6, ticks=False))
    x = alt.X("share:Q", title="share of the readings", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    dots = (
        alt.Chart(alt.InlineData(values=points))
        .mark_point(filled=True, size=55, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "measure:N",
                scale=alt.Scale(domain=measures, range=[ORANGE, BLUE]),
                title=None,
                legend=alt.Legend(orient="top", symbolOpacity=1, labelLimit=300),
            ),
            shape=alt.Shape(
                "weights:N",
                scale=alt.Scale(domain=weights, range=["circle", "triangle-up"]),
                title=None,
                legend=alt.Legend(orient="top", symbolFillColor=INK, symbolStrokeColor=INK, labelLimit=300),
            ),
            tooltip=[
                alt.Tooltip("place:N", title="Slope"),
                alt.Tooltip("measure:N", title="Same"),
                alt.Tooltip("weights:N", title="Readings"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
    )
    last = dict.fromkeys(row["hypothesis"] for row in rows)
    for row in rows:
        last[row["hypothesis"]] = row["place"]
    lines = (
        alt.Chart(alt.InlineData(values=[{"place": place} for place in [*last.values()][:-1]]))
        .mark_rule(color=INK, strokeWidth=0.8, yOffset=7.5)
        .encode(y=y)
    )
    chart = alt.layer(lines, dots).properties(width=460, height=15 * len(places))
    caption = [
        "Each slope that tests a hypothesis: in which share of the readings it has the published sign, and in which "
        "share also the published significance at 10 %. Weighted: alternatives that the paper supports better count "
        "more."
    ]
    return titled(chart, "Agreement with the paper over the readings", caption, subject, 640)


def distance_chart(rows: Rows, nearest: Rows, own: Mapping[str, Any] | None, subject: Subject) -> ChartType:
    """The distance of each reading to the published numbers, the nearest by name.

    rows: dicts with reading, kind (in words), total and rank, in the order of the rank; nearest: those with a name,
    dicts with reading, name, total; own: the run's own, None where it has no distance.
    """
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    x = alt.X("rank:Q", title="reading, by distance", scale=alt.Scale(domain=[0, len(rows) + 1], nice=False))
    y = alt.Y("total:Q", title="distance", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6, format="~g"))
    points = [
        {name: row[name] for name in ("reading", "kind", "rank")}
        | rounded(total=row["total"])
        | {"size": SIZES[kinds.index(row["kind"])]}
        for row in rows
    ]
    dots = (
        alt.Chart(alt.InlineData(values=points))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=None, legend=None),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE, INK][: len(kinds)]),
                title=None,
                legend=alt.Legend(orient="top", symbolOpacity=1),
            ),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=["circle", "triangle-up", "diamond"][: len(kinds)]),
                title=None,
            ),
            tooltip=[
                alt.Tooltip("reading:Q", title="Reading"),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("rank:Q", title="Rank"),
                alt.Tooltip("total:Q", title="Distance", format=".3f"),
            ],
        )
    )
    layers: list[Any] = [dots]
    if own:
        here = alt.Chart(alt.InlineData(values=[{"rank": own["rank"]} | rounded(total=own["total"])]))
        layers += [
            here.mark_point(shape="diamond", size=110, color=INK, strokeWidth=1.5).encode(
                x=alt.X("rank:Q"), y=alt.Y("total:Q")
            ),
            here.mark_text(text="the run’s own", dy=16, color=INK, fontSize=10).encode(
                x=alt.X("rank:Q"), y=alt.Y("total:Q")
            ),
        ]
    every = alt.layer(*layers).properties(width=600, height=240)
    named = [{"name": row["name"], "reading": row["reading"]} | rounded(total=row["total"]) for row in nearest]
    order = [row["name"] for row in nearest]
    line = alt.Y("name:N", sort=order, title=None, axis=None)
    base = alt.Chart(alt.InlineData(values=named))
    texts = base.mark_text(align="left", dy=-6, fontSize=10, color=INK).encode(
        x=alt.value(0), y=line, text=alt.Text("name:N")
    )
    close = base.mark_point(filled=True, size=45, color=BLUE, opacity=1, yOffset=7).encode(
        x=alt.X("total:Q", title="distance", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5, format="~g")),
        y=line,
        tooltip=[
            alt.Tooltip("reading:Q", title="Reading"),
            alt.Tooltip("name:N", title="Changes"),
            alt.Tooltip("total:Q", title="Distance", format=".3f"),
        ],
    )
    rules = base.mark_rule(color=FAINT, strokeWidth=0.5, yOffset=7).encode(y=line)
    title = alt.TitleParams("The nearest, by what they change", anchor="start", fontSize=12, offset=8, color=INK)
    below = alt.layer(rules, texts, close).properties(width=600, height=30 * len(named), title=title)
    caption = [
        "Distance of the readings to the published coefficients, means of logs, Table 2 and numbers of observations. "
        "Below, the nearest readings with the choices that they change, the most influential first."
    ]
    chart = titled(
        alt.vconcat(every, below, spacing=24),
        "Distance to the published numbers",
        caption,
        subject,
        640,
        published=True,
    )
    return chart.properties(usermeta={"labels": 60})
