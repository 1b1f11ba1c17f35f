"""Charts of the account of value: who receives and who pays, by which sales, and how it changed."""

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

PARTS = {
    "within_sectors": "within sectors",
    "between_sectors": "between sectors",
    "from_production_price": "market prices",
}
UNIT = "100 million hours"


def account_chart(rows: Rows, year: str, count: int, subject: Subject) -> ChartType:
    """What regions receive or pay, in three parts and in total.

    rows: dicts with region, name, the parts and transfer (100 million hours), the largest transfer first; count: of
    all regions.
    """
    label = {row["region"]: shortened(row["name"], 24) for row in rows}
    points = [
        {"place": label[row["region"]], "part": text, **rounded(amount=row[part], total=row["transfer"])}
        for row in rows
        for part, text in PARTS.items()
    ]
    y = alt.Y("place:N", sort=[*label.values()], title=None)
    tooltip = [
        alt.Tooltip("place:N", title=subject.fill("{Region}")),
        alt.Tooltip("part:N", title="Part"),
        alt.Tooltip("amount:Q", title=f"Received, {UNIT}", format="+,.2f"),
        alt.Tooltip("total:Q", title=f"Whole transfer, {UNIT}", format="+,.2f"),
    ]
    bars = (
        alt.Chart(alt.Data(values=points))
        .mark_bar(size=9)
        .encode(
            x=alt.X("amount:Q", title=f"received (+) or paid (−), {UNIT}", axis=alt.Axis(format="+,~r")),
            y=y,
            color=alt.Color("part:N", **color_by([*PARTS.values()], symbol="square")),
            tooltip=tooltip,
        )
    )
    totals = (
        alt.Chart(alt.Data(values=[{"place": label[row["region"]], **rounded(total=row["transfer"])} for row in rows]))
        .mark_point(filled=True, size=34, color=INK, opacity=1, stroke="white", strokeWidth=1)
        .encode(x=alt.X("total:Q"), y=y)
    )
    chart = alt.layer(bars, totals).properties(width=440, height=14 * len(rows))
    shown = "" if len(rows) == count else f" Those that receive and pay most of {count} {subject.words.regions}."
    caption = [f"Net product at market prices less hours worked, in three parts; dots: their sum.{shown}"]
    return titled(chart, f"Transfers of value in {year}", caption, subject, 640)


def trade_chart(rows: Rows, order: Sequence[str], year: str, count: int, subject: Subject) -> ChartType:
    """What the largest regions receive by their sales to each other, as a matrix.

    rows: dicts with seller, buyer (names) and transfer (100 million hours); order: the names, the largest region first;
    count: of all regions.
    """
    largest = max(abs(row["transfer"]) for row in rows)
    points = [{"seller": row["seller"], "buyer": row["buyer"], **rounded(transfer=row["transfer"])} for row in rows]
    scale = alt.Scale(domain=[-largest, 0, largest], range=[VERMILLION, "#f4f4f4", BLUE], type="linear")
    x = alt.X("buyer:N", sort=[*order], title="buyer", axis=alt.Axis(labelAngle=-40))
    y = alt.Y("seller:N", sort=[*order], title="seller")
    cells = (
        alt.Chart(alt.Data(values=points))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("transfer:Q", scale=scale, title=UNIT, legend=alt.Legend(format="+,~r")),
            tooltip=[
                alt.Tooltip("seller:N", title="Seller"),
                alt.Tooltip("buyer:N", title="Buyer"),
                alt.Tooltip("transfer:Q", title=f"Received, {UNIT}", format="+,.2f"),
            ],
        )
    )
    chart = cells.properties(width=360, height=360)
    which = (
        f"The {len(order)} largest of {count} {subject.words.regions} by hours worked. " if len(order) < count else ""
    )
    caption = [
        f"{which}Market price less labor embodied of what a row sells to a column: the seller receives (blue) or pays "
        "(red). Hours at the scale of the account."
    ]
    return titled(chart, f"Value received by sales in {year}", caption, subject, 520)


def course_chart(rows: Rows, order: Sequence[str], count: int, subject: Subject) -> ChartType:
    """What some regions receive or pay over the years.

    rows: dicts with year, name and transfer (100 million hours); order: the names; count: of all regions.
    """
    points = [{"year": row["year"], "name": row["name"], **rounded(transfer=row["transfer"])} for row in rows]
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = alt.Y("transfer:Q", title=f"received (+) or paid (−), {UNIT}", axis=alt.Axis(format="+,~r"))
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
                alt.Tooltip("transfer:Q", title=f"Received, {UNIT}", format="+,.2f"),
            ],
        )
    )
    zero = alt.Chart(alt.Data(values=[{"a": 0}])).mark_rule(color=FAINT, strokeDash=[4, 3]).encode(y="a:Q")
    caption = [
        f"Net product at market prices less hours worked. The {len(order)} of {count} {subject.words.regions} that "
        "receive and pay most in the last year."
    ]
    return titled(
        alt.layer(zero, lines).properties(width=560, height=280), "Transfers of value over the years", caption, subject
    )
