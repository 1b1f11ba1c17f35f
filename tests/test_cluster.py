"""On a cluster: parts of a year in one job, what a scheduler is asked for, queues that are not SLURM."""

import os
import re
import subprocess
import sys

import pytest

from datasets import FEW_JOBS, HOME, copy_workflow, results_of, snakemake, write_dataset
from economies import random_economy
from laborvalue_workflow.data.planned import PlannedDataset
from laborvalue_workflow.running import costs

PROFILES = HOME / "workflow/profiles"


def planned(*arguments):
    """{rule: number of planned jobs} of a dry run, and its text."""
    finished = snakemake("-n", *arguments)
    assert finished.returncode == 0, finished.stderr[-3000:]
    said = finished.stdout + finished.stderr
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", said, flags=re.M)}, said


def test_a_clusters_profile_makes_some_tens_of_submissions_of_939_city_years(run):
    jobs, said = planned("--profile", PROFILES / "slurm", "--config", f"run={run}")
    parts = [rule for rule in jobs if rule.startswith("solve_region")]
    assert len(parts) == 10 and {jobs[rule] for rule in parts} == {3}
    assert sum(map(int, re.findall(r"Solving (\d+) regions in \d{4}", said))) == 939
    submissions, hours, gib = re.search(
        r"(\d+) submissions: about ([\d.]+) core-hours, up to ([\d.]+) GiB of memory", said
    ).groups()
    assert int(submissions) == 42
    assert 0.01 < float(hours) < 1 and 1 < float(gib) < 3
    assert "GiB on disk" in said


@pytest.mark.parametrize(
    ("profile", "more", "parts"),
    [
        ("slurm", (), 10),
        ("slurm", ("--set-scatter", "jobs_per_year=4"), 4),
        ("cluster-generic", (), 10),
        ("kubernetes", ("--default-storage-prefix", HOME), 10),  # as far as a dry run goes
    ],
)
def test_the_parts_of_a_year_are_those_of_the_profile_whatever_the_config(profile, more, parts, run):
    """Unlike a key under a profile's config:, which --config on the command line would replace."""
    config = ("--configfile", "config/demo.yaml", "--config", f"run={run}")
    jobs, said = planned("--profile", PROFILES / profile, *more, *config)
    assert [jobs[f"solve_regions_{part}"] for part in range(1, parts + 1)] == [3] * parts
    assert f"solve_regions_{parts + 1}" not in jobs
    assert f"{12 + 3 * parts} submissions" in said


def test_what_a_job_asks_for_grows_with_the_dataset_and_with_every_attempt():
    small, full, large = (costs.of_jobs(*size) for size in ((20, 42, 3), (313, 42, 3), (3000, 150, 3)))
    for rule in full:
        asked = [costs.resources(rule, 1, known) for known in (small, full, large)]
        for name in ("mem_mb", "runtime"):
            first = [resources[name](None, attempt=1) for resources in asked]
            assert first == sorted(first)
            again = [resources[name](None, attempt=2) for resources in asked]
            assert all(second == 2 * once for once, second in zip(first, again, strict=True))
    many, one = (costs.resources("solve_regions_7", units, large)["runtime"](None, attempt=1) for units in (3000, 1))
    assert many > one


@pytest.mark.parametrize("rule", ["solve_nation", "account_values", "assemble_panel"])
def test_a_job_is_submitted_where_it_takes_more_than_its_submission(rule):
    paper, large = (costs.of_jobs(*size) for size in ((313, 42, 3), (3000, 150, 3)))
    assert costs.short(rule, paper) and not costs.short(rule, large)


def test_the_plan_prefers_the_benchmark_of_the_last_run_to_the_formula(tmp_path):
    path = tmp_path / "split_year.tsv"
    path.write_text("s\th:m:s\tmax_rss\tmax_vms\n7200.0\t2:00:00\t10240.0\t11000.0\n")
    economy = PlannedDataset([2012], ["s"] * 42, ["a"] * 20, tables={}, lacking={})
    jobs = [("split_year", 1, True, path), ("solve_network", 1, True, tmp_path / "not.tsv"), ("report", 1, False, None)]
    said = costs.plan(jobs, economy)
    assert said.startswith("3 jobs, on a cluster 2 submissions: about 2.00 core-hours, up to 10.0 GiB of memory")
    assert "1 jobs as measured" in said
    path.write_text("s\tmax_rss\nNA\tNA\n")
    assert "0 jobs as measured" in costs.plan(jobs, economy)


def test_a_plan_on_one_machine_says_what_shared_jobs_would_save():
    said = costs.fewer(["solve_region"] * 939 + ["report"], years=3, cores=2)
    assert said.startswith("939 of these jobs") and "--set-scatter jobs_per_year=2, 6 jobs" in said
    assert costs.fewer(["solve_region"] * 60, years=3, cores=2) == "", "two seconds are nothing to speak of"
    assert costs.fewer(["solve_regions_1"] * 939, years=3, cores=2) == "", "they share jobs already"


SHARED_OUT = ("values", "--config", "dataset=data", "run=parts", 'prices={"rural_sectors": ["s0"]}', "--set-scatter")


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """A finished run of seven regions and two years, three jobs solving each year."""
    home = tmp_path_factory.mktemp("project")
    copy_workflow(home)
    write_dataset(home / "data", {year: random_economy(7, 5, year) for year in (2012, 2015)})
    solved(home)
    return home


def solved(home, jobs_per_year=3):
    """The messages of the jobs that solved regions."""
    finished = snakemake(*SHARED_OUT, f"jobs_per_year={jobs_per_year}", folder=home)
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said[-3000:]
    return sorted(re.findall(r"^Job \d+: Solving (.*)$", said, flags=re.M))


def test_a_region_that_changed_reruns_its_part_and_the_others_keep_their_bytes(parts):
    before = results_of(parts / "results/parts")
    path = parts / "data/2015/labor.csv"
    lines = path.read_text().splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith("r3,s2,"))
    lines[row] = f"r3,s2,{float(lines[row].split(',')[2]) * 1.1!r}"
    path.write_text("\n".join(lines) + "\n")
    assert solved(parts) == ["3 regions in 2015, part 1 of 3"]
    after = results_of(parts / "results/parts")
    changed = {name for name in before if name.endswith(".npy") and "regions/" in name and before[name] != after[name]}
    assert changed == {f"{stage}/2015/regions/r3.npy" for stage in ("economy", "values")}
    assert solved(parts) == []


def test_a_lost_file_is_made_again_by_its_part(parts):
    before = results_of(parts / "results/parts")
    (parts / "results/parts/values/2012/regions/r5.npy").unlink()
    assert solved(parts) == ["2 regions in 2012, part 3 of 3"]
    assert results_of(parts / "results/parts") == before


def test_another_number_of_parts_solves_again_and_changes_no_byte(parts):
    before = results_of(parts / "results/parts")
    assert len(solved(parts, jobs_per_year=7)) == 14
    assert results_of(parts / "results/parts") == before
    assert len(solved(parts)) == 6
    assert results_of(parts / "results/parts") == before


@pytest.fixture
def queue(tmp_path):
    """A function that starts the stand-in, files appearing `late` seconds late; returns Snakemake's arguments."""
    serving = []

    def serve(late, folder):
        spool = tmp_path / f"spool{len(serving)}"
        spool.mkdir()
        program = [sys.executable, str(HOME / "tests/jobqueue.py")]
        serving.append(subprocess.Popen([*program, "serve", str(spool), "2", str(late)], cwd=folder))
        command = " ".join(program)
        return (
            *("--profile", "workflow/profiles/cluster-generic", "--cluster-generic-cancel-cmd", "true"),
            *("--cluster-generic-submit-cmd", f"{command} submit {spool}"),
            *("--cluster-generic-status-cmd", f"{command} status {spool}"),
            *("--seconds-between-status-checks", "1", "--max-status-checks-per-second", "20"),
            *("--set-scatter", "jobs_per_year=3", "--configfile", "config/demo.yaml"),
        )

    yield serve
    for process in serving:
        process.terminate()
        process.wait()


PLACE = "my projects (v1) & co"  # of the project on the shared file system


@pytest.mark.slow
def test_a_run_through_a_queue_whose_files_appear_late_is_the_local_run(queue, tmp_path):
    """One year whose regions are solved by three jobs, two at a time."""
    config = ("--config", "run=queued", 'embedded={"regions": 8, "years": [2012]}')
    for name in (PLACE, "local"):
        copy_workflow(tmp_path / name)
    arguments = queue(1.5, tmp_path / PLACE)
    finished = snakemake("panel", *arguments, *config, folder=tmp_path / PLACE)
    assert finished.returncode == 0, (finished.stdout + finished.stderr)[-3000:]
    local = snakemake("panel", *FEW_JOBS, *config, folder=tmp_path / "local")
    assert local.returncode == 0, local.stderr[-3000:]
    assert finished.stderr.count("with external jobid") == 7, "what is short runs locally"
    made, expected = (results_of(tmp_path / name / "results/queued") for name in (PLACE, "local"))
    assert "panel.parquet" in made and made == expected


@pytest.mark.slow
def test_a_file_system_slower_than_latency_wait_is_named_and_nothing_goes_on(queue, tmp_path):
    copy_workflow(tmp_path / PLACE)
    arguments = queue(600, tmp_path / PLACE)
    target = "results/demo/economy/2012/index.json"
    finished = snakemake(target, *arguments, "--latency-wait", "1", "--retries", "0", folder=tmp_path / PLACE)
    assert finished.returncode == 1
    assert "latency" in finished.stderr and "results/demo/dataset/2012/flows.npy" in finished.stderr
    assert not (tmp_path / PLACE / target).exists()


ANSWERS = {
    ("pbs", "qstat"): {
        "    job_state = Q\n": "running",
        "    job_state = R\n    Exit_status = 0\n": "running",
        "    job_state = F\n    Exit_status = 0\n": "success",
        "    Exit_status = 271\n    job_state = F\n": "failed",
    },
    ("sge", "qacct"): {
        "failed       0\nexit_status  0\n": "success",
        "failed       37  : qmaster enforced h_rt\nexit_status  137\n": "failed",
        "failed       0\nexit_status  1\n": "failed",
    },
    ("lsf", "bjobs"): {"PEND\n": "running", "RUN\n": "running", "DONE\n": "success", "EXIT\n": "failed"},
}


@pytest.mark.parametrize(("engine", "command"), ANSWERS)
def test_an_engines_answer_in_the_words_of_snakemake(engine, command, tmp_path):
    script = PROFILES / "cluster-generic/status.sh"
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def status():
        done = subprocess.run([script, engine, "7"], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert status() == "running"  # no answer
    for answer, expected in ANSWERS[engine, command].items():
        (tmp_path / command).write_text(f"#!/bin/sh\ncat <<END\n{answer}END\n")
        (tmp_path / command).chmod(0o755)
        assert status() == expected, answer


def test_lsf_hands_over_the_number_of_the_job(tmp_path):
    (tmp_path / "bsub").write_text("#!/bin/sh\necho 'Job <123> is submitted to default queue <normal>.'\n")
    (tmp_path / "bsub").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [PROFILES / "cluster-generic/bsub.sh", "job"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == "123\n"
