"""The one error a user can cause and mend."""


class InputError(ValueError):
    """Data or settings that cannot be computed with.

    The message is one line that says where (region, sector, year), what was found, what was
    expected and how to mend it; whoever knows the file puts its name in front.
    """
