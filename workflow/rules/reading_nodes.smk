# Every open reading of the method: config/readings.yaml -> values, panels and estimates, each made once for all readings
# that share it -> what the readings say together.
#
# A file below readings/values, /panels or /estimates is one node: what a distinct set of the choices that reach it gives.
# Many nodes are one job, which one depends on their names, and its files are one folder: Snakemake takes 50 ms for each
# output of a job with many inputs. Readings that share the run's own values or panel take the files of the stages before.

from laborvalue.readings.choices import Level
from laborvalue_workflow.readings.nodes import nodes_text, space_text

ALL_INDICES = expand("<results>/economy/{year}/index.json", year=YEARS)
ALL_ACCOUNTS = expand("<results>/economy/{year}/regions/{region}.npy", year=YEARS, region=REGIONS)
ALL_FLOWS = [stored_flows(year) for year in YEARS]
OWN_VALUES = expand("<results>/values/{year}/{file}.npz", year=YEARS, file=["national", "network"])


for number, nodes in READINGS_PLAN.batches(Level.VALUES).items():

    rule:
        name:
            f"reading_values_{number}"
        message:
            f"Values and prices under {len(nodes)} sets of choices, part {number}"
        input:
            indices=ALL_INDICES,
            accounts=ALL_ACCOUNTS,
            origins=ancient(expand("<results>/economy/{year}/origins.npz", year=YEARS)),
            flows=ancient(ALL_FLOWS),
            turnover=TURNOVER,
        output:
            folder=directory(f"<results>/readings/values/{number}"),
        params:
            **script(
                "reading_values",
                years=YEARS,
                economy=f"{RESULTS}/economy",
                nodes=nodes_text(nodes),
                settings=settings("values", "prices"),
            ),
        shell:
            f"{ONE_THREAD_OF_BLAS} {{params.command}} --log {{log:q}}"


for number, nodes in READINGS_PLAN.batches(Level.PANELS).items():

    rule:
        name:
            f"reading_panels_{number}"
        message:
            f"Panels under {len(nodes)} sets of choices, part {number}"
        input:
            regions="<dataset>/regions.csv",
            indices=ALL_INDICES,
            accounts=ALL_ACCOUNTS,
            flows=ancient(ALL_FLOWS),
            turnover=TURNOVER,
            own=[] if all(node.above for node in nodes) else OWN_VALUES,
            solved=node_folders(Level.VALUES, [node.above for node in nodes]),
        output:
            folder=directory(f"<results>/readings/panels/{number}"),
        params:
            **script(
                "reading_panels",
                years=YEARS,
                economy=f"{RESULTS}/economy",
                values=f"{RESULTS}/values",
                nodes=nodes_text(nodes),
                settings=settings("values", "prices", "indicators"),
            ),
        shell:
            f"{ONE_THREAD_OF_BLAS} {{params.command}} --log {{log:q}}"


for number, nodes in READINGS_PLAN.batches(Level.ESTIMATES).items():

    rule:
        name:
            f"reading_estimates_{number}"
        message:
            f"Tables 3 to 10 under {len(nodes)} sets of choices, part {number}"
        input:
            index=ALL_INDICES[0],
            panel=[] if all(node.above for node in nodes) else PANEL,
            mean_logs=at_home("resources/published/mean_logs.csv"),
            panels=node_folders(Level.PANELS, [node.above for node in nodes]),
        output:
            folder=directory(f"<results>/readings/estimates/{number}"),
        params:
            **script(
                "reading_estimates",
                nodes=nodes_text(nodes),
                settings=settings("regressions", "readings.draws", "readings.seed"),
            ),
        shell:
            f"{ONE_THREAD_OF_BLAS} {{params.command}} --log {{log:q}}"


# What readings are compared with: the paper's numbers, or the results of another run as if they were printed.
if config["readings"]["target"]:
    COMPARED_WITH = {
        "coefficients": [f"{config['readings']['target']}/tables/{spec.name}.csv" for spec in ESTIMATED],
        "statistics": [],
        "table02": f"{config['readings']['target']}/tables/table02.csv",
        "panel": f"{config['readings']['target']}/panel.parquet",
    }
else:
    COMPARED_WITH = {
        "coefficients": [at_home("resources/published/coefficients.csv")],
        "statistics": at_home("resources/published/statistics.csv"),
        "table02": at_home("resources/published/table02.csv"),
        "panel": [],
    }


rule gather_readings:
    message:
        f"What {len(READINGS_PLAN.computed)} readings say together"
    input:
        **COMPARED_WITH,
        mean_logs=at_home("resources/published/mean_logs.csv"),
        estimates=node_folders(Level.ESTIMATES, READINGS_PLAN.nodes[Level.ESTIMATES]),
    output:
        READINGS_FILES,
    params:
        **script(
            "gather_readings",
            folder=f"{RESULTS}/readings",
            space=space_text(READINGS_PLAN.space),
            sample=config["readings"]["sample"],
            seed=config["readings"]["seed"],
        ),
    shell:
        f"{ONE_THREAD_OF_BLAS} {{params.command}} --log {{log:q}}"
