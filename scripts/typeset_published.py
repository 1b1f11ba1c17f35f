"""The comparison with the paper -> the same as it is read, in each kind of file."""

from laborvalue import typeset
from shared import dataset, files, set_tables
from shared.commandline import run


def typeset_published(description, comparison, stem):
    rows = files.read_table(comparison, texts=("term",)).to_pylist()
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typeset.set_comparison(rows, told))


if __name__ == "__main__":
    run(typeset_published)
