"""The page and the figures: what they say, that every byte is fixed, and how they look in a real browser."""

import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import browser
from datasets import HOME, snakemake
from reporting.typesetting import decimals
from shared import files

FIGURES = ("coefficients", "productivity", "digital", "ranks", "first_stage", "values_prices", "wage_profit")
PIPELINE = HOME / "workflow/report/page/pipeline.yaml"


class Outline(HTMLParser):
    """A page's elements as (tag, attributes), with the text of some."""

    VOID = ("meta", "link", "input", "br", "col", "colgroup")

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)
        while self.open and self.open[-1] in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.texts))


@pytest.fixture(scope="module")
def page(demo):
    return demo / "report.html"


@pytest.fixture(scope="module")
def outline(page):
    return Outline(page.read_text(encoding="utf-8"))


# What the page says


def test_the_page_tells_the_replication_in_order(outline):
    sections = [a["id"] for a in outline.all("h2")]
    assert sections == [
        *("data", "screening", "values", "productivity", "digital", "agglomeration"),
        *("tables", "coefficients", "printed", "pipeline", "origin"),
    ]
    tables = [a["id"] for a in outline.all("h3") if a.get("id", "").startswith("table")]
    assert tables == [f"table{number}" for number in range(2, 11)]
    charts = [a["data-chart"] for a in outline.all("div") if "data-chart" in a]
    assert sorted(charts) == sorted(FIGURES)


def test_what_is_computed_stands_beside_what_is_printed(outline, demo):
    for number in (3, 5, 8, 10):
        for row in files.read_table(demo / f"tables/table{number:02}.csv", texts=("stars",)).to_pylist():
            assert f"{decimals(row['estimate'])}{row['stars']}" in outline.text
    for row in files.read_table(HOME / "resources/published/coefficients.csv", texts=("stars",)).to_pylist():
        assert f"{decimals(row['estimate'])}{row['stars']}" in outline.text
    for row in files.read_table(demo / "tables/table02.csv").to_pylist():
        assert decimals(row["mean"]) in outline.text


def test_the_nations_numbers_are_those_of_the_results(outline, demo):
    for year in (2012, 2015, 2017):
        summary = files.read_json(demo / f"values/{year}/summary.json")
        for text in (
            f"{100 * summary['profit_rate']:.2f}",
            f"{100 * summary['rate_of_surplus_value']:.1f}",
            f"{summary['organic_composition']:.2f}",
            f"{summary['total_value'] / 1e8:,.0f}",
        ):
            assert text in outline.text
        for row in files.read_table(demo / f"values/{year}/deviations.csv").to_pylist():
            assert f"{100 * row['mawd']:.1f}" in outline.text and f"{row['distance']:.4f}" in outline.text


def test_the_aggregates_of_a_year_add_up(demo):
    """C + V + S is the value of the output of the regions used; V + S the hours worked there."""
    for year in (2012, 2015, 2017):
        told = files.read_json(demo / f"values/{year}/summary.json")
        nation = files.read_arrays(demo / f"values/{year}/national.npz")
        valued = nation["value"] == nation["value"]
        total = nation["value"][valued] @ nation["output_used"][valued]
        assert told["constant_capital"] + told["variable_capital"] + told["surplus_value"] == pytest.approx(total)
        assert told["variable_capital"] + told["surplus_value"] == pytest.approx(told["labor_hours"])
        curve = files.read_table(demo / f"values/{year}/wage_profit.csv").to_pydict()
        actual = curve["profit_rate"].index(told["profit_rate"])
        assert curve["real_wage"][actual] == pytest.approx(1, rel=1e-9)


def test_what_disagrees_in_print_is_told(outline):
    assert "dd + ds = 0.0680 and di + indi = 0.0299" in outline.text
    assert "0.365 for ddr" in outline.text and "5.5144 has t² = 64.4" in outline.text


def test_everything_on_the_page_says_that_it_is_synthetic(outline, demo):
    assert outline.text.count("SYNTHETIC DATA") >= 10  # the head of the page and every table of estimates
    assert outline.text.count("Synthetic data.") == len(FIGURES)
    for name in FIGURES:
        title = files.read_json(demo / f"figures/{name}.json")["title"]
        assert title["text"].startswith("SYNTHETIC DATA") and "no replication" in " ".join(title["subtitle"])


def test_the_page_is_one_file_that_asks_nobody(page, outline):
    assert page.stat().st_size < 3_000_000
    for attributes in (a for _, a in outline.elements):
        for name in ("src", "href", "xlink:href", "action"):
            assert not re.match(r"(https?:)?//", attributes.get(name) or "")
    assert not outline.all("iframe", "img", "object", "embed")
    text = page.read_text(encoding="utf-8")
    assert "@import" not in text and "url(http" not in text


def test_the_page_can_be_walked_through_by_keyboard_and_read_aloud(outline):
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert ("html", {"lang": "en"}) in outline.elements
    for link in outline.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
    assert outline.all("a")[0] == {"class": "skip", "href": "#content"}
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tables = outline.all("table")
    assert len(tables) == len(outline.all("caption"))
    assert all("scope" in a or "colspan" in a for a in outline.all("th"))
    frames = [a for a in outline.all("div") if a.get("class") == "scroll"]
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in frames) and len(frames) > len(tables)
    assert len(outline.all("figcaption")) == len(outline.all("figure")) == len(FIGURES)


# The pipeline's graph


def rulegraph(*arguments):
    """Snakemake's own graph as {rule: rules it follows}, without `all`."""
    text = snakemake("--rulegraph", *arguments).stdout
    names = dict(re.findall(r'(\d+)\[label = "([^"]+)"', text))
    after = {name: set() for name in names.values()}
    for before, rule in re.findall(r"(\d+) -> (\d+)", text):
        after[names[rule]].add(names[before])
    return {rule: before for rule, before in after.items() if rule != "all"}


def drawn_from(graph, nodes):
    """The graph with rules joined into nodes, and no arrow that follows from others."""
    node_of = {
        rule: next(n["node"] for n in nodes if re.fullmatch(n.get("rules", re.escape(n["node"])), rule))
        for rule in graph
    }
    after = {}
    for rule, before in graph.items():
        after.setdefault(node_of[rule], set()).update({node_of[name] for name in before} - {node_of[rule]})

    def reached(node):
        return after[node] | {far for near in after[node] for far in reached(near)}

    return {node: near - {far for other in near for far in reached(other)} for node, near in after.items()}


@pytest.mark.parametrize("kind", ["embedded", "panel", "dataset", "import"])
def test_the_drawn_graph_is_the_rules(kind, demo, run, tmp_path):
    if kind == "import":
        from published_tables import city_case

        (tmp_path / "case.yaml").write_text(yaml.safe_dump({"run": run, "import": city_case(tmp_path / "in").write()}))
        graph = rulegraph("--configfile", tmp_path / "case.yaml")
    else:
        given = {"panel": f"panel={demo / 'panel.parquet'}", "dataset": f"dataset={demo / 'dataset'}"}
        graph = rulegraph("--config", f"run={run}", *([given[kind]] if kind in given else ["embedded={regions: 4}"]))
    nodes = [node for node in yaml.safe_load(PIPELINE.read_text(encoding="utf-8")) if kind in node.get("of", [kind])]
    there = {node["node"] for node in nodes}
    drawn = {node["node"]: {name for name in node["after"] if name in there} for node in nodes}
    assert drawn == drawn_from(graph, nodes)


# Figures and bytes


def test_every_figure_is_there_as_pdf_png_and_specification(demo):
    for name in FIGURES:
        for kind, head in (("pdf", b"%PDF-"), ("png", b"\x89PNG\r\n"), ("json", b"{")):
            assert (demo / f"figures/{name}.{kind}").read_bytes().startswith(head)


@pytest.mark.parametrize("name", FIGURES)
def test_a_pdf_stays_whole_and_has_one_font(demo, name):
    """Its dictionaries were put in order: every offset of the cross-reference table still meets its object."""
    content = (demo / f"figures/{name}.pdf").read_bytes()
    start = int(re.search(rb"startxref\s+(\d+)", content)[1])
    first, count = map(int, re.match(rb"xref\s+(\d+) (\d+)", content[start:]).groups())
    entries = re.findall(rb"(\d{10}) (\d{5}) ([nf])", content[start:])
    assert len(entries) == count
    for number, (offset, _, used) in enumerate(entries, start=first):
        if used == b"n":
            assert content[int(offset) :].startswith(b"%d 0 obj" % number)
    assert len(set(re.findall(rb"/BaseFont /(\S+)", content))) == 1
    assert not re.search(rb"/(CreationDate|ModDate|ID) ", content)


def again(demo, target, folder, seed):
    """Run the command that made a result once more, under another hash seed, into another folder."""
    told = files.read_json(demo / "provenance.json")["results"][str(target.relative_to(HOME))]["command"]
    words = shlex.split(told)
    for k, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in ("stem", "page"):
            words[k] = f"{name}={folder / Path(value).name}"
        elif name == "log":
            words[k] = f"log={folder / 'log'}"
    subprocess.run([sys.executable, *words[1:]], check=True, cwd=HOME, env=os.environ | {"PYTHONHASHSEED": seed})


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_the_same_bytes_under_every_hash_seed(demo, tmp_path, name):
    again(demo, demo / f"figures/{name}.pdf", tmp_path, "4")
    for kind in ("pdf", "png", "json"):
        assert (tmp_path / f"{name}.{kind}").read_bytes() == (demo / f"figures/{name}.{kind}").read_bytes()


def test_the_page_has_the_same_bytes_under_every_hash_seed(demo, page, tmp_path):
    again(demo, page, tmp_path, "4")
    assert (tmp_path / "report.html").read_bytes() == page.read_bytes()


def test_no_figure_names_the_run_or_a_folder(demo, page):
    for path in (page, *demo.glob("figures/*.json")):
        text = path.read_text(encoding="utf-8")
        assert demo.name not in text and str(HOME) not in text


# A panel alone, and Snakemake's own report


@pytest.mark.slow
def test_a_panel_alone_has_a_page_of_what_there_is(demo, run):
    finished = snakemake("report", "--config", f"panel={demo / 'panel.parquet'}", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    outline = Outline((results / "report.html").read_text(encoding="utf-8"))
    assert "values" not in [a.get("id") for a in outline.all("h2")] and "SYNTHETIC" not in outline.text
    assert "Computed from a panel that was brought along." in outline.text
    charts = {a["data-chart"] for a in outline.all("div") if "data-chart" in a}
    assert charts == set(FIGURES) - {"values_prices", "wage_profit"}
    assert charts == {path.stem for path in results.glob("figures/*.pdf")}


@pytest.mark.slow
def test_snakemakes_own_report_has_captions_and_categories(demo, tmp_path):
    config = "--configfile", "config/demo.yaml", "--config", f"run={demo.name}"
    finished = snakemake("--report", tmp_path / "report.html", *config)
    assert finished.returncode == 0, finished.stderr[-3000:]
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in (
        '"Figures"',
        '"Tables"',
        "The data of this run are synthetic.",
        "Every slope of Tables 3 to 10 with its 95 % confidence interval",
        "First stage of Table 8",
        "table03 as set for reading",
    ):
        assert words in text, words


# In a real browser

needs_browser = pytest.mark.skipif(
    not (browser.BROWSER and browser.DRIVER),
    reason="chromium or chromedriver is not here (Debian: apt-get install chromium chromium-driver)",
)


@pytest.fixture(scope="module")
def screen():
    with browser.opened() as shown:
        yield shown


@needs_browser
@pytest.mark.parametrize("width", [390, 820, 1400])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_whole_on_every_screen(screen, page, width, dark):
    screen.show(page, width, dark)
    assert screen.complaints() == []
    assert screen.requests() == []
    assert screen.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    drawn = screen.run("""return [...document.querySelectorAll("[data-chart]")].map(node => {
        const svg = node.querySelector("svg"), box = svg.getBoundingClientRect();
        const marks = svg.querySelectorAll(".mark-symbol path, .mark-line path, .mark-rule line");
        const faces = new Set([...svg.querySelectorAll("text")].map(t => getComputedStyle(t).fill));
        return [node.dataset.chart, marks.length, box.width, box.height, box.right - node.getBoundingClientRect().right,
                svg.getAttribute("aria-label") || svg.querySelector("[aria-label]")?.getAttribute("aria-label"),
                [...faces]];})""")
    assert sorted(name for name, *_ in drawn) == sorted(FIGURES)
    ink = screen.run("return getComputedStyle(document.body).color")
    for name, marks, wide, high, beyond, label, faces in drawn:
        assert marks >= 5 and wide > 200 and high > 150, name
        assert beyond <= 1, f"{name} is cut off by {beyond} pixels"
        assert label and faces == [ink], (name, label, faces)
    cut = screen.run("""return [...document.querySelectorAll("table")].filter(table => {
        const frame = table.closest(".scroll"), box = frame.getBoundingClientRect();
        if (table.closest("details:not([open])")) return false;
        return box.right > document.documentElement.clientWidth + 1 || box.left < 0
            || (table.offsetWidth > frame.clientWidth + 1 && frame.scrollWidth < table.offsetWidth)
            || table.offsetWidth === 0;
    }).map(table => table.caption.textContent)""")
    assert cut == []


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(screen, page, dark):
    """Contrast of 4.5 and more (WCAG 2.2, 1.4.3) wherever there is text."""
    screen.show(page, 1400, dark)
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


@needs_browser
def test_tables_are_sorted_and_filtered_and_keys_lead_through(screen, page):
    screen.show(page, 1400)
    first = """return [...document.querySelectorAll("#values ~ * table, section table")]
        .find(t => t.caption.textContent.startsWith("Cities")).tBodies[0]"""
    column = f"""const body = (() => {{ {first} }})();
        return [...body.rows].filter(row => !row.hidden).map(row => row.cells[2].textContent)"""
    heading = f"(() => {{ {first} }})().closest('table').tHead.rows[1].cells[2]"
    screen.run(f"{heading}.querySelector('button').click()")
    rising = [float(text.replace(",", "")) for text in screen.run(column)]
    assert rising == sorted(rising) and screen.run(f"return {heading}.ariaSort") == "ascending"
    screen.run(f"{heading}.querySelector('button').click()")
    assert [float(text.replace(",", "")) for text in screen.run(column)] == rising[::-1]
    screen.run(f"""const input =
            (() => {{ {first} }})().closest('.scroll').previousElementSibling.querySelector('input');
        input.value = 'c007'; input.dispatchEvent(new Event('input'));""")
    assert len(screen.run(column)) == 1
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    screen.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert screen.run("return document.activeElement.className") == "skip"
    assert screen.run("return document.activeElement.getBoundingClientRect().left") >= 0


@needs_browser
def test_a_mark_tells_its_numbers_under_the_pointer(screen, page):
    from selenium.webdriver import ActionChains

    screen.show(page, 1400)
    mark = screen.run("""const mark = document.querySelector("[data-chart=digital] .mark-symbol path");
        mark.scrollIntoView({block: "center", behavior: "instant"}); return mark;""")
    ActionChains(screen.driver).move_to_element(mark).pause(0.5).perform()
    told = screen.run("return document.querySelector('#vg-tooltip-element')?.textContent")
    assert told and "Digital input" in told and re.search(r"\d", told)


@needs_browser
def test_the_page_prints_on_a4(screen, page):
    import base64

    screen.show(page, 1000)
    content = base64.b64decode(screen.pdf())
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert content.startswith(b"%PDF") and 10 <= pages <= 40
