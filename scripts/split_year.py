"""One year's tables -> the accounts of each region, one file each, and the origins and deliveries that link them."""

from laborvalue_workflow.data.dataset import read_small_tables, year_paths
from laborvalue_workflow.data.dataset.splitting import split, write_split
from laborvalue_workflow.running.commandline import run


def split_year(dataset, year: int, flows, folder, screening=""):
    paths, own_flows = year_paths(dataset, year, flows)
    described = read_small_tables(dataset)
    write_split(folder, split(paths, own_flows, *described), paths, *described, screening)


if __name__ == "__main__":
    run(split_year)
