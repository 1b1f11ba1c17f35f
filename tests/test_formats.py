"""Tables set for reading: what they say, and that every kind of file says it."""

import io
import itertools
import re
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import asdict

import docx as word
import pyarrow as pa
import pytest

from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED, Equation, TableSpec
from laborvalue.econometrics.estimation import count_losses, describe_variables, estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import formats, set_tables, typesetting
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.words import Words
from table import table as table_script
from test_tables import simulated, with_zeros

SYNTHETIC = {"synthetic": True, "title": "embedded", "source": "generated", "currency": "yuan", "planted": {}}
INVENTED = {"synthetic": True, "title": "my economy", "source": "drawn at random", "currency": "yuan"}
REAL = {"synthetic": False, "title": "CEADs city tables", "source": "CEADs", "currency": "yuan"}


@pytest.fixture(scope="module")
def panel():
    return simulated(regions=12, sectors=6)


def table_rows(number, panel, **changed):
    spec = BY_NUMBER[number]
    if not spec.estimated:
        return files.as_rows(describe_variables(spec, pa.table(panel)))
    return files.as_rows(estimate_table(spec, pa.table(panel), RegressionOptions(**changed)).columns)


def set_table(number, panel, description=None, **changed):
    spec, options = BY_NUMBER[number], RegressionOptions(**changed)
    losses = files.as_rows(count_losses(spec, pa.table(panel), options)) if spec.estimated else ()
    return typesetting.set_table(spec, table_rows(number, panel, **changed), Subject(description), options, losses)


def body(table):
    return [row for block in table.blocks for row in block]


# What a table says


def test_an_estimate_stands_over_its_bracketed_error_with_stars_and_four_decimals(panel):
    table, row = set_table(3, panel), table_rows(3, panel)[0]
    assert table.header == ["", "(1)", "(2)", "(3)", "(4)", "(5)"]
    lines = body(table)
    place = [line[0] for line in lines].index("Digital device input, relative")
    assert lines[place][1:] == [typesetting.decimals(row["estimate"]) + row["stars"], "", "", "", ""]
    assert lines[place + 1] == ["ln ddr", f"({row['std_error']:.4f})", "", "", "", ""]
    assert [line[0] for line in lines if line[0]] == [
        "Dependent variable",
        *("Digital device input, relative", "ln ddr", "Digital service input, relative", "ln dsr"),
        *("Direct digital input, relative", "ln dir", "Indirect digital input, relative", "ln indir"),
        *("Suppliers' labor productivity", "ln otlp", "Constant"),
        *("Individual FE", "Time FE", "N", "Clusters", "R²", "Adjusted R²", "Within R²"),
    ]
    assert table.notes[1].startswith("ln tlpr: total labor productivity, relative.")


def test_a_missing_error_is_a_dot_in_brackets():
    assert [typesetting.bracketed(value) for value in (0.1, None, float("nan"))] == ["(0.1000)", "(.)", "(.)"]


def test_observations_have_commas_and_effects_are_named():
    lines = {line[0]: line[1:] for line in body(set_table(7, simulated(regions=60, sectors=20)))}
    assert lines["N"] == ["3,600"] * 4
    assert lines["Individual FE"] == lines["Time FE"] == ["Yes"] * 4
    assert lines["Dependent variable"] == ["ln pri"] * 4


def test_table_8_has_its_stages_the_right_way_round_and_says_so(panel):
    table = set_table(8, panel)
    lines = {line[0]: line[1:] for line in body(table)}
    assert body(table)[0] == ["", "First stage", "Second stage"]
    assert lines["iv"][0] and not lines["iv"][1]  # the instrument is no log
    assert lines["ln d"][1] and not lines["ln d"][0]
    tests = table_rows(8, panel)[0]
    for words, shown in (
        ("Kleibergen-Paap rk LM statistic", f"{tests['kp_rk_lm']:,.2f}"),
        ("p-value of the LM statistic", typesetting.decimals(tests["kp_rk_lm_p"])),
        ("Kleibergen-Paap rk Wald F statistic", f"{tests['kp_rk_f']:,.2f}"),
        ("Cragg-Donald Wald F statistic", f"{tests['cragg_donald_f']:,.2f}"),
        ("Cragg-Donald F, all effects counted", f"{tests['cragg_donald_f_xtivreg2']:,.2f}"),
    ):
        assert lines[words] == ["", shown]
    assert any("first stage is 5.5144" in note and "second 0.6992" in note for note in table.notes)
    assert any(note.startswith("The Cragg-Donald statistics assume i.i.d. errors") for note in table.notes)
    assert any(note.startswith("Two-step GMM") for note in table.notes)
    assert not any("Relative" in note for note in table.notes)  # no such variable is in it


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        ("city_sector", "clustered by city-sector."),
        ("city", "clustered by city."),
        ("sector", "clustered by sector."),
        ("two_way", "clustered two-way by city and by sector."),
    ],
)
def test_the_note_names_estimator_and_clusters(panel, cluster, words):
    (note,) = [note for note in set_table(3, panel, cluster=cluster).notes if "standard errors in brackets" in note]
    assert note.startswith("Least squares with city-sector and year effects") and words in note


def test_the_note_says_what_the_data_are_and_claims_nothing_of_a_panel_of_the_users(panel):
    assert set_table(3, panel, SYNTHETIC).notes[0].startswith("SYNTHETIC DATA")
    assert set_table(3, panel, SYNTHETIC).notes[0] == typesetting.SYNTHETIC and "embedded" in typesetting.SYNTHETIC
    own = set_table(3, panel, INVENTED).notes[0]
    assert own.startswith("SYNTHETIC DATA: computed from a dataset that declares itself synthetic, my economy (drawn")
    assert "embedded" not in own
    assert set_table(3, panel, REAL).notes[0] == "Data: CEADs city tables (CEADs); not the paper's data."
    assert set_table(3, panel, REAL | {"papers_data": True}).notes[0] == "Data: CEADs city tables (CEADs)."
    estimated = set_table(3, panel, REAL | {"trade_estimated": "gravity"}).notes[0]
    assert estimated.endswith("not the paper's data. Trade between the cities is estimated (gravity).")
    mine = " ".join(set_table(3, panel, None).notes)
    assert mine.startswith("Computed from a user-supplied panel.")
    assert not re.search("synthetic|China|CEADs|replication", mine, re.IGNORECASE)


def test_rows_without_a_log_are_counted_in_the_note(panel):
    lost = set_table(3, with_zeros(with_zeros(panel, "dir", -1.0)))
    assert "Rows left out because a variable is not positive and has no log: ddr 3, dir 3." in lost.notes
    assert not any("no log" in note for note in set_table(3, panel).notes)
    assert not any("ddr 3" in note for note in set_table(3, with_zeros(panel), zero_policy="log1p").notes)


def test_variables_are_named_as_they_enter(panel):
    names = [
        body(set_table(3, panel, **changed))[2][0]
        for changed in ({}, {"zero_policy": "log1p"}, {"log_transform": False})
    ]
    assert names == ["ln ddr", "ln(1 + ddr)", "ddr"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.04321, "0.0432"),
        (-0.15, "−0.1500"),
        (0.0, "0.0000"),
        (1.234e-6, "1.23e−06"),
        (float("nan"), ""),
        (None, ""),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_have_four_decimals_and_a_true_minus(value, text):
    assert typesetting.decimals(value) == text


def test_the_comparison_is_set_with_its_agreement_counted():
    rows = [
        {"table": 3, "column": 1, "term": "ddr", "published": 0.0389, "published_se": 0.0028, "computed": -0.01}
        | {"computed_se": 0.002, "difference_in_se": -17.46, "same_sign": False, "same_stars": True},
        {"table": 3, "column": 1, "term": "constant"},
    ]
    table = typesetting.set_comparison(rows, Subject(SYNTHETIC))
    place = ["Table 3 (1)", "ddr", "0.0389 (0.0028)", "−0.0100 (0.0020)", "−17.5", "no", "yes"]
    assert body(table) == [place]
    assert table.notes[0].startswith("SYNTHETIC DATA")
    assert "Of 1 slopes, 0 have the published sign and 1 the published stars." in table.notes[1]


# Every kind of file


def test_markdown_has_a_line_per_row_and_shows_its_stars(panel):
    table = set_table(4, panel)
    lines = formats.markdown(table).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert cells[0] == table.header
    assert [[cell.replace("\\*", "*") for cell in row] for row in cells[2:]] == body(table)


def test_html_is_well_formed_and_has_every_cell(panel):
    table = set_table(8, panel, {**REAL, "title": "<b>&"})
    text = formats.html_page(table)
    page = ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    cells = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert cells == [table.header, *body(table)]
    assert ["".join(p.itertext()) for p in page.iter("p")] == table.notes
    assert len(list(page.iter("tbody"))) == 3  # dependent variables, coefficients, statistics


@pytest.mark.parametrize("number", [2, 3, 8])
def test_docx_opens_with_every_cell(panel, number):
    table = set_table(number, panel)
    document = word.Document(io.BytesIO(formats.docx(table)))
    (grid,) = document.tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [table.header, *body(table)]
    assert [paragraph.text for paragraph in document.paragraphs] == [table.title, *table.notes]


def test_docx_bytes_are_those_of_the_table_alone(panel, monkeypatch):
    table = set_table(3, panel)
    once = formats.docx(table)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert formats.docx(table) == once
    moments = {member.date_time for member in zipfile.ZipFile(io.BytesIO(once)).infolist()}
    assert moments == {(2000, 1, 1, 0, 0, 0)}


def test_latex_says_what_pdflatex_can_set(panel):
    table = set_table(3, panel, {**REAL, "title": "Zürich & 城市 100 % a_b"})
    text = formats.latex(table)
    assert text.isascii()
    assert "Zurich \\& ?? 100 \\% a\\_b" in text
    assert "\\toprule" in text and "\\midrule" in text and "\\bottomrule" in text


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_latex_compiles_by_itself(panel, tmp_path):
    comparison = typesetting.SetTable("Long", ["a", "b"], [[["x", "−1.0***"]] * 60], ["a note"], numeric=True)
    check = dict.fromkeys(("robust_estimate", "robust_std_error", "robust_p_value"), -1.23456) | {"robust_n": 30987}
    check |= {"robust_stars": "***", "robust_n_clusters": 8613}
    checked = [row | check for row in table_rows(8, panel) if row["term"] != "constant"]
    widest = typesetting.set_robustness("cluster_two_way", checked, Subject(SYNTHETIC))
    tables = {"two": set_table(2, panel, REAL), "long": comparison, "widest": widest}
    tables |= {table.name: set_table(table.number, panel, SYNTHETIC) for table in ESTIMATED}
    for name, table in tables.items():
        (tmp_path / f"{name}.tex").write_text(formats.latex(table), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-1500:]
        assert "Overfull" not in done.stdout


def test_the_script_writes_every_kind(panel, tmp_path):
    files.write_table(tmp_path / "panel.parquet", with_zeros(panel))
    settings, words = {"regressions": asdict(RegressionOptions())}, {"words": asdict(Words())}
    table_script(3, tmp_path / "panel.parquet", tmp_path / "table03.csv", tmp_path / "lost.csv", settings | words)
    table_script(2, tmp_path / "panel.parquet", tmp_path / "table02.csv", settings=words)
    for stem, kind in itertools.product(("table02", "table03"), set_tables.KINDS):
        assert (tmp_path / f"{stem}.{kind}").stat().st_size > 500
    assert "ddr 3" in (tmp_path / "table03.md").read_text(encoding="utf-8")


# Beyond the register of variables


def test_a_variable_without_a_label_is_shown_by_its_symbol(panel):
    """Neither a column outside the register nor one without a label is an error."""
    spec = TableSpec(11, "A table of one's own", (Equation("mine", ("lp", "ddr")), Equation("mine", ("theirs",))))
    columns = pa.table(panel | {"mine": panel["tlpr"], "theirs": panel["otlp"]})
    table = typesetting.set_table(spec, files.as_rows(estimate_table(spec, columns).columns), Subject())
    lines = body(table)
    assert lines[0] == ["Dependent variable", "ln mine", "ln mine"]
    assert [line[0] for line in lines[1:9]] == [
        *("Labor productivity", "ln lp", "Digital device input, relative", "ln ddr", "ln theirs", "", "Constant", "")
    ]
    assert not any("mine" in note for note in table.notes)
    described = [{"variable": "mine", "n": 3, "mean": 1.0, "sd": 1.0, "min": 0.0, "max": 2.0}]
    assert typesetting.described(described, Subject())[1][0][0] == "mine"


def test_each_equation_with_an_instrument_shows_its_two_stages_and_its_own_tests(panel):
    spec = TableSpec(
        12,
        "Two instrumented equations",
        (Equation("pri", ("d",), "iv"), Equation("tlpr", ("d",), "iv")),
        estimator="gmm",
    )
    rows = files.as_rows(estimate_table(spec, pa.table(panel)).columns)
    assert [row["column"] for row in rows] == [1, 1, 2, 2, 3, 3, 4, 4]
    table = typesetting.set_table(spec, rows, Subject())
    assert body(table)[0][1:] == ["First stage", "Second stage", "First stage", "Second stage"]
    shown = {line[0]: line[1:] for line in body(table)}["Kleibergen-Paap rk LM statistic"]
    assert shown == ["", f"{rows[2]['kp_rk_lm']:,.2f}", "", f"{rows[6]['kp_rk_lm']:,.2f}"]
    alone = files.as_rows(estimate_table(BY_NUMBER[8], pa.table(panel)).columns)
    assert [row["estimate"] for row in rows[:4]] == [row["estimate"] for row in alone]
