"""The paper's printed numbers beside the computed ones, and what the printed numbers say of each other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reporting.typesetting import decimals, estimated

COLUMN_TESTS = ("kp_rk_lm", "cragg_donald_f")


def published_rows(
    number: int,
    coefficients: Iterable[dict[str, Any]],
    statistics: Iterable[Mapping[str, Any]],
    total_digital: str = "d",
) -> list[dict[str, Any]]:
    """The printed Table `number` (3 to 10) in the form of `tables.estimate_table`'s rows.

    coefficients, statistics: dicts of the rows of resources/published; total_digital: what the computed tables
    call the total digital input, d or tdr.
    """
    told = {(row["column"], row["statistic"]): row["value"] for row in statistics if row["table"] == number}
    rows = []
    for row in coefficients:
        if row["table"] == number:
            stage = "" if number != 8 else ("first" if row["column"] == 1 else "second")
            named = {key: total_digital if row[key] == "d" else row[key] for key in ("dependent", "term")}
            n, r2 = (told.get((row["column"], statistic)) for statistic in ("n", "r2"))
            of_column = {"n": None if n is None else int(n), "r2": r2}
            tests = {name: told.get((2, name)) for name in COLUMN_TESTS} if number == 8 else {}
            rows.append(row | named | of_column | tests | {"stage": stage})
    return rows


def beside(
    paper: Sequence[Mapping[str, Any]], computed: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]
) -> tuple[list[str], list[list[list]]]:
    """A table of estimates with the printed one beside it: (header, blocks), every cell a pair of texts.

    paper, computed: rows as `tables.estimate_table` gives them; settings: the config's `regressions`. A line
    that the paper does not print has empty cells for it.
    """
    header, blocks = estimated(computed, settings)
    _, printed = estimated(paper, settings)
    found = {}
    for k, block in enumerate(printed):
        for label, cells in labelled(block):
            found[k, label] = cells
    columns = len(header) - 1
    paired = [
        [
            [row[0], *zip(found.get((k, label), [""] * columns), row[1:], strict=True)]
            for (label, _), row in zip(labelled(block), block, strict=True)
        ]
        for k, block in enumerate(blocks)
    ]
    return header, paired


def labelled(block: Iterable[list[str]]) -> list[tuple[str, list[str]]]:
    """The rows of a block as (label, cells); a row without a label belongs to the one above it."""
    above, rows = "", []
    for row in block:
        rows.append((row[0] or f"{above}, error", row[1:]))
        above = row[0] or above
    return rows


def described_beside(paper: Iterable[Mapping[str, Any]], computed: Iterable[Mapping[str, Any]]) -> list[list]:
    """Table 2 with the printed one beside it: rows of the variable and five pairs of texts (N, mean, sd, min, max)."""
    of_variable = {row["variable"]: row for row in paper}
    rows = []
    for row in computed:
        pair = (of_variable[row["variable"]], row)
        counts = tuple(f"{side['n']:,}" for side in pair)
        rest = [tuple(decimals(side[name]) for side in pair) for name in ("mean", "sd", "min", "max")]
        rows.append([row["variable"], counts, *rest])
    return rows


def decomposition_gap(described: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """(12) makes dd + ds and di + indi the same; the sums of their means in Table 2, a pair."""
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
    for of_column in errors.values():
        constant = of_column.pop("constant", None)
        if constant is not None and len(of_column) == 1:
            ((term, slope),) = of_column.items()
            means[term] = constant / slope
    return means
