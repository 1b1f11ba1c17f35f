# The accounts of each region and year -> coefficients, values (6), production prices (7), (8).


scattergather:
    jobs_per_year=len(REGIONS),


# One job per region-year. Where a cluster's profile asks for fewer (set-scatter: jobs_per_year), each solves its part of
# a year's regions in one process, still one file per region. A new region at the end of the list joins one part only;
# a part's paths have to go on one command line, which takes 500 regions at most.
JOBS_PER_YEAR = max(len(scatter.jobs_per_year("{scatteritem}")), math.ceil(len(REGIONS) / 500))
if JOBS_PER_YEAR < len(REGIONS):
    PARTS = {str(k + 1): REGIONS[k::JOBS_PER_YEAR] for k in range(JOBS_PER_YEAR)}
else:
    PARTS = {"{region}": ["{region}"]}

# What closes the price system, and the file of turnover times where the config names one.
CLOSURE = [f"prices.{key}" for key in ("model", "wage", "wage_share", "profit_share", "turnover", "wages_advanced")]
TURNOVER = config["prices"]["turnover"] if isinstance(config["prices"]["turnover"], str) else []

for part, regions in PARTS.items():

    rule:
        name:
            "solve_region" if part == "{region}" else f"solve_regions_{part}"
        message:
            "Solving {wildcards.region} in {wildcards.year}"
            if part == "{region}"
            else f"Solving {len(regions)} regions in {{wildcards.year}}, part {part} of {len(PARTS)}"
        input:
            accounts=expand("<results>/economy/{{year}}/regions/{region}.npy", region=regions),
            turnover=TURNOVER,
        output:
            solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=regions),
        params:
            **script("solve_region", settings=settings("values.imports", "prices")),
        shell:
            "{params.command} --log {log:q}"


rule solve_nation:
    message:
        "National values and production prices of {wildcards.year}"
    input:
        index="<results>/economy/{year}/index.json",
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        turnover=TURNOVER,
    output:
        arrays="<results>/values/{year}/national.npz",
        table="<results>/values/{year}/national.csv",
        scalars="<results>/values/{year}/national.json",
    params:
        **script(
            "solve_nation",
            solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
            settings=settings("values.imports", "prices.tau", "prices.tau_side", *CLOSURE),
            screening=f"{RESULTS}/screening" if SCREENED else "",  # read where no region is usable
        ),
    localrule: costs.short("solve_nation", COSTS)
    shell:
        "{params.command} --log {log:q}"


rule compare_prices:
    message:
        "Price-value deviations and the wage-profit curve of {wildcards.year}"
    input:
        index="<results>/economy/{year}/index.json",
        nation="<results>/values/{year}/national.npz",
        scalars="<results>/values/{year}/national.json",
        turnover=TURNOVER,
    output:
        deviations="<results>/values/{year}/deviations.csv",
        wage_profit="<results>/values/{year}/wage_profit.csv",
    params:
        **script("compare_prices", settings=settings("prices.tau_side", *CLOSURE)),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule compare_techniques:
    message:
        "Switch points of the techniques of different years"
    input:
        indices=expand("<results>/economy/{year}/index.json", year=YEARS),
        nations=expand("<results>/values/{year}/national.npz", year=YEARS),
        turnover=TURNOVER,
    output:
        switches="<results>/values/switch_points.csv",
    params:
        **script("compare_techniques", years=YEARS, settings=settings("prices.tau_side", *CLOSURE)),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule solve_network:
    message:
        WORDS.fill("{Region} values") + " of {wildcards.year} on the inter-regional system"
    input:
        index="<results>/economy/{year}/index.json",
        flows=by_digest(flows),
        origins=ancient("<results>/economy/{year}/origins.npz"),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
        scalars="<results>/values/{year}/national.json",
    output:
        arrays="<results>/values/{year}/network.npz",
        table="<results>/values/{year}/regions.parquet",
        summary="<results>/values/{year}/summary.json",
    threads: lambda wildcards: costs.threads(*ECONOMY.size, compat.cores(workflow))
    params:
        **script(
            "solve_network",
            solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
            settings=settings("values.scope", "values.imports"),
        ),
    shell:
        f"{ONE_THREAD_OF_BLAS} {{params.command}} --threads {{threads}} --log {{log:q}}"


rule account_values:
    message:
        "Account of value of {wildcards.year}"
    input:
        index="<results>/economy/{year}/index.json",
        deliveries=ancient("<results>/economy/{year}/deliveries.npz"),
        accounts=expand("<results>/economy/{{year}}/regions/{region}.npy", region=REGIONS),
        solutions=expand("<results>/values/{{year}}/regions/{region}.npy", region=REGIONS),
        nation="<results>/values/{year}/national.npz",
        values="<results>/values/{year}/network.npz",
    output:
        cells="<results>/values/{year}/account.parquet",
        regional="<results>/values/{year}/account_regions.csv",
        sectoral="<results>/values/{year}/account_sectors.csv",
        negative="<results>/values/{year}/account_negative.csv",
        trade="<results>/values/{year}/account_trade.parquet",
        rates="<results>/values/{year}/rates.csv",
    params:
        **script(
            "account_values",
            accounts=lambda wildcards: f"{RESULTS}/economy/{wildcards.year}/regions",
            solutions=lambda wildcards: f"{RESULTS}/values/{wildcards.year}/regions",
            settings=settings("values.imports", "values.without_values"),
        ),
    localrule: costs.short("account_values", COSTS)
    shell:
        f"{ONE_THREAD_OF_BLAS} {{params.command}} --log {{log:q}}"


# these wait for the splitting of their year only
RULES_OF_ONE_YEAR = {own for own, _ in compat.own_rules(workflow).values()}

# A stage's files begin with those of the stage before: nothing is up to date where one of them is missing.
VALUES_FILES = [
    *ECONOMY_FILES,
    *missing_of_regions("values"),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["national.csv", "summary.json", "national.npz"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["regions.parquet", "network.npz"]),
    *expand("<results>/values/{year}/{file}", year=YEARS, file=["deviations.csv", "wage_profit.csv"]),
    *expand("<results>/values/{year}/account{part}", year=YEARS, part=[".parquet", "_trade.parquet"]),
    *expand("<results>/values/{year}/account_{part}.csv", year=YEARS, part=["regions", "sectors", "negative"]),
    *expand("<results>/values/{year}/rates.csv", year=YEARS),
    "<results>/values/switch_points.csv",
]


rule values:
    input:
        lambda wildcards: VALUES_FILES,
