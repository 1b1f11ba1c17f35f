"""Which tables of the register a panel or a dataset supports, and what it lacks for the others."""

from laborvalue.errors import InputError
from laborvalue_workflow.data import files


def tables_without_columns(panel, regressions):
    """Tables 2 to 10 that a panel file has no columns for: number -> the first column that it lacks.

    Raises InputError where a key column is missing, without which there is no table at all.
    """
    from laborvalue.variables import KEYS

    found = set(files.column_names(panel))
    for key in KEYS:
        if key not in found:
            raise InputError(
                f"{panel}: panel has no column {key}, which every table needs; add it, in a file that has a header "
                "and commas between its columns"
            )
    from laborvalue.econometrics.equations import TABLES

    return _first_missing(TABLES, regressions, lambda name: name not in found)


def tables_without_values(panel, regressions):
    """Tables 3 to 10 of which a panel file supports nothing, since a column has no value: number -> that column."""
    from laborvalue.econometrics.equations import ESTIMATED
    from laborvalue.variables import BY_NAME

    empty = set(files.columns_without_value(panel, {*BY_NAME}))
    found = _first_missing(ESTIMATED, regressions, empty.__contains__)
    return {number: f"any value of {name}" for number, name in found.items()}


def _first_missing(tables, regressions, missing):
    from laborvalue.econometrics.equations import columns_needed
    from laborvalue.econometrics.options import RegressionOptions

    options = RegressionOptions(**regressions)
    lacking = {table.number: [*filter(missing, columns_needed(table, options))] for table in tables}
    return {number: names[0] for number, names in lacking.items() if names}


def not_estimable(years, telephones):
    """Tables 3 to 10 of which a dataset supports nothing: number -> what it lacks.

    Effects of city-sectors need two years of every variable, and lp_next has no value in the last; a table with an
    instrument needs the telephones of some region. telephones: of 1984, one per region, None where empty.
    """
    from laborvalue.econometrics.equations import ESTIMATED, columns_needed
    from laborvalue.variables import variable

    lacking = {}
    for table in ESTIMATED:
        ahead = max(variable(name).years_ahead for name in columns_needed(table))
        if len(years) < 2:
            lacking[table.number] = "a second year"
        elif len(years) < 2 + ahead:
            lacking[table.number] = "a third year"
        elif table.instrumented and not any(telephones):
            lacking[table.number] = "telephones_1984"
    return lacking


def lacking(data, without, consequence):
    """One line on what `data` lacks, the tables that need it, and the consequence.

    without: number of a table -> what it lacks.
    """
    tables_of = {what: [str(number) for number, w in without.items() if w == what] for what in without.values()}
    parts = ", ".join(f"{what} (Table {', '.join(numbers)})" for what, numbers in tables_of.items())
    return f"{data} lacks {parts}; {consequence}"
