"""A digest of the code that a script can reach.

Snakemake does not see imported modules. Each rule carries this digest as a parameter, so that a changed function
reruns the rules whose script can reach it, and no others. Comments, docstrings and layout do not count: the digest
is taken from the syntax tree.

A script reaches what it names, and what that names in turn. Plain functions and assignments at the top of a module
count where they are named; all else there (classes, decorated functions, other statements) counts wherever the module
is imported. Where names are not enough (a module passed as a value, a star import, globals, eval), the whole module
counts: a digest may change without need, and never stays the same where the code that runs has changed.
"""

import ast
import contextlib
import functools
import hashlib
import sys
from pathlib import Path
from typing import NamedTuple

from laborvalue_workflow.data import files

LOOKS_UP = {"globals", "locals", "vars", "eval", "exec"}  # names at run time, in its own module
IMPORTS = {"__import__", "import_module"}  # a module by a text
LAZY = "__getattr__"  # of a module: returns the names that the module does not define
RUNS, WHOLE = "", "*"  # in place of a name: what runs on import; everything
KEPT = 8  # states of the code whose digests are kept


def fingerprints(folder, kept):
    """{name: digest} of every script in `folder`, from the file `kept` where it has this state of the code.

    The digests take half a second, which every plan would spend. They are kept under a checksum of all modules below
    `folder` and the version of Python, whose syntax trees they are taken from. A file that cannot be read or written
    costs that time and nothing else.
    """
    state = hashlib.sha256(sys.version.encode())
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        state.update(f"{path.relative_to(folder)} {len(content)}\n".encode() + content)
    known = {}
    with contextlib.suppress(OSError, ValueError):
        known = files.read_json(kept)
    if state.hexdigest() not in known:
        digests = {script.stem: fingerprint(script) for script in sorted(folder.glob("*.py"))}
        known = dict([*known.items()][1 - KEPT :]) | {state.hexdigest(): digests}
        with contextlib.suppress(OSError):
            files.write_json(kept, known)
    return known[state.hexdigest()]


def fingerprint(script):
    """Digest of the code that the script at path `script` can reach, among the modules beside it, as hex text."""
    digest = hashlib.sha256()
    for (module, name), text in sorted(reached(script).items()):
        if text:
            digest.update(f"{module} {name}\n{text}\n".encode())
    return digest.hexdigest()[:16]


def reached(script):
    """{(module, name): code as one text} of all that a script can reach."""
    script = Path(script)
    found, waiting = {}, [(script.stem, name) for name in _module(script.parent, script.stem).statements]
    while waiting:
        if (key := waiting.pop()) not in found:
            found[key], keys = _part(script.parent, *key)
            waiting += keys
    return found


class _Module(NamedTuple):
    statements: dict  # those at its top, by the name they define or RUNS
    imports: dict  # {name: dotted name of what is imported}
    loaded: list  # dotted names of what its imports run; after a star, all of it


@functools.cache
def _module(root, name):
    """The module of that dotted name below `root`, a package by its __init__; None where it is not this project's."""
    path = root.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        return None
    module = _Module({RUNS: []}, {}, [])
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [RUNS]
        if isinstance(node, ast.Import | ast.ImportFrom):
            _note(node, module.imports, module.loaded)
            continue
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            names = [node.name]
        elif isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
            names = [target.id for target in node.targets]
        elif _is_text(node) or (isinstance(node, ast.If) and _dotted(node.test) == "TYPE_CHECKING"):
            continue
        for defined in names:
            module.statements.setdefault(RUNS if defined.startswith("__") else defined, []).append(node)
            if defined == LAZY:
                module.statements[LAZY] = [node]
    return module


def _note(node, imports, loaded):
    """Note what an import statement binds and runs."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            loaded.append(alias.name)
            name = alias.asname or alias.name.split(".")[0]
            imports[name] = alias.name if alias.asname else name
        elif node.level:
            raise ValueError(f"import of .{node.module or ''}: name modules in full, from scripts/ on")
        else:
            loaded.append(f"{node.module}.{alias.name}")
            imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"


@functools.cache
def _part(root, module, name):
    """The code of `name` in a module of this project, and the keys of what that reaches."""
    top = _module(root, module)
    keys = [(module, RUNS)]
    if name == WHOLE:
        keys += [(module, defined) for defined in top.statements]
        return "", keys + [key for dotted in top.imports.values() for key in _keys(root, dotted)]
    if name == RUNS:
        keys += [key for dotted in top.loaded for key in _keys(root, dotted, runs=True)]
    texts = []
    for node in top.statements[name]:
        words, used, imports, loaded = [], set(), {}, []
        _read(node, words, used, imports, loaded)
        if name == RUNS and getattr(node, "name", "") == LAZY:
            # an import of a submodule calls it too, and gets an AttributeError: its text counts, what it gives does not
            used, loaded = set(), []
        keys += [key for dotted in loaded for key in _keys(root, dotted, runs=True)]
        for dotted in sorted(used):
            first, _, rest = dotted.partition(".")
            if first in top.statements:
                keys.append((module, first))
            if first in LOOKS_UP:
                keys.append((module, WHOLE))
            if not IMPORTS.isdisjoint(dotted.split(".")):
                keys += [(".".join(path.relative_to(root).with_suffix("").parts), WHOLE) for path in root.rglob("*.py")]
            for source in (imports, top.imports):
                if first in source:
                    words.append(f"{first} is {source[first]}")
                    keys += _keys(root, f"{source[first]}.{rest}".rstrip("."))
        texts.append(" ".join(words))
    return "\n".join(texts), keys


def _keys(root, dotted, runs=False):
    """The keys of a dotted name that begins with a module of this project; `runs`: only what its import runs."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        name, rest = ".".join(parts[:count]), parts[count:]
        if top := _module(root, name):
            keys = [(above, RUNS) for k in range(1, count + 1) if _module(root, above := ".".join(parts[:k]))]
            if rest == [WHOLE] or not (rest or runs):
                return [*keys, (name, WHOLE)]
            if not runs and rest[0] in top.statements:
                keys.append((name, rest[0]))
            if not runs and rest[0] in top.imports:
                keys += _keys(root, ".".join([top.imports[rest[0]], *rest[1:]]))
            if not runs and LAZY in top.statements and rest[0] not in {*top.statements, *top.imports}:
                keys.append((name, LAZY))
            return keys
    return []


def _read(node, words, used, imports, loaded):
    """Note a statement as words, the dotted names it uses and what it imports, without docstrings."""
    if dotted := _dotted(node):
        if not _is_assigned(node):
            used.add(dotted)
        words.append(dotted)
        return
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        used.add(node.target.id)
    if isinstance(node, ast.Import | ast.ImportFrom):
        _note(node, imports, loaded)
    words.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field)
        if isinstance(value, list):
            words.append("[")
            for number, item in enumerate(value):
                if isinstance(item, ast.AST):
                    if not (number == 0 and field == "body" and _is_text(item)):
                        _read(item, words, used, imports, loaded)
                else:
                    words.append(repr(item))
            words.append("]")
        elif isinstance(value, ast.AST):
            _read(value, words, used, imports, loaded)
        else:
            words.append(repr(value))


def _is_assigned(node):
    """Whether a name only gets a value here: a field of a class, or a variable, uses no function of that name."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _dotted(node):
    """`a.b.c` of such an expression, `a` of a name; None of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return None


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
