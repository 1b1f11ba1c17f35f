"""The estimates of all readings and the printed numbers -> what the readings say together, a folder of tables."""

from pathlib import Path

from laborvalue.errors import InputError
from laborvalue.readings.results import results
from laborvalue_workflow.data import files
from laborvalue_workflow.data.reading_files import node_paths, read_estimates, read_printed
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.readings import chosen_rows, plan, registered, space_of


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
    found = plan(space_of(space), sample, seed)
    by_key, paths = {}, node_paths(estimates)
    for key in dict.fromkeys(map(found.estimates_key, found.computed)):
        try:
            by_key[key] = read_estimates(paths[key])
        except InputError as error:
            by_key[key] = "; ".join(str(error).splitlines())
    of_readings = {reading.number: by_key[found.estimates_key(reading)] for reading in found.computed}
    printed = read_printed(coefficients, statistics, table02, mean_logs, panel)
    gathered = results(found.space, found.readings, of_readings, printed)
    files.write_table(Path(folder, "readings.parquet"), gathered.readings)
    tables = {"choices": chosen_rows(found), "register": registered(found)}
    tables |= {name: getattr(gathered, name) for name in ("agreement", "influence", "distance", "left_out")}
    for name, columns in tables.items():
        files.write_table(Path(folder, f"{name}.csv"), columns)


if __name__ == "__main__":
    run(gather_readings)
