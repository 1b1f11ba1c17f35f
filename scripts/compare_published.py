"""The tables of estimates, as many as there are, and the paper's coefficients -> how far apart they are."""

from pathlib import Path

from laborvalue_workflow.data import files
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.reporting import published, set_tables, typesetting
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def compare_published(
    tables: list, coefficients, comparison, description="", left_out: list = (), words: dict | None = None
):
    printed = files.read_table(coefficients, texts=("stars",)).to_pylist()
    computed = [row for path in tables for row in files.read_table(path, texts=("stars",)).to_pylist()]
    subject = read_subject(description, words)
    columns = published.compare(computed, printed, subject.synthetic if subject.description else None)
    missing = read_left_out(left_out)
    absent = sorted({row["table"] for row in printed} - {row["table"] for row in [*computed, *missing]})
    set_table = typesetting.set_comparison(files.as_rows(columns), subject, absent, missing)
    set_tables.write(Path(comparison).with_suffix(""), set_table)
    files.write_table(comparison, columns)


if __name__ == "__main__":
    run(compare_published)
