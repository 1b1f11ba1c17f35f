"""Write what an imported dataset has for all years: dataset.yaml, regions.csv, sectors.csv; or say what stops it.

The faults that stop the import are those of all years' screenings, in one message. Then nothing is written here, and
nothing is computed.
"""

import yaml

from laborvalue_workflow.data.files import write_table, write_text
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.description import description, region_table, sector_table
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.screening.findings import refuse_stopped


def import_description(settings: dict, screening: list, dataset, regions_table, sectors_table):
    context = ImportContext.from_config(settings["import"])
    findings = [finding for path in screening for finding in read_findings(path)]
    refuse_stopped(findings, lambda year, block: context.options.table_of(int(year)).path, "import.faults.{}".format)
    write_text(dataset, yaml.safe_dump(description(context), sort_keys=False, allow_unicode=True))
    write_table(regions_table, region_table(context))
    write_table(sectors_table, sector_table(context))


if __name__ == "__main__":
    run(import_description)
