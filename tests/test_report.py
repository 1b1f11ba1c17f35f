"""The page and the figures: their content, that their bytes are reproducible, and their look in a real browser."""

import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import pairwise

import altair as alt
import pytest
import yaml

from browser import needs_browser
from datasets import HOME, snakemake
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.description import description
from laborvalue_workflow.reporting import page_data
from laborvalue_workflow.reporting.drawings import DRAW
from laborvalue_workflow.reporting.figures import BY_YEAR, FIGURES, OF_READINGS, drawable
from laborvalue_workflow.reporting.page_inputs import PACKAGES
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.typesetting import data_note, decimals
from laborvalue_workflow.screening.findings import COLUMNS, Finding
from published_tables import city_case

DRAWN = drawable(range(3, 11), with_dataset=True, years=3)  # the figures of the demo
PIPELINE = HOME / "workflow/report/page/pipeline.yaml"


class Outline(HTMLParser):
    """A page's elements as (tag, attributes), and its text without scripts and styles."""

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


def test_the_page_has_its_sections_in_order(outline):
    sections = [a["id"] for a in outline.all("h2")]
    assert sections == [
        *("answers", "national", "tables"),
        *("values", "account", "productivity", "digital", "agglomeration", "screening", "data", "pipeline", "origin"),
    ]
    tables = [a["id"] for a in outline.all("h3") if a.get("id", "").startswith(("slopes", "table", "printed"))]
    assert tables == ["slopes", *(f"table{number}" for number in range(2, 11)), "printed"]
    charts = [a["data-chart"] for a in outline.all("div") if "data-chart" in a]
    assert sorted(charts) == sorted(DRAWN)


def test_computed_numbers_stand_beside_published_ones(outline, demo):
    for number in (3, 5, 8, 10):
        for row in files.read_table(demo / f"tables/table{number:02}.csv", texts=("stars",)).to_pylist():
            assert f"{decimals(row['estimate'])}{row['stars']}" in outline.text
    for row in files.read_table(HOME / "resources/published/coefficients.csv", texts=("stars",)).to_pylist():
        assert f"{decimals(row['estimate'])}{row['stars']}" in outline.text
    for row in files.read_table(demo / "tables/table02.csv").to_pylist():
        assert decimals(row["mean"]) in outline.text


def test_the_page_says_how_far_linearmodels_is_away(outline, demo):
    rows = files.read_table(demo / "tables/crosscheck.csv", texts=("stage", "dependent", "term")).to_pylist()
    said = outline.text.partition("Every estimate is made twice")[2].partition("Table 2.")[0]
    assert f"({len(rows)} terms and tests" in said and "other numbers" not in said
    for name in ("estimate", "std_error"):
        largest = max(row[f"{name}_difference"] for row in rows if row[f"{name}_difference"] is not None)
        assert f" {largest:.1e} (Table " in said


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
        summary = files.read_json(demo / f"values/{year}/summary.json")
        nation = array_files.read_arrays(demo / f"values/{year}/national.npz")
        valued = nation["value"] == nation["value"]
        total = nation["value"][valued] @ nation["output_used"][valued]
        assert summary["constant_capital"] + summary["variable_capital"] + summary["surplus_value"] == pytest.approx(
            total
        )
        assert summary["variable_capital"] + summary["surplus_value"] == pytest.approx(summary["labor_hours"])
        curve = files.read_table(demo / f"values/{year}/wage_profit.csv").to_pydict()
        actual = curve["profit_rate"].index(summary["profit_rate"])
        assert curve["real_wage"][actual] == pytest.approx(1, rel=1e-9)


def test_the_page_reports_what_disagrees_in_print(outline):
    assert "dd + ds = 0.0680 and di + indi = 0.0299" in outline.text
    assert "0.365 for ddr" in outline.text and "5.5144 has t² = 64.4" in outline.text


def test_every_part_of_the_page_says_that_the_data_are_synthetic(outline, demo):
    assert outline.text.count("SYNTHETIC DATA") >= 10  # the head of the page and every table of estimates
    assert outline.text.count("Synthetic data.") == len(DRAWN)
    for name in DRAWN:
        title = files.read_json(demo / f"figures/{name}.json")["title"]
        assert title["text"].startswith("SYNTHETIC DATA") and "no replication" in " ".join(title["subtitle"])


def test_the_page_is_one_file_that_loads_nothing(page, outline):
    assert page.stat().st_size < 2_000_000
    for attributes in (a for _, a in outline.elements):
        for name in ("src", "href", "xlink:href", "action"):
            assert not re.match(r"(https?:)?//", attributes.get(name) or "")
    assert not outline.all("iframe", "img", "object", "embed")
    text = page.read_text(encoding="utf-8")
    assert "@import" not in text and "url(http" not in text


def test_the_page_works_with_keyboard_and_screen_reader(outline):
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
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in frames)
    assert len(frames) >= len([a for a in tables if a.get("class") != "plot"])
    assert len(outline.all("figcaption")) == len(outline.all("figure")) == len(DRAWN)


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
    """The graph with rules joined into nodes, without arrows that follow from others."""
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


@pytest.fixture(scope="module")
def graphs(demo, tmp_path_factory):
    """The graph of every kind of run, by kind. Plans write nothing, so that they may share a run's name."""
    folder = tmp_path_factory.mktemp("graphs")
    case = {"run": "test-graph", "import": city_case(folder / "tables").write()}
    files.write_text(folder / "case.yaml", yaml.safe_dump(case))
    run = "--config", "run=test-graph"
    kinds = {
        "embedded": (*run, "embedded={regions: 4}"),
        "panel": (*run, f"panel={demo / 'panel.parquet'}"),
        "dataset": (*run, f"dataset={demo / 'dataset'}"),
        "import": ("--configfile", folder / "case.yaml"),
    }
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(kinds, pool.map(lambda arguments: rulegraph(*arguments), kinds.values()), strict=True))


@pytest.mark.parametrize("kind", ["embedded", "panel", "dataset", "import"])
def test_the_drawn_graph_is_the_rules(kind, graphs):
    nodes = [node for node in yaml.safe_load(PIPELINE.read_text(encoding="utf-8")) if kind in node.get("of", [kind])]
    drawn = {node.node: set(node.after) for node in page_data.pipeline(nodes, [kind])}
    assert drawn == drawn_from(graphs[kind], nodes)


def test_a_run_has_only_the_nodes_of_its_kinds_in_the_graph():
    nodes = [{"node": "a", "of": ["x"], "after": []}, {"node": "b", "after": ["a"]}]
    nodes = [node | {"stage": "tables", "place": 0} for node in nodes]
    assert page_data.pipeline(nodes, ["x", "y"]) == [("a", "tables", 0, []), ("b", "tables", 0, ["a"])]
    assert page_data.pipeline(nodes, ["y"]) == [("b", "tables", 0, [])]


# Figures and bytes


def test_every_figure_is_there_as_pdf_png_and_specification(demo):
    for name in DRAWN:
        for kind, head in (("pdf", b"%PDF-"), ("png", b"\x89PNG\r\n"), ("json", b"{")):
            assert (demo / f"figures/{name}.{kind}").read_bytes().startswith(head)


@pytest.mark.parametrize("name", DRAWN)
def test_a_specification_keeps_the_schema_of_vega_lite(demo, name):
    """Jobs draw without this check, which takes time."""
    specification = files.read_json(demo / f"figures/{name}.json")
    assert alt.Chart.from_dict(specification).to_dict(validate=True)["$schema"] == specification["$schema"]


@pytest.mark.parametrize("name", DRAWN)
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


@pytest.fixture(scope="module")
def redrawn(demo, page, tmp_path_factory):
    """A folder with all figures and the page, made once more in one process under another hash seed."""
    folder = tmp_path_factory.mktemp("redrawn")
    results = files.read_json(demo / "provenance.json")["results"]
    made = [page, *(demo / f"figures/{name}.pdf" for name in DRAWN)]
    commands = [shlex.split(text)[1:] for text in {results[str(of.relative_to(HOME))]["command"] for of in made}]
    for words in commands:
        for option, place in (("--folder", folder), ("--page", folder / page.name), ("--log", folder / "log")):
            if option in words:
                words[words.index(option) + 1] = str(place)
    program = """
import json, runpy, sys
from pathlib import Path
for words in json.loads(sys.argv[1]):
    sys.argv, sys.path[0] = words, str(Path(words[0]).parent)
    runpy.run_path(words[0], run_name="__main__")
"""
    again = [sys.executable, "-c", program, json.dumps(commands)]
    subprocess.run(again, check=True, cwd=HOME, env=os.environ | {"PYTHONHASHSEED": "4"})
    return folder


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_has_the_same_bytes_under_every_hash_seed(demo, redrawn, name):
    for kind in ("pdf", "png", "json"):
        assert (redrawn / f"{name}.{kind}").read_bytes() == (demo / f"figures/{name}.{kind}").read_bytes()


def test_the_page_has_the_same_bytes_under_every_hash_seed(redrawn, page):
    assert (redrawn / "report.html").read_bytes() == page.read_bytes()


def test_no_figure_names_the_run_or_a_folder(demo, page):
    for path in (page, *demo.glob("figures/*.json")):
        text = path.read_text(encoding="utf-8")
        assert demo.name not in text and str(HOME) not in text


def test_paths_of_the_config_are_shown_without_folders():
    config = {
        "import": {
            "tables": [{"year": 2012, "file": "/home/someone/data/2012.mat"}],
            "labels": "/elsewhere/regions.csv",
        }
    }
    config["import"] |= {"sectors": "data/sectors.csv", "labor": {"hours": None}, "kind": "nbs"}
    shown = dict(page_data.choices(config, "/home/someone"))
    assert json.loads(shown["import.tables"]) == [{"year": 2012, "file": "data/2012.mat"}]
    assert json.loads(shown["import.labels"]) == "regions.csv"
    assert json.loads(shown["import.sectors"]) == "data/sectors.csv"
    assert json.loads(shown["import.labor"]) == {"hours": None} and json.loads(shown["import.kind"]) == "nbs"


def test_the_source_of_an_import_names_files_without_folders():
    section = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))["import"]
    tables = [{"year": year, "file": f"/home/someone/data/{year}.mat"} for year in (2012, 2015)]
    context = ImportContext.from_config(section | {"kind": "ceads_city", "money_unit": 1e6, "tables": tables})
    assert description(context)["source"] == "2012.mat; 2015.mat"


def test_the_page_names_the_software_that_the_run_used(outline):
    software = outline.text.partition("Software")[2].partition("Settings")[0]
    assert all(re.search(rf"\b{name} \d", software) for name in ("Python", *PACKAGES))
    assert "pyfixest" not in software  # which only tests import


# The register of figures


def test_figures_of_the_economy_need_a_dataset_and_those_of_a_table_the_table():
    every = range(3, 11)
    readings = drawable(every, with_dataset=True, readings=True)
    assert {*readings} == {name for name in FIGURES if name.startswith("readings_")}
    results = drawable(every, with_dataset=True, years=5)
    assert sorted([*results, *readings]) == sorted(FIGURES)
    assert {*results} - {*drawable(every, with_dataset=True, years=4)} == {"course", "account_course"}
    assert set(DRAWN) - {*drawable(every, with_dataset=False)} == {
        *("values_prices", "wage_profit", "account", "account_trade")
    }
    assert set(DRAWN) - {*drawable([3], with_dataset=True)} == {"first_stage"}


@pytest.mark.parametrize("name", FIGURES)
def test_the_inputs_of_a_figure_are_the_parameters_of_its_function(name):
    assert FIGURES.keys() == DRAW.keys()
    parameters = list(inspect.signature(DRAW[name]).parameters)
    assert parameters == ["subject", *FIGURES[name].inputs]
    single = {"comparison", "mean_logs", "panel", "table", "coefficients", "options", "sectors", "regions"}
    assert {*single, *BY_YEAR, *OF_READINGS}.issuperset(FIGURES[name].inputs)
    assert (HOME / f"workflow/report/captions/{FIGURES[name].caption or name}.rst").is_file()


@pytest.mark.parametrize("name", [name for name, figure in FIGURES.items() if not figure.from_readings])
def test_a_figure_has_its_place_on_the_page(name):
    """That of a table stands below it."""
    templates = "".join(path.read_text(encoding="utf-8") for path in (HOME / "workflow/report/page").glob("*.j2"))
    assert FIGURES[name].table or f'show.figure("{name}")' in templates


def test_the_line_of_the_first_stage_has_the_slope_of_table_8(demo):
    (first,) = [
        row
        for row in files.read_table(demo / "tables/table08.csv", texts=("stage",)).to_pylist()
        if row["stage"] == "first" and row["term"] == "iv"
    ]
    layers = files.read_json(demo / "figures/first_stage.json")["layer"]
    ends = layers[0]["data"]["values"]
    assert (ends[1]["y"] - ends[0]["y"]) / (ends[1]["x"] - ends[0]["x"]) == pytest.approx(first["estimate"], rel=1e-4)


# A panel alone, and Snakemake's own report


@pytest.mark.slow
def test_a_user_supplied_panel_has_a_page_without_the_economy(demo, run):
    finished = snakemake("report", "--config", f"panel={demo / 'panel.parquet'}", f"run={run}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    results = HOME / "results" / run
    outline = Outline((results / "report.html").read_text(encoding="utf-8"))
    assert "values" not in [a.get("id") for a in outline.all("h2")] and "SYNTHETIC" not in outline.text
    assert "User-supplied panel" in outline.text and data_note(Subject()) in outline.text
    charts = {a["data-chart"] for a in outline.all("div") if "data-chart" in a}
    assert charts == {*drawable(range(3, 11), with_dataset=False)}
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
        "net of city-sector and year",
        "sectors of a large city use more digital inputs",
        "The numbers in full precision are in tables/table03.csv",
    ):
        assert words in text, words


# The page of data that are not synthetic: the demo's results, described otherwise


SCREENED = [
    Finding("", "missing", "depreciation", where="AAA, Mining", found="no number", done="excluded"),
    Finding("", "missing", "depreciation", where="BBB, Mining", found="no number", done="excluded"),
    Finding("", "missing", "depreciation", done="excluded", more=7),
]


@pytest.fixture(scope="module")
def plain(demo, tmp_path_factory):
    """The page of the demo's results with a description that declares no synthetic data, and a screening."""
    folder = tmp_path_factory.mktemp("plain")
    for name in ("regions.csv", "sectors.csv"):
        files.write_text(folder / name, (demo / "dataset" / name).read_text(encoding="utf-8"))
    about = yaml.safe_load((demo / "dataset/dataset.yaml").read_text(encoding="utf-8"))
    about = {key: value for key, value in about.items() if key != "planted"}
    about |= {"title": "Tables of somebody", "synthetic": False}
    about |= {"source": f"/home/someone/tables/2012.mat; D:\\tables\\2015.xlsx; {HOME}/data/2017.csv"}
    files.write_text(folder / "dataset.yaml", yaml.safe_dump(about))
    for year in (2012, 2015, 2017):
        rows = [finding.row for finding in (SCREENED if year == 2015 else SCREENED[:1])]
        columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        files.write_table(folder / f"screening/{year}.csv", columns)
    for path in demo.iterdir():
        if path.name != "screening":
            (folder / path.name).symlink_to(path)
    results = files.read_json(demo / "provenance.json")["results"]
    words = shlex.split(results[str((demo / "report.html").relative_to(HOME))]["command"])[1:]
    contents = json.loads(words[words.index("--contents") + 1]) | {"kinds": ["dataset"], "screened": True}
    changed = {"--results": folder, "--description": folder / "dataset.yaml", "--contents": json.dumps(contents)}
    changed |= {"--page": folder / "plain.html", "--log": folder / "log"}
    for option, value in changed.items():
        words[words.index(option) + 1] = str(value)
    subprocess.run([sys.executable, *words], check=True, cwd=HOME)
    return folder / "plain.html"


def test_no_path_of_the_users_machine_is_on_the_page(plain):
    text = plain.read_text(encoding="utf-8")
    for path in ("/home/someone", "D:\\", str(HOME), str(plain.parent)):
        assert path not in text, path
    assert "2012.mat; 2015.xlsx; 2017.csv" in Outline(text).text


def test_the_page_of_other_data_says_so_first(plain):
    text = Outline(plain.read_text(encoding="utf-8")).text
    head = text[: text.index("Money is at the prices of each year")]
    assert "SYNTHETIC" not in head and "other data than the paper’s" in head


def test_the_screening_is_a_matrix_of_fault_and_year(plain):
    text = plain.read_text(encoding="utf-8")
    row = re.search(r"<tr><th scope=\"row\">missing</th>(.*?)</tr>", text)[1]
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == ["depreciation", "excluded", "1", "9", "1"]
    assert all(f'href="screening/{year}.csv"' in text for year in (2012, 2015, 2017))


def test_links_to_files_are_relative_and_meet_a_file(page, demo):
    anchors = Outline(page.read_text(encoding="utf-8")).all("a")
    links = {a["href"] for a in anchors if not a["href"].startswith(("#", "data:"))}
    assert {"exclusions.csv", "values/2012/national.csv", "panel.parquet", "figures/ranks.png"} <= links
    assert [link for link in links if not (demo / link).is_file()] == []


# In a real browser


@needs_browser
@pytest.mark.parametrize("width", [1200, 1400, 2000])
@pytest.mark.parametrize("banner", [True, False])
def test_contents_stand_left_of_the_text_with_a_banner_and_without(screen, page, plain, banner, width):
    screen.show(page if banner else plain, width)
    assert screen.complaints() == []
    assert bool(screen.run("return document.querySelector('.warning')")) == banner
    places = """const nav = document.querySelector("nav details").getBoundingClientRect();
        const text = document.querySelector("main").getBoundingClientRect();
        return [nav.left, nav.right, nav.top, nav.bottom, text.left]"""
    for scrolled in (0, 3000):
        screen.run(f"window.scrollTo({{top: {scrolled}, behavior: 'instant'}})")
        left, right, top, bottom, text = screen.run(places)
        assert 0 <= left < right <= text and 0 <= top < 120 and 200 < bottom - top and bottom <= 900, scrolled


@needs_browser
@pytest.mark.parametrize("width", [390, 800])
def test_contents_are_a_closed_list_above_the_text_on_narrow_screens(screen, plain, width):
    screen.show(plain, width)
    assert screen.run("return !document.querySelector('nav details').open")
    bottom = screen.run("return document.querySelector('nav').getBoundingClientRect().bottom")
    assert bottom <= screen.run("return document.querySelector('h1').getBoundingClientRect().top")
    assert screen.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


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
def test_a_mark_shows_its_numbers_under_the_pointer(screen, page):
    from selenium.webdriver import ActionChains

    screen.show(page, 1400)
    mark = screen.run("""const mark = document.querySelector("[data-chart=digital] .mark-symbol path");
        mark.scrollIntoView({block: "center", behavior: "instant"}); return mark;""")
    ActionChains(screen.driver).move_to_element(mark).pause(0.5).perform()
    shown = screen.run("return document.querySelector('#vg-tooltip-element')?.textContent")
    assert shown and "Digital input" in shown and re.search(r"\d", shown)
