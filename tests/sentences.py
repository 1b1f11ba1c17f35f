"""The sentences of the page as texts, and published numbers for them."""

import csv
import html
import re

from datasets import HOME
from laborvalue_workflow.reporting import page

TEMPLATES = HOME / "workflow/report/page"
SENTENCES = page.environment(TEMPLATES).get_template("sentences.j2").module


def said(macro, *numbers):
    """What a macro of sentences.j2 says of some numbers, with plain spaces."""
    return html.unescape(getattr(SENTENCES, macro)(*numbers)).replace("\u00a0", " ")


def paragraphs(macro, *numbers):
    """The paragraphs of what a macro says."""
    return re.findall(r"<p>(.*?)</p>", said(macro, *numbers))


def published():
    """The rows of the published coefficients."""
    with open(HOME / "resources/published/coefficients.csv", encoding="utf-8") as file:
        return [
            row
            | {name: int(row[name]) for name in ("table", "column")}
            | {name: float(row[name]) for name in ("estimate", "std_error")}
            for row in csv.DictReader(file)
        ]
