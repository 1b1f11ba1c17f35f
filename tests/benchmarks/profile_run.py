"""Where the time of a cold run goes, by process, and that of a plan, by function: `make profile`.

Runs the full-size embedded economy from its dataset folder on two cores (`python tests/benchmarks/profile_run.py 20`:
20 regions) and plans the finished run once more under Python's profiler. Prints three tables; the picture is
results/profile.svg. Job times are from the files that every run writes: benchmarks/ and logs/.
"""

import csv
import itertools
import json
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench import COLD, DATASET, HOME, ONE_THREAD, REGIONS, WORK, make_dataset, timed

CORES = 2
# Snakemake as a user starts it; what its own process took, and what its jobs took, is written down at the end.
WATCHED = """
import atexit, json, resource, sys
def tell(path=sys.argv.pop(1)):
    kinds = {"own": resource.RUSAGE_SELF, "jobs": resource.RUSAGE_CHILDREN}
    used = {name: resource.getrusage(kind) for name, kind in kinds.items()}
    with open(path, "w") as file:
        json.dump({name: of.ru_utime + of.ru_stime for name, of in used.items()}, file)
atexit.register(tell)
from snakemake.cli import main
main()
"""
STAGES = {
    "economy": ("convert_flows", "screen_year", "accept_screening", "write_screening", "split_year"),
    "regions": ("solve_region",),
    "values": ("solve_nation", "solve_network", "account_values", "compare_prices", "compare_techniques"),
    "indicators": ("decide_sample", "compute_indicators", "assemble_panel"),
    "tables": ("table", "published", "crosscheck"),
    "figures": ("draw_figures",),
    "exports, report": ("export_panel", "export_programs", "bundle_library", "report", "provenance"),
}
COLORS = ["#999999", "#56B4E9", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#D55E00"]


@dataclass(frozen=True)
class Job:
    """One job of a run: rule; start and end, seconds after the start of the run; cpu, seconds; the script it ran."""

    rule: str
    start: float
    end: float
    cpu: float
    script: str

    @property
    def stage(self):
        """The stage in whose color the job is drawn."""
        return next(stage for stage, rules in STAGES.items() if self.rule in rules)


def jobs_of(results, begun):
    """The jobs of a finished run, by their start; begun: when the run was started, seconds since 1970.

    A benchmark file is written when its job has ended and says how long that took; the job's log, its CPU time.
    """
    found = []
    for path in (results / "benchmarks").rglob("*.tsv"):
        name = path.relative_to(results / "benchmarks")
        end = path.stat().st_mtime - begun
        with open(path, encoding="utf-8") as file:
            seconds = float(next(csv.DictReader(file, delimiter="\t"))["s"])
        log = (results / "logs" / name).with_suffix(".log").read_text(encoding="utf-8")
        script, cpu = re.search(r"^done: (\w+); ([\d.]+) s of CPU", log).groups()
        rule = re.sub(r"\d+$", "", name.parts[0].removesuffix(".tsv"))
        found.append(Job(rule, end - seconds, end, float(cpu), script))
    return sorted(found, key=lambda job: job.start)


def import_times(scripts):
    """{script: (CPU seconds to start Python and import the script, number of modules that are then loaded)}."""
    found = {}
    for script in sorted(scripts):
        count = "import os, sys; sys.path.insert(0, 'scripts'); import importlib; importlib.import_module(sys.argv[1])"
        # a job ends in the same way (laborvalue_workflow.running.commandline.leave)
        said = f"{count}; print(len(sys.modules), flush=True); os._exit(0)"
        command = [sys.executable, "-c", said, script]
        loaded = subprocess.run(command, cwd=HOME, env=ONE_THREAD, capture_output=True, text=True, check=True).stdout
        found[script] = min(timed(command)[1] for _ in range(2)), int(loaded)
    return found


def lanes(jobs):
    """Each job's lane: the first one that is free when the job starts."""
    free, placed = [], []
    for job in jobs:
        lane = next((k for k, end in enumerate(free) if end <= job.start + 0.02), len(free))
        free[lane:] = [job.end, *free[lane + 1 :]]
        placed.append(lane)
    return placed


def phases(jobs, wall):
    """{phase: (from, to)}, seconds: up to the first job, the last region's solution, the last value, the end."""
    solved = max(job.end for job in jobs if job.rule == "solve_region")
    valued = max(job.end for job in jobs if job.rule == "solve_network")
    borders = [0, jobs[0].start, solved, valued, wall]
    names = ("start and plan", "economy, regions", "regions' values", "tail after the last value")
    return dict(zip(names, itertools.pairwise(borders), strict=True))


def busy(jobs, start, stop):
    """Seconds of jobs, two at once counting twice, between two moments."""
    return sum(max(min(job.end, stop) - max(job.start, start), 0) for job in jobs)


# A plan under the profiler; numbers by function as JSON, since Snakemake's names of files cannot be marshalled.
PROFILED = """
import cProfile, json, sys
path = sys.argv.pop(1)
profile = cProfile.Profile()
try:
    profile.enable()
    from snakemake.cli import main
    main()
finally:
    profile.disable()
    profile.create_stats()
    with open(path, "w") as file:
        json.dump([[str(of), str(name), *entry[1:4]] for (of, _, name), entry in profile.stats.items()], file)
"""


def place_of(path):
    """Whose code a file of the profile is."""
    package = re.search(r"site-packages/(\w+)", path)
    if package:
        return package[1]
    return "this project" if re.search(r"scripts/|workflow/|Snakefile", path) else "Python"


def plan_by_function(arguments):
    """({whose code: own seconds}, [(function, calls, own seconds, with callees)], the slowest first)."""
    stats = WORK / "plan.json"
    timed([sys.executable, "-c", PROFILED, str(stats), *arguments])
    places, functions = defaultdict(float), []
    for path, name, calls, own, total in json.loads(stats.read_text()):
        places[place_of(path)] += own
        functions.append((f"{'/'.join(Path(path).parts[-2:])}: {name[:60]}", calls, own, total))
    return dict(places), sorted(functions, key=lambda row: -row[2])


def picture(jobs, wall, shares, functions, path):
    """The jobs on their lanes, by stage; whose time the cores' seconds were; the plan's functions."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "profile"
    import matplotlib.pyplot as plt

    figure, (time_line, bar, plan) = plt.subplots(
        3, 1, figsize=(10, 7.5), height_ratios=[2.2, 1, 4], layout="constrained"
    )
    colors = dict(zip(STAGES, COLORS, strict=True))
    for job, lane in zip(jobs, lanes(jobs), strict=True):
        time_line.barh(lane, job.end - job.start, 0.8, job.start, color=colors[job.stage], edgecolor="white", lw=0.2)
    for stage, color in colors.items():
        time_line.barh(0, 0, color=color, label=stage)
    for _, (start, _) in phases(jobs, wall).items():
        time_line.axvline(start, color="#333333", lw=0.8, ls=":")
    time_line.set(title=f"Cold run of {REGIONS} regions, {CORES} cores: its jobs", xlim=(0, wall), xlabel="seconds")
    time_line.set_yticks(range(CORES), [f"core {k + 1}" for k in range(CORES)])
    time_line.legend(ncols=7, fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.35), frameon=False)
    start = 0.0
    for (name, seconds), color in zip(shares.items(), ("#E69F00", "#56B4E9", "#0072B2", "#DDDDDD"), strict=True):
        bar.barh(0, seconds, left=start, color=color, label=f"{name}: {seconds:.0f} s")
        start += seconds
    bar.set(title=f"Whose the {start:.0f} seconds of {CORES} cores were", yticks=[], xlim=(0, start))
    bar.legend(ncols=4, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.3), frameon=False)
    shown = functions[:15][::-1]
    plan.barh([name for name, *_ in shown], [own for _, _, own, _ in shown], color="#0072B2")
    plan.set(title="A plan with nothing to do, by function: own seconds under the profiler")
    plan.tick_params(axis="y", labelsize=7)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    make_dataset()
    shutil.rmtree(COLD, ignore_errors=True)
    run = ["--cores", str(CORES), "--config", f"dataset={DATASET}", "run=bench-cold"]
    begun = time.time()
    used = WORK / "used.json"
    wall, *_ = timed([sys.executable, "-c", WATCHED, str(used), *run])
    took = json.loads(used.read_text())
    jobs = jobs_of(COLD, begun)
    started = import_times({job.script for job in jobs})
    starts = sum(started[job.script][0] for job in jobs)
    shares = {
        "Snakemake": took["own"],
        "starts of jobs (Python, imports)": starts,
        "work of jobs": took["jobs"] - starts,
    }
    shares["idle"] = max(CORES * wall - took["own"] - took["jobs"], 0)

    print(f"Cold run of {REGIONS} regions: {wall:.1f} s, {len(jobs)} jobs; seconds of {CORES} cores:")
    print("\n| whose | seconds | share |\n|---|---:|---:|")
    for name, seconds in shares.items():
        print(f"| {name} | {seconds:.1f} | {seconds / sum(shares.values()):.0%} |")
    print("\n| phase | seconds | cores busy |\n|---|---:|---:|")
    for name, (start, stop) in phases(jobs, wall).items():
        print(f"| {name} | {stop - start:.1f} | {busy(jobs, start, stop) / max(stop - start, 1e-9):.2f} of {CORES} |")
    print("\n| rule | jobs | seconds | CPU | of it start | modules |\n|---|---:|---:|---:|---:|---:|")
    by_rule = defaultdict(list)
    for job in jobs:
        by_rule[job.rule].append(job)
    for rule, those in sorted(by_rule.items(), key=lambda entry: -sum(job.cpu for job in entry[1])):
        seconds, cpu = sum(job.end - job.start for job in those), sum(job.cpu for job in those)
        of_start, modules = sum(started[job.script][0] for job in those), started[those[0].script][1]
        print(f"| {rule} | {len(those)} | {seconds:.1f} | {cpu:.1f} | {of_start:.1f} | {modules} |")
    places, functions = plan_by_function(["-n", *run])
    print(f"\nA plan with nothing to do: {sum(places.values()):.1f} s under the profiler")
    print("\n| code | own seconds |\n|---|---:|")
    for place, seconds in sorted(places.items(), key=lambda entry: -entry[1])[:6]:
        print(f"| {place} | {seconds:.2f} |")
    print("\n| function | calls | own seconds | with callees |\n|---|---:|---:|---:|")
    for name, calls, own, with_callees in functions[:15]:
        print(f"| {name} | {calls} | {own:.2f} | {with_callees:.2f} |")
    picture(jobs, wall, shares, functions, HOME / "results/profile.svg")
    for folder in (WORK, COLD):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
