"""How the cost of a run grows with regions and years: `make bench-growth`.

Runs the embedded economy from nothing to the city values at several sizes, on two cores, and prints wall time, CPU
time, the largest process and the disk it took; the plot goes to results/growth.svg. A thousand regions are one year
(their flows alone take 14 GB); the others three years each, and twenty regions also six and twelve.
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
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    for axis, chosen, label in (
        (axes[0], [row for row in rows if row[1] != 1 or row[0] == 1000 if row[0] != 20 or row[1] == 3], "regions"),
        (axes[1], [row for row in rows if row[0] == 20], "years, 20 regions"),
    ):
        x = [row[0 if label == "regions" else 1] for row in chosen]
        axis.plot(x, [row[2] / row[1] if label == "regions" else row[2] for row in chosen], "o-", label="wall")
        axis.plot(x, [row[3] / row[1] if label == "regions" else row[3] for row in chosen], "s--", label="CPU")
        axis.set(xlabel=label, ylabel="seconds per year" if label == "regions" else "seconds")
        axis.legend()
    axes[0].set(xscale="log", yscale="log")
    figure.savefig(path, metadata={"Date": None})


def main():
    rows = []
    print("| regions | years | wall s | CPU s | largest process MiB | disk GiB |\n|---:|---:|---:|---:|---:|---:|")
    for regions, years in SIZES if sys.argv[1:] != ["small"] else SIZES[:1] + SIZES[4:]:
        wall, cpu, peak, disk = cost(regions, years)
        rows.append((regions, years, wall, cpu))
        print(f"| {regions} | {years} | {wall:.0f} | {cpu:.0f} | {peak:.0f} | {disk:.1f} |", flush=True)
    plot(rows, HOME / "results/growth.svg")


if __name__ == "__main__":
    main()
