"""How imported goods count in coefficients and values: the rules that `values.imports` chooses from (method 5.2)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import UnknownShares
from laborvalue.labels import align


@dataclass(frozen=True)
class ImportRule:
    """A rule for imports; all of the project that depends on the choice is here.

    Attributes
    ----------
    name : str
        What `values.imports` calls it.
    as_given : bool
        Whether deliveries count as the table has them; else each with the domestic share of its supplier.
    spread : bool
        Whether imported inputs in a row of their own are spread over goods.
    """

    name: str
    as_given: bool = False
    spread: bool = False

    def within(self, imports_apart: bool) -> "ImportRule":
        """The rule as a table lets it be applied.

        Parameters
        ----------
        imports_apart : bool
            Whether imported inputs stand in a row of their own.

        Returns
        -------
        ImportRule
            `domestic_only` where `spread_imports` meets a table without an import row; else the rule itself.
        """
        return DOMESTIC_ONLY if self.spread and not imports_apart else self

    def counted(self, given: NDArray, domestic: NDArray) -> NDArray:
        """The one of two arrays that counts.

        Parameters
        ----------
        given, domestic : ndarray, one shape
            Amounts or shares as the table has them, and of domestic goods alone, any unit.

        Returns
        -------
        ndarray, the same shape
        """
        return given if self.as_given else domestic

    def share(self, domestic_share: NDArray) -> NDArray:
        """The share of each delivery that counts.

        Parameters
        ----------
        domestic_share : ndarray, any shape
            Domestic shares of the suppliers' rows.

        Returns
        -------
        ndarray, the same shape
        """
        return np.ones_like(domestic_share) if self.as_given else domestic_share

    def factor(self, domestic: NDArray, imports: NDArray) -> NDArray:
        """The factor of the columns of A that spreads a user's imports over goods, as its domestic inputs are.

        (domestic + imported) / domestic inputs; 1 where none is domestic.

        Parameters
        ----------
        domestic, imports : ndarray, shape (n*,)
            Domestic and imported inputs of the using sectors, one money unit.

        Returns
        -------
        ndarray, shape (n*,)
            Factors of at least 1; 1 where imports are not spread.
        """
        if not self.spread:
            return np.ones_like(domestic)
        return 1 + np.divide(imports, domestic, out=np.zeros_like(domestic), where=domestic > 0)

    def mix(self, mix: NDArray, domestic: NDArray, imports_apart: bool) -> NDArray:
        """Goods of a final use per unit of it: all of them, or the domestic ones where imports do not count.

        Parameters
        ----------
        mix, domestic : ndarray, shape (n*,)
            Composition of the use by good, shares, and the domestic share of each good.
        imports_apart : bool
            Whether imported inputs stand in a row of their own.

        Returns
        -------
        ndarray, shape (n*,)
            Shares.
        """
        rule = self.within(imports_apart)
        return mix if rule.as_given or rule.spread else mix * domestic

    def weights(self, origin: NDArray, domestic_share: NDArray) -> NDArray:
        """How a unit of a good bought for a final use is spread over its suppliers.

        As in A, each supplier counts with its own domestic share s. Unless deliveries count as given, the weight of
        supplier d of good j to region c is

            w[d, j, c] = s[d, j] o[d, j, c] / sum_d s[d, j] o[d, j, c],

        so that the amount times w is s o times the amount as given, where the amount counts domestic goods only. Else
        the weight is o. Where all suppliers of a good have s = 1, and where none has any domestic product, the weights
        are o unchanged. Unknown shares (NaN) give unknown weights.

        Parameters
        ----------
        origin : ndarray, shape (m, n*, m)
            Shares o of the supplying regions, by good and using region.
        domestic_share : ndarray, shape (m, n*)
            Domestic shares s of the suppliers' rows.

        Returns
        -------
        ndarray, shape (m, n*, m)
            Shares, with sum 1 over the first axis.
        """
        all_domestic = (domestic_share == 1).all(axis=0)
        if self.as_given or all_domestic.all():
            return origin
        domestic = origin * domestic_share[:, :, None]
        total = domestic.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(all_domestic[:, None] | (total <= 0), origin, domestic / total)

    def refuse_unknown_shares(self, domestic_share: NDArray) -> None:
        """Check that domestic shares are known where the rule counts them.

        Parameters
        ----------
        domestic_share : ndarray, shape (n*,) or (m, n*)
            Shares, NaN where unknown.

        Raises
        ------
        UnknownShares
            Where one is unknown.
        """
        if not self.as_given:
            instead = "values.imports: none, which takes flows as given, with indicators.digital_flow: same_as_A"
            refuse_unknown_shares(domestic_share, f"values.imports: {self.name}", instead)


SPREAD_IMPORTS = ImportRule("spread_imports", spread=True)
DOMESTIC_ONLY = ImportRule("domestic_only")
AS_GIVEN = ImportRule("none", as_given=True)
RULES = {rule.name: rule for rule in (SPREAD_IMPORTS, DOMESTIC_ONLY, AS_GIVEN)}


def refuse_unknown_shares(domestic_share: NDArray, choice: str, remedy: str) -> None:
    """Check that domestic shares are known where a choice of the config counts them.

    Parameters
    ----------
    domestic_share : ndarray, shape (n*,) or (m, n*)
        Shares, NaN where unknown.
    choice, remedy : str
        The key with its value, and what to set instead, for the message.

    Raises
    ------
    UnknownShares
        Where one is unknown.
    """
    if np.isnan(domestic_share).any():
        raise UnknownShares(
            f"{choice} counts the part of each row that is not imported, and it is unknown: the rows hold imports "
            "(layout competitive), regions deliver to each other, and final_demand has no column origin_region; add "
            "this column, the region that supplies; or write layout: domestic in dataset.yaml if the rows hold no "
            f"imports; or set {remedy}"
        )


align(__name__)
