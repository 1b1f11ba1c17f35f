"""The demo on a real SLURM of one node: `make test-slurm`."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cluster import NODE, cluster, slurm, why_not

from datasets import copy_workflow, results_of, snakemake

pytestmark = pytest.mark.slurm

PROFILE = ("--profile", "workflow/profiles/slurm")
OFTEN = ("--slurm-init-seconds-before-status-checks", "8", "--seconds-between-status-checks", "1")
WITHOUT_ACCOUNTING = ("--slurm-no-account", "--slurm-status-command", "squeue")
DEMO = ("--configfile", "config/demo.yaml", "--set-scatter", "jobs_per_year=2")


@pytest.fixture(autouse=True, scope="module")
def a_terminated_test_cleans_up_too():
    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def running(request):
    accounting = getattr(request, "param", False)
    if reason := why_not(*(["mariadbd", "slurmdbd"] if accounting else [])):
        pytest.skip(f"no SLURM here: {reason}")
    with cluster(accounting):
        yield


def jobs_in(state):
    """(job id, rule) of the jobs in that state."""
    lines = slurm("squeue", "--noheader", "--states", state, "--format", "%i %k")
    return [(line.split()[0], re.search(r"rule_(\w+?)(?:_wildcards|$)", line)[1]) for line in lines if "rule_" in line]


def wait_for(found, what, process, seconds=300):
    """What `found` returns as soon as it is true; fails where the run ends before."""
    ending = time.monotonic() + seconds
    while not (answer := found()):
        assert process.poll() is None, f"the run ended before {what}: {process.log.read_text()[-3000:]}"
        assert time.monotonic() < ending, f"no {what} within {seconds} s"
        time.sleep(0.3)
    return answer


def test_the_demo_on_slurm_is_the_local_demo_through_a_cancelled_job_and_a_drained_node(running, tmp_path):
    local, remote = tmp_path / "local", tmp_path / "remote"
    copy_workflow(local)
    copy_workflow(remote)
    log = tmp_path / "run.log"
    command = [sys.executable, "-m", "snakemake", *PROFILE, *OFTEN, *WITHOUT_ACCOUNTING, *DEMO]
    with open(log, "w") as out:
        process = subprocess.Popen(command, cwd=remote, stdout=out, stderr=out)
    process.log = log
    try:

        def solving():
            return [job for job, rule in jobs_in("RUNNING") if rule.startswith("solve_regions")]

        victim = wait_for(solving, "a job that solves regions", process)[0]
        slurm("scancel", victim)
        slurm("scontrol", "update", f"nodename={NODE}", "state=drain", "reason=test")
        wait_for(lambda: jobs_in("PENDING") and not jobs_in("RUNNING"), "a run that waits for the node", process)
        alone = snakemake(*DEMO, folder=local)  # meanwhile
        assert alone.returncode == 0, alone.stderr[-3000:]
        assert process.poll() is None and jobs_in("PENDING") and not jobs_in("RUNNING")
        slurm("scontrol", "update", f"nodename={NODE}", "state=resume")
        assert process.wait(timeout=600) == 0, log.read_text()[-3000:]
    finally:
        process.terminate()
        process.wait()

    # Snakemake's account of every job is in its own log, named at the end
    said = Path(remote, re.search(r"^Complete log\(s\): (.+)$", log.read_text(), flags=re.M)[1]).read_text()
    assert re.search(rf"SLURM-job '{victim}' failed, SLURM status is: 'CANCELLED", said), said[-3000:]
    assert re.search(r"Trying to restart job \d+", said)
    submitted = re.findall(r"submitted with SLURM jobid (\d+)", said)
    print(f"{len(submitted)} submissions")
    assert results_of(remote / "results/demo") == results_of(local / "results/demo")
    again = snakemake(*DEMO, "-n", folder=remote)
    assert "Nothing to be done" in again.stdout + again.stderr


@pytest.mark.parametrize("running", [True], indirect=True, ids=["slurmdbd"])
def test_with_accounting_the_profile_is_enough(running, tmp_path):
    """States come from sacct, the account from default-resources, as on most clusters."""
    copy_workflow(tmp_path / "project")
    account = ("--default-resources", "slurm_account=test")
    target = "results/demo/economy/2012/index.json"
    ended = snakemake(target, *PROFILE, *OFTEN, *account, *DEMO, folder=tmp_path / "project")
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]
    accounted = slurm("sacct", "--allocations", "--noheader", "--parsable2", "--format", "account,state")
    assert accounted == ["test|COMPLETED"] * 2
