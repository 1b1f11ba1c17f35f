"""A finished run -> provenance.json: for every result its checksum, rule, command, inputs and settings."""

from laborvalue_workflow.data import files
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.provenance import collect


def write_provenance(results, config: dict, metadata, home, provenance, description=""):
    """metadata: the folder of Snakemake's records, from which rules, commands and inputs are taken."""
    files.write_json(provenance, collect(results, config, metadata, home, description))


if __name__ == "__main__":
    run(write_provenance)
