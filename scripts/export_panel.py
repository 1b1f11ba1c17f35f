"""The panel -> a Stata file with labelled variables."""

from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.reporting.exports import DATA_LABEL, variable_labels
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def export_panel(panel, stata, description="", words: dict | None = None):
    subject = read_subject(description, words)
    table = read_panel(panel)
    labels = variable_labels(table.column_names, subject)
    files.write_stata(stata, table.select(list(labels)), labels, DATA_LABEL[subject.synthetic])


if __name__ == "__main__":
    run(export_panel)
