# Values of all years -> the sample; values, prices and accounts -> indicators (9) to (19), (21) by year -> one panel.


rule decide_sample:
    message:
        "Deciding the sample of {params.years}"
    input:
        split=SPLIT,
        index=f"<results>/economy/{YEARS[0]}/index.json",
        values=expand("<results>/values/{year}/network.npz", year=YEARS),
        screening=SCREENINGS if IMPORT else ancient(SCREENINGS),
    output:
        arrays="<results>/sample.npz",
        exclusions="<results>/exclusions.csv",
        summary="<results>/sample.json",
    log:
        "<logs>/decide_sample.log",
    benchmark:
        "<benchmarks>/decide_sample.tsv"
    params:
        years=YEARS,
        screening=f"{RESULTS}/screening" if SCREENED else "",
        code=code("decide_sample"),
    localrule: True
    shell:
        f"python {SCRIPTS}/decide_sample.py"
        " --years {params.years:q} --index {input.index:q} --values {input.values:q}"
        " --arrays {output.arrays:q} --exclusions {output.exclusions:q} --summary {output.summary:q}"
        " --screening {params.screening:q} --log {log:q}"


rule compute_indicators:
    message:
        "Indicators of {wildcards.year}"
    input:
        split=SPLIT,
        regions="<dataset>/regions.csv",
        index="<results>/economy/{year}/index.json",
        flows=by_digest(flows),
        accounts=expand("<results>/economy/{{year}}/regions/{region}.npy", region=REGIONS),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
        values="<results>/values/{year}/network.npz",
        sample="<results>/sample.npz",
    output:
        indicators="<results>/indicators/{year}.npz",
    log:
        "<logs>/compute_indicators/{year}.log",
    benchmark:
        "<benchmarks>/compute_indicators/{year}.tsv"
    resources:
        **needs("compute_indicators"),
    params:
        accounts=lambda wildcards: f"{RESULTS}/economy/{wildcards.year}/regions",
        solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
        settings=settings("values.imports", "indicators"),
        code=code("compute_indicators"),
    shell:
        f"python {SCRIPTS}/compute_indicators.py"
        " --year {wildcards.year:q} --regions {input.regions:q} --index {input.index:q} --flows {input.flows:q}"
        " --accounts {params.accounts:q} --solutions {params.solutions:q} --nation {input.nation:q}"
        " --values {input.values:q} --sample {input.sample:q} --settings {params.settings:q} --indicators {output.indicators:q}"
        " --log {log:q}"


rule assemble_panel:
    message:
        "Assembling the panel of {params.years}"
    input:
        split=SPLIT,
        indicators=expand("<results>/indicators/{year}.npz", year=YEARS),
    output:
        panel="<results>/panel.parquet",
    log:
        "<logs>/assemble_panel.log",
    benchmark:
        "<benchmarks>/assemble_panel.tsv"
    resources:
        **needs("assemble_panel"),
    params:
        years=YEARS,
        code=code("assemble_panel"),
    localrule: costs.short("assemble_panel", COSTS)
    shell:
        f"python {SCRIPTS}/assemble_panel.py"
        " --years {params.years:q} --indicators {input.indicators:q} --panel {output.panel:q} --log {log:q}"


PANEL_FILES = [
    *VALUES_FILES,
    "<results>/sample.npz",
    "<results>/sample.json",
    "<results>/exclusions.csv",
    *expand("<results>/indicators/{year}.npz", year=YEARS),
    "<results>/panel.parquet",
]


rule panel:
    input:
        lambda wildcards: PANEL_FILES,
