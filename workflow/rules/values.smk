# The accounts of each region and year -> coefficients, values (6), production prices (7), (8).


rule solve_region:
    message:
        "Solving {wildcards.region} in {wildcards.year}"
    input:
        accounts="<results>/economy/{year}/regions/{region}.npz",
    output:
        solution="<results>/values/{year}/regions/{region}.npz",
    log:
        "<logs>/solve_region/{year}/{region}.log",
    conda:
        ENVIRONMENT
    params:
        settings=settings("values.imports", "prices"),
        code=code("solve_region"),
    shell:
        f"python {SCRIPTS}/solve_region.py"
        " accounts={input.accounts} settings={params.settings:q}"
        " solution={output.solution} log={log}"


rule solve_nation:
    message:
        "National values and production prices of {wildcards.year}"
    input:
        index="<results>/economy/{year}/index.json",
        solutions=expand("<results>/values/{{year}}/regions/{region}.npz", region=REGIONS),
    output:
        arrays="<results>/values/{year}/national.npz",
        table="<results>/values/{year}/national.csv",
        summary="<results>/values/{year}/summary.json",
    log:
        "<logs>/solve_nation/{year}.log",
    conda:
        ENVIRONMENT
    params:
        solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
        settings=settings("prices.tau", "prices.tau_side", "prices.wages_advanced"),
        code=code("solve_nation"),
    shell:
        f"python {SCRIPTS}/solve_nation.py"
        " year={wildcards.year} index={input.index} solutions={params.solutions}"
        " settings={params.settings:q} arrays={output.arrays} table={output.table} summary={output.summary} log={log}"


rule solve_network:
    message:
        "City values of {wildcards.year} on the inter-city system"
    input:
        index="<results>/economy/{year}/index.json",
        flows=by_digest(flows),
        origins=ancient("<results>/economy/{year}/origins.npz"),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npz", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
    output:
        arrays="<results>/values/{year}/network.npz",
        table="<results>/values/{year}/regions.parquet",
    log:
        "<logs>/solve_network/{year}.log",
    conda:
        ENVIRONMENT
    params:
        solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
        settings=settings("values.scope", "values.imports"),
        code=code("solve_network"),
    shell:
        f"python {SCRIPTS}/solve_network.py"
        " year={wildcards.year} index={input.index} flows={input.flows:q}"
        " origins={input.origins} solutions={params.solutions} nation={input.nation} settings={params.settings:q} arrays={output.arrays}"
        " table={output.table} log={log}"


# A stage's files begin with those of the stage before: nothing is up to date where one of them is missing.
VALUES_FILES = [
    *ECONOMY_FILES,
    *expand("<results>/values/{year}/regions/{region}.npz", year=YEARS, region=REGIONS),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["national.csv", "summary.json", "national.npz"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["regions.parquet", "network.npz"]),
]


rule values:
    input:
        VALUES_FILES,
