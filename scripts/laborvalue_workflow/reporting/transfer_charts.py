"""Charts of transfers of value: who gains and who loses, between whom by trade, and how it changed."""

from collections.abc import Sequence

import altair as alt
from altair.typing import ChartType

from laborvalue_workflow.reporting.charts import (
    BLUE,
    FAINT,
    INK,
    VERMILLION,
    color_by,
    dash_by,
    rounded,
    shortened,
    titled,
)
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.subject import Subject

PARTS = {"transfer_regions": "within sectors", "transfer_sectors": "between sectors"}


def gains_chart(rows: Rows, year: str, count: int, subject: Subject) -> ChartType:
    """What regions gain or lose per hour that is worked there, in two parts and in total.

    rows: dicts with region, name, transfer_regions, transfer_sectors (hours per hour of living labor) and total, the
    largest gain first; count: of all regions.
    """
    names = PARTS
    order = [row["region"] for row in rows]
    label = {row["region"]: shortened(row["name"] or row["region"], 24) for row in rows}
    points = [
        {"place": label[row["region"]], "part": text, **rounded(gain=row[part], total=row["total"])}
        for row in rows
        for part, text in names.items()
    ]
    y = alt.Y("place:N", sort=[label[region] for region in order], title=None)
    tooltip = [
        alt.Tooltip("place:N", title=subject.fill("{Region}")),
        alt.Tooltip("part:N", title="Part"),
        alt.Tooltip("gain:Q", title="Gain, hours per hour", format="+.3f"),
        alt.Tooltip("total:Q", title="Total, hours per hour", format="+.3f"),
    ]
    bars = (
        alt.Chart(alt.Data(values=points))
        .mark_bar(size=9)
        .encode(
            x=alt.X("gain:Q", title="gain, hours per hour worked", axis=alt.Axis(format="+.2~f")),
            y=y,
            color=alt.Color("part:N", **color_by([*names.values()], symbol="square")),
            tooltip=tooltip,
        )
    )
    totals = (
        alt.Chart(alt.Data(values=[{"place": label[row["region"]], **rounded(total=row["total"])} for row in rows]))
        .mark_point(filled=True, size=34, color=INK, opacity=1, stroke="white", strokeWidth=1)
        .encode(x=alt.X("total:Q"), y=y)
    )
    chart = alt.layer(bars, totals).properties(width=440, height=14 * len(rows))
    shown = "" if len(rows) == count else f" The largest gains and losses of {count} {subject.words.regions}."
    caption = [
        "Hours that the output is worth at production prices, less its own value, per hour of living labor; dots: the "
        f"sum of both parts.{shown}"
    ]
    return titled(chart, f"Transfers of value in {year}", caption, subject, 640)


def trade_chart(rows: Rows, order: Sequence[str], year: str, count: int, subject: Subject) -> ChartType:
    """Net value that the largest regions hand over to each other by trade, as a matrix.

    rows: dicts with seller, buyer (names) and net (100 million hours); order: the names, the largest region first;
    count: of all regions.
    """
    largest = max(abs(row["net"]) for row in rows)
    points = [{"seller": row["seller"], "buyer": row["buyer"], **rounded(net=row["net"])} for row in rows]
    scale = alt.Scale(domain=[-largest, 0, largest], range=[BLUE, "#f4f4f4", VERMILLION], type="linear")
    x = alt.X("buyer:N", sort=[*order], title="to", axis=alt.Axis(labelAngle=-40))
    y = alt.Y("seller:N", sort=[*order], title="from")
    cells = (
        alt.Chart(alt.Data(values=points))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("net:Q", scale=scale, title="100 million hours", legend=alt.Legend(format="+,~r")),
            tooltip=[
                alt.Tooltip("seller:N", title="From"),
                alt.Tooltip("buyer:N", title="To"),
                alt.Tooltip("net:Q", title="Net value, 100 million hours", format="+,.2f"),
            ],
        )
    )
    chart = cells.properties(width=360, height=360)
    which = (
        f"The {len(order)} largest of {count} {subject.words.regions} by hours worked. " if len(order) < count else ""
    )
    caption = [
        f"{which}Value handed over by what a row sells to a column, less its price in hours, and less the same in the "
        "other direction. Red: the row hands over more than it receives."
    ]
    return titled(chart, f"Net transfers of value through trade in {year}", caption, subject, 520)


def course_chart(rows: Rows, order: Sequence[str], count: int, subject: Subject) -> ChartType:
    """What some regions gain per hour that is worked there, over the years.

    rows: dicts with year, name and total (hours per hour of living labor); order: the names; count: of all regions.
    """
    points = [{"year": row["year"], "name": row["name"], **rounded(total=row["total"])} for row in rows]
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = alt.Y("total:Q", title="gain, hours per hour worked", axis=alt.Axis(format="+.2~f"))
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(strokeWidth=1.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("name:N", **color_by(order, symbol="stroke")),
            strokeDash=alt.StrokeDash("name:N", **dash_by(order)),
            tooltip=[
                alt.Tooltip("name:N", title=subject.fill("{Region}")),
                alt.Tooltip("year:O", title="Year"),
                alt.Tooltip("total:Q", title="Gain, hours per hour", format="+.3f"),
            ],
        )
    )
    zero = alt.Chart(alt.Data(values=[{"a": 0}])).mark_rule(color=FAINT, strokeDash=[4, 3]).encode(y="a:Q")
    caption = [
        f"Hours that the output is worth at production prices, less its own value, per hour of living labor. The "
        f"{len(order)} of {count} {subject.words.regions} with the largest gains and losses of the last year."
    ]
    return titled(
        alt.layer(zero, lines).properties(width=560, height=280), "Transfers of value over the years", caption, subject
    )
