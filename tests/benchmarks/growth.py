"""How the cost of a run grows with regions and years: `make bench-growth`.

Runs the embedded economy from nothing to the regions' values at several sizes, on two cores, and prints wall time, CPU
time, the largest process and the disk space; the plot is results/growth.svg. A thousand regions are one year
(their flows alone take 14 GB); the others three years each, and twenty regions also six and twelve.
`python tests/benchmarks/growth.py small` leaves out 313 and 1,000 regions.
"""

import shutil
import sys

from bench import HOME, snakemake, timed

SIZES = [(20, 3), (80, 3), (313, 3), (1000, 1), (20, 6), (20, 12)]


def cost(regions, years):
    """Wall seconds, CPU seconds, peak MiB and GiB on disk of one run."""
    run = f"growth-{regions}-{years}"
    folder = HOME / "results" / run
    shutil.rmtree(folder, ignore_errors=True)
    embedded = f'embedded={{"regions": {regions}, "years": {list(range(2017 - years + 1, 2018))}}}'
    wall, cpu, peak = timed(snakemake("values", "--config", f"run={run}", embedded))
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**30
    shutil.rmtree(folder)
    return wall, cpu, peak, disk


def plot(rows, path):
    """Seconds per year and size by regions, seconds by years; both axes logarithmic where regions grow."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, (time, size, years) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    by_regions = [row for row in rows if row[:2] in SIZES[:4]]
    count = [row[0] for row in by_regions]
    time.plot(count, [row[2] / row[1] for row in by_regions], "o-", label="wall")
    time.plot(count, [row[3] / row[1] for row in by_regions], "s--", label="CPU")
    time.set(title="Time of a year, two cores", ylabel="seconds")
    size.plot(count, [row[4] / 1024 for row in by_regions], "o-", label="memory of the largest process")
    size.plot(count, [row[5] / row[1] for row in by_regions], "s--", label="disk, a year")
    size.set(title="Size", ylabel="GiB")
    for axis in (time, size):
        axis.set(xscale="log", yscale="log", xlabel="regions of 42 sectors")
        axis.set_xticks(count, count)
        axis.minorticks_off()
    by_years = sorted(row for row in rows if row[0] == 20)
    years.plot([row[1] for row in by_years], [row[2] for row in by_years], "o-", label="wall")
    years.plot([row[1] for row in by_years], [row[3] for row in by_years], "s--", label="CPU")
    years.set(title="Time of 20 regions, two cores", xlabel="years", ylabel="seconds", ylim=(0, None))
    years.set_xticks([row[1] for row in by_years])
    for axis in (time, size, years):
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(path, metadata={"Date": None})


def main():
    rows = []
    print("| regions | years | wall s | CPU s | largest process MiB | disk GiB |\n|---:|---:|---:|---:|---:|---:|")
    for regions, years in SIZES if sys.argv[1:] != ["small"] else [SIZES[0], SIZES[1], *SIZES[4:]]:
        rows.append((regions, years, *cost(regions, years)))
        _, _, wall, cpu, peak, disk = rows[-1]
        print(f"| {regions} | {years} | {wall:.0f} | {cpu:.0f} | {peak:.0f} | {disk:.2f} |", flush=True)
    plot(rows, HOME / "results/growth.svg")


if __name__ == "__main__":
    main()
