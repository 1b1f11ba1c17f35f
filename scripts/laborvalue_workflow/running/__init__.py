"""How a run is driven: configuration, Snakemake's internals, costs, the command line of scripts, the terminal."""
