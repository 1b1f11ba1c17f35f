"""What the workflow costs, each cost with its reference in one run: `make bench`.

Needs the full-size embedded economy of `make` (results/replication/dataset); makes it where it is missing.
`python tests/benchmarks/bench.py 20` uses an economy of 20 regions, to check that the benchmark works.
Prints one row per cost: measured, reference, their ratio, the goal. A missed goal is no error.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HOME = Path(__file__).parent.parent.parent
sys.path.insert(0, str(HOME / "scripts"))

from laborvalue.econometrics.equations import TABLES  # noqa: E402
from laborvalue_workflow.running import configuration  # noqa: E402

REGIONS = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else 313
FULL = REGIONS == 313
WORK = HOME / "results/bench"
COLD = HOME / "results/bench-cold"
DATASET = HOME / ("results/replication/dataset" if FULL else f"results/bench-{REGIONS}/dataset")
ONE_THREAD = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

EMPTY_DAG = (
    f"""
PYTHON = {sys.executable!r}
years, regions = (2012, 2015, 2017), [f"C{{c:03d}}" for c in range(1, {REGIONS + 1})]
"""
    + """
rule all:
    input:
        expand("job/{year}/{region}.npy", year=years, region=regions),
        expand("year/{year}/{k}.npy", year=years, k=range(5)),
        expand("one/{k}.npy", k=range(32))
rule job:
    output: "job/{year}/{region}.npy"
    shell: "{PYTHON} one.py {output}"
rule year:
    input: expand("job/{{year}}/{region}.npy", region=regions)
    output: "year/{year}/{k}.npy"
    shell: "{PYTHON} one.py {output}"
rule one:
    input: expand("year/{year}/{k}.npy", year=years, k=range(5))
    output: "one/{k}.npy"
    shell: "{PYTHON} one.py {output}"
"""
)
ONE = "import sys\nimport numpy as np\nnp.save(sys.argv[1], np.zeros(3))\n"


def timed(command, folder=HOME, out=None):
    """Wall seconds, CPU seconds and peak MiB of the largest process of a command, its descendants counted.

    out: an open file for what it prints; BLAS then has all cores, since the command is not one of many.
    """
    begun = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        environment = os.environ if out else ONE_THREAD
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out or nowhere, stderr=nowhere)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def snakemake(*arguments):
    return [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, arguments)]


def row(what, measured, against, unit, goal, name):
    print(
        f"| {what} | {measured:.2f} {unit} | {name}: {against:.2f} {unit} | {measured / against:.2f} | {goal} |",
        flush=True,
    )


def alternating(first, second, times, folders=(HOME, HOME)):
    """Medians of two commands' (wall, cpu), run in turn, each in its folder."""
    pairs = [(timed(first, folders[0]), timed(second, folders[1])) for _ in range(times)]
    return [[statistics.median(run[side][k] for run in pairs) for k in (0, 1)] for side in (0, 1)]


def workflow_against_the_empty_dag():
    """The whole workflow against the same jobs in the same order, each of which imports numpy and writes a file."""
    empty = WORK / "empty"
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir(parents=True)
    (empty / "Snakefile").write_text(EMPTY_DAG)
    (empty / "one.py").write_text(ONE)
    against, _, _ = timed(snakemake(), empty)
    run = ("--config", f"dataset={DATASET}", "run=bench-cold")
    shutil.rmtree(COLD, ignore_errors=True)
    begun = time.time()
    wall, _, peak = timed(snakemake(*run))
    valued = max(path.stat().st_mtime for path in (COLD / "benchmarks/solve_network").iterdir())
    size = "full-size run" if FULL else f"run of {REGIONS} regions"
    row(f"cold {size}, 2 cores, from the dataset folder", wall, against, "s", "1.4", "empty DAG")
    row("of it after the last value", begun + wall - valued, 8.0, "s", "1.0", "allowed")
    matrix = (REGIONS * 42) ** 2 * 8 / 2**20
    row("peak memory of a process", peak, matrix, "MiB", "1.3", "one year's matrix in float64")
    (ours, _), (theirs, _) = alternating(snakemake("-n", *run), snakemake("-n"), 3, folders=(HOME, empty))
    row("no-op `snakemake -n`", ours, theirs, "s", "1.3", "empty DAG's")
    (ours, _), (theirs, _) = alternating(snakemake(*run), snakemake(), 3, folders=(HOME, empty))
    row("second run, nothing to do", ours, theirs, "s", "1.3", "empty DAG's")


def city_year_against_numpy():
    accounts = COLD / "economy/2012/regions/C007.npy"
    job = [sys.executable, "scripts/solve_region.py", "--accounts", str(accounts)]
    job += ["--settings", settings("values.imports", "prices")]
    job += ["--solutions", str(WORK / "region.npy"), "--log", str(WORK / "region.log")]
    (_, ours), (_, against) = alternating(job, [sys.executable, "-c", ONE, str(WORK / "one.npy")], 25)
    row("CPU of a region-year job", ours, against, "s", "1.3", "import numpy, write a file")


def settings(*keys):
    """What the rules pass to a script: these keys of the default config."""
    return configuration.chosen(configuration.completed({}, HOME / "config/config.yaml"), *keys)


def network_against_reading():
    folder, flows = COLD, DATASET / "2012/flows.npy"
    options = {
        "year": 2012,
        "index": f"{folder}/economy/2012/index.json",
        "flows": flows,
        "origins": f"{folder}/economy/2012/origins.npz",
        "solutions": f"{folder}/values/2012/regions",
        "nation": f"{folder}/values/2012/national.npz",
        "scalars": f"{folder}/values/2012/national.json",
        "settings": settings("values"),
        "arrays": WORK / "network.npz",
        "table": WORK / "network.parquet",
        "summary": WORK / "summary.json",
        "threads": 2,
    }
    words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
    job = [sys.executable, "scripts/solve_network.py", *words]
    read = [sys.executable, "-c", f"import numpy as np; np.load({str(flows)!r})"]
    (ours, _), (against, _) = alternating(job, read, 5)
    row("network values of one year, from disk", ours, against, "s", "3", "reading the matrix into memory")


def peer(way, *arguments):
    """Seconds, MiB and largest relative residual of one way of peers.py, which has both cores."""
    with open(WORK / "said", "w") as said:
        wall, _, peak = timed([sys.executable, "tests/benchmarks/peers.py", way, *map(str, arguments)], out=said)
    return wall, peak, (WORK / "said").read_text().strip()


def values_against_dense_ones():
    """The values of a year, disk to values: from the stored flows, by an inverse (pymrio), by a dense solve (WLVDB)."""
    ours, memory, residual = peer("iterative", COLD, DATASET / "2012/flows.npy")
    for way, name in (("inverse", "inverse of the dense matrix, as pymrio"), ("lu", "dense solve, as WLVDB")):
        theirs, peak, theirs_residual = peer(way, COLD, DATASET / "2012/flows.npy")
        what = f"values of a year, residual {residual}, {memory / 1024:.1f} GiB"
        row(what, ours, theirs, "s", "1.0", f"{name}, residual {theirs_residual}, {peak / 1024:.1f} GiB")


def prices_against_all_eigenvalues():
    """A price system of 1,428 goods: profit rate, its bounds and prices, against all eigenvalues and vectors."""
    ours, _, residual = peer("root")
    theirs, _, theirs_residual = peer("eigen")
    what = f"prices of 1,428 goods with bounds, residual {residual}"
    row(what, ours, theirs, "s", "1.0", f"all eigenvalues, residual {theirs_residual}")


def tables_against_packages():
    """A process per table, two at a time, as the workflow runs them on two cores."""
    panel = COLD / "panel.parquet"
    jobs = []
    for table in TABLES:
        job = [sys.executable, "scripts/table.py", "--number", str(table.number), "--panel", str(panel)]
        job += ["--table", f"{WORK}/{table.name}.csv", "--words", settings("words")]
        if table.estimated:
            job += ["--losses", f"{WORK}/{table.name}_losses.csv", "--settings", settings("regressions")]
        jobs.append(job)
    begun = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        alone = [seconds for seconds, _, _ in pool.map(timed, jobs)]
    ours = time.perf_counter() - begun
    row("the slowest table's process", max(alone), 1.0, "s", "1.0", "allowed")
    for package in ("pyfixest", "linearmodels"):
        against = peer(package, COLD)[0]
        row("all of Tables 2-10, a process each, two at a time", ours, against, "s", "1.0", f"{package}, one process")


def forty_thousand_equations():
    """The inter-regional system of about a thousand regions; its flows are made block by block and never stored."""
    wall, _, peak = timed([sys.executable, __file__, "solve", "953" if FULL else "60"])
    size = "n = 40,000" if FULL else "n = 2,520"
    residual = (WORK / "residual").read_text()
    what = f"inter-regional system of {size}, block by block: {wall:.0f} s, residual {residual}"
    row(what, peak, 3072, "MiB", "1.0", "allowed")


def solve_block_by_block(m, n=42):
    """Solves the system of m regions; ends with an error where the residual is above 1e-10."""
    from laborvalue.values import solve_values

    rng = np.random.default_rng(1)
    origin = rng.random((n, m, m)) ** 4 + np.eye(m) * m / 20  # good, supplier, user
    origin /= origin.sum(axis=1, keepdims=True)
    use = rng.random((n, m, n))  # good, user, using sector
    use *= 0.65 / use.sum(axis=0)
    labor = rng.uniform(0.005, 0.02, m * n)

    def product(value):
        value = value.reshape(m, n)
        total = np.zeros((m, n))
        for d in range(m):  # the supplies of region d, a block of n x (m n) coefficients
            block = origin[:, d, :, None] * use
            total += np.einsum("j,jci->ci", value[d], block)
        return total.ravel()

    value, residual = solve_values(product, labor, np.full(m * n, labor.mean() / 0.35))
    (WORK / "residual").write_text(f"{residual:.0e}")
    assert residual <= 1e-10 and (value > 0).all()


def make_dataset():
    """The embedded economy of this size as a dataset folder, where it is not there yet."""
    if not (DATASET / "2017/flows.npy").exists():
        of_size = ("--config", f"run={DATASET.parent.name}", f'embedded={{"regions": {REGIONS}}}')
        tables = (DATASET.relative_to(HOME) / f"{year}/labor.parquet" for year in (2012, 2015, 2017))
        timed(snakemake(*tables, *of_size))


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    make_dataset()
    print("| what | measured | reference | ratio | goal |\n|---|---:|---:|---:|---:|")
    workflow_against_the_empty_dag()
    city_year_against_numpy()
    network_against_reading()
    values_against_dense_ones()
    prices_against_all_eigenvalues()
    tables_against_packages()
    forty_thousand_equations()
    for folder in (WORK, COLD):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    solve_block_by_block(int(sys.argv[2])) if sys.argv[1:2] == ["solve"] else main()
