# A dataset folder, the embedded one or the user's -> the accounts of each region and year.

DATASET_TABLES = expand("<dataset>/{file}", file=["dataset.yaml", "regions.csv", "sectors.csv"])


if not config["dataset"] and not IMPORT:

    rule generate_dataset:
        message:
            "Describing the embedded, synthetic economy"
        input:
            sector_profiles=at_home("resources/embedded/sectors.csv"),
        output:
            dataset="<dataset>/dataset.yaml",
            regions_table="<dataset>/regions.csv",
            sectors_table="<dataset>/sectors.csv",
        params:
            **script("generate_dataset", regions=REGIONS, settings=settings("embedded")),
        localrule: True
        shell:
            "{params.command} --log {log:q}"

    rule generate_year:
        message:
            "Generating the synthetic tables of {wildcards.year}"
        input:
            regions="<dataset>/regions.csv",
            sector_profiles=at_home("resources/embedded/sectors.csv"),
            recipes=at_home("resources/embedded/recipes.csv"),
        output:
            flows="<dataset>/{year}/flows.npy",
            final_demand="<dataset>/{year}/final_demand.parquet",
            primary_inputs="<dataset>/{year}/primary_inputs.parquet",
            labor="<dataset>/{year}/labor.parquet",
        params:
            **script("generate_year", settings=settings("embedded.seed")),
        shell:
            "{params.command} --log {log:q}"


rule convert_flows:
    message:
        "Storing the flows of {wildcards.year} as a square array"
    input:
        table=lambda wildcards: ECONOMY.tables[int(wildcards.year)]["flows"],
        regions="<dataset>/regions.csv",
        sectors="<dataset>/sectors.csv",
    output:
        flows="<results>/economy/{year}/flows.npy",
        found="<results>/economy/{year}/flows_found.json",
    params:
        **script("convert_flows"),
    shell:
        "{params.command} --log {log:q}"


# Every table of every year is screened before anything is computed: all faults are in one message and on one page.
if config["dataset"]:

    rule screen_year:
        message:
            "Screening the tables of {wildcards.year}"
        input:
            DATASET_TABLES,
            year_tables,
            flows=flows,
            converted=flow_findings,
        output:
            report="<results>/screening/{year}.csv",
            page="<results>/screening/{year}.md",
        params:
            **script("screen_year", dataset=DATASET),
        shell:
            "{params.command} --log {log:q}"

    rule accept_screening:
        message:
            "Accepting the tables of {params.years}"
        input:
            # the page first: a rule that ends with an error keeps none of its own files
            page="<results>/screening.md",
            screening=expand("<results>/screening/{year}.csv", year=YEARS),
        output:
            accepted="<results>/screening/accepted.json",
        params:
            **script("accept_screening", years=YEARS, folder=DATASET),
        localrule: True
        shell:
            "{params.command} --log {log:q}"


if SCREENED:

    rule write_screening:
        message:
            "Writing one page on the screening of all years"
        input:
            screening=expand("<results>/screening/{year}.csv", year=YEARS),
        output:
            page="<results>/screening.md",
        params:
            **script("write_screening"),
        localrule: True
        shell:
            "{params.command} --log {log:q}"


# What the splitting of every year waits for in a dataset folder. Not `ancient`: Snakemake would leave the splitting out
# of the plan though its tables changed. A changed year splits the others again, and recomputes nothing of them.
ACCEPTED = "<results>/screening/accepted.json" if config["dataset"] else []
SCREENINGS = expand("<results>/screening/{year}.csv", year=YEARS) if SCREENED else []
SCREENING_FILES = [*SCREENINGS, *expand("<results>/screening/{year}.md", year=YEARS), "<results>/screening.md"]


rule screening:
    input:
        SCREENING_FILES if SCREENED else [],


# A checkpoint, so that Snakemake looks at the plan again when the regions' files are there, and drops the regions
# whose accounts did not change. The rules after it ignore the time stamps of the large files (ancient) and read their
# digests in index.json: a table that is written again with the same numbers recomputes nothing beyond this rule.
checkpoint split_year:
    message:
        "Splitting the tables of {wildcards.year} by region"
    input:
        DATASET_TABLES,
        year_tables,
        flows=flows,
        accepted=ACCEPTED,
        screening=ancient("<results>/screening/{year}.csv") if config["dataset"] else [],
    output:
        expand("<results>/economy/{{year}}/regions/{region}.npy", region=REGIONS),
        multiext("<results>/economy/{year}/", "origins.npz", "deliveries.npz", "index.json", "tables.json"),
    params:
        **script("split_year", dataset=DATASET, folder=lambda wildcards: f"{RESULTS}/economy/{wildcards.year}"),
    shell:
        "{params.command} --log {log:q}"


# A checkpoint while jobs run only, so that plans are not made twice; a plain rule in a run from nothing, where no job
# could be dropped.
compat.checkpoint_while_jobs_run(workflow, "split_year", earlier=os.path.isdir(f"{RESULTS}/values"))


# Files whose digests are in tables.json and index.json.
DIGESTED_FILES = [
    *(path for tables in ECONOMY.tables.values() for path in tables.values()),
    *expand("<results>/economy/{year}/{file}.npz", year=YEARS, file=["origins", "deliveries"]),
]
ECONOMY_FILES = [
    *DATASET_TABLES,
    *DIGESTED_FILES,
    *(SCREENING_FILES if SCREENED else []),
    *expand("<results>/economy/{year}/{file}", year=YEARS, file=["tables.json", "index.json"]),
    *missing_of_regions("economy"),
]
