# Tables as they were published -> a dataset folder and the screening of every year.

if IMPORT:
    for path in sorted(
        {*importers.small_inputs(IMPORT), *(path for year in YEARS for path in importers.year_inputs(IMPORT, year))}
    ):
        or_stop(running.refuse_unusable, "config: a path of import", path)

    rule import_year:
        message:
            "Importing the table of {wildcards.year}"
        input:
            file=lambda wildcards: importers.year_inputs(IMPORT, int(wildcards.year)),
            small=importers.small_inputs(IMPORT),
        output:
            flows="<dataset>/{year}/flows.npy",
            final_demand="<dataset>/{year}/final_demand.parquet",
            primary_inputs="<dataset>/{year}/primary_inputs.parquet",
            labor="<dataset>/{year}/labor.parquet",
            report="<results>/screening/{year}.csv",
            page="<results>/screening/{year}.md",
        log:
            "<logs>/import_year/{year}.log",
        benchmark:
            "<benchmarks>/import_year/{year}.tsv"
        resources:
            **needs("import_year"),
        params:
            settings=lambda wildcards: importers.year_settings(IMPORT, int(wildcards.year)),
            code=code("import_year"),
        shell:
            f"python {SCRIPTS}/import_year.py"
            " --year {wildcards.year:q} --settings {params.settings:q} --flows {output.flows:q}"
            " --final-demand {output.final_demand:q} --primary-inputs {output.primary_inputs:q} --labor-table {output.labor:q}"
            " --report {output.report:q} --page {output.page:q} --log {log:q}"

    rule import_description:
        message:
            "Describing the imported tables"
        input:
            small=importers.small_inputs(IMPORT),
            tables=importers.described_tables(IMPORT),
            # last: without a description there is no dataset, and nothing is computed
            screening=expand("<results>/screening/{year}.csv", year=YEARS),
            page="<results>/screening.md",
        output:
            dataset="<dataset>/dataset.yaml",
            regions="<dataset>/regions.csv",
            sectors="<dataset>/sectors.csv",
        log:
            "<logs>/import_description.log",
        benchmark:
            "<benchmarks>/import_description.tsv"
        params:
            # a function, since the settings may hold braces that are no wildcards
            settings=lambda wildcards: importers.description_settings(IMPORT),
            code=code("import_description"),
        localrule: True
        shell:
            f"python {SCRIPTS}/import_description.py"
            " --settings {params.settings:q} --screening {input.screening:q} --dataset {output.dataset:q}"
            " --regions-table {output.regions:q} --sectors-table {output.sectors:q} --log {log:q}"
