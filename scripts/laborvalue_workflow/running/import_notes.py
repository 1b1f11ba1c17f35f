"""How imports and unknown accounts were treated, in lines for readers: from the summaries of the years."""

from laborvalue.accounts import HOLDS_IMPORTS

DECLARE = "dataset.yaml can say it: layout: domestic or layout: competitive"


def treatment(summaries):
    """A line for each thing that a reader of the values must know. summaries: {year: content of summary.json}."""
    return [*_layouts(summaries), *_import_rules(summaries), *_unknown(summaries)]


def _layouts(summaries):
    """What was decided about the rows of the tables, or does not agree with what is declared."""
    lines = []
    decided = {year: of for year, of in summaries.items() if not of["layout_declared"]}
    if decided:
        listed = _listed(decided, lambda of: f"{of['layout']} ({_excess(of)})")
        lines.append(
            f"whether rows hold imports was decided from each year's table: {listed}; they do from {HOLDS_IMPORTS:.0%} "
            f"on, unless a table of several regions has an import row; {DECLARE}"
        )
    doubtful = {
        year: of
        for year, of in summaries.items()
        if of["layout_declared"] and (of["uses_above_output"] > HOLDS_IMPORTS) != (of["layout"] == "competitive")
    }
    if doubtful:
        listed = _listed(doubtful, lambda of: f"layout {of['layout']}, but {_excess(of)}")
        lines.append(f"dataset.yaml and the tables do not agree on imports in the rows: {listed}")
    return lines


def _import_rules(summaries):
    """Where the rule for imports is not the one that the config asks for, though the rows hold imports."""
    changed = {
        year: of
        for year, of in summaries.items()
        if of["imports_rule"] != of["imports"] and of["layout"] == "competitive"
    }
    if not changed:
        return []
    asked, rule = next((of["imports"], of["imports_rule"]) for of in changed.values())
    listed = _listed(changed, lambda of: f"{of['uses_above_output']:.1%} of the uses at home")
    return [
        f"values.imports: {asked} is {rule} here, since the tables have no import row: what rows hold of imports does "
        f"not count, {listed}; values.imports: none counts it, as if made at home"
    ]


def _unknown(summaries):
    """Accounts that are unknown in regions that have values."""

    def cells(summary):
        return ", ".join(
            f"{account} of {sector} in {len(regions)} region{'s' * (len(regions) > 1)} ({_some(regions)})"
            for account, by_sector in summary["unknown_accounts"].items()
            for sector, regions in by_sector.items()
        )

    found = {year: of for year, of in summaries.items() if of["unknown_accounts"]}
    return [f"unknown, and not in the national averages: {_listed(found, cells)}"] if found else []


def _excess(summary):
    """How far uses are above output, or below."""
    return f"uses less output are {summary['uses_above_output']:.3%} of the uses at home"


def _listed(summaries, describe):
    """`2012, 2015: a; 2017: b`: the years of each description together."""
    years = {}
    for year, of in summaries.items():
        years.setdefault(describe(of), []).append(str(year))
    return "; ".join(f"{', '.join(found)}: {text}" for text, found in years.items())


def _some(names, shown=5):
    more = f", and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
