# Everything that was computed -> one page.


rule report:
    message:
        "Writing the report"
    input:
        split=SPLIT,
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
    conda:
        ENVIRONMENT
    params:
        results=lambda wildcards: RESULTS,
        years=",".join(map(str, YEARS)),
        code=code("write_report"),
    shell:
        f"python {SCRIPTS}/write_report.py"
        " description={input.description:q} results={params.results}"
        " years={params.years} exclusions={input.exclusions:q} described={input.described:q}"
        " template={input.template:q} page={output.page} log={log}"


# What is made last: whatever changed on the way there made one of these anew.
LAST_FILES = [
    *expand("<results>/tables/table{number:02}{kind}", number=range(2, 11), kind=[".csv", *SET]),
    *expand("<results>/published{kind}", kind=[".csv", *SET]),
    *EXPORTED,
    "<results>/report.html",
]


rule provenance:
    message:
        "Writing down where every result comes from"
    input:
        split=SPLIT,
        results=LAST_FILES,
        description=DESCRIPTION,
    output:
        provenance="<results>/provenance.json",
    log:
        "<logs>/provenance.log",
    conda:
        ENVIRONMENT
    params:
        results=lambda wildcards: RESULTS,
        config=json.dumps(config, sort_keys=True),
        code=code("write_provenance"),
    shell:
        f"python {SCRIPTS}/write_provenance.py"
        " results={params.results} config={params.config:q}"
        " metadata=.snakemake/metadata description={input.description:q}"
        f" home={shlex.quote(str(HOME))}"
        " provenance={output.provenance} log={log}"


FINAL = [*TABLE_FILES, *LAST_FILES, "<results>/provenance.json"]
