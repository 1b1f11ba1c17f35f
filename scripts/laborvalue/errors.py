"""The errors that bad input raises."""


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
