"""Labels of pandas arguments: functions compute with arrays in one order, and results get the labels back.

The axes are those of the docstrings, such as "shape (m, n)": axes of one letter, of all arguments and of the fields of
a record, have the same labels. Their order is that of the first argument that has labels. An axis with other labels is
refused. What has no labels (numpy, lists, a default index 0, 1, ... beside labels that are no integers) is taken in
that order, with as many elements. Without pandas objects a function is called as it is; pandas is not imported here.
"""

import dataclasses
import inspect
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, cached_property, wraps
from types import FunctionType
from typing import Any

import numpy as np

from laborvalue.errors import InputError

Shape = tuple[str, ...]  # the letters of the axes
Visit = Callable[[str, Any, Sequence[Shape]], Any]  # what takes the place of an array: by its name and its shapes

ANY = ""  # the letter of an axis that the docstring does not tell
NOTED = "_has_labels"  # in the __dict__ of a record with labels
SHOWN = 4  # labels that a message lists
_NAMES: ContextVar[dict[str, list[Any]]] = ContextVar("names")  # of the axes of each argument with labels
LETTERS = re.compile(r"shape (\([^()]*\)(?: or \([^()]*\))*)|shape of `?(\w+)|\b(one|any|same) shape")


def align(module: str) -> None:
    """Make every public function and class of a module align its arguments by label; for the end of the module.

    Parameters
    ----------
    module : str
        Its `__name__`.
    """
    loaded = sys.modules[module]
    for name, member in list(vars(loaded).items()):
        if name.startswith("_") or getattr(member, "__module__", None) != module:
            continue
        if isinstance(member, FunctionType):
            setattr(loaded, name, _aligned(member, member))
        elif isinstance(member, type) and dataclasses.is_dataclass(member):
            _align_methods(member)


def positions(what: str, labels: Sequence[Any], expected_by: str, expected: Sequence[Any]) -> list[int]:
    """Where the expected labels stand.

    Parameters
    ----------
    what, expected_by : str
        What has the labels, and what the expected ones, for messages; such as "L" and "rows of A".
    labels, expected : sequence
        The labels found, in any order, and those expected.

    Returns
    -------
    list of int
        The position in `labels` of each expected label.

    Raises
    ------
    InputError
        If a label occurs twice, is missing or is none of those expected; the message lists them, and those that are
        near misses (`cells.folded`).
    """
    place = {label: k for k, label in enumerate(labels)}
    for of, names in ((what, labels), (expected_by, expected)):
        [(most, times)] = Counter(names).most_common(1) or [(None, 0)]
        if times > 1:
            raise InputError(
                f"{of}: the label {most!r} occurs {times} times; expected each label once, "
                "such as (region, sector, year) or, where the orders agree, that of reset_index(drop=True)"
            )
    missing = [label for label in expected if label not in place]
    additional = sorted(place.keys() - set(expected), key=place.__getitem__)
    if not missing and not additional:
        return [place[label] for label in expected]
    wanted = {_folded(label): label for label in missing}
    near = [(label, wanted[_folded(label)]) for label in additional if _folded(label) in wanted]
    others = {label for pair in near for label in pair}
    found = [
        ("written otherwise", [f"{label!r} for {meant!r}" for label, meant in near]),
        ("missing", [repr(label) for label in missing if label not in others]),
        ("additional", [repr(label) for label in additional if label not in others]),
    ]
    differences = "; ".join(f"{kind} {_some(names)}" for kind, names in found if names)
    raise InputError(f"{what} and {expected_by} have different labels: {differences}; expected the same, in any order")


def _folded(label: Any) -> Any:
    """A label, or each of its levels, without what distinguishes near misses."""
    from laborvalue.cells import folded

    return tuple(map(_folded, label)) if isinstance(label, tuple) else folded(str(label))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f", ... ({len(names)})" if len(names) > SHOWN else "")


def with_labels(record: Any, of: Mapping[str, Sequence[Any]]) -> Any:
    """A record with its arrays as Series and DataFrames.

    Parameters
    ----------
    record : dataclass
        Its docstring gives the shapes.
    of : mapping of str to sequence
        The labels of each letter.

    Returns
    -------
    The same kind of record
        Itself where pandas is not loaded.
    """
    if "pandas" not in sys.modules:
        return record
    labels = _Labels()
    labels.of = {letter: ("", sys.modules["pandas"].Index(names)) for letter, names in of.items()}
    return _visited(labels.labelled, "", record, ())


def names_of(argument: str, lengths: Sequence[int]) -> list[Any]:
    """The labels of each axis of an argument in the call that goes on, for messages; None for an axis without.

    Parameters
    ----------
    argument : str
        Its name.
    lengths : sequence of int
        Elements of its axes.

    Returns
    -------
    list of (sequence or None)
    """
    found = _NAMES.get({}).get(argument, ())
    fits = len(found) == len(lengths)
    return [
        found[k] if fits and found[k] is not None and len(found[k]) == length else None
        for k, length in enumerate(lengths)
    ]


# What the docstrings say ------------------------------------------------------------------------------


def _shapes(header: str, others: Mapping[str, Sequence[Shape]]) -> list[Shape]:
    """The shapes that the line about an array gives, such as "array, shape (n, n) or (..., n)"."""
    found: list[Shape] = []
    for letters, same_as, free in LETTERS.findall(header):
        if free:
            found.append(("...",))
        elif same_as:
            found += others.get(same_as, [])
        else:
            for axes in re.findall(r"\(([^()]*)\)", letters):
                found.append(tuple(axis.strip() for axis in axes.split(",") if axis.strip()))
    return found


def _section(doc: str, *titles: str) -> list[tuple[list[str], str]]:
    """(names, line) of what a section of a numpydoc docstring lists."""
    lines = inspect.cleandoc(doc).splitlines()
    inside, found = False, []
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        if below.startswith("---"):
            inside = line.strip() in titles
        elif inside and line and not line.startswith((" ", "-")):
            names, _, kind = line.rpartition(" : ")
            found.append(([name.strip() for name in names.split(",")], kind))
    return found


@cache
def declared(kind: Any) -> dict[str, list[Shape]]:
    """The shapes of the arguments of a function, or of the fields of a class and of those above it, by name.

    Parameters
    ----------
    kind : function or type

    Returns
    -------
    dict
        For each name a list of shapes, each the letters of the axes.
    """
    found: dict[str, list[Shape]] = {}
    for each in reversed(inspect.getmro(kind)) if inspect.isclass(kind) else [kind]:
        for names, line in _section(each.__doc__ or "", "Parameters", "Attributes"):
            for name in names:
                found[name] = _shapes(line, found)
    return found


@cache
def returned(function: Callable[..., Any]) -> list[list[Shape]]:
    """The shapes of what a function returns: one list, or one for each element of a tuple.

    Parameters
    ----------
    function : callable

    Returns
    -------
    list of lists of shapes
    """
    doc, arguments = function.__doc__ or "", declared(function)
    listed = _section(doc, "Returns", "Yields")
    if not listed:
        return [_shapes(doc, arguments)]  # a property
    if len(listed) == 1 and listed[0][1].startswith("("):  # "(float, ndarray of shape (n,)) or None"
        return [_shapes(part, arguments) for part in re.split(r", (?=ndarray|float)", listed[0][1][1:])]
    return [_shapes(line, arguments) for names, line in listed for _ in names]


# Arrays inside arguments and results ------------------------------------------------------------------


def _is_labelled(value: Any) -> bool:
    pandas = sys.modules["pandas"]
    return isinstance(value, (pandas.DataFrame, pandas.Series))


def _has_labels(value: Any) -> bool:
    """Whether an argument is or holds a pandas object; of a record this was noted when it was made."""
    if isinstance(value, (np.ndarray, float, int, str)) or value is None:
        return False
    if isinstance(value, dict):
        return any(map(_has_labels, value.values()))
    if isinstance(value, (list, tuple)):
        return not _size(value) and any(map(_has_labels, value))
    return _is_labelled(value) or NOTED in getattr(value, "__dict__", ())


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


def _may_have_labels(value: Any) -> bool:
    """Also a function, whose results may have labels."""
    return _has_labels(value) or _is_function(value)


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _visited(visit: Visit, name: str, value: Any, shapes: Sequence[Shape]) -> Any:
    """The value with what `visit` puts in the place of each of its arrays; itself where it puts nothing else."""
    if isinstance(value, np.ndarray) or _is_labelled(value):
        return visit(name, value, shapes)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        of = declared(type(value))
        before = _fields(value)
        of_record = f"{type(value).__name__}."
        after = {key: _visited(visit, of_record + key, each, of.get(key, ())) for key, each in before.items()}
        return value if _same(before.values(), after.values()) else _with_fields(value, after)
    if isinstance(value, dict):
        after = {key: _visited(visit, f"{name}[{key!r}]", each, shapes) for key, each in value.items()}
        return value if _same(value.values(), after.values()) else after
    if type(value) in (list, tuple):
        if size := _size(value):
            visit(name, np.broadcast_to(0, size), shapes)
            return value
        items = [_visited(visit, f"{name}[{k}]", each, shapes) for k, each in enumerate(value)]
        return value if _same(value, items) else type(value)(items)
    return value


def _size(numbers: Any) -> tuple[int, ...]:
    """The shape of a list of numbers or texts, or of lists of them; empty for other lists."""
    if not isinstance(numbers, (list, tuple)) or not numbers:
        return ()
    if isinstance(numbers[0], (int, float, str)):
        return (len(numbers),)
    inner = _size(numbers[0])
    return (len(numbers), *inner) if inner else ()


def _same(before: Any, after: Any) -> bool:
    return all(old is new for old, new in zip(before, after, strict=True))


def _with_fields(record: Any, fields: Mapping[str, Any]) -> Any:
    """A record with these fields; not by its __init__, which checks and completes what is checked already."""
    changed = object.__new__(type(record))
    _put(changed, fields)
    return changed


def _put(record: Any, fields: Mapping[str, Any]) -> None:
    record.__dict__.update(fields)
    if any(map(_has_labels, fields.values())):
        record.__dict__[NOTED] = True


def _fitting(shapes: Sequence[Shape], axes: int) -> Shape | None:
    """The one shape with so many axes; None if there is none, or more than one."""
    fitting = {_expanded(shape, axes) for shape in shapes} - {()}
    return fitting.pop() if len(fitting) == 1 else None


def _expanded(shape: Shape, axes: int) -> Shape:
    """The shape with as many letters as there are axes for its "..."; empty where it does not fit."""
    if "..." in shape and axes >= len(shape) - 1:
        k = shape.index("...")
        shape = (*shape[:k], *(f"...{i}" for i in range(axes - len(shape) + 1, 0, -1)), *shape[k + 1 :])
    return shape if len(shape) == axes else ()


def _is_product(letter: str) -> bool:
    """Whether an axis has the elements of two or more, such as "m n"; its labels would be pairs, and are refused."""
    return " " in letter and "+" not in letter


def _indexes(name: str, array: Any) -> list[tuple[str, Any]]:
    """(what it is, labels) of each axis of a pandas object."""
    if array.ndim == 1:
        return [(name, array.index)]
    return [(f"rows of {name}", array.index), (f"columns of {name}", array.columns)]


def is_default(index: Any) -> bool:
    """Whether an index is 0, 1, ..., as pandas makes it where none is given."""
    return type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1 and index.name is None


class _Labels:
    """The labels of each letter in one call, found by `collect`, used by `arrays` and `labelled`."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, Any]] = {}
        self.faults: list[str] = []
        self.moved: dict[str, str] = {}  # what stands in another order
        self.without: dict[str, str] = {}  # what has no labels
        self.names: dict[str, list[Any]] = {}

    def collect(self, name: str, array: Any, shapes: Sequence[Shape]) -> Any:
        """The labels of a letter are those of the first axis that has more than a default index."""
        if _is_labelled(array):
            shape = _fitting(shapes, array.ndim)
            if shape is None or any(map(_is_product, shape)):
                expected = " or ".join(f"({', '.join(each)})" for each in shapes if not any(map(_is_product, each)))
                self.faults.append(
                    f"{name} is a {type(array).__name__}; expected {expected or 'no labels, such as to_numpy() gives'}"
                )
            else:
                for letter, (what, index) in zip(shape, _indexes(name, array), strict=True):
                    if letter not in self.of or (is_default(self.of[letter][1]) and not is_default(index)):
                        self.of[letter] = (what, index)
        return array

    def arrays(self, name: str, array: Any, shapes: Sequence[Shape]) -> Any:
        """The numbers in the order of the letters' labels."""
        shape = _fitting(shapes, array.ndim) or ()
        self.names[name] = self._indexes_of(shape)
        if not _is_labelled(array):
            for letter, length in zip(shape, array.shape, strict=False):
                self._take_in_order(letter, name, length)
            if array.ndim and (not shape or any(map(_is_product, shape))):  # several axes in one; a stack of systems
                self.without[ANY] = name
            return array
        numbers = np.asarray(array)
        for axis, (letter, (what, index)) in enumerate(zip(shape, _indexes(name, array), strict=True)):
            expected_by, expected = self.of[letter]
            if is_default(index) and expected.dtype.kind not in "iu":
                self._take_in_order(letter, what, len(index))
            elif not (expected.is_unique and index.equals(expected)):
                try:
                    order = positions(what, list(index), expected_by, list(expected))
                except InputError as error:
                    self.faults.append(str(error))
                else:
                    numbers = numbers.take(order, axis=axis)
                    self.moved.setdefault(letter, what)
        return np.ascontiguousarray(numbers)

    def _take_in_order(self, letter: str, what: str, length: int) -> None:
        """Take an axis without labels in the order of the others."""
        self.without.setdefault(letter, what)
        if letter in self.of and length != len(self.of[letter][1]):
            expected_by, expected = self.of[letter]
            self.faults.append(f"{what} has {length} elements; expected {len(expected)}, as {expected_by}")

    def refuse_faults(self) -> None:
        """InputError with all faults; that of axes in several orders beside one without labels is one of them."""
        ambiguous = [
            f"{self.without.get(letter, self.without.get(ANY))} has no labels, and {what} and {self.of[letter][0]} are "
            "in different orders; expected labels, or one order"
            for letter, what in self.moved.items()
            if letter in self.without or ANY in self.without
        ]
        if self.faults or ambiguous:
            raise InputError("; ".join(self.faults + ambiguous))

    def ordered(self, name: str, function: Callable[..., Any], shapes: Sequence[Shape]) -> Callable[..., Any]:
        """A function that is an argument, with the numbers of what it returns in the order of the letters' labels."""

        def of_arrays(*args: Any) -> Any:
            result = function(*args)
            if _is_labelled(result):
                self.collect(f"{name}(...)", result, shapes)
                result = self.arrays(f"{name}(...)", result, shapes)
                self.refuse_faults()
            return result

        return of_arrays

    def know_parts(self, result: Any) -> None:
        """Labels of a part of an axis, such as "N[kept]", by the field `kept` of a record that is returned."""
        records: list[Any] = [result, *getattr(result, "__dict__", {}).values()]
        for record in filter(dataclasses.is_dataclass, records):
            kind: Any = type(record)
            of = declared(kind)
            for letter in {letter for shapes in of.values() for shape in shapes for letter in shape}:
                whole, _, mask = letter.rstrip("]").partition("[")
                if mask and whole in self.of:
                    what, index = self.of[whole]
                    self.of[letter] = (what, index[np.asarray(getattr(record, mask))])

    def labelled(self, _: str, array: Any, shapes: Sequence[Shape]) -> Any:
        """An array as a Series or DataFrame, where its letters have labels."""
        shape = _fitting(shapes, array.ndim) or ()
        indexes = self._indexes_of(shape)
        known = [(index, length) for index, length in zip(indexes, array.shape, strict=False) if index is not None]
        if _is_labelled(array) or not known or len(shape) > 2 or any(len(index) != length for index, length in known):
            return array
        pandas = sys.modules["pandas"]
        return (pandas.Series if len(shape) == 1 else pandas.DataFrame)(array, *indexes)

    def _indexes_of(self, shape: Shape) -> list[Any]:
        """The labels of each axis, None where it has none."""
        return [self.of[letter][1] if letter in self.of else None for letter in shape]


# Functions and classes --------------------------------------------------------------------------------


def _align_methods(cls: type) -> None:
    """The same for the methods and properties of a dataclass, whose fields are arguments too, and for making one."""
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name != "__init__":
            continue
        above = [vars(each)[name] for each in cls.__mro__ if name in vars(each)]
        described = cls if name == "__init__" else next((each for each in above if each.__doc__), member)
        if isinstance(member, FunctionType):
            setattr(cls, name, _aligned(member, described))
        elif isinstance(member, classmethod):
            setattr(cls, name, classmethod(_aligned(member.__func__, described)))  # type: ignore[arg-type]
        elif isinstance(member, property):
            setattr(cls, name, property(_aligned(member.fget, described), doc=member.__doc__))  # type: ignore[arg-type]
        elif isinstance(member, cached_property):
            member.func = _aligned(member.func, described)  # type: ignore[arg-type]


def _aligned(function: FunctionType, described: Any) -> Callable[..., Any]:
    """The function, with its arguments in one order and the labels on what it returns; `described` has the shapes."""
    makes_record = function.__name__ == "__init__"

    @wraps(function)
    def aligned(*args: Any, **kwargs: Any) -> Any:
        if "pandas" not in sys.modules or not any(map(_may_have_labels, (*args, *kwargs.values()))):
            return function(*args, **kwargs)
        try:
            call, labels = inspect.signature(function).bind(*args, **kwargs), _Labels()
        except TypeError:
            return function(*args, **kwargs)  # which says what is wrong
        for visit in (labels.collect, labels.arrays):
            for name in [*call.arguments][makes_record:]:
                of = declared(described).get(name, ())
                call.arguments[name] = _visited(visit, name, call.arguments[name], of)
            labels.refuse_faults()
        for name, value in call.arguments.items():
            if _is_function(value) and name in declared(described):
                call.arguments[name] = labels.ordered(name, value, declared(described)[name])
        before = _NAMES.set(labels.names)
        try:
            result = function(*call.args, **call.kwargs)
        finally:
            _NAMES.reset(before)
        labels.know_parts(result)
        if makes_record:
            _put(args[0], _fields(_visited(labels.labelled, "", args[0], ())))
            return None
        results = returned(described)
        if isinstance(result, tuple) and len(result) == len(results):
            return tuple(_visited(labels.labelled, "", each, of) for each, of in zip(result, results, strict=True))
        return _visited(labels.labelled, "", result, results[0])

    return aligned
