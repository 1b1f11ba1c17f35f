"""The page of four runs in a real browser: synthetic cities, provinces, countries over many years, a panel alone."""

import base64
import re

import pytest

import real_tables
from browser import needs_browser
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting.rendering import is_empty

HEADS = ("As published", "In part as published", "Not as published", "Not estimated")
RUNS = [
    "demo",
    pytest.param("provinces", marks=real_tables.needs_provinces),
    pytest.param("wiod", marks=real_tables.needs_wiod),
    "own_panel",
]
of_every_run = pytest.mark.parametrize("finished", RUNS, indirect=True)
in_light_and_dark = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
HEIGHT = 900  # of the window, in pixels

pytestmark = [needs_browser, pytest.mark.slow]


def with_data(results):
    """The names of a run's figures that show something: the page says in words what cannot be drawn.

    Figures of readings are there where another test has asked for them.
    """
    made = (path for path in results.glob("figures/*.json") if not path.stem.startswith("readings_"))
    return {path.stem for path in made if not is_empty(files.read_json(path))}


@of_every_run
@pytest.mark.parametrize("width", [390, 800, 1400])
@in_light_and_dark
def test_the_page_is_whole_on_every_screen(screen, finished, width, dark):
    """No complaint, no request, nothing wider than the screen, every figure drawn in the color of the text."""
    screen.show(finished / "report.html", width, dark)
    assert screen.complaints() == []
    assert screen.requests() == []
    assert screen.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    drawn = screen.run("""return [...document.querySelectorAll("[data-chart]")].map(node => {
        const svg = node.querySelector("svg"), box = svg.getBoundingClientRect();
        const marks = svg.querySelectorAll(".mark-symbol path, .mark-line path, .mark-rule line, .mark-text text");
        const faces = new Set([...svg.querySelectorAll("text")].map(t => getComputedStyle(t).fill));
        return [node.dataset.chart, marks.length, box.width, box.height, box.right - node.getBoundingClientRect().right,
                svg.getAttribute("aria-label") || svg.querySelector("[aria-label]")?.getAttribute("aria-label"),
                [...faces]];})""")
    assert {name for name, *_ in drawn if not name.startswith("readings_")} == with_data(finished)
    ink = screen.run("return getComputedStyle(document.body).color")
    for name, marks, wide, high, beyond, label, faces in drawn:
        assert marks >= 1 and wide > 200 and high > 100, name
        assert beyond <= 1, f"{name} is cut off by {beyond} pixels"
        assert label and faces == [ink], (name, label, faces)
    cut = screen.run("""return [...document.querySelectorAll("table")].filter(table => {
        const frame = table.closest(".scroll, .verdict"), box = frame.getBoundingClientRect();
        if (table.closest("details:not([open])")) return false;
        return box.right > document.documentElement.clientWidth + 1 || box.left < 0
            || (table.offsetWidth > frame.clientWidth + 1 && frame.scrollWidth < table.offsetWidth)
            || table.offsetWidth === 0;
    }).map(table => table.caption.textContent)""")
    assert cut == []


ABOUT_THE_PAPER = pytest.mark.parametrize("finished", ["demo", "own_panel"], indirect=True)
ABOUT_VALUES = pytest.mark.parametrize("finished", RUNS[1:3], indirect=True)


@ABOUT_VALUES
@pytest.mark.parametrize("width", [390, 800, 1400])
def test_the_first_screens_of_real_tables_say_what_is_assumed_and_who_receives_value(screen, finished, width):
    """Nobody scrolls past a table on digitalization to see the rate of profit and who gains from whom."""
    screen.show(finished / "report.html", width)
    tops = screen.run("""return [".assumed", ".tiles", "#account", "#values", "#answers", "#tables"].map(
        name => document.querySelector(name).getBoundingClientRect().top)""")
    assert tops == sorted(tops)
    bottom = screen.run("return document.querySelector('.tiles').getBoundingClientRect().bottom")
    assert bottom <= HEIGHT or width == 390
    said = screen.run("return document.querySelector('[aria-labelledby=national]').textContent")
    assert "change hands between the" in said and "Most is received by" in said
    terms = screen.run("return [...document.querySelectorAll('.assumed dt')].map(term => term.textContent)")
    assert terms == ["Hours", "Capital", "Imports", "Prices"]


@ABOUT_THE_PAPER
def test_the_first_screen_answers_every_hypothesis_and_shows_the_nation(screen, finished):
    """On a wide screen nobody scrolls: a verdict, sentence and plot for each hypothesis, and the national figures."""
    screen.show(finished / "report.html", 1400)
    ends = screen.run("""return [...document.querySelectorAll(".verdict")].map(verdict => [
        verdict.querySelector(".head").textContent, verdict.getBoundingClientRect().bottom,
        verdict.querySelectorAll(".mark circle.published").length])""")
    assert [head.split(",")[0].rstrip(":") in HEADS for head, _, _ in ends] == [True] * 4
    assert all(bottom <= HEIGHT for _, bottom, _ in ends), ends
    drawn = [marks for head, _, marks in ends if not head.startswith("Not estimated")]
    assert drawn == [9, 4, 5, 8][: len(drawn)]
    nation = screen.run("return document.querySelector('.tiles')?.getBoundingClientRect().bottom")
    assert nation is None or nation <= HEIGHT


@ABOUT_THE_PAPER
@pytest.mark.parametrize("width", [390, 800])
def test_the_first_screen_of_a_small_device_says_what_came_out(screen, finished, width):
    screen.show(finished / "report.html", width)
    said, bottom = screen.run("""const overall = document.querySelector(".overall");
        return [overall.textContent, overall.getBoundingClientRect().bottom]""")
    assert re.search(r"\d+ of \d+ slopes.* agrees? with the published in sign and significance", said)
    assert all(f"H{number}" in said for number in (1, 2, 3, 4)) and bottom <= HEIGHT


@of_every_run
@in_light_and_dark
def test_text_stands_out_from_its_ground(screen, finished, dark):
    """Contrast of 4.5 and more (WCAG 2.2, 1.4.3) wherever there is text."""
    screen.show(finished / "report.html", 1400, dark)
    weak = screen.run("""
        const light = rgb => rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        const of = rgb => { const [r, g, b] = light(rgb); return .2126 * r + .7152 * g + .0722 * b; };
        const parts = text => text.match(/[\\d.]+/g).map(Number);
        const ground = node => {
            for (; node; node = node.parentElement) {
                const [r, g, b, a = 1] = parts(getComputedStyle(node).backgroundColor);
                if (a > 0) return [r, g, b];
            }
            return [255, 255, 255];
        };
        return [...document.querySelectorAll("p, li, th, td, a, h1, h2, h3, dt, dd, caption, label, summary, span")]
            .filter(node => node.offsetParent && node.textContent.trim()).map(node => {
                const [a, b] = [of(parts(getComputedStyle(node).color).slice(0, 3)), of(ground(node))];
                return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), node.textContent.trim().slice(0, 40)];
            }).filter(([contrast]) => contrast < 4.5)""")
    assert weak == []


@of_every_run
def test_every_figure_comes_as_a_pdf_out_of_the_page(finished):
    """The folder may not travel with the page."""
    text = (finished / "report.html").read_text(encoding="utf-8")
    held = dict(re.findall(r'download="(\w+)\.pdf" href="data:application/pdf;base64,([^"]+)"', text))
    assert {name for name in held if not name.startswith("readings_")} == with_data(finished)
    for name, content in held.items():
        assert base64.b64decode(content) == (finished / f"figures/{name}.pdf").read_bytes()
    assert len(text.encode()) < 2_000_000


@of_every_run
def test_the_page_prints_on_a4(screen, finished):
    screen.show(finished / "report.html", 1000)
    content = base64.b64decode(screen.pdf())
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert content.startswith(b"%PDF") and 3 <= pages <= 45
