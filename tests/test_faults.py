"""What a run survives: kills, a full disk, a second run beside it, corrupt files, other cores and settings."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from datasets import HOME, copy_workflow, results_of, snakemake, write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from shared import files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    economies = {year: random_economy(6, 5, year) for year in (2012, 2015, 2017)}
    return write_dataset(tmp_path_factory.mktemp("faults") / "dataset", economies)


def arguments(folder, run):
    return ["--config", f"dataset={folder}", f"run={run}", 'prices={"rural_sectors": ["s0"]}']


@pytest.fixture(scope="module")
def undisturbed(folder):
    run = f"test-undisturbed-{os.getpid()}"
    finished = snakemake(*arguments(folder, run))
    assert finished.returncode == 0, finished.stderr[-3000:]
    yield results_of(HOME / "results" / run)
    shutil.rmtree(HOME / "results" / run)


@pytest.mark.slow
def test_twenty_kills_leave_results_like_those_of_an_undisturbed_run(folder, undisturbed, run):
    """Kill -9 at 20 random moments, of the workflow alone or with its jobs; then the same command again."""
    moments = random.Random(20)
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments(folder, run)]
    for kill in range(20):
        process = subprocess.Popen(
            command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(moments.uniform(0.8, 3.0))
        os.kill(process.pid, signal.SIGKILL) if kill % 2 else os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if kill in (6, 13):
            shutil.rmtree(HOME / "results" / run, ignore_errors=True)
    finished = snakemake(*arguments(folder, run))
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert results_of(HOME / "results" / run) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize(
    "cores, environment",
    [
        (1, {"PYTHONHASHSEED": "1", "OPENBLAS_NUM_THREADS": "1", "TZ": "Asia/Shanghai"}),
        (7, {"PYTHONHASHSEED": "77", "OPENBLAS_NUM_THREADS": "2", "LC_ALL": "tr_TR.UTF-8", "LANG": "C"}),
    ],
)
def test_results_depend_on_nothing_but_the_inputs(cores, environment, folder, undisturbed, run, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    copy_workflow(elsewhere)
    finished = snakemake("--cores", cores, *arguments(folder, run), folder=elsewhere, env=os.environ | environment)
    assert finished.returncode == 0, finished.stderr[-3000:]
    shutil.copytree(elsewhere / "results" / run, HOME / "results" / run)
    assert results_of(HOME / "results" / run) == undisturbed


def test_a_second_run_in_the_same_folder_is_turned_away(folder, run):
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments(folder, run)]
    first = subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (HOME / "results" / f".{run}.running").exists() and first.poll() is None:
        time.sleep(0.05)
    second = snakemake(*arguments(folder, run))
    assert second.returncode == 1
    assert f"laborvalue: results/{run}: process {first.pid} on " in second.stderr
    assert "Traceback" not in second.stderr
    assert first.wait() == 0


def test_a_folder_that_cannot_be_written_is_named(folder, run):
    (HOME / "results").mkdir(exist_ok=True)
    (HOME / "results" / run).write_text("in the way")
    finished = snakemake("values", *arguments(folder, run))
    (HOME / "results" / run).unlink()
    assert finished.returncode == 1
    assert f"laborvalue: results/{run}: results/{run} is a file; move it away" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(folder, undisturbed, run):
    place = HOME / "results" / run
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        finished = snakemake(*arguments(folder, run))
        assert finished.returncode == 1
        assert "No space left on device; make room" in finished.stderr
        assert "Traceback" not in finished.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
        finished = snakemake(*arguments(folder, run))
        assert finished.returncode == 0, finished.stderr[-3000:]
        assert results_of(HOME / "results" / run) == undisturbed
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("content", [b"", b"half of a file", b"PK\x03\x04 cut off"])
def test_a_corrupt_intermediate_file_is_named_not_read(content, tmp_path):
    path = tmp_path / "r1.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"r1.npz: not a readable .npz file .*; delete it and run again"):
        files.read_arrays(path)


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "arrays.npz"
    files.write_arrays(path, {"a": np.ones(3)})
    with pytest.raises(ZeroDivisionError), files.replacing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["arrays.npz"]
    assert files.read_arrays(path)["a"] == pytest.approx(np.ones(3))
