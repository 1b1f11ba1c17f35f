"""What a run survives: kills, a full disk, a second run beside it, corrupt files, other cores and settings."""

import contextlib
import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets import HOME, SMALL_CONFIG, copy_workflow, results_of, snakemake, spelt, write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from laborvalue_workflow.data import array_files, disk, files
from laborvalue_workflow.running import folders


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    economies = {year: random_economy(6, 5, year) for year in (2012, 2015, 2017)}
    return write_dataset(tmp_path_factory.mktemp("faults") / "dataset", economies)


def arguments(folder, run):
    """Few jobs: two solve the regions of each year."""
    config = ["--config", f"dataset={folder}", f"run={run}", 'prices={"rural_sectors": ["s0"]}']
    return ["--set-scatter", "jobs_per_year=2", *config]


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
        # the group is that of the main process, which leads it
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
STAGES = ("split_year", "solve_region", "solve_network", "assemble_panel", "write_report", "write_provenance")


@pytest.mark.slow
def test_twelve_kills_leave_results_like_those_of_an_undisturbed_run(small, tmp_path):
    """Kill -9 of the workflow alone or with its jobs, as a job starts, before or after it renames its result.

    Each script twice, at two moments; the files of the jobs before it are there from the second time on.
    """
    home = tmp_path / "elsewhere"
    copy_workflow(home)
    shutil.copytree(small / "data", home / "data")
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer/sitecustomize.py").write_text(KILLER)
    words = ["--set-scatter", "jobs_per_year=2", "--config", *spelt(SMALL_CONFIG)]
    for number, (script, first) in enumerate((script, first) for script in STAGES for first in (0, 1)):
        place = number // 2 + first
        moment, whom = ("start", "before_rename", "after_rename")[place % 3], ("main", "group")[place % 2]
        mark = tmp_path / f"killed-{number}"
        killer = {"PYTHONPATH": str(tmp_path / "killer"), "KILL": f"{script} {moment} {whom} {mark}"}
        killed = snakemake(*words, folder=home, env=killer)
        assert killed.returncode == -signal.SIGKILL and mark.exists(), f"{script}, {moment}: the run was not killed"
    finished = snakemake(*words, folder=home)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert results_of(home / "results/small") == results_of(small / "results/small")


# Every row differs from the demo's own run, and from the others, in all columns; each runs in another folder.
SURROUNDINGS = [
    # targets, cores, jobs that solve a year's regions, threads of the network, hash seed, BLAS threads, locale, zone
    (("tables", "exports"), 1, 3, 3, "0", "2", "C", "America/St_Johns"),
    (("all",), 7, 1, 1, "77", "3", "de_DE.UTF-8", "Pacific/Kiritimati"),
]


@pytest.mark.slow
@pytest.mark.parametrize("targets, cores, parts, threads, seed, blas, locale, zone", SURROUNDINGS)
def test_results_depend_on_nothing_but_the_inputs(
    targets, cores, parts, threads, seed, blas, locale, zone, demo, tmp_path
):
    elsewhere = tmp_path / f"another place, {cores} cores"
    copy_workflow(elsewhere)
    given = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}
    given |= {f"{library}_NUM_THREADS": blas for library in ("OMP", "OPENBLAS", "MKL")}
    arguments = ("--configfile", "config/demo.yaml", "--config", f"run={demo.name}")
    finished = snakemake(
        *targets,
        *("--cores", cores, "--set-threads", f"solve_network={threads}", "--set-scatter", f"jobs_per_year={parts}"),
        *arguments,
        folder=elsewhere,
        env=given,
        forked=False,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    made, expected = results_of(elsewhere / "results" / demo.name), results_of(demo)
    assert {"panel.parquet", "tables/table08.docx", "exports/panel.dta"} <= made.keys()
    assert targets != ("all",) or made.keys() == expected.keys()
    assert made == {path: expected[path] for path in made}


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
    finished = snakemake("seen", folder=tmp_path, env={"OPENBLAS_NUM_THREADS": "2"})
    assert (tmp_path / "seen").read_text() == "1 1 1\nheld\n", finished.stderr
    planned = snakemake("-np", folder=tmp_path)
    commands = set(
        re.findall(r"^Shell command: (.*)python \S*solve_network.py .* (--threads \d+) ", planned.stdout, flags=re.M)
    )
    libraries = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM")
    assert commands == {(" ".join(f"{library}_THREADS=1" for library in libraries) + " ", "--threads 1")}


def test_a_second_run_in_the_same_folder_is_turned_away(folder, run):
    with folders.hold(HOME / "results" / run):
        second = snakemake(*arguments(folder, run))
    (HOME / "results" / f".{run}.running").unlink()
    assert second.returncode == 1 and not (HOME / "results" / run).exists()
    assert [line for line in said(second) if line.startswith(f"laborvalue: results/{run}: process {os.getpid()} on ")]


@pytest.mark.parametrize("obstacle", ["is a file; move it away", "cannot be written; change its permissions"])
def test_a_results_folder_that_takes_no_files_is_named(obstacle, folder, run):
    place = HOME / "results" / run
    with contextlib.ExitStack() as stack:
        if "file" in obstacle:
            place.parent.mkdir(exist_ok=True)
            place.write_text("in the way")
            stack.callback(place.unlink)
        else:
            place.mkdir(parents=True)
            stack.enter_context(mounted(place, "ro"))
        ended = snakemake("values", *arguments(folder, run))
    assert ended.returncode == 1
    assert [line for line in said(ended) if line.startswith(f"laborvalue: results/{run}: results/{run} {obstacle}")]


@pytest.fixture(scope="module")
def project(folder, tmp_path_factory):
    """A copy of the project with the dataset, where disks can be mounted."""
    home = tmp_path_factory.mktemp("full") / "project"
    copy_workflow(home)
    shutil.copytree(folder, home / "data")
    return home


@pytest.fixture
def home(project):
    """The same, nothing of it run before."""
    yield project
    for name in ("results", ".snakemake"):
        shutil.rmtree(project / name, ignore_errors=True)


# What is full while the rest of the disk has room -> the last line of the run.
NO_ROOM = "cannot be written: No space left on device; free space on its disk, and run again"
FULL = {
    "results/full/economy/2012/regions": (
        f"results/full/economy/2012/regions/r0.npy: {NO_ROOM} [split_year, results/full/logs/split_year/2012.log]"
    ),
    "results/full/benchmarks": f"results/full/benchmarks: {NO_ROOM}",
    # Snakemake does not name the file of its own that it could not write
    ".snakemake/metadata": (
        f"a file of Snakemake's in .snakemake or results/full/benchmarks or results/full/logs: {NO_ROOM}"
    ),
}


def split_in(home):
    """Run the first job of the dataset in a copy of the project."""
    return snakemake("results/full/economy/2012/index.json", "--config", "dataset=data", "run=full", folder=home)


def said(ended):
    """The lines of the workflow on standard error."""
    assert "Traceback" not in ended.stderr and "Logging error" not in ended.stderr
    return [line for line in ended.stderr.splitlines() if line.startswith("laborvalue: ")]


@pytest.mark.parametrize("place", FULL)
def test_a_disk_that_fills_up_is_named_and_loses_nothing(place, home):
    """One folder is full from the start, so that it does not matter which of its files comes first."""
    with full(home / place) as (filler,):
        ended = split_in(home)
        assert ended.returncode == 1
        assert ended.stderr.splitlines()[-1] == said(ended)[-1] == f"laborvalue: {FULL[place]}"
        assert not (home / "results/full/economy/2012/index.json").exists() or place == ".snakemake/metadata"
        assert not list((home / "results/full").rglob(".*")), "no temporary files"
        filler.unlink()
        assert split_in(home).returncode == 0
        after = results_of(home / "results/full")
    shutil.rmtree(home / "results")
    assert split_in(home).returncode == 0 and after == results_of(home / "results/full")


def test_a_job_whose_log_cannot_be_written_either_does_not_count_as_killed(home):
    """Its own line is on standard error; the last line of the run names the folder of the log."""
    with full(home / "results/full/economy/2012/regions", home / "results/full/logs"):
        ended = split_in(home)
    assert ended.returncode == 1 and "killed" not in ended.stderr
    assert f"laborvalue: results/full/economy/2012/regions/r0.npy: {NO_ROOM}" in said(ended)
    assert said(ended)[-1] == f"laborvalue: results/full/logs: {NO_ROOM}"


def test_snakemakes_log_on_a_full_disk_is_named_once_and_the_run_goes_on(home):
    with full(home / ".snakemake/log"):
        ended = split_in(home)
    (line,) = [line for line in ended.stderr.splitlines() if "No space left on device" in line]
    assert ended.returncode == 0 and line in said(ended) and line.startswith(f"laborvalue: {home}/.snakemake/log/")
    assert line.endswith(f".snakemake.log: {NO_ROOM}; this run goes on without its log")


def test_a_disk_without_room_is_named_before_anything_runs(home):
    with full(home / "results"):
        ended = split_in(home)
    assert ended.returncode == 1 and said(ended) == [f"laborvalue: {home}/results: {NO_ROOM}"]


@pytest.mark.parametrize("content", [b"", b"half of a file", b"PK\x03\x04 cut off", b"\x93NUMPY\x01\x00 cut off"])
@pytest.mark.parametrize("read, kind", [(array_files.read_arrays, "npz"), (array_files.read_record, "npy")])
def test_a_corrupt_intermediate_file_is_named_not_read(read, kind, content, tmp_path):
    path = tmp_path / f"r1.{kind}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"r1.{kind}: not a readable .{kind} file .*; delete it and run again"):
        read(path)


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "arrays.npz"
    array_files.write_arrays(path, {"a": np.ones(3)})
    with pytest.raises(ZeroDivisionError), disk.replacing(path) as temporary:
        Path(temporary).write_text("a part")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["arrays.npz"]
    assert array_files.read_arrays(path)["a"] == pytest.approx(np.ones(3))


TABLE = pa.table({"a": np.arange(20_000.0)})


def test_what_a_killed_process_left_is_removed_and_what_a_running_one_writes_is_not(tmp_path):
    """A job may go on though its run was killed, and write the same file as the next run."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = os.uname().nodename
    zombie = subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE)
    zombie.stdout.read(), os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, and its number still held
    (number, started) = disk._process(os.getppid()).split("-")
    left = [f".a.txt.{here}.{process.pid}-{started}" for process in (ended, zombie)]
    left += [f".a.txt.{here}.{number}-{int(started) + 1}"]  # another process that had the same number
    left += [".a.txt.another-machine.1-1", ".a.txt.123", f".a.txt.{here}.x"]
    kept = [f".a.txt.{here}.{number}-{started}", ".b.txt.123"]
    for name in left + kept:
        (tmp_path / name).write_text("half")
    files.write_text(tmp_path / "a.txt", "whole")
    zombie.wait()
    assert sorted(os.listdir(tmp_path)) == sorted([*kept, "a.txt"])


def test_it_is_the_same_where_a_system_has_no_folder_of_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "PROCESSES", tmp_path / "proc")  # as on macOS
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = os.uname().nodename
    kept = f".a.txt.{here}.{os.getppid()}"
    for name in (f".a.txt.{here}.{ended.pid}", kept):
        (tmp_path / name).write_text("half")
    files.write_text(tmp_path / "a.txt", "whole")
    assert sorted(os.listdir(tmp_path)) == sorted([kept, "a.txt"])


def write_streamed(path, size):
    """As the large tables of the embedded economy and of an import are written."""
    with disk.replacing(path) as temporary, pq.ParquetWriter(temporary, TABLE.schema, compression="none") as writer:
        for _ in range(2):
            writer.write_table(TABLE.slice(0, size))


# Every kind of file that a job writes, from its path and its size: 1 for a small one, 20,000 for one of 100 KB or more.
WRITERS = {
    "text.md": lambda path, size: files.write_text(path, "a line\n" * size),
    "bytes.png": lambda path, size: files.write_bytes(path, bytes(8 * size)),
    "content.json": lambda path, size: files.write_json(path, list(range(size))),
    "arrays.npz": lambda path, size: array_files.write_arrays(path, {"a": np.arange(size)}),
    "record.npy": lambda path, size: array_files.write_record(path, {"a": np.arange(size)}),
    "square.npy": lambda path, size: array_files.write_square(path, size // 100, np.ones((size // 100, size // 100))),
    "table.csv": lambda path, size: files.write_table(path, {"a": list(range(size))}),
    "table.parquet": lambda path, size: files.write_table(path, {"a": np.arange(size)}),
    "streamed.parquet": write_streamed,
    "panel.dta": lambda path, size: files.write_stata(path, TABLE.slice(0, size), {}, "title"),
}


@contextlib.contextmanager
def mounted(folder, options):
    """A disk of its own in `folder`; the test is skipped where there is no right to mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder):
    """Fill the disk of `folder` to its last byte; returns the file that fills it."""
    filler = Path(folder, "filler")
    with pytest.raises(OSError, match="No space left"), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


@contextlib.contextmanager
def full(*folders):
    """Disks of their own in these folders, full to the last byte; yields the files that fill them."""
    with contextlib.ExitStack() as stack:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(mounted(folder, "size=512k"))
        yield [fill(folder) for folder in folders]


@contextlib.contextmanager
def no_large_files(size=8192):
    """A limit on the size of every file that this process writes; what fails at it is the write itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", WRITERS)
def test_a_write_that_fails_midway_names_the_file_and_leaves_the_old_one(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path, 100)
    before = path.read_bytes()
    with no_large_files(), pytest.raises(disk.WriteError) as failed:
        WRITERS[name](path, 20_000)
    assert str(failed.value) == (
        f"{path}: cannot be written: File too large; raise the limit on the size of files (ulimit -f), or work on a "
        "disk that takes larger ones, and run again"
    )
    assert os.listdir(tmp_path) == [name] and path.read_bytes() == before
    WRITERS[name](path, 20_000)
    assert os.listdir(tmp_path) == [name] and path.stat().st_size > 80_000


def test_a_full_disk_fails_every_writer_with_one_message(tmp_path):
    with mounted(tmp_path, "size=64k"):
        for name, write in WRITERS.items():
            with pytest.raises(disk.WriteError) as failed:
                write(tmp_path / name, 20_000)
            expected = f"{tmp_path / name}: cannot be written: No space left on device; free space on its disk, and"
            assert str(failed.value) == f"{expected} run again"
            assert os.listdir(tmp_path) == []
        assert disk.refused(tmp_path) is None
        filler = fill(tmp_path)
        for name, write in WRITERS.items():
            with pytest.raises(disk.WriteError, match=rf"/{name}: cannot be written: No space left on device; "):
                write(tmp_path / name, 1 if name != "square.npy" else 100)
            assert os.listdir(tmp_path) == ["filler"]
        assert disk.refused(tmp_path).startswith(f"{tmp_path}: cannot be written: No space left on device; ")
        filler.unlink()
        WRITERS["text.md"](tmp_path / "text.md", 1)


def test_a_disk_that_has_become_read_only_is_named(tmp_path):
    with mounted(tmp_path, "ro"), pytest.raises(disk.WriteError) as failed:
        files.write_text(tmp_path / "a/b.txt", "text")
    expected = "cannot be written: Read-only file system; make its disk writable, or work in another folder, and"
    assert str(failed.value) == f"{tmp_path}/a/b.txt: {expected} run again"


NO_SPACE, QUOTA, BROKEN = "No space left on device", "Disk quota exceeded", "Input/output error"
ARROW = "[Errno {0}] Error writing bytes to file. Detail: [errno {0}] {1}"
CAUSES = [  # as the operating system, numpy, pyarrow and HDF5 tell it
    (OSError(errno.EDQUOT, QUOTA), QUOTA, "free space in your quota on its disk"),
    (OSError(errno.EIO, BROKEN), BROKEN, "check its disk, or the connection to it"),
    (OSError("200000 requested and 18416 written"), NO_SPACE, "free space on its disk"),
    (OSError(ARROW.format(28, NO_SPACE)), NO_SPACE, "free space"),
    (OSError(28, ARROW.format(28, NO_SPACE).partition("] ")[2]), NO_SPACE, "free space"),
    (OSError(ARROW.format(122, QUOTA)), QUOTA, "free space in your quota"),
    (OSError("Can't write data (file write failed: time = now\n, errno = 5, error message = '...'"), BROKEN, "check"),
    (OSError("something else\non two lines"), "something else", "check its disk and its permissions"),
    (OSError(), "OSError", "check its disk and its permissions"),
]


@pytest.mark.parametrize("error, words, remedy", CAUSES)
def test_the_cause_of_a_failed_write_is_told_whichever_package_found_it(error, words, remedy, tmp_path):
    with pytest.raises(disk.WriteError) as failed, disk.replacing(tmp_path / "a.bin") as temporary:
        Path(temporary).write_bytes(b"half of a file")
        raise error
    assert str(failed.value).startswith(f"{tmp_path}/a.bin: cannot be written: {words}; {remedy}")
    assert str(failed.value).endswith(", and run again") and "\n" not in str(failed.value)
    assert os.listdir(tmp_path) == []


def test_the_error_of_a_file_that_is_read_meanwhile_is_not_one_of_the_write(tmp_path):
    with pytest.raises(PermissionError, match=r"hours\.csv"), disk.replacing(tmp_path / "a.bin"):
        raise PermissionError(errno.EACCES, "Permission denied", "hours.csv")
    with pytest.raises(BrokenPipeError), disk.writing("standard output"):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_an_error_of_snakemakes_names_its_file_or_the_place_where_it_may_be(tmp_path):
    places = [str(tmp_path / "logs")]
    known = "WorkflowError:\nError ([Errno 13] Permission denied: 'data/labor.csv'). Please"
    assert folders.full_place(["KeyError: 'a'", known], places) == (
        "data/labor.csv: Permission denied; change its permissions, and run again"
    )
    nameless = folders.full_place(["OSError: [Errno 122] Disk quota exceeded\n"], places)
    assert nameless.startswith(f"a file of Snakemake's in {places[0]}: cannot be written: {QUOTA}; free space in your")
    assert folders.full_place(["KeyError: 'a'", "[Errno 2] No such file or directory: 'a'"], places) is None
    (tmp_path / "file").write_text("in the way")
    assert "Not a directory" in folders.full_place([], [str(tmp_path / "file/logs")])


def call(script, *words, **options):
    """Run a script of the project as a job does; returns the finished process."""
    command = [sys.executable, HOME / "scripts" / script, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, **options)


def limited(size):
    """A function for `preexec_fn`: no file of the process grows beyond `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def options(paths):
    """Paths by name as the options of a script."""
    return [word for name, path in paths.items() for word in (f"--{name.replace('_', '-')}", path)]


def split(folder, place):
    """The arguments of split_year.py for 2012."""
    return options({"dataset": folder, "year": 2012, "flows": folder / "2012/flows.npy", "folder": place})


def test_a_job_whose_write_fails_ends_with_one_line_that_is_in_its_log_too(folder, tmp_path):
    words = [*split(folder, tmp_path), "--log", tmp_path / "a.log"]
    ended = call("split_year.py", *words, preexec_fn=limited(1000))
    line = f"{tmp_path}/regions/r0.npy: cannot be written: File too large; raise the limit"
    assert ended.returncode == 1 and ended.stderr.startswith(f"laborvalue: {line}") and ended.stderr.count("\n") == 1
    assert (tmp_path / "a.log").read_text() == ended.stderr.replace("laborvalue", "error", 1)
    assert os.listdir(tmp_path / "regions") == []
    ended = call("split_year.py", *words, preexec_fn=limited(50))
    assert ended.stderr.startswith(f"laborvalue: {line}")
    assert not (tmp_path / "a.log").exists() or (tmp_path / "a.log").read_text().endswith("run again\n"), "no half line"
    ended = call("split_year.py", *words)
    assert ended.returncode == 0 and len(os.listdir(tmp_path / "regions")) == 6


def test_scratch_space_that_is_full_is_named(tmp_path):
    dataset = write_dataset(tmp_path / "data", {2012: random_economy(6, 5, 1)}, flows_as="table")
    given = {"table": dataset / "2012/flows.csv", "flows": tmp_path / "flows.npy"}
    words = options(given | {name: dataset / f"{name}.csv" for name in ("regions", "sectors")})
    (tmp_path / "scratch").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "scratch")}
    ended = call("convert_flows.py", *words, env=environment, preexec_fn=limited(1000))
    assert ended.returncode == 1 and not (tmp_path / "flows.npy").exists()
    assert ended.stderr.startswith(f"laborvalue: {tmp_path}/scratch: cannot be written: File too large; ")
    assert ended.stderr.count("\n") == 1 and os.listdir(tmp_path / "scratch") == []


def test_output_to_a_full_disk_is_one_line():
    job = "from laborvalue_workflow.running.commandline import run\ndef job():\n    print('a result')\nrun(job)"
    with open("/dev/full", "w") as full:
        given = {"cwd": HOME / "scripts", "env": os.environ | {"PYTHONUNBUFFERED": ""}}
        ended = subprocess.run([sys.executable, "-c", job], stdout=full, stderr=subprocess.PIPE, text=True, **given)
    line = (
        "laborvalue: standard output: cannot be written: No space left on device; free space on its disk, and run again"
    )
    assert ended.returncode == 1 and ended.stderr == f"{line}\n"
