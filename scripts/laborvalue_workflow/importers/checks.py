"""The checks of a published table: gaps, signs, balance, totals, unit. They clean its arrays in place, by policy.

Shapes: m regions, n published sectors, n* sectors of the dataset. `screening` records every action.
"""

from dataclasses import replace

import numpy as np

from laborvalue.cells import LARGEST, SMALLEST, expected_number
from laborvalue_workflow.importers.textfiles import few
from laborvalue_workflow.screening import checks as common
from laborvalue_workflow.screening.faults import Axes, Fault
from laborvalue_workflow.screening.findings import Check, Done
from laborvalue_workflow.screening.policies import MAY_BE_NEGATIVE, Policy

SHOWN = 3  # files in a message
UNIT_RANGE = (0.8, 1.25)  # national output over the reference; a wrong unit is wrong by a factor of 10 or more


def clean(screening, block, axes, array, texts, offset=(), negative=False, supplier_too=False):
    """Set to 0 what is no number in `array`, and what is negative though it may not be; by policy.

    texts: (block, index) -> text found; offset: the first indices of an address, before those of `array`;
    negative: whether the block may be negative; supplier_too: a gap takes its supplier's accounts too.
    Returns (missing, below), each (k, number of axes): where accounts are to be left out, empty but under `exclude`.
    """
    screening.count_negatives(block, array)
    nothing = np.empty((0, len(offset) + array.ndim), dtype=int)
    if array.size and array.min() >= (-LARGEST if negative else 0) and array.max() < LARGEST:
        return nothing, nothing
    missing = ~(np.abs(array) < LARGEST)
    below = np.zeros_like(missing) if negative else (array < 0) & ~missing

    def text(index):
        return texts.get((block, index)) or f"{array[index[len(offset) :]]}"

    excluded = Done.EXCLUDED_WITH_SUPPLIER if supplier_too else Done.EXCLUDED
    largest = max(array[missing], default=0)
    faults = (
        Fault(Check.MISSING, block, axes, missing, text, expected_number(largest), excluded, offset),
        Fault(Check.NEGATIVE, block, axes, below, text, "0 or more", offset=offset),
    )
    lost = [fault.indices if screening.handle(fault) == Policy.EXCLUDE else nothing for fault in faults]
    array[missing | below] = 0
    return lost


def clean_final_demand(screening, table):
    """Clean final demand and exports in place.

    Who loses accounts under `exclude`: a missing number leaves the supplier without output (where output is the row
    sum), and a missing consumption leaves the using region without a wage basket.
    """
    output_is_row_sum = table.output is None
    for category, amounts in table.final.items():
        with_origin = amounts.ndim == 3
        axes = Axes.FINAL if with_origin else Axes.CELL
        negative = category in MAY_BE_NEGATIVE
        lost = clean(screening, category, axes, amounts, table.texts, negative=negative, supplier_too=output_is_row_sum)
        for indices in lost:
            screening.lost_hours[indices[:, 2 if with_origin else 0]] = True
        if output_is_row_sum:
            screening.lose(lost[0][:, :2])
    for indices in clean(screening, "exports", Axes.CELL, table.exports, table.texts):
        screening.lose(indices)


def clean_flows(screening, table, d, block):
    """Clean what region d supplies, (n, m, n), in place."""
    output_is_row_sum = table.output is None
    missing, below = clean(
        screening, "flows", Axes.FLOWS, block, table.texts, offset=(d,), supplier_too=output_is_row_sum
    )
    for indices in (missing, below):
        screening.lose(indices[:, 2:])
    if output_is_row_sum:
        screening.lose(missing[:, :2])


def with_clean_flows(screening, table):
    """The table of single regions with clean flows, which the estimate of trade between them needs at once."""
    m, n = table.exports.shape
    inputs = np.empty((m, n, n))
    for d in range(m):
        block = table.block(d)
        clean_flows(screening, table, d, block)
        inputs[d] = block[:, d]

    def block_of(d):
        block = np.zeros((n, m, n))
        block[:, d] = inputs[d]
        return block

    return replace(table, block=block_of)


def clean_primary_inputs(screening, table, output, inputs):
    """Clean the rows of value added and imports in place.

    output, inputs (m, n): row sums and intermediate inputs. A cell without output and without inputs has no value
    added either: a gap there is 0 and recorded as such, and nothing is left out.
    """
    idle = (output == 0) & (inputs == 0)
    for name, amounts in table.primary.items():
        for index in map(tuple, np.argwhere(idle & ~(np.abs(amounts) < LARGEST)).tolist()):
            text = repr(float(amounts[index]))
            screening.add(Check.MISSING, name, text, "a number", Done.ZERO_WITHOUT_OUTPUT, Axes.CELL, index)
            amounts[index] = 0
        for indices in clean(screening, name, Axes.CELL, amounts, table.texts, negative=name in MAY_BE_NEGATIVE):
            screening.lose(indices, name)


def clean_output(screening, table):
    """Clean the printed outputs, where the table has them, and record where its ERR is no number."""
    if table.output is not None:
        for indices in clean(screening, "output", Axes.CELL, table.output, table.texts, negative=True):
            screening.lose(indices)
    if table.error is not None:
        for index in map(tuple, np.argwhere(~(np.abs(table.error) < LARGEST)).tolist()):
            text = table.texts.get(("ERR", index)) or f"{table.error[index]}"
            screening.add(Check.MISSING, "ERR", text, "a number", Done.REPORTED_ONLY, Axes.CELL, index)


def clean_trade(screening, table):
    """Clean inflow, outflow, foreign imports and exports in place, where the table has them."""
    for name in ("inflow", "outflow", "foreign_imports", "foreign_exports"):
        amounts = getattr(table, name)
        if amounts is not None:
            for indices in clean(screening, name, Axes.CELL, amounts, table.texts):
                screening.lose(indices)


def _without_negatives(screening, block, array):
    """Amounts below 0 of an array by cell are set to 0, by policy; returns what names an amount by its place."""

    def text(index):
        return f"{array[index]:g}"

    fault = Fault(Check.NEGATIVE, block, Axes.CELL, array < 0, text, "0 or more")
    if screening.handle(fault) == Policy.EXCLUDE:
        screening.lose(fault.indices)
    array[array < 0] = 0
    return text


def check_output(screening, output):
    """Outputs below 0 (set to 0) and sectors without output, (m, n)."""
    text = _without_negatives(screening, "output", output)
    excluded = Done.WITHOUT_COEFFICIENTS
    idle = np.abs(output) < SMALLEST
    screening.handle(Fault(Check.ZERO_OUTPUT, "output", Axes.CELL, idle, text, "output", excluded))
    output[idle] = 0


def check_totals(screening, totals, tolerance):
    """Printed totals against their sums, (m, n); the fault is `imbalance`.

    A sum that has a gap in it is not compared: the gap is recorded already.
    """
    expected = f"equal within {tolerance:g}"
    for name, (printed, computed) in totals.items():
        if not np.isfinite(computed).any():
            screening.add(Check.TOTAL, name, "not in the table", f"within {tolerance:g}", Done.NOT_CHECKED)
            continue
        with np.errstate(invalid="ignore"):
            gap = np.abs(printed - computed) / np.maximum(np.abs(computed), 1)
        gap = np.where(np.isfinite(computed), np.nan_to_num(gap, nan=np.inf), 0)

        def text(index, name=name, printed=printed, computed=computed):
            return f"{name} {printed[index]:.6g}, the sum {computed[index]:.6g}"

        fault = Fault(Check.IMBALANCE, name, Axes.CELL, gap > tolerance, text, expected)
        if screening.handle(fault) == Policy.EXCLUDE:
            screening.lose(fault.indices)
        largest = f"largest gap {gap.max(initial=0):.2g}"
        screening.add(Check.TOTAL, name, largest, f"within {tolerance:g}", Done.CHECKED)


def check_hours(screening, hours, output):
    """Hours below 0 (set to 0) and output without hours, (m, n*); the output is NaN where accounts are left out.

    Hours that are not known count as none, but where a sector may have none: there they are missing.
    """
    text = _without_negatives(screening, "hours", hours)
    sectors = screening.keys["sector"]
    may_be_idle = [screening.policies.of(Check.NO_LABOR, sector) == Policy.ZERO for sector in sectors]
    unknown = (output > 0) & np.isnan(hours) & may_be_idle
    missing = Fault(Check.MISSING, "hours", Axes.CELL, unknown, text, "a number", Done.ROW_LEFT_OUT)
    if screening.handle(missing) == Policy.ZERO:
        hours[unknown], unknown = 0, np.zeros_like(unknown)
    idle = (output > 0) & ~(hours > 0) & ~unknown
    screening.lost_hours[unknown | common.check_labor(screening, idle, output, sectors, text)] = True


def check_unit(screening, output, money_unit, reference):
    """National output, in trillion currency units, against the reference; the fault is `unit`. Returns it.

    The wrong unit of a file stops the run with all other faults.
    """
    block, national = "national output", output.sum() * money_unit / 1e12
    text = f"{national:.4g} trillion"
    if reference is None:
        screening.add(Check.UNIT, block, text, "no reference for this year", Done.NOT_CHECKED)
        return national
    as_expected = UNIT_RANGE[0] <= national / reference <= UNIT_RANGE[1]
    expected = f"{reference:g} trillion"
    done = Done.STOPPED if screening.policies.unit == Policy.STOP else Done.KEPT
    if not as_expected:
        text += f" at {money_unit:g} currency units per 1 in the file"
    screening.add(Check.UNIT, block, text, expected, Done.AS_EXPECTED if as_expected else done)
    return national


def check_stated_units(screening, statements):
    """What files state of their units against the config; files that state the same are one finding."""
    alike = {}
    for one in statements:
        alike.setdefault((one.block, one.states, one.expected, one.agrees), []).append(one.where)
    otherwise = Done.STOPPED if screening.policies.unit == Policy.STOP else Done.KEPT
    for (block, states, expected, agrees), places in alike.items():
        text = f"{few(places, SHOWN)} {states}"
        screening.add(Check.UNIT, block, text, expected, Done.AS_EXPECTED if agrees else otherwise)


def report_error(screening, error, output):
    """The statistical error ERR as a share of output, (m, n); reported only."""
    if error is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(output > 0, error / output, 0.0)
    for index in map(tuple, np.argwhere(np.abs(share) > 0).tolist()):
        text = f"{share[index]:.4%}"
        screening.add(Check.ERROR_SHARE, "ERR", text, "0", Done.KEPT_IN_OUTPUT, Axes.CELL, index)
