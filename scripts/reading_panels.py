"""Values, accounts and flows of all years -> the panels of some readings, a file for each."""

from pathlib import Path

import numpy as np

from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.indicators import IndicatorOptions, year_indicators
from laborvalue.nation import NationalSystem
from laborvalue.network import RegionalValues, ScopeValues
from laborvalue.panel import assemble
from laborvalue.readings.solution import reading_coefficients
from laborvalue.records import stack
from laborvalue.sample import decide_sample
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.reading_files import changed, node_paths, read_node, records_in, taken, write_failure
from laborvalue_workflow.data.stages import price_options, read_accounts, read_arrays_as, read_index
from laborvalue_workflow.progress import progress
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.readings import nodes_of


def reading_panels(
    years: list,
    regions,
    indices: list,
    flows: list,
    economy,
    values,
    nodes: dict,
    settings: dict,
    folder,
    solved: list = (),
):
    years = [int(year) for year in years]
    telephones = dataset.read_regions(regions)["telephones_1984"]
    telephones = np.array([np.nan if count is None else count for count in telephones])
    nodes, paths = nodes_of(nodes), node_paths(solved)
    panels, failed, solutions = {key: [] for key in nodes}, {}, {}
    for year, index, flow in zip(years, indices, flows, strict=True):
        known = read_index(index)
        accounts = read_accounts(Path(economy, str(year), "regions"), known.regions)
        stored = dataset.open_flows(flow, len(accounts) * len(known.sectors.sector))
        above = built = None
        for key in progress(list(nodes), f"indicators of {year} under readings"):
            if key in failed:
                continue
            chosen = changed(settings, nodes[key].changes)
            try:
                # those that share values follow each other, so that their coefficients are built once
                if above != nodes[key].above or built is None:
                    above, built = nodes[key].above, None
                    booked, sectors = taken(accounts, known.sectors, chosen)
                    if above not in solutions:
                        solutions[above] = solution(years, values, paths.get(above), known.regions, sectors)
                    options = ValueOptions(**chosen["values"]), price_options(chosen["prices"])
                    built = stack(booked), reading_coefficients(booked, *options), sectors
                panels[key].append(indicators(year, known, stored, built, solutions[above], telephones, chosen))
            except InputError as error:
                failed[key] = str(error)
    for key in nodes:
        path = Path(folder, f"{key}.npz")
        if key in failed:
            write_failure(path, failed[key])
        else:
            files.write_arrays(path, assemble(panels[key], years))


def solution(years, values, path, regions, sectors):
    """Nation and values of every year, {"YEAR/nation": ..., "YEAR/values": ...}, and the sample that they give.

    path: of the node that has them; None for the run's own, which are in the folder `values`.
    """
    if path:
        wanted = {f"{year}/nation": NationalSystem for year in years}
        wanted |= {f"{year}/values": ScopeValues for year in years}
        found = records_in(read_node(path), wanted)
    else:
        found = {
            f"{year}/nation": read_arrays_as(NationalSystem, Path(values, str(year), "national.npz")) for year in years
        }
        found |= {
            f"{year}/values": read_arrays_as(RegionalValues, Path(values, str(year), "network.npz")) for year in years
        }
    of_years = [found[f"{year}/values"] for year in years]
    sample = decide_sample(
        years,
        np.array(regions),
        sectors.sector[sectors.productive],
        np.stack([of.region_status for of in of_years]),
        np.stack([np.isfinite(of.value[:, sectors.productive]) for of in of_years]),
    )
    return found, sample


def indicators(year, known, stored, built, solved, telephones, chosen):
    """The indicators of one year under a reading, productive sectors, with their keys."""
    (booked, coefficients, sectors), (found, sample) = built, solved
    supplied = SupplierFlows.counting(
        chosen["values"]["imports"], stored, booked.domestic_share, coefficients.import_factor, known.money_unit
    )
    try:
        columns = year_indicators(
            booked,
            coefficients,
            found[f"{year}/nation"],
            found[f"{year}/values"],
            supplied,
            sectors,
            sample.members(year, sectors.productive),
            telephones,
            IndicatorOptions(**chosen["indicators"]),
        )
    except InputError as error:
        raise InputError(f"year {year}: {error}") from None
    keys = {"region": np.array(known.regions), "sector": sectors.sector[sectors.productive]}
    return keys | {name: array[:, sectors.productive] for name, array in columns.items()}


if __name__ == "__main__":
    run(reading_panels)
