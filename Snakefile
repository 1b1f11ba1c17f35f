# The front door. Data walks from top to bottom:
# (import ->) economy -> values -> indicators -> tables -> exports, report

from snakemake.utils import min_version

min_version("9.27")


configfile: "config/config.yaml"


report: "workflow/report/captions/workflow.rst"


# asked for by --software-deployment-method apptainer only: the image that Containerfile describes
container: "laborvalue.sif"


include: "workflow/rules/common.smk"
include: "workflow/rules/import.smk"
include: "workflow/rules/economy.smk"
include: "workflow/rules/values.smk"
include: "workflow/rules/indicators.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/exports.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        FINAL,


WATCH = terminal.watch(workflow, logger, say)


onstart:
    SPLITTING.is_checkpoint = True
    HELD.append(or_stop(running.hold, RESULTS))
    say_what_it_takes(workflow.cores if workflow.local_exec else None)


onsuccess:
    for warning in running.warnings(RESULTS, DATASET, config["panel"]):
        say(f"note: {warning}")
    say(running.ending(RESULTS, STARTED))


onerror:
    for line in terminal.failure_lines(WATCH.failures, running.complaints(f"{RESULTS}/logs", STARTED)):
        print(line, file=sys.stderr)
