"""The mathematics: arrays and frames in, arrays and frames out. Knows no file and no Snakemake."""
