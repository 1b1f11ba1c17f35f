"""What a run survives: kills, a full disk, a second run beside it, corrupt files, other cores and settings."""

import os
import random
import re
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
def test_twenty_kills_of_the_demo_leave_results_like_those_of_an_undisturbed_run(demo, tmp_path):
    """Kill -9 at 20 random moments, of the workflow alone or with its jobs; then the same command again.

    A moment is so many finished jobs after the start, and a little: the kills spread over all stages, on a
    machine of any speed.
    """
    elsewhere = tmp_path / "elsewhere"
    copy_workflow(elsewhere)
    moments = random.Random(20)
    command = [*("--configfile", "config/demo.yaml"), *("--config", f"run={demo.name}"), "--verbose"]
    for kill in range(20):
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *command],
            cwd=elsewhere,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        jobs = moments.randint(0, 9)
        for line in process.stderr:
            jobs -= line.startswith("Finished jobid")
            if jobs < 0 or (jobs == 0 and line.startswith("Job ")):
                break
        time.sleep(moments.uniform(0, 0.3))
        assert process.poll() is None, "it ended before the kill"
        os.kill(process.pid, signal.SIGKILL) if kill % 2 else os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if kill == 9:  # half of the kills meet a run from nothing
            shutil.rmtree(elsewhere / "results")
    finished = snakemake(*command, folder=elsewhere)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert results_of(elsewhere / "results" / demo.name) == results_of(demo)


# Every row differs from the demo's own run, and from the others, in all columns; each runs in another folder.
SURROUNDINGS = [
    # cores, threads of the network, hash seed, BLAS threads, locale, time zone
    (1, 1, "0", "1", "C", "Asia/Shanghai"),
    (3, 3, "1", "2", "de_DE.UTF-8", "America/St_Johns"),
    (7, 2, "77", "3", "C.UTF-8", "Pacific/Kiritimati"),
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


def test_a_job_has_one_blas_thread_in_each_of_its_own(tmp_path):
    """What numpy asks the environment for, whatever the user has set."""
    copy_workflow(tmp_path)
    with open(tmp_path / "Snakefile", "a") as file:
        file.write(
            "rule told:\n    output: 'told'\n"
            "    shell: 'echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $MKL_NUM_THREADS > {output}'\n"
        )
    asked = snakemake("told", folder=tmp_path, env=os.environ | {"OPENBLAS_NUM_THREADS": "2"})
    assert (tmp_path / "told").read_text() == "1 1 1\n", asked.stderr
    planned = snakemake("-np", folder=tmp_path)  # what has threads of its own says it in its command
    said = set(
        re.findall(r"^Shell command: (.*)python \S*solve_network.py .* (threads=\d+) ", planned.stdout, flags=re.M)
    )
    libraries = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM")
    assert said == {(" ".join(f"{library}_THREADS=1" for library in libraries) + " ", "threads=2")}


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
    assert f"laborvalue: results/{run}: results/{run} cannot be written; mend its rights" in finished.stderr
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
        temporary.write_text("half")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["arrays.npz"]
    assert files.read_arrays(path)["a"] == pytest.approx(np.ones(3))
