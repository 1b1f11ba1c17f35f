"""What a robustness check says -> the same as it is read, in each kind of file."""

from pathlib import Path

from reporting import set_tables, typesetting
from shared import dataset, files
from shared.commandline import run


def typeset_robustness(answers, settings: dict, stem, description=""):
    settings = settings["regressions"] | settings["robustness"]
    texts = ("stage", "stars", "robust_stars", "wild_stars", "holm_stars_table", "holm_stars_all")
    rows = files.read_table(answers, texts=texts).to_pylist()
    told = dataset.read_description(description) if description else None
    set_tables.write(stem, typesetting.set_robustness(Path(answers).stem, rows, told, settings))


if __name__ == "__main__":
    run(typeset_robustness)
