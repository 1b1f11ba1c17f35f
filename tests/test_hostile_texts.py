"""Texts that a shell, a browser, LaTeX or a spreadsheet would run are texts in every result."""

import json
import re
import shutil
import uuid
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from datasets import FEW_JOBS, HOME, snakemake, write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset, files, yamlfiles
from laborvalue_workflow.importers import textfiles
from laborvalue_workflow.reporting.formats import latex_text
from laborvalue_workflow.running import configuration
from test_bad_input import refused_config

SCRIPT, SHELL, LATEX, FORMULA = "<script>alert(1)</script>", "$(touch ran)`touch ran`;touch ran", r"\input{ran}", "=1+1"
HOSTILE = f"{SCRIPT} & {SHELL} | {LATEX} {FORMULA}"
SECTORS = [FORMULA, SCRIPT, LATEX, "$(touch ran)", "s4"]


@pytest.mark.parametrize("name", [SHELL, "a b", "$HOME", "`id`", "a;b", "<b>", "=1+1", "-rf", "..", "a{b}", "a" * 201])
def test_a_run_is_named_by_letters_and_digits_only(name):
    assert "allowed: a folder name of letters, digits" in refused_config({"run": name})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The results of a run on a dataset that is hostile in its path, title, source, names and sector keys."""
    place = tmp_path_factory.mktemp("hostile") / "d$(touch ran);`touch ran`&'x"
    economies = {year: replace(random_economy(6, 5, year), sectors=SECTORS) for year in (2012, 2015)}
    folder = write_dataset(place, economies)
    path = folder / "dataset.yaml"
    described = yaml.safe_load(path.read_text()) | {"title": HOSTILE, "source": HOSTILE, "synthetic": False}
    path.write_text(yaml.safe_dump(described))
    for name in ("regions", "sectors"):
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        frame["name"] = [SCRIPT, LATEX, FORMULA, SHELL, "x", "y"][: len(frame)]
        frame.to_csv(folder / f"{name}.csv", index=False)
    run = f"test-{uuid.uuid4().hex[:12]}"
    finished = snakemake(*FEW_JOBS, "--config", f"dataset={folder}", f"run={run}", 'prices={"rural_sectors": ["=1+1"]}')
    assert finished.returncode == 0, finished.stderr[-3000:]
    yield HOME / "results" / run
    assert not [path for place in (HOME, folder, folder.parent) for path in place.glob("ran*")], "nothing was run"
    shutil.rmtree(HOME / "results" / run)


@pytest.mark.slow
def test_the_page_and_the_tables_show_markup_as_text(hostile):
    for path in [hostile / "report.html", *hostile.glob("tables/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert SCRIPT not in text and "<script>alert" not in text, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text, path


@pytest.mark.slow
def test_latex_gets_no_command_of_a_text(hostile):
    tables = list(hostile.glob("tables/*.tex"))
    assert tables
    for path in tables:
        text = path.read_text(encoding="utf-8")
        assert LATEX not in text and latex_text(LATEX) in text, path
        assert not re.search(r"(?<!\\)[$&_#%]touch", text), path


@pytest.mark.slow
def test_keys_are_the_same_texts_in_every_form_of_the_panel(hostile):
    panel = pq.read_table(hostile / "panel.parquet")
    (stata,) = hostile.rglob("*.dta")
    frame = pd.read_stata(stata)
    assert set(panel["sector"].to_pylist()) == set(frame["sector"]) == set(SECTORS[:4])
    national = pd.read_csv(hostile / "values/2012/national.csv", dtype={"sector": str})
    assert national["sector"].tolist() == SECTORS and np.isfinite(national["value"][:4]).all()


CONTROLS = {"an escape": "\x1b[2J", "a bell": "\a", "a turned line": "\u202e", "a separator of lines": "\u2028"}


@pytest.mark.parametrize("sign", CONTROLS.values(), ids=CONTROLS)
def test_a_text_with_a_sign_that_does_not_show_is_refused_where_it_is_read(tmp_path, sign):
    told = f"holds U+{ord(sign[0]):04X}, a sign that does not show; remove it"
    (tmp_path / "regions.csv").write_text(f"region,name\nr0,North\nr1,So{sign}uth\n", encoding="utf-8")
    (tmp_path / "dataset.yaml").write_text(json.dumps({"title": f"Flows{sign}", "years": [2012]}), encoding="utf-8")
    for read, path in ((files.read_csv, tmp_path / "regions.csv"), (yamlfiles.read, tmp_path / "dataset.yaml")):
        with pytest.raises(InputError) as raised:
            read(path)
        assert str(raised.value).startswith(f"{path}: ") and str(raised.value).endswith(told)
        assert str(raised.value).isprintable()
    config = configuration.completed({"words": {"region": f"prov{sign}ince"}}, HOME / "config/config.yaml")
    with pytest.raises(InputError, match=r"config: .*a sign that does not show"):
        configuration.check(config, HOME / "workflow/schemas/config.schema.yaml")


def test_a_line_break_in_the_name_of_a_run_is_refused_as_yaml_would_drop_it():
    config = {"run": "x"}
    with pytest.raises(InputError, match=r"config: run is 'x\\n', with a line break; expected the name of a folder"):
        configuration.as_written(config, [], {"run": "x"}, {"run": "x\n"}, HOME / "workflow/schemas/config.schema.yaml")


@pytest.mark.parametrize("content", ["zebrafinch 4711 invented\n", "a,b\nzebrafinch,2,3\n", "a,b\n'\"zebrafinch"])
def test_what_a_link_leads_to_outside_of_its_folder_is_not_quoted(tmp_path, content):
    """Not its header, not a row, not the line that cannot be read; a link within the folder is as the file."""
    (tmp_path / "other.txt").write_text(content)
    (tmp_path / "data/2012").mkdir(parents=True)
    (tmp_path / "data/2012/inside.csv").write_text(content)
    for table, target in (("linked", "../../other.txt"), ("near", "inside.csv")):
        path = tmp_path / f"data/2012/{table}.csv"
        path.symlink_to(target)
        readers = (
            lambda path=path: textfiles.read_columns(path, ["region", "hours"]),
            lambda path=path: dataset.read_regions(path),
            lambda path=path: list(files.batches(path, ["region"], ["hours"])),
            lambda path=path: dataset.read_description(path),
        )
        said = ""
        for read in readers:
            with pytest.raises(InputError) as raised:
                read()
            said += str(raised.value)
        assert table == "near" or "zebrafinch" not in said, said
    assert "zebrafinch" in said or "zebrafinch" not in content.partition("\n")[0]


@pytest.mark.parametrize(
    "call", ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0"]
)
def test_a_name_that_a_spreadsheet_would_run_is_refused_where_it_is_read(tmp_path, call):
    pd.DataFrame({"region": ["r0"], "name": [call]}).to_csv(tmp_path / "regions.csv", index=False)
    with pytest.raises(InputError, match="is a call that a spreadsheet would run; expected a name or a number"):
        files.read_csv(tmp_path / "regions.csv")


def test_markdown_and_comments_show_tags_as_text(tmp_path):
    files.write_markdown(tmp_path / "x.md", "<img src=x> </b> <!-- --> p < 0.1, 3<4")
    assert (tmp_path / "x.md").read_text() == "&lt;img src=x> &lt;/b> &lt;!-- --> p < 0.1, 3<4"
