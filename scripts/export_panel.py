"""The panel -> a Stata file with labelled variables."""

from reporting.exports import DATA_LABEL, variable_labels
from reporting.subject import read_subject
from shared import files
from shared.commandline import run
from shared.panel import read_panel


def export_panel(panel, stata, description="", words: dict | None = None):
    subject = read_subject(description, words)
    table = read_panel(panel)
    labels = variable_labels(table.column_names, subject)
    files.write_stata(stata, table.select(list(labels)), labels, DATA_LABEL[subject.synthetic])


if __name__ == "__main__":
    run(export_panel)
