# The panel -> Tables 2 to 10 and the comparison with the paper, as numbers (.csv) and set for reading; robustness.

PANEL = config["panel"] or f"{RESULTS}/panel.parquet"
# what the panel stands on, for the notes: nothing is known of a panel that was brought along
DESCRIPTION = [] if config["panel"] else f"{DATASET}/dataset.yaml"

SET = [".md", ".tex", ".html", ".docx"]
ROBUSTNESS = settings("regressions", *(f"robustness.bootstrap_{key}" for key in ("draws", "weights", "seed")))

# Tables of estimates that the data does not bear: number -> what it lacks.
LACKING = (
    or_stop(configuration.tables_without_columns, config["panel"], config["regressions"])
    if config["panel"]
    else ECONOMY["lacking"]
)
COMPARED = [number for number in range(3, 11) if number not in LACKING]
CHECKS = [check for check in config["robustness"]["checks"] if check != "anderson_rubin" or 8 in COMPARED]
if LACKING:
    say(configuration.lacking(config["panel"] or DATASET, LACKING))


rule describe_panel:
    message:
        "Table 2: descriptive statistics"
    input:
        split=SPLIT,
        panel=PANEL,
    output:
        table="<results>/tables/table02.csv",
    log:
        "<logs>/table02.log",
    benchmark:
        "<benchmarks>/table02.tsv"
    params:
        code=code("describe_panel"),
    localrule: True
    shell:
        f"python {SCRIPTS}/describe_panel.py" " --panel {input.panel:q} --table {output.table:q} --log {log:q}"


rule estimate_table:
    message:
        "Table {params.number}"
    input:
        split=SPLIT,
        panel=PANEL,
    output:
        table="<results>/tables/table{number}.csv",
        losses="<results>/tables/table{number}_losses.csv",
    log:
        "<logs>/table{number}.log",
    benchmark:
        "<benchmarks>/table{number}.tsv"
    wildcard_constraints:
        number="0[3-9]|10",
    params:
        number=lambda wildcards: int(wildcards.number),
        settings=settings("regressions"),
        code=code("estimate_table"),
    localrule: True
    shell:
        f"python {SCRIPTS}/estimate_table.py"
        " --number {params.number:q} --panel {input.panel:q}"
        " --settings {params.settings:q} --table {output.table:q} --losses {output.losses:q} --log {log:q}"


rule typeset_table:
    message:
        "Setting {wildcards.table}"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        table="<results>/tables/{table}.csv",
        losses=losses,
    output:
        multiext("<results>/tables/{table}", *[kind for kind in SET if kind != ".html"]),
        page=report(
            "<results>/tables/{table}.html",
            caption="../report/captions/table.rst",
            category="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "<logs>/typeset_table/{table}.log",
    benchmark:
        "<benchmarks>/typeset_table/{table}.tsv"
    wildcard_constraints:
        table=r"table\d\d",
    params:
        stem=lambda wildcards: f"{RESULTS}/tables/{wildcards.table}",
        settings=settings("regressions"),
        code=code("typeset_table"),
    localrule: True
    shell:
        f"python {SCRIPTS}/typeset_table.py"
        " --description {input.description:q} --table {input.table:q}"
        " --losses {input.losses:q} --settings {params.settings:q} --stem {params.stem:q} --log {log:q}"


rule compare_published:
    message:
        "Comparing with the published tables"
    input:
        split=SPLIT,
        tables=expand("<results>/tables/table{number:02}.csv", number=COMPARED),
        description=DESCRIPTION,
        coefficients=at_home("resources/published/coefficients.csv"),
    output:
        comparison="<results>/published.csv",
    log:
        "<logs>/published.log",
    benchmark:
        "<benchmarks>/published.tsv"
    params:
        code=code("compare_published"),
    localrule: True
    shell:
        f"python {SCRIPTS}/compare_published.py"
        " --tables {input.tables:q} --description {input.description:q}"
        " --coefficients {input.coefficients:q} --comparison {output.comparison:q} --log {log:q}"


rule typeset_published:
    message:
        "Setting the comparison with the published tables"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        comparison="<results>/published.csv",
    output:
        multiext("<results>/published", *[kind for kind in SET if kind != ".html"]),
        page=report(
            "<results>/published.html",
            caption="../report/captions/published.rst",
            category="Tables",
            labels={"table": "published and computed"},
        ),
    log:
        "<logs>/typeset_published.log",
    benchmark:
        "<benchmarks>/typeset_published.tsv"
    params:
        stem=lambda wildcards: f"{RESULTS}/published",
        code=code("typeset_published"),
    localrule: True
    shell:
        f"python {SCRIPTS}/typeset_published.py"
        " --description {input.description:q} --comparison {input.comparison:q}"
        " --stem {params.stem:q} --log {log:q}"


rule check_robustness:
    message:
        "Robustness: {wildcards.check}"
    input:
        split=SPLIT,
        panel=PANEL,
        tables=expand("<results>/tables/table{number:02}.csv", number=COMPARED),
    output:
        answers="<results>/robustness/{check}.csv",
    log:
        "<logs>/check_robustness/{check}.log",
    benchmark:
        "<benchmarks>/check_robustness/{check}.tsv"
    resources:
        **needs("check_robustness"),
    params:
        settings=ROBUSTNESS,
        code=code("check_robustness"),
    shell:
        f"python {SCRIPTS}/check_robustness.py"
        " --name {wildcards.check:q} --panel {input.panel:q} --tables {input.tables:q}"
        " --settings {params.settings:q} --answers {output.answers:q} --log {log:q}"


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
    benchmark:
        "<benchmarks>/typeset_robustness/{check}.tsv"
    params:
        stem=lambda wildcards: f"{RESULTS}/robustness/{wildcards.check}",
        settings=ROBUSTNESS,
        code=code("typeset_robustness"),
    localrule: True
    shell:
        f"python {SCRIPTS}/typeset_robustness.py"
        " --description {input.description:q} --answers {input.answers:q}"
        " --settings {params.settings:q} --stem {params.stem:q} --log {log:q}"


for number in range(2, 11):

    rule:
        name:
            f"table{number:02}"
        input:
            multiext(f"<results>/tables/table{number:02}", ".csv", *SET),


SET_TABLES = expand("<results>/tables/table{number:02}{kind}", number=[2, *COMPARED], kind=[".csv", *SET])
# A panel that was brought along is asked for every table: the first that it does not bear is named.
TABLE_FILES = [
    *([] if config["panel"] else PANEL_FILES),
    *SET_TABLES,
    *expand("<results>/tables/table{number:02}.csv", number=LACKING if config["panel"] else []),
]


rule tables:
    input:
        TABLE_FILES,


rule published:
    input:
        multiext("<results>/published", ".csv", *SET),


rule robustness:
    input:
        [] if config["panel"] else PANEL_FILES,
        SET_TABLES,
        expand("<results>/robustness/{check}{kind}", check=CHECKS, kind=[".csv", *SET]),
