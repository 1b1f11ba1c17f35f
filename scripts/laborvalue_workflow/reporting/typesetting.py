"""What a table says when it is set for reading: title, rows of text, notes.

Estimates have four decimals and stand over their standard errors in brackets. What a table looks like in a kind of
file is in `formats`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laborvalue.econometrics.checks import BY_NAME as CHECKS
from laborvalue.econometrics.equations import TableSpec, reasons_by_place
from laborvalue.econometrics.options import RegressionOptions, RobustnessOptions
from laborvalue.variables import DESCRIBED, variable
from laborvalue_workflow.reporting.subject import Subject

SYNTHETIC = (
    "SYNTHETIC DATA: computed from the embedded, generated economy. The numbers are no replication of the "
    "published estimates and say nothing about China."
)

TESTS = {
    "kp_rk_lm": "Kleibergen-Paap rk LM statistic",
    "kp_rk_lm_p": "p-value of the LM statistic",
    "kp_rk_f": "Kleibergen-Paap rk Wald F statistic",
    "cragg_donald_f": "Cragg-Donald Wald F statistic",
    "cragg_donald_f_xtivreg2": "Cragg-Donald F, all effects counted",
}
P_VALUES = ("kp_rk_lm_p",)

COUNTS = {"n": "N", "n_clusters": "Clusters"}
FITS = {"r2": "R²", "r2_adjusted": "Adjusted R²", "r2_within": "Within R²"}
STAGES = {"first": "First stage", "second": "Second stage"}

CLUSTERS = {
    "city_sector": "clustered by {region}-sector",
    "city": "clustered by {region}",
    "sector": "clustered by sector",
    "two_way": "clustered two-way by {region} and by sector",
}
METHODS = {"least_squares": "Least squares", "gmm": "Two-step GMM"}

CONSTANT = "constant"
LEFT_OUT = "–"
RELATIVE = "Relative: over the national figure of the sector and year."


@dataclass(frozen=True)
class SetTable:
    """A table set for reading.

    Attributes
    ----------
    title
        What stands over it.
    header
        Texts of the first row.
    blocks
        Blocks of rows, separated by a rule; every row has as many texts as the header.
    notes
        Sentences under it.
    numeric
        Whether its columns are plain numbers, set to the right; columns of estimates are centered.
    words
        How many of the first columns hold words and are set to the left.
    """

    title: str
    header: list[str]
    blocks: list[list[list[str]]]
    notes: list[str]
    numeric: bool = False
    words: int = 1


def data_note(subject: Subject) -> str:
    """Say what the numbers are computed from, whether that is the paper's data, and what in it is estimated.

    Parameters
    ----------
    subject
        What the numbers are about.
    """
    description = subject.description
    if description is None:
        return "Computed from a user-supplied panel."
    if subject.synthetic:
        note = synthetic_note(description)
    else:
        whose = "" if description.get("papers_data") else "; not the paper's data"
        note = f"Data: {description['title']} ({description['source']}){whose}."
    estimated_by = description.get("trade_estimated")
    trade = f" Trade between the {subject.words.regions} is estimated ({estimated_by})." if estimated_by else ""
    return note + trade


def synthetic_note(description: Mapping[str, Any]) -> str:
    """Warn of synthetic data: of the embedded economy, which lists what was planted in it, or of the user's own."""
    if "planted" in description:
        return SYNTHETIC
    return (
        f"SYNTHETIC DATA: computed from a dataset that declares itself synthetic, {description['title']} "
        f"({description['source']}). The numbers are no replication of the published estimates."
    )


def set_table(
    table: TableSpec,
    rows: Sequence[Mapping[str, Any]],
    subject: Subject,
    options: RegressionOptions | None = None,
    losses: Sequence[Mapping[str, Any]] = (),
    left_out: Sequence[Mapping[str, Any]] = (),
) -> SetTable:
    """Set a table of the register for reading.

    Parameters
    ----------
    table
        An entry of the register.
    rows
        Dicts of its columns, as `estimation.describe_variables` or `estimation.estimate_table` give them.
    subject
        What the numbers are about.
    options
        The choices of the regressions; the defaults where None.
    losses
        Dicts of `estimation.count_losses`.
    left_out
        Dicts of the columns without an estimate, `table`, `column` and `reason`.
    """
    title, notes = f"Table {table.number}. {table.title}", [data_note(subject)]
    if not table.estimated:
        header, body = described(rows, subject)
        notes += map(subject.fill, table.notes)
        if any(variable(name).relative for name in DESCRIBED):
            notes.append(RELATIVE)
        if subject.description:
            notes.append(f"tlp in {subject.description['currency']} per hour, pp in 10⁸ hours.")
        return SetTable(title, header, [body], notes, numeric=True)
    options = options or RegressionOptions()
    rows = with_left_out(table, rows, left_out, options)
    header, blocks = estimated(rows, subject, options)
    notes += estimation_notes(table, subject, options, rows, losses)
    notes += not_estimated(left_out)
    return SetTable(title, header, blocks, notes)


def with_left_out(
    table: TableSpec,
    rows: Sequence[Mapping[str, Any]],
    left_out: Sequence[Mapping[str, Any]],
    options: RegressionOptions,
) -> Sequence[Mapping[str, Any]]:
    """The rows of a table of estimates, with rows that show a dash for each column that is left out.

    Parameters
    ----------
    table
        A table of estimates of the register.
    rows
        Dicts of the table's columns.
    left_out
        Dicts of the columns without an estimate.
    options
        The choices of the regressions.
    """
    columns, dashed = {row["column"] for row in left_out}, []
    for first, equation in table.placed(options.total_digital):
        # the first stage explains the endogenous regressor by the instrument
        dependents = [equation.regressors[0], equation.dependent] if equation.instrument else [equation.dependent]
        terms = [(equation.instrument,), equation.regressors] if equation.instrument else [equation.regressors]
        for column, dependent, regressors in zip(range(first, first + len(terms)), dependents, terms, strict=True):
            if column in columns:
                row = dict.fromkeys(("estimate", "std_error", *(TESTS if equation.instrument else ()))) | {"stars": ""}
                row |= {"column": column, "stage": table.stages[column], "dependent": dependent, "left_out": True}
                dashed += [row | {"term": term} for term in (*regressors, CONSTANT)]
    return sorted([*rows, *dashed], key=lambda row: row["column"]) if dashed else rows


def not_estimated(left_out: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence per reason why columns have no estimate."""
    return [f"{places} could not be estimated: {reason}." for reason, places in reasons_by_place(left_out).items()]


def or_dash(row: Mapping[str, Any], text: str) -> str:
    """A cell's text, a dash where the column is left out."""
    return LEFT_OUT if row.get("left_out") else text


def described(rows: Sequence[Mapping[str, Any]], subject: Subject) -> tuple[list[str], list[list[str]]]:
    """Header and body of a table of descriptive statistics. rows: dicts of the table's columns."""
    body = [
        [
            named(row["variable"], subject),
            f"{row['n']:,}",
            *(decimals(row[name]) for name in ("mean", "sd", "min", "max")),
        ]
        for row in rows
    ]
    return ["Variable", "N", "Mean", "SD", "Min", "Max"], body


def named(name: str, subject: Subject) -> str:
    """A variable by its label and its name, by its name alone where it has no label."""
    label = subject.fill(variable(name).label)
    return f"{label} ({name})" if label else name


def estimated(
    rows: Sequence[Mapping[str, Any]], subject: Subject, options: RegressionOptions | None = None
) -> tuple[list[str], list[list[list[str]]]]:
    """Header and blocks of a table of estimates: a column per equation, a coefficient over its standard error.

    Beside a coefficient stands the label of its variable, beside the standard error the variable as it enters.

    Parameters
    ----------
    rows
        Dicts of the table's columns, one per term, as `estimation.estimate_table` gives them; a printed table may lack
        statistics, or every row.
    subject
        What the numbers are about.
    options
        Whether the variables are logs; without options they have plain names.
    """
    columns = sorted({row["column"] for row in rows})
    by_column = {column: [row for row in rows if row["column"] == column] for column in columns}
    first = [by_column[column][0] for column in columns]
    terms = list(dict.fromkeys(row["term"] for row in rows if row["term"] != CONSTANT))
    terms.sort(key=[row["term"] for row in rows].count)  # what every equation has stands last, as in the paper
    staged = [STAGES[row["stage"]] for row in first if row["stage"]]
    head = [["", *staged]] if staged else []
    head.append(["Dependent variable", *(as_entered(row["dependent"], options) for row in first)])
    slopes = []
    for term in [*terms, CONSTANT]:
        cells = [next((row for row in by_column[column] if row["term"] == term), None) for column in columns]
        label, entered = subject.fill(variable(term).label), as_entered(term, options)
        slopes.append([label or entered, *("" if row is None else starred(row) for row in cells)])
        slopes.append(
            [
                entered if label else "",
                *("" if row is None or row.get("left_out") else bracketed(row["std_error"]) for row in cells),
            ]
        )
    foot = [[words, *(or_dash(row, "Yes") for row in first)] for words in ("Individual FE", "Time FE")]
    for name, words in COUNTS.items():
        foot.append([words, *(or_dash(row, "" if row.get(name) is None else f"{row[name]:,}") for row in first)])
    for name, words in FITS.items():
        foot.append([words, *(or_dash(row, decimals(row.get(name))) for row in first)])
    for name, words in TESTS.items():
        if any(name in row for row in first):  # a test belongs to an equation and stands in its second stage
            foot.append([words, *(tested(name, row) if row["stage"] == "second" else "" for row in first)])
    return ["", *(f"({column})" for column in columns)], [head, slopes, foot]


def tested(name: str, row: Mapping[str, Any]) -> str:
    """A test statistic with two decimals, a p-value with four; empty where there is none."""
    value = row.get(name)
    return or_dash(row, decimals(value) if value is None or name in P_VALUES else f"{value:,.2f}")


def as_entered(name: str, options: RegressionOptions | None) -> str:
    """A variable as it enters an equation: its symbol, with the log where one is taken."""
    if name == CONSTANT:
        return "Constant"
    entry = variable(name)
    if options is None or not options.log_transform or not entry.in_logs:
        return entry.symbol
    return f"ln(1 + {entry.symbol})" if options.zero_policy == "log1p" else f"ln {entry.symbol}"


def starred(row: Mapping[str, Any]) -> str:
    """An estimate with the stars of its significance."""
    return or_dash(row, decimals(row["estimate"]) + row["stars"])


def bracketed(std_error: float | None) -> str:
    """A standard error in brackets; a dot where there is none, as in Stata."""
    return f"({decimals(std_error) or '.'})"


def estimation_notes(
    table: TableSpec,
    subject: Subject,
    options: RegressionOptions,
    rows: Sequence[Mapping[str, Any]],
    losses: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Say how a table was estimated and which rows left it.

    Parameters
    ----------
    table
        An entry of the register.
    subject
        What the numbers are about.
    options
        The choices of the regressions.
    rows
        Dicts of the table's columns.
    losses
        Dicts of `estimation.count_losses`.
    """
    dependents = dict.fromkeys(row["dependent"] for row in rows)
    relative = any(variable(name).relative for row in rows for name in (row["dependent"], row["term"]))
    labels = [
        f"{as_entered(name, options)}: {lowered(subject.fill(variable(name).label))}"
        for name in dependents
        if variable(name).label
    ]
    notes = ["; ".join(labels) + "." + f" {RELATIVE}" * relative] if labels else [RELATIVE] * relative
    notes += [
        f"{METHODS[table.estimator]} with {subject.words.region}-sector and year effects; standard errors in brackets, "
        f"{subject.fill(CLUSTERS[options.cluster])}. "
        "***, ** and * mark significance at 1, 5 and 10 % by t with one degree of freedom less than clusters.",
        *map(subject.fill, table.notes),
    ]
    without = {loss["variable"]: loss for loss in losses if loss["without_log"]}
    if without:
        counted = (f"{name} {loss['without_log']:,}" for name, loss in without.items())
        notes.append(f"Rows left out because a variable is not positive and has no log: {', '.join(counted)}.")
    if options.log_transform and options.zero_policy == "epsilon":
        notes.append(f"Zeros count as {options.epsilon:g}.")
    by_column = {row["column"]: row["n_singletons"] for row in rows if not row.get("left_out")}
    singletons = [by_column[column] for column in sorted(by_column)]
    if not options.drop_singletons:
        notes.append("Singletons are kept.")
    if any(singletons):
        different = singletons if len(set(singletons)) > 1 else singletons[:1]
        notes.append(f"Singletons left out: {', '.join(f'{count:,}' for count in different)}.")
    return notes


def set_comparison(
    rows: Sequence[Mapping[str, Any]],
    subject: Subject,
    absent: Sequence[int] = (),
    left_out: Sequence[Mapping[str, Any]] = (),
) -> SetTable:
    """Set the computed slopes beside the published ones.

    Parameters
    ----------
    rows
        Dicts of published.csv.
    subject
        What the numbers are about.
    absent
        Numbers of the published tables that were not made, because the panel lacks a column.
    left_out
        Dicts of the columns without an estimate, of all tables.
    """
    slopes = [row for row in rows if row["term"] != CONSTANT]
    body = [
        [
            f"Table {row['table']} ({row['column']})",
            row["term"],
            f"{decimals(row['published'])} {bracketed(row['published_se'])}",
            f"{decimals(row['computed'])} {bracketed(row['computed_se'])}",
            f"{row['difference_in_se']:.1f}".replace("-", "−"),
            yes_or_no(row["same_sign"]),
            yes_or_no(row["same_stars"]),
        ]
        for row in slopes
    ]
    numbers = sorted({row["table"] for row in slopes})
    blocks = [[line for row, line in zip(slopes, body, strict=True) if row["table"] == number] for number in numbers]
    agreed = [sum(yes_or_no(row[name]) == "yes" for row in slopes) for name in ("same_sign", "same_stars")]
    notes = [
        data_note(subject),
        f"Of {len(slopes)} slopes, {agreed[0]} have the published sign and {agreed[1]} the published stars. Standard "
        "errors in brackets; the difference is computed less published, in published standard errors."
        if slopes
        else "No slope could be estimated: there is nothing to compare.",
    ]
    if any(row["term"] == "iv" for row in slopes):
        notes.append("The slope on iv depends on the unit of the telephones, which the paper does not tell.")
    notes += not_estimated(left_out)
    if absent:
        names = " and Table ".join(map(str, absent))
        notes.append(f"Not compared, because the panel lacks a column that it needs: Table {names}.")
    header = ["Place", "Term", "Published", "Computed", "Difference in s.e.", "Same sign", "Same stars"]
    return SetTable("Published and computed coefficients", header, blocks, notes, numeric=True, words=2)


def set_robustness(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    subject: Subject,
    options: RegressionOptions | None = None,
    bootstrap: RobustnessOptions | None = None,
    left_out: Sequence[Mapping[str, Any]] = (),
) -> SetTable:
    """Set what a robustness check finds.

    Parameters
    ----------
    name
        A check of the register in `laborvalue.econometrics.checks`.
    rows
        Dicts of `robustness.check`.
    subject
        What the numbers are about.
    options, bootstrap
        The choices of the regressions and of the bootstrap; the defaults where None.
    left_out
        Dicts of the columns that are not checked, `table`, `column` and `reason`.
    """
    options, bootstrap = options or RegressionOptions(), bootstrap or RobustnessOptions()
    title = subject.fill(CHECKS[name].title)
    notes = [data_note(subject)]
    shown = [("Estimate", starred), ("S.e.", lambda row: bracketed(row["std_error"]))]
    shown.append(("p", lambda row: probability(row["p_value"])))
    if name == "wild_bootstrap":
        shown.append(("t by sector", lambda row: decimals(row["statistic"])))
        shown.append(("p of t", lambda row: probability(row["t_p_value"])))
        shown.append(("p wild", lambda row: probability(row["wild_p_value"]) + row["wild_stars"]))
        notes.append(
            f"t with clusters by sector; wild cluster bootstrap of it with the null imposed, "
            f"{bootstrap.bootstrap_weights.capitalize()} weights, up to {bootstrap.bootstrap_draws:,} draws, "
            f"seed {bootstrap.bootstrap_seed}; where fewer patterns of weights exist, each is taken once."
        )
    elif name == "anderson_rubin":
        shown.append(("p Anderson-Rubin", lambda row: probability(row["ar_p_value"])))
        shown.append(("95 % set", confidence_set))
        notes.append("The set holds whatever the strength of the instrument; it may be unbounded.")
    elif name == "holm":
        notes.append(f"Holm's step-down over the slopes of a table, and over all {len(rows)} of them.")
        shown.append(("p in its table", lambda row: probability(row["holm_p_table"]) + row["holm_stars_table"]))
        shown.append(("p over all tables", lambda row: probability(row["holm_p_all"]) + row["holm_stars_all"]))
    else:
        shown.append(("Check", lambda row: decimals(row["robust_estimate"]) + row["robust_stars"]))
        shown.append(("S.e.", lambda row: bracketed(row["robust_std_error"])))
        shown.append(("p", lambda row: probability(row["robust_p_value"])))
        shown.append(("N", lambda row: f"{row['robust_n']:,}"))
        shown.append(("Clusters", lambda row: f"{row['robust_n_clusters']:,}"))
        notes.append(f"Check and the columns after it: {lowered(title)}.")
    notes.append(
        f"Estimate, standard error and p as in the tables, {subject.fill(CLUSTERS[options.cluster])}. "
        "***, ** and * mark significance at 1, 5 and 10 %."
    )
    if not rows:
        notes.append("No slope could be estimated: there is nothing to check.")
    notes += [f"{places} could not be checked: {reason}." for reason, places in reasons_by_place(left_out).items()]
    blocks = [
        [
            [
                f"Table {number} ({row['column']})",
                as_entered(row["dependent"], options),
                as_entered(row["term"], options),
                *(text(row) for _, text in shown),
            ]
            for row in rows
            if row["table"] == number
        ]
        for number in sorted({row["table"] for row in rows})
    ]
    header = ["Place", "Dependent", "Term", *(heading for heading, _ in shown)]
    return SetTable(f"Robustness. {title}", header, blocks, notes, numeric=True, words=3)


def confidence_set(row: Mapping[str, Any]) -> str:
    """An Anderson-Rubin set in brackets."""
    low, high = decimals(row["ar_low"]), decimals(row["ar_high"])
    if row["ar_set"] == "interval":
        return f"[{low}, {high}]"
    return f"(−∞, {low}] or [{high}, ∞)" if row["ar_set"] == "outside" else "(−∞, ∞)"


def lowered(words: str) -> str:
    """Words as they stand within a sentence."""
    return words[0].lower() + words[1:]


def yes_or_no(flag: Any) -> str:
    """yes or no for a flag as any reader of tables gives it."""
    return "yes" if str(flag).lower() == "true" else "no"


def probability(value: float | None) -> str:
    """A p-value with four decimals; empty for a missing one."""
    return "<0.0001" if value is not None and value < 0.0001 else decimals(value)


def decimals(value: float | None) -> str:
    """Four decimals with a true minus, three significant digits below that; empty for a missing number."""
    if value is None or value != value:
        return ""
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    small = value != 0 and abs(value) < 0.00005
    return (f"{value:.2e}" if small else f"{value:,.4f}").replace("-", "−")
