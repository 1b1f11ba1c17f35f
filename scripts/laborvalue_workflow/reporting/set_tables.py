"""The one writer of tables set for reading."""

from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import formats

KINDS = ("md", "tex", "html", "docx")


def write(stem, table):
    """Write a typesetting.SetTable as stem.md, .tex, .html and .docx."""
    files.write_markdown(f"{stem}.md", formats.markdown(table))
    files.write_text(f"{stem}.tex", formats.latex(table))
    files.write_text(f"{stem}.html", formats.html_page(table))
    files.write_bytes(f"{stem}.docx", formats.docx(table))
