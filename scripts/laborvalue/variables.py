"""The register of variables: every column of the panel with its label, unit and equation.

Whatever lists variables (the panel, Table 2, set tables, exports, figures, documentation) derives from `VARIABLES`,
so that an indicator is added in one place.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One column of the panel.

    Attributes
    ----------
    name
        The column's name in `panel.parquet`.
    symbol
        The paper's letters for it, as text.
    label
        A few words, for set tables, figures and the report.
    description
        One line of at most 80 characters with the equation, for Stata's variable labels and the documentation.
    unit
        The unit of the level; "1" for shares and ratios.
    equation
        The paper's equation number, empty where it has none.
    needs_hours
        Whether it rests on labor values or hours, so that it is missing for regions that the sample leaves out.
    in_logs
        Whether regressions take its log; the instrument enters in levels.
    described
        Whether Table 2 describes it.
    """

    name: str
    symbol: str
    label: str
    description: str
    unit: str
    equation: str = ""
    needs_hours: bool = False
    in_logs: bool = True
    described: bool = False


KEYS = ("region", "sector", "year")

VARIABLES = (
    Variable(
        "tlp",
        "tlp",
        "Total labor productivity",
        "Total labor productivity: output per hour of total labor (9), money per hour",
        "money per hour",
        equation="9",
        needs_hours=True,
        described=True,
    ),
    Variable(
        "tlpr",
        "tlpr",
        "Total labor productivity, relative",
        "Relative total labor productivity (10), nation = 1",
        "1",
        equation="10",
        needs_hours=True,
        described=True,
    ),
    Variable(
        "dd",
        "dd",
        "Digital device input",
        "Digital devices, direct and through wages, share of output (11), (12)",
        "1",
        equation="12",
        described=True,
    ),
    Variable(
        "ds",
        "ds",
        "Digital service input",
        "Digital services, direct and through wages, share of output (11), (12)",
        "1",
        equation="12",
        described=True,
    ),
    Variable(
        "di",
        "di",
        "Direct digital input",
        "Direct digital input, devices and services, share of output (12)",
        "1",
        equation="12",
        described=True,
    ),
    Variable(
        "indi",
        "indi",
        "Indirect digital input",
        "Indirect digital input, through wages, share of output (12)",
        "1",
        equation="12",
        described=True,
    ),
    Variable("d", "d", "Total digital input", "Total digital input, dd + ds, share of output (12)", "1", equation="12"),
    Variable(
        "ddr",
        "ddr",
        "Digital device input, relative",
        "Digital devices, dd relative to the cities' mean (13)",
        "1",
        equation="13",
        described=True,
    ),
    Variable(
        "dsr",
        "dsr",
        "Digital service input, relative",
        "Digital services, ds relative to the cities' mean (13)",
        "1",
        equation="13",
        described=True,
    ),
    Variable(
        "dir",
        "dir",
        "Direct digital input, relative",
        "Direct digital input, di relative to the cities' mean (13)",
        "1",
        equation="13",
        described=True,
    ),
    Variable(
        "indir",
        "indir",
        "Indirect digital input, relative",
        "Indirect digital input, indi relative to the cities' mean (13)",
        "1",
        equation="13",
        described=True,
    ),
    Variable(
        "tdr",
        "tdr",
        "Total digital input, relative",
        "Total digital input, d relative to the cities' mean (13)",
        "1",
        equation="13",
    ),
    Variable(
        "otlp",
        "otlp",
        "Suppliers' labor productivity",
        "Total labor productivity of the suppliers (15), money per hour",
        "money per hour",
        equation="15",
        needs_hours=True,
        described=True,
    ),
    Variable(
        "occ",
        "c/v",
        "Organic composition of capital",
        "Organic composition of capital, c/v (19)",
        "1",
        equation="19",
        needs_hours=True,
    ),
    Variable(
        "lp",
        "lp",
        "Labor productivity",
        "Labor productivity: output per hour of living labor (21)",
        "1, or money per hour",
        equation="21",
        needs_hours=True,
    ),
    Variable(
        "lp_next",
        "lp(t+1)",
        "Labor productivity, next table year",
        "lp of the next table year",
        "1, or money per hour",
        equation="21",
        needs_hours=True,
    ),
    Variable(
        "pri",
        "pri",
        "Industrial agglomeration",
        "Industrial agglomeration: share in the sector's national output (16)",
        "1",
        equation="16",
        described=True,
    ),
    Variable(
        "dlq",
        "dlq",
        "Digital agglomeration of the city",
        "Location quotient of the city's digital sectors (17)",
        "1",
        equation="17",
        described=True,
    ),
    Variable(
        "pp",
        "pp",
        "Overall agglomeration of the city",
        "Economic agglomeration: city output at production prices (18), 10^8 hours",
        "10^8 hours",
        equation="18",
        described=True,
    ),
    Variable(
        "iv",
        "IV",
        "Mean digital input × telephones of 1984",
        "Instrument: mean digital input x telephones of 1984",
        "telephones",
        in_logs=False,
    ),
)

BY_NAME = {variable.name: variable for variable in VARIABLES}
COLUMNS = (*KEYS, *BY_NAME)
