"""The one reader of the YAML files a user writes: keys and names are texts exactly as they are written.

YAML reads NO and on as true or false, 01 and 010 as 1 and 8, 1:30 as 90, 2012-01-01 as a date and 1e6 as a text. Here
every scalar is a text first, a `Scalar`. `resolved` says what a person means by it where a value is expected: numbers
are those of `laborvalue.cells`, true and false are these two words, null is null, ~ or nothing. What is in quotes
stays a text.
"""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import yaml

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data.files import quoted, regular

NULLS = frozenset(("", "~", "null", "Null", "NULL"))
DEEPEST = 50  # lists and mappings in each other
LEAST_ALLOWED = 10_000  # items of a text, however short it is
LONGEST_NUMBER = 300  # characters
FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Scalar(str):
    """A text of a YAML file as it is written; `plain`: whether it had no quotes."""

    plain = True

    def __new__(cls, text, plain=True):
        """A text with what is known of its quotes."""
        scalar = super().__new__(cls, text)
        scalar.plain = plain
        return scalar


# libyaml's parser, where PyYAML has it, is six times faster than the one in Python
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads scalars as texts and refuses a key that occurs twice, of which YAML would take the last."""


_Loader.yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("<<"))]}


def _scalar(loader, node):
    return Scalar(loader.construct_scalar(node), plain=not node.style)


def _mapping(loader, node):
    found = {}
    yield found
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
    given = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    if repeated := [name for name, count in Counter(given).items() if count > 1]:
        raise yaml.constructor.ConstructorError(None, None, f"the key {repeated[0]!r} occurs twice", node.start_mark)
    loader.flatten_mapping(node)
    for key, value in node.value:
        found[key.value] = loader.construct_object(value, deep=True)


# texts, lists and mappings; what asks for another type by a tag is an error
_SEQUENCE = "tag:yaml.org,2002:seq"
_Loader.yaml_constructors = {tag: _Loader.yaml_constructors[tag] for tag in (_SEQUENCE, None)}
_Loader.add_constructor("tag:yaml.org,2002:str", _scalar)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _refuse_unbounded(text):
    """Raise yaml.YAMLError where aliases stand for more than a text of this length can hold, or where it is too deep.

    Seven lines of aliases of aliases stand for ten million items; libyaml ends the process at a depth of 100,000.
    """
    most, count, open_, sizes = max(len(text), LEAST_ALLOWED), 0, [], {}
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in dict(open_):
                raise yaml.YAMLError(f"the alias *{event.anchor} stands for what it is in")
            count += sizes.get(event.anchor, 0)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, count))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            count += 1
            sizes[anchor] = count - before
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            sizes[event.anchor] = 1
        if count > most:
            raise yaml.YAMLError(f"its aliases stand for more than {most:,} items; write them out")
        if len(open_) > DEEPEST:
            raise yaml.YAMLError(f"lists and mappings in each other, more than {DEEPEST} deep")


def parse(text):
    """The content of a YAML text: dicts with texts as keys, lists and Scalars; an empty text gives None.

    Raises yaml.YAMLError.
    """
    _refuse_unbounded(text)
    return yaml.load(text, _Loader)


def read(path, absent=""):
    """The content of a YAML file, see `parse`; `absent`: what the message adds where there is no such file."""
    try:
        content = parse(Path(regular(path, absent)).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML ({quoted(path, ' '.join(str(error).split()))})") from None
    cells.refuse_commands(path, texts_in(content))
    return content


def texts_in(content):
    """All keys and values of a content that are no dict or list."""
    if isinstance(content, dict | list):
        for item in chain(content, content.values()) if isinstance(content, dict) else content:
            yield from texts_in(item)
    else:
        yield content


def resolved(content):
    """The same content with every value as a person means it; keys stay texts."""
    if isinstance(content, dict):
        return {key: resolved(value) for key, value in content.items()}
    if isinstance(content, list):
        return [resolved(item) for item in content]
    if not isinstance(content, Scalar):
        return content
    text = str(content)
    if not content.plain:
        return text
    if text in NULLS:
        return None
    if text.lower() in ("true", "false"):
        return FLAGS[text.lower()]
    if len(text) <= LONGEST_NUMBER and cells.is_number(text):
        if not {".", "e", "E"} & {*text}:
            return int(text)
        number = cells.number(text)
        return int(number) if number.is_integer() and "." not in text else number
    return text


def flag(value):
    """True or false from a resolved value, yes, no, on and off included; anything else is returned as it is."""
    return FLAGS.get(value.lower(), value) if isinstance(value, str) else value
