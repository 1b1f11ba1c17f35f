# Values, prices and accounts -> indicators (9) to (19), (21) by year -> one panel.


rule compute_indicators:
    message:
        "Indicators of {wildcards.year}"
    input:
        regions="<dataset>/regions.csv",
        index="<results>/economy/{year}/index.json",
        flows=by_digest(flows),
        accounts=expand("<results>/economy/{{year}}/regions/{region}.npy", region=REGIONS),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
        values="<results>/values/{year}/network.npz",
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
        settings=settings("indicators"),
        code=code("compute_indicators"),
    shell:
        f"python {SCRIPTS}/compute_indicators.py"
        " --regions {input.regions:q} --index {input.index:q} --flows {input.flows:q} --accounts {params.accounts:q} --solutions {params.solutions:q}"
        " --nation {input.nation:q} --values {input.values:q} --settings {params.settings:q} --indicators {output.indicators:q}"
        " --log {log:q}"


rule assemble_panel:
    message:
        "Assembling the panel of {params.years}"
    input:
        split=SPLIT,
        indicators=expand("<results>/indicators/{year}.npz", year=YEARS),
        screening=expand("<results>/screening/{year}.csv", year=YEARS) if IMPORT else [],
    output:
        panel="<results>/panel.parquet",
        exclusions="<results>/exclusions.csv",
    log:
        "<logs>/assemble_panel.log",
    benchmark:
        "<benchmarks>/assemble_panel.tsv"
    resources:
        **needs("assemble_panel"),
    params:
        years=YEARS,
        indicators=lambda wildcards: f"{RESULTS}/indicators",
        screening=f"{RESULTS}/screening" if IMPORT else "",
        code=code("assemble_panel"),
    shell:
        f"python {SCRIPTS}/assemble_panel.py"
        " --years {params.years:q} --indicators {params.indicators:q}"
        " --panel {output.panel:q} --exclusions {output.exclusions:q}"
        " --screening {params.screening:q} --log {log:q}"


PANEL_FILES = [
    *VALUES_FILES,
    *expand("<results>/indicators/{year}.npz", year=YEARS),
    "<results>/panel.parquet",
    "<results>/exclusions.csv",
]


rule panel:
    input:
        PANEL_FILES,
