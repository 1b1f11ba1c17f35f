"""The tables of estimates, as many as there are, and the paper's coefficients -> how far apart they are."""

from pathlib import Path

from reporting import published, set_tables, typesetting
from shared import dataset, files
from shared.commandline import run
from shared.left_out import read_left_out


def compare_published(tables: list, coefficients, comparison, description="", left_out: list = ()):
    printed = files.read_table(coefficients, texts=("stars",)).to_pylist()
    computed = [row for path in tables for row in files.read_table(path, texts=("stars",)).to_pylist()]
    about = dataset.read_description(description) if description else None
    columns = published.compare(computed, printed, about["synthetic"] if about else None)
    missing = read_left_out(left_out)
    absent = sorted({row["table"] for row in printed} - {row["table"] for row in [*computed, *missing]})
    set_table = typesetting.set_comparison(files.rows_of(columns), about, absent, missing)
    set_tables.write(Path(comparison).with_suffix(""), set_table)
    files.write_table(comparison, columns)


if __name__ == "__main__":
    run(compare_published)
