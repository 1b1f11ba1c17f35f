"""Labels of pandas: every public function of laborvalue aligns by them, refuses others, and gives them back.

The cases are made from the package: each public function, method and property, and each record, gets arrays of the
shapes in its docstring; without labels, with labels, with those of each argument in another order, and with other ones.
"""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import typing
import zlib
from collections.abc import Callable
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import laborvalue as lv
from economies import random_economy, solve_years
from laborvalue import labels
from laborvalue.accounts import RegionAccounts
from laborvalue.closure import Closure
from laborvalue.closures import BasketWage, ClosedTechnique, MoneyWage, SharedWage
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.econometrics.equations import Equation
from laborvalue.econometrics.estimation import EquationSample
from laborvalue.econometrics.fixed_effects import fixed_effects, partialled_sample
from laborvalue.econometrics.options import RegressionOptions, RobustnessOptions
from laborvalue.indicators import IndicatorOptions
from laborvalue.prices import input_matrix, price_vector, profit_rate, profit_rate_bounds
from laborvalue.records import to_arrays
from laborvalue.region_system import RegionCoefficients
from laborvalue.techniques import StockTechnique, Technique

# What is public, and what has no case ----------------------------------------------------------------

EXEMPT = {
    "arguments": "takes the numbers out of an argument, for functions that have aligned it",
    "cells": "takes cells of files and columns of pyarrow",
    "labels": "aligns",
    "records": "takes records of any kind and reads no array of them",
    "econometrics.crosscheck": "takes a pyarrow table and makes its own DataFrames",
    "econometrics.estimation.refuse_split_keys": "takes codes of the rows of one table",
    "econometrics.estimation.unsupported": "takes a pyarrow table and arrays of its rows",
    "readings.estimates": "takes a pyarrow table, and holds results by name",
    "readings.results": "takes results by name",
    "systems": "takes a system of DataFrames: tests/test_systems.py",
}
ORDERED = {  # for which the order of rows means something
    "econometrics.covariance.corrected": "the constant is the last",
    "econometrics.fixed_effects.completed": "the slopes are those of columns of a sample, by their numbers",
    "econometrics.robustness.year_basis": "a basis is not unique",
    "readings.influence.moved": "the first reading is that with which others are compared",
    "summaries.density": "edges ascend",
}
NO_LABELS = {  # results with an array of one or two axes that has no labels
    "accounts.year_accounts": "consumption of two kinds of households",
    "econometrics.estimation.EquationSample": "rows of a panel",
    "econometrics.fixed_effects.least_squares": "columns of a sample, by their numbers",
    "indicators.placebo_pairs": "pairs of sectors, by their positions",
    "econometrics.instruments.two_step_gmm": "slopes of two arguments, as they stand",
    "econometrics.instruments.instrumental_fixed_effects": "slopes of two arguments, as they stand",
    "flows.SupplierFlows": "region-sectors",
    "flows.SupplierFlows.counting": "region-sectors",
    "identities.Identity.part_shares": "regions or sectors",
    "identities.row_identity": "the nation, where the regions of uses are not known",
    "nation.national_technique": "productive sectors",
    "network.RegionalProblem": "regions stacked",
    "network.RegionalProblem.labor": "region-sectors",
    "network.RegionalProblem.solution": "region-sectors",
    "network.regional_table": "a table with keys",
    "panel.assemble": "a table with keys",
    "rates.rate_table": "a table with keys",
    "readings.solution.reading_coefficients": "regions stacked",
    "region_system.RegionCoefficients": "regions stacked",
    "region_system.RegionSystem": "regions stacked",
    "sample.Sample.members": "all or productive sectors",
    "solutions.cell_table": "a table with keys",
    "summaries.RankSize": "a year",
    "summaries.sector_prices": "a table with positions",
    "summaries.group_means": "groups",
    "summaries.log_distribution": "years and bins",
    "summaries.density": "bins",
    "summaries.common_edges": "bins",
    "summaries.region_ranks": "regions by rank",
    "summaries.binned_means": "bins",
    "techniques.Technique.among": "some of the sectors",
    "value_account.account_tables": "tables with keys",
    "wage_profit.switch_points": "rates",
}
MODULES = [importlib.import_module(info.name) for info in pkgutil.walk_packages(lv.__path__, "laborvalue.")]


def function_of(member):
    """The function of a method or property; None of anything else."""
    for kind, attribute in ((property, "fget"), (cached_property, "func"), (classmethod, "__func__")):
        if isinstance(member, kind):
            return getattr(member, attribute)
    return member if inspect.isfunction(member) else None


def public():
    """{name: (function, the class of a method or record, what has the docstring)} of all that is public."""
    found = {}
    for module in MODULES:
        for name, member in vars(module).items():
            place = f"{module.__name__.removeprefix('laborvalue.')}.{name}"
            if name.startswith("_") or getattr(member, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(member):
                found[place] = (member, None, member)
            elif inspect.isclass(member) and dataclasses.is_dataclass(member):
                found[place] = (member.__init__, member, member)
                for key, each in vars(member).items():
                    if not key.startswith("_") and (function := function_of(each)):
                        above = [vars(base)[key] for base in member.__mro__ if key in vars(base)]
                        found[f"{place}.{key}"] = (function, member, next(each for each in above if each.__doc__))
    return found


PUBLIC = public()


def hints(kind):
    """The types of the arguments of a function, or of the fields of a record; some are there for type checkers only."""
    optional = {"pa": pa, "pd": pd, "NDArray": np.ndarray, "DataclassInstance": object, "T": object}
    return typing.get_type_hints(inspect.unwrap(kind), localns=optional)


def is_array(hint):
    return "ndarray" in str(hint) or "_SupportsArray" in str(hint)


def record_of(hint):
    """The record that a type stands for, also as an element of a list or beside None; None for other types."""
    kinds = [kind for kind in (hint, *typing.get_args(hint)) if inspect.isclass(kind)]
    return next((kind for kind in kinds if dataclasses.is_dataclass(kind)), None)


def holds_arrays(hint):
    if is_array(hint):
        return True
    return (kind := record_of(hint)) is not None and any(map(holds_arrays, hints(kind).values()))


def takes_arrays(function, cls):
    arguments = [hint for name, hint in hints(function).items() if name != "return"]
    return any(map(holds_arrays, [*arguments, cls]))


TAKE_ARRAYS = [
    name
    for name, (function, cls, _) in PUBLIC.items()
    if takes_arrays(function, cls) and not any(name == each or name.startswith(f"{each}.") for each in EXEMPT)
]


# Arguments -------------------------------------------------------------------------------------------

ECONOMY = random_economy(m=3, n=5, seed=4)
YEARS, SAMPLE = solve_years({0: ECONOMY, 1: ECONOMY})
SOLVED = YEARS[0]
PRICES = PriceOptions(rural_sectors=["s0"])
SIZES = {
    "m": 3,
    "N": 15,
    "K": 2,
    "R": 6,
    "network.K": 12,
    "J": 1,
    "L": 2,
    "J + L": 4,
    "m n*": 15,
    "endogenous": 1,
    "exogenous": 1,
    "instruments": 2,
    "K + J": 3,
}  # elements of an axis by its letter; others have 5
ENTITY, TIME = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
COLUMNS = np.random.default_rng(1).normal(size=(15, 3))
TOTALS = {name: use.sum(axis=0).T for name, use in ECONOMY.final.items()} | {"exports": ECONOMY.exports}
INDICATORS = SOLVED.indicators | {"region": np.array(ECONOMY.regions), "sector": np.array(ECONOMY.sectors)[:-1]}
ESTIMATES = fixed_effects(COLUMNS[:, 0], COLUMNS[:, 1:], ENTITY, TIME)
GROUPS = {"entity": ENTITY, "time": TIME, "clusters": [ENTITY], "enters": np.full(15, True)}
INSTRUMENTED = EquationSample(1, Equation("y", ("x1",), "x2"), COLUMNS, **GROUPS, drop_singletons=True)
REGIONS = [RegionAccounts(**{name: each[c] for name, each in to_arrays(SOLVED.accounts).items()}) for c in range(3)]
RULE = ValueOptions("spread_imports").import_rule
RECORDS = [
    *(SOLVED.origins, SOLVED.regions, SOLVED.nation, SOLVED.values, SOLVED.flows, SOLVED.deliveries, SOLVED.sectors),
    *(SOLVED.summary, PRICES, IndicatorOptions(), ValueOptions("spread_imports"), Closure(), RULE, REGIONS[0]),
    *(RegressionOptions(), RobustnessOptions(), Equation("y", ("x1", "x2")), SAMPLE),
    partialled_sample(COLUMNS, ["y", "x1", "x2"], ENTITY, TIME, [ENTITY], True),
]
RECORDS = {type(record): record for record in RECORDS} | {RegionCoefficients: SOLVED.regions}
CONCRETE = {Technique: StockTechnique, ClosedTechnique: BasketWage, MoneyWage: SharedWage}
# Arguments that the docstring does not tell, by name alone or by place; None leaves an argument out.
CHOSEN = {
    **dict.fromkeys(("ids", "entity", "groups", "group", "effect", "cluster"), ENTITY),
    **dict.fromkeys(("years", "time", "year"), TIME),
    "clusters": [ENTITY],
    "product": lambda v: 0.1 * v,
    "input_matrix_at": lambda r: (1 + r) * np.full((5, 5), 0.1),
    "names": np.array([f"x{k}" for k in range(5)]),
    "covariance": np.cov(COLUMNS[:, :2].T),
    "corrected.covariance": np.cov(COLUMNS.T),
    "inflow": ECONOMY.exports[::-1],
    "outflow": ECONOMY.exports,
    "primary_inputs": ECONOMY.primary,
    "wage_scale": "compensation",
    "summaries.GroupMeans.group": np.arange(5),
    "summaries.GroupMeans.year": np.arange(5),
    "summaries.LogDistribution.years": np.arange(5),
    "closures.SharedWage.closure": Closure("stock", "new_interpretation", wage_share=0.5),
    "closures.SraffianWage.closure": Closure("stock", "sraffian", profit_share=0.5),
    "production_prices.turnover": None,
    "production_prices.tau": np.arange(5.0, 10.0),
    "accounts.Origins.weights.use": "capital",
    "accounts.sum_over_origins.blocks": list(enumerate(ECONOMY.flows)),
    "accounts.year_accounts.totals": TOTALS,
    "accounts.year_accounts.origins": ECONOMY.final,
    "coefficients.own_supply.use": "rural",
    "econometrics.estimation.EquationSample.data": COLUMNS,
    "econometrics.estimation.EquationSample.enters": np.full(15, True),
    "clusterings_of.cluster": "two_way",
    "fit": ESTIMATES,
    "anderson_rubin_answers.equation": INSTRUMENTED,
    "regressors": ["x1", "x2"],
    "fixed_effects.names": None,
    "instruments.names": None,
    "partialled_sample.columns": COLUMNS,
    "partialled_sample.names": ["y", "x1", "x2"],
    "orthonormal.names": ["x1", "x2"],
    "completed.y": 0,
    "completed.x": [1, 2],
    "least_squares.y": 0,
    "least_squares.x": [1, 2],
    "least_squares.names": ["y", "x1", "x2"],
    "flows.SupplierFlows.left_out.which": "own_cell",
    "indicators.relative_productivity.denominator": "national_coefficient",
    "indicators.supplier_productivity.exclude": "own_cell",
    "indicators.digital_inputs.accounts": SOLVED.accounts,
    "indicators.year_indicators.accounts": SOLVED.accounts,
    "panel.years": list(range(5)),
    "panel.year_list": list(range(5)),
    "panel.assemble.indicators": [INDICATORS] * 5,
    "readings.bootstrap.resampled_slopes.region": ENTITY,
    "readings.bootstrap.resampled_slopes.counts": np.ones((2, 5), dtype=int),
    "readings.solution.other_sectors.productive": ["s4"],
    "readings.solution.other_sectors.other": ["s0"],
    "readings.solution.accounts": REGIONS,
    "taken_accounts.hours": "dataset",
    "readings.solution.rule": "uniform",
    "readings.solution.stored": SOLVED.flows.stored,
    "sample.Sample.members.year": 0,
    "sample.decide_sample.years": list(range(5)),
    "sample.region_status": np.full((5, 3), "usable"),
    "sample.cell_status.region_status": np.full(3, "usable"),
    "summaries.density.edges": np.linspace(0.0, 0.2, 6),
    "account_tables.region": np.array(ECONOMY.regions),
}


def header(described, name):
    """What the docstring says of an argument, after its name."""
    kinds = reversed(described.__mro__) if inspect.isclass(described) else [described]
    lists = [labels._section(kind.__doc__ or "", "Parameters", "Attributes") for kind in kinds]
    return next((line for listed in lists for names, line in listed if name in names), "")


def array(place, name, line, shape):
    rng = np.random.default_rng(zlib.crc32(f"{place}.{name}".encode()))
    size = tuple(SIZES.get(f"{place.partition('.')[0]}.{axis}", SIZES.get(axis, 5)) for axis in shape)
    if "bool" in line:
        return rng.random(size) > 0.3
    if "text" in line or "of str" in line:
        return np.array([f"{name}{k}" for k in range(int(np.prod(size)))]).reshape(size)
    return rng.integers(0, 2, size) if "of int" in line else rng.uniform(0.01, 0.1, size)


def argument(place, name, hint, line="", shapes=()):
    parts = [*place.split("."), name]
    for k in range(len(parts)):
        if (key := ".".join(parts[k:])) in CHOSEN or (key := f"{'.'.join(parts[: k + 1])}.{name}") in CHOSEN:
            return CHOSEN[key]
    if shapes and is_array(hint):
        axes = [axis for axis in shapes[0] if axis != "..."] or ["n", "n"]
        numbers = array(place, name, line, axes)
        return {"a": numbers, "b": 2 * numbers} if "mapping" in line else [numbers] if "list" in line else numbers
    if (kind := record_of(hint)) is not None:
        return RECORDS[kind] if kind in RECORDS else made(CONCRETE.get(kind, kind))
    if inspect.isclass(hint) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    return {float: 0.1, int: 2, bool: False, str: name}[hint]


def made(kind):
    place = f"{kind.__module__.removeprefix('laborvalue.')}.{kind.__name__}"
    return kind(**arguments(place, kind.__init__, kind))


def arguments(place, function, described):
    """A value of each argument, by name; those with a default are left out, except arrays."""
    types, shapes = hints(function), labels.declared(described)
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        needed = parameter.default is inspect.Parameter.empty or shapes.get(name) or f"{place}.{name}" in CHOSEN
        if name not in ("self", "cls") and parameter.kind is not parameter.VAR_KEYWORD and needed:
            found[name] = argument(place, name, types[name], header(described, name), shapes.get(name, ()))
    return {name: each for name, each in found.items() if each is not None}


def case(place):
    """(what is called, its arguments by name, their shapes) of something public."""
    function, cls, described = PUBLIC[place]
    shapes = labels.declared(described)
    if function.__name__ == "__init__":
        kind = CONCRETE.get(cls, cls)
        given = arguments(place, kind.__init__, kind)
        if kind in RECORDS:
            given = {name: getattr(RECORDS[kind], name) for name in given}
        return kind, given, labels.declared(kind)
    given = arguments(place, function, described)
    if cls is None:
        return function, given, shapes
    if inspect.ismethod(method := getattr(cls, function.__name__)):
        return method, given, shapes
    return function, {"self": argument("", "", cls)} | given, shapes


def visited(visit, given, shapes):
    """The arguments with what visit(name, array, letters) makes of each array; without letters it has no labels."""

    def fitting(name, found, declared):
        letters = labels._fitting(declared, found.ndim) or ()
        return visit(name, found, () if found.ndim > 2 or any(map(labels._is_product, letters)) else letters)

    return {name: labels._visited(fitting, name, each, shapes.get(name, ())) for name, each in given.items()}


def labelled(array, letters):
    indexes = [[f"{letter}{k}" for k in range(length)] for letter, length in zip(letters, np.shape(array), strict=True)]
    return pd.Series(array, *indexes) if len(letters) == 1 else pd.DataFrame(array, *indexes)


def flat(result, path=""):
    """{path: array, number or text} of everything in a result."""
    if dataclasses.is_dataclass(result):
        result = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    if isinstance(result, list | tuple):
        result = dict(enumerate(result))
    if not isinstance(result, dict):
        return {path: list(result) if inspect.isgenerator(result) else result}
    return {key: each for name, inner in result.items() for key, each in flat(inner, f"{path}.{name}").items()}


def is_labelled(each):
    return isinstance(each, pd.Series | pd.DataFrame)


@dataclasses.dataclass(frozen=True)
class Case:
    """Something public with arguments: `axes` has the letters of each array that can have labels."""

    call: Callable
    given: dict
    shapes: dict
    axes: dict
    all_labelled: bool

    def plain(self):
        return flat(self.call(**self.given))

    def labelled(self, changed="", change=None):
        """The result with labels on every array, those of one array changed."""

        def put(name, array, letters):
            array = labelled(array, letters) if letters else array
            return change(array) if name == changed else array

        return flat(self.call(**visited(put, self.given, self.shapes)))

    @cached_property
    def found(self):
        return self.labelled()

    @property
    def some(self):
        """The arrays of the first arguments, and the first and the last field of each record."""
        first = {name.partition(".")[0]: name for name in reversed(self.axes)}
        last = {name.partition(".")[0]: name for name in self.axes}
        return {name: self.axes[name] for name in self.axes if name in {*first.values(), *last.values()}}


@pytest.fixture(scope="module", params=TAKE_ARRAYS)
def called(request):
    return case_of(request.param)


def case_of(place):
    axes, without = {}, []

    def note(name, array, letters):
        if letters:
            axes[name] = letters
        else:
            without.append(name)
        return array

    call, given, shapes = case(place)
    visited(note, given, shapes)
    return Case(call, given, shapes, axes, not without)


def test_labels_change_no_number(called):
    plain, found = called.plain(), called.found
    assert plain.keys() == found.keys()
    for path, each in plain.items():
        np.testing.assert_array_equal(np.asarray(found[path]), np.asarray(each), err_msg=path)


def reversed_rows(array):
    return array.iloc[::-1]


def test_results_have_labels(request, called):
    """All their arrays of one or two axes, or those of `NO_LABELS` do not."""
    without = [each for each in called.found.values() if isinstance(each, np.ndarray) and 0 < each.ndim < 3]
    assert bool(without) == (request.node.callspec.params["called"] in NO_LABELS)


def same_numbers(found, expected, path):
    if is_labelled(expected):
        found = found.reindex_like(expected)
    found, expected = np.asarray(found), np.asarray(expected)
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=path)
    else:
        np.testing.assert_array_equal(found, expected, err_msg=path)


def test_another_order_of_labels_changes_no_result(request, called):
    """Or it is refused, where an array without labels could stand in either order."""
    if (place := request.node.callspec.params["called"]) in ORDERED:
        pytest.skip(ORDERED[place])
    expected, seen = called.found, set()
    letters = [letter for each in called.axes.values() for letter in each]
    for name, (of_rows, *_) in called.some.items():
        gives_order = of_rows not in seen
        seen |= {*called.axes[name]}
        if letters.count(of_rows) == 1 and not called.all_labelled:
            continue  # this array alone says what the order is
        try:
            found = called.labelled(name, lambda array: array.iloc[::-1])
        except lv.InputError as error:
            assert "has no labels, and" in str(error)
            continue
        assert found.keys() == expected.keys()
        for path, each in expected.items():
            if is_labelled(each) or not gives_order:  # others stand in the order of the first argument
                same_numbers(found[path], each, f"{name} reversed: {path}")


def test_other_labels_are_refused(called):
    letters = [letter for each in called.axes.values() for letter in each]
    for name, (of_rows, *_) in called.some.items():
        if letters.count(of_rows) > 1:
            with pytest.raises(lv.InputError, match=r"different labels: missing '.*'; additional '.*'"):
                called.labelled(name, lambda array: array.rename(index={array.index[0]: "another"}))


def test_labels_that_occur_twice_are_refused(called):
    for name in called.some:
        with pytest.raises(lv.InputError, match="occurs 2 times"):
            called.labelled(name, lambda array: array.rename(index={array.index[0]: array.index[-1]}))


def test_what_has_no_case_is_there():
    assert [name for name in EXEMPT if not any(place.startswith(name) for place in PUBLIC)] == []
    assert ORDERED.keys() | NO_LABELS.keys() <= {*TAKE_ARRAYS}


# What users see --------------------------------------------------------------------------------------

GOODS = ["iron", "corn"]
A = pd.DataFrame([[0.2, 0.3], [0.3, 0.1]], index=GOODS, columns=GOODS)
L = pd.Series([0.6, 0.9], index=GOODS)
PLACES = pd.MultiIndex.from_tuples([("r1", "corn"), ("r1", "iron")], names=["region", "sector"])
SYSTEM, LABOR = A.set_axis(PLACES).set_axis(PLACES, axis=1), L.set_axis(PLACES)


@pytest.mark.parametrize(
    "arguments",
    [
        (A, L[::-1]),
        (A[GOODS[::-1]], L),
        (A, L.to_numpy()),
        (A.to_numpy(), L),
        (A, [0.6, 0.9]),
        (A, pd.Series([0.6, 0.9])),
        (SYSTEM, LABOR[::-1]),
        (A.astype("Float64"), L.astype("Float64").set_axis(pd.CategoricalIndex(GOODS))[::-1]),
        (pd.DataFrame(A.to_numpy()), pd.Series([0.6, 0.9])),
    ],
)
def test_values_are_those_of_the_labels(arguments):
    values = lv.labor_values(*arguments)
    assert values.to_numpy() == pytest.approx([9 / 7, 10 / 7], rel=1e-12)
    index = next(each.index for each in arguments if is_labelled(each))
    assert values.index.equals(index)


def test_a_default_index_beside_integers_is_an_index():
    twisted = A.set_axis([1, 0]).set_axis([1, 0], axis=1)
    assert lv.labor_values(twisted, pd.Series([0.9, 0.6])).to_dict() == pytest.approx({1: 9 / 7, 0: 10 / 7})


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            (A, L.rename({"iron": "Iron "})),
            "L and rows of A have different labels: written otherwise 'Iron ' for 'iron'",
        ),
        ((A, L.rename({"iron": "wheat"})), "L and rows of A have different labels: missing 'iron'; additional 'wheat'"),
        ((A, L.iloc[:1]), "L and rows of A have different labels: missing 'corn'; expected the same, in any order"),
        ((A, L.iloc[[0, 0]]), "L: the label 'iron' occurs 2 times; expected each label once"),
        ((A.iloc[[0, 0]], L), "rows of A: the label 'iron' occurs 2 times"),
        (
            (A.set_axis([1, 2]).set_axis([1, 2], axis=1), L.set_axis(["01", "2"])),
            "written otherwise '01' for 1, '2' for 2",
        ),
        ((A, LABOR), r"missing 'iron', 'corn'; additional \('r1', 'corn'\), \('r1', 'iron'\)"),
        ((SYSTEM, LABOR.swaplevel()), r"missing \('r1', 'corn'\), .*; additional \('corn', 'r1'\)"),
        ((A, [0.6, 0.9, 1.0]), "L has 3 elements; expected 2, as rows of A"),
        ((A, pd.Series([0.6])), "L has 1 elements; expected 2, as rows of A"),
        ((A[GOODS[::-1]], [0.6, 0.9]), "L has no labels, and columns of A and rows of A are in different orders"),
        ((A, A.iloc[0], L), r"D is a Series; expected \(n, n\)"),
        ((A, L.where(L < 0.8)), r"L\['corn'\] is nan; expected finite numbers"),
        ((A, L.set_axis(["x", "y"]), A.rename({"iron": "z"})), "L and rows of A .*; rows of D and rows of A have"),
    ],
)
def test_labels_that_do_not_fit_are_one_message(arguments, message):
    with pytest.raises(lv.InputError, match=message):
        lv.labor_values(*arguments)


def test_prices_of_a_reducible_system_are_refused_by_the_label_of_the_good():
    with pytest.raises(lv.InputError, match="no positive production price for sector corn"):
        lv.production_prices(pd.DataFrame([[0.5, 0.0], [0.2, 0.1]], index=GOODS, columns=GOODS))


def test_a_regression_has_the_labels_of_its_rows_and_regressors():
    rows = pd.MultiIndex.from_arrays([ENTITY, TIME])
    y, X = pd.Series(COLUMNS[:, 0], rows), pd.DataFrame(COLUMNS[:, 1:], rows, ["a", "b"])
    entity, time = pd.Series(ENTITY, rows), pd.Series(TIME, rows)
    plain = fixed_effects(COLUMNS[:, 0], COLUMNS[:, 1:], ENTITY, TIME)
    found = lv.fixed_effects(y, X[::-1][["b", "a"]], entity[::-1], time, cluster=[entity[::-1], time])
    assert found.coefficients[["a", "b"]].to_numpy() == pytest.approx(plain.coefficients, rel=1e-12)
    assert found.std_errors.index.tolist() == ["b", "a"] and found.covariance.columns.tolist() == ["b", "a"]
    assert found.residuals[rows].to_numpy() == pytest.approx(plain.residuals, rel=1e-10, abs=1e-12)


def test_residuals_have_the_labels_of_the_rows_kept():
    """The last row is alone in its entity."""
    rows = [f"row {k}" for k in range(13)]
    y, X = (pd.Series(COLUMNS[:13, k], rows) for k in (0, 1))
    found = lv.fixed_effects(y, X, pd.Series(ENTITY[:13], rows), pd.Series(TIME[:13], rows))
    assert found.residuals.index.tolist() == rows[:12] and not found.kept["row 12"]


def test_what_a_function_returns_that_is_an_argument_is_aligned():
    def at(r):
        return input_matrix(r, A, A / 5, A / 10, 8.0, "row", True)

    r = profit_rate(at)
    price = price_vector(at(r))
    assert profit_rate(lambda r: at(r)[GOODS[::-1]]) == r == profit_rate(lambda r: at(r).to_numpy())
    assert profit_rate_bounds(at, r, price[::-1]) == profit_rate_bounds(at, r, price)
    with pytest.raises(lv.InputError, match=r"rows of input_matrix_at\(...\) and price .*: written otherwise 'Iron'"):
        profit_rate_bounds(lambda r: at(r).rename({"iron": "Iron"}), r, price)


def test_without_pandas_objects_results_are_those_of_the_function_itself():
    found = lv.labor_values(A.to_numpy(), L.to_numpy())
    assert type(found) is np.ndarray
    assert found.tobytes() == inspect.unwrap(lv.labor_values)(A.to_numpy(), L.to_numpy()).tobytes()
