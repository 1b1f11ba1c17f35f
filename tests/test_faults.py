"""What a run survives: kills, a full disk, a second run beside it, corrupt files, other cores and settings."""

import os
import re
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from datasets import HOME, copy_workflow, results_of, snakemake, write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from shared import files, running


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


# Put in front of Python's own start-up (PYTHONPATH): kills the workflow from inside one of its jobs, once.
KILLER = """
import os, signal, sys
script, moment, whom, mark = os.environ["KILL"].split()
if len(sys.orig_argv) > 1 and os.path.basename(sys.orig_argv[1]).startswith(script):
    def kill():
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        # the group is that of the main process, which the test has started as its leader
        (os.kill if whom == "main" else os.killpg)(os.getpgrp(), signal.SIGKILL)
    if moment == "start":
        kill()
    rename = os.replace
    def replace(*arguments, **options):
        if moment == "before_rename":
            kill()
        rename(*arguments, **options)
        if moment == "after_rename":
            kill()
    os.replace = replace
"""
# Each script runs later in the plan than the one before, so that none is done when its turn comes.
STAGES = (
    *("split_year", "solve_region", "solve_nation", "solve_network", "decide_sample", "compute_indicators"),
    *("assemble_panel", "compare_published", "write_report", "write_provenance"),
)


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 1])
def test_ten_kills_leave_results_like_those_of_an_undisturbed_run(first, folder, undisturbed, tmp_path):
    """Kill -9 of the workflow alone or with its jobs, as a job starts, before or after it renames its result."""
    copy_workflow(tmp_path / "elsewhere")
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer/sitecustomize.py").write_text(KILLER)
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments(folder, "undisturbed")]
    options = {"cwd": tmp_path / "elsewhere", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for number, script in enumerate(STAGES):
        moment = ("start", "before_rename", "after_rename")[(number + first) % 3]
        whom = ("main", "group")[(number + first) % 2]
        mark = tmp_path / f"killed-{number}"
        environment = os.environ | {"PYTHONPATH": tmp_path / "killer", "KILL": f"{script} {moment} {whom} {mark}"}
        killed = subprocess.run(command, **options, env=environment, start_new_session=True)
        assert killed.returncode == -signal.SIGKILL and mark.exists(), f"{script}, {moment}: the run was not killed"
    finished = snakemake(*arguments(folder, "undisturbed"), folder=tmp_path / "elsewhere")
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert results_of(tmp_path / "elsewhere/results/undisturbed") == undisturbed


# Every row differs from the demo's own run, and from the others, in all columns; each runs in another folder.
SURROUNDINGS = [
    # cores, threads of the network, hash seed, BLAS threads, locale, time zone
    (1, 3, "0", "2", "C", "America/St_Johns"),
    (7, 1, "77", "3", "de_DE.UTF-8", "Pacific/Kiritimati"),
]


@pytest.mark.slow
@pytest.mark.parametrize("cores, threads, seed, blas, locale, zone", SURROUNDINGS)
def test_results_depend_on_nothing_but_the_inputs(cores, threads, seed, blas, locale, zone, demo, tmp_path):
    elsewhere = tmp_path / f"another place, {cores} cores"
    copy_workflow(elsewhere)
    given = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}
    given |= {f"{library}_NUM_THREADS": blas for library in ("OMP", "OPENBLAS", "MKL")}
    arguments = ("--configfile", "config/demo.yaml", "--config", f"run={demo.name}")
    finished = snakemake(
        *("--cores", cores, "--set-threads", f"solve_network={threads}"),
        *arguments,
        folder=elsewhere,
        env=os.environ | given,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert results_of(elsewhere / "results" / demo.name) == results_of(demo)


def test_a_job_has_one_blas_thread_in_each_of_its_own_and_meets_a_locked_folder(tmp_path):
    """What numpy reads from the environment, whatever the user has set; what another run would meet."""
    copy_workflow(tmp_path)
    (tmp_path / "results").mkdir()
    rule = (
        "rule seen:\n    output: 'seen'\n"
        "    shell: 'echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $MKL_NUM_THREADS > {output}; '\n"
        "        'flock --nonblock results/.replication.running true || echo held >> {output}'\n\n\n"
    )
    text = (tmp_path / "Snakefile").read_text(encoding="utf-8")
    (tmp_path / "Snakefile").write_text(text.replace("rule all:", f"{rule}rule all:"), encoding="utf-8")
    finished = snakemake("seen", folder=tmp_path, env=os.environ | {"OPENBLAS_NUM_THREADS": "2"})
    assert (tmp_path / "seen").read_text() == "1 1 1\nheld\n", finished.stderr
    planned = snakemake("-np", folder=tmp_path)  # a job with threads of its own sets them in its command
    commands = set(
        re.findall(r"^Shell command: (.*)python \S*solve_network.py .* (--threads \d+) ", planned.stdout, flags=re.M)
    )
    libraries = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM")
    assert commands == {(" ".join(f"{library}_THREADS=1" for library in libraries) + " ", "--threads 2")}


def test_a_second_run_in_the_same_folder_is_turned_away(folder, run):
    with running.hold(HOME / "results" / run):
        second = snakemake(*arguments(folder, run))
    (HOME / "results" / f".{run}.running").unlink()
    assert second.returncode == 1
    assert f"laborvalue: results/{run}: process {os.getpid()} on " in second.stderr
    assert "Traceback" not in second.stderr and not (HOME / "results" / run).exists()


def test_a_folder_that_cannot_be_written_is_named(folder, run):
    (HOME / "results").mkdir(exist_ok=True)
    (HOME / "results" / run).write_text("in the way")
    finished = snakemake("values", *arguments(folder, run))
    (HOME / "results" / run).unlink()
    assert finished.returncode == 1
    assert f"laborvalue: results/{run}: results/{run} is a file; move it away" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_disk_that_takes_no_files_is_named(folder, run):
    place = HOME / "results" / run
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a disk that takes no files")
    try:
        finished = snakemake("values", *arguments(folder, run))
    finally:
        subprocess.run(["umount", str(place)], check=True)
    assert finished.returncode == 1
    assert f"laborvalue: results/{run}: results/{run} cannot be written; change its permissions" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.slow
def test_a_full_disk_is_named_and_loses_nothing(folder, undisturbed, run):
    """Full from the start is the disk of one folder, so that it does not matter which of its files comes first."""
    place = HOME / "results" / run / "values/2015"
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        filler = place / "filler"
        with pytest.raises(OSError, match="No space left"), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        finished = snakemake(*arguments(folder, run))
        assert finished.returncode == 1
        last = [line for line in finished.stderr.splitlines() if line.startswith("laborvalue: ")][-1]
        assert last.startswith("laborvalue: No space left on device; free disk space")
        assert f"[solve_region, results/{run}/logs/solve_region/2015/" in last
        assert "Traceback" not in finished.stderr
        filler.unlink()
        finished = snakemake(*arguments(folder, run))
        assert finished.returncode == 0, finished.stderr[-3000:]
        assert results_of(HOME / "results" / run) == undisturbed
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("content", [b"", b"half of a file", b"PK\x03\x04 cut off", b"\x93NUMPY\x01\x00 cut off"])
@pytest.mark.parametrize("read, kind", [(files.read_arrays, "npz"), (files.read_record, "npy")])
def test_a_corrupt_intermediate_file_is_named_not_read(read, kind, content, tmp_path):
    path = tmp_path / f"r1.{kind}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"r1.{kind}: not a readable .{kind} file .*; delete it and run again"):
        read(path)


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "arrays.npz"
    files.write_arrays(path, {"a": np.ones(3)})
    with pytest.raises(ZeroDivisionError), files.replacing(path) as temporary:
        temporary.write_text("a part")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["arrays.npz"]
    assert files.read_arrays(path)["a"] == pytest.approx(np.ones(3))
