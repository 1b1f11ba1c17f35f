"""The script that shows the figures in a page -> a file, made while other jobs wait: it takes seconds."""

from reporting.rendering import charts_library
from shared import files
from shared.commandline import run


def bundle_library(library):
    files.write_text(library, charts_library())


if __name__ == "__main__":
    run(bundle_library)
