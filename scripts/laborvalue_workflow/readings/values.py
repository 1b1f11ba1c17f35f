"""The values and prices of nodes."""

import numpy as np

from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError, located
from laborvalue.imports import RULES
from laborvalue.readings.solution import reading_values
from laborvalue_workflow.data.stages import price_options
from laborvalue_workflow.readings.files import taken


def node_values(stages, node, chosen):
    """Nation and values of a year under a node, {"YEAR/nation": ..., "YEAR/values": ...}.

    stages: YearStages with origins; chosen: the settings as the node changes them.
    """
    year, index = stages.year, stages.index
    with located(f"year {year}"):
        _refuse_no_change(node.changes.get("values.imports"), index.imports_apart)
        accounts, sectors = taken(stages.accounts, index.sectors, chosen)
        nation, values = reading_values(
            accounts,
            np.array(index.regions),
            sectors,
            stages.origins,
            stages.stored,
            index.money_unit,
            ValueOptions(**chosen["values"]),
            price_options(chosen["prices"]),
        )
    return {f"{year}/nation": nation, f"{year}/values": values}


def _refuse_no_change(imports, imports_apart):
    """Raise InputError for a rule for imports that is another one on these tables."""
    if imports and (rule := RULES[imports].within(imports_apart).name) != imports:
        raise InputError(f"values.imports {imports} is {rule} here: the tables have no import row")
