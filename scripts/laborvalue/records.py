"""Frozen dataclasses to named arrays and back: how the results of one stage are stored for the next."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import numpy as np

from laborvalue.errors import InputError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)


def field_names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    """The names of the fields of a dataclass that have no default, in order."""
    return tuple(field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING)


def to_arrays(record: "DataclassInstance") -> dict[str, Any]:
    """The fields of a dataclass by name.

    Parameters
    ----------
    record : dataclass

    Returns
    -------
    dict
        Without the fields that are None.
    """
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {name: content for name, content in fields.items() if content is not None}


def from_arrays(kind: "type[T]", arrays: Mapping[str, Any]) -> "T":
    """A dataclass from its fields by name: the inverse of `to_arrays`.

    Parameters
    ----------
    kind : type
        The dataclass.
    arrays : mapping
        Its fields by name.

    Returns
    -------
    An instance of `kind`.

    Raises
    ------
    InputError
        Where a field without default is missing, or a name is no field: the file was written by another version.
    """
    fields = {field.name for field in dataclasses.fields(kind)}
    missing = [name for name in field_names(kind) if name not in arrays]
    unknown = [name for name in arrays if name not in fields]
    if missing or unknown:
        difference = f"without {missing[0]}" if missing else f"with {unknown[0]}, which is not part of it"
        raise InputError(f"{kind.__name__} {difference}; it was written by another version, delete it and run again")
    return kind(**arrays)


def stack(records: "Sequence[T]") -> "T":
    """The dataclasses of m regions as one.

    Parameters
    ----------
    records : sequence of dataclasses, length m
        All of one kind, with arrays of the same shapes.

    Returns
    -------
    An instance of that kind
        Each array has the region as a further first axis.
    """
    arrays = [to_arrays(record) for record in records]
    return from_arrays(type(records[0]), {name: np.stack([of[name] for of in arrays]) for name in arrays[0]})


def refuse_other_shapes(record: Any, names: Sequence[str], shape: tuple[int, ...]) -> None:
    """Check that the named arrays of a dataclass end in the axes `shape`.

    Parameters
    ----------
    record : dataclass
    names : sequence of str
        Fields to check.
    shape : tuple of int
        Expected last axes.

    Raises
    ------
    InputError
        For the first array of another shape.
    """
    for name in names:
        actual = np.shape(getattr(record, name))
        if actual[len(actual) - len(shape) :] != shape:
            raise InputError(f"{type(record).__name__}.{name} has shape {actual}; expected it to end in {shape}")


def choices(kind: "type[DataclassInstance]") -> dict[str, tuple[Any, ...]]:
    """The allowed values of the fields of a dataclass that are typed as a Literal or as bool, by name."""
    types = {field.name: field.type for field in dataclasses.fields(kind)}
    limited = {name: of for name, of in types.items() if of is bool or get_origin(of) is Literal}
    return {name: (True, False) if of is bool else get_args(of) for name, of in limited.items()}


def refuse_other_choices(options: "DataclassInstance", section: str) -> None:
    """Check that options have allowed values.

    Parameters
    ----------
    options : dataclass
        Its types say what is allowed, see `choices`.
    section : str
        Section of the options in the config, for the message.

    Raises
    ------
    InputError
        For the first option with another value.
    """
    for name, allowed in choices(type(options)).items():
        choice = getattr(options, name)
        if choice not in allowed:
            raise InputError(f"{section}.{name} is {choice!r}; allowed: {', '.join(map(str, allowed))}")
