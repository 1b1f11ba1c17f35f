"""Tables 3 to 10 and the paper's coefficients -> how far apart they are."""

from pathlib import Path

from laborvalue.tables import EQUATIONS, compare_with_published
from shared import files
from shared.commandline import run


def compare_published(tables, coefficients, comparison):
    computed = []
    for number in EQUATIONS:
        path = Path(tables, f"table{number:02}.csv")
        computed += files.read_table(path, texts=("stars",)).to_pylist()
    published = files.read_table(coefficients, texts=("stars",)).to_pylist()
    files.write_table(comparison, compare_with_published(computed, published))


if __name__ == "__main__":
    run(compare_published)
