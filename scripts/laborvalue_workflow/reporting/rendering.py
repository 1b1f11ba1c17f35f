"""Vega-Lite specifications as the bytes of SVG, PNG and PDF files, and Vega itself as a script for a page."""

import base64
import re
import zlib
from collections.abc import Mapping
from typing import Any

VEGA_LITE = "6.4"
NOTHING = "nothing_to_draw"  # what marks the specification of a figure without data


def is_empty(specification: Mapping[str, Any]) -> bool:
    """Whether a figure shows no data: a page says in words why, and leaves it out."""
    return NOTHING in specification.get("usermeta", {})


def svg(spec: dict[str, Any]) -> str:
    """A Vega-Lite specification as an SVG text on a white background."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec | {"background": "white"}, vl_version=VEGA_LITE)


def png(picture: str) -> bytes:
    """An SVG text as the bytes of a PNG, two pixels per point."""
    import vl_convert

    return vl_convert.svg_to_png(picture, scale=2)


def pdf(picture: str) -> bytes:
    """An SVG text as the bytes of a PDF, reproducible byte for byte.

    The converter writes the entries of a resource dictionary in the order of a hash table. Sorting them does not
    change their length, so every offset in the cross-reference table stays correct.
    """
    import vl_convert

    def ordered(resources: re.Match[bytes]) -> bytes:
        return resources[1] + b"".join(sorted(resources[2].splitlines(keepends=True)))

    return re.sub(rb"(<<\n)((?: +/\w+ \d+ 0 R\n)+)", ordered, vl_convert.svg_to_pdf(picture))


def charts_library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, which shows the figures' specifications in a page."""
    import vl_convert

    return vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]  # stub lacks a default


def deflated(script: str) -> str:
    """A script as a page holds it: deflated, in base64, a third of its size."""
    return embedded(zlib.compress(script.encode(), 9))


def embedded(content: bytes) -> str:
    """Bytes as base64 text, for a page that holds all that it shows."""
    return base64.b64encode(content).decode("ascii")
