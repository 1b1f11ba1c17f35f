"""The file of open choices, config/readings.yaml: read, and refused with all its faults at once."""

from laborvalue.errors import InputError
from laborvalue.readings.choices import HOURS, LEVEL_OF, SECTORS, Alternative, Choice, Choices, Incompatible, weights_of
from laborvalue_workflow.data import yamlfiles
from laborvalue_workflow.running.configuration import allowed, as_yaml, read_schema, validator

HOURS_RULES = ("dataset", "national_by_sector", "uniform")
SECTOR_KEYS = ("productive", "other")


def read_choices(path, config_schema_path, schema_path):
    """The Choices of the file at `path`; raises InputError with one line for every fault.

    config_schema_path, schema_path: of the config and of this file.
    """
    content = yamlfiles.resolved(yamlfiles.read(path, "; config: readings.file names it"))
    errors = sorted(validator(read_schema(schema_path)).iter_errors(content), key=lambda e: [*map(str, e.path)])
    _stop(path, map(_fault, errors))
    sections = read_schema(config_schema_path)["properties"]
    faults, choices = [], []
    for name, given in content["choices"].items():
        wrong = _choice_faults(name, given, content["weights"], sections)
        faults += wrong
        if not wrong:
            choices.append(_choice(name, given, content["weights"]))
    named = {choice.name: {one.name for one in choice.alternatives} for choice in choices}
    pairs = []
    for pair in content.get("incompatible", []):
        wrong = [*_pair_faults(pair["choices"], content["choices"], named)]
        faults += wrong
        if not wrong:
            first, second = ((name, tuple(map(_name, values))) for name, values in pair["choices"].items())
            pairs.append(Incompatible(*first, *second, pair["because"]))
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


def _choice_faults(name, given, weights, sections):
    """What is wrong in one choice, a list of lines."""
    faults = []
    schema = _schema_of(name, sections)
    if schema is None:
        reached = [section for section in LEVEL_OF if section in sections]
        keys = [f"{section}.{key}" for section in reached for key in sections[section]["properties"]]
        near = [key for key in keys if key.partition(".")[2] == name.partition(".")[2]] or keys
        return [f"{name} is no choice; expected {SECTORS}, {HOURS} or a key such as {', '.join(near[:4])}"]
    if given["grade"] not in weights:
        faults.append(f"{name}: grade is {given['grade']!r}; expected one of {', '.join(weights)}")
    named = _named(given["alternatives"])
    for text, value in named:
        if why := _wrong(name, value, schema):
            faults.append(f"{name}: {text} is no alternative; expected {why}")
    meanings = [_meaning(value) for _, value in named]
    repeated = {as_text(value) for _, value in named if meanings.count(_meaning(value)) > 1}
    if repeated:
        listed = " and ".join(sorted(repeated))
        faults.append(f"{name}: the alternative {listed} occurs twice; expected different alternatives")
    return faults


def _meaning(value):
    """A value as a text that is the same for values that set the same: 10 and 10.0, a list in another order."""
    if isinstance(value, dict):
        return str(sorted((key, _meaning(item)) for key, item in value.items()))
    return str(sorted({as_yaml(item) for item in value})) if isinstance(value, list) else as_yaml(value)


def as_text(value):
    """A value as one line."""
    return (
        ", ".join(f"{key} {as_yaml(item)}" for key, item in value.items())
        if isinstance(value, dict)
        else as_yaml(value)
    )


def _schema_of(name, sections):
    """The part of the config's schema about a choice; {} for sectors and hours, None where there is none."""
    if name in (SECTORS, HOURS):
        return {}
    section, _, key = name.partition(".")
    return sections[section]["properties"].get(key) if section in LEVEL_OF and section in sections else None


def _wrong(name, value, schema):
    """What was expected where a value is no alternative of a choice; None where it is one."""
    if name == HOURS:
        return None if value in HOURS_RULES else ", ".join(HOURS_RULES)
    if name == SECTORS:
        good = isinstance(value, dict) and {*value} == {*SECTOR_KEYS}
        good = good and all(isinstance(keys, list) and all(isinstance(k, str) for k in keys) for keys in value.values())
        return None if good else "{productive: [KEY, ...], other: [KEY, ...]}, keys of sectors in quotes"
    return None if validator(schema).is_valid(value) else allowed(schema)


def _pair_faults(pair, choices, named):
    """What is wrong in an incompatible pair; choices: of the file; named: alternatives of those without fault."""
    for name, alternatives in pair.items():
        if name not in choices:
            yield f"incompatible: {name} is no choice of this file; expected one of {', '.join(choices)}"
        elif name in named and (unknown := [text for text in map(_name, alternatives) if text not in named[name]]):
            yield (
                f"incompatible: {name} has no alternative {', '.join(unknown)}; expected some of "
                f"{', '.join(sorted(named[name]))}"
            )
