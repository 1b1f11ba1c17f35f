"""The panel for Stata and R: what the .dta holds, and that both programs estimate the tables."""

import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pyarrow as pa
import pyfixest
import pytest

from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED
from laborvalue.econometrics.estimation import estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import COLUMNS, DESCRIPTIONS
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import exports
from test_tables import simulated

NOTE = "SYNTHETIC DATA: two\nlines."
PANEL = "panel.dta"


@pytest.fixture(scope="module")
def panel():
    """A panel with what real ones have: zeros, missing values, rows without tlp, city-sectors left with one year."""
    columns = simulated(regions=25, sectors=12)
    rng = np.random.default_rng(1)
    for name in ("dir", "d"):
        columns[name][rng.random(len(columns[name])) < 0.03] = 0.0
    for name in ("tlp", "lp_next", "occ"):
        columns[name][rng.random(len(columns[name])) < 0.1] = np.nan
    columns["lp_next"][columns["year"] == 2017] = np.nan
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


@pytest.fixture(scope="module")
def stata(panel, tmp_path_factory):
    path = tmp_path_factory.mktemp("exports") / PANEL
    files.write_stata(path, panel, DESCRIPTIONS, exports.DATA_LABEL[True])
    return path


def test_every_column_of_the_panel_has_a_label_that_stata_takes():
    assert tuple(DESCRIPTIONS) == COLUMNS
    assert all(0 < len(label) <= 80 for label in (*DESCRIPTIONS.values(), *exports.DATA_LABEL.values()))


def test_the_dta_holds_the_panel_its_labels_and_that_it_is_synthetic(panel, stata):
    with pd.io.stata.StataReader(stata) as reader:
        assert reader.variable_labels() == DESCRIPTIONS and reader.value_labels() == {}
        assert reader.data_label.startswith("SYNTHETIC DATA")
        frame = reader.read()
    assert frame["region"].iloc[0] == "00" and set(frame["year"]) == {2012, 2015, 2017}, "keys stay text, years whole"
    for name in COLUMNS:
        theirs = frame[name].astype(object).where(frame[name].notna(), None).tolist()
        assert theirs == panel[name].to_pylist(), name


def test_the_dta_depends_on_the_panel_alone(panel, stata, tmp_path):
    files.write_stata(tmp_path / "another name.dta", panel, DESCRIPTIONS, exports.DATA_LABEL[True])
    assert (tmp_path / "another name.dta").read_bytes() == stata.read_bytes()


def r_models(text):
    """(table, column) -> (formula, only rows with a tlp, clusters) as an R script says."""
    clusters = re.search(r"vcov = ~ (.+?), ssc", text)[1]
    fits = re.findall(r'models\[\["(\d+)/(\d+)"\]\] <- estimate\((.+), (\w+)\)\n', text)
    return {(int(t), int(c)): (formula, data == "with_tlp", clusters) for t, c, formula, data in fits}


def stata_models(text):
    """The same as a do-file says, in fixest's notation; both stages of Table 8."""
    fits = {}
    pattern = r"(?:iv)?reghdfe (\w+) (.+?)( if !missing\(tlp\))?, absorb\(id year\) (?:vce\()?cluster\s?\(?([\w ]+)\)"
    for line, following in zip(text.splitlines(), text.splitlines()[1:], strict=False):
        if match := re.match(pattern, line):
            dependent, right, with_tlp, clusters = match.groups()
            table, column = map(int, re.match(r"estimates store table(\d\d)_(\d)", following).groups())
            sample = with_tlp is not None, clusters.replace(" ", " + ")
            if iv := re.match(r"\((\w+) = (\w+)\)", right):
                fits[table, 1] = (f"{iv[1]} ~ {iv[2]} | id + year", *sample)
                fits[table, 2] = (f"{dependent} ~ 1 | id + year | {iv[1]} ~ {iv[2]}", *sample)
            else:
                fits[table, column] = (f"{dependent} ~ {right.replace(' ', ' + ')} | id + year", *sample)
    return fits


def prepared(stata, options):
    """The .dta as both programs make it ready: groups numbered, logs taken."""
    frame = pd.read_stata(stata)
    frame["id"] = frame.groupby(["region", "sector"]).ngroup()
    frame["city"], frame["branch"] = frame.groupby("region").ngroup(), frame.groupby("sector").ngroup()
    for name in COLUMNS[3:]:
        x = frame[name].to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log1p(x) if options.zero_policy == "log1p" else np.log(x)
        frame[f"ln_{name}"] = np.where(np.isfinite(log), log, np.nan)
    return frame


CASES = {
    "the paper's": {},
    "by city": {"cluster": "city"},
    "two-way": {"cluster": "two_way"},
    "singletons kept": {"drop_singletons": False},
    "log1p": {"zero_policy": "log1p"},
    "levels": {"log_transform": False, "total_digital": "tdr"},
}


@pytest.mark.parametrize("case", CASES)
def test_both_programs_estimate_the_same_equations(case):
    options = RegressionOptions(**CASES[case])
    in_r = r_models(exports.r_program(PANEL, ESTIMATED, options, NOTE))
    in_stata = stata_models(exports.stata_program(PANEL, ESTIMATED, options, NOTE))
    assert len(in_r) == sum(len(table.stages) for table in ESTIMATED), "Table 8 has two stages"
    same = {"region": "city", "sector": "branch", "id": "id", "region + sector": "city + branch"}
    assert in_stata == {key: (*model, same[clusters]) for key, (*model, clusters) in in_r.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES)
def test_the_equations_give_the_tables(case, panel, stata):
    """pyfixest, which reads fixest's formulas, on the .dta: slopes and standard errors of Tables 3 to 10 to 1e-6."""
    options = RegressionOptions(**CASES[case])
    models = r_models(exports.r_program(PANEL, ESTIMATED, options, NOTE))
    frame = prepared(stata, options)
    years = frame["year"].nunique()
    for spec in ESTIMATED if case == "the paper's" else (BY_NUMBER[6], BY_NUMBER[8]):
        table = pa.table(estimate_table(spec, panel, options).columns).to_pylist()
        for row in (row for row in table if row["term"] != "constant"):
            formula, with_tlp, clusters = models[spec.number, row["column"]]
            data = frame[frame["tlp"].notna()] if with_tlp else frame
            fit = pyfixest.feols(
                formula,
                data,
                vcov={"CRV1": clusters},
                fixef_rm="singleton" if options.drop_singletons else "none",
                fixef_tol=1e-12,
            )
            prefix = "ln_" if options.log_transform and row["term"] != "iv" else ""
            assert fit.coef()[prefix + row["term"]] == pytest.approx(row["estimate"], rel=1e-6)
            left = row["n"] - len(fit.coef()) - years
            counted = np.sqrt(left / (left + 1)) if spec.instrumented else 1  # as the R script does for Table 8
            assert fit.se()[prefix + row["term"]] * counted == pytest.approx(row["std_error"], rel=1e-6)
            assert fit._N == row["n"]


@pytest.mark.parametrize(
    "policy, stata_log, r_log",
    [
        ("drop", "ln(ddr)", "ifelse(x > 0, log(x), NA)"),
        ("log1p", "ln(1 + ddr) if ddr >= 0", "ifelse(x >= 0, log1p(x), NA)"),
        ("epsilon", "ln(cond(ddr == 0, 1e-06, ddr))", "ifelse(x >= 0, log(ifelse(x == 0, 1e-06, x)), NA)"),
    ],
)
def test_the_programs_meet_zeros_as_the_config_says(policy, stata_log, r_log):
    options = RegressionOptions(zero_policy=policy)
    assert f"generate double ln_ddr = {stata_log}\n" in exports.stata_program(PANEL, ESTIMATED, options, NOTE)
    assert f"suppressWarnings({r_log})" in exports.r_program(PANEL, ESTIMATED, options, NOTE)


def test_tables_whose_columns_a_panel_lacks_are_left_out(panel):
    tables = exports.reproducible(panel.drop_columns(["iv", "occ"]).column_names, RegressionOptions())
    assert [table.number for table in tables] == [3, 4, 6, 7, 9, 10]
    assert "# Table 8" not in exports.r_program(PANEL, tables, RegressionOptions(), NOTE)


def test_equations_that_are_left_out_stand_as_comments():
    """A column of Table 3, all of Table 6 and both stages of Table 8; nothing at all under one year."""
    options, every = RegressionOptions(), [(table.number, k) for table in ESTIMATED for k in table.stages]
    some = [(3, 2), *(place for place in every if place[0] in (6, 8))]

    def left_out(places):
        return [{"table": number, "column": column, "reason": "only one\nyear"} for number, column in places]

    in_r = exports.r_program(PANEL, ESTIMATED, options, NOTE, left_out(some))
    in_stata = exports.stata_program(PANEL, ESTIMATED, options, NOTE, left_out(some))
    for text, models, mark in ((in_r, r_models(in_r), "#"), (in_stata, stata_models(in_stata), "*")):
        assert {*models} == {*every} - {*some}
        assert text.count(f"{mark} column 2 is not estimated: only one year\n") == 2
        assert f"{mark} Table 6\n{mark} column 1 is not estimated: only one year\n" in text
        assert "ln_lp_next" not in text and "ln_d " not in text and "ln_dsr" in text
    assert "estimates table table03_*" in in_stata and "estimates table table06_*" not in in_stata
    assert "write.csv" in in_r
    nothing = exports.r_program(PANEL, ESTIMATED, options, NOTE, left_out(every))
    assert r_models(nothing) == {} and "write.csv" not in nothing and nothing.endswith("one year\n")
    nothing = exports.stata_program(PANEL, ESTIMATED, options, NOTE, left_out(every))
    assert stata_models(nothing) == {} and "estimates" not in nothing.replace("estimated", "")


@pytest.mark.parametrize("write", [exports.stata_program, exports.r_program])
def test_both_programs_begin_with_what_the_data_are(write):
    assert write(PANEL, ESTIMATED, RegressionOptions(), NOTE).splitlines()[0][2:] == "SYNTHETIC DATA: two lines."


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_reads_the_script(tmp_path):
    path = tmp_path / "tables.R"
    path.write_text(exports.r_program(PANEL, ESTIMATED, RegressionOptions(), NOTE))
    done = subprocess.run(["Rscript", "-e", f"length(parse('{path}'))"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_run_exports_all_three(demo):
    folder = demo / "exports"
    assert {path.name for path in folder.iterdir()} == {"panel.dta", "tables.do", "tables.R"}
    with pd.io.stata.StataReader(folder / "panel.dta") as reader:
        assert reader.data_label.startswith("SYNTHETIC DATA") and len(reader.read()) == 20 * 33 * 3
    for name in ("tables.do", "tables.R"):
        assert "SYNTHETIC DATA" in (folder / name).read_text(encoding="utf-8").splitlines()[0]
