"""The choices of the regressions and of their robustness checks; fields are named as the keys of the config."""

from dataclasses import dataclass

LOG_POLICIES = ("drop", "log1p", "epsilon")
CLUSTERS = ("city_sector", "city", "sector", "two_way")
BOOTSTRAP_WEIGHTS = ("rademacher", "webb")


def _require(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(allowed)}")


@dataclass(frozen=True)
class RegressionOptions:
    """The section `regressions` of the config.

    Attributes
    ----------
    log_transform
        Take natural logs of all variables but the instrument.
    zero_policy
        What becomes of a value without a log: `drop` the row, `log1p` takes ln(1 + value), `epsilon` puts `epsilon`
        in the place of 0. Negative values drop out under each.
    epsilon
        What stands for 0 under `epsilon`, in the variable's unit.
    drop_singletons
        Leave out rows that are alone in their region-sector or year.
    cluster
        Clusters of the standard errors: `city_sector`, `city`, `sector` or `two_way`, by city and by sector.
    total_digital
        The variable for the total digital input, `d` or `tdr`.

    Raises
    ------
    ValueError
        For a value that is not allowed.
    """

    log_transform: bool = True
    zero_policy: str = "drop"
    epsilon: float = 1e-6
    drop_singletons: bool = True
    cluster: str = "city_sector"
    total_digital: str = "d"

    def __post_init__(self) -> None:
        _require("zero_policy", self.zero_policy, LOG_POLICIES)
        _require("cluster", self.cluster, CLUSTERS)


@dataclass(frozen=True)
class RobustnessOptions:
    """The keys of the config's section `robustness` that concern the wild cluster bootstrap.

    Attributes
    ----------
    bootstrap_draws
        Draws of the weights at most; where fewer patterns exist, each is taken once.
    bootstrap_weights
        `rademacher` (-1 and 1) or `webb` (six values, for few clusters).
    bootstrap_seed
        The seed of the draws.

    Raises
    ------
    ValueError
        For a value that is not allowed.
    """

    bootstrap_draws: int = 9999
    bootstrap_weights: str = "rademacher"
    bootstrap_seed: int = 2025

    def __post_init__(self) -> None:
        _require("bootstrap_weights", self.bootstrap_weights, BOOTSTRAP_WEIGHTS)
