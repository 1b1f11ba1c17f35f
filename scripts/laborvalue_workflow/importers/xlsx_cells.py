"""What cells of an .xlsx hold that every reader of numbers gives as empty: error values, formulas without a result."""

import posixpath

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def name_of(row, column):
    """A cell's name, such as T4, from its row and column, from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def unread_contents(path, sheet):
    """{name of a cell: "#REF!", or that it is a formula without a stored result}; {} for a file of another format."""
    import zipfile
    from xml.etree import ElementTree

    try:
        with zipfile.ZipFile(path) as book:
            of_sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
            relation = next(entry.get(RELATION) for entry in of_sheets if entry.get("name") == sheet)
            relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
            target = next(entry.get("Target") for entry in relations if entry.get("Id") == relation)
            with book.open(posixpath.join("/xl", target)[1:]) as file:
                return dict(_unread(ElementTree.iterparse(file)))
    except (OSError, KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError):
        return {}


def _unread(elements):
    for _, element in elements:
        if element.tag == f"{MAIN}c":
            if element.get("t") == "e":
                yield element.get("r"), element.findtext(f"{MAIN}v")
            elif element.find(f"{MAIN}f") is not None and not element.findtext(f"{MAIN}v"):
                yield element.get("r"), "a formula without a stored result"
        elif element.tag == f"{MAIN}row":
            element.clear()
