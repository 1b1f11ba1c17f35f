"""What the rules need while Snakemake plans: a checked config.

The source of the configuration is `workflow/schemas/config.schema.yaml`: keys, types, defaults, descriptions.
Nothing heavy is imported here: every job on a cluster reads the rules again.
"""

import functools
import json
from decimal import Decimal
from pathlib import Path

import yaml

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import files, yamlfiles

# libyaml's parser, where PyYAML has it, is six times faster than the one in Python
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Checking a config ------------------------------------------------------------------------------------


def check(config, schema_path):
    """Raise InputError with one line for every wrong key, type or value of `config`.

    Numbers and booleans that were given as text on the command line are replaced in `config` by their values, paths by
    their shortest form.
    """
    cells.refuse_commands("config", yamlfiles.texts_in(config))
    schema = read_schema(schema_path)
    for section, of_section in schema["properties"].items():
        if isinstance(config.get(section), dict):
            config[section] |= _parsed_section(config[section], of_section.get("properties", {}))
    config.update(_with_short_paths(config, schema))
    errors = sorted(validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    faults = [line for error in errors for line in _fault_lines(error, schema)]
    years = config.get("embedded", {}).get("years", []) if not faults else []
    if years != sorted(years):
        faults.append(f"embedded.years is {years}; allowed: years in rising order")
    if faults:
        raise InputError("\n".join(f"config: {line}" for line in dict.fromkeys(faults)))


def validator(schema):
    """What checks values by a JSON Schema. Numbers are those of `laborvalue.cells`: .nan would pass any bound."""
    return _validator_class()(schema)


@functools.cache
def _validator_class():
    from jsonschema import Draft202012Validator, validators

    def is_number(checker, value):
        return Draft202012Validator.TYPE_CHECKER.is_type(value, "number") and abs(value) < cells.LARGEST

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", is_number)
    return validators.extend(Draft202012Validator, type_checker=checker)


def check_closure(prices):
    """Raise InputError where the closure of the price system that the config chooses does not exist.

    prices: the config's section. What only a dataset can tell (is there fixed capital?) is left to the run.
    """
    from laborvalue.closure import Closure, refuse_unused_turnover

    try:
        Closure(*(prices[key] for key in ("model", "wage", "wages_advanced", "wage_share", "profit_share")))
        refuse_unused_turnover(prices["model"], prices["turnover"])
    except InputError as error:
        raise InputError(f"config: prices.{error}") from None
    if isinstance(prices["turnover"], str) and not Path(prices["turnover"]).is_file():
        raise InputError(
            f"config: prices.turnover: {prices['turnover']}: no such file; expected a csv of turnover times"
        )


def as_written(config, files_of_it, assigned, texts, schema_path):
    """A copy of `config` in which texts and numbers are what its files say, and not what YAML makes of them.

    Snakemake reads NO as false, 010 as 8, 1_0 as 10, 1:30 as 90, 2012-01-01 as a date. Each value that came from a
    file or from the command line is replaced by its text, or by the number that a person reads in it, whichever the
    schema allows at that place; where it allows neither, the text stays, and `check` names it.

    files_of_it: the paths of the config files, the one that counts last at the end; files that Snakemake reads as JSON
    or as a template (yte) need no second reading. assigned, texts: the values and the texts of the command line's
    `key=value`, by key.
    """
    theirs, written = {}, {}
    for path in files_of_it:
        text = Path(files.regular(path)).read_text(encoding="utf-8")
        if not _is_json(text) and "__use_yte__" not in text:
            ours, content = yamlfiles.read(path), yaml.load(text, LOADER)
            if isinstance(content, dict):
                theirs, written = _merged(theirs, content), _merged(written, ours)
    if "\n" in (run := texts.get("run", "")) or "\r" in run:  # YAML would drop it
        raise InputError(f"config: run is {run!r}, with a line break; expected the name of a folder")
    for key, text in texts.items():
        ours = yamlfiles.parse(text)
        theirs[key] = assigned[key]
        written[key] = ours if isinstance(ours, str) else assigned[key]
    theirs, written = _part_of(config, theirs, written) or (theirs, written)
    return _as_written(config, theirs, written, read_schema(schema_path))


def _is_json(text):
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _part_of(config, theirs, written):
    """The part of the files that `config` is: all of it, or what an importing workflow gives to this one."""
    if config == theirs:
        return theirs, written
    for name, part in theirs.items():
        if isinstance(part, dict) and isinstance(written.get(name), dict):
            found = _part_of(config, part, written[name])
            if found:
                return found
    return None


def _as_written(value, theirs, written, of_key):
    if isinstance(value, dict) and isinstance(theirs, dict) and isinstance(written, dict):
        keys = of_key.get("properties", {})
        # a key such as 01 or on has another name in each of them, and is unknown in both
        same = [name for name in value if name in theirs and name in written]
        return dict(value) | {
            name: _as_written(value[name], theirs[name], written[name], keys.get(name, {})) for name in same
        }
    if isinstance(value, list) and isinstance(written, list) and value == theirs and len(written) == len(value):
        items = zip(value, written, strict=True)
        return [_as_written(item, item, text, of_key.get("items", {})) for item, text in items]
    if (
        not (isinstance(written, yamlfiles.Scalar) and written.plain)
        or value != theirs
        or type(value) is not type(theirs)
    ):
        return value
    return _meant(value, written, of_key)


def _meant(value, written, of_key):
    """What a plain scalar means where the schema is `of_key`; value: what YAML makes of it."""
    meant, text = yamlfiles.resolved(written), str(written)
    kinds = of_key.get("type", [])
    whole = "integer" in kinds and "number" not in kinds
    if isinstance(meant, float) and whole and meant.is_integer():
        meant = int(meant)
    # true and false have more names in YAML, and 01 may be the name of a run
    choices = [text, meant] if "string" in kinds and meant is not None else [meant, text]
    choices += [value] if isinstance(value, bool) else []
    allowed = validator(of_key).is_valid
    return next((choice for choice in choices if allowed(choice)), text)


def read_schema(path):
    """The schema of the config as nested dicts."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), LOADER)


def defaults(schema):
    """The config that the schema's defaults give, in the schema's order."""
    return {
        name: defaults(of_key) if "properties" in of_key else of_key["default"]
        for name, of_key in schema["properties"].items()
    }


def completed(config, defaults_path):
    """A copy of `config` in which every missing key has its value in the file at `defaults_path`."""
    return _merged(yaml.load(Path(defaults_path).read_text(encoding="utf-8"), LOADER), config)


def _merged(default, given):
    """Sections are merged key by key, at every level; any other value of `given` replaces the default."""
    return default | {
        key: _merged(default[key], value) if isinstance(value, dict) and isinstance(default.get(key), dict) else value
        for key, value in given.items()
    }


def _parsed_section(section, keys):
    """The values of a section that are no allowed text but the text of an allowed number, boolean or list.

    Snakemake passes what stands inside --config 'prices={"tau": 15}' as text.
    """
    below = {
        name: value | _parsed_section(value, keys[name]["properties"])
        for name, value in section.items()
        if isinstance(value, dict) and "properties" in keys.get(name, {})
    }
    parsed = {name: _parsed(value) for name, value in section.items() if name in keys and name not in below}
    changed = {name: value for name, value in parsed.items() if value != section[name]}
    valid = {name: validator(keys[name]).is_valid for name in changed}
    found = {name: value for name, value in changed.items() if not valid[name](section[name]) and valid[name](value)}
    return found | below


def _with_short_paths(value, of_key):
    """The same with paths as Snakemake compares them: `data/`, `./data` and `.//data` are `data`.

    `..` stays: before it may be a link.
    """
    if isinstance(value, dict):
        keys = of_key.get("properties", {})
        return {name: _with_short_paths(item, keys.get(name, {})) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_short_paths(item, of_key.get("items", {})) for item in value]
    is_path = isinstance(value, str) and value and of_key.get("format") == "path"
    return str(Path(value)) if is_path else value


def _parsed(value):
    if isinstance(value, list):
        return [_parsed(item) for item in value]
    try:
        return yamlfiles.resolved(yamlfiles.parse(value)) if isinstance(value, str) else value
    except yaml.YAMLError:
        return value


def _fault_lines(error, schema):
    """One line for each key that an error of jsonschema is about."""
    key = "".join(f"{part}." for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = [name for name in error.instance if name not in known]
        return [f"{key}{name} is no key; allowed: {', '.join(known)}" for name in unknown]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [f"{key}{name} is missing; it has no default" for name in missing]
    # an item of a list is answered with what the list may hold
    names = [part for part in error.absolute_path if isinstance(part, str)]
    of_key = schema
    for name in names:
        of_key = of_key.get("items", of_key)["properties"][name]
    return [f"{'.'.join(names) or 'the file'} is {error.instance!r}; allowed: {allowed(of_key)}"]


def allowed(of_key):
    """The allowed values of a key in words, from its part of the schema."""
    if "allowed" in of_key:
        return of_key["allowed"]
    if "oneOf" in of_key:
        values = [choice["const"] for choice in of_key["oneOf"]]
        return "true or false" if values == [True, False] else ", ".join(map(as_yaml, values))
    kind = of_key["type"]
    if kind == "array":
        return f"a list out of {allowed(of_key['items'])}"
    if kind == "integer":
        least, most = of_key["minimum"], of_key.get("maximum")
        return f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"
    return {"object": "a section of keys", "boolean": "true or false"}[kind]


def as_yaml(value):
    """A value of the config as it is written in a YAML file, in one line."""
    if isinstance(value, list):
        return f"[{', '.join(as_yaml(item) for item in value)}]"
    if isinstance(value, float):  # 1e-06 would be read as a text; 10.0 is 10
        return f"{Decimal(repr(value)).normalize():f}"
    if isinstance(value, str) and yaml.load(value, LOADER) == value:
        return value
    return json.dumps(value)


# What a rule needs of the config -------------------------------------------------------


def chosen(config, *keys):
    """The named keys (`section.key`, or a whole `section`) by section, as canonical JSON for a rule's params."""
    settings = {}
    for key in keys:
        section, _, name = key.partition(".")
        settings.setdefault(section, {}).update({name: config[section][name]} if name else config[section])
    return json.dumps(settings, sort_keys=True)
