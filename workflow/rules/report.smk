# Everything that was computed -> figures, and one page.

PAPER = at_home("resources/published")
SECTORS = {} if config["panel"] else {"sectors": f"{DATASET}/sectors.csv"}
CITIES = {} if config["panel"] else {"regions": f"{DATASET}/regions.csv"}
BY_YEAR = {"values": f"{RESULTS}/values", "years": YEARS}

# What each figure is drawn from: single files, which its command names, files of each year, and further words of
# its command. A panel that was brought along has no prices.
FIGURES = {
    "coefficients": ({"comparison": f"{RESULTS}/published.csv"}, [], {}),
    "productivity": ({"panel": PANEL, "mean_logs": f"{PAPER}/mean_logs.csv"}, [], {}),
    "digital": ({"panel": PANEL} | SECTORS, [], {}),
    "ranks": ({"panel": PANEL} | CITIES, [], {}),
}
if 8 in COMPARED:
    FIGURES |= {"first_stage": ({"panel": PANEL}, [], {"settings": settings("regressions")})}
if not config["panel"]:
    FIGURES |= {
        "values_prices": (SECTORS, ["national.csv"], BY_YEAR),
        "wage_profit": ({}, ["wage_profit.csv", "summary.json"], BY_YEAR),
    }


def options(words):
    """Command-line options of their names and values; a value may be a list."""
    texts = {name: [value] if isinstance(value, str) else value for name, value in words.items()}
    return " ".join(f"--{name.replace('_', '-')} {shlex.join(map(str, values))}" for name, values in texts.items())


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
            f"<logs>/draw_figure/{figure}.log",
        benchmark:
            f"<benchmarks>/draw_figure/{figure}.tsv"
        params:
            figure=figure,
            stem=lambda wildcards, figure=figure: f"{RESULTS}/figures/{figure}",
            # a function, since the settings hold braces that are no wildcards
            words=lambda wildcards, words=single | words: options(words),
            code=code("draw_figure"),
        localrule: True
        shell:
            f"python {SCRIPTS}/draw_figure.py"
            " --figure {params.figure:q} --description {input.description:q}"
            " {params.words} --stem {params.stem:q} --log {log:q}"


FIGURE_FILES = expand("<results>/figures/{figure}.{kind}", figure=FIGURES, kind=["pdf", "png", "json"])


rule figures:
    input:
        FIGURE_FILES,


PAPER_FILES = ["coefficients.csv", "statistics.csv", "table02.csv", "mean_logs.csv"]
TEMPLATES = at_home("workflow/report/page")
TEMPLATE_FILES = [
    *["report.html.j2", "macros.j2", "economy.j2", "regressions.j2", "origin.j2"],
    *["style.css", "page.js", "pipeline.yaml"],
]

# what the page tells of the economy
REPORTED = [
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["summary.json", "deviations.csv"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["national.csv", "national.npz"]),
    *expand("<results>/economy/{year}/tables.json", year=YEARS),
    *["<dataset>/regions.csv", "<dataset>/sectors.csv", "<results>/exclusions.csv"],
    *(expand("<results>/screening/{year}.csv", year=YEARS) if IMPORT else []),
]
# and which choices it lists: those that this run rests on
CHOSEN = ["regressions"] if config["panel"] else ["values", "prices", "indicators", "regressions"]
if config["panel"]:
    KIND = ["panel"]
elif IMPORT:
    KIND, CHOSEN = ["import"], ["import", *CHOSEN]
elif config["dataset"]:
    converted = any(not tables["flows"].endswith(".npy") for tables in ECONOMY["tables"].values())
    KIND = ["dataset", "convert"] if converted else ["dataset"]
else:
    KIND, CHOSEN = ["embedded"], ["embedded", *CHOSEN]


rule report:
    message:
        "Writing the report"
    input:
        split=SPLIT,
        description=DESCRIPTION,
        panel=PANEL,
        charts=expand("<results>/figures/{figure}.json", figure=FIGURES),
        tables=expand("<results>/tables/table{number:02}.csv", number=[2, *COMPARED]),
        losses=expand("<results>/tables/table{number:02}_losses.csv", number=COMPARED),
        comparison="<results>/published.csv",
        paper=expand("{paper}/{file}", paper=PAPER, file=PAPER_FILES),
        templates=expand("{templates}/{file}", templates=TEMPLATES, file=TEMPLATE_FILES),
        economy=[] if config["panel"] else REPORTED,
    output:
        page=report(
            "<results>/report.html",
            caption="../report/captions/report.rst",
            category="Report",
            labels={"page": "the replication"},
        ),
    log:
        "<logs>/report.log",
    benchmark:
        "<benchmarks>/report.tsv"
    params:
        results=lambda wildcards: RESULTS,
        years=YEARS,
        numbers=COMPARED,
        figures=list(FIGURES),
        kind=KIND,
        screening=f"{RESULTS}/screening" if IMPORT else "",
        # a function, since the settings may hold braces that are no wildcards
        config=lambda wildcards: json.dumps({section: config[section] for section in CHOSEN}, sort_keys=True),
        code=code("write_report"),
    localrule: True
    shell:
        f"python {SCRIPTS}/write_report.py"
        " --description {input.description:q} --results {params.results:q}"
        " --years {params.years:q} --numbers {params.numbers:q} --figures {params.figures:q} --panel {input.panel:q}"
        f" --paper {shlex.quote(PAPER)} --templates {shlex.quote(TEMPLATES)}"
        " --kind {params.kind:q} --config {params.config:q} --screening {params.screening:q}"
        " --page {output.page:q} --log {log:q}"


# What is made last: whatever changed on the way there made one of these anew.
LAST_FILES = [
    *SET_TABLES,
    *expand("<results>/published{kind}", kind=[".csv", *SET]),
    *EXPORTED,
    *FIGURE_FILES,
    "<results>/report.html",
]


rule provenance:
    message:
        "Writing down where every result comes from"
    input:
        # the checksums of the dataset's tables, which may be other bytes with the same results
        split=[] if config["panel"] else expand("<results>/economy/{year}/tables.json", year=YEARS),
        results=LAST_FILES,
        description=DESCRIPTION,
    output:
        provenance="<results>/provenance.json",
    log:
        "<logs>/provenance.log",
    benchmark:
        "<benchmarks>/provenance.tsv"
    params:
        results=lambda wildcards: RESULTS,
        # a function, since the config may hold braces that are no wildcards
        config=lambda wildcards: json.dumps(config, sort_keys=True),
        metadata=compat.records_folder(workflow),
        code=code("write_provenance"),
    localrule: True
    shell:
        f"python {SCRIPTS}/write_provenance.py"
        " --results {params.results:q} --config {params.config:q}"
        " --metadata {params.metadata:q} --description {input.description:q}"
        f" --home {shlex.quote(str(HOME))}"
        " --provenance {output.provenance:q} --log {log:q}"


FINAL = [*TABLE_FILES, *FIGURE_FILES, *LAST_FILES, "<results>/provenance.json"]
