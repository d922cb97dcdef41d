"""WordPress's export format (WXR 1.0 to 1.2), read item by item so that a file of any size fits in little memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from suggester.errors import ExportError, ExportHostile, ExportUnreadable

_CHANNEL = frozenset(("title", "link", "language", "wp:base_site_url", "wp:base_blog_url", "wp:wxr_version"))
_ITEM = frozenset(
    "title link pubDate content:encoded excerpt:encoded wp:post_id wp:post_date wp:post_date_gmt wp:post_modified "
    "wp:post_modified_gmt wp:post_name wp:status wp:post_type wp:post_password".split()
)
_META = frozenset(("wp:meta_key", "wp:meta_value"))
_LONGEST_TEXT = 64 << 20  # characters of one element
_DEEPEST = 64


@dataclass(slots=True)
class Item:
    """One `<item>`: its texts by element name, its terms and its custom fields."""

    texts: dict[str, str] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)  # taxonomy, slug, name
    meta: list[tuple[str, str]] = field(default_factory=list)


class Reader:
    """Takes a document in pieces and gives the items that they complete."""

    def __init__(self) -> None:
        self.channel: dict[str, str] = {}
        self.failure: ExportError | None = None
        self._items: list[Item] = []
        self._item: Item | None = None
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._length = 0
        self._term = ("", "")
        self._pair: dict[str, str] = {}
        self._parser = self._prepare()

    def feed(self, text: str, final: bool = False) -> list[Item]:
        """Read on; what stands before an error is given all the same, and `failure` then says what is wrong."""
        try:
            self._parser.Parse(text, final)
        except expat.ExpatError as error:
            self.failure = ExportUnreadable(f"line {error.lineno}: {expat.ErrorString(error.code)}")
        except ExportHostile as error:
            self.failure = error
        items, self._items = self._items, []
        return items

    @property
    def in_items(self) -> bool:
        """Whether the head of the file is behind us."""
        return self._item is not None or bool(self._items)

    def _prepare(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # so that `&nbsp;`, which old versions wrote, is told and not an error
        parser.SkippedEntityHandler = self._entity
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ExportHostile("elements stand in each other deeper than any export; export the file again.")
        if name == "item":
            self._item = Item()
        elif self._wanted(name):
            self._text, self._length = [], 0
            self._term = (attributes.get("domain", ""), attributes.get("nicename", ""))

    def _wanted(self, name: str) -> bool:
        above = self._path[-2] if len(self._path) > 1 else ""
        if above == "item":
            return name in _ITEM or name == "category"
        return (above == "channel" and name in _CHANNEL) or (above == "wp:postmeta" and name in _META)

    def _characters(self, data: str) -> None:
        if self._text is None:
            return
        self._text.append(data)
        self._length += len(data)
        if self._length > _LONGEST_TEXT:
            raise ExportHostile("one element is larger than 64 MB; take that post out and export again.")

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._characters(unescape(f"&{name};"))

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._text is not None:
            self._keep(name, "".join(self._text))
            self._text = None
        elif name == "wp:postmeta" and self._item:
            self._item.meta.append((self._pair.get("wp:meta_key", ""), self._pair.get("wp:meta_value", "")))
            self._pair = {}
        elif name == "item" and self._item:
            self._items.append(self._item)
            self._item = None

    def _keep(self, name: str, text: str) -> None:
        if self._item is None:
            self.channel[name] = text.strip()
        elif name == "category":
            self._item.terms.append((*self._term, text))
        elif name in _META:
            self._pair[name] = text
        else:
            self._item.texts[name] = text


def _refuse(*_: object) -> None:
    raise ExportHostile("it declares a document type or entities, which no WordPress export does; export it again.")
