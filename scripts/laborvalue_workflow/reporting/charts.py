"""What all charts share: fonts, colors, legends, axes and titles.

One chart object serves the report page, where it is interactive, and the printed figure. Series differ in color (the
palette of Okabe and Ito 2008) and in shape or dash. All texts use one font in one weight, which the converter ships:
it writes several fonts into a PDF in no fixed order.
"""

import contextlib
import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
from altair.typing import ChartType
from altair.utils import schemapi

from laborvalue_workflow.reporting.rendering import NOTHING
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.typesetting import data_note
from laborvalue_workflow.reporting.years import FEW_YEARS

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
SERIES = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
SHAPES = ["circle", "triangle-up", "diamond", "square", "cross", "triangle-down"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3]]
INK, FAINT, WARNING = "#333333", "#999999", "#B3261E"
PAPER = "Published numbers: China Political Economy 8(1), 2025."
RAMP = ["#E69F00", "#C06C84", "#2B83C6"]
SECOND = {"point": "shape", "line": "strokeDash"}
CHARACTER = 5.4  # width of a subtitle's character, in pixels


def unchecked() -> contextlib.AbstractContextManager[None]:
    """While the block runs, altair does not check what it makes against the schema of Vega-Lite, which takes time.

    The tests check the specifications instead.
    """
    return schemapi.debug_mode(False)


LOG_AXIS = alt.Axis(tickCount=5, format="~g", labelOverlap="greedy", labelSeparation=4)


def log_scale(values: Sequence[float], reverse: bool = False) -> alt.Scale:
    """A logarithmic scale 15 % wider than the range of the values on both sides."""
    ends = rounded(low=min(values) / 1.15, high=max(values) * 1.15)
    return alt.Scale(type="log", domain=list(ends.values()), nice=False, reverse=reverse)


def color_by(order: Sequence[str], symbol: str | None = None) -> dict[str, Any]:
    """The encoding that gives each series of `order` a color, with a legend."""
    scale = alt.Scale(domain=order, range=repeated(SERIES, order))
    return {
        "scale": scale,
        "title": None,
        "legend": alt.Legend(orient="top", symbolOpacity=1, symbolType=symbol or alt.Undefined),
    }


def shape_by(order: Sequence[str]) -> dict[str, Any]:
    """The encoding that gives each series of `order` a shape."""
    return {"scale": alt.Scale(domain=order, range=repeated(SHAPES, order)), "title": None}


def dash_by(order: Sequence[str]) -> dict[str, Any]:
    """The encoding that gives each series of `order` a dash."""
    return {"scale": alt.Scale(domain=order, range=repeated(DASHES, order)), "title": None}


def series(years: Sequence[str], field: str, mark: str) -> dict[str, Any]:
    """The encodings that tell the years apart: by color and by shape or dash, or by a ramp of colors for many years.

    mark: point or line.
    """
    symbol = "stroke" if mark == "line" else None
    if len(years) <= FEW_YEARS:
        second = alt.Shape(field, **shape_by(years)) if mark == "point" else alt.StrokeDash(field, **dash_by(years))
        return {"color": alt.Color(field, **color_by(years, symbol=symbol)), SECOND[mark]: second}
    legend = alt.Legend(orient="top", symbolOpacity=1, symbolType=symbol or alt.Undefined, columns=7)
    scale = alt.Scale(domain=years, range=ramp(len(years)))
    return {"color": alt.Color(field, scale=scale, title=None, legend=legend)}


def ramp(count: int) -> list[str]:
    """Colors from orange through purple to blue, for years in their order; each is seen on white and on black."""
    stops = [[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in RAMP]
    colors = []
    for k in range(count):
        place = k * (len(stops) - 1) / (count - 1)
        at = min(int(place), len(stops) - 2)
        mixed = (round(a + (b - a) * (place - at)) for a, b in zip(stops[at], stops[at + 1], strict=True))
        colors.append("#" + "".join(f"{part:02X}" for part in mixed))
    return colors


def repeated(styles: Sequence, order: Sequence[str]) -> list:
    """One of `styles` for each of `order`; the styles repeat where they are too few."""
    return [styles[k % len(styles)] for k in range(len(order))]


def rounded(**values: float) -> dict[str, float]:
    """The values with six significant digits: more cannot be seen in a chart."""
    return {name: float(f"{value:.6g}") for name, value in values.items()}


def shortened(name: str, length: int = 46) -> str:
    """A name cut to `length` characters."""
    return name if len(name) <= length else name[: length - 1].rstrip(" ,") + "…"


def hours_per(subject: Subject) -> str:
    """The unit of values and prices, as text."""
    return f"hours per {subject.description['currency']}" if subject.description else "hours per currency unit"


def titled(
    chart: ChartType, title: str, caption: Sequence[str], subject: Subject, width: int = 560, published: bool = False
) -> ChartType:
    """The chart with title and subtitle: the caption, the source of the data, a warning where they are synthetic.

    subject: what the chart is about; width: of the subtitle, in pixels;
    published: whether published numbers are shown.
    """
    lines = [*caption, data_note(subject), *([PAPER] if published else [])]
    return chart.properties(
        description=" ".join([f"{title}.", *lines]),
        title=alt.TitleParams(
            f"SYNTHETIC DATA – {title}" if subject.synthetic else title,
            subtitle=[line for text in lines for line in textwrap.wrap(text, int(width / CHARACTER))],
            color=WARNING if subject.synthetic else INK,
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


def nothing_to_draw(title: str, reason: str, subject: Subject) -> ChartType:
    """A sentence in the place of a chart that has no data."""
    data = alt.Data(values=[{"text": f"Nothing to draw: {reason}."}])
    chart = alt.Chart(data).mark_text(align="left", fontSize=12, color=INK)
    place = {"x": alt.value(0), "y": alt.value(10), "text": "text:N"}
    shown = titled(chart.encode(**place).properties(width=560, height=20), title, [], subject)
    return shown.properties(usermeta={NOTHING: True})
