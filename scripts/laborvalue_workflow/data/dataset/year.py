"""All tables of a year together, as the splitting and the screening read them."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laborvalue_workflow.data.dataset.flows import flow_blocks
from laborvalue_workflow.data.dataset.keys import policies_of
from laborvalue_workflow.data.dataset.tables import (
    read_cells,
    read_final_demand,
    read_labor,
    read_price_index,
    read_primary_inputs,
)
from laborvalue_workflow.screening.faults import Attempts, TableFaults


@dataclass(frozen=True)
class YearTables:
    """The tables of a year, the policies of the dataset applied. Shapes (m, n*), money in the files' unit.

    inputs: primary inputs by name, NaN where they are unknown; hours; totals, by_origin: as `read_final_demand` returns
    them; stock: of capital, or None; price_index: (m, n*) or (1, n*), or None; residual: a mask of the outputs that
    were too small to be a sector; output: before these were set to 0; blocks: a function that reads the flows,
    (d, block) after (d, block).
    """

    inputs: dict
    hours: Any
    totals: dict
    by_origin: dict | None
    stock: Any
    price_index: Any
    residual: Any
    output: Any
    blocks: Callable

    @property
    def exports(self):
        """Exports (m, n*), 0 where there are none."""
        import numpy as np

        return self.totals.get("exports", np.zeros_like(self.hours))

    @functools.cached_property
    def supplied(self):
        """Final uses by supplying region; by using region where the table does not say who supplies."""
        import numpy as np

        origins = self.by_origin or {}
        supplied = (origins[name].sum(axis=2) if name in origins else total for name, total in self.totals.items())
        return sum(supplied, np.zeros_like(self.hours))

    @property
    def imports_apart(self):
        """Whether imported inputs stand in a row of their own."""
        from laborvalue.accounts import has_import_row

        return has_import_row(self.inputs)

    def flow_sums(self, description, blocks):
        """FlowSums over the flows, with what dataset.yaml says of the layout. blocks: (d, block) as `self.blocks()`."""
        from laborvalue.accounts import sum_over_origins

        layout, origins_known = description.get("layout"), self.by_origin is not None
        output = self.inputs["output"]
        return sum_over_origins(blocks, self.supplied, self.exports, output, layout, origins_known, self.imports_apart)


def read_year(paths, keys, description, faults_of=TableFaults):
    """The YearTables of the files `paths`: flows, final_demand, primary_inputs, labor, perhaps capital_stock and
    price_index.

    keys: of the regions and of the sectors; faults_of: (path, policies) -> the TableFaults of a table. Every table is
    read before a fault of one of them raises InputError.
    """
    import numpy as np

    from laborvalue.residuals import residual_outputs

    policies = policies_of(description)
    table_faults = functools.partial(faults_of, policies=policies)
    attempt = Attempts()
    inputs = attempt(read_primary_inputs, paths["primary_inputs"], *keys, table_faults)
    output = residual = None
    if inputs:
        output = inputs["output"]
        residual = residual_outputs(output, policies.residual_output)
        inputs = {name: np.where(residual, 0, amounts) for name, amounts in inputs.items()}
    hours = attempt(read_labor, paths["labor"], *keys, inputs and inputs["output"], table_faults)
    lost = np.zeros(len(keys[0]), dtype=bool)
    demand = attempt(read_final_demand, paths["final_demand"], *keys, table_faults, lost)
    stock = None
    if "capital_stock" in paths:
        stock = attempt(read_cells, paths["capital_stock"], ("value",), *keys, table_faults)
    index = None
    if "price_index" in paths:
        index = attempt(read_price_index, paths["price_index"], *keys, table_faults)
    if attempt:
        attempt(list, (None for _ in flow_blocks(paths["flows"], *keys, table_faults)))
    attempt.stop()
    hours[lost] = np.nan
    return YearTables(
        inputs=inputs,
        hours=hours,
        totals=demand[0],
        by_origin=demand[1],
        stock=stock and stock["value"],
        price_index=index,
        residual=residual,
        output=output,
        blocks=functools.partial(flow_blocks, paths["flows"], *keys, table_faults, residual),
    )
