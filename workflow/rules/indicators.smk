# Values of all years -> the sample; values, prices and accounts -> indicators (9) to (19), (21) by year -> one panel.


rule decide_sample:
    message:
        "Deciding the sample of {params.years}"
    input:
        index=f"<results>/economy/{YEARS[0]}/index.json",
        values=expand("<results>/values/{year}/network.npz", year=YEARS),
        screenings=SCREENINGS if IMPORT else ancient(SCREENINGS),
    output:
        arrays="<results>/sample.npz",
        exclusions="<results>/exclusions.csv",
        summary="<results>/sample.json",
    params:
        **script("decide_sample", years=YEARS, screening=f"{RESULTS}/screening" if SCREENED else ""),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


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
        sample="<results>/sample.npz",
    output:
        indicators="<results>/indicators/{year}.npz",
    params:
        **script(
            "compute_indicators",
            accounts=lambda wildcards: f"{RESULTS}/economy/{wildcards.year}/regions",
            solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
            settings=settings("values.imports", "indicators"),
        ),
    shell:
        "{params.command} --log {log:q}"


rule assemble_panel:
    message:
        "Assembling the panel of {params.years}"
    input:
        indicators=expand("<results>/indicators/{year}.npz", year=YEARS),
    output:
        panel="<results>/panel.parquet",
    params:
        **script("assemble_panel", years=YEARS),
    localrule: costs.short("assemble_panel", COSTS)
    shell:
        "{params.command} --log {log:q}"


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
