"""What a docstring of the library must say, in numpydoc form; `faults` lists what one of them leaves out."""

import ast
import re

ARRAY = re.compile(r"\b(NDArray|ArrayLike)\b")
# shape (n, n); shape (..., n); shape of A; shape `shape`; any shape; the same shape
SHAPE = re.compile(r"\bshapes? (?:\(|of [`\w]|`)|\b(?:any|same|one) shape\b")
UNIT = re.compile(
    r"\bhours?\b|\bmoney\b|currency|\byears?\b|\bper year\b|\bshares?\b|\bunits?\b|\bpure numbers?\b|\bdegrees\b"
    r"|\bkilometers\b|\bpersons\b",
    re.IGNORECASE,
)
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def sections(docstring):
    """The sections of a numpydoc docstring: {header: text}; what stands before the first is under ""."""
    found, name = {"": []}, ""
    lines = docstring.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and not line.startswith(" ") and re.fullmatch(r"-{3,}", below):
            name = line.strip()
            found[name] = []
        elif not re.fullmatch(r"-{3,}", line):
            found[name].append(line)
    return {name: "\n".join(text).strip("\n") for name, text in found.items()}


def entries(text):
    """The entries of a section: {name: header and description}; `a, b : type` counts for a and for b."""
    found, names = {}, []
    for line in text.splitlines():
        if line and not line.startswith(" "):
            names = [name.strip().lstrip("*") for name in line.partition(" :")[0].split(",")]
            found |= dict.fromkeys(names, "")
        for name in names:
            found[name] += line + "\n"
    return found


def parameters(function):
    """(name, annotation as text) of the parameters of a function, without self and cls."""
    of = function.args
    every = [*of.posonlyargs, *of.args, of.vararg, *of.kwonlyargs, of.kwarg]
    named = [argument for argument in every if argument is not None and argument.arg not in ("self", "cls")]
    return [(argument.arg, ast.unparse(argument.annotation) if argument.annotation else "") for argument in named]


def faults(node, module_docstring="", economic=True):
    """What the docstring of a public function or class leaves out, as a list of texts; empty where it is complete.

    economic: the arrays have units, which the docstring or that of the module must name.
    """
    docstring = ast.get_docstring(node)
    if not docstring:
        return ["no docstring"]
    found = sections(docstring)
    listed = entries(found.get("Parameters", ""))
    if isinstance(node, ast.ClassDef):
        listed |= entries(found.get("Attributes", ""))
        known = [
            (each.target.id, ast.unparse(each.annotation)) for each in node.body if isinstance(each, ast.AnnAssign)
        ]
        known = [(name, annotation) for name, annotation in known if not name.startswith("_")]
        returns = ""
    else:
        known = parameters(node)
        returns = ast.unparse(node.returns) if node.returns else ""
    missing = []
    arrays = [name for name, annotation in known if ARRAY.search(annotation)]
    takes_arrays = bool(arrays or ARRAY.search(returns))
    for name, _ in known if takes_arrays or listed else ():
        if name not in listed:
            missing.append(f"{name} is not listed")
        elif name in arrays and not SHAPE.search(listed[name]):
            missing.append(f"{name} has no shape")
    if isinstance(node, FUNCTION):
        missing += [f"{name} is listed, but is no parameter" for name in listed if name not in dict(known)]
        if takes_arrays and any("property" in ast.unparse(each) for each in node.decorator_list):
            missing += [] if SHAPE.search(docstring) else ["the property has no shape"]
        elif takes_arrays and returns not in ("", "None"):
            text = found.get("Returns", "") + found.get("Yields", "")
            if not text.strip():
                missing.append("no Returns")
            elif ARRAY.search(returns) and not SHAPE.search(text):
                missing.append("Returns has no shape")
        if raises_input_error(node) and "InputError" not in found.get("Raises", ""):
            missing.append("no Raises, but the function raises InputError")
    if economic and takes_arrays and not UNIT.search(docstring + module_docstring):
        missing.append("no unit")
    return missing


def raises_input_error(function):
    """Whether the body of a function has a `raise InputError`."""
    raised = (node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc)
    return any(isinstance(each, ast.Call) and ast.unparse(each.func).endswith("InputError") for each in raised)


def public(tree):
    """The public classes and functions of a module and the public methods of its classes, as (name, node).

    Without the methods that only define again one of a class above theirs in the module: its docstring is theirs.
    """
    methods = {}
    for node in tree.body:
        if isinstance(node, FUNCTION | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            defined = [member for member in node.body if isinstance(member, FUNCTION)]
            above = set().union(*(methods.get(ast.unparse(base), ()) for base in node.bases))
            methods[node.name] = above | {member.name for member in defined}
            for member in defined if not node.name.startswith("_") else ():
                again = member.name in above and not ast.get_docstring(member)
                if not again and not member.name.startswith("_"):
                    yield f"{node.name}.{member.name}", member
