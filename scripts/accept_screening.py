"""The screenings of all years of a dataset folder -> nothing stops the run, or one message with all that does."""

from functools import partial
from pathlib import Path

from laborvalue_workflow.data import dataset, digests, files
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.screening.faults import TableFaults
from laborvalue_workflow.screening.findings import refuse_stopped
from laborvalue_workflow.screening.plausibility import UNIT_REMEDY, refuse_other_years
from laborvalue_workflow.screening.policies import Policy, account_of

TABLES = {"hours": "labor", "exports": "final_demand", "final_demand": "final_demand", "flows": "flows"}


def accept_screening(folder, screening: list, accepted):
    findings = [finding for path in screening for finding in read_findings(path)]
    key = "faults.{} in dataset.yaml".format
    refuse_stopped(findings, lambda year, block: table_of(folder, year, block), key, fixed=("flows",))
    description, *keys = dataset.read_small_tables(folder)
    if (policies := dataset.policies_of(description)).unit != Policy.KEEP:
        faults_of = partial(TableFaults, policies=policies)
        regions, sectors = keys[0]["region"], keys[1]["sector"]
        paths = {year: table_of(folder, str(year), "hours") for year in description["years"]}
        hours = {year: dataset.read_labor(path, regions, sectors, faults_of=faults_of) for year, path in paths.items()}
        refuse_other_years(hours, regions, paths.get, UNIT_REMEDY.format(key("unit")))
    files.write_json(accepted, {Path(path).stem: digests.digest_of(path) for path in screening})


def table_of(folder, year, block):
    """The file of a table, from a block of it: an account, a category of final demand, or the table's own name."""
    account = account_of(block)
    table = TABLES.get(account, "primary_inputs") if account else block
    place = Path(folder, year)
    find = dataset.find_flows(place) if table == "flows" else dataset.find_table(place, table)
    return find or str(place / table)


if __name__ == "__main__":
    run(accept_screening)
