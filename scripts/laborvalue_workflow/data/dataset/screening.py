"""The screening of one year of a dataset folder: the same findings and pages as those of an import.

The tables are read by the functions that the splitting uses (`data.dataset.read_year`), with TableFaults that make a
finding of whatever is wrong, and go on.
"""

from functools import partial
from pathlib import Path

import numpy as np

from laborvalue.accounts import lacking_uses
from laborvalue.identities import column_identity
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.dataset.identities import broken_identities
from laborvalue_workflow.data.files import without_folders
from laborvalue_workflow.screening import checks, plausibility
from laborvalue_workflow.screening.faults import Screening, TableFaults
from laborvalue_workflow.screening.findings import Check, Done, findings_of_rows
from laborvalue_workflow.screening.policies import MAY_BE_NEGATIVE

TOLERANCE = 0.01  # share of output; smaller gaps between columns and rows are rounding and statistical errors


def faults_as_rows(regions, sectors):
    """(faults_of, rows) for a table that is read apart, in a job of its own: what it finds, for `screen_year`.

    rows: a function, the rows of the screening without their year.
    """
    screening = Screening("", "", regions, sectors, dataset.policies_of({}))
    faults_of = partial(TableFaults, policies=screening.policies, screening=screening)
    return faults_of, lambda: [finding.row for finding in screening.findings]


def screen_year(year, paths, description, regions, sectors, converted=()):
    """Screen the tables of a year; returns the Screening and what its page shows: worst gaps, radii, national output.

    paths: as in `data.dataset.read_year`; description, regions, sectors: as they are read; converted: rows about the
    flows that were found when their table was converted. Raises InputError where a table cannot be read at all.
    """
    source = without_folders(", ".join(Path(path).name for path in paths.values()))
    screening = Screening(source, year, regions, sectors, dataset.policies_of(description))
    screening.findings += findings_of_rows(converted, year)
    keys = regions["region"], sectors["sector"]
    read = dataset.read_year(paths, keys, description, partial(TableFaults, screening=screening))
    checks.drop_residuals(screening, read.output.copy())
    for name, amounts in (read.inputs | read.totals).items():
        if name in MAY_BE_NEGATIVE:  # in all others it is a fault, with a row of its own
            screening.count_negatives(name, amounts)
    lacking = lacking_uses(read.totals)
    for text in lacking:
        screening.add(Check.KEY, "final_demand", text, "", Done.STOPPED)
    sums = read.flow_sums(description, read.blocks())
    screening.lost = np.isnan(read.inputs["output"])
    screening.lost_hours = np.isnan(read.hours) & (read.inputs["output"] > 0)
    uses = None if lacking else read.supplied
    for path, text in broken_identities(sums, uses, read.inputs, paths, keys, description):
        screening.add(Check.IDENTITY, Path(path).stem, text, "", Done.STOPPED)
    output = np.nan_to_num(read.inputs["output"])
    # where less than output is no fault, since an account of value added is not given, the gap is 0
    columns = output + column_identity(sums, read.inputs).gap()
    worst = checks.check_balance(screening, output, columns, TOLERANCE)
    checks.report_signs(screening)
    plausibility.check_hours(screening, read.hours, read.inputs["output"])
    radii = checks.report_radius(screening, sums.intermediate, output)
    return screening, worst, radii, output.sum() * description["money_unit"] / 1e12
