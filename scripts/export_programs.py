"""The register of tables, less what cannot be estimated -> a do-file and an R script for the exported panel."""

from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.data import files
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.reporting import exports, typesetting
from laborvalue_workflow.reporting.subject import read_subject
from laborvalue_workflow.running.commandline import run


def export_programs(
    panel, stata, settings: dict, do_file, r_script, description="", left_out: list = (), words: dict | None = None
):
    options = RegressionOptions(**settings["regressions"])
    tables = exports.reproducible(files.column_names(panel), options)
    missing = read_left_out(left_out)
    note = typesetting.data_note(read_subject(description, words))
    files.write_text(do_file, exports.stata_program(stata, tables, options, note, missing))
    files.write_text(r_script, exports.r_program(stata, tables, options, note, missing))


if __name__ == "__main__":
    run(export_programs)
