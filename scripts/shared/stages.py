"""What several stages read of the stages before them, as the dataclasses of laborvalue."""

from dataclasses import dataclass
from pathlib import Path

from laborvalue.accounts import Sectors
from laborvalue.records import field_names, from_arrays
from shared import files


@dataclass(frozen=True)
class Index:
    """What the stages after `split_year` need to know of the dataset: index.json.

    regions: their keys (m); sectors; money_unit: currency units per 1 in the stored flows.
    """

    regions: list
    sectors: Sectors
    money_unit: float


def read_index(path):
    """The index that `split_year` writes for one year."""
    content = files.read_json(path)
    return Index(content["regions"], as_sectors(content["sectors"]), content["money_unit"])


def as_sectors(columns):
    """The columns of sectors.csv as arrays."""
    import numpy as np

    return Sectors(
        sector=np.array(columns["sector"]),
        productive=np.array(columns["productive"]),
        service_life=np.array(columns["service_life"], dtype=float),
        digital=np.array(columns["digital"]),
    )


def read_stacked(kind, folder, regions):
    """The dataclasses `kind` of all regions, one file each, with the region as a further first axis.

    One region's record is in memory beside the result at a time.
    """
    import numpy as np

    arrays = {}
    for c, region in enumerate(regions):
        record = files.read_record(Path(folder, f"{region}.npy"), field_names(kind))
        for name, content in record.items():
            if content.dtype.kind == "U":  # texts differ in length
                arrays.setdefault(name, []).append(content)
            else:
                if c == 0:
                    arrays[name] = np.empty((len(regions), *content.shape), content.dtype)
                arrays[name][c] = content
    return from_arrays(kind, {name: np.asarray(array) for name, array in arrays.items()})


def read_arrays_as(kind, path):
    """The dataclass `kind` that a stage wrote as an .npz."""
    return from_arrays(kind, files.read_arrays(path))
