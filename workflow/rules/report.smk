# Everything that was computed -> figures, and one page.

SECTORS = {} if config["panel"] else {"sectors": f"{DATASET}/sectors.csv"}
CITIES = {} if config["panel"] else {"regions": f"{DATASET}/regions.csv"}
BY_YEAR = {"values": f"{RESULTS}/values", "years": ",".join(map(str, YEARS))}

# What each figure is drawn from: single files, which its command names, files of each year, and further words of
# its command. A panel that was brought along has no prices.
FIGURES = {
    "coefficients": ({"comparison": f"{RESULTS}/published.csv"}, [], {}),
    "productivity": ({"panel": PANEL, "mean_logs": f"{HOME}/resources/published/mean_logs.csv"}, [], {}),
    "digital": ({"panel": PANEL} | SECTORS, [], {}),
    "ranks": ({"panel": PANEL} | CITIES, [], {}),
    "first_stage": ({"panel": PANEL}, [], {"settings": settings("regressions")}),
}
if not config["panel"]:
    FIGURES |= {
        "values_prices": (SECTORS, ["national.csv"], BY_YEAR),
        "wage_profit": ({}, ["wage_profit.csv", "summary.json"], BY_YEAR),
    }

for figure, (single, yearly, words) in FIGURES.items():

    rule:
        name:
            f"draw_{figure}"
        message:
            "Drawing {params.figure}"
        input:
            **single,
            split=SPLIT,
            description=DESCRIPTION,
            yearly=expand("<results>/values/{year}/{file}", year=YEARS, file=yearly),
        output:
            pdf=f"<results>/figures/{figure}.pdf",
            png=report(
                f"<results>/figures/{figure}.png",
                caption=f"../report/captions/{figure}.rst",
                category="Figures",
                labels={"figure": figure.replace("_", " ")},
            ),
            chart=f"<results>/figures/{figure}.json",
        log:
            f"<logs>/draw/{figure}.log",
        params:
            figure=figure,
            stem=f"{RESULTS}/figures/{figure}",
            # a function, since the settings hold braces that are no wildcards
            words=lambda wildcards, words=single | words: " ".join(f"{k}={shlex.quote(v)}" for k, v in words.items()),
            code=code("draw_figure"),
        shell:
            "python {SCRIPTS}/draw_figure.py figure={params.figure} description={input.description:q}"
            " {params.words} stem={params.stem} log={log}"


FIGURE_FILES = expand("<results>/figures/{figure}.{kind}", figure=FIGURES, kind=["pdf", "png", "json"])


rule figures:
    input:
        FIGURE_FILES,


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
    params:
        results=RESULTS,
        years=",".join(map(str, YEARS)),
        code=code("write_report"),
    shell:
        "python {SCRIPTS}/write_report.py description={input.description:q} results={params.results}"
        " years={params.years} exclusions={input.exclusions:q} described={input.described:q}"
        " template={input.template:q} page={output.page} log={log}"


# What is made last: whatever changed on the way there made one of these anew.
LAST_FILES = [
    *expand("<results>/tables/table{number:02}{kind}", number=range(2, 11), kind=[".csv", *SET]),
    *expand("<results>/published{kind}", kind=[".csv", *SET]),
    *FIGURE_FILES,
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
    params:
        results=RESULTS,
        config=json.dumps(config, sort_keys=True),
        code=code("write_provenance"),
    shell:
        "python {SCRIPTS}/write_provenance.py results={params.results} config={params.config:q}"
        " metadata=.snakemake/metadata description={input.description:q} home={HOME:q}"
        " provenance={output.provenance} log={log}"


FINAL = [*TABLE_FILES, *LAST_FILES, "<results>/provenance.json"]
