# Start here. Data goes from top to bottom:
# (import ->) economy -> values -> indicators -> tables -> exports, report

import logging

from snakemake.utils import min_version

min_version("9.27")
logging.raiseExceptions = False  # a log on a full disk is reported in one line (compat.guard_logs), not in tracebacks


configfile: "config/config.yaml"


report: "workflow/report/captions/workflow.rst"


# used with --software-deployment-method apptainer only: the image that Containerfile describes
container: "laborvalue.sif"


include: "workflow/rules/common.smk"
include: "workflow/rules/import.smk"
include: "workflow/rules/economy.smk"
include: "workflow/rules/values.smk"
include: "workflow/rules/indicators.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/exports.smk"
include: "workflow/rules/report.smk"


# Listing the readings takes longer than the rest of a plan that does not ask for them.
if compat.asked_for(workflow, "reading") is not False:

    include: "workflow/rules/readings.smk"


rule all:
    default_target: True
    input:
        FINAL,


compat.complete_rules(workflow, after_split, resources)
# Not hooks (onstart, onsuccess, onerror): Snakemake runs none for a module or a dry run.
session = Session(
    workflow,
    ECONOMY,
    RESULTS,
    DATASET,
    config["panel"],
    WORDS.region,
    units,
    lambda: READINGS_PLAN.expectation if READINGS_PLAN else REFUSED,
    SOURCES,
)
if compat.is_main(workflow) and not compat.makes_all_again():
    or_stop(integrity.refuse_unknown_results, RESULTS, *compat.made_and_unfinished(workflow), compat.makes(workflow))
compat.watch_run(workflow, RESULTS, session.begin, session.end)
terminal.show_stages(workflow, say)
