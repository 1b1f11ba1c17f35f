"""The panel and its regressions for users of Stata or R: labels, a do-file and an R script.

Both programs are written from the register of tables and the options of the regressions, so that the equations stand
in one place. Stata: reghdfe (Correia 2016) and ivreghdfe; R: fixest, whose default small-sample correction counts the
effects as reghdfe does where they are nested in the clusters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from laborvalue.econometrics.equations import ESTIMATED, SampleRule, TableSpec, columns_needed, span
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import DESCRIPTIONS, variable
from laborvalue_workflow.data.files import without_tags
from laborvalue_workflow.reporting.subject import Subject

LABEL = 80  # characters that Stata takes
DATA_LABEL = {True: "SYNTHETIC DATA, generated; no replication of the published estimates", False: "laborvalue panel"}

STATA_CLUSTERS = {"city_sector": "id", "city": "city", "sector": "branch", "two_way": "city branch"}
R_CLUSTERS = {"city_sector": "id", "city": "region", "sector": "sector", "two_way": "region + sector"}


@dataclass(frozen=True)
class Model:
    """An equation as both programs write it, its variables under the names they have once logs are taken.

    reason: why it is left out, empty where it is estimated.
    """

    table: TableSpec
    column: int
    dependent: str
    regressors: list[str]
    instrument: str
    reason: str = ""

    @property
    def with_tlp(self) -> bool:
        """Whether only rows with a tlp enter."""
        return self.table.sample is SampleRule.WITH_TLP


def variable_labels(columns: Iterable[str], subject: Subject) -> dict[str, str]:
    """The columns of the panel that the register knows, in its order, with Stata's labels for them.

    Parameters
    ----------
    columns
        The names of the panel's columns.
    subject
        What the numbers are about; long words for its parts may shorten a label.
    """
    present = set(columns)
    labels = {name: subject.fill(text) for name, text in DESCRIPTIONS.items() if name in present}
    return {name: text if len(text) <= LABEL else f"{text[: LABEL - 1].rstrip()}…" for name, text in labels.items()}


def reproducible(columns: Iterable[str], options: RegressionOptions) -> list[TableSpec]:
    """The tables of estimates for which a panel has all columns.

    Parameters
    ----------
    columns
        The names of the panel's columns.
    options
        The choices of the regressions.
    """
    present = set(columns)
    return [table for table in ESTIMATED if set(columns_needed(table, options)) <= present]


def transformed(name: str, options: RegressionOptions) -> str:
    """The name of a variable once its log is taken; itself where it enters in levels."""
    return f"ln_{name}" if options.log_transform and variable(name).in_logs else name


def models(
    tables: Sequence[TableSpec], options: RegressionOptions, left_out: Sequence[Mapping[str, Any]]
) -> Iterator[Model]:
    """Yield every equation of the tables, with the reason where it is left out."""
    reasons = {(row["table"], row["column"]): row["reason"] for row in left_out}
    for table in tables:
        for column, equation in table.placed(options.total_digital):
            regressors = [transformed(name, options) for name in equation.regressors]
            instrument = transformed(equation.instrument, options) if equation.instrument else ""
            reason = " ".join(reasons.get((table.number, column), "").split())
            yield Model(table, column, transformed(equation.dependent, options), regressors, instrument, reason)


def logged(tables: Sequence[TableSpec], options: RegressionOptions, left_out: Sequence[Mapping[str, Any]]) -> list[str]:
    """The variables that enter estimated equations in logs, each once."""
    without = {(row["table"], row["column"]) for row in left_out}
    placed = [(table.number, *place) for table in tables for place in table.placed(options.total_digital)]
    equations = [equation for number, column, equation in placed if (number, column) not in without]
    names = dict.fromkeys(name for equation in equations for name in equation.variables)
    return [name for name in names if transformed(name, options) != name]


def stata_program(
    panel: str,
    tables: Sequence[TableSpec],
    options: RegressionOptions,
    note: str,
    left_out: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Write the do-file that estimates tables.

    Parameters
    ----------
    panel
        The .dta file that it reads.
    tables
        Tables of estimates of the register.
    options
        The choices of the regressions.
    note
        What the data are, for the first line.
    left_out
        Dicts of the columns without an estimate; a comment stands in their place.
    """
    policy = {
        "drop": "ln({0})",
        "log1p": "ln(1 + {0}) if {0} >= 0",
        "epsilon": f"ln(cond({{0}} == 0, {options.epsilon!r}, {{0}}))",
    }[options.zero_policy]
    clusters = STATA_CLUSTERS[options.cluster]
    keep = "" if options.drop_singletons else " keepsingletons"
    lines = [
        f"* {without_tags(' '.join(note.split()).replace('/*', '/ *'))}",  # /* would begin a comment of many lines
        f"* {span(ESTIMATED)} from the panel; written by laborvalue from its own equations and this run's config.",
        "* Once: ssc install reghdfe, ftools, ivreghdfe, ivreg2, ranktest",
        "version 15",
        f'use "{panel}", clear',
        "egen long id = group(region sector)",
        "egen long city = group(region)",
        "egen long branch = group(sector)",
    ]
    if names := logged(tables, options, left_out):
        lines.append("* what has no log is missing, and the row leaves")
        lines += [f"generate double ln_{name} = {policy.format(name)}" for name in names]

    def regression(model: Model) -> list[str]:
        sample, right = " if !missing(tlp)" if model.with_tlp else "", " ".join(model.regressors)
        stored = f"estimates store {model.table.name}_{model.column}"
        if not model.instrument:
            fit = f"reghdfe {model.dependent} {right}{sample}, absorb(id year) vce(cluster {clusters}){keep}"
            return [fit, stored]
        fit = f"ivreghdfe {model.dependent} ({right} = {model.instrument}){sample}, absorb(id year) cluster({clusters})"
        return [f"{fit} gmm2s first{keep}", stored]

    for table, body in written(models(tables, options, left_out), "*", regression):
        lines += body
        if any(line.startswith("estimates") for line in body):
            lines.append(f"estimates table {table.name}_*, b(%9.4f) se(%9.4f) stats(N r2 r2_a)")
    return "\n".join(lines) + "\n"


def written(
    models: Iterable[Model], comment: str, regression: Callable[[Model], list[str]]
) -> Iterator[tuple[TableSpec, list[str]]]:
    """Yield the lines of each table: its heading, and its regressions or why they are left out.

    comment: what begins a comment; regression: the lines of an equation.
    """
    for table, group in groupby(models, key=lambda model: model.table):
        lines = ["", f"{comment} Table {table.number}"]
        for model in group:
            left_out = [f"{comment} column {model.column} is not estimated: {model.reason}"]
            lines += left_out if model.reason else regression(model)
        yield table, lines


def r_program(
    panel: str,
    tables: Sequence[TableSpec],
    options: RegressionOptions,
    note: str,
    left_out: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Write the R script that estimates tables with fixest and compares itself with the workflow's tables.

    Parameters
    ----------
    panel
        The .dta file that it reads.
    tables
        Tables of estimates of the register.
    options
        The choices of the regressions.
    note
        What the data are, for the first line.
    left_out
        Dicts of the columns without an estimate; a comment stands in their place.
    """
    policy = {
        "drop": "ifelse(x > 0, log(x), NA)",
        "log1p": "ifelse(x >= 0, log1p(x), NA)",
        "epsilon": f"ifelse(x >= 0, log(ifelse(x == 0, {options.epsilon!r}, x)), NA)",
    }[options.zero_policy]
    singletons = "singletons" if options.drop_singletons else "none"
    lines = [
        f"# {without_tags(' '.join(note.split()))}",
        f"# {span(ESTIMATED)} from the panel; written by laborvalue from its own equations and this run's config.",
        '# Once: install.packages(c("fixest", "haven")), fixest 0.13 or later. Run it where this file is.',
        "library(fixest)",
        f'panel <- as.data.frame(haven::read_dta("{panel}"))',
        'panel$id <- interaction(panel$region, panel$sector, drop = TRUE, sep = "/")',
        f"logarithm <- function(x) suppressWarnings({policy})  # what has no log is missing, and the row leaves",
        *(f"panel$ln_{name} <- logarithm(panel${name})" for name in logged(tables, options, left_out)),
        "with_tlp <- panel[!is.na(panel$tlp), ]",
        "",
        "# The default correction, ssc(), counts the years but not the effects that are nested in the clusters, as",
        "# reghdfe does: (N - 1) / (N - K - T) * G / (G - 1).",
        "estimate <- function(formula, data) {",
        f'  feols(formula, data, vcov = ~ {R_CLUSTERS[options.cluster]}, ssc = ssc(), fixef.rm = "{singletons}",',
        "        fixef.tol = 1e-10)",
        "}",
        "models <- list()",
    ]

    def regression(model: Model) -> list[str]:
        data = "with_tlp" if model.with_tlp else "panel"
        right, left, iv = " + ".join(model.regressors), model.dependent, model.instrument
        formulas = [f"{right} ~ {iv} | id + year", f"{left} ~ 1 | id + year | {right} ~ {iv}"] if iv else []
        return [
            f'models[["{model.table.number}/{column}"]] <- estimate({formula}, {data})'
            for column, formula in enumerate(formulas or [f"{left} ~ {right} | id + year"], start=model.column)
        ]

    body = [line for _, table in written(models(tables, options, left_out), "#", regression) for line in table]
    if not any(line.startswith("models") for line in body):
        return "\n".join([*lines, *body, ""])
    return "\n".join([*lines, *body]) + R_TABLES + _r_count() + R_COMPARISON


def _r_count() -> str:
    """The R function that corrects the errors of tables with an instrument; its bytes do not depend on the panel."""
    staged = [table for table in ESTIMATED if table.instrumented]
    numbers = " and ".join(str(table.number) for table in staged)
    tests = " && ".join(f'!startsWith(name, "{table.number}/")' for table in staged)
    return R_COUNT.format(numbers=numbers, tests=tests or "TRUE")


# The last part of the R script: the tables, and how far they are from the workflow's own.
R_TABLES = """

for (table in unique(sub("/.*", "", names(models)))) {
  cat("\\nTable", table, "\\n")
  print(etable(models[sub("/.*", "", names(models)) == table], digits = 4, fitstat = ~ n + r2 + ar2 + wr2))
}

"""

R_COUNT = """# ivreghdfe counts one parameter less than reghdfe: both stages of Table {numbers}.
counted <- function(name, fit) {{
  if ({tests}) return(1)
  left <- fit$nobs - length(coef(fit)) - length(unique(panel$year))
  sqrt(left / (left + 1))
}}
"""

R_COMPARISON = """computed <- do.call(rbind, lapply(names(models), function(name) {
  fit <- models[[name]]
  data.frame(
    table = as.integer(sub("/.*", "", name)), column = as.integer(sub(".*/", "", name)),
    term = sub("^fit_", "", sub("^(fit_)?ln_", "", names(coef(fit)))), estimate = unname(coef(fit)),
    std_error = unname(se(fit)) * counted(name, fit), n = fit$nobs
  )
}))
write.csv(computed, "tables_R.csv", row.names = FALSE)
workflow <- file.path("..", "tables", sprintf("table%02d.csv", unique(computed$table)))
if (all(file.exists(workflow))) {
  columns <- c("table", "column", "term", "estimate", "std_error", "n")
  theirs <- do.call(rbind, lapply(workflow, function(path) read.csv(path)[columns]))
  both <- merge(computed, theirs, by = c("table", "column", "term"))
  cat(
    "\\n", nrow(both), "slopes; largest difference from the workflow's tables: estimate",
    max(abs(both$estimate.x - both$estimate.y)), ", standard error", max(abs(both$std_error.x - both$std_error.y)),
    ", N", max(abs(both$n.x - both$n.y)), "\\n"
  )
}
"""
