"""The handbook: `make docs` builds it into docs/_build/html, without any access to the network.

Every page is Markdown that GitHub shows too. Sphinx adds the search, the pages of the library's functions, formulas as
MathML (`_ext/mathml.py`), and links from config keys and functions to where they are described (`_ext/links.py`).
"""

import sys
import tomllib
from pathlib import Path

HOME = Path(__file__).parents[1]
sys.path[:0] = [str(HOME / "scripts"), str(Path(__file__).parent / "_ext")]

project = "laborvalue"
author = "laborvalue maintainers"
project_copyright = author
release = version = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "mathml", "links"]
exclude_patterns = ["_build"]
nitpicky = False
language = "en"

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]  # ```math, as on GitHub
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give types, shapes and units
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
default_role = "literal"  # docstrings mark code with one pair of backquotes

html_theme = "pydata_sphinx_theme"
html_title = "laborvalue"
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
# pages of the first level have no pages below them: the width goes to the text
html_sidebars = {page.stem: [] for page in (HOME / "docs").glob("*.md") if page.stem != "index"}
html_math_renderer = "mathml"
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "laborvalue"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
