"""Which tables of the register a panel or a dataset supports, and what it lacks for the others.

The register is imported where it is used: reading a dataset needs it, planning with a user's panel alone does not.
"""

from dataclasses import dataclass
from enum import StrEnum

from laborvalue.errors import InputError
from laborvalue_workflow.data import files


class Lack(StrEnum):
    """What a dataset lacks that a table needs, in words for readers."""

    SECOND_YEAR = "a second year"
    THIRD_YEAR = "a third year"
    TELEPHONES = "telephones_1984"


@dataclass(frozen=True)
class Column:
    """A column that a panel lacks, or of which it has no value (`empty`)."""

    name: str
    empty: bool = False

    def __str__(self):
        """What is lacking, for readers."""
        return f"any value of {self.name}" if self.empty else self.name


def tables_without_columns(panel, regressions):
    """Tables 2 to 10 that a panel file has no columns for: number -> the first Column that it lacks.

    Raises InputError where a key column is missing, without which there is no table at all.
    """
    from laborvalue.econometrics.equations import TABLES
    from laborvalue.variables import KEYS

    columns = set(files.column_names(panel))
    for key in KEYS:
        if key not in columns:
            raise InputError(
                f"{panel}: panel has no column {key}, which every table needs; add it, in a file that has a header "
                "and commas between its columns"
            )
    missing = _first_missing(TABLES, regressions, lambda name: name not in columns)
    return {number: Column(name) for number, name in missing.items()}


def tables_without_values(panel, regressions):
    """Tables 3 to 10 of which a panel file supports nothing, since a column has no value: number -> that Column."""
    from laborvalue.econometrics.equations import ESTIMATED
    from laborvalue.variables import BY_NAME

    empty = set(files.columns_without_value(panel, {*BY_NAME}))
    missing = _first_missing(ESTIMATED, regressions, empty.__contains__)
    return {number: Column(name, empty=True) for number, name in missing.items()}


def _first_missing(tables, regressions, missing):
    from laborvalue.econometrics.equations import columns_needed
    from laborvalue.econometrics.options import RegressionOptions

    options = RegressionOptions(**regressions)
    names = {table.number: next(filter(missing, columns_needed(table, options)), None) for table in tables}
    return {number: name for number, name in names.items() if name}


def not_estimable(years, telephones):
    """Tables 3 to 10 of which a dataset supports nothing: number -> the Lack.

    Effects of region-sectors need two years of every variable, and lp_next has no value in the last; a table with an
    instrument needs the telephones of some region. telephones: of 1984, one per region, None where empty.
    """
    from laborvalue.econometrics.equations import ESTIMATED, columns_needed
    from laborvalue.variables import variable

    lacking = {}
    for table in ESTIMATED:
        ahead = max(variable(name).years_ahead for name in columns_needed(table))
        if len(years) < 2:
            lacking[table.number] = Lack.SECOND_YEAR
        elif len(years) < 2 + ahead:
            lacking[table.number] = Lack.THIRD_YEAR
        elif table.instrumented and not any(telephones):
            lacking[table.number] = Lack.TELEPHONES
    return lacking


def lacking(data, without, consequence):
    """One line on what `data` lacks, the tables that need it, and the consequence.

    without: number of a table -> the Lack or Column.
    """
    tables = {}
    for number, lack in without.items():
        tables.setdefault(lack, []).append(str(number))
    parts = ", ".join(f"{lack} (Table {', '.join(numbers)})" for lack, numbers in tables.items())
    return f"{data} lacks {parts}; {consequence}"
