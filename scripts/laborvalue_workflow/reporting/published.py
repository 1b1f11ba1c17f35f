"""The paper's printed numbers beside the computed ones, and what the printed numbers imply about each other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from laborvalue.econometrics.equations import TOTAL_DIGITAL, TableSpec
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.typesetting import CONSTANT, TESTS, decimals, estimated


def compare(
    computed: Sequence[Mapping[str, Any]], published: Iterable[Mapping[str, Any]], synthetic: bool | None
) -> dict[str, list[Any]]:
    """Compare the computed terms of the tables with the published ones.

    Parameters
    ----------
    computed, published
        Dicts, one per term, with `table`, `column`, `term`, `estimate`, `std_error` and `stars`. The total digital
        input is `d` in the published numbers and d or tdr in the computed ones.
    synthetic
        Whether the computed ones are made from generated data; None where that is not known.

    Returns
    -------
    dict of list
        Columns by name, one row per published term that is computed; `difference_in_se` counts published standard
        errors.
    """

    def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["table"], row["column"], TOTAL_DIGITAL if row["term"] == "tdr" else row["term"]

    by_place = {key(row): row for row in computed}
    pairs = [(row, by_place[key(row)]) for row in published if key(row) in by_place]
    return {
        "table": [paper["table"] for paper, _ in pairs],
        "column": [paper["column"] for paper, _ in pairs],
        "term": [ours["term"] for _, ours in pairs],
        "published": [paper["estimate"] for paper, _ in pairs],
        "published_se": [paper["std_error"] for paper, _ in pairs],
        "computed": [ours["estimate"] for _, ours in pairs],
        "computed_se": [ours["std_error"] for _, ours in pairs],
        "difference_in_se": [(ours["estimate"] - paper["estimate"]) / paper["std_error"] for paper, ours in pairs],
        "same_sign": [(ours["estimate"] > 0) == (paper["estimate"] > 0) for paper, ours in pairs],
        "same_stars": [ours["stars"] == paper["stars"] for paper, ours in pairs],
        "synthetic": [synthetic] * len(pairs),
    }


def published_rows(
    table: TableSpec,
    coefficients: Iterable[Mapping[str, Any]],
    statistics: Iterable[Mapping[str, Any]],
    total_digital: str = TOTAL_DIGITAL,
) -> list[dict[str, Any]]:
    """A printed table in the form of the rows of `estimation.estimate_table`; no row for a table not in the paper.

    Parameters
    ----------
    table
        A table of estimates of the register.
    coefficients, statistics
        Dicts of the rows of resources/published.
    total_digital
        What the computed tables call the total digital input, d or tdr.
    """
    number = table.number
    printed = {(row["column"], row["statistic"]): row["value"] for row in statistics if row["table"] == number}
    tests = sorted({name for _, name in printed} & TESTS.keys())
    rows = []
    for row in coefficients:
        if row["table"] == number:
            column = row["column"]
            named = {key: total_digital if row[key] == TOTAL_DIGITAL else row[key] for key in ("dependent", "term")}
            n, r2 = (printed.get((column, statistic)) for statistic in ("n", "r2"))
            fit = {"n": None if n is None else int(n), "r2": r2} | {name: printed.get((column, name)) for name in tests}
            rows.append(dict(row) | named | fit | {"stage": table.stages[column]})
    return rows


def beside(
    paper: Sequence[Mapping[str, Any]],
    computed: Sequence[Mapping[str, Any]],
    options: RegressionOptions,
    subject: Subject,
) -> tuple[list[str], list[list[list[Any]]]]:
    """A table of estimates with the printed one beside it: header and blocks, every cell a pair of texts.

    Parameters
    ----------
    paper, computed
        Rows as `estimation.estimate_table` gives them. A line that the paper does not print has empty cells for it.
    options
        The choices of the regressions.
    subject
        What the computed numbers are about.
    """
    header, blocks = estimated(computed, subject, options)
    _, printed = estimated(paper, subject, options)
    cells_by_label = {}
    for k, block in enumerate(printed):
        for label, cells in labelled(block):
            cells_by_label[k, label] = cells
    columns = len(header) - 1
    paired = [
        [
            [row[0], *zip(cells_by_label.get((k, label)) or [""] * columns, row[1:], strict=True)]
            for (label, _), row in zip(labelled(block), block, strict=True)
        ]
        for k, block in enumerate(blocks)
    ]
    return header, paired


def labelled(block: Iterable[list[str]]) -> list[tuple[str, list[str]]]:
    """The rows of a block as (label, cells); a standard error has the label of the estimate above it."""
    above, rows = "", []
    for row in block:
        rows.append((row[0] or f"{above}, error", row[1:]))
        above = row[0] or above
    return rows


def described_beside(paper: Iterable[Mapping[str, Any]], computed: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Table 2 with the printed one beside it.

    Rows of the variable and five pairs of texts (N, mean, sd, min, max); empty for a variable that is not printed.
    """
    by_variable = {row["variable"]: row for row in paper}
    rows = []
    for row in computed:
        printed = by_variable.get(row["variable"])
        counts = "" if printed is None else f"{printed['n']:,}", f"{row['n']:,}"
        rest = [
            ("" if printed is None else decimals(printed[name]), decimals(row[name]))
            for name in ("mean", "sd", "min", "max")
        ]
        rows.append([row["variable"], counts, *rest])
    return rows


def decomposition_gap(described: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """The sums of the means of dd and ds, and of di and indi, in Table 2; equation (12) makes them equal."""
    mean = {row["variable"]: row["mean"] for row in described}
    return mean["dd"] + mean["ds"], mean["di"] + mean["indi"]


def implied_means(coefficients: Iterable[Mapping[str, Any]], number: int) -> dict[str, float]:
    """|mean of ln x| of each one-regressor column of Table `number`, a dict term -> mean.

    Residuals sum to zero in every cluster, so that SE(constant) = |mean x| SE(slope) exactly (method 2.1): the
    same regressor over the same rows must give the same mean in every table.
    """
    errors: dict[int, dict[str, float]] = {}
    for row in coefficients:
        if row["table"] == number:
            errors.setdefault(row["column"], {})[row["term"]] = row["std_error"]
    means = {}
    for terms in errors.values():
        constant = terms.pop(CONSTANT, None)
        if constant is not None and len(terms) == 1:
            ((term, slope),) = terms.items()
            means[term] = constant / slope
    return means
