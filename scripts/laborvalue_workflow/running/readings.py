"""The readings of a run while it is planned: the file of open choices, what a dataset cannot take, the nodes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue.readings.choices import (
    HOURS,
    LEVEL_OF,
    SECTORS,
    Alternative,
    Choice,
    Choices,
    Incompatible,
    Level,
    Space,
    level_of,
    weights_of,
)
from laborvalue_workflow.data import yamlfiles
from laborvalue_workflow.running.configuration import allowed, as_yaml, read_schema

HOURS_RULES = ("dataset", "national_by_sector", "uniform")
SECTOR_KEYS = ("productive", "other")


def read_choices(path, config_schema_path, schema_path):
    """The Choices of the file at `path`; raises InputError with one line for every fault.

    config_schema_path, schema_path: of the config and of this file.
    """
    from jsonschema import Draft202012Validator

    content = yamlfiles.resolved(yamlfiles.read(path, "; config: readings.file names it"))
    errors = sorted(
        Draft202012Validator(read_schema(schema_path)).iter_errors(content), key=lambda e: [*map(str, e.path)]
    )
    _stop(path, map(_fault, errors))
    of_config = read_schema(config_schema_path)["properties"]
    faults, choices = [], []
    for name, given in content["choices"].items():
        found = _choice_faults(name, given, content["weights"], of_config)
        faults += found
        if not found:
            choices.append(_choice(name, given, content["weights"]))
    known = {choice.name: {one.name for one in choice.alternatives} for choice in choices}
    pairs = []
    for pair in content.get("incompatible", []):
        found = list(_pair_faults(pair["choices"], content["choices"], known))
        faults += found
        if not found:
            (first, of_first), (second, of_second) = pair["choices"].items()
            names = tuple(map(_name, of_first)), tuple(map(_name, of_second))
            pairs.append(Incompatible(first, names[0], second, names[1], pair["because"]))
    _stop(path, faults)
    return Choices(tuple(choices), tuple(pairs))


def _stop(path, faults):
    """Raise InputError if there is a fault."""
    if lines := [f"{path}: {fault}" for fault in faults]:
        raise InputError("\n".join(lines))


def _fault(error):
    """A line on an error of jsonschema."""
    place = ": ".join(map(str, error.absolute_path)) or "the file"
    if error.validator == "additionalProperties" and "properties" in error.schema:
        unknown = [name for name in error.instance if name not in error.schema["properties"]]
        return f"{place}: {', '.join(unknown)} is no key; allowed: {', '.join(error.schema['properties'])}"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{place}: {', '.join(missing)} is missing"
    return f"{place} is {error.instance!r}; expected {error.schema.get('allowed', error.schema.get('description'))}"


def _name(value):
    """How results name an alternative that is given as a value."""
    return value if isinstance(value, str) else as_yaml(value)


def _named(alternatives):
    """The alternatives of a choice, [(name, value)]."""
    return list(alternatives.items()) if isinstance(alternatives, dict) else [(_name(one), one) for one in alternatives]


def _choice(name, given, weights):
    named = _named(given["alternatives"])
    shares = weights_of(weights[given["grade"]], len(named))
    alternatives = [Alternative(*one, share) for one, share in zip(named, shares, strict=True)]
    return Choice(name, given["decides"], given["grade"], tuple(alternatives))


def _choice_faults(name, given, weights, of_config):
    """What is wrong in one choice, a list of lines."""
    faults = []
    of_key = _schema_of(name, of_config)
    if of_key is None:
        sections = [section for section in LEVEL_OF if section in of_config]
        known = [*(f"{section}.{key}" for section in sections for key in of_config[section]["properties"])]
        near = [one for one in known if one.partition(".")[2] == name.partition(".")[2]] or known
        return [f"{name} is no choice; expected {SECTORS}, {HOURS} or a key such as {', '.join(near[:4])}"]
    if given["grade"] not in weights:
        faults.append(f"{name}: grade is {given['grade']!r}; expected one of {', '.join(weights)}")
    named = _named(given["alternatives"])
    for text, value in named:
        if why := _wrong(name, value, of_key):
            faults.append(f"{name}: {text} is no alternative; expected {why}")
    # keys of a mapping are different, its values may be alike
    texts = [as_text(value) if isinstance(given["alternatives"], dict) else text for text, value in named]
    if repeated := sorted({one for one in texts if texts.count(one) > 1}):
        faults.append(f"{name}: the alternative {', '.join(repeated)} occurs twice; expected different alternatives")
    return faults


def as_text(value):
    """A value as one line."""
    return (
        ", ".join(f"{key} {as_yaml(item)}" for key, item in value.items())
        if isinstance(value, dict)
        else as_yaml(value)
    )


def _schema_of(name, of_config):
    """The part of the config's schema about a choice; {} for sectors and hours, None where there is none."""
    if name in (SECTORS, HOURS):
        return {}
    section, _, key = name.partition(".")
    return of_config[section]["properties"].get(key) if section in LEVEL_OF and section in of_config else None


def _wrong(name, value, of_key):
    """What was expected where a value is no alternative of a choice; None where it is one."""
    from jsonschema import Draft202012Validator

    if name == HOURS:
        return None if value in HOURS_RULES else ", ".join(HOURS_RULES)
    if name == SECTORS:
        good = isinstance(value, dict) and {*value} == {*SECTOR_KEYS}
        good = good and all(isinstance(keys, list) and all(isinstance(k, str) for k in keys) for keys in value.values())
        return None if good else "{productive: [KEY, ...], other: [KEY, ...]}, keys of sectors in quotes"
    return None if Draft202012Validator(of_key).is_valid(value) else allowed(of_key)


def _pair_faults(pair, named, known):
    """What is wrong in an incompatible pair; named: the choices; known: alternatives of those without fault."""
    for name, alternatives in pair.items():
        if name not in named:
            yield f"incompatible: {name} is no choice of this file; expected one of {', '.join(named)}"
        elif name in known and (unknown := [text for text in map(_name, alternatives) if text not in known[name]]):
            yield (
                f"incompatible: {name} has no alternative {', '.join(unknown)}; expected some of "
                f"{', '.join(sorted(known[name]))}"
            )


# What a dataset cannot take -------------------------------------------------------------------------


def limits(choices, economy, of_import):
    """{(choice, alternative): why} of the alternatives that a dataset cannot take, as far as the plan can tell.

    economy: as `configuration` describes it; of_import: (name of a choice, value) -> why an import's tables cannot take
    it, or None.
    """
    found = {}
    for choice in choices.choices:
        for one in choice.alternatives:
            why = _limit(choice.name, one.value, economy)
            if why := why or (of_import(choice.name, one.value) if of_import else None):
                found[choice.name, one.name] = why
    return found


TELEPHONES = ("indicators.iv_mean", "indicators.iv_telephones", "regressions.total_digital")


def _limit(name, value, economy):
    lacking = economy["lacking"]
    if name in (SECTORS, "prices.rural_sectors"):
        named = [key for keys in value.values() for key in keys] if name == SECTORS else value
        absent = [key for key in named if key not in economy["sector_keys"]]
        return f"the dataset has no sector {', '.join(absent)}" if absent else None
    if name in TELEPHONES and "telephones_1984" in lacking.values():
        return "the dataset has no telephones of 1984"
    if name == "indicators.lp_relative" and "a third year" in lacking.values():
        return "the dataset has no third year, which the lead of labor productivity needs"
    if name == "prices.capital_rule" and value == "external":
        without = [str(year) for year, tables in economy["tables"].items() if "capital_stock" not in tables]
        return f"the dataset has no table capital_stock for {', '.join(without)}" if without else None
    return None


# Nodes: what a batch of readings computes -----------------------------------------------------------

# The file name of the estimates of the run's own reading.
RUN = "run"


@dataclass(frozen=True)
class Node:
    """One file of the readings: what a set of readings shares.

    key: the stem of its file; above: the key of the file it is computed from, empty for the run's own; changes: value
    by name of the choices that it sets otherwise than the run.
    """

    key: str
    above: str
    changes: dict


@dataclass(frozen=True)
class Plan:
    """The readings of a run and their nodes.

    space: the choices; readings: all of them; nodes: {level: {key: Node}}; per_batch: how many nodes one process takes.
    """

    space: Space
    readings: list
    nodes: dict
    per_batch: int

    def batches(self, level):
        """The nodes of a level in batches, {number: [Node]}; those that are computed from one file are in one batch.

        Which batch depends on that file's key and on the number of nodes, not on the machine.
        """
        nodes = self.nodes[level].values()
        count = LEAST_BATCHES * max(-(-len(nodes) // (LEAST_BATCHES * self.per_batch)), 1)
        found = {}
        for node in nodes:
            digest = hashlib.sha256((node.above or node.key).encode()).hexdigest()
            found.setdefault(int(digest[:8], 16) % count + 1, []).append(node)
        return dict(sorted(found.items()))

    def batch_of(self, level):
        """{key of a node: the number of its batch}."""
        return {node.key: number for number, nodes in self.batches(level).items() for node in nodes}

    @property
    def computed(self):
        """The readings that are not left out beforehand."""
        return [reading for reading in self.readings if not reading.left_out]

    def estimates_key(self, reading):
        """The stem of the file with the estimates of a reading."""
        return self.space.key(reading, Level.ESTIMATES) or RUN


# There are at least so many processes, or a multiple of it, so that two cores have as much to do.
LEAST_BATCHES = 2
# So many nodes in one process: many of a small system, where starting a process counts, few of a large one, where a
# cluster has work for many nodes at a time.
LEAST_PER_BATCH, MOST_PER_BATCH = 16, 256
CELLS_PER_BATCH = 320_000


def nodes_per_batch(cells):
    """How many nodes one process computes on so many region-sectors."""
    return max(LEAST_PER_BATCH, min(MOST_PER_BATCH, CELLS_PER_BATCH // cells))


def plan_or_reason(config, paths, economy, of_import):
    """(the Plan of a run, None), or (None, why this run can have no readings).

    paths: of the choices where the config names no file, of the config's schema and of the schema of choices; economy
    and of_import: as in `limits`, None for a dataset that is not imported.
    """
    try:
        return of_run(config, paths, economy, of_import), None
    except InputError as error:
        return None, error


def of_run(config, paths, economy, of_import):
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
    space = Space(choices, settings, limits(choices, economy, of_import))
    space.refuse_own_clash()
    cells = len(economy["regions"]) * economy["sectors"]
    return plan(space, chosen["sample"], chosen["seed"], nodes_per_batch(cells))


def plan(space, sample, seed, per_batch=MOST_PER_BATCH):
    """The Plan of all readings of a Space."""
    readings = space.readings(sample, seed)
    nodes = {level: {} for level in Level}
    for reading in readings:
        if reading.left_out:
            continue
        above = ""
        for level in Level:
            key = space.key(reading, level)
            if level == Level.ESTIMATES:
                key = key or RUN
            if key and key not in nodes[level]:
                changes = space.changes(reading, level)
                if level == Level.ESTIMATES:  # the panel is what the others have changed
                    changes = {name: value for name, value in changes.items() if level_of(name) == level}
                nodes[level][key] = Node(key, above, changes)
            above = key
    return Plan(space, readings, nodes, per_batch)


def nodes_text(nodes):
    """Nodes as one word of a command line, of at most 128 KiB: `nodes_of` reads it."""
    used = {}
    for node in nodes:
        for name, value in node.changes.items():
            used.setdefault(json.dumps([name, value], sort_keys=True), len(used))
    coded = {
        node.key: [node.above, [used[json.dumps([*change], sort_keys=True)] for change in node.changes.items()]]
        for node in nodes
    }
    return json.dumps({"changes": [*map(json.loads, used)], "nodes": coded}, separators=(",", ":"))


def nodes_of(content):
    """The nodes by key, those that are computed from one file after each other. content: what `nodes_text` wrote."""
    nodes = [
        Node(key, above, {content["changes"][place][0]: content["changes"][place][1] for place in places})
        for key, (above, places) in content["nodes"].items()
    ]
    return {node.key: node for node in sorted(nodes, key=lambda node: (node.above, node.key))}


def space_text(space):
    """A Space as one word of a command line, for the job that lists the readings again: `space_of` reads it."""
    content = {
        "choices": [
            [one.name, one.grade, [[of.name, of.value, of.weight] for of in one.alternatives]] for one in space.choices
        ],
        "incompatible": [
            [pair.first, pair.of_first, pair.second, pair.of_second, pair.because] for pair in space.incompatible
        ],
        "settings": space.settings,
        "limits": [[*of, why] for of, why in sorted(space.limits.items())],
    }
    return json.dumps(content, separators=(",", ":"), sort_keys=True)


def space_of(content):
    """The Space that `space_text` wrote, without the sentences on what its choices decide."""
    choices = [
        Choice(name, "", grade, tuple(Alternative(*one) for one in alternatives))
        for name, grade, alternatives in content["choices"]
    ]
    pairs = [
        Incompatible(first, tuple(of_first), second, tuple(of_second), because)
        for first, of_first, second, of_second, because in content["incompatible"]
    ]
    limits = {(choice, alternative): why for choice, alternative, why in content["limits"]}
    return Space(Choices(tuple(choices), tuple(pairs)), content["settings"], limits)


def expectation(found):
    """How many readings a Plan has, what they share and what is left out beforehand, as one line."""
    counted = {level: len(nodes) for level, nodes in found.nodes.items()}
    left = len(found.readings) - len(found.computed)
    return (
        f"{len(found.readings)} readings of {len(found.space.choices)} choices, {left} left out beforehand: "
        f"{counted[Level.VALUES]} sets of values, {counted[Level.PANELS]} panels and {counted[Level.ESTIMATES]} sets "
        "of tables beside the run's own."
    )


def chosen_rows(found):
    """The columns of choices.csv of a Plan."""
    rows = [
        (reading.number, choice, alternative)
        for reading in found.readings
        for choice, alternative in found.space.alternatives(reading).items()
    ]
    return dict(zip(("reading", "choice", "alternative"), map(list, zip(*rows, strict=True)), strict=True))


def registered(found):
    """The columns of register.csv of a Plan."""
    fields = {"reading": "number", "kind": "kind", "weight": "weight", "differs": "differs", "importance": "importance"}
    return {name: [getattr(one, field) for one in found.readings] for name, field in fields.items()}
