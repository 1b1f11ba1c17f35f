# Tables 3 to 10 under every open reading of the method, config/readings.yaml, and what they say together.

from laborvalue_workflow.readings.plan import plan_or_reason

READINGS_FILES = [
    "<results>/readings/readings.parquet",
    *expand("<results>/readings/{table}.csv", table=["choices", "register", "agreement", "influence"]),
    *expand("<results>/readings/{table}.csv", table=["distance", "left_out"]),
]
READINGS_PLAN, REFUSED = plan_or_reason(
    config,
    [HOME / "config/readings.yaml", SCHEMA, HOME / "workflow/schemas/readings.schema.yaml"],
    ECONOMY,
    partial(importers.reading_limit, IMPORT) if IMPORT else None,
)
if REFUSED and compat.asked_for(workflow, "reading"):
    sys.exit(f"laborvalue: {REFUSED}")

if READINGS_PLAN:

    include: "reading_nodes.smk"

else:

    # a workflow that imports this one may want other files only: the job says why there are no readings
    rule gather_readings:
        output:
            READINGS_FILES,
        params:
            reason=f"laborvalue: {REFUSED}",
        localrule: True
        shell:
            "echo {params.reason:q} | tee {log:q} >&2; exit 1"


rule readings:
    input:
        READINGS_FILES,
        expand("<results>/figures/{figure}.{kind}", figure=DRAWN_OF_READINGS, kind=["pdf", "png", "json"]),
        "<results>/provenance.json",
