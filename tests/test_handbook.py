"""The handbook as it is built: no warning, links that lead somewhere, nothing from the network, and its look."""

import importlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

import browser
from datasets import HOME

# the arguments of Sphinx in the recipe of `make docs`
RECIPE = re.search(r"-m sphinx (.*) docs docs/_build/html$", (HOME / "Makefile").read_text(encoding="utf-8"), re.M)[1]
LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "source": "src",
    "iframe": "src",
}  # what a page loads by itself

NOTE_OF_THE_THEME = "[PST]: "  # says in the console what it did


class Links(HTMLParser):
    """The anchors of a page, its links, and the files that it loads."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if address := found.get(LOADED.get(tag, "")):
            self.loads.append(address)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """{path: Links} of the pages, built as `make docs` builds them."""
    pytest.importorskip("sphinx", reason="Sphinx is not installed: make docs installs it, and so does make test")
    folder = tmp_path_factory.mktemp("handbook") / "html"
    command = [sys.executable, "-m", "sphinx", *RECIPE.split(), "docs", folder]
    finished = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return {path: Links(path) for path in folder.rglob("*.html")}


def page_of(built, name):
    (path,) = [path for path in built if path.as_posix().endswith(f"/html/{name}.html")]
    return path


@pytest.mark.slow
def test_every_link_within_the_handbook_leads_to_a_page_and_an_anchor(built):
    missing = []
    for path, page in built.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            known = target in built and (not address.fragment or unquote(address.fragment) in built[target].ids)
            if not (known or (target.is_file() and target not in built)):
                missing.append(f"{path.name}: {link}")
    assert len(built) > 30 and missing == []


@pytest.mark.slow
def test_no_page_loads_anything_from_the_network(built):
    outside = {
        address for page in built.values() for address in page.loads if urlsplit(address).scheme not in ("", "data")
    }
    assert outside == set()


@pytest.mark.slow
def test_every_equation_is_mathml_with_its_number_and_every_key_has_an_anchor(built):
    method = [path for path in built if path.parent.name == "method"]
    equations = {name for path in method for name in built[path].ids if re.fullmatch(r"eq-\d+", str(name))}
    assert equations == {f"eq-{number}" for number in range(1, 22)}
    assert all("<math" in path.read_text(encoding="utf-8") for path in method)
    values = page_of(built, "method/values")
    assert any(link.endswith("reference/config.html#key-values-scope") for link in built[values].links)
    assert any(link.endswith("#laborvalue.prices.input_matrix") for link in built[values].links)


@pytest.mark.slow
def test_every_public_function_of_the_library_is_described(built):
    described = {name for page in built.values() for name in page.ids}
    missing = []
    for path in (HOME / "scripts/laborvalue").rglob("*.py"):
        name = ".".join(path.relative_to(HOME / "scripts").with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        defined = {key: value for key, value in vars(module).items() if hasattr(value, "__qualname__")}
        own = [key for key, value in defined.items() if value.__module__ == module.__name__]
        public = getattr(module, "__all__", [key for key in own if not key.startswith("_")])
        missing += [f"{name}.{key}" for key in own if key in public and f"{name}.{key}" not in described]
    assert missing == []


@pytest.mark.slow
@pytest.mark.skipif(not (browser.BROWSER and browser.DRIVER), reason="chromium and chromedriver are not installed")
@pytest.mark.parametrize("width", [390, 1400])
def test_pages_fit_the_screen_and_request_nothing_outside(built, width):
    pages = "index", "start", "tutorials/ceads", "method/values", "reference/config", "howto/cluster", "gallery"
    with browser.opened() as shown:
        for name in pages:
            shown.open(page_of(built, name), width)
            assert shown.run("return document.documentElement.scrollWidth <= window.innerWidth"), name
            assert shown.run("return [...document.images].every(image => image.naturalWidth > 0)"), name
            assert [url for url in shown.requests() if not url.startswith("file:")] == [], name
            assert [text for text in shown.complaints() if NOTE_OF_THE_THEME not in text] == [], name
