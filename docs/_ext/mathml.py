"""Formulas as MathML, which browsers show without a script or a font from elsewhere.

The number of an equation, `\\tag{6}`, becomes a number beside it and the anchor `eq-6`.
"""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging

CONVERTER = LatexToMathML(annotation=True)
HAT = "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
TAG = re.compile(r"\\tag\{(\w+)\}")


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(writer, node):
    writer.body.append(formula(node, displayed=False))
    raise nodes.SkipNode


def block(writer, node):
    tag = TAG.search(node.astext())
    anchor, number = (f' id="eq-{tag[1]}"', f'<span class="equation-number">({tag[1]})</span>') if tag else ("", "")
    mathml = formula(node, displayed=True)
    writer.body.append(f'<div class="equation"{anchor}><div class="formula">{mathml}</div>{number}</div>\n')
    raise nodes.SkipNode


def formula(node, displayed):
    """The MathML of a node; a formula that cannot be read is a warning, which ends the build."""
    try:
        mathml = CONVERTER.convert_with_local_state(TAG.sub("", node.astext()), displaystyle=displayed)
        return mathml.replace(HAT, "^")  # fonts without mathematics set the other hat onto the letter
    except LatexError as error:
        logging.getLogger(__name__).warning("a formula cannot be read: %s", error, location=node)
        return f"<code>{writer_escape(node.astext())}</code>"


def writer_escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")
