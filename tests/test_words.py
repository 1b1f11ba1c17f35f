"""Every result calls regions and the nation what the config calls them, and says whose data it is made from."""

import json
import re
import shlex
import shutil
import uuid
import zipfile
from dataclasses import asdict

import pandas as pd
import pytest
import yaml

from datasets import FEW_JOBS, HOME, change_hours, snakemake, write_dataset
from economies import random_economy
from export_panel import export_panel
from laborvalue.econometrics.checks import CHECKS
from laborvalue.econometrics.equations import BY_NUMBER, TABLES
from laborvalue.variables import DESCRIPTIONS, VARIABLES
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.description import description
from laborvalue_workflow.reporting import exports, formats, typesetting
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.words import Words
from laborvalue_workflow.running import configuration
from published_tables import city_case
from test_bad_input import DEFAULTS, SCHEMA, refused_config
from test_import import run_import
from test_provenance import check

PROVINCES = Words("province", "provinces", "China")
COUNTRIES = Words("EU member", "Länder", "the European Union")
PAPERS = re.compile(r"\bcit(y|ies)\b|\bcity|the nation\b|\bnation =", re.IGNORECASE)  # the words of the paper
CODE = "egen long city = group(region)"  # the one place where the paper's word stays: a name in the do-file
PLACE = "my own data/it's (v1) & co"  # the folder of a dataset


# The words


@pytest.mark.parametrize(
    ("text", "cities", "countries"),
    [
        ("by {region}-sector", "by city-sector", "by EU member-sector"),
        ("of {a region}", "of a city", "of an EU member"),
        ("{Region}, key", "City, key", "EU member, key"),
        ("over the {regions}", "over the cities", "over the Länder"),
        ("the {regions'} mean", "the cities' mean", "the Länder's mean"),
        ("{Regions}", "Cities", "Länder"),
        ("{nation} = 1", "nation = 1", "European Union = 1"),
    ],
)
def test_a_placeholder_becomes_a_form_of_its_word(text, cities, countries):
    assert (Words().fill(text), COUNTRIES.fill(text)) == (cities, countries)


@pytest.mark.parametrize("word", ["area", "Oblast", "island", "urban area", "economy"])
def test_an_article_has_an_n_before_a_vowel(word):
    assert Words(region=word).fill("{a region}") == f"an {word}"


@pytest.mark.parametrize("word", ["city", "union republic", "US state", "European region", "Zeile"])
def test_an_article_has_none_before_a_consonant(word):
    assert Words(region=word).fill("{a region}") == f"a {word}"


def test_an_unknown_placeholder_is_an_error():
    with pytest.raises(KeyError, match="regoin"):
        Words().fill("of the {regoin}")


def register_texts():
    """Every text for readers that the registers of the library hold, by its place."""
    texts = {f"description of {name}": text for name, text in DESCRIPTIONS.items()}
    texts |= {f"label of {entry.name}": entry.label for entry in VARIABLES}
    texts |= {f"{table.name} {k}": text for table in TABLES for k, text in enumerate([table.statement, *table.notes])}
    return texts | {check.name: check.title for check in CHECKS}


def test_the_registers_say_nothing_of_cities_and_all_their_placeholders_are_known():
    texts = register_texts()
    assert {place: text for place, text in texts.items() if PAPERS.search(text)} == {}
    assert {place for place, text in texts.items() if "{" in text} > {"description of pp", "label of dlq", "table07 0"}
    for words in (Words(), PROVINCES, COUNTRIES):
        filled = [words.fill(text) for text in texts.values()]
        assert not any("{" in text or "}" in text for text in filled)
        assert any(PAPERS.search(text) for text in filled) == (words == Words())


@pytest.mark.parametrize("key", ["region", "regions", "nation"])
@pytest.mark.parametrize("word", ["{region}", "$HOME", "R&D area", "<b>", "a\\b", "", "{", "}", 7])
def test_a_word_that_another_language_would_read_is_refused_in_one_line(key, word):
    (line,) = refused_config({"words": {key: word}}).splitlines()
    assert line.startswith(f"config: words.{key} is ") and "allowed: a word or a few on one line" in line


@pytest.mark.parametrize("word", [" urban area", "urban\narea", "urban area\n"])
def test_a_word_is_on_one_line(word):
    config = configuration.completed({"words": {"region": word}}, DEFAULTS)
    configuration.check(config, SCHEMA)
    assert config["words"]["region"] == "urban area"


@pytest.mark.parametrize("word", ["Land", "省", "l'aire", "county #1", "area_50%", "pays (ISO)"])
def test_words_are_texts_in_latex_and_html(word):
    rows = [{"variable": "pp", "n": 1, "mean": 1.0, "sd": 1.0, "min": 0.0, "max": 2.0}]
    table = typesetting.set_table(BY_NUMBER[2], rows, Subject(None, Words(region=word)))
    assert table.blocks[0][0][0] == f"Overall agglomeration of the {word} (pp)"
    assert f"of the {formats.latex_text(word)} (pp)" in formats.latex(table)
    assert f"of the {formats.html_cell(word)} (pp)" in formats.html_page(table)


def test_labels_of_stata_are_cut_to_its_length(tmp_path):
    long = Words("self-governing municipality", "self-governing municipalities", "the federation of all of them")
    panel = {
        name: ["a"] if name in ("region", "sector") else [2012 if name == "year" else 1.0] for name in DESCRIPTIONS
    }
    files.write_table(tmp_path / "panel.parquet", panel)
    export_panel(tmp_path / "panel.parquet", tmp_path / "panel.dta", words={"words": asdict(long)})
    with pd.io.stata.StataReader(tmp_path / "panel.dta") as reader:
        labels = reader.variable_labels()
    assert labels == exports.variable_labels(panel, Subject(None, long)) and max(map(len, labels.values())) == 80
    assert labels["pp"] == long.fill(DESCRIPTIONS["pp"])[:79] + "…"
    assert labels["region"] == "Self-governing municipality, key"
    default = exports.variable_labels(panel, Subject())
    assert default == {name: Words().fill(text) for name, text in DESCRIPTIONS.items()}


# Folders of the machine


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/a user/my data/x y.csv", "x y.csv"),
        ("/home/it's (v1) & co/x.csv", "x.csv"),
        ("'/data/a' or '/data/b', of 07/2014", "'a' or 'b', of 07/2014"),
        ("2012.mat; /a/b c/d.mat (see ~/x/y.txt), C:\\Users\\me\\t.csv", "2012.mat; d.mat (see y.txt), t.csv"),
        ("WIOD (/data/wiod), file:///home/me/t/", "WIOD (wiod), t/"),
        *[
            (text, text)
            for text in ("https://ceads.net/a/b.zip", "wages / profits and/or x/y/z", "data/provinces/2012")
        ],
        *[(text, text) for text in ("2012/2015/2017", "<b>x</b> and <i>y</i>", "\\input{a}\\b")],
    ],
)
def test_a_text_for_readers_has_file_names_and_no_folders(text, shown):
    assert files.without_folders(text) == shown


def test_texts_of_a_description_are_read_without_folders(tmp_path):
    written = {"title": "t", "source": "/home/me/a b/x.mat", "licence": "see /home/me/LICENCE", "synthetic": False}
    written |= {"currency": "yuan", "money_unit": 1, "years": [2012], "papers_data": "yes"}
    (tmp_path / "dataset.yaml").write_text(yaml.safe_dump(written))
    read = dataset.read_description(tmp_path / "dataset.yaml")
    assert (read["source"], read["licence"], read["papers_data"]) == ("x.mat", "see LICENCE", True)


def test_an_import_has_no_folder_in_its_description_and_screening(tmp_path):
    place = tmp_path / "my own data"
    case = city_case(place)
    settings = case.write() | {"source": f"{place}/all.zip"}
    folder = run_import(settings, tmp_path / "results")
    made = [path for path in (tmp_path / "results").rglob("*") if path.suffix in (".yaml", ".csv", ".md", ".json")]
    assert len(made) > 4 and not [path for path in made if str(tmp_path) in path.read_text(encoding="utf-8")]
    assert "File: 2012.mat\n" in (tmp_path / "results/screening/2012.md").read_text(encoding="utf-8")
    assert dataset.read_description(folder / "dataset.yaml")["source"] == "all.zip"


@pytest.mark.parametrize(
    ("kind", "synthetic"), [("ceads_city", False), ("ceads_city", True), ("ceads_province", False)]
)
def test_the_papers_data_are_the_ceads_city_tables(kind, synthetic):
    section = yaml.safe_load((HOME / "config/config.yaml").read_text(encoding="utf-8"))["import"]
    given = {"kind": kind, "synthetic": synthetic, "money_unit": 1e6, "tables": [{"year": 2012, "file": "a.mat"}]}
    told = description(ImportContext.from_config(section | given)).get("papers_data")
    assert told is (True if (kind, synthetic) == ("ceads_city", False) else None)


# A run on provinces, its dataset in a folder with blanks and quotes


@pytest.fixture(scope="module")
def provinces(tmp_path_factory):
    """The results of a run on provinces that are no invention, and the folder of its dataset."""
    place = tmp_path_factory.mktemp("words") / PLACE
    place.parent.mkdir()
    folder = write_dataset(place, {year: random_economy(6, 5, year) for year in (2012, 2015, 2017)})
    told = yaml.safe_load((folder / "dataset.yaml").read_text())
    told |= {"title": "Provinces", "source": f"{folder}/tables.zip", "synthetic": False, "trade_estimated": "gravity"}
    (folder / "dataset.yaml").write_text(yaml.safe_dump(told))
    run = f"test-{uuid.uuid4().hex[:12]}"
    given = [
        f"dataset={folder}",
        f"run={run}",
        'prices={"rural_sectors": ["s0"]}',
        f"words={json.dumps(asdict(PROVINCES))}",
    ]
    finished = snakemake("all", "robustness", *FEW_JOBS, "--config", *given)
    assert finished.returncode == 0, finished.stderr[-3000:]
    yield HOME / "results" / run, folder, finished.stderr
    shutil.rmtree(HOME / "results" / run)


def text_of(path):
    """A result as a reader sees it: of a document its text, of a Stata file its labels; None of others."""
    if path.suffix == ".docx":
        return zipfile.ZipFile(path).read("word/document.xml").decode()
    if path.suffix == ".dta":
        with pd.io.stata.StataReader(path) as reader:
            return f"{reader.data_label}\n{reader.variable_labels()}"
    if path.suffix in (".md", ".tex", ".html", ".csv", ".json", ".do", ".R"):
        return path.read_text(encoding="utf-8")
    return None


def test_a_run_on_provinces_speaks_of_no_city_and_no_nation(provinces):
    results, _, said = provinces
    texts = {}
    for part in ("tables", "robustness", "figures", "exports", "."):
        paths = (results / part).iterdir()
        texts |= {path: text for path in paths if path.is_file() and (text := text_of(path)) is not None}
    del texts[results / "provenance.json"], texts[results / "report.html"]  # settings; the templates of the page
    assert len(texts) > 100
    for path, text in texts.items():
        word = PAPERS.search(text.replace(CODE, ""))
        assert not word, (path, word)
    assert "clustered by province-sector" in texts[results / "tables/table03.md"]
    assert "Robustness. Standard errors clustered by province" in texts[results / "robustness/cluster_city.md"]
    assert "Rank and size of the provinces' production" in texts[results / "figures/ranks.json"]
    assert "dd relative to the provinces' mean" in texts[results / "exports/panel.dta"]
    assert "18 province-years." in said


def test_every_note_says_that_the_data_are_others_and_that_trade_is_estimated(provinces):
    results, *_ = provinces
    note = "Data: Provinces (tables.zip); not the paper's data. Trade between the provinces is estimated (gravity)."
    for path in (*results.glob("tables/*.md"), *results.glob("robustness/*.md"), results / "exports/tables.do"):
        assert note in path.read_text(encoding="utf-8"), path
    for path in results.glob("figures/*.json"):
        assert note in json.loads(path.read_text(encoding="utf-8"))["description"], path


def test_no_result_has_a_folder_of_the_machine_but_the_occasion_of_the_provenance(provinces):
    results, folder, _ = provinces
    provenance = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    assert provenance.pop("occasion")["folders"] == {"<folder 1>": str(folder.parent)}
    places = [str(folder.parent), str(HOME)]
    forms = {form.encode() for place in places for form in (place, json.dumps(place)[1:-1])}
    paths = [path for path in results.rglob("*") if path.is_file() and path.name != "provenance.json"]
    made = [path for path in paths if path.relative_to(results).parts[0] not in ("logs", "benchmarks")]
    assert len(made) > 150
    contents = {path: path.read_bytes() for path in made} | {"provenance": json.dumps(provenance).encode()}
    assert [path for path, content in contents.items() if any(form in content for form in forms)] == []
    assert f"<folder 1>/{folder.name}/regions.csv" in provenance["sources"]


def test_the_checking_command_finds_the_sources_and_prints_commands_that_run(provinces):
    results, folder, _ = provinces
    chain = check(results, "--of", "tables/table03.csv").stdout
    assert f"{folder}/2012/labor.csv  sha256:" in chain and "<folder" not in chain
    (command,) = {line for line in chain.splitlines() if "split_year.py" in line and "/2012/" in line}
    assert {str(folder), f"{folder}/2012/flows.npy"} <= {*shlex.split(command)}
    assert "files agree" in check(results).stdout
    text = (folder / "2012/labor.csv").read_text()
    change_hours(folder / "2012/labor.csv", "r0")
    assert "2012/labor.csv, a source, has changed" in check(results).stderr
    (folder / "2012/labor.csv").write_text(text)
