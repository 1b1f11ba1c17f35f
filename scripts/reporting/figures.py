"""The figures as charts, and a chart as the bytes of a PDF and a PNG.

One chart object serves the page, where it can be hovered over, and the printed figure. Series are told apart by
a colour of Okabe and Ito's (2008) palette and by a shape or a dash. Every text is set in one font of one weight,
which the converter brings along: it would write several fonts into a PDF in no fixed order.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from altair.typing import ChartType

from reporting.typesetting import data_note

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
SERIES = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
SHAPES = ["circle", "triangle-up", "diamond", "square", "cross", "triangle-down"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3]]
INK, FAINT, WARNING = "#333333", "#999999", "#B3261E"
PAPER = "Published numbers: China Political Economy 8(1), 2025."
CHARACTER = 5.4  # width of one under a title


def coefficients(rows: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None) -> ChartType:
    """Coefficients published and computed with their 95 % intervals, table by table.

    rows: dicts of published.csv. Intervals are the estimate plus and minus 1.96 standard errors.
    """
    points = []
    for row in rows:
        if row["term"] == "constant":
            continue
        place = f"Table {row['table']}"
        if row["table"] == 8:
            place += ", first stage" if row["term"] == "iv" else ", second stage"
        for which in ("published", "computed"):
            estimate, error = row[which], row[f"{which}_se"]
            interval = {} if error is None else {"low": estimate - 1.96 * error, "high": estimate + 1.96 * error}
            points.append(
                {"table": row["table"], "place": place, "term": f"({row['column']}) {row['term']}", "which": which}
                | numbers(estimate=estimate, **({"se": error} | interval if interval else {}))
            )
    places = list(dict.fromkeys(point["place"] for point in points))
    panels = [slopes_of(place, [point for point in points if point["place"] == place]) for place in places]
    chart = alt.concat(*panels, columns=3)
    told = ["Slopes of Tables 3 to 10; bars: 95 % confidence intervals. Scales differ between the tables."]
    return titled(chart, "Published and computed coefficients", told, description, 780, published=True)


def slopes_of(place: str, points: Sequence[Mapping[str, Any]]) -> ChartType:
    """The panel of one table in `coefficients`."""
    both = ["published", "computed"]
    base = alt.Chart(alt.Data(values=points)).encode(
        y=alt.Y("term:N", title=None, sort=None, axis=alt.Axis(grid=False, labelLimit=140)),
        yOffset=alt.YOffset("which:N", sort=both, scale=alt.Scale(paddingOuter=0.4)),
        color=alt.Color("which:N", **key(both)),
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
        x="estimate:Q", shape=alt.Shape("which:N", **shapes(both))
    )
    name = alt.TitleParams(place, anchor="middle", fontSize=12, offset=6, color=INK)
    return alt.layer(zero, bars, dots).properties(width=190, height=alt.Step(8), title=name)


def values_prices(rows: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None) -> ChartType:
    """Value against production price of each productive sector, a panel per year.

    rows: dicts with year, sector, name, value and price (hours per currency unit, totals equal), share (of
    output) and ratio (price over value).
    """
    unit = hours_per(description)
    points = [
        {name: row[name] for name in ("year", "sector", "name")}
        | numbers(value=row["value"], price=row["price"], share=100 * row["share"], ratio=row["ratio"])
        for row in rows
    ]
    for year in {p["year"] for p in points}:
        of_year = sorted((p for p in points if p["year"] == year), key=lambda p: (p["ratio"], p["sector"]))
        for p in (of_year[0], of_year[-1]):
            p["label"] = p["sector"]
    domain = around([number for p in points for number in (p["value"], p["price"])])
    x, y = (
        alt.X("value:Q", title=f"value, {unit}", scale=domain, axis=LOG_AXIS),
        alt.Y("price:Q", title=f"production price, {unit}", scale=domain, axis=LOG_AXIS),
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
                alt.Tooltip("price:Q", title="Production price", format=".4f"),
                alt.Tooltip("ratio:Q", title="Price / value", format=".3f"),
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
    told = [
        "One mark per productive sector; the total of prices is scaled to the total of values, so that the dashed line "
        "is proportionality. Numbered: the sector farthest from it on either side."
    ]
    return titled(chart, "National values and production prices", told, description, 820)


def wage_profit(
    rows: Sequence[Mapping[str, Any]], actual: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None
) -> ChartType:
    """The wage-profit curve of each year, the actual point marked.

    rows: dicts with year, profit_rate, wage_share, real_wage, none where nobody is paid; actual: the same of the
    actual real wage.
    """
    years = sorted({row["year"] for row in rows}) or ["no wages"]

    def points(of: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        names = ("profit_rate", "wage_share", "real_wage")
        return [
            {"year": row["year"]}
            | numbers(**{name: 100 * row[name] if name != "real_wage" else row[name] for name in names})
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
        .encode(
            x=x,
            y=y,
            color=alt.Color("year:N", **key(years, symbol="stroke")),
            strokeDash=alt.StrokeDash("year:N", **dashes(years)),
            detail="year:N",
            order="profit_rate:Q",
            tooltip=tooltip,
        )
    )
    dots = (
        alt.Chart(alt.Data(values=points(actual)))
        .mark_point(filled=True, shape="circle", size=90, opacity=1, stroke="white", strokeWidth=1)
        .encode(x=x, y=y, color="year:N", tooltip=tooltip)
    )
    chart = alt.layer(lines, dots).properties(width=560, height=320)
    told = [
        "Each curve is one year's technique with the actual wage basket paid at a multiple of what it is; marks: the "
        "actual real wage and r*."
    ]
    return titled(chart, "Wage-profit curves r(w)", told, description)


def productivity(
    rows: Sequence[Mapping[str, Any]], means: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None
) -> ChartType:
    """The distribution of ln tlpr over city-sectors, a line per year.

    rows: dicts with year, low, high (edges of a bin) and density; means: dicts with which and mean, the
    means of ln tlpr, published and computed.
    """
    years = sorted({row["year"] for row in rows})
    points = [{"year": row["year"]} | numbers(x=(row["low"] + row["high"]) / 2, density=row["density"]) for row in rows]
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(interpolate="step", strokeWidth=1.6)
        .encode(
            x=alt.X("x:Q", title="ln tlpr (0: the national level of the sector)"),
            y=alt.Y("density:Q", title="density of city-sectors"),
            color=alt.Color("year:N", **key(years, symbol="stroke")),
            strokeDash=alt.StrokeDash("year:N", **dashes(years)),
            tooltip=[
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("x:Q", title="ln tlpr", format=".2f"),
                alt.Tooltip("density:Q", title="Density", format=".3f"),
            ],
        )
    )
    marks: list[dict[str, Any]] = [
        {"label": f"mean, {row['which']}: {row['mean']:.3f}"} | numbers(mean=row["mean"]) for row in means
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
    told = [
        "Relative total labor productivity, equation (10). The published mean follows from the printed constants of "
        "Tables 3 to 9."
    ]
    return titled(chart, "Distribution of relative total labor productivity", told, description, published=True)


def digital(rows: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None) -> ChartType:
    """Digital input as a share of output at production prices, sector by sector, a mark per year.

    rows: dicts with year, sector, name and mean (of d over the cities).
    """
    years = sorted({row["year"] for row in rows})
    points = [
        {"year": row["year"], "sector": f"{row['sector']} {shortened(row['name'])}".strip()}
        | numbers(d=100 * row["mean"])
        for row in rows
        if row["mean"] > 0
    ]
    last = {p["sector"]: p["d"] for p in points}
    order = sorted(last, key=lambda sector: (-last[sector], sector))
    base = alt.Chart(alt.Data(values=points)).encode(
        y=alt.Y("sector:N", title=None, sort=order, axis=alt.Axis(grid=True, labelLimit=320, gridDash=[1, 2]))
    )
    x = alt.X(
        "d:Q",
        title="digital input d = dd + ds, % of output (log scale)",
        scale=around([p["d"] for p in points]),
        axis=LOG_AXIS,
    )
    spans = base.mark_rule(color=FAINT).encode(x=alt.X("min(d):Q"), x2="max(d):Q")
    dots = base.mark_point(filled=True, size=42, opacity=1).encode(
        x=x,
        color=alt.Color("year:N", **key(years)),
        shape=alt.Shape("year:N", **shapes(years)),
        tooltip=[
            alt.Tooltip("sector:N", title="Sector"),
            alt.Tooltip("year:N", title="Year"),
            alt.Tooltip("d:Q", title="Digital input, %", format=".2f"),
        ],
    )
    chart = alt.layer(spans, dots).properties(width=440, height=15 * len(order))
    told = [
        "Plain mean over the cities of device and service inputs, direct and through wages, equations (11) and (12)."
    ]
    return titled(chart, "Digital input by sector", told, description, 700)


def ranks(
    rows: Sequence[Mapping[str, Any]], exponents: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None
) -> ChartType:
    """Rank against size of the cities' total production price pp.

    rows: dicts with year, region, name, pp and rank; exponents: dicts with year, exponent and std_error.
    """
    label = {e["year"]: f"{e['year']} (exponent {e['exponent']:.2f}, s.e. {e['std_error']:.2f})" for e in exponents}
    order = [label[year] for year in sorted(label)]
    points = [
        {"year": label[row["year"]], "region": row["region"], "name": row["name"]}
        | numbers(pp=row["pp"], rank=row["rank"])
        for row in rows
    ]
    chart = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=False, size=28, strokeWidth=1.1, opacity=1)
        .encode(
            x=alt.X(
                "pp:Q",
                title="pp, 100 million hours (log scale)",
                scale=around([p["pp"] for p in points]),
                axis=LOG_AXIS,
            ),
            y=alt.Y(
                "rank:Q",
                title="rank of the city (log scale)",
                scale=around([p["rank"] for p in points], reverse=True),
                axis=LOG_AXIS,
            ),
            color=alt.Color("year:N", **key(order)),
            shape=alt.Shape("year:N", **shapes(order)),
            tooltip=[
                alt.Tooltip("region:N", title="City"),
                alt.Tooltip("name:N", title="Name"),
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("pp:Q", title="pp", format=",.1f"),
                alt.Tooltip("rank:Q", title="Rank"),
            ],
        )
        .properties(width=560, height=340)
    )
    told = [
        "Total production price of a city, equation (18). Exponent of rank - 1/2 on size by least squares, standard "
        "error as Gabaix and Ibragimov (2011)."
    ]
    return titled(chart, "Rank and size of the cities' production", told, description)


def first_stage(
    rows: Sequence[Mapping[str, Any]], slope: float, names: Sequence[str], description: Mapping[str, Any] | None
) -> ChartType:
    """The first stage of Table 8: digital input against the instrument, both beyond the effects.

    rows: dicts with x, y and n, means of bins; slope: of the regression; names: (instrument, digital input).
    """
    points = [numbers(**row) for row in rows]
    ends = [min(p["x"] for p in points), max(p["x"] for p in points)]
    line = (
        alt.Chart(alt.Data(values=[numbers(x=end, y=slope * end) for end in ends]))
        .mark_line(color=VERMILLION, strokeWidth=1.8)
        .encode(x="x:Q", y="y:Q")
    )
    dots = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, color=BLUE, size=40, opacity=1)
        .encode(
            x=alt.X("x:Q", title=f"{names[0]}, beyond city-sector and year effects"),
            y=alt.Y("y:Q", title=f"{names[1]}, beyond city-sector and year effects"),
            tooltip=[
                alt.Tooltip("x:Q", title="Instrument", format=".4g"),
                alt.Tooltip("y:Q", title="Digital input", format=".4g"),
                alt.Tooltip("n:Q", title="City-sector-years"),
            ],
        )
    )
    total = sum(p["n"] for p in points)
    told = [
        f"Means of {len(points)} groups of {total:,.0f} city-sector-years, equal in number, along the instrument; "
        f"line: the first stage of Table 8, slope {slope:.3g}."
    ]
    chart = alt.layer(line, dots).properties(width=560, height=320)
    return titled(chart, "First stage: digital input and the instrument", told, description)


# What the charts share

LOG_AXIS = alt.Axis(tickCount=5, format="~g", labelOverlap="greedy", labelSeparation=4)


def around(values: Sequence[float], reverse: bool = False) -> alt.Scale:
    """A logarithmic scale that ends a little beyond the values on both sides."""
    ends = numbers(low=min(values) / 1.15, high=max(values) * 1.15)
    return alt.Scale(type="log", domain=list(ends.values()), nice=False, reverse=reverse)


def key(order: Sequence[str], symbol: str | None = None) -> dict[str, Any]:
    """A colour per series, with its legend."""
    scale = alt.Scale(domain=order, range=repeated(SERIES, order))
    return {
        "scale": scale,
        "title": None,
        "legend": alt.Legend(orient="top", symbolOpacity=1, symbolType=symbol or alt.Undefined),
    }


def shapes(order: Sequence[str]) -> dict[str, Any]:
    """A shape per series."""
    return {"scale": alt.Scale(domain=order, range=repeated(SHAPES, order)), "title": None}


def dashes(order: Sequence[str]) -> dict[str, Any]:
    """A dash per series."""
    return {"scale": alt.Scale(domain=order, range=repeated(DASHES, order)), "title": None}


def repeated(styles: Sequence, order: Sequence[str]) -> list:
    """A style for each of `order`, from the first again when they run out."""
    return [styles[k % len(styles)] for k in range(len(order))]


def numbers(**values: float) -> dict[str, float]:
    """Numbers of a chart with six digits: more is not seen, and every reader of the file is spared it."""
    return {name: float(f"{value:.6g}") for name, value in values.items()}


def shortened(name: str, length: int = 46) -> str:
    """A name of at most `length` letters."""
    return name if len(name) <= length else name[: length - 1].rstrip(" ,") + "…"


def hours_per(description: Mapping[str, Any] | None) -> str:
    """The unit of values and prices per unit of output."""
    return f"hours per {description['currency']}" if description else "hours per currency unit"


def titled(
    chart: ChartType,
    title: str,
    told: Sequence[str],
    description: Mapping[str, Any] | None,
    width: int = 560,
    published: bool = False,
) -> ChartType:
    """The chart with its title, what it shows, where its data are from, and the warning where they are synthetic."""
    lines = [*told, data_note(description), *([PAPER] if published else [])]
    synthetic = bool(description and description["synthetic"])
    return chart.properties(
        description=" ".join([f"{title}.", *lines]),
        title=alt.TitleParams(
            f"SYNTHETIC DATA – {title}" if synthetic else title,
            subtitle=[line for text in lines for line in textwrap.wrap(text, int(width / CHARACTER))],
            color=WARNING if synthetic else INK,
        ),
    ).configure(
        font=FONT,
        title=alt.TitleConfig(
            anchor="start", fontSize=15, fontWeight="normal", subtitleFontSize=11, subtitleColor=INK, offset=12
        ),
        axis=alt.AxisConfig(
            titleFontWeight="normal",
            titleFontSize=11,
            labelFontSize=10,
            titleColor=INK,
            labelColor=INK,
            gridColor="#88888833",
            domainColor=FAINT,
            tickColor=FAINT,
        ),
        header=alt.HeaderConfig(labelFontSize=12, labelFontWeight="normal", labelColor=INK),
        legend=alt.LegendConfig(
            titleFontWeight="normal", titleFontSize=11, labelFontSize=11, titleColor=INK, labelColor=INK
        ),
        view=alt.ViewConfig(stroke=None),
    )


# Files

VEGA_LITE = "6.4"


def specification(chart: ChartType) -> dict[str, Any]:
    """The chart as a Vega-Lite specification, a dict."""
    return chart.to_dict()


def svg(spec: dict[str, Any]) -> str:
    """A Vega-Lite specification as an SVG text, on white."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec | {"background": "white"}, vl_version=VEGA_LITE)


def png(picture: str) -> bytes:
    """An SVG text as the bytes of a PNG, two pixels to the point."""
    import vl_convert

    return vl_convert.svg_to_png(picture, scale=2)


def pdf(picture: str) -> bytes:
    """An SVG text as the bytes of a PDF, the same bytes for the same picture.

    The converter writes the entries of a resource dictionary in the order of a hash table; sorted, they are of
    the same length, so that every offset in the file stays right.
    """
    import vl_convert

    def ordered(found: re.Match[bytes]) -> bytes:
        return found[1] + b"".join(sorted(found[2].splitlines(keepends=True)))

    return re.sub(rb"(<<\n)((?: +/\w+ \d+ 0 R\n)+)", ordered, vl_convert.svg_to_pdf(picture))


def javascript() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script for a page."""
    import vl_convert

    return vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]  # stub lacks a default
