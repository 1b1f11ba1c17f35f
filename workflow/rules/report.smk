# All results -> figures, the report page, provenance.

from laborvalue_workflow.reporting import figures
from laborvalue_workflow.data import files

PAPER = at_home("resources/published")
WITH_DATASET = not config["panel"]

# Where the inputs of figures are that are one file, by their names in the register of figures.
FIGURE_INPUTS = {
    "comparison": f"{RESULTS}/published.csv",
    "mean_logs": f"{PAPER}/mean_logs.csv",
    "coefficients": f"{PAPER}/coefficients.csv",
    "panel": PANEL,
}
if WITH_DATASET:
    FIGURE_INPUTS |= {"sectors": f"{DATASET}/sectors.csv", "regions": f"{DATASET}/regions.csv"}
SHOWN = {name for figure in figures.FIGURES.values() for name in figure.variables}
# a panel of the user's may have some of the variables only
EMPTY = (
    [
        *or_stop(files.columns_without_value, config["panel"], SHOWN),
        *SHOWN.difference(files.column_names(config["panel"])),
    ]
    if config["panel"]
    else []
)
DRAWN = {name: figures.FIGURES[name] for name in figures.drawable(COMPARED, WITH_DATASET, EMPTY, len(YEARS))}
# The figures of the readings, drawn with them only.
DRAWN_OF_READINGS = {
    name: figures.FIGURES[name] for name in figures.drawable(COMPARED, WITH_DATASET, EMPTY, len(YEARS), readings=True)
}

# A job for each group: what draws takes longer to load than a figure to draw.
for group in ["values", "panel", "readings"]:
    drawn = {name: figure for name, figure in (DRAWN | DRAWN_OF_READINGS).items() if figure.group == group}
    if not drawn:
        continue

    rule:
        name:
            f"draw_{group}"
        message:
            "Drawing {params.figures}"
        input:
            figure_files(drawn.values()),
            description=DESCRIPTION,
        output:
            png=[
                report(
                    f"<results>/figures/{name}.png",
                    caption=f"../report/captions/{figure.caption or name}.rst",
                    category="Figures",
                    labels={"figure": name.replace("_", " ")},
                )
                for name, figure in drawn.items()
            ],
            other=expand("<results>/figures/{figure}.{kind}", figure=drawn, kind=["pdf", "json"]),
        params:
            **script(
                "draw_figures",
                figures=[*drawn],
                folder=f"{RESULTS}/figures",
                results=RESULTS,
                paper=PAPER,
                **figure_params(drawn.values()),
            ),
            # for the caption in Snakemake's own report
            region=WORDS.region,
            regions=WORDS.regions,
        localrule: True
        shell:
            "{params.command} --log {log:q}"


FIGURE_FILES = expand("<results>/figures/{figure}.{kind}", figure=DRAWN, kind=["pdf", "png", "json"])


rule figures:
    input:
        FIGURE_FILES,


# The tables that the report shows: a panel of the user's may lack columns of Table 2 too.
REPORTED_TABLES = [number for number in (2, *COMPARED) if number not in LACKING]
# The robustness checks, and whether this call asks for them: see shown_of_robustness.
ROBUSTNESS_FILES = expand("<results>/robustness/{check}.csv", check=CHECKS)
ROBUSTNESS_ASKED = compat.is_target(workflow, "robustness")
AUDIT_ASKED = compat.is_target(workflow, "audit")
# What the report shows of the readings, and whether this call asks for them: see shown_of_readings.
SHOWN_OF_READINGS = [
    *expand("<results>/readings/{file}", file=figures.OF_READINGS.values()),
    *expand("<results>/figures/{figure}.{kind}", figure=DRAWN_OF_READINGS, kind=["json", "pdf"]),
]
READINGS_ASKED = compat.is_target(workflow, "readings")


PAPER_FILES = ["coefficients.csv", "statistics.csv", "table02.csv", "mean_logs.csv"]
TEMPLATES = at_home("workflow/report/page")
TEMPLATE_FILES = [
    *["report.html.j2", "macros.j2", "hypotheses.j2", "nation.j2", "account.j2", "productivity.j2", "values.j2"],
    *["measures.j2", "regressions.j2", "audit.j2", "readings.j2"],
    *["sentences.j2", "robustness.j2", "data.j2", "origin.j2"],
    *["style.css", "page.js", "pipeline.yaml"],
]

# what the page shows of the economy
REPORTED = [
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["summary.json", "deviations.csv"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["national.csv", "national.npz"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["account_regions.csv", "rates.csv"]),
    *expand("<results>/values/{year}/account_{of}.csv", year=max(YEARS), of=["sectors", "negative"]),
    "<results>/values/switch_points.csv",
    *expand("<results>/audit/{file}.csv", file=["slopes", "parts"]),
    *expand("<results>/economy/{year}/tables.json", year=YEARS),
    *["<dataset>/regions.csv", "<dataset>/sectors.csv", "<results>/exclusions.csv"],
    *(SCREENINGS if IMPORT else ancient(SCREENINGS)),
]
# and which sections of the config it lists: those that this run depends on
CHOSEN = ["words", "report", "regressions"]
if not config["panel"]:
    CHOSEN += ["values", "prices", "indicators"]
if config["panel"]:
    KIND = ["panel"]
elif IMPORT:
    KIND, CHOSEN = ["import"], ["import", *CHOSEN]
elif config["dataset"]:
    converted = any(not tables["flows"].endswith(".npy") for tables in ECONOMY.tables.values())
    KIND = ["dataset", "convert"] if converted else ["dataset"]
else:
    KIND, CHOSEN = ["embedded"], ["embedded", *CHOSEN]


rule bundle_library:
    message:
        "Bundling the script that shows the figures"
    output:
        library="<results>/figures/vega.js",
    params:
        **script("bundle_library"),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule report:
    message:
        "Writing the report"
    input:
        # the checksum of the screening of a dataset folder is in index.json
        screened=expand("<results>/economy/{year}/index.json", year=YEARS) if config["dataset"] else [],
        description=DESCRIPTION,
        panel=PANEL,
        charts=expand("<results>/figures/{figure}.{kind}", figure=DRAWN, kind=["json", "pdf"]),
        tables=expand("<results>/tables/table{number:02}.csv", number=REPORTED_TABLES),
        losses=expand("<results>/tables/table{number:02}_losses.csv", number=COMPARED),
        left_out=LEFT_OUT,
        comparison="<results>/published.csv",
        crosscheck="<results>/tables/crosscheck.csv",
        published=expand("{paper}/{file}", paper=PAPER, file=PAPER_FILES),
        page_parts=expand("{templates}/{file}", templates=TEMPLATES, file=TEMPLATE_FILES),
        library="<results>/figures/vega.js",
        economy=[] if config["panel"] else REPORTED,
        robustness=shown_of_robustness,
        readings=shown_of_readings,
        placebos=shown_of_placebos,
    output:
        page=report(
            "<results>/report.html",
            caption="../report/captions/report.rst",
            category="Report",
            labels={"page": "the replication"},
        ),
    params:
        **script(
            "write_report",
            results=RESULTS,
            paper=PAPER,
            templates=TEMPLATES,
            contents=page_contents,
            config=json.dumps({section: config[section] for section in CHOSEN}, sort_keys=True),
        ),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


# The files made last: any change before them makes at least one of them again.
LAST_FILES = [
    *SET_TABLES,
    "<results>/tables/crosscheck.csv",
    *expand("<results>/published{kind}", kind=[".csv", *SET]),
    *EXPORTED,
    *FIGURE_FILES,
    "<results>/report.html",
]


rule provenance:
    message:
        "Writing the provenance of every result"
    input:
        # the checksums of the dataset's tables, whose bytes may change without a change of the results
        checksums=[] if config["panel"] else expand("<results>/economy/{year}/tables.json", year=YEARS),
        results=LAST_FILES,
        robustness=shown_of_robustness,
        readings=shown_of_readings,
        placebos=shown_of_placebos,
        description=DESCRIPTION,
    output:
        provenance="<results>/provenance.json",
    params:
        **script(
            "write_provenance",
            results=RESULTS,
            config=json.dumps(config, sort_keys=True),
            home=at_home("."),
            metadata=compat.records_folder(workflow),
        ),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


FINAL = [*dict.fromkeys([*TABLE_FILES, *LAST_FILES]), "<results>/provenance.json"]
