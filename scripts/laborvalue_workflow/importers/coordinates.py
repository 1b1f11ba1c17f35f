"""Where the regions are, for the distances between them. Read while the workflow is planned."""

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.importers.textfiles import read_columns

LARGEST = {"latitude": 90, "longitude": 180}  # degrees
SHOWN = 8  # faults in a message


def coordinates_of(path, keys):
    """Latitude and longitude, degrees, as two lists in the order of the region keys.

    Raises one InputError with every region that the file lacks, has twice or has without a place on earth.
    """
    rows = read_columns(path, ("region", *LARGEST))
    places, faults = {}, []
    for key in keys:
        matches = [row for row in rows if row["region"] == key]
        places[key] = matches[0] if matches else {}
        if len(matches) > 1:
            faults.append(f"region {key} has {len(matches)} rows")
        faults += [
            f"region {key}: {name} is {places[key][name]!r}"
            for name, largest in LARGEST.items()
            if matches and not _is_within(places[key][name], largest)
        ]
    if missing := [key for key in keys if not places[key]]:
        faults.insert(0, f"no row of region {', '.join(missing)}")
    if faults:
        raise InputError(
            f"{path}: {'; '.join(faults[:SHOWN])}{'; …' * (len(faults) > SHOWN)}; expected one row region, latitude, "
            "longitude in degrees for each region of the tables (config: import.gravity.coordinates)"
        )
    return tuple([cells.number(places[key][name]) for key in keys] for name in LARGEST)


def _is_within(text, largest):
    return cells.is_number(text) and abs(cells.number(text)) <= largest
