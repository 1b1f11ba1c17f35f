"""Tables as they are read: rows of text, four decimals, standard errors in brackets, and the note."""

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
    "kp_rk_f": "Kleibergen-Paap rk Wald F statistic",
    "cragg_donald_f": "Cragg-Donald Wald F statistic",
}


def data_note(description):
    """What the numbers stand on, one sentence. description: dataset.yaml as a dict, None for a user's panel."""
    if description is None:
        return "Computed from a panel that was brought along."
    if description["synthetic"]:
        return SYNTHETIC
    return f"Data: {description['title']} ({description['source']})."


def described(rows):
    """Table 2 as (header, body), lists of texts. rows: dicts of the table's columns."""
    body = [
        [row["variable"], f"{row['n']:,}", *(decimals(row[name]) for name in ("mean", "sd", "min", "max"))]
        for row in rows
    ]
    return ["Variable", "N", "Mean", "SD", "Min", "Max"], body


def regressions(rows):
    """Tables 3 to 10 as (header, body): a column per equation, a coefficient over its standard error.

    rows: dicts of the table's columns, one per term, as `tables.estimate_table` gives them.
    """
    columns = sorted({row["column"] for row in rows})
    of_column = {column: [row for row in rows if row["column"] == column] for column in columns}
    first = [of_column[column][0] for column in columns]
    terms = list(dict.fromkeys(row["term"] for row in rows if row["term"] != "constant"))
    terms.sort(key=[row["term"] for row in rows].count)  # what every equation has stands last, as in the paper
    staged = ["First stage" if row["stage"] == "first" else "Second stage" for row in first if row["stage"]]
    body = [["", *staged]] if staged else []
    body.append(["Dependent variable", *(row["dependent"] for row in first)])
    for term in [*terms, "constant"]:
        found = [next((row for row in of_column[column] if row["term"] == term), None) for column in columns]
        body.append([term, *("" if row is None else decimals(row["estimate"]) + row["stars"] for row in found)])
        body.append(["", *("" if row is None else f"({decimals(row['std_error'])})" for row in found)])
    body += [["Individual FE", *["Yes"] * len(columns)], ["Time FE", *["Yes"] * len(columns)]]
    body.append(["N", *(f"{row['n']:,}" for row in first)])
    body.append(["R2", *(decimals(row["r2"]) for row in first)])
    for name, label in TESTS.items():
        if name in first[0]:
            body.append([label, *[""] * (len(columns) - 1), f"{first[-1][name]:.2f}"])
    return ["", *(f"({column})" for column in columns)], body


def notes(number, description):
    """The notes under Table `number`, a list of sentences."""
    told = [data_note(description)]
    if number > 2:
        told.append(
            "Variables in logs; standard errors in brackets, clustered at the city-sector level unless the config "
            "says otherwise. ***, ** and * mark significance at 1, 5 and 10 %."
        )
    if number == 8:
        told.append(
            "The printed table has its two rows crossed: the first stage is the regression of digital input on the "
            "instrument. The Cragg-Donald statistic assumes i.i.d. errors."
        )
    return told


def markdown(number, header, body, told):
    """Table `number` as Markdown text."""

    def line(cells):
        return "| " + " | ".join(cells) + " |"

    lines = [f"**Table {number}. {TITLES[number]}**", "", line(header), line(["---", *["---:"] * (len(header) - 1)])]
    return "\n".join([*lines, *map(line, body), "", *(f"*{sentence}*  " for sentence in told)]) + "\n"


def decimals(value):
    """Four decimals with a true minus, three significant digits below that; empty for a missing number."""
    if value is None:
        return ""
    small = value != 0 and abs(value) < 0.00005
    return (f"{value:.2e}" if small else f"{value:.4f}").replace("-", "−")
