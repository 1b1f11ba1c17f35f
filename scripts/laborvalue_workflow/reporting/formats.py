"""A set table as text or bytes of each kind of file: Markdown, LaTeX, HTML, DOCX.

No library of tables is used: none sets an estimate over its bracketed error in all four kinds, and the nearest costs
a second of imports per table. The bytes depend on the table alone.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from laborvalue_workflow.reporting.typesetting import SetTable

# A longer table is broken over pages.
ROWS_OF_A_PAGE = 45


def body_rows(table: SetTable) -> list[list[str]]:
    """All rows of a set table, block after block."""
    return [row for block in table.blocks for row in block]


def markdown(table: SetTable) -> str:
    """A set table as Markdown text."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"

    sides = [":---" if place < table.words else "---:" if table.numeric else ":---:" for place in places(table)]
    lines = [f"**{table.title}**", "", line(table.header), "| " + " | ".join(sides) + " |"]
    notes = [note.replace("*", "\\*") for note in table.notes]
    return "\n".join([*lines, *map(line, body_rows(table)), "", *(f"{note}  " for note in notes)]) + "\n"


def split_stars(text: str) -> tuple[str, str]:
    """A cell's text and the stars at its end."""
    bare = text.rstrip("*")
    return bare, text[len(bare) :]


def places(table: SetTable) -> range:
    """The places of a row's cells."""
    return range(len(table.header))


def has_stars(table: SetTable) -> list[bool]:
    """Which columns have a cell with stars, a list of bool."""
    return [any(cells[place].endswith("*") for cells in body_rows(table)) for place in places(table)]


def over_brackets(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which rows are followed by a row of bracketed standard errors, a list of bool."""
    return [any(cell.startswith("(") for cell in below[1:]) for _, below in pairwise([*rows, [""]])]


# LaTeX

LATEX = {
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
    **{"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}"},
    **{"<": "$<$", ">": "$>$", "−": "$-$", "²": "$^2$", "⁸": "$^8$", "×": "$\\times$", "∞": "$\\infty$"},
    **{"–": "--", "’": "'"},
}


def latex_text(text: str) -> str:
    """`text` for LaTeX. Letters lose their accents; what is not ASCII even then becomes ?."""
    plain = ""
    for mark in text:
        folded = unicodedata.normalize("NFKD", mark).encode("ascii", "ignore").decode() or "?"
        plain += LATEX.get(mark) or "".join(LATEX.get(letter, letter) for letter in folded)
    return plain


def latex_cell(text: str, hanging: bool = True) -> str:
    """A cell. Raised stars, and the sign where it is `hanging`, take no width: estimates stay above their errors."""
    bare, stars = split_stars(text)
    sign = "\\llap{$-$}" if hanging and bare.startswith("−") else ""
    return sign + latex_text(bare[1:] if sign else bare) + (f"\\rlap{{$^{{{stars}}}$}}" if stars else "")


def latex(table: SetTable) -> str:
    """A set table as a LaTeX document of its own, with booktabs."""

    def lines(rows: Sequence[Sequence[str]]) -> str:
        set_rows = [" & ".join(latex_cell(cell, not table.numeric) for cell in cells) + " \\\\" for cells in rows]
        apart = [over and not table.numeric and place > 0 for place, over in enumerate(over_brackets(rows))]
        return "\n".join("\\addlinespace[3pt]\n" * gap + row for gap, row in zip(apart, set_rows, strict=True))

    # stars hang into the space after their column, which has room for three
    sides = ["l" if place < table.words else "r" if table.numeric else "c" for place in places(table)]
    starred = zip(sides, has_stars(table), strict=True)
    columns = "".join(side + ("@{\\hspace{22pt}}" if stars else "") for side, stars in starred)
    small = "\\footnotesize" if len(sides) > 9 else "\\small"
    size = small + "\\setlength{\\tabcolsep}{4pt}" if table.numeric else ""
    title, notes = latex_text(table.title), "\n".join(f"\\par {latex_text(note)}" for note in table.notes)
    head = f"\\toprule\n{lines([table.header])}\n\\midrule"
    body = "\n\\midrule\n".join(map(lines, table.blocks))
    if len(body_rows(table)) > ROWS_OF_A_PAGE:
        text = (
            f"{{{size}\n\\begin{{longtable}}{{{columns}}}\n"
            f"\\multicolumn{{{len(sides)}}}{{c}}{{{title}}}\\\\[1ex]\n"
            f"{head}\n\\endhead\n\\bottomrule\n\\endfoot\n{body}\n\\end{{longtable}}}}\n"
            f"{{\\footnotesize\\setlength{{\\parindent}}{{0pt}}\n{notes}\\par}}"
        )
    else:
        text = (
            f"\\begin{{table}}[h!]\n\\centering\n{title}\\\\[1ex]\n{{{size}\\begin{{tabular}}{{{columns}}}\n{head}\n{body}\n"
            "\\bottomrule\n\\end{tabular}}\n\n\\vspace{1ex}\n\\begin{minipage}{0.9\\linewidth}\n"
            f"\\footnotesize\\setlength{{\\parindent}}{{0pt}}\n{notes}\n\\end{{minipage}}\n\\end{{table}}"
        )
    return (
        "\\documentclass{article}\n\\usepackage[margin=2cm]{geometry}\n\\usepackage{booktabs,longtable}\n"
        f"\\pagestyle{{empty}}\n\\begin{{document}}\n{text}\n\\end{{document}}\n"
    )


# HTML

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.45 Georgia, "Times New Roman", serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0 auto; }
caption { padding-bottom: .5rem; font-weight: bold; }
thead tr > * { border-top: 2px solid; border-bottom: 1px solid; }
tbody + tbody tr:first-child > * { border-top: 1px solid; }
tbody:last-of-type tr:last-child > * { border-bottom: 2px solid; }
th, td { padding: .12rem .9rem; text-align: center; white-space: nowrap; font-weight: normal; }
table.numeric th, table.numeric td { text-align: right; }
table.numeric .word, table th:first-child, table.numeric th:first-child { text-align: left; }
table th:first-child { padding-left: .2rem; }
table.estimates .over > * { padding-top: .4rem; }
sup, .sign { line-height: 0; display: inline-block; width: 0; }
.sign { direction: rtl; }
p { font-size: .85rem; margin: .3rem auto; max-width: 46rem; }
"""


def html_cell(text: str, hanging: bool = False) -> str:
    """A cell. Raised stars, and the sign where it is `hanging`, take no width."""
    bare, stars = split_stars(text)
    sign = '<span class="sign">−</span>' if hanging and bare.startswith("−") else ""
    return sign + html.escape(bare[1:] if sign else bare) + (f"<sup>{stars}</sup>" if stars else "")


def html_page(table: SetTable) -> str:
    """A set table as an HTML page of its own, well-formed as XML too."""

    def line(cells: Sequence[str], over: bool = False, first: str = "row", rest: str = "td") -> str:
        scope = ' scope="col"' if rest == "th" else ""
        kinds = [' class="word"' if place < table.words else "" for place in places(table)]
        others = "".join(
            f"<{rest}{scope}{kind}>{html_cell(cell, not table.numeric)}</{rest}>"
            for kind, cell in zip(kinds[1:], cells[1:], strict=True)
        )
        kind = ' class="over"' if over else ""
        return f'<tr{kind}><th scope="{first}">{html_cell(cells[0])}</th>{others}</tr>'

    lines = ["\n".join(map(line, block, over_brackets(block))) for block in table.blocks]
    blocks = "\n".join(f"<tbody>\n{block}\n</tbody>" for block in lines)
    title, head = html.escape(table.title), line(table.header, first="col", rest="th")
    notes = "\n".join(f"<p>{html.escape(note)}</p>" for note in table.notes)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<div class="scroll"><table class="{"numeric" if table.numeric else "estimates"}">\n'
        f"<caption>{title}</caption>\n<thead>\n{head}\n</thead>\n{blocks}\n</table></div>\n"
        f"{notes}\n</body>\n</html>\n"
    )


# DOCX

EPOCH = datetime(2000, 1, 1)

# Lengths in EMU, 360,000 to a centimeter, of text in 10 points.
CELL_MARGINS = 136_800  # left and right together
HALF_NUMBER = 110_000  # from the middle of 0.0000 back to its point
DECIMALS_AND_STARS = 360_000  # from the point of 0.0000*** to its end
DECIMAL = re.compile(r"^[^e]*\d\.\d[^e]*$")  # a number with decimals and no power of ten


def docx(table: SetTable) -> bytes:
    """A set table as the bytes of a Word document, the same bytes for the same table."""
    import docx as word
    from docx.enum.section import WD_ORIENT
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    def written(paragraph: Any, text: str) -> Any:
        """Write `text` with its stars raised; returns the run of its first part."""
        bare, stars = split_stars(text)
        run = paragraph.add_run(bare)
        if stars:
            paragraph.add_run(stars).font.superscript = True
        return run

    def aligned(paragraph: Any, place: int, text: str) -> None:
        """Set words to the left, numbers with decimals by their point, so that stars hang; others as in the table."""
        if place < table.words:
            return
        room, point = widths[place] - CELL_MARGINS, DECIMAL.search(split_stars(text)[0])
        if point and not table.numeric:
            paragraph.paragraph_format.tab_stops.add_tab_stop(room // 2 - HALF_NUMBER, WD_TAB_ALIGNMENT.DECIMAL)
        elif point and starred[place]:
            paragraph.paragraph_format.tab_stops.add_tab_stop(room - DECIMALS_AND_STARS, WD_TAB_ALIGNMENT.DECIMAL)
        else:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if table.numeric else WD_ALIGN_PARAGRAPH.CENTER

    def ruled(cell: Any, *rules: Mapping[str, int]) -> None:
        """Draw rules (side -> eighths of a point) at the sides of a cell."""
        borders = OxmlElement("w:tcBorders")
        for place, size in (item for rule in rules for item in rule.items()):
            border = OxmlElement(f"w:{place}")
            for name, value in (("val", "single"), ("sz", size), ("space", 0), ("color", "auto")):
                border.set(qn(f"w:{name}"), str(value))
            borders.append(border)
        cell._tc.get_or_add_tcPr().append(borders)

    document = word.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10)
    normal.paragraph_format.space_after = Pt(0)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.5)
    written(document.add_paragraph(), table.title).bold = True
    document.paragraphs[0].paragraph_format.space_after = Pt(6)
    rows = [table.header, *body_rows(table)]
    last_of_blocks = {end - 1 for end in accumulate([1, *map(len, table.blocks)])}
    grid = document.add_table(len(rows), len(table.header))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Cm(0.4 + 0.176 * max(map(len, column))) for column in zip(*rows, strict=True)]
    starred = has_stars(table)
    for column, size in zip(grid.columns, widths, strict=True):
        column.width = size
    if sum(widths) > page.page_width - page.left_margin - page.right_margin:
        page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    over = over_brackets(rows)
    for index, (cells, line) in enumerate(zip(rows, grid.rows, strict=True)):
        for place, (text, cell) in enumerate(zip(cells, line.cells, strict=True)):
            written(cell.paragraphs[0], text)
            aligned(cell.paragraphs[0], place, text)
            if over[index] and not table.numeric:
                cell.paragraphs[0].paragraph_format.space_before = Pt(3)
            heavy = index == len(rows) - 1
            ruled(
                cell,
                {"top": 12} if index == 0 else {},
                {"bottom": 12 if heavy else 6} if index in last_of_blocks else {},
            )
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # again on each page
    for place, note in enumerate(table.notes):
        paragraph = document.add_paragraph()
        written(paragraph, note).font.size = Pt(8.5)
        paragraph.paragraph_format.space_before = Pt(2 if place else 6)

    properties = document.core_properties
    properties.title, properties.author, properties.comments = table.title, "laborvalue", ""
    properties.created = properties.modified = EPOCH
    stored = io.BytesIO()
    document.save(stored)
    return undated(stored.getvalue())


def undated(archive: bytes) -> bytes:
    """The bytes of a zip file with every member's time set to one moment."""
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as dated, zipfile.ZipFile(stored, "w") as plain:
        for name in dated.namelist():
            member = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            plain.writestr(member, dated.read(name))
    return stored.getvalue()
