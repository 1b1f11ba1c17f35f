# Tables as they were published -> a dataset folder and the screening of every year.

if IMPORT:
    for path in sorted(
        {*importers.small_inputs(IMPORT), *(path for year in YEARS for path in importers.year_inputs(IMPORT, year))}
    ):
        or_stop(folders.refuse_unusable, "config: a path of import", path)

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
            labor_table="<dataset>/{year}/labor.parquet",
            report="<results>/screening/{year}.csv",
            page="<results>/screening/{year}.md",
        params:
            **script("import_year", settings=lambda wildcards: importers.year_settings(IMPORT, int(wildcards.year))),
        shell:
            "{params.command} --log {log:q}"

    rule import_description:
        message:
            "Describing the imported tables"
        input:
            small=importers.small_inputs(IMPORT),
            tables=importers.described_tables(IMPORT),
            labor=expand("<dataset>/{year}/labor.parquet", year=YEARS),
            # last: without a description there is no dataset, and nothing is computed
            screening=expand("<results>/screening/{year}.csv", year=YEARS),
            page="<results>/screening.md",
        output:
            dataset="<dataset>/dataset.yaml",
            regions_table="<dataset>/regions.csv",
            sectors_table="<dataset>/sectors.csv",
        params:
            **script("import_description", settings=lambda wildcards: importers.description_settings(IMPORT)),
        localrule: True
        shell:
            "{params.command} --log {log:q}"
