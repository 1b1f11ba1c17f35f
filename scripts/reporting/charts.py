"""What all charts share: fonts, colors, legends, axes and titles.

One chart object serves the report page, where it is interactive, and the printed figure. Series differ in color (the
palette of Okabe and Ito 2008) and in shape or dash. All texts use one font in one weight, which the converter ships:
it writes several fonts into a PDF in no fixed order.
"""

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
from altair.typing import ChartType

from reporting.subject import Subject
from reporting.typesetting import data_note

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
SERIES = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
SHAPES = ["circle", "triangle-up", "diamond", "square", "cross", "triangle-down"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3]]
INK, FAINT, WARNING = "#333333", "#999999", "#B3261E"
PAPER = "Published numbers: China Political Economy 8(1), 2025."
CHARACTER = 5.4  # width of a subtitle's character, in pixels


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
    chart: ChartType,
    title: str,
    caption: Sequence[str],
    subject: Subject,
    width: int = 560,
    published: bool = False,
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
