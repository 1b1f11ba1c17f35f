"""The screening of one year of a dataset folder: the same rows and pages as those of an import.

The tables are read by the functions that the splitting uses (`data.dataset.read_year`), with Faults that make a row
of whatever is wrong, and go on.
"""

from pathlib import Path

import numpy as np

from laborvalue.accounts import lacking_uses
from laborvalue.errors import InputError
from laborvalue.identities import column_identity
from laborvalue_workflow.data import dataset
from laborvalue_workflow.data.dataset.identities import check_identities
from laborvalue_workflow.data.policies import Policy
from laborvalue_workflow.importers import checks
from laborvalue_workflow.importers.screening import MAY_BE_NEGATIVE, Axes, Check, Done, Screening

TOLERANCE = 0.01  # share of output; smaller gaps between columns and rows are rounding and statistical errors
AXES = {("origin_region", "sector", "region"): Axes.FINAL}  # of final demand, whose good is the supplier's


class ScreenedFaults(dataset.Faults):
    """The faults of one table as rows of a screening; nothing raises, and none keeps the rest from being read."""

    def __init__(self, path, policies, screening):
        super().__init__(path, policies)
        self.screening = screening

    def handle(self, fault, account, found, axes, line, kind=None, block=None):
        """Add a row for each place of a fault; returns what is done about it, `exclude` where it stops the run."""
        indices = np.argwhere(found.mask)
        if not len(indices):
            return None
        policy = self.policies.of(fault, account)
        excluded = Done.EXCLUDED
        if fault == "zero_output":
            excluded = Done.WITHOUT_COEFFICIENTS
        elif account == "hours":
            excluded = Done.ROW_LEFT_OUT
        done = {Policy.STOP: Done.STOPPED, Policy.EXCLUDE: excluded, Policy.ZERO: Done.SET_TO_ZERO}[policy]
        texts = {found.place(tuple(index)): found.text(tuple(index)) for index in indices.tolist()}
        known = [place for place in texts if min(place) >= 0]  # an unknown key is a fault of its own
        check = Check.MISSING if fault == "text" else Check(fault)
        axes = AXES.get(tuple(axes), " ".join(axes))
        self.screening.record(check, block or account, axes, known, texts.get, found.expected, done)
        return Policy.EXCLUDE if policy == Policy.STOP else policy

    def add(self, kind, *texts):
        """Add a row for each text that says what is wrong."""
        for text in texts:
            self.screening.add(Check.KEY, Path(self.path).stem, text, "", Done.STOPPED)

    def at(self, kind, mask, describe):
        """Add a row for each of the first faults of a kind, and one that counts the others."""
        strict = dataset.Faults(self.path)
        strict.at(kind, mask, describe)
        for count, lines in strict.kinds.values():
            self.add(kind, *lines)
            if count > len(lines):
                self.screening.add(Check.KEY, Path(self.path).stem, f"{count - len(lines)} more", kind, Done.STOPPED)


def faults_as_rows(regions, sectors):
    """(faults_of, rows) for a table that is read apart, in a job of its own: what it finds, for `screen_year`.

    rows: a function, the rows of the screening without their year.
    """
    policies = dataset.policies_of({})
    screening = Screening("", "", regions, sectors, policies)
    return lambda path: ScreenedFaults(path, policies, screening), lambda: screening.rows


def screen_year(year, paths, description, regions, sectors, converted=()):
    """Screen the tables of a year; returns the Screening and what its page shows: worst gaps, radii, national output.

    paths: as in `data.dataset.read_year`; description, regions, sectors: as they are read; converted: rows about the
    flows that were found when their table was converted. Raises InputError where a table cannot be read at all.
    """
    policies = dataset.policies_of(description)
    screening = Screening(", ".join(Path(path).name for path in paths.values()), year, regions, sectors, policies)
    screening.rows += [[str(year), *row[1:]] for row in converted]

    def faults_of(path, policies):
        return ScreenedFaults(path, policies, screening)

    keys = regions["region"], sectors["sector"]
    read = dataset.read_year(paths, keys, description, faults_of)
    output = read.output.copy()
    checks.drop_residuals(screening, output)
    for name, amounts in (read.inputs | read.totals).items():
        if name in MAY_BE_NEGATIVE:  # in all others it is a fault, with a row of its own
            screening.count_negatives(name, amounts)
    for text in lacking_uses(read.totals):
        screening.add(Check.MISSING, "final_demand", text, "", Done.STOPPED)
    sums = read.flow_sums(description, read.blocks())
    screening.lost = np.isnan(read.inputs["output"])
    screening.lost_hours = np.isnan(read.hours) & (read.inputs["output"] > 0)
    _record_identities(screening, sums, read, paths, keys, description)
    output = np.nan_to_num(read.inputs["output"])
    # where less than output is no fault, since an account of value added is not given, the gap is 0
    columns = output + column_identity(sums, read.inputs).gap()
    worst = checks.check_balance(screening, output, columns, TOLERANCE)
    checks.report_signs(screening)
    radii = checks.report_radius(screening, sums.intermediate, output)
    return screening, worst, radii, output.sum() * description["money_unit"] / 1e12


def _record_identities(screening, sums, read, paths, keys, description):
    """A row for each accounting identity that does not hold, with what would make the tables balance."""
    uses = None if lacking_uses(read.totals) else read.supplied
    try:
        check_identities(sums, uses, read.inputs, paths, keys, description)
    except InputError as error:
        for line in str(error).splitlines():
            path, _, found = line.partition(f": year {screening.year}: ")
            screening.add(Check.IDENTITY, Path(path).stem, found, "", Done.STOPPED)
