"""The panel and its regressions for those who work in Stata or R: labels, a do-file and an R script.

Both programs are written out from `tables.EQUATIONS` and the config's `regressions`, so that the equations stand in
one place. Stata: reghdfe (Correia 2016) and ivreghdfe; R: fixest, whose default small-sample correction counts the
effects as reghdfe does where they are nested in the clusters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from laborvalue.econometrics.tables import WITHOUT_TLP, columns_needed, equations_of, variables_of

# What a column of the panel is, in Stata's 80 characters: name, unit, the paper's equation.
LABELS = {
    "region": "City, key",
    "sector": "Sector, key",
    "year": "Year of the input-output table",
    "tlp": "Total labor productivity: output per hour of total labor (9), money per hour",
    "tlpr": "Relative total labor productivity (10), nation = 1",
    "dd": "Digital devices, direct and through wages, share of output (11), (12)",
    "ds": "Digital services, direct and through wages, share of output (11), (12)",
    "di": "Direct digital input, devices and services, share of output (12)",
    "indi": "Indirect digital input, through wages, share of output (12)",
    "d": "Total digital input, dd + ds, share of output (12)",
    "ddr": "Digital devices, dd relative to the cities' mean (13)",
    "dsr": "Digital services, ds relative to the cities' mean (13)",
    "dir": "Direct digital input, di relative to the cities' mean (13)",
    "indir": "Indirect digital input, indi relative to the cities' mean (13)",
    "tdr": "Total digital input, d relative to the cities' mean (13)",
    "otlp": "Total labor productivity of the suppliers (15), money per hour",
    "occ": "Organic composition of capital, c/v (19)",
    "lp": "Labor productivity: output per hour of living labor (21)",
    "lp_next": "lp of the next table year",
    "pri": "Industrial agglomeration: share in the sector's national output (16)",
    "dlq": "Location quotient of the city's digital sectors (17)",
    "pp": "Economic agglomeration: city output at production prices (18), 10^8 hours",
    "iv": "Instrument: mean digital input x telephones of 1984",
}
DATA_LABEL = {True: "SYNTHETIC DATA, generated; no replication of the published estimates", False: "laborvalue panel"}

STATA_CLUSTERS = {"city_sector": "id", "city": "city", "sector": "branch", "two_way": "city branch"}
R_CLUSTERS = {"city_sector": "id", "city": "region", "sector": "sector", "two_way": "region + sector"}


def reproducible(columns: Iterable[str], settings: Mapping[str, Any]) -> list[int]:
    """Those of Tables 3 to 10, by number, whose columns are among `columns`; settings: the config's `regressions`."""
    return [number for number in range(3, 11) if set(columns_needed(number, settings)) <= set(columns)]


def transformed(name: str, settings: Mapping[str, Any]) -> str:
    """What a variable is called once its log is taken; itself where the regressions are in levels."""
    return f"ln_{name}" if settings["log_transform"] else name


def _models(
    numbers: Sequence[int], settings: Mapping[str, Any]
) -> Iterator[tuple[int, int, str, list[str], str, bool]]:
    """Yield (table, column, dependent, regressors, instrument, only rows with a tlp) of every equation."""
    for number in numbers:
        for column, equation in enumerate(equations_of(number, settings["total_digital"]), start=1):
            dependent = transformed(equation.dependent, settings)
            regressors = [transformed(name, settings) for name in equation.regressors]
            yield number, column, dependent, regressors, equation.instrument, number not in WITHOUT_TLP


def _logged(numbers: Sequence[int], settings: Mapping[str, Any]) -> list[str]:
    """The variables that enter in logs, each once."""
    found: dict[str, None] = {}
    for number in numbers:
        for equation in equations_of(number, settings["total_digital"]):
            found |= dict.fromkeys(name for name in variables_of(equation) if name != equation.instrument)
    return list(found) if settings["log_transform"] else []


def stata_program(panel: str, numbers: Sequence[int], settings: Mapping[str, Any], note: str) -> str:
    """The do-file that estimates Tables `numbers` from the .dta file `panel`, as text.

    settings: the config's `regressions`; note: what the data are, put on top.
    """
    policy = {
        "drop": "ln({0})",
        "log1p": "ln(1 + {0}) if {0} >= 0",
        "epsilon": f"ln(cond({{0}} == 0, {settings['epsilon']!r}, {{0}}))",
    }[settings["zero_policy"]]
    clusters = STATA_CLUSTERS[settings["cluster"]]
    keep = "" if settings["drop_singletons"] else " keepsingletons"
    lines = [
        f"* {' '.join(note.split())}",
        "* Tables 3 to 10 from the panel; written by laborvalue from its own equations and this run's config.",
        "* Once: ssc install reghdfe, ftools, ivreghdfe, ivreg2, ranktest",
        "version 15",
        f'use "{panel}", clear',
        "egen long id = group(region sector)",
        "egen long city = group(region)",
        "egen long branch = group(sector)",
    ]
    if logged := _logged(numbers, settings):
        lines.append("* what has no log is missing, and the row leaves")
        lines += [f"generate double ln_{name} = {policy.format(name)}" for name in logged]
    before = None
    for number, column, dependent, regressors, instrument, of_tlp in _models(numbers, settings):
        if number != before:
            lines += [*_stored(before), "", f"* Table {number}"]
            before = number
        sample = " if !missing(tlp)" if of_tlp else ""
        if instrument:
            lines.append(
                f"ivreghdfe {dependent} ({' '.join(regressors)} = {instrument}){sample}, absorb(id year)"
                f" cluster({clusters}) gmm2s first{keep}"
            )
        else:
            right = " ".join(regressors)
            lines.append(f"reghdfe {dependent} {right}{sample}, absorb(id year) vce(cluster {clusters}){keep}")
        lines.append(f"estimates store table{number:02}_{column}")
    return "\n".join([*lines, *_stored(before)]) + "\n"


def _stored(number: int | None) -> list[str]:
    """The line that shows a table's columns side by side, none before the first table."""
    return [] if number is None else [f"estimates table table{number:02}_*, b(%9.4f) se(%9.4f) stats(N r2 r2_a)"]


def r_program(panel: str, numbers: Sequence[int], settings: Mapping[str, Any], note: str) -> str:
    """The R script that estimates Tables `numbers` from the .dta file `panel` with fixest, as text.

    It compares itself with the workflow's tables where it finds them. settings, note: as in `stata_program`.
    """
    policy = {
        "drop": "ifelse(x > 0, log(x), NA)",
        "log1p": "ifelse(x >= 0, log1p(x), NA)",
        "epsilon": f"ifelse(x >= 0, log(ifelse(x == 0, {settings['epsilon']!r}, x)), NA)",
    }[settings["zero_policy"]]
    singletons = "singletons" if settings["drop_singletons"] else "none"
    logged = _logged(numbers, settings)
    lines = [
        f"# {' '.join(note.split())}",
        "# Tables 3 to 10 from the panel; written by laborvalue from its own equations and this run's config.",
        '# Once: install.packages(c("fixest", "haven")), fixest 0.13 or later. Run it where this file is.',
        "library(fixest)",
        f'panel <- as.data.frame(haven::read_dta("{panel}"))',
        'panel$id <- interaction(panel$region, panel$sector, drop = TRUE, sep = "/")',
        f"logarithm <- function(x) suppressWarnings({policy})  # what has no log is missing, and the row leaves",
        *(f"panel$ln_{name} <- logarithm(panel${name})" for name in logged),
        "with_tlp <- panel[!is.na(panel$tlp), ]",
        "",
        "# The default correction, ssc(), counts the years but not the effects that are nested in the clusters, as",
        "# reghdfe does: (N - 1) / (N - K - T) * G / (G - 1).",
        "estimate <- function(formula, data) {",
        f'  feols(formula, data, vcov = ~ {R_CLUSTERS[settings["cluster"]]}, ssc = ssc(), fixef.rm = "{singletons}",',
        "        fixef.tol = 1e-10)",
        "}",
        "models <- list()",
    ]
    before = None
    for number, column, dependent, regressors, instrument, of_tlp in _models(numbers, settings):
        if number != before:
            lines += ["", f"# Table {number}"]
            before = number
        data = "with_tlp" if of_tlp else "panel"
        right = " + ".join(regressors)
        if instrument:
            lines += [
                f'models[["{number}/1"]] <- estimate({right} ~ {instrument} | id + year, {data})',
                f'models[["{number}/2"]] <- estimate({dependent} ~ 1 | id + year | {right} ~ {instrument}, {data})',
            ]
        else:
            lines.append(f'models[["{number}/{column}"]] <- estimate({dependent} ~ {right} | id + year, {data})')
    return "\n".join(lines) + R_ENDING


# The last part of the R script: the tables, and the distance from the workflow's own.
R_ENDING = """

for (table in unique(sub("/.*", "", names(models)))) {
  cat("\\nTable", table, "\\n")
  print(etable(models[sub("/.*", "", names(models)) == table], digits = 4, fitstat = ~ n + r2 + ar2 + wr2))
}

# ivreghdfe counts one parameter less than reghdfe: both stages of Table 8.
counted <- function(name, fit) {
  if (!startsWith(name, "8/")) return(1)
  left <- fit$nobs - length(coef(fit)) - length(unique(panel$year))
  sqrt(left / (left + 1))
}
computed <- do.call(rbind, lapply(names(models), function(name) {
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
