"""The estimates of all readings and the printed numbers -> what the readings say together, a folder of tables."""

from pathlib import Path

from laborvalue.readings.results import results
from laborvalue_workflow.data import files
from laborvalue_workflow.readings.files import node_paths, read_estimates_or_reason, read_printed
from laborvalue_workflow.readings.nodes import plan, space_of
from laborvalue_workflow.running.commandline import run


def gather_readings(
    space: dict,
    sample: int,
    seed: int,
    estimates: list,
    coefficients: list,
    table02,
    mean_logs,
    folder,
    statistics="",
    panel="",
):
    planned = plan(space_of(space), sample, seed)
    paths, keys = node_paths(estimates), {one.number: planned.estimates_key(one) for one in planned.computed}
    by_key = {key: read_estimates_or_reason(paths[key]) for key in dict.fromkeys(keys.values())}
    printed = read_printed(coefficients, statistics, table02, mean_logs, panel)
    of_readings = {number: by_key[key] for number, key in keys.items()}
    gathered = results(planned.space, planned.readings, of_readings, printed)
    files.write_table(Path(folder, "readings.parquet"), gathered.readings)
    tables = {"choices": planned.choices_columns, "register": planned.register_columns}
    tables |= {name: getattr(gathered, name) for name in ("agreement", "influence", "distance", "left_out")}
    for name, columns in tables.items():
        files.write_table(Path(folder, f"{name}.csv"), columns)


if __name__ == "__main__":
    run(gather_readings)
