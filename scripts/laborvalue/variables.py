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
    label
        A few words, for set tables, figures and the report; empty for a variable that is shown by its symbol only.
    description
        One line of at most 80 characters with the equation, for Stata's variable labels and the documentation.
    equation
        The paper's equation number, empty where it has none.
    unit
        The unit of the level; "1" for shares and ratios.
    symbol
        How set tables and figures write it in an equation; the name where nothing else is given.
    needs_hours
        Whether it rests on labor values or hours, so that it is missing for regions that the sample leaves out.
    in_logs
        Whether regressions take its log; the instrument enters in levels.
    relative
        Whether it is relative to the national figure of the sector and year.
    described
        Whether Table 2 describes it.
    years_ahead
        How many table years later it is measured; it has no value in as many years at the end.
    """

    name: str
    label: str = ""
    description: str = ""
    equation: str = ""
    unit: str = "1"
    symbol: str = ""
    needs_hours: bool = False
    in_logs: bool = True
    relative: bool = False
    described: bool = False
    years_ahead: int = 0

    def __post_init__(self) -> None:
        if len(self.description) > 80:
            raise ValueError(f"description of {self.name} has {len(self.description)} characters; Stata takes 80")
        if not self.symbol:
            object.__setattr__(self, "symbol", self.name)


KEY_DESCRIPTIONS = {"region": "{Region}, key", "sector": "Sector, key", "year": "Year of the input-output table"}
KEYS = tuple(KEY_DESCRIPTIONS)

PER_HOUR = "money per hour"

# The order is that of the panel's columns and of Table 2.
# fmt: off
VARIABLES = (
    Variable("tlp", "Total labor productivity",
             "Total labor productivity: output per hour of total labor (9), money per hour",
             "9", unit=PER_HOUR, needs_hours=True, described=True),
    Variable("tlpr", "Total labor productivity, relative",
             "Relative total labor productivity (10), {nation} = 1",
             "10", needs_hours=True, relative=True, described=True),
    Variable("dd", "Digital device input",
             "Digital devices, direct and through wages, share of output (11), (12)", "12", described=True),
    Variable("ds", "Digital service input",
             "Digital services, direct and through wages, share of output (11), (12)", "12", described=True),
    Variable("di", "Direct digital input",
             "Direct digital input, devices and services, share of output (12)", "12", described=True),
    Variable("indi", "Indirect digital input",
             "Indirect digital input, through wages, share of output (12)", "12", described=True),
    Variable("d", "Total digital input",
             "Total digital input, dd + ds, share of output (12)", "12"),
    Variable("ddr", "Digital device input, relative",
             "Digital devices, dd relative to the {regions'} mean (13)", "13", relative=True, described=True),
    Variable("dsr", "Digital service input, relative",
             "Digital services, ds relative to the {regions'} mean (13)", "13", relative=True, described=True),
    Variable("dir", "Direct digital input, relative",
             "Direct digital input, di relative to the {regions'} mean (13)", "13", relative=True, described=True),
    Variable("indir", "Indirect digital input, relative",
             "Indirect digital input, indi relative to the {regions'} mean (13)", "13", relative=True, described=True),
    Variable("tdr", "Total digital input, relative",
             "Total digital input, d relative to the {regions'} mean (13)", "13", relative=True),
    Variable("otlp", "Suppliers' labor productivity",
             "Total labor productivity of the suppliers (15), money per hour",
             "15", unit=PER_HOUR, needs_hours=True, described=True),
    Variable("occ", "Organic composition of capital",
             "Organic composition of capital, c/v (19)", "19", needs_hours=True),
    Variable("lp", "Labor productivity",
             "Labor productivity: output per hour of living labor (21)",
             "21", unit="1, or money per hour", needs_hours=True),
    Variable("lp_next", "Labor productivity, next table year",
             "lp of the next table year", "21", unit="1, or money per hour", symbol="lp(t+1)", needs_hours=True,
             years_ahead=1),
    Variable("pri", "Industrial agglomeration",
             "Industrial agglomeration: share in the sector's national output (16)", "16", described=True),
    Variable("dlq", "Digital agglomeration of the {region}",
             "Location quotient of the {region}'s digital sectors (17)", "17", described=True),
    Variable("pp", "Overall agglomeration of the {region}",
             "Economic agglomeration: {region} output at production prices (18), 10^8 hours",
             "18", unit="10^8 hours", described=True),
    Variable("iv", "Mean digital input × telephones of 1984",
             "Instrument: mean digital input x telephones of 1984", unit="telephones", in_logs=False),
)
# fmt: on

BY_NAME = {variable.name: variable for variable in VARIABLES}
COLUMNS = (*KEYS, *BY_NAME)
DESCRIBED = tuple(variable.name for variable in VARIABLES if variable.described)
NEED_HOURS = tuple(variable.name for variable in VARIABLES if variable.needs_hours)
DESCRIPTIONS = KEY_DESCRIPTIONS | {variable.name: variable.description for variable in VARIABLES}


def variable(name: str) -> Variable:
    """Look up a variable of the register.

    Parameters
    ----------
    name
        A column of the panel.

    Returns
    -------
    Variable
        Its entry. A name that is not in the register has no label and no description, and enters in logs.
    """
    return BY_NAME.get(name) or Variable(name)
