"""The register of tables -> a do-file and an R script that estimate the tables from the exported panel."""

from laborvalue.econometrics.options import RegressionOptions
from laborvalue.variables import BY_NAME
from reporting import exports, typesetting
from reporting.subject import read_subject
from shared import files
from shared.commandline import run


def export_programs(panel, stata, settings: dict, words: dict, do_file, r_script, description=""):
    options = RegressionOptions(**settings["regressions"])
    found = {*files.column_names(panel)} - {*files.columns_without_value(panel, {*BY_NAME})}
    tables = exports.reproducible(found, options)
    note = typesetting.data_note(read_subject(description, words))
    files.write_text(do_file, exports.stata_program(stata, tables, options, note))
    files.write_text(r_script, exports.r_program(stata, tables, options, note))


if __name__ == "__main__":
    run(export_programs)
