"""Pages that are one HTML file: they hold everything and ask nobody for anything."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from suggester.content.text import plural


def templates() -> Environment:
    """Give the templates, with the filters they use."""
    pages = Environment(
        loader=PackageLoader("suggester.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"web": web_address, "plural": plural}
    return pages


def web_address(url: str) -> str:
    """Give an address a browser may open; anything but http and https is left out."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def static(*names: str) -> str:
    """Read style sheets or scripts, one behind the other."""
    return "\n".join(files("suggester.web").joinpath("static", name).read_text(encoding="utf-8") for name in names)


def policy(style: str, script: str) -> str:
    """Write the page's content security policy: its own style and script, and nothing from anywhere."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
