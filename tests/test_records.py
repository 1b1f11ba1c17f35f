"""Typed results between stages: written and read without loss, and refused where a field or a value is wrong."""

import dataclasses

import numpy as np
import pytest

from datasets import HOME
from economies import random_economy, solve
from laborvalue.accounts import RegionAccounts
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from laborvalue.indicators import IndicatorOptions
from laborvalue.records import choices, field_names, from_arrays, stack, to_arrays
from laborvalue.region import solve_region
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import RegionalValues
from laborvalue_workflow.data import array_files, stages
from laborvalue_workflow.running import configuration


@pytest.fixture(scope="module")
def solved():
    return solve(random_economy())


def test_a_record_on_disk_has_every_field(solved, tmp_path):
    array_files.write_arrays(tmp_path / "network.npz", to_arrays(solved.values))
    again = stages.read_arrays_as(RegionalValues, tmp_path / "network.npz")
    for name in field_names(RegionalValues):
        np.testing.assert_array_equal(getattr(again, name), getattr(solved.values, name))


def test_regions_read_from_their_files_are_the_stacked_ones(solved, tmp_path):
    m = len(solved.regions.output)
    arrays = to_arrays(solved.regions)
    arrays["status"] = np.array(["usable", "missing_labor", "no_surplus"])  # texts of different lengths
    for c in range(m):
        array_files.write_record(tmp_path / f"r{c}.npy", {name: array[c] for name, array in arrays.items()})
    again = stages.read_stacked(RegionSystem, tmp_path, [f"r{c}" for c in range(m)])
    for name, array in arrays.items():
        np.testing.assert_array_equal(getattr(again, name), array)


def test_one_region_alone_has_the_shapes_of_its_part_of_the_stack(solved):
    accounts = from_arrays(RegionAccounts, {name: array[0] for name, array in to_arrays(solved.accounts).items()})
    one = solve_region(accounts, ValueOptions("spread_imports"), PriceOptions(rural_sectors=["s0"]))
    both = stack([one, one])
    assert both.A.shape == (2, 5, 5) and both.status.tolist() == ["usable", "usable"]
    np.testing.assert_array_equal(one.A, solved.regions.A[0])


def test_a_missing_an_unknown_and_a_misshapen_field_are_refused_by_name(solved):
    arrays = to_arrays(solved.values)
    with pytest.raises(InputError, match="RegionalValues without variable; it was written by another version"):
        from_arrays(RegionalValues, {name: array for name, array in arrays.items() if name != "variable"})
    with pytest.raises(InputError, match="RegionalValues with verdict, which is not part of it"):
        from_arrays(RegionalValues, arrays | {"verdict": arrays["region_status"]})
    with pytest.raises(InputError, match=r"RegionalValues.variable has shape \(2, 5\); expected it to end in \(3, 5\)"):
        dataclasses.replace(solved.values, variable=solved.values.variable[:2])


@pytest.mark.parametrize(
    "kind, options, message",
    [
        (ValueOptions, {"imports": "some"}, "values.imports is 'some'; allowed: spread_imports, domestic_only, none"),
        (ValueOptions, {"imports": "none", "scope": "city"}, "values.scope is 'city'; allowed: network, own, open"),
        (PriceOptions, {"tau_side": "both"}, "prices.tau_side is 'both'; allowed: row, col"),
        (PriceOptions, {"tau": "long"}, "prices.tau is 'long'; allowed: years above 0, or service_life"),
        (PriceOptions, {"tau": 0}, "prices.tau is 0; allowed: years above 0, or service_life"),
        (IndicatorOptions, {"otlp_exclude": "none"}, "indicators.otlp_exclude is 'none'; allowed: own_cell, own_city"),
    ],
)
def test_an_option_that_does_not_exist_is_refused_with_those_that_do(kind, options, message):
    with pytest.raises(InputError, match=message):
        kind(**options)


def test_how_imports_count_has_no_default():
    """The options of a stage that uses flows cannot be made without it."""
    with pytest.raises(TypeError, match="imports"):
        ValueOptions(scope="network")


def test_the_options_have_the_defaults_of_the_config():
    config = configuration.completed({}, HOME / "config/config.yaml")
    assert PriceOptions(**config["prices"] | {"rural_sectors": ("01",)}) == PriceOptions()
    assert IndicatorOptions(**config["indicators"]) == IndicatorOptions()
    kept = {field.name for field in dataclasses.fields(RegressionOptions)}
    given = {name: value for name, value in config["regressions"].items() if name in kept}
    assert RegressionOptions(**given) == RegressionOptions() and "epsilon" in given
    assert ValueOptions(**config["values"]) == ValueOptions(config["values"]["imports"])


@pytest.mark.parametrize(
    "section, kind", [("values", ValueOptions), ("prices", PriceOptions), ("indicators", IndicatorOptions)]
)
def test_the_options_are_the_keys_of_the_schema_with_its_alternatives(section, kind):
    keys = configuration.read_schema(HOME / "workflow/schemas/config.schema.yaml")["properties"][section]["properties"]
    assert {field.name for field in dataclasses.fields(kind)} == set(keys)
    alternatives = {
        name: tuple(one["const"] for one in of.get("oneOf", ()) if "const" in one) for name, of in keys.items()
    }
    allowed = choices(kind)
    assert {name: alternatives[name] for name in allowed} == allowed
