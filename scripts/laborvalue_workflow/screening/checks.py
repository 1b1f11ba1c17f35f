"""The checks that an import and a dataset folder have in common: residual outputs, balance, signs, radius.

Shapes: m regions, n sectors. `screening` records every action.
"""

from dataclasses import replace

import numpy as np

from laborvalue.errors import InputError
from laborvalue.prices import spectral_radius
from laborvalue.residuals import residual_outputs
from laborvalue_workflow.screening.faults import Axes, Fault
from laborvalue_workflow.screening.findings import Check, Done
from laborvalue_workflow.screening.policies import MAY_BE_NEGATIVE, OTHERS, Policy


def drop_residuals(screening, output):
    """Outputs too small to be a sector, (m, n): recorded, and set to 0. Returns where they were.

    The caller takes the inputs and the value added of these cells for 0 too; what others use of their goods stays.
    """
    share = screening.policies.residual_output
    residual = residual_outputs(output, share)
    expected = f"more than {share:g} of the region's output, or 0"
    fault = Fault(Check.RESIDUAL_OUTPUT, "output", Axes.CELL, residual, lambda index: f"{output[index]:g}", expected)
    screening.record(fault, Done.WITHOUT_OUTPUT)
    output[residual] = 0
    return residual


def check_labor(handling, idle, output, sectors, text, line=None):
    """Output without hours, at the places `idle` (m, n*), by the policy of the sector. Returns where they are no hours:
    where the policy is `zero`, the sector makes its goods without labor.

    handling: what takes the faults; output (m, n*); sectors: their keys; text: index -> what is found; line: index ->
    the message about one table. Raises InputError for the policy of an unknown sector.
    """
    policies, totals = handling.policies, np.nansum(output, axis=1)
    named = policies.named_sectors(Check.NO_LABOR)
    if unknown := [key for key in named if key not in sectors]:
        raise InputError(
            f"no_labor (faults of dataset.yaml, or import.faults) names {', '.join(unknown)}, no sector; expected "
            f"one or more of {', '.join(sectors)}, or one policy for all"
        )

    def size(index):
        return f"0 with an output of {output[index]:g}, {output[index] / totals[index[0]]:.2g} of the region's"

    for sector in (*named, OTHERS):
        mask = idle & [key == sector if sector else key not in named for key in sectors]
        found = size if policies.of(Check.NO_LABOR, sector) == Policy.ZERO else text
        fault = Fault(Check.NO_LABOR, "hours", Axes.CELL, mask, found, "above 0", Done.ROW_LEFT_OUT, account=sector)
        fault = replace(fault, line=line, kind="no hours", zeroed=Done.WITHOUT_LABOR)
        if handling.handle(fault) == Policy.ZERO:
            idle = idle & ~mask
    return idle


def check_balance(screening, output, columns, tolerance):
    """Rows against columns, (m, n): the gap as a share of output; all beyond `tolerance` in the csv.

    Returns the worst ten as (place, gap), worst first, balanced or not. Cells that are left out are not compared.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(output > 0, columns / output - 1, np.where(columns > 0, np.inf, 0.0))
    gap[screening.incomplete] = 0
    order = np.stack(np.unravel_index(np.argsort(-np.abs(gap), axis=None, kind="stable"), gap.shape), axis=1)
    beyond = order[np.abs(gap[tuple(order.T)]) > tolerance]

    def text(index):
        return f"column {columns[index]:.6g}, row {output[index]:.6g}"

    expected = f"equal within {tolerance:g}"
    fault = Fault(Check.IMBALANCE, "output", Axes.CELL, np.abs(gap) > tolerance, text, expected, order=beyond)
    if screening.handle(fault) == Policy.EXCLUDE:
        screening.lose(beyond)
    return [(screening.where(Axes.CELL, index), gap[tuple(index)]) for index in order[:10]]


def report_signs(screening):
    """How many cells of each block were below 0 when they were read, and their sum."""
    for block, (count, total) in screening.negatives.items():
        text = f"{count} negative cells" + (f", their sum {total:.6g}" if count else "")
        screening.add(Check.SIGN, block, text, "any" if block in MAY_BE_NEGATIVE else "0", Done.COUNTED)


def report_radius(screening, intermediate, output):
    """The spectral radius of each region's own A over the sectors it has, from (m, n*, n*) and (m, n*).

    Reported only: with a radius of 1 or more a region uses up more than it makes. Which regions have values is
    decided later, by A + D over the productive sectors. Returns the radii (m,).
    """
    radii = []
    for c in range(len(output)):
        running = output[c] > 0
        with np.errstate(invalid="ignore"):
            A = intermediate[c][np.ix_(running, running)] / output[c][running]
        radius = spectral_radius(A) if np.isfinite(A).all() else float("nan")
        radii.append(radius)
        done = Done.REPORTED_INCOMPLETE if screening.incomplete[c].any() else Done.REPORTED
        screening.add(Check.SPECTRAL_RADIUS, "A", f"{radius:.6f}", "below 1", done, Axes.REGION, (c,))
    return radii
