"""What a run certifies is what its jobs wrote, from the sources that are there; a forged file is found."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import HOME, SMALL_CONFIG, SMALL_LIMIT, change_hours, copy_of, planned_rules, ran, snakemake, spelt
from laborvalue.errors import InputError
from laborvalue_workflow.data import digests, disk, files
from laborvalue_workflow.running import compat, folders, integrity, provenance_check, sources
from laborvalue_workflow.running.job import Job, holder

ARGUMENTS = (*SMALL_LIMIT, "--config", *spelt(SMALL_CONFIG))
RESULTS = "results/small"


@pytest.fixture(scope="module")
def project(small, tmp_path_factory):
    """A copy of a finished run, whose files are forged one by one and restored."""
    return copy_of(small, tmp_path_factory.mktemp("forged") / "project")


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project)
    return project


def look(results=RESULTS):
    """What the next run of the folder does first."""
    made = set(compat.record_names(".snakemake/metadata"))
    integrity.refuse_unknown_results(results, made, set(), lambda path: path in made)


def check(results=RESULTS):
    """What check_provenance.py finds."""
    return provenance_check.differences(results, provenance_check.read(results))


def one_of_each_kind(project):
    """A file of each folder and ending of a finished run."""
    paths = sorted(integrity.results_in(project / RESULTS))
    kinds = {(Path(path).parent.name, Path(path).suffix): os.path.relpath(path, project) for path in paths}
    assert len(kinds) > 20
    return list(kinds.values())


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def forge(path, content):
    """Write a file and give it the time stamp that it had."""
    before = os.stat(path)
    Path(path).write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


FORGERIES = {
    "a flipped byte": lambda content: flipped(content, len(content) // 2),
    "cut short": lambda content: content[:-1],
    "longer": lambda content: content + b"\n",
    "empty": lambda content: b"",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_file_of_any_kind_is_found_by_the_next_run_and_by_the_check(here, forgery):
    look()
    for path in one_of_each_kind(here):
        content = Path(path).read_bytes()
        forge(path, FORGERIES[forgery](content))
        with pytest.raises(InputError, match=f"{path}: was changed after its job wrote it; delete it and run again"):
            look()
        with pytest.raises(InputError, match="was changed after its job wrote it"):
            files.regular(path)  # whatever reads it
        if path.endswith("provenance.json"):
            with pytest.raises(InputError, match="was changed after its job wrote it"):
                check()
        else:
            assert [text for text in check() if path in text], path
        forge(path, content)
    look()
    assert check() == []


def test_one_byte_of_any_file_is_found(here):
    drawn = random.Random(31)
    paths = [path for path in integrity.results_in(RESULTS) if os.path.getsize(path)]
    for path in drawn.sample(paths, 40):
        content = Path(path).read_bytes()
        forge(path, flipped(content, drawn.randrange(len(content))))
        with pytest.raises(InputError, match=path):
            look()
        forge(path, content)


def test_exchanged_files_a_file_from_elsewhere_and_a_lost_record_are_found(here):
    first, second = f"{RESULTS}/tables/table03.csv", f"{RESULTS}/tables/table04.csv"
    os.rename(first, "aside")
    os.rename(second, first)
    os.rename("aside", second)
    with pytest.raises(InputError, match=r"(?s)table03.csv: was changed.*table04.csv: was changed"):
        look()
    os.rename(first, "aside")
    os.rename(second, first)
    os.rename("aside", second)
    record = digests.place(first)
    os.rename(record, "aside")
    with pytest.raises(InputError, match=f"nothing says how {first} came about"):
        look()
    os.rename("aside", record)
    shutil.copytree(RESULTS, "results/other", copy_function=shutil.copy2)
    made = set(compat.record_names(".snakemake/metadata"))
    with pytest.raises(InputError, match=r"results/other: nothing says how results/other/\S+ and \d+ more came about"):
        integrity.refuse_unknown_results("results/other", made, set(), lambda path: True)
    shutil.rmtree("results/other")
    look()


def test_a_file_of_a_job_that_was_ended_and_a_note_of_the_users_are_nobodys_forgery(here):
    path, made = f"{RESULTS}/tables/table03.csv", set(compat.record_names(".snakemake/metadata"))
    content = Path(path).read_bytes()
    forge(path, content + b"0\n")
    integrity.refuse_unknown_results(RESULTS, made, {path}, made.__contains__)
    forge(path, content)
    Path(RESULTS, "note.txt").write_text("mine")
    look()
    assert check() == [f"{RESULTS}/note.txt is unknown to provenance.json"]
    Path(RESULTS, "note.txt").unlink()


def test_a_run_refuses_a_forged_result_makes_it_again_when_told_and_refuses_results_without_records(small, tmp_path):
    home = copy_of(small, tmp_path / "project")
    forged = home / RESULTS / "tables/table05.csv"
    content = forged.read_bytes()
    forge(forged, content.replace(b"1", b"7", 1))
    ended = snakemake(*ARGUMENTS, folder=home)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert f"{RESULTS}/tables/table05.csv: was changed after its job wrote it; delete it and run again" in ended.stderr
    forged.unlink()
    ended = snakemake(*ARGUMENTS, folder=home)
    assert ended.returncode == 0 and ran(ended.stdout)["table05"] == 1 and forged.read_bytes() == content
    (home / ".snakemake/metadata").rename(home / "aside")
    ended = snakemake("panel", *ARGUMENTS, 'values={"scope": "own"}', folder=home)
    assert ended.returncode == 1 and f"{RESULTS}: nothing says how " in ended.stderr


def test_sources_count_by_their_content_whatever_their_time_stamps_say(small, tmp_path):
    """An older stamp, the same stamp, and a file that another one replaces."""
    home = copy_of(small, tmp_path / "project")
    labor, regions, flows = home / "data/2015/labor.csv", home / "data/regions.csv", home / "data/2017/flows.npy"
    for path, change in (
        (labor, lambda: change_hours(labor, "r3")),
        (regions, lambda: forge(regions, regions.read_bytes().replace(b"r2,r2,", b"r2,r2,1", 1))),
        (flows, lambda: forge(flows, flipped(flows.read_bytes(), 131))),
    ):
        content = path.read_bytes()
        change()
        assert path.read_bytes() != content
        os.utime(path, (1e9, 1e9))
        assert planned_rules(*ARGUMENTS, folder=home)["split_year"] >= 1, path
        path.with_name("aside").write_bytes(content)
        os.replace(path.with_name("aside"), path)
        os.utime(path, (1e9, 1e9))
        assert planned_rules(*ARGUMENTS, folder=home) == {}, path


def test_a_source_that_changes_while_the_run_reads_it_ends_the_job(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = Path("table.csv")
    table.write_text("a\n1\n")
    planned = sources.Sources("results/x", lambda path: path.startswith("made"))
    assert planned.digest(["table.csv", "made.csv", "results/x/panel.parquet", "missing.csv"]) == planned.digest(
        ["table.csv"]
    )
    planned.write()
    job = Job({os.path.abspath("results/x"): ""})
    with job.running():
        table.touch()  # the same content
    for change in (lambda: table.write_text("a\n2\n"), table.unlink):
        with pytest.raises(InputError, match=r"table.csv: was changed, or taken away, while the run was reading it"):
            with job.running():
                change()
        with pytest.raises(InputError, match=r"table.csv"), job.running():
            pytest.fail("a job began on a source that is not the one of the plan")


def test_a_job_that_its_run_left_over_writes_nothing_once_another_run_has_begun(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lock = folders.hold("results/x")
    job = Job({os.path.abspath("results/x"): holder("results/x")})
    with job.running():
        files.write_text("results/x/a.txt", "first")
    assert digests.recorded("results/x/a.txt").sha256 == digests.sha256("results/x/a.txt")
    lock.close()
    Path("results/.x.running").write_text("process 1 on another machine since then")
    with pytest.raises(InputError, match="another run has begun there since this job started"), job.running():
        files.write_text("results/x/a.txt", "second")
    assert Path("results/x/a.txt").read_text() == "first" and os.listdir("results/x") == ["a.txt"]
    assert disk.around_renaming is not job.renaming


HOLD = """
import sys
sys.path.insert(0, "scripts")
from laborvalue_workflow.running import folders
try:
    held = folders.hold(sys.argv[1])
except ValueError as error:
    sys.exit(str(error))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_is_on_the_folder_whatever_name_leads_to_it(tmp_path):
    (tmp_path / "other").symlink_to(tmp_path / "real")
    (tmp_path / "real").mkdir()
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen([*command, tmp_path / "real"], cwd=HOME, stdin=-1, stdout=-1, text=True) as first:
        assert first.stdout.readline() == "held\n"
        second = subprocess.run([*command, tmp_path / "other"], cwd=HOME, input="", capture_output=True, text=True)
        assert "is running the workflow there" in second.stderr and folders.is_held(tmp_path / "other")
        first.stdin.close()
    assert not folders.is_held(tmp_path / "real")


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to], ids=["symbolic", "hard"])
def test_a_link_in_the_place_of_the_lock_is_refused_and_its_target_stays(tmp_path, link):
    (tmp_path / "victim").write_text("precious")
    link(tmp_path / ".x.running", tmp_path / "victim")
    with pytest.raises(InputError, match=r"\.x\.running: is"):
        folders.hold(tmp_path / "x")
    assert (tmp_path / "victim").read_text() == "precious"
    with pytest.raises(InputError, match="is a link; expected a plain file or none"):
        (tmp_path / "rule.tsv").symlink_to("victim")
        folders.refuse_links([tmp_path / "rule.tsv"])


CRAFTED = {  # provenance.json, or what in the folder is not as it says, and what is told
    "{}": "expected an object with the objects results, sources, occasion",
    "[]": "expected an object with the objects results, sources, occasion",
    '{"results": {}, "sources": {}, "occasion": {}}': "it has no results",
    '{"results": {"r/x": {}}, "sources": {}, "occasion": {}}': "r/x has no SHA-256",
    '{"results": {"r/x": 3}, "sources": {}, "occasion": {}}': "r/x has no SHA-256",
    '{"results": {"r/x": {"sha256": "1"}}, "sources": {"s": null}, "occasion": {}}': "sources: s has no SHA-256",
    '{"results": {"r/x": {"sha256": "1", "inputs": ["t"]}}, "sources": {}, "occasion": {}}': "t, an input, is neither",
    '{"results": {"r/x": {"sha256": "1", "inputs": 3}}, "sources": {}, "occasion": {}}': "r/x has no list of inputs",
    '{"results": {"r/x": {"sha256": "1"}}, "sources": {}, "occasion": {"folders": 3}}': "folders is no object",
    '{"results": {"r/x": {"sha256": "1"}, "/y": {"sha256": "1"}}, "sources": {}, "occasion": {}}': "no common folder",
    '{"results": {"r/\\u001b[2J": {"sha256": 1}}, "sources": {}, "occasion": {}}': "'r/\\x1b[2J' has no SHA-256",
    "[" * 100_000: "not readable as JSON",
    "not json": "not readable as JSON",
}


@pytest.mark.parametrize("content", CRAFTED, ids=lambda content: content[:40])
def test_a_provenance_that_no_run_wrote_is_told_in_one_line(tmp_path, content):
    (tmp_path / "provenance.json").write_text(content)
    with pytest.raises(InputError) as raised:
        provenance_check.read(tmp_path)
    assert CRAFTED[content] in str(raised.value) and str(raised.value).isprintable()


def test_the_check_names_a_missing_source_an_unknown_file_and_a_pipe(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r/x\x1b.csv").write_text("1")
    (tmp_path / "r/y.csv").write_text("1")
    os.mkfifo(tmp_path / "pipe")
    digest = digests.sha256(tmp_path / "r/y.csv")
    written = {"results": {"r/y.csv": {"sha256": digest}}, "sources": {"none": digest}, "occasion": {}}
    (tmp_path / "r/provenance.json").write_text(json.dumps(written))
    known = provenance_check.read(tmp_path / "r")
    told = provenance_check.differences(tmp_path / "r", known)
    unknown = provenance_check.shown(f"{tmp_path}/r/x\x1b.csv")
    assert told == [f"{unknown} is unknown to provenance.json", "none, a source, is missing"]
    assert all(map(str.isprintable, told))
    with pytest.raises(InputError, match="is no file but a pipe"):
        provenance_check.differences(tmp_path / "r", known | {"sources": {str(tmp_path / "pipe"): digest}})
