"""The comparison with the paper -> the same as it is read, in each kind of file."""

from reporting import set_tables, typesetting
from shared import dataset, files
from shared.commandline import run


def typeset_published(comparison, stem, description=""):
    rows = files.read_table(comparison, texts=("term",)).to_pylist()
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typesetting.set_comparison(rows, told))


if __name__ == "__main__":
    run(typeset_published)
