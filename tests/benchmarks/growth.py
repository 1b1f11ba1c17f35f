"""How the cost of a run grows with regions, sectors and years: `make bench-growth`.

Runs each economy to the values of its regions (`snakemake values`) on two cores and prints wall time, CPU time, the
largest process and the disk space, CPU time per region-year and per GiB of stored flows, and the exponents with which
they grow; the plot is results/growth.svg. The embedded economy with 20 to 1,000 regions of 42 sectors, generated in
the run (a thousand are one year: its flows alone take 14 GB); random economies of 150 sectors; three and thirteen
years of WIOD where its release is beside the project. `python tests/benchmarks/growth.py small` leaves out what takes
minutes.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
from bench import HOME, WORK, snakemake, timed

sys.path.insert(0, str(HOME / "tests"))

import real_tables
from datasets import write_dataset
from economies import random_economy

EMBEDDED = [(20, 3), (80, 3), (313, 3), (1000, 1), (20, 6), (20, 12)]
RANDOM = [(20, 150), (40, 150)]
WIOD_YEARS = [range(1995, 1998), range(1995, 2008)]


@dataclass(frozen=True)
class Cost:
    """What one run took: of which economy; m regions, n sectors, years; seconds, MiB of a process, GiB on disk."""

    economy: str
    regions: int
    sectors: int
    years: int
    wall: float
    cpu: float
    peak: float
    disk: float

    @property
    def size(self):
        """N, region-sectors."""
        return self.regions * self.sectors

    @property
    def cpu_per_year(self):
        """CPU seconds of a year."""
        return self.cpu / self.years

    def line(self):
        """The row of the table."""
        stored = 8 * self.size**2 * self.years / 2**30
        parts = [self.economy, self.regions, self.sectors, self.years, f"{self.wall:.0f}", f"{self.cpu:.0f}"]
        parts += [f"{self.peak:.0f}", f"{self.disk:.2f}", f"{self.cpu / self.regions / self.years:.2f}"]
        return f"| {' | '.join(map(str, [*parts, f'{self.cpu / stored:.0f}']))} |"


def cost(economy, regions, sectors, years, run, config=(), files=()):
    """The Cost of `snakemake values` from nothing; config: words after --config, files: after --configfile."""
    folder = HOME / "results" / run
    shutil.rmtree(folder, ignore_errors=True)
    given = ["--configfile", *files] if files else []
    wall, cpu, peak = timed(snakemake("values", *given, "--config", f"run={run}", *config))
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**30
    shutil.rmtree(folder)
    return Cost(economy, regions, sectors, years, wall, cpu, peak, disk)


def of_embedded(regions, years):
    """The Cost of the embedded economy."""
    run = f"growth-{regions}-{years}"
    config = f'embedded={{"regions": {regions}, "years": {list(range(2017 - years + 1, 2018))}}}'
    return cost("embedded", regions, 42, years, run, [config])


def of_random(regions, sectors):
    """The Cost of a random economy from its dataset folder."""
    run = f"growth-random-{regions}"
    folder = WORK / run
    # in a process of its own: the memory of a process counts what the one that starts it had
    words = [sys.executable, __file__, "write", str(folder), str(regions), str(sectors)]
    subprocess.run(words, check=True)
    return cost("random", regions, sectors, 1, run, [f"dataset={folder}", 'prices={"rural_sectors": ["s0"]}'])


def of_wiod(years):
    """The Cost of years of WIOD 2013 from what pymrio saves."""
    run, folder = f"growth-wiod-{len(years)}", WORK / f"wiod-{len(years)}"
    folder.mkdir(parents=True, exist_ok=True)
    real_tables.save_wiod(folder, years)
    return cost("WIOD 2013", 41, 35, len(years), run, files=[real_tables.wiod_config(folder, years, run)])


def exponent(pairs):
    """The slope of the logarithms of y on those of x."""
    x, y = np.log(np.array(pairs, dtype=float)).T
    return np.polyfit(x, y, 1)[0]


def plot(costs, path):
    """CPU seconds and GiB of a year by region-sectors, CPU seconds by years, with the fitted exponents."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "growth"
    import matplotlib.pyplot as plt
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    figure, (time, size, years) = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
    kinds = {"embedded": "o-", "random": "s--", "WIOD 2013": "^:"}
    for kind, style in kinds.items():
        one = sorted((c for c in costs if c.economy == kind and c.years in (1, 3)), key=lambda c: c.size)
        if one:
            label = f"{kind}, {one[0].sectors} sectors"
            time.plot([c.size for c in one], [c.cpu_per_year for c in one], style, label=label)
            size.plot([c.size for c in one], [c.peak / 1024 for c in one], style, label=f"{kind}, largest process")
    stored = sorted({c.size for c in costs})
    size.plot(stored, [8 * N**2 / 2**30 for N in stored], color="#999999", lw=1, label="one year's matrix")
    time.set(title="CPU seconds of a year", ylabel="seconds")
    size.set(title="Memory", ylabel="GiB")
    for axis in (time, size):
        axis.set(xscale="log", yscale="log", xlabel="region-sectors")
        for scale in (axis.xaxis, axis.yaxis):
            scale.set_major_locator(LogLocator(subs=(1, 2, 5)))
            scale.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
            scale.set_minor_formatter(NullFormatter())
    for kind, style in kinds.items():
        many = sorted((c for c in costs if c.economy == kind and c.regions in (20, 41)), key=lambda c: c.years)
        many = [c for c in many if c.sectors != 150]
        if len({c.years for c in many}) > 1:
            regions = f"{kind}, {many[0].regions} regions"
            years.plot([c.years for c in many], [c.wall for c in many], style, label=regions)
    years.set(title="Seconds of a run, two cores", xlabel="years", ylabel="seconds", ylim=(0, None))
    for axis in (time, size, years):
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def main():
    small = sys.argv[1:] == ["small"]
    print("| economy | regions | sectors | years | wall s | CPU s | largest process MiB | disk GiB ", end="")
    print("| CPU s per region-year | per GiB of flows |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    runs = [(of_embedded, pair) for pair in EMBEDDED if not small or pair[0] < 100]
    runs += [(of_random, pair) for pair in RANDOM[: 1 if small else None]]
    if real_tables.WIOD.exists():
        runs += [(of_wiod, (years,)) for years in WIOD_YEARS[: 1 if small else None]]
    costs = []
    for measure, arguments in runs:
        costs.append(measure(*arguments))
        print(costs[-1].line(), flush=True)
    by_size = [c for c in costs if c.economy == "embedded" and c.years in (1, 3)]
    by_years = [c for c in costs if c.economy == "embedded" and c.regions == 20]
    largest = by_size[-2:]
    print(
        f"\nCPU seconds of a year grow with N^{exponent([(c.size, c.cpu_per_year) for c in by_size]):.2f} over all",
        end="",
    )
    print(
        f" sizes, with N^{exponent([(c.size, c.cpu_per_year) for c in largest]):.2f} between the two largest;", end=" "
    )
    print(f"of a run with years^{exponent([(c.years, c.cpu) for c in by_years]):.2f}.")
    plot(costs, HOME / "results/growth.svg")
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        regions, sectors = map(int, sys.argv[3:])
        write_dataset(sys.argv[2], {2012: random_economy(regions, sectors, 1)}, ending=".parquet")
    else:
        main()
