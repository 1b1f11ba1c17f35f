"""Labor values, production prices and their deviations from input-output tables.

Arrays in, arrays out; numpy and scipy only. Matrices of coefficients are good x user; values and prices are row
vectors. The numbers in parentheses in docstrings are those of the equations.

Examples
--------
With numpy or pandas: coefficients in; values, prices, the profit rate and the deviations out.

>>> import laborvalue as lv
>>> A, F, L, x = [[0.2, 0.4], [0.3, 0.1]], [[0.1, 0.1], [0.1, 0.2]], [0.5, 0.8], [10, 8]
>>> values = lv.labor_values(A, L)
>>> prices = lv.production_prices(A, F=F, L=L, output=x, normalise="value")
>>> measures = lv.deviations(prices.price, values, x)
>>> values.round(4), prices.price.round(4), round(prices.profit_rate, 4), round(measures.mawd, 4)
(array([1.15, 1.4 ]), array([1.1983, 1.3397]), 0.3383, 0.0425)

With pymrio: `from_pymrio` takes an IOSystem.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"  # as in pyproject.toml, for whoever runs from a clone

if TYPE_CHECKING:
    from laborvalue.closures import PriceSystem, production_prices
    from laborvalue.econometrics.fixed_effects import fixed_effects
    from laborvalue.errors import InputError
    from laborvalue.price_deviations import Deviations, deviations
    from laborvalue.systems import SystemSolution, from_pymrio
    from laborvalue.values import labor_values

__all__ = [
    "Deviations",
    "InputError",
    "PriceSystem",
    "SystemSolution",
    "deviations",
    "fixed_effects",
    "from_pymrio",
    "labor_values",
    "production_prices",
]

# Each name is imported at its first use: whoever needs one module (the plan of a workflow, say) does not load numpy
# and scipy for the others.
_MODULES = {
    "Deviations": "laborvalue.price_deviations",
    "InputError": "laborvalue.errors",
    "PriceSystem": "laborvalue.closures",
    "SystemSolution": "laborvalue.systems",
    "deviations": "laborvalue.price_deviations",
    "fixed_effects": "laborvalue.econometrics.fixed_effects",
    "from_pymrio": "laborvalue.systems",
    "labor_values": "laborvalue.values",
    "production_prices": "laborvalue.closures",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'laborvalue' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
