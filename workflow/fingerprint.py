"""What a script computes with: a digest of its code and of the project's modules it imports.

Snakemake does not see imported modules. Each rule carries this digest as a parameter, so that a change
to a function reruns the rules whose script uses its module, and no others. Comments, docstrings and
layout do not count: the digest is taken from the syntax tree.
"""

import ast
import functools
import hashlib
from pathlib import Path


def fingerprint(script):
    """Digest of the script at path `script` and of all modules beside it that it imports, as hex text."""
    script = Path(script)
    digest = hashlib.sha256()
    for path in sorted(_closure(script, script.parent)):
        digest.update(f"{path.relative_to(script.parent)}\n{_normalised(path)}\n".encode())
    return digest.hexdigest()[:16]


def _closure(path, root):
    found, waiting = set(), [path]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(_imports(current, root))
    return found


@functools.cache
def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def _imports(path, root):
    """The modules below `root` that a file imports, wherever in the file."""
    names = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    candidates = (root.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return [candidate for candidate in candidates if candidate.exists()]


@functools.cache
def _normalised(path):
    tree = _tree(path)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            if isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
                body.pop(0)
    return ast.dump(tree)
