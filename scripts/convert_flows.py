"""Flows given as a table -> the stored square array the later stages stream, and what is wrong in the table.

Where a path for `found` is given, the faults are written there as rows of the screening, which stops the run when all
tables are read; without one, they end this job.
"""

from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.dataset.screening import faults_as_rows
from laborvalue_workflow.running.commandline import run


def convert_flows(table, regions, sectors, flows, found=""):
    small = dataset.read_regions(regions), dataset.read_sectors(sectors)
    keys = small[0]["region"], small[1]["sector"]
    if not found:
        dataset.convert_flows(table, *keys, flows)
        return
    faults_of, rows = faults_as_rows(*small)
    dataset.convert_flows(table, *keys, flows, faults_of)
    files.write_json(found, rows())


if __name__ == "__main__":
    run(convert_flows)
