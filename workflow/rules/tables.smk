# The panel -> Tables 2 to 10, as numbers (.csv) and set for reading (.md), and the comparison with the paper.

PANEL = config["panel"] or f"{RESULTS}/panel.parquet"
# what the panel stands on, for the notes: nothing is known of a panel that was brought along
DESCRIPTION = [] if config["panel"] else f"{DATASET}/dataset.yaml"


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
    params:
        code=code("describe_panel"),
    shell:
        "python {SCRIPTS}/describe_panel.py panel={input.panel:q} table={output.table} log={log}"


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
        log:
            f"<logs>/table{number:02}.log",
        params:
            number=number,
            settings=settings("regressions"),
            code=code("estimate_table"),
        shell:
            "python {SCRIPTS}/estimate_table.py number={params.number} panel={input.panel:q}"
            " settings={params.settings:q} table={output.table} log={log}"


rule typeset_table:
    message:
        "Setting {wildcards.table}"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        table="<results>/tables/{table}.csv",
    output:
        text="<results>/tables/{table}.md",
    log:
        "<logs>/typeset_table/{table}.log",
    params:
        code=code("typeset_table"),
    shell:
        "python {SCRIPTS}/typeset_table.py description={input.description:q} table={input.table}"
        " text={output.text} log={log}"


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
    params:
        tables=f"{RESULTS}/tables",
        code=code("compare_published"),
    shell:
        "python {SCRIPTS}/compare_published.py tables={params.tables} coefficients={input.coefficients:q}"
        " comparison={output.comparison} log={log}"


rule tables:
    input:
        expand("<results>/tables/table{number:02}.{kind}", number=range(2, 11), kind=["csv", "md"]),
