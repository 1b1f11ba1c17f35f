"""Write what an imported dataset has for all years: dataset.yaml, regions.csv, sectors.csv; or say what stops it.

The faults that stop the import are those of all years' screenings, in one message. Then nothing is written here, and
nothing is computed.
"""

from pathlib import Path

import yaml

from laborvalue_workflow.data.dataset import read_labor
from laborvalue_workflow.data.files import write_table, write_text
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.description import description, region_table, sector_table
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.screening.findings import refuse_stopped
from laborvalue_workflow.screening.plausibility import UNIT_REMEDY, refuse_other_years
from laborvalue_workflow.screening.policies import Policy


def import_description(settings: dict, screening: list, dataset, regions_table, sectors_table, labor: list = ()):
    context = ImportContext.from_config(settings["import"])
    path_of = {year: context.options.table_of(year).path for year in context.options.years}
    findings = [finding for path in screening for finding in read_findings(path)]
    refuse_stopped(findings, lambda year, block: path_of[int(year)], "import.faults.{}".format)
    if context.options.unit != Policy.KEEP:
        hours = {int(Path(path).parent.name): read_labor(path, *context.keys) for path in labor}
        refuse_other_years(hours, context.keys[0], path_of.get, UNIT_REMEDY.format("import.faults.unit"))
    write_text(dataset, yaml.safe_dump(description(context), sort_keys=False, allow_unicode=True))
    write_table(regions_table, region_table(context))
    write_table(sectors_table, sector_table(context))


if __name__ == "__main__":
    run(import_description)
