"""Which years are shown where a run has many."""

from collections.abc import Iterable

# So many years are shown side by side: distinguished by color and shape in a figure, each with its column in a table.
FEW_YEARS = 4
PANELS = 6  # panels or clouds of marks in one figure


def selected(years: Iterable[str]) -> list[str]:
    """The years shown where each is a panel or a cloud of marks: at most six, evenly spread, with first and last."""
    ordered = sorted(set(years))
    last, shown = len(ordered) - 1, min(len(ordered), PANELS)
    return [ordered[round(k * last / max(shown - 1, 1))] for k in range(shown)]


def selection_note(years: Iterable[str]) -> str:
    """The sentence that tells which years are shown; empty where all are."""
    ordered = sorted(set(years))
    shown = selected(ordered)
    return "" if shown == ordered else f" Shown: {', '.join(shown)}, of {len(ordered)} years."
