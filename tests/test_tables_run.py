"""The tables stage as a user runs it: same bytes every time, every format, fast enough, in bounded memory."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets import HOME, snakemake
from laborvalue.econometrics.equations import ESTIMATED, TABLES
from laborvalue_workflow.reporting.set_tables import KINDS
from laborvalue_workflow.reporting.words import Words
from test_tables import SETTINGS

WORDS = {"words": asdict(Words())}


def csv_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_tables_and_robustness_of_a_panel_of_the_users_in_every_format(demo, run):
    """Under another hash seed: the numbers are the demo's, byte for byte, and the notes claim nothing."""
    checks = "wild_bootstrap", "holm"
    targets = "tables", "published", "robustness"
    config = "--config", f"panel={demo / 'panel.parquet'}", f"run={run}", f"robustness={json.dumps({'checks': checks})}"
    done = snakemake(*targets, *config, env={"PYTHONHASHSEED": "11"}, forked=False)
    assert done.returncode == 0, done.stderr[-3000:]
    results = HOME / "results" / run
    stems = [f"tables/{table.name}" for table in TABLES]
    stems += ["published", *(f"robustness/{check}" for check in checks)]
    for stem in stems:
        for kind in ("csv", *KINDS):
            assert (results / f"{stem}.{kind}").stat().st_size > 0
    found, expected = csv_of(results), csv_of(demo)
    for path in found.keys() & expected.keys():
        # whether a panel of the user's is synthetic is not known
        assert found[path] == expected[path].replace(b",True\n", b",\n" if path.stem == "published" else b",True\n")
    # tables, what was lost on the way and what is left out, the comparisons with the paper and with linearmodels
    assert len(found.keys() & expected.keys()) == 9 + 8 + 8 + 1 + 1
    for stem in stems:
        text = (results / f"{stem}.md").read_text(encoding="utf-8")
        assert "Computed from a user-supplied panel." in text and "SYNTHETIC" not in text


@pytest.mark.parametrize("check", ["wild_bootstrap", "cluster_two_way"])
def test_a_check_gives_the_same_bytes_under_every_hash_seed(demo, tmp_path, check):
    bootstrap = {"bootstrap_draws": 999, "bootstrap_weights": "webb", "bootstrap_seed": 3}
    settings = json.dumps({"regressions": SETTINGS, "robustness": bootstrap})
    written = []
    tables = [str(demo / f"tables/{table.name}.csv") for table in ESTIMATED]
    for seed in ("1", "2"):
        answers = tmp_path / f"{seed}.csv"
        command = [sys.executable, HOME / "scripts/check_robustness.py", "--check", check, "--tables", *tables]
        command += [
            "--panel",
            demo / "panel.parquet",
            "--settings",
            settings,
            "--words",
            json.dumps(WORDS),
            "--answers",
            answers,
        ]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed})
        written.append(answers.read_bytes())
    assert written[0] == written[1]


def estimate(number, panel, folder):
    """Run the script of a table; returns the resources it used."""
    command = [sys.executable, HOME / "scripts/table.py", "--number", str(number), "--panel", panel]
    command += ["--settings", json.dumps({"regressions": SETTINGS} | WORDS)]
    command += ["--table", folder / f"{number}.csv", "--losses", folder / f"{number}l.csv"]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage


@pytest.mark.slow
def test_ten_million_rows_would_take_less_than_four_gibibytes(tmp_path):
    """Table 4 on one and two million rows: memory grows with the rows, by so much that ten million stay below 4 GiB."""
    peaks = []
    for regions in (500, 1000):
        region, sector, year = (axis.ravel() for axis in np.indices((regions, 200, 10)))
        rng = np.random.default_rng(0)

        def keys(name, codes):
            labels = pa.array([f"{name}{i:04}" for i in range(codes.max() + 1)])
            return pa.DictionaryArray.from_arrays(codes.astype(np.int32), labels).cast(pa.string())

        panel = {"region": keys("C", region), "sector": keys("S", sector), "year": 2000 + year}
        for name in ("tlp", "tlpr", "ddr", "dsr", "dir", "indir", "otlp"):
            panel[name] = np.exp(rng.normal(size=len(year)))
        pq.write_table(pa.table(panel), tmp_path / "panel.parquet")
        peaks.append(estimate(4, tmp_path / "panel.parquet", tmp_path).ru_maxrss / 2**20)
    assert peaks[1] + 8 * (peaks[1] - peaks[0]) < 4, peaks
