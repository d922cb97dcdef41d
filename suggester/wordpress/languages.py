"""Language marks of every spelling, brought down to the primary subtag."""

from __future__ import annotations

import re

_MARK = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*")
_HTML_LANG = re.compile(r"<html\b[^>]*?\slang\s*=\s*[\"']?([A-Za-z_-]+)", re.I)


def primary(mark: object) -> str:
    """Bring "en-US", "de_DE_formal" or "pt" down to "en", "de", "pt"; "" where it is no language mark."""
    found = _MARK.fullmatch(mark) if isinstance(mark, str) else None
    return found[1].lower() if found else ""


def of_page(html: str) -> str:
    """The language an HTML page declares for itself, "" where it declares none."""
    found = _HTML_LANG.search(html)
    return primary(found[1]) if found else ""
