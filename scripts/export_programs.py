"""The equations -> a do-file and an R script that estimate Tables 3 to 10 from the exported panel."""

from reporting import exports, typesetting
from shared import dataset, files
from shared.commandline import run


def export_programs(panel, stata, settings: dict, do_file, r_script, description=""):
    settings = settings["regressions"]
    numbers = exports.reproducible(files.column_names(panel), settings)
    note = typesetting.data_note(dataset.read_description(description) if description else None)
    files.write_text(do_file, exports.stata_program(stata, numbers, settings, note))
    files.write_text(r_script, exports.r_program(stata, numbers, settings, note))


if __name__ == "__main__":
    run(export_programs)
