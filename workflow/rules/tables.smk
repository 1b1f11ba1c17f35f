# The panel -> the tables of the register, as numbers (.csv) and set for reading; the paper's beside them; robustness.

from laborvalue.econometrics.checks import CHECKS as ALL_CHECKS
from laborvalue.econometrics.equations import ESTIMATED, TABLES
from laborvalue_workflow.data import table_support
from laborvalue_workflow.reporting.set_tables import KINDS

PANEL = config["panel"] or f"{RESULTS}/panel.parquet"
# what the panel was computed from, for the notes; nothing is known of a panel of the user's
DESCRIPTION = [] if config["panel"] else f"{DATASET}/dataset.yaml"

SET = [f".{kind}" for kind in KINDS]
SET_BESIDE_PAGE = [kind for kind in SET if kind != ".html"]
ROBUSTNESS = settings("regressions", *(f"robustness.bootstrap_{key}" for key in ("draws", "weights", "seed")))

# Tables that are not made, since a panel of the user's has no column for them: number -> the column.
LACKING = (
    or_stop(table_support.tables_without_columns, config["panel"], config["regressions"]) if config["panel"] else {}
)
AVAILABLE = [table for table in ESTIMATED if table.number not in LACKING]
COMPARED = [table.number for table in AVAILABLE]
LEFT_OUT = expand("<results>/tables/{table.name}_left_out.csv", table=AVAILABLE)
# a check of tables with an instrument, or of those without, needs such a table
CHECKS = [
    check.name
    for check in ALL_CHECKS
    if check.name in config["robustness"]["checks"] and any(check.concerns(table.instrumented) for table in AVAILABLE)
]
if LACKING:
    say(table_support.lacking(config["panel"], LACKING, "published, robustness and report do without these tables"))

# What cannot be estimated is decided by the estimation, column by column; what is known before is said here.
UNSUPPORTED = (
    or_stop(table_support.tables_without_values, config["panel"], config["regressions"])
    if config["panel"]
    else ECONOMY.lacking
)
if foreseen := {number: what for number, what in UNSUPPORTED.items() if number not in LACKING}:
    say(
        table_support.lacking(
            config["panel"] or DATASET, foreseen, "dashes and the reason stand in their place, and all else is made"
        )
    )


for spec in TABLES:

    rule:
        name:
            spec.name
        message:
            f"Table {spec.number}: {spec.title}"
        input:
            panel=PANEL,
            description=DESCRIPTION,
        output:
            multiext(f"<results>/tables/{spec.name}", *SET_BESIDE_PAGE),
            table=f"<results>/tables/{spec.name}.csv",
            losses=[f"<results>/tables/{spec.name}_losses.csv"] if spec.estimated else [],
            left_out=[f"<results>/tables/{spec.name}_left_out.csv"] if spec.estimated else [],
            page=report(
                f"<results>/tables/{spec.name}.html",
                caption="../report/captions/table.rst",
                category="Tables",
                labels={"table": spec.name},
            ),
        params:
            **script(
                "table",
                number=spec.number,
                caption=WORDS.fill(spec.caption),
                stem=spec.name,
                settings=settings("words", *(["regressions"] if spec.estimated else [])),
            ),
        localrule: True
        shell:
            "{params.command} --log {log:q}"


rule compare_published:
    message:
        "Comparing with the published tables"
    input:
        tables=expand("<results>/tables/{table.name}.csv", table=AVAILABLE),
        left_out=LEFT_OUT,
        description=DESCRIPTION,
        coefficients=at_home("resources/published/coefficients.csv"),
    output:
        multiext("<results>/published", *SET_BESIDE_PAGE),
        comparison="<results>/published.csv",
        page=report(
            "<results>/published.html",
            caption="../report/captions/published.rst",
            category="Tables",
            labels={"table": "published and computed"},
        ),
    params:
        **script("compare_published", words=settings("words")),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule crosscheck:
    message:
        "Estimating the tables again with linearmodels"
    input:
        panel=PANEL,
        tables=expand("<results>/tables/{table.name}.csv", table=AVAILABLE),
    output:
        comparison="<results>/tables/crosscheck.csv",
    params:
        **script("crosscheck", settings=settings("regressions")),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule audit_slopes:
    message:
        "What the wage share has to do with the slopes"
    input:
        panel=PANEL,
        indices=expand("<results>/economy/{year}/index.json", year=YEARS),
    output:
        slopes="<results>/audit/slopes.csv",
        parts="<results>/audit/parts.csv",
    params:
        **script("audit_slopes", years=YEARS, economy=f"{RESULTS}/economy", settings=settings("regressions")),
    localrule: costs.short("audit_slopes", COSTS)
    shell:
        "{params.command} --log {log:q}"


rule placebo_year:
    message:
        "Other goods in the place of the digital ones, {wildcards.year}"
    input:
        index="<results>/economy/{year}/index.json",
        accounts=expand("<results>/economy/{{year}}/regions/{region}.npy", region=REGIONS),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
        sample="<results>/sample.npz",
    output:
        placebos="<results>/audit/placebos/{year}.npz",
    params:
        **script(
            "placebo_year",
            accounts=lambda wildcards: f"{RESULTS}/economy/{wildcards.year}/regions",
            solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
            seed=config["readings"]["seed"],
            settings=settings("indicators"),
        ),
    shell:
        "{params.command} --log {log:q}"


rule placebo_slopes:
    message:
        "Slopes of other goods in the place of the digital ones"
    input:
        panel=PANEL,
        placebos=expand("<results>/audit/placebos/{year}.npz", year=YEARS),
    output:
        standing="<results>/audit/placebos.csv",
        slopes="<results>/audit/placebo_slopes.csv",
    params:
        **script("placebo_slopes", settings=settings("regressions")),
    shell:
        "{params.command} --log {log:q}"


rule audit:
    input:
        "<results>/audit/slopes.csv",
        "<results>/audit/placebos.csv",
        "<results>/report.html",
        "<results>/provenance.json",


rule check_robustness:
    message:
        "Robustness: {wildcards.check}"
    input:
        panel=PANEL,
        tables=expand("<results>/tables/{table.name}.csv", table=AVAILABLE),
        left_out=LEFT_OUT,
        description=DESCRIPTION,
    output:
        multiext("<results>/robustness/{check}", *SET),
        answers="<results>/robustness/{check}.csv",
    params:
        **script("check_robustness", settings=ROBUSTNESS, words=settings("words")),
    shell:
        "{params.command} --log {log:q}"


SET_TABLES = [
    f"<results>/tables/{table.name}{kind}" for table in TABLES if table.number not in LACKING for kind in [".csv", *SET]
]
# For a panel of the user's every table is a target: the first that it does not support is named.
TABLE_FILES = [
    *([] if config["panel"] else PANEL_FILES),
    *SET_TABLES,
    "<results>/tables/crosscheck.csv",
    *(f"<results>/tables/table{number:02}.csv" for number in (LACKING if config["panel"] else [])),
]


rule tables:
    input:
        lambda wildcards: TABLE_FILES,


rule published:
    input:
        multiext("<results>/published", ".csv", *SET),


rule robustness:
    input:
        lambda wildcards: [] if config["panel"] else PANEL_FILES,
        SET_TABLES,
        expand("<results>/robustness/{check}{kind}", check=CHECKS, kind=[".csv", *SET]),
        "<results>/provenance.json",
