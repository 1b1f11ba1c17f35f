# The front door. Data walks from top to bottom:
# (import ->) economy -> values -> indicators -> tables -> report

from snakemake.utils import min_version

min_version("9.27")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/import.smk"
include: "workflow/rules/economy.smk"
include: "workflow/rules/values.smk"
include: "workflow/rules/indicators.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        FINAL,


onstart:
    HELD.append(or_stop(running.hold, RESULTS))
    if not config["panel"]:
        say(running.expectation(ECONOMY, RESULTS, workflow.cores or 1))


onsuccess:
    say(f"done. Results are in {RESULTS}/; open {RESULTS}/report.html first.")


onerror:
    for complaint in running.complaints(f"{RESULTS}/logs", STARTED):
        print(complaint, file=sys.stderr)
