"""Reading a dataset folder: every table is checked as it is read, every error names file and cell.

The layout is described in docs/reference/dataset.md. `keys`: description, regions and sectors, read while the workflow
is planned; `tables`: the tables of a year; `flows`: the stored flows; `year`: all of them together; `cells`: keys and
numbers of single cells. `identities`, whether the tables of a year belong together, `screening`, what is wrong in all
tables of a year, and `splitting`, a year by region, are imported where they are asked. Large packages are imported
where they are used, since planning imports this package.
"""

from laborvalue_workflow.data.dataset.flows import convert_flows, flow_blocks, flows_digest, open_flows
from laborvalue_workflow.data.dataset.keys import (
    REQUIRED,
    find_flows,
    find_table,
    names_a_file,
    policies_of,
    read_description,
    read_regions,
    read_sectors,
    read_small_tables,
    year_paths,
    year_tables,
)
from laborvalue_workflow.data.dataset.tables import (
    CATEGORIES,
    PRIMARY_INPUTS,
    read_cells,
    read_final_demand,
    read_labor,
    read_primary_inputs,
)
from laborvalue_workflow.data.dataset.year import YearTables, read_year
from laborvalue_workflow.screening.faults import Attempts, TableFaults

__all__ = [
    "CATEGORIES",
    "PRIMARY_INPUTS",
    "REQUIRED",
    "Attempts",
    "TableFaults",
    "YearTables",
    "convert_flows",
    "find_flows",
    "find_table",
    "flow_blocks",
    "flows_digest",
    "names_a_file",
    "open_flows",
    "policies_of",
    "read_cells",
    "read_description",
    "read_final_demand",
    "read_labor",
    "read_primary_inputs",
    "read_regions",
    "read_sectors",
    "read_small_tables",
    "read_year",
    "year_paths",
    "year_tables",
]
