"""The script that shows the figures in a page -> a file, made while other jobs wait: it takes seconds."""

from laborvalue_workflow.data import files
from laborvalue_workflow.reporting.rendering import charts_library
from laborvalue_workflow.running.commandline import run


def bundle_library(library):
    files.write_text(library, charts_library())


if __name__ == "__main__":
    run(bundle_library)
