"""How much of a slope may be an identity: variables and slopes beside the share of wages, which many of them contain.

Hours that are imputed from compensation make labor productivity the inverse of the wage share, and indirect digital
input is compensation times the share of digital goods in a basket. With the wage share held fixed a slope rests on what
else differs between region-sectors and years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from laborvalue.econometrics.equations import ESTIMATED, Equation, TableSpec
from laborvalue.econometrics.estimation import CONSTANT, estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.labels import align

if TYPE_CHECKING:
    import pyarrow as pa

WAGE_SHARE = "wage_share"  # compensation over output, a column beside those of the panel
AUDITED = ("tlp", "tlpr", "lp", "occ", "dir", "indir", "ddr", "dsr", "otlp", "pri")
SLOPES = ("estimate", "std_error", "stars", "n")
STANDING = ("table", "column", "dependent", "term", *SLOPES, "placebos", "significant", "rank", "share_as_far")
DIGITAL = {"ddr", "dsr", "dir", "indir", "tdr", "d", "dlq"}  # what other goods replace in the panel
PARTS = ("variable", "estimate", "std_error", "stars", "r2_within", "n")


def held_fixed(panel: pa.Table, options: RegressionOptions | None = None) -> list[dict[str, Any]]:
    """The slopes of Tables 3 to 10 that least squares estimates, with the wage share as a further regressor.

    Parameters
    ----------
    panel : pyarrow.Table
        The panel's columns and `wage_share`, compensation over output; levels not logs.
    options : RegressionOptions, optional
        The choices of the regressions; the defaults where None.

    Returns
    -------
    list of dict
        `table`, `column`, `dependent`, `term`, SLOPES on the same rows without the wage share, and the same with it,
        their names with `_fixed`. A column that the rows do not support is left out.

    Raises
    ------
    InputError
        Where the panel lacks a column, a key, or numbers.
    """
    rows = []
    for table in (spec for spec in ESTIMATED if not spec.instrumented):
        known = {name for equation in table.equations for name in equation.variables} <= {*panel.column_names}
        if not known:
            continue
        own, fixed = (
            {(row["column"], row["term"]): row for row in _rows(each, panel, options)}
            for each in (table, _with_wage_share(table))
        )
        for place, row in own.items():
            if row["term"] != CONSTANT and place in fixed:
                keys = {name: row[name] for name in ("table", "column", "dependent", "term")}
                with_it = {f"{name}_fixed": fixed[place][name] for name in SLOPES}
                rows.append(keys | {name: row[name] for name in SLOPES} | with_it)
    return rows


def digital_slopes(panel: pa.Table, options: RegressionOptions | None = None) -> list[dict[str, Any]]:
    """The slopes of first regressors in the equations of Tables 3 to 10 that have a digital variable, by least squares.

    Parameters
    ----------
    panel : pyarrow.Table
        Of a run, or with other goods in the place of the digital ones.
    options : RegressionOptions, optional
        The choices of the regressions; the defaults where None.

    Returns
    -------
    list of dict
        `table`, `column`, `dependent`, `term`, SLOPES.

    Raises
    ------
    InputError
        Where the panel lacks a column, a key, or numbers.
    """
    rows = []
    for table in (spec for spec in ESTIMATED if not spec.instrumented):
        first = {
            column: equation.regressors[0] for column, equation in table.placed() if {*equation.variables} & DIGITAL
        }
        for row in _rows(table, panel, options) if first else ():
            if first.get(row["column"]) == row["term"]:
                rows.append({name: row[name] for name in ("table", "column", "dependent", "term", *SLOPES)})
    return rows


def among_placebos(
    own: Iterable[Mapping[str, Any]], placebos: Iterable[Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Where each digital slope stands among those of other goods.

    Parameters
    ----------
    own : iterable of mapping
        `digital_slopes` of the run.
    placebos : iterable of sequences
        The same with other goods in the place of the digital ones, one sequence for each pair of goods.

    Returns
    -------
    list of dict
        STANDING for each slope: how many placebos could be estimated, how many are significant, the rank of the own
        slope among all by size (1: largest), and the share of placebos that have its sign and are at least as far from
        0; None where there is no placebo.
    """
    others: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for row in (row for rows in placebos for row in rows):
        others.setdefault((row["table"], row["column"]), []).append(row)
    standing = []
    for row in own:
        found, slope = others.get((row["table"], row["column"]), []), row["estimate"]
        as_far = sum((each["estimate"] > 0) == (slope > 0) and abs(each["estimate"]) >= abs(slope) for each in found)
        counts = {
            "placebos": len(found),
            "significant": sum(bool(each["stars"]) for each in found),
            "rank": 1 + sum(each["estimate"] > slope for each in found),
            "share_as_far": as_far / len(found) if found else None,
        }
        standing.append({name: {**row, **counts}[name] for name in STANDING})
    return standing


def mechanical_parts(
    panel: pa.Table, variables: Iterable[str] = AUDITED, options: RegressionOptions | None = None
) -> list[dict[str, Any]]:
    """What of each variable's variation within region-sectors and years the wage share accounts for.

    Parameters
    ----------
    panel : pyarrow.Table
        The panel's columns and `wage_share`, compensation over output; levels not logs.
    variables : iterable of str
        Columns of the panel; those that it does not have are left out.
    options : RegressionOptions, optional
        The choices of the regressions; the defaults where None.

    Returns
    -------
    list of dict
        PARTS of a regression of each variable on the wage share, with the effects of Tables 3 to 10: the slope and
        the within R².

    Raises
    ------
    InputError
        Where the panel lacks a key, or numbers.
    """
    equations = tuple(Equation(name, (WAGE_SHARE,)) for name in variables if name in panel.column_names)
    if not equations:
        return []
    parts = _rows(TableSpec(0, "The wage share", equations), panel, options)
    named = [row | {"variable": row["dependent"]} for row in parts if row["term"] == WAGE_SHARE]
    return [{name: row[name] for name in PARTS} for row in named]


def _with_wage_share(table: TableSpec) -> TableSpec:
    equations = [replace(each, regressors=(*each.regressors, WAGE_SHARE)) for each in table.equations]
    return replace(table, equations=tuple(equations))


def _rows(table: TableSpec, panel: pa.Table, options: RegressionOptions | None) -> list[dict[str, Any]]:
    columns = estimate_table(table, panel, options).columns
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


align(__name__)
