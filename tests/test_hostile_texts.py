"""Texts that a shell, a browser, LaTeX or a spreadsheet would run are texts in every result."""

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
from laborvalue_workflow.reporting.formats import latex_text
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
