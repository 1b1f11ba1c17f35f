"""Checks of arguments: each returns the checked array or raises an InputError that names the argument."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.errors import InputError
from laborvalue.labels import names_of


def as_floats(name: str, array: ArrayLike) -> NDArray:
    """The argument as an array of floats; a DataFrame or Series of pandas becomes an array.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    array : array_like, any shape
        The argument, in any unit.

    Returns
    -------
    ndarray, the same shape
        The argument itself where it is an array of floats already.

    Raises
    ------
    InputError
        If an element is not a number.

    Examples
    --------
    >>> as_floats("L", [1, 2])
    array([1., 2.])
    """
    try:
        return np.asarray(array, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is not an array of numbers ({str(error).splitlines()[0]})") from None


def shaped(name: str, array: ArrayLike, shape: Sequence[int], meaning: str) -> NDArray:
    """The argument as an array of floats of the given shape.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    array : array_like, any shape
        The argument, in any unit.
    shape : sequence of int
        The expected shape.
    meaning : str
        The expected shape in letters, for the message, such as ``"(n, n), as A"``.

    Returns
    -------
    ndarray, shape `shape`

    Raises
    ------
    InputError
        If an element is not a number or the shape is another one.
    """
    numbers = as_floats(name, array)
    if numbers.shape != tuple(shape):
        raise InputError(f"{name} has shape {numbers.shape}; expected {tuple(shape)}, that is {meaning}")
    return numbers


def finite(name: str, array: NDArray) -> NDArray:
    """The same array, if all its elements are finite.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    array : ndarray, any shape
        The argument, in any unit.

    Returns
    -------
    ndarray, the same shape

    Raises
    ------
    InputError
        If an element is NaN or infinite; the message gives its labels, or its index.
    """
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        index = tuple(int(k) for k in bad[0])
        names = zip(index, names_of(name, array.shape), strict=True)
        place = ", ".join(str(k) if labels is None else repr(labels[k]) for k, labels in names)
        raise InputError(
            f"{name}[{place}] is {array[index]}; expected finite numbers (a sector without output "
            "has no coefficients: leave it out, as a row and as a column)"
        )
    return array
