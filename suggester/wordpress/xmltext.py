"""Makes XML of what WordPress writes: it lets through bytes and characters that no XML may hold."""

from __future__ import annotations

import codecs
import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9a-f]{1,8}|[0-9]{1,8});", re.I)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.I)
_LONGEST_REFERENCE = 12


class Cleaner:
    """Turns the bytes of a document, piece by piece, into text that an XML parser accepts."""

    def __init__(self, head: bytes) -> None:
        self._decode = codecs.getincrementaldecoder(encoding(head))(errors="replace").decode
        self._held = ""

    def feed(self, data: bytes, final: bool = False) -> str:
        """Clean the next piece; the last one is `final`."""
        text = self._held + self._decode(data, final)
        cut = text.rfind("&", max(len(text) - _LONGEST_REFERENCE, 0))
        held = not final and cut >= 0 and ";" not in text[cut:]
        text, self._held = (text[:cut], text[cut:]) if held else (text, "")
        return _REFERENCE.sub(_allowed, _FORBIDDEN.sub("", text))


def clean(document: bytes) -> str:
    """Clean a whole document."""
    return Cleaner(document[:1024]).feed(document, final=True)


def is_exact(document: bytes) -> bool:
    """Whether cleaning takes nothing away, so that what is read is what the site holds."""
    try:
        return document.decode(encoding(document[:1024])) == clean(document)
    except UnicodeDecodeError:
        return False


def encoding(head: bytes) -> str:
    """The encoding a document declares; UTF-8 where it declares none that is known."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.search(head)
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8-sig"
    return "utf-8-sig" if found in ("utf-8", "ascii") or not _is_text_encoding(name) else found


def _allowed(reference: re.Match[str]) -> str:
    """The reference, or nothing where it means a character that no XML may hold."""
    digits = reference[1].lower()
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    legal = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if legal else ""


def _is_text_encoding(name: str) -> bool:
    try:
        return "<".encode(name) == b"<"
    except (LookupError, UnicodeError):
        return False
