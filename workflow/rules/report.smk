# Everything that was computed -> one page.


rule report:
    message:
        "Writing the report"
    input:
        description=DESCRIPTION,
        tables=expand("<results>/tables/table{number:02}.csv", number=range(2, 11)),
        comparison="<results>/published.csv",
        described=HOME / "resources/published/table02.csv",
        template=HOME / "workflow/report/report.html.j2",
        summaries=[] if config["panel"] else expand("<results>/values/{year}/summary.json", year=YEARS),
        exclusions=[] if config["panel"] else "<results>/exclusions.csv",
    output:
        page="<results>/report.html",
    log:
        "<logs>/report.log",
    params:
        results=RESULTS,
        years=",".join(map(str, YEARS)),
        code=code("write_report"),
    shell:
        "python {SCRIPTS}/write_report.py description={input.description:q} results={params.results}"
        " years={params.years} exclusions={input.exclusions:q} described={input.described:q}"
        " template={input.template:q} page={output.page} log={log}"


ECONOMY_FILES = [
    "<dataset>/dataset.yaml",
    "<dataset>/regions.csv",
    "<dataset>/sectors.csv",
    *(path for tables in ECONOMY["tables"].values() for path in tables.values()),
    *(expand("<results>/screening/{year}.{kind}", year=YEARS, kind=["csv", "md"]) if IMPORT else []),
    *expand("<results>/{stage}/{year}/regions/{region}.npz", stage=["economy", "values"], year=YEARS, region=REGIONS),
]
# Intermediate files and sources are asked for as well: a table is not up to date where one of them is missing.
FINAL = [
    *([] if config["panel"] else ECONOMY_FILES + ["<results>/exclusions.csv"]),
    *expand("<results>/tables/table{number:02}.{kind}", number=range(2, 11), kind=["csv", "md"]),
    "<results>/published.csv",
    "<results>/report.html",
]
