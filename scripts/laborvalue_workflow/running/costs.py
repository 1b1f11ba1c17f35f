"""CPU time, memory and disk space of the jobs, from the size of the dataset.

m regions, n sectors, N = m n region-sectors. Seconds are CPU seconds on the machine of the README's cost table, GiB
the peak resident set with mapped pages; fitted to the embedded economy and to random ones of 20 to 100 regions and 20
to 150 sectors (docs/howto/cluster.md).
"""

import csv
import math
from pathlib import Path

GIB = 2**30
MAPPED = 64  # GiB of stored flows that a job may keep in memory between two passes over them
CATEGORIES = 12  # GiB of final demand by category that stays in memory; larger arrays are temporary files
STARTED = 0.09  # core-seconds for which a job is chosen, started and checked: 43 s less for 933 jobs less on two cores
LEAST = 0.15, 0.15  # seconds and GiB of a job that computes nothing: Python and its libraries


def of_jobs(m, n, years):
    """{rule, or the start of its name: (seconds, GiB) of one job}; of one region-year for solve_region."""
    N = m * n
    stored = 8 * N**2 / GIB
    mapped = min(stored, MAPPED)
    matrices = 8 * N * n / GIB  # one (n, n) matrix of every region
    origins = 8 * N * m / GIB  # one array of final goods by supplier and user
    categories = min(12 * origins, CATEGORIES)
    rows = N * years / 1e6
    beyond = {
        "generate_year": (0.5 + 5 * stored, 4 * matrices),
        "import_year": (2 + 10 * stored, 1.3 * stored),
        "convert_flows": (1 + 30 * stored, 1.2 * mapped),
        "split_year": (0.5 + 3 * stored + 10 * origins, 6 * origins + categories + 16 * matrices),
        "screen_year": (0.5 + 3 * stored + 10 * origins, 2 * origins + categories + 16 * matrices),
        "solve_region": (0.01 + 3e-8 * n**3, 200 * 8 * n**2 / GIB),
        "solve_nation": (25 * matrices, 8 * matrices),
        "solve_network": (0.6 + 3 * stored + 25 * matrices, mapped + 10 * matrices + 5 * origins),
        "account_values": (0.6 + 5 * origins + 30 * matrices, 8 * origins + 20 * matrices),
        "compute_indicators": (2 * stored + 25 * matrices, mapped + 10 * matrices),
        "assemble_panel": (0.5 + 15 * rows, 1.5 * rows),
        # of one node of the readings, all years
        "reading_values": (years * (0.02 + 3 * stored + 30 * matrices), mapped + 10 * matrices + 5 * origins),
        "reading_panels": (years * (0.02 + 2 * stored + 25 * matrices), mapped + 10 * matrices + 10 * rows),
        "reading_estimates": (0.05 + 60 * rows, 3 * rows),
        "gather_readings": (0.02, 0.3),
        "audit_slopes": (0.4 + 30 * rows, 3 * rows),
        "placebo_year": (1 + 500 * matrices, 12 * matrices),
        "placebo_slopes": (2 + 800 * rows, 3 * rows),
        "check_robustness": (5 + 300 * rows, 3 * rows),
        "table": (0.6 + 20 * rows, 2 * rows),
    }
    return {rule: (LEAST[0] + seconds, LEAST[1] + gib) for rule, (seconds, gib) in beyond.items()}


def threads(m, n, years, cores=None):
    """Threads of a job that reads the stored flows many times: one more for every GiB of them, 16 at most.

    cores: of this machine, None on a cluster. Few cores solve the years side by side, in a thread each: nothing waits
    for a free pair. The sums do not depend on the number of threads (`laborvalue.flows.weigh_flows`).
    """
    most = min(16, 1 + 8 * (m * n) ** 2 // GIB)
    return most if cores is None else max(1, min(most, cores // years))


def of_job(rule, units, known):
    """Seconds and GiB of a job by the formulas. rule: its name in this project's files; units: region-years."""
    seconds, gib = next((cost for name, cost in known.items() if rule.startswith(name)), LEAST)
    return LEAST[0] + units * (seconds - LEAST[0]), gib


def short(rule, known):
    """Whether a job takes less than its submission: it then runs on the node where Snakemake runs.

    On the node of a submitted job Snakemake starts twice, and its end is noticed seconds later. At most 1 GiB, since a
    login node is shared.
    """
    seconds, gib = of_job(rule, 1, known)
    return seconds <= 2 and gib <= 1


def resources(rule, units, known):
    """What is requested from a scheduler: 1.5 times the memory and five times the time, more at every attempt.

    At least ten minutes, for the start on a node, a slow file system and a slower processor.
    """
    seconds, gib = of_job(rule, units, known)
    mebibytes, minutes = math.ceil(1.5 * gib * 1024), math.ceil(10 + 5 * seconds / 60)
    return {
        "mem_mb": lambda wildcards, attempt: mebibytes * 2 ** (attempt - 1),
        "runtime": lambda wildcards, attempt: minutes * attempt,
    }


def disk(economy):
    """GiB that a run from nothing writes: stored flows N^2 that it generates or converts, 5 m N and 12 n N per year.

    economy: a PlannedDataset.
    """
    m, n, years = economy.size
    N = m * n
    made = [tables["flows"] for tables in economy.tables.values() if not Path(tables["flows"]).is_file()]
    converted = sum(not tables["flows"].endswith(".npy") for tables in economy.tables.values())
    return 8 * (N**2 * (len(made) + converted) + years * (5 * m * N + 12 * n * N)) / GIB


def plan(jobs, economy, cores=None):
    """What the planned jobs take together, as one line.

    jobs: (rule, region-years that it solves or 1, whether a cluster runs it, its benchmark file or None) each. A job
    that has run before counts with its benchmark, the others with the formulas. cores: of this machine, None where a
    cluster runs the jobs.
    """
    known = of_jobs(*economy.size)
    measured = [benchmark(path) for *_, path in jobs]
    costs = [cost or of_job(rule, units, known) for cost, (rule, units, *_) in zip(measured, jobs, strict=True)]
    seconds, gib = sum(seconds for seconds, _ in costs), max(gib for _, gib in costs)
    where = (
        f"{max(seconds / cores / 60, 0.1):.1f} minutes on {cores} cores"
        if cores
        else f"on a cluster {sum(remote for _, _, remote, _ in jobs)} submissions"
    )
    return (
        f"{len(jobs)} jobs, {where}: about {seconds / 3600:.2f} core-hours, up to {gib:.1f} GiB of memory in a job "
        f"({sum(map(bool, measured))} jobs as measured when they last ran, the others by formula)."
    )


def fewer(rules, years, cores):
    """What makes a run on one machine shorter, as one line: regions that share a job; empty below ten seconds.

    rules: of the planned jobs. years: number. cores: of this machine.
    """
    single = rules.count("solve_region")
    saved = STARTED * (single - cores * years) / cores
    if saved < 10:
        return ""
    return (
        f"{single} of these jobs solve one region and year each. With --set-scatter jobs_per_year={cores}, "
        f"{cores * years} jobs solve them all: about {saved:.0f} seconds less, the same results."
    )


def benchmark(path):
    """Seconds and GiB from a Snakemake benchmark file; None where there is none that can be read.

    Snakemake samples memory every half second: a shorter job counts with what Python takes.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        return float(rows[-1]["s"]), max(float(rows[-1]["max_rss"]) / 1024, LEAST[1])
    except (OSError, TypeError, KeyError, ValueError, IndexError):
        return None
