"""Tables 3 to 10, as many as there are, and the paper's coefficients -> how far apart they are."""

from laborvalue.econometrics.tables import compare_with_published
from laborvalue.errors import InputError
from shared import dataset, files
from shared.commandline import run


def compare_published(tables: list, coefficients, comparison, description=""):
    if not tables:
        raise InputError("the panel bears none of Tables 3 to 10; there is nothing to compare with the published ones")
    computed = [row for path in tables for row in files.read_table(path, texts=("stars",)).to_pylist()]
    published = files.read_table(coefficients, texts=("stars",)).to_pylist()
    synthetic = dataset.read_description(description)["synthetic"] if description else None
    files.write_table(comparison, compare_with_published(computed, published, synthetic))


if __name__ == "__main__":
    run(compare_published)
