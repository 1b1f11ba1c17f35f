"""Charts of the regressions: coefficients published and computed, and the first stage."""

from collections.abc import Sequence

import altair as alt
from altair.typing import ChartType

from laborvalue_workflow.reporting.charts import BLUE, FAINT, INK, VERMILLION, color_by, rounded, shape_by, titled
from laborvalue_workflow.reporting.results import Rows
from laborvalue_workflow.reporting.subject import Subject


def coefficients_chart(points: Rows, subject: Subject) -> ChartType:
    """Published and computed coefficients with their 95 % confidence intervals, a panel per table.

    points: dicts with place, term, which (published or computed), estimate and, where there is a standard error,
    se, low and high.
    """
    points = [
        dict(point) | rounded(**{name: point[name] for name in ("estimate", "se", "low", "high") if name in point})
        for point in points
    ]
    places = list(dict.fromkeys(point["place"] for point in points))
    panels = [table_panel(place, [point for point in points if point["place"] == place]) for place in places]
    chart = alt.concat(*panels, columns=3)
    caption = ["Slopes of Tables 3 to 10; bars: 95 % confidence intervals. Scales differ between the tables."]
    return titled(chart, "Published and computed coefficients", caption, subject, 780, published=True)


def table_panel(place: str, points: Rows) -> ChartType:
    """The panel of one table in `coefficients_chart`."""
    both = ["published", "computed"]
    base = alt.Chart(alt.Data(values=points)).encode(
        y=alt.Y("term:N", title=None, sort=None, axis=alt.Axis(grid=False, labelLimit=140)),
        yOffset=alt.YOffset("which:N", sort=both, scale=alt.Scale(paddingOuter=0.4)),
        color=alt.Color("which:N", **color_by(both)),
        tooltip=[
            alt.Tooltip("place:N", title="In"),
            alt.Tooltip("term:N", title="Column, term"),
            alt.Tooltip("which:N", title="Which"),
            *(alt.Tooltip(f"{name}:Q", format=".4f") for name in ("estimate", "se", "low", "high")),
        ],
    )
    zero = alt.Chart(alt.Data(values=[{"low": 0}])).mark_rule(color=FAINT, strokeDash=[2, 2]).encode(x="low:Q")
    bars = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", title=None, axis=alt.Axis(tickCount=5, format="~g")), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=45, opacity=1).encode(
        x="estimate:Q", shape=alt.Shape("which:N", **shape_by(both))
    )
    name = alt.TitleParams(place, anchor="middle", fontSize=12, offset=6, color=INK)
    return alt.layer(zero, bars, dots).properties(width=190, height=alt.Step(8), title=name)


def first_stage_chart(rows: Rows, slope: float, names: Sequence[str], subject: Subject) -> ChartType:
    """The first stage of Table 8: digital input against the instrument, both net of the fixed effects.

    rows: dicts with x, y and n, means of bins; slope: of the first stage; names: (instrument, digital input).
    """
    points, effects = [rounded(**row) for row in rows], f"{subject.words.region}-sector and year effects"
    ends = [min(p["x"] for p in points), max(p["x"] for p in points)]
    line = (
        alt.Chart(alt.Data(values=[rounded(x=end, y=slope * end) for end in ends]))
        .mark_line(color=VERMILLION, strokeWidth=1.8)
        .encode(x="x:Q", y="y:Q")
    )
    dots = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, color=BLUE, size=40, opacity=1)
        .encode(
            x=alt.X("x:Q", title=f"{names[0]}, net of {effects}"),
            y=alt.Y("y:Q", title=f"{names[1]}, net of {effects}"),
            tooltip=[
                alt.Tooltip("x:Q", title="Instrument", format=".4g"),
                alt.Tooltip("y:Q", title="Digital input", format=".4g"),
                alt.Tooltip("n:Q", title=subject.fill("{Region}-sector-years")),
            ],
        )
    )
    total = sum(p["n"] for p in points)
    caption = [
        f"Means of {total:,.0f} {subject.words.region}-sector-years in {len(points)} groups of equal number along the "
        f"instrument; line: the first stage of Table 8, slope {slope:.3g}."
    ]
    chart = alt.layer(line, dots).properties(width=560, height=320)
    return titled(chart, "First stage: digital input and the instrument", caption, subject)
