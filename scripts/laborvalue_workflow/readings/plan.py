"""The readings of a run while it is planned: what a dataset cannot take, and the plan or why there is none."""

from pathlib import Path

from laborvalue.errors import InputError
from laborvalue.readings.choices import LEVEL_OF, SECTORS, Space
from laborvalue_workflow.data.table_support import Lack
from laborvalue_workflow.readings.choices_file import read_choices
from laborvalue_workflow.readings.nodes import nodes_per_batch, plan

# choices about what a dataset may not have
TELEPHONES = ("indicators.iv_mean", "indicators.iv_telephones", "regressions.total_digital")
LIMITED = dict.fromkeys(TELEPHONES, (Lack.TELEPHONES, "the dataset has no telephones of 1984")) | {
    "indicators.lp_relative": (
        Lack.THIRD_YEAR,
        "the dataset has no third year, which the lead of labor productivity needs",
    )
}


def limits(choices, economy, import_limit):
    """{(choice, alternative): why} of the alternatives that a dataset cannot take, as far as the plan can tell.

    economy: a PlannedDataset; import_limit: (name of a choice, value) -> why an import's tables cannot take it, or
    None.
    """
    reasons = {}
    for choice in choices.choices:
        for one in choice.alternatives:
            reason = _limit(choice.name, one.value, economy)
            if reason := reason or (import_limit(choice.name, one.value) if import_limit else None):
                reasons[choice.name, one.name] = reason
    return reasons


def _limit(name, value, economy):
    if name in (SECTORS, "prices.rural_sectors"):
        named = [key for keys in value.values() for key in keys] if name == SECTORS else value
        absent = [key for key in named if key not in economy.sectors]
        return f"the dataset has no sector {', '.join(absent)}" if absent else None
    lack, reason = LIMITED.get(name, (None, None))
    if lack in economy.lacking.values():
        return reason
    if name == "prices.capital_rule" and value == "external":
        without = [str(year) for year, tables in economy.tables.items() if "capital_stock" not in tables]
        return f"the dataset has no table capital_stock for {', '.join(without)}" if without else None
    return None


def plan_or_reason(config, paths, economy, import_limit):
    """(the Plan of a run, None), or (None, why this run can have no readings).

    paths: of the choices where the config names no file, of the config's schema and of the schema of choices; economy
    and import_limit: as in `limits`, None for a dataset that is not imported.
    """
    try:
        return _plan_run(config, paths, economy, import_limit), None
    except InputError as error:
        return None, error


def _plan_run(config, paths, economy, import_limit):
    """The Plan of a run; raises InputError for faults of config and file, and where the run's own choices clash."""
    default, *schemas = paths
    chosen = config["readings"]
    if config["panel"]:
        raise InputError("readings: config: panel is given, and a panel has one reading; expected null, and tables")
    if chosen["target"] and not Path(chosen["target"], "tables").is_dir():
        raise InputError(
            f"config: readings.target is {chosen['target']!r}, which has no folder tables; expected the results of a "
            "run, results/NAME, or null"
        )
    choices = read_choices(chosen["file"] or default, *schemas)
    settings = {section: config[section] for section in LEVEL_OF if section in config}
    space = Space(choices, settings, limits(choices, economy, import_limit))
    space.refuse_own_clash()
    m, n, _ = economy.size
    return plan(space, chosen["sample"], chosen["seed"], nodes_per_batch(m * n))
