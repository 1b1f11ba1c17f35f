"""Charts of the economy: values and prices, wages and profits, productivity, digital input, sizes of regions."""

from typing import Any

import altair as alt
from altair.typing import ChartType

from laborvalue_workflow.reporting.charts import (
    BLUE,
    FAINT,
    INK,
    LOG_AXIS,
    hours_per,
    log_scale,
    rounded,
    series,
    shortened,
    titled,
)
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.years import FEW_YEARS, selected, selection_note


def values_prices_chart(rows: Rows, subject: Subject) -> ChartType:
    """Value against production price of each productive sector, a panel per year.

    rows: dicts with year, sector, name, value and price (hours per currency unit, totals equal), share (of
    output) and ratio (price over value).
    """
    unit = hours_per(subject)
    years = [row["year"] for row in rows]
    points = [
        {name: row[name] for name in ("year", "sector", "name")}
        | rounded(value=row["value"], price=row["price"], share=100 * row["share"], ratio=row["ratio"])
        for row in rows
        if row["year"] in selected(years)
    ]
    for year in {p["year"] for p in points}:
        ordered = sorted((p for p in points if p["year"] == year), key=lambda p: (p["ratio"], p["sector"]))
        for p in (ordered[0], ordered[-1]):
            p["label"] = p["sector"]
    domain = log_scale([number for p in points for number in (p["value"], p["price"])])
    x, y = (
        alt.X("value:Q", title=f"value, {unit}", scale=domain, axis=LOG_AXIS),
        alt.Y("price:Q", title=f"production price p°, {unit}", scale=domain, axis=LOG_AXIS),
    )
    line = (
        alt.Chart(alt.Data(values=[{"a": float(f"{end:.6g}")} for end in domain.domain]))
        .mark_line(color=FAINT, strokeDash=[4, 3])
        .encode(x=alt.X("a:Q"), y=alt.Y("a:Q"))
    )
    dots = (
        alt.Chart()
        .mark_point(filled=True, color=BLUE, opacity=1, stroke="white", strokeWidth=0.5)
        .encode(
            x=x,
            y=y,
            size=alt.Size("share:Q", title="share of output, %", scale=alt.Scale(range=[12, 200])),
            tooltip=[
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("sector:N", title="Sector"),
                alt.Tooltip("name:N", title="Name"),
                alt.Tooltip("value:Q", title="Value", format=".4f"),
                alt.Tooltip("price:Q", title="Production price p°", format=".4f"),
                alt.Tooltip("ratio:Q", title="p° / value", format=".3f"),
                alt.Tooltip("share:Q", title="Share of output, %", format=".2f"),
            ],
        )
    )
    names = [
        alt.Chart()
        .mark_text(dx=8 * side, align="left" if side > 0 else "right", fontSize=10, color=INK)
        .transform_filter(f"datum.label && {side} * (datum.value - datum.price) >= 0")
        .encode(x=x, y=y, text="label:N")
        for side in (1, -1)
    ]
    chart = (
        alt.layer(line, dots, *names, data=alt.Data(values=points))
        .properties(width=220, height=220)
        .facet(facet=alt.Facet("year:N", title=None), columns=3)
    )
    caption = [
        "One mark per productive sector. Total price is scaled to total value: on the dashed line, prices are "
        "proportional to values. Labeled: the sector farthest from the line on each side." + selection_note(years)
    ]
    return titled(chart, "National values and production prices", caption, subject, 820)


def wage_profit_chart(rows: Rows, actual: Rows, subject: Subject) -> ChartType:
    """The wage-profit curve of each year, with a mark at the actual wage.

    rows: dicts with year, profit_rate, wage_share and real_wage, empty where no wages are paid; actual: those of the
    actual real wage.
    """
    years = sorted({row["year"] for row in rows}) or ["no wages"]

    def points(of: Rows) -> list[dict[str, Any]]:
        names = ("profit_rate", "wage_share", "real_wage")
        return [
            {"year": row["year"]}
            | rounded(**{name: 100 * row[name] if name != "real_wage" else row[name] for name in names})
            for row in of
        ]

    x = alt.X("wage_share:Q", title="wage share of the net product, %", scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("profit_rate:Q", title="uniform profit rate r, % per year")
    tooltip = [
        alt.Tooltip("year:N", title="Year"),
        alt.Tooltip("profit_rate:Q", title="Profit rate, %", format=".2f"),
        alt.Tooltip("wage_share:Q", title="Wage share, %", format=".1f"),
        alt.Tooltip("real_wage:Q", title="Real wage, actual = 1", format=".3f"),
    ]
    lines = (
        alt.Chart(alt.Data(values=points(rows)))
        .mark_line(strokeWidth=1.8)
        .encode(x=x, y=y, **series(years, "year:N", "line"), detail="year:N", order="profit_rate:Q", tooltip=tooltip)
    )
    dots = (
        alt.Chart(alt.Data(values=points(actual)))
        .mark_point(filled=True, shape="circle", size=90, opacity=1, stroke="white", strokeWidth=1)
        .encode(x=x, y=y, color="year:N", tooltip=tooltip)
    )
    chart = alt.layer(lines, dots).properties(width=560, height=320)
    caption = [
        "Each curve is one year's technique, with wages at multiples of the actual wage basket; marks: the actual real "
        "wage and r*."
    ]
    return titled(chart, "Wage-profit curves r(w)", caption, subject)


def course_chart(rows: Rows, subject: Subject) -> ChartType:
    """National figures over the years, a panel per figure.

    rows: dicts with measure (its name and unit), year and number.
    """
    points = [{"measure": row["measure"], "year": row["year"]} | rounded(number=row["number"]) for row in rows]
    measures = list(dict.fromkeys(point["measure"] for point in points))
    panels = []
    for measure in measures:
        base = alt.Chart(alt.Data(values=[point for point in points if point["measure"] == measure])).encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6)),
            y=alt.Y("number:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4, format=",~f")),
            tooltip=[alt.Tooltip("year:N", title="Year"), alt.Tooltip("number:Q", title=measure, format=".4~g")],
        )
        lines = base.mark_line(color=BLUE, strokeWidth=1.8)
        dots = base.mark_point(filled=True, color=BLUE, size=30, opacity=1)
        name = alt.TitleParams(measure, anchor="start", fontSize=12, offset=6, color=INK)
        panels.append(alt.layer(lines, dots).properties(width=300, height=130, title=name))
    chart = alt.concat(*panels, columns=2)
    caption = ["Scales do not begin at zero."]
    return titled(chart, "National figures over the years", caption, subject, 700)


def productivity_chart(rows: Rows, means: Rows, subject: Subject) -> ChartType:
    """The distribution of ln tlpr over region-sectors, a line per year.

    rows: dicts with year, low, high (edges of a bin) and density; means: dicts with which (published or computed) and
    mean, of ln tlpr.
    """
    years = selected(row["year"] for row in rows)
    points = [
        {"year": row["year"]} | rounded(x=(row["low"] + row["high"]) / 2, density=row["density"])
        for row in rows
        if row["year"] in years
    ]
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(interpolate="step" if len(years) <= FEW_YEARS else "monotone", strokeWidth=1.6)
        .encode(
            x=alt.X("x:Q", title="ln tlpr (0: the national level of the sector)"),
            y=alt.Y("density:Q", title=f"density of {subject.words.region}-sectors"),
            **series(years, "year:N", "line"),
            tooltip=[
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("x:Q", title="ln tlpr", format=".2f"),
                alt.Tooltip("density:Q", title="Density", format=".3f"),
            ],
        )
    )
    marks: list[dict[str, Any]] = [
        {"label": f"mean, {row['which']}: {row['mean']:.3f}"} | rounded(mean=row["mean"]) for row in means
    ]
    rules, names = [], []
    for side, mark in zip((-1, 1), sorted(marks, key=lambda mark: mark["mean"]), strict=True):
        base = alt.Chart(alt.Data(values=[mark])).encode(x="mean:Q")
        rules.append(base.mark_rule(color=INK, strokeDash=[1, 0] if "computed" in mark["label"] else [3, 2]))
        names.append(
            base.mark_text(align="left" if side > 0 else "right", dx=6 * side, y=8, color=INK, fontSize=11).encode(
                text="label:N"
            )
        )
    chart = alt.layer(lines, *rules, *names).properties(width=560, height=300)
    caption = [
        "Relative total labor productivity, equation (10). The published mean follows from the printed constants of "
        "Tables 3 to 9." + selection_note(row["year"] for row in rows)
    ]
    return titled(chart, "Distribution of relative total labor productivity", caption, subject, published=True)


def digital_chart(rows: Rows, subject: Subject) -> ChartType:
    """Digital input as a share of output at production prices, sector by sector, a mark per year.

    rows: dicts with year, sector, name and mean (of d over the regions).
    """
    years = selected(row["year"] for row in rows)
    points = [
        {"year": row["year"], "sector": f"{row['sector']} {shortened(row['name'])}".strip()}
        | rounded(d=100 * row["mean"])
        for row in rows
        if row["mean"] > 0 and row["year"] in years
    ]
    last = {p["sector"]: p["d"] for p in points}
    order = sorted(last, key=lambda sector: (-last[sector], sector))
    base = alt.Chart(alt.Data(values=points)).encode(
        y=alt.Y("sector:N", title=None, sort=order, axis=alt.Axis(grid=True, labelLimit=320, gridDash=[1, 2]))
    )
    x = alt.X(
        "d:Q",
        title="digital input d = dd + ds, % of output (log scale)",
        scale=log_scale([p["d"] for p in points]),
        axis=LOG_AXIS,
    )
    spans = base.mark_rule(color=FAINT).encode(x=alt.X("min(d):Q"), x2="max(d):Q")
    dots = base.mark_point(filled=True, size=42, opacity=1).encode(
        x=x,
        **series(years, "year:N", "point"),
        tooltip=[
            alt.Tooltip("sector:N", title="Sector"),
            alt.Tooltip("year:N", title="Year"),
            alt.Tooltip("d:Q", title="Digital input, %", format=".2f"),
        ],
    )
    chart = alt.layer(spans, dots).properties(width=440, height=15 * len(order))
    caption = [
        f"Plain mean over the {subject.words.regions} of device and service inputs, direct and through wages, "
        "equations (11) and (12)." + selection_note(row["year"] for row in rows)
    ]
    return titled(chart, "Digital input by sector", caption, subject, 700)


def ranks_chart(rows: Rows, exponents: Rows, subject: Subject) -> ChartType:
    """Rank against size of the regions' total production price pp.

    rows: dicts with year, region, name, pp and rank; exponents: dicts with year, exponent and std_error.
    """
    label = {e["year"]: f"{e['year']} (exponent {e['exponent']:.2f}, s.e. {e['std_error']:.2f})" for e in exponents}
    years = selected(row["year"] for row in rows)
    order = [label[year] for year in years]
    points = [
        {"year": label[row["year"]], "region": row["region"], "name": row["name"]}
        | rounded(pp=row["pp"], rank=row["rank"])
        for row in rows
        if row["year"] in years
    ]
    chart = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=False, size=28, strokeWidth=1.1, opacity=1)
        .encode(
            x=alt.X(
                "pp:Q",
                title="pp, 100 million hours (log scale)",
                scale=log_scale([p["pp"] for p in points]),
                axis=LOG_AXIS,
            ),
            y=alt.Y(
                "rank:Q",
                title=f"rank of the {subject.words.region} (log scale)",
                scale=log_scale([p["rank"] for p in points], reverse=True),
                axis=LOG_AXIS,
            ),
            **series(order, "year:N", "point"),
            tooltip=[
                alt.Tooltip("region:N", title=subject.fill("{Region}")),
                alt.Tooltip("name:N", title="Name"),
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("pp:Q", title="pp", format=",.1f"),
                alt.Tooltip("rank:Q", title="Rank"),
            ],
        )
        .properties(width=560, height=340)
    )
    caption = [
        subject.fill("Total production price of {a region}, equation (18). ")
        + "Exponent of rank - 1/2 on size by least squares, standard error of Gabaix and Ibragimov (2011)."
        + selection_note(row["year"] for row in rows)
    ]
    return titled(chart, subject.fill("Rank and size of the {regions'} production"), caption, subject)
