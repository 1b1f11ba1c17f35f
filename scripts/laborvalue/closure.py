"""The choice of a closure of the price system; what each means is in `laborvalue.closures`.

It needs no numpy, so that a workflow can check it while it is planned.
"""

from dataclasses import dataclass

from laborvalue.errors import InputError

MODELS = ("son", "stock", "circulating")
WAGES = ("basket", "new_interpretation", "sraffian")


@dataclass(frozen=True)
class Closure:
    """What closes the price system; the names are those of the config's section `prices`.

    Attributes
    ----------
    model : str
        `son`, `stock` or `circulating`.
    wage : str
        `basket`, `new_interpretation` or `sraffian`.
    wages_advanced : bool
        Whether profit is made on wages; under `sraffian` it never is.
    wage_share : float, optional
        v, the share of wages in the net product, under `new_interpretation`; None: that of the table.
    profit_share : float, optional
        pi, r as a share of its maximum, under `sraffian`.
    """

    model: str = "son"
    wage: str = "basket"
    wages_advanced: bool = True
    wage_share: float | None = None
    profit_share: float | None = None

    def __post_init__(self) -> None:
        for name, given, allowed in (("model", self.model, MODELS), ("wage", self.wage, WAGES)):
            if given not in allowed:
                raise InputError(f"{name} is {given!r}; expected one of {', '.join(allowed)}")
        for name, owner in (("wage_share", "new_interpretation"), ("profit_share", "sraffian")):
            given = getattr(self, name)
            if given is not None and self.wage != owner:
                raise InputError(f"{name} is {given!r}, but wage is {self.wage!r}; only wage {owner!r} uses it")
        if self.wage_share is not None and not 0 < self.wage_share < 1:
            raise InputError(f"wage_share is {self.wage_share!r}; expected a share between 0 and 1")
        if self.wage == "sraffian" and self.profit_share is None:
            raise InputError("wage is 'sraffian', but profit_share is missing; expected a share between 0 and 1")
        if self.profit_share is not None and not 0 < self.profit_share <= 1:
            raise InputError(f"profit_share is {self.profit_share!r}; expected a share between 0 and 1")


def refuse_unused_turnover(model: str, turnover: object) -> None:
    """Raise an error for turnover times that no model uses.

    Parameters
    ----------
    model : str
        `son`, `stock` or `circulating`.
    turnover : object
        The turnover times, None where none are given.

    Raises
    ------
    InputError
        Where they are given and the model is not `stock`.
    """
    if turnover is not None and model != "stock":
        raise InputError(f"turnover is given, but model is {model!r}; only model 'stock' uses it")
