"""Tables as they are read: titles, rows of text with four decimals and standard errors in brackets, notes.

What a table looks like in a kind of file is in `formats`; here is what it says.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

SYNTHETIC = (
    "SYNTHETIC DATA: computed from the embedded, generated economy. The numbers are no replication of the "
    "published estimates and say nothing about China."
)

TITLES = {
    2: "Descriptive statistics",
    3: "Baseline regression results",
    4: "Digital inputs and supplier productivity together",
    5: "Mechanism: organic composition of capital",
    6: "Digital inputs and labor productivity of the next table year",
    7: "Digital inputs and industrial agglomeration",
    8: "Industrial agglomeration: instrumental variable, two-step GMM",
    9: "Urban digital industry agglomeration and digital inputs",
    10: "Urban overall economic agglomeration and digital inputs",
}

TESTS = {
    "kp_rk_lm": "Kleibergen-Paap rk LM statistic",
    "kp_rk_lm_p": "p-value of the LM statistic",
    "kp_rk_f": "Kleibergen-Paap rk Wald F statistic",
    "cragg_donald_f": "Cragg-Donald Wald F statistic",
    "cragg_donald_f_xtivreg2": "Cragg-Donald F, all effects counted",
}

FITS = {"r2": "R²", "r2_adjusted": "Adjusted R²", "r2_within": "Within R²"}

CLUSTERS = {
    "city_sector": "clustered by city-sector",
    "city": "clustered by city",
    "sector": "clustered by sector",
    "two_way": "clustered two-way by city and by sector",
}

LABELS = {"constant": "Constant", "lp_next": "lp(t+1)"}

WORDS = {
    "tlp": "Total labor productivity",
    "tlpr": "Total labor productivity, relative",
    "dd": "Digital device input",
    "ds": "Digital service input",
    "di": "Direct digital input",
    "indi": "Indirect digital input",
    "d": "Total digital input",
    "ddr": "Digital device input, relative",
    "dsr": "Digital service input, relative",
    "dir": "Direct digital input, relative",
    "indir": "Indirect digital input, relative",
    "tdr": "Total digital input, relative",
    "otlp": "Suppliers' labor productivity",
    "occ": "Organic composition of capital",
    "lp_next": "Labor productivity, next table year",
    "pri": "Industrial agglomeration",
    "dlq": "Digital agglomeration of the city",
    "pp": "Overall agglomeration of the city",
    "iv": "Mean digital input × telephones of 1984",
}


RELATIVE = "Relative: over the national figure of the sector and year."


class Table(NamedTuple):
    """A table set for reading; every row has as many cells as the header."""

    title: str
    header: list  # of texts
    blocks: list  # lists of rows, lists of texts; blocks are parted by a rule
    notes: list  # of sentences
    numeric: bool = False  # columns of plain numbers stand right, those of estimates in the middle
    words: int = 1  # the first columns hold words and stand left


def data_note(description: Mapping[str, Any] | None) -> str:
    """What the numbers stand on, one sentence. description: dataset.yaml as a dict, None for a user's panel."""
    if description is None:
        return "Computed from a panel that was brought along."
    if description["synthetic"]:
        return SYNTHETIC
    return f"Data: {description['title']} ({description['source']})."


def set_table(
    number: int,
    rows: Sequence[Mapping[str, Any]],
    description: Mapping[str, Any] | None,
    settings: Mapping[str, Any],
    losses: Sequence[Mapping[str, Any]] = (),
) -> Table:
    """Table `number` (2 to 10) as a Table.

    rows: dicts of the table's columns, as `tables.describe_panel` or `tables.estimate_table` give them;
    description: dataset.yaml as a dict or None; settings: the config's `regressions`; losses: dicts of
    `tables.count_losses`.
    """
    title, told = f"Table {number}. {TITLES[number]}", [data_note(description)]
    if number == 2:
        header, body = described(rows)
        told.append("Rows that have a total labor productivity, variable by variable.")
        told.append(RELATIVE)
        if description:
            told.append(f"tlp in {description['currency']} per hour, pp in 10⁸ hours.")
        return Table(title, header, [body], told, numeric=True)
    header, blocks = estimated(rows, settings)
    return Table(title, header, blocks, told + estimation_notes(number, settings, rows, losses))


def described(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Table 2 as (header, body), lists of texts. rows: dicts of the table's columns."""
    body = [
        [
            f"{WORDS[row['variable']]} ({row['variable']})",
            f"{row['n']:,}",
            *(decimals(row[name]) for name in ("mean", "sd", "min", "max")),
        ]
        for row in rows
    ]
    return ["Variable", "N", "Mean", "SD", "Min", "Max"], body


def estimated(
    rows: Sequence[Mapping[str, Any]], settings: Mapping[str, Any] | None = None
) -> tuple[list[str], list[list[list[str]]]]:
    """Tables 3 to 10 as (header, blocks): a column per equation, a coefficient over its standard error.

    Beside a coefficient stands what its variable is, beside the standard error the variable as it enters.
    rows: dicts of the table's columns, one per term, as `tables.estimate_table` gives them; a printed table may
    lack statistics; settings: the config's `regressions`, which say whether the variables are logs; without them they
    bear plain names.
    """
    columns = sorted({row["column"] for row in rows})
    of_column = {column: [row for row in rows if row["column"] == column] for column in columns}
    first = [of_column[column][0] for column in columns]
    terms = list(dict.fromkeys(row["term"] for row in rows if row["term"] != "constant"))
    terms.sort(key=[row["term"] for row in rows].count)  # what every equation has stands last, as in the paper
    staged = ["First stage" if row["stage"] == "first" else "Second stage" for row in first if row["stage"]]
    head = [["", *staged]] if staged else []
    head.append(["Dependent variable", *(label(row["dependent"], settings) for row in first)])
    slopes = []
    for term in [*terms, "constant"]:
        found = [next((row for row in of_column[column] if row["term"] == term), None) for column in columns]
        named, entered = (WORDS[term], label(term, settings)) if term in WORDS else (label(term, settings), "")
        slopes.append([named, *("" if row is None else starred(row) for row in found)])
        slopes.append([entered, *("" if row is None else bracketed(row["std_error"]) for row in found)])
    foot = [["Individual FE", *["Yes"] * len(columns)], ["Time FE", *["Yes"] * len(columns)]]
    for name, words in {"n": "N", "n_clusters": "Clusters"}.items():
        foot.append([words, *("" if row.get(name) is None else f"{row[name]:,}" for row in first)])
    for name, words in FITS.items():
        foot.append([words, *(decimals(row.get(name)) for row in first)])
    for name, words in TESTS.items():
        if name in first[0]:
            value = decimals(first[-1][name]) if name.endswith("_p") else f"{first[-1][name]:,.2f}"
            foot.append([words, *[""] * (len(columns) - 1), value])
    return ["", *(f"({column})" for column in columns)], [head, slopes, foot]


def label(name: str, settings: Mapping[str, Any] | None) -> str:
    """A variable as it enters the equation: its panel name, with the log where one is taken."""
    named = LABELS.get(name, name)
    if not settings or not settings["log_transform"] or name in ("constant", "iv"):
        return named
    return f"ln(1 + {named})" if settings["zero_policy"] == "log1p" else f"ln {named}"


def starred(row: Mapping[str, Any]) -> str:
    """An estimate with the stars of its significance."""
    return decimals(row["estimate"]) + row["stars"]


def bracketed(std_error: float | None) -> str:
    """A standard error in brackets; a dot where there is none, as in Stata."""
    return f"({decimals(std_error) or '.'})"


CROSSED = [
    "The paper prints the two rows crossed. Set right, its first stage is 5.5144 (0.6870), digital input on the "
    "instrument, and its second 0.6992 (0.1579).",
    "The Cragg-Donald statistics assume i.i.d. errors; the first counts effects as ivreghdfe, the second as xtivreg2.",
]


def estimation_notes(
    number: int, settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], losses: Sequence[Mapping[str, Any]]
) -> list[str]:
    """How Table `number` (3 to 10) was estimated and what left it, a list of sentences."""
    method = "Two-step GMM" if number == 8 else "Least squares"
    dependents = {label(row["dependent"], settings): WORDS[row["dependent"]] for row in rows}
    relative = any(WORDS.get(name, "").endswith("relative") for row in rows for name in (row["dependent"], row["term"]))
    told = [
        "; ".join(f"{name}: {lowered(words)}" for name, words in dependents.items()) + "." + f" {RELATIVE}" * relative,
        f"{method} with city-sector and year effects; standard errors in brackets, {CLUSTERS[settings['cluster']]}. "
        "***, ** and * mark significance at 1, 5 and 10 % by t with one degree of freedom less than clusters.",
    ]
    if number == 8:
        told += CROSSED
    without = {loss["variable"]: loss for loss in losses if loss["without_log"]}
    if without:
        counted = (f"{name} {loss['without_log']:,}" for name, loss in without.items())
        told.append(f"Rows left out because a variable is not positive and has no log: {', '.join(counted)}.")
    if settings["log_transform"] and settings["zero_policy"] == "epsilon":
        told.append(f"Zeros count as {settings['epsilon']:g}.")
    singletons = [
        next(r["n_singletons"] for r in rows if r["column"] == c) for c in sorted({r["column"] for r in rows})
    ]
    if not settings["drop_singletons"]:
        told.append("Singletons are kept.")
    if any(singletons):
        different = singletons if len(set(singletons)) > 1 else singletons[:1]
        told.append(f"Singletons left out: {', '.join(f'{count:,}' for count in different)}.")
    return told


def set_comparison(rows: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None) -> Table:
    """The computed slopes beside the published ones, as a Table. rows: dicts of published.csv."""
    slopes = [row for row in rows if row["term"] != "constant"]
    body = [
        [
            f"Table {row['table']} ({row['column']})",
            row["term"],
            f"{decimals(row['published'])} {bracketed(row['published_se'])}",
            f"{decimals(row['computed'])} {bracketed(row['computed_se'])}",
            f"{row['difference_in_se']:.1f}".replace("-", "−"),
            agreement(row["same_sign"]),
            agreement(row["same_stars"]),
        ]
        for row in slopes
    ]
    blocks = [[line for row, line in zip(slopes, body, strict=True) if row["table"] == n] for n in range(3, 11)]
    agreed = [sum(agreement(row[name]) == "yes" for row in slopes) for name in ("same_sign", "same_stars")]
    told = [
        data_note(description),
        f"Of {len(slopes)} slopes, {agreed[0]} have the published sign and {agreed[1]} the published stars. Standard "
        "errors in brackets; the difference is computed less published, in published standard errors.",
    ]
    if any(row["term"] == "iv" for row in slopes):
        told.append("The slope on iv depends on the unit of the telephones, which the paper does not tell.")
    left_out = [str(number) for number in TITLES if number > 2 and number not in {row["table"] for row in slopes}]
    if left_out:
        told.append(
            f"Not compared, because the panel lacks a column that it needs: Table {' and Table '.join(left_out)}."
        )
    header = ["Place", "Term", "Published", "Computed", "Difference in s.e.", "Same sign", "Same stars"]
    blocks = [block for block in blocks if block]
    return Table("Published and computed coefficients", header, blocks, told, numeric=True, words=2)


ROBUSTNESS = {
    "cluster_city": "Standard errors clustered by city",
    "cluster_sector": "Standard errors clustered by sector",
    "cluster_two_way": "Standard errors clustered two-way, by city and by sector",
    "log1p": "ln(1 + x) in the place of ln x",
    "keep_singletons": "Singletons kept",
    "wild_bootstrap": "Wild cluster bootstrap by sector",
    "anderson_rubin": "Anderson-Rubin set of the instrumented slope",
    "holm": "Holm-adjusted p-values",
}


def set_robustness(
    name: str, rows: Sequence[Mapping[str, Any]], description: Mapping[str, Any] | None, settings: Mapping[str, Any]
) -> Table:
    """What the check `name` says of the slopes, as a Table.

    rows: dicts of `robustness.check`; description: dataset.yaml as a dict or None; settings: the config's
    `regressions` and the bootstrap's draws, weights and seed.
    """
    told = [data_note(description)]
    shown = [("Estimate", starred), ("S.e.", lambda row: bracketed(row["std_error"]))]
    shown.append(("p", lambda row: probability(row["p_value"])))
    if name == "wild_bootstrap":
        shown.append(("t by sector", lambda row: decimals(row["statistic"])))
        shown.append(("p of t", lambda row: probability(row["t_p_value"])))
        shown.append(("p wild", lambda row: probability(row["wild_p_value"]) + row["wild_stars"]))
        told.append(
            f"t with clusters by sector; wild cluster bootstrap of it with the null imposed, "
            f"{settings['bootstrap_weights'].capitalize()} weights, up to {settings['bootstrap_draws']:,} draws, "
            f"seed {settings['bootstrap_seed']}; where fewer patterns of weights exist, each is taken once."
        )
    elif name == "anderson_rubin":
        shown.append(("p Anderson-Rubin", lambda row: probability(row["ar_p_value"])))
        shown.append(("95 % set", confidence_set))
        told.append("The set holds whatever the strength of the instrument; it may be unbounded.")
    elif name == "holm":
        told.append(f"Holm's step-down over the slopes of a table, and over all {len(rows)} of them.")
        shown.append(("p in its table", lambda row: probability(row["holm_p_table"]) + row["holm_stars_table"]))
        shown.append(("p over all tables", lambda row: probability(row["holm_p_all"]) + row["holm_stars_all"]))
    else:
        shown.append(("Check", lambda row: decimals(row["robust_estimate"]) + row["robust_stars"]))
        shown.append(("S.e.", lambda row: bracketed(row["robust_std_error"])))
        shown.append(("p", lambda row: probability(row["robust_p_value"])))
        shown.append(("N", lambda row: f"{row['robust_n']:,}"))
        shown.append(("Clusters", lambda row: f"{row['robust_n_clusters']:,}"))
        told.append(f"Check and the columns after it: {lowered(ROBUSTNESS[name])}.")
    told.append(
        f"Estimate, standard error and p as in the tables, {CLUSTERS[settings['cluster']]}. "
        "***, ** and * mark significance at 1, 5 and 10 %."
    )
    blocks = [
        [
            [
                f"Table {number} ({row['column']})",
                label(row["dependent"], settings),
                label(row["term"], settings),
                *(text(row) for _, text in shown),
            ]
            for row in rows
            if row["table"] == number
        ]
        for number in sorted({row["table"] for row in rows})
    ]
    header = ["Place", "Dependent", "Term", *(heading for heading, _ in shown)]
    return Table(f"Robustness. {ROBUSTNESS[name]}", header, blocks, told, numeric=True, words=3)


def confidence_set(row: Mapping[str, Any]) -> str:
    """An Anderson-Rubin set in brackets."""
    low, high = decimals(row["ar_low"]), decimals(row["ar_high"])
    if row["ar_set"] == "interval":
        return f"[{low}, {high}]"
    return f"(−∞, {low}] or [{high}, ∞)" if row["ar_set"] == "outside" else "(−∞, ∞)"


def lowered(words: str) -> str:
    """Words as they stand within a sentence."""
    return words[0].lower() + words[1:]


def agreement(flag: Any) -> str:
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
