"""Regional values of all years -> the sample, and every cell outside it with its reason."""

import numpy as np

from laborvalue import sample
from laborvalue.records import to_arrays
from laborvalue.solutions import RegionalValues
from laborvalue_workflow.data import array_files, files
from laborvalue_workflow.data.screenings import left_out
from laborvalue_workflow.data.stages import read_arrays_as, read_index
from laborvalue_workflow.running.commandline import run


def decide_sample(years: list, index, values: list, arrays, exclusions, summary, screening=""):
    described, years = read_index(index), [int(year) for year in years]
    productive = described.sectors.productive
    solved = [read_arrays_as(RegionalValues, path) for path in values]
    decided = sample.decide_sample(
        years,
        np.array(described.regions),
        described.sectors.sector[productive],
        np.stack([solution.region_status for solution in solved]),
        np.stack([np.isfinite(solution.value[:, productive]) for solution in solved]),
    )
    array_files.write_arrays(arrays, to_arrays(decided))
    screened = left_out(screening, years) if screening else {}
    files.write_table(exclusions, sample.exclusions(decided, screened))
    files.write_json(summary, sample.losses(decided))


if __name__ == "__main__":
    run(decide_sample)
