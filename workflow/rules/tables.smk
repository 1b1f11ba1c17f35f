# The panel -> Tables 2 to 10 and the comparison with the paper, as numbers (.csv) and set for reading; robustness.

PANEL = config["panel"] or f"{RESULTS}/panel.parquet"
# what the panel stands on, for the notes: nothing is known of a panel that was brought along
DESCRIPTION = [] if config["panel"] else f"{DATASET}/dataset.yaml"

SET = [".md", ".tex", ".html", ".docx"]
ROBUSTNESS = settings("regressions", *(f"robustness.bootstrap_{key}" for key in ("draws", "weights", "seed")))


rule table02:
    message:
        "Table 2: descriptive statistics"
    input:
        split=SPLIT,
        panel=PANEL,
    output:
        table="<results>/tables/table02.csv",
    log:
        "<logs>/table02.log",
    conda:
        ENVIRONMENT
    params:
        code=code("describe_panel"),
    shell:
        f"python {SCRIPTS}/describe_panel.py" " panel={input.panel:q} table={output.table} log={log}"


for number in range(3, 11):

    rule:
        name:
            f"table{number:02}"
        message:
            "Table {params.number}"
        input:
            split=SPLIT,
            panel=PANEL,
        output:
            table=f"<results>/tables/table{number:02}.csv",
            losses=f"<results>/tables/table{number:02}_losses.csv",
        log:
            f"<logs>/table{number:02}.log",
        conda:
            ENVIRONMENT
        params:
            number=number,
            settings=settings("regressions"),
            code=code("estimate_table"),
        shell:
            f"python {SCRIPTS}/estimate_table.py"
            " number={params.number} panel={input.panel:q}"
            " settings={params.settings:q} table={output.table} losses={output.losses} log={log}"


rule typeset_table:
    message:
        "Setting {wildcards.table}"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        table="<results>/tables/{table}.csv",
        losses=losses,
    output:
        multiext("<results>/tables/{table}", *SET),
    log:
        "<logs>/typeset_table/{table}.log",
    conda:
        ENVIRONMENT
    wildcard_constraints:
        table=r"table\d\d",
    params:
        stem=lambda wildcards: f"{RESULTS}/tables/{wildcards.table}",
        settings=settings("regressions"),
        code=code("typeset_table"),
    shell:
        f"python {SCRIPTS}/typeset_table.py"
        " description={input.description:q} table={input.table}"
        " losses={input.losses} settings={params.settings:q} stem={params.stem} log={log}"


rule published:
    message:
        "Comparing with the published tables"
    input:
        split=SPLIT,
        tables=expand("<results>/tables/table{number:02}.csv", number=range(3, 11)),
        coefficients=HOME / "resources/published/coefficients.csv",
    output:
        comparison="<results>/published.csv",
    log:
        "<logs>/published.log",
    conda:
        ENVIRONMENT
    params:
        tables=lambda wildcards: f"{RESULTS}/tables",
        code=code("compare_published"),
    shell:
        f"python {SCRIPTS}/compare_published.py"
        " tables={params.tables} coefficients={input.coefficients:q}"
        " comparison={output.comparison} log={log}"


rule typeset_published:
    message:
        "Setting the comparison with the published tables"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        comparison="<results>/published.csv",
    output:
        multiext("<results>/published", *SET),
    log:
        "<logs>/typeset_published.log",
    conda:
        ENVIRONMENT
    params:
        stem=lambda wildcards: f"{RESULTS}/published",
        code=code("typeset_published"),
    shell:
        f"python {SCRIPTS}/typeset_published.py"
        " description={input.description:q} comparison={input.comparison}"
        " stem={params.stem} log={log}"


rule check_robustness:
    message:
        "Robustness: {wildcards.check}"
    input:
        split=SPLIT,
        panel=PANEL,
        tables=expand("<results>/tables/table{number:02}.csv", number=range(3, 11)),
    output:
        answers="<results>/robustness/{check}.csv",
    log:
        "<logs>/robustness/{check}.log",
    conda:
        ENVIRONMENT
    params:
        tables=lambda wildcards: f"{RESULTS}/tables",
        settings=ROBUSTNESS,
        code=code("check_robustness"),
    shell:
        f"python {SCRIPTS}/check_robustness.py"
        " name={wildcards.check} panel={input.panel:q} tables={params.tables}"
        " settings={params.settings:q} answers={output.answers} log={log}"


rule typeset_robustness:
    message:
        "Setting {wildcards.check}"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        answers="<results>/robustness/{check}.csv",
    output:
        multiext("<results>/robustness/{check}", *SET),
    log:
        "<logs>/typeset_robustness/{check}.log",
    conda:
        ENVIRONMENT
    params:
        stem=lambda wildcards: f"{RESULTS}/robustness/{wildcards.check}",
        settings=ROBUSTNESS,
        code=code("typeset_robustness"),
    shell:
        f"python {SCRIPTS}/typeset_robustness.py"
        " description={input.description:q} answers={input.answers}"
        " settings={params.settings:q} stem={params.stem} log={log}"


TABLE_FILES = [
    *([] if config["panel"] else PANEL_FILES),
    *expand("<results>/tables/table{number:02}{kind}", number=range(2, 11), kind=[".csv", *SET]),
]


rule tables:
    input:
        TABLE_FILES,


rule robustness:
    input:
        TABLE_FILES,
        expand("<results>/robustness/{check}{kind}", check=config["robustness"]["checks"], kind=[".csv", *SET]),
