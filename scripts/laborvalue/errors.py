"""The errors that bad input raises, and samples that do not support an estimate."""

from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """Data or settings for which no result can be computed.

    The message is one line for each fault. It says where (region, sector, year), what was found, what was expected and
    how to fix it. The caller that knows the file puts the name of the file in front.

    Examples
    --------
    >>> raise InputError("sector s1: output is -3; expected 0 or more")
    Traceback (most recent call last):
    ...
    laborvalue.errors.InputError: sector s1: output is -3; expected 0 or more
    """


class UnknownShares(InputError):
    """The domestic shares of a table's rows are unknown, and a choice of the config needs them.

    The message is about the whole table of a year, not about one region.
    """


class NotEstimable(InputError):
    """A sample that is free of faults and does not support the estimate: too few rows, no variation, one year.

    The message is the reason, in words that can stand under a table. Whoever makes a table of several columns leaves
    the column out by name and makes the others.

    Examples
    --------
    >>> raise NotEstimable("only one year is left; expected two years or more")
    Traceback (most recent call last):
    ...
    laborvalue.errors.NotEstimable: only one year is left; expected two years or more
    """


@contextmanager
def located(place: object) -> Iterator[None]:
    """Put a place, such as a file or a year, in front of the message of an InputError that the block raises.

    Parameters
    ----------
    place : object
        Its text, for the message.

    Raises
    ------
    InputError
        As the block does.

    Examples
    --------
    >>> with located("year 2012"):
    ...     raise InputError("no usable region")
    Traceback (most recent call last):
    ...
    laborvalue.errors.InputError: year 2012: no usable region
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
