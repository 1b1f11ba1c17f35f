"""The command of a rule's script, from the names of the rule's files and parameters.

The parameters of a script's function are the options of its command line (`commandline`). Each is filled with what has
its name in the rule: a wildcard, a parameter, an input or an output. What the function does not name is no option: a
file that the job waits for, or one that is written beside another.
"""

import ast
import functools
import shlex
from pathlib import Path


@functools.cache
def parameters(script):
    """{parameter: is it required} of the function that a script runs, read from its text: nothing is imported."""
    body = ast.parse(Path(script).read_text(encoding="utf-8")).body
    function = next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == Path(script).stem)
    names = [argument.arg for argument in function.args.args]
    return {name: len(names) - k > len(function.args.defaults) for k, name in enumerate(names)}


def command(script, params, *files):
    """The command that runs the file `script`, every word quoted for the shell.

    params: the rule's parameters by name; files: its wildcards, inputs and outputs by name, as dicts or Snakemake's
    named lists, each value a text, a number or a list of them. A parameter counts over files of its name, such as the
    folder that holds them. Raises ValueError where a required name is missing, or stands in two of `files`.
    """
    sources = [dict(named.items()) for named in files]
    words = ["python", script]
    for name, required in parameters(script).items():
        values = [params[name]] if name in params else [named[name] for named in sources if name in named]
        if len(values) > 1 or (required and not values):
            raise ValueError(f"{script}: {name} is named {len(values)} times in its rule; expected once")
        for value in values:
            words += [f"--{name.replace('_', '-')}", *([value] if isinstance(value, (str, int)) else value)]
    return shlex.join(map(str, words))


def constant(text):
    """A function for a rule's params that returns `text` as it is: Snakemake would fill in its braces."""
    return lambda wildcards: text
