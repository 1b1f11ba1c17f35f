"""Flows given as a table -> the stored square array the later stages stream."""

from shared import dataset
from shared.commandline import run


def convert_flows(table, regions, sectors, flows):
    region_keys = dataset.read_regions(regions)["region"]
    dataset.convert_flows(table, region_keys, dataset.read_sectors(sectors)["sector"], flows)


if __name__ == "__main__":
    run(convert_flows)
