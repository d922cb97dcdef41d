"""Walks once through a post's content and cuts it into regions of text, each of which becomes a block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from suggester.content.elements import (
    CLOSED,
    ELEMENTS,
    HEADINGS,
    LASTING,
    RAW,
    ROLE,
    ROLES,
    SKIPPED,
    TABLE_PARTS,
    TABLE_WALLS,
    Element,
    fence_kind,
    shortcode_kind,
)
from suggester.content.tokens import ATTRIBUTES, COMMENT, END, SHORTCODE, SHUT, TAG, TOKEN, attributes, fence

DEEPEST = 200  # elements nested deeper than this no longer count as parents

_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_PAGE_BREAKS = frozenset({"more", "nextpage", "noteaser"})
_ENDINGS = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])[^>]*+(?:>|\Z)", re.IGNORECASE) for name in RAW}
_TAG_END = r"""(?=[ \t\n\f\r/>])(?:[^>"']|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)"""
_NESTED = {name: re.compile(rf"<(/?){name}{_TAG_END}", re.IGNORECASE) for name in SKIPPED}


@dataclass(slots=True)
class Tie:
    """An `<a>` as it stands in the raw content: the offsets of its two tags."""

    href: str
    rel: tuple[str, ...]
    opened: tuple[int, int]
    closed: tuple[int, int] | None = None


@dataclass(slots=True)
class Hold:
    """An open inline element in which no link may stand."""

    name: str
    depth: int  # of the stack of elements when it was opened
    tie: int = -1  # which tie, where it is a link
    count: int = 1  # elements of this name open inside each other


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an inline element that closes text begins (`step` 1) or ends (-1)."""

    at: int  # before the run of this number
    step: int
    hold: Hold


@dataclass(slots=True)
class Region:
    """A stretch of content whose text belongs together."""

    kind: str = ""  # "" for text right inside a neutral element
    root: bool = False  # outside of all elements
    fence: str = ""  # kind that the WordPress block around it forces upon text that may otherwise be linked
    runs: list[tuple[int, int]] = field(default_factory=list)  # raw offsets of its text; an empty run is a line break
    marks: list[Mark] = field(default_factory=list)


class Walk:
    """One pass over the content: `regions` and `ties` are what it found."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.regions: list[Region] = []
        self.ties: list[Tie] = []
        self._runs: list[tuple[int, int]] = []
        self._marks: list[Mark] = []
        self._stack: list[tuple[str, str, bool]] = [("", "", False)]  # name, kind, locked
        self._open: dict[str, int] = {}
        self._fences: list[tuple[str, str]] = [("", "")]  # name, kind
        self._holds: dict[str, Hold] = {}
        self._without_end: set[str] = set()  # shortcodes that are not ended from here on
        self._run()

    def _run(self) -> None:
        at, length = 0, len(self.content)
        while at < length:
            at = self._tokens(at)
        for hold in list(self._holds.values()):
            self._release(hold, None)
        self._flush()

    def _tokens(self, at: int) -> int:
        """Take tokens from here until one makes us jump; say where to go on."""
        elements, closed = ELEMENTS, CLOSED
        for token in TOKEN.finditer(self.content, at):
            start = token.start()
            if start > at:
                self._text(at, start)
            at = token.end()
            tag = token[TAG]
            if tag is None:
                goto = self._other(token, at)
            else:
                name = tag if tag in elements or tag in closed else tag.lower()
                if name in elements:
                    self._block(name, token)
                    continue
                if name in closed:
                    self._inline(name, token)
                    continue
                goto = self._rest(name, token, at)
            if goto > at:
                return goto
        if at < len(self.content):
            self._text(at, len(self.content))
        return len(self.content)

    def _text(self, start: int, end: int) -> None:
        if not self._runs and self.content[start:end].isspace():
            return
        if not self._stack[-1][1] and self.content.find("\n", start, end) >= 0:
            for line in _EMPTY_LINE.finditer(self.content, start, end):
                if line.start() > start:
                    self._runs.append((start, line.start()))
                start = line.end()
                self._flush()
                self._begin()
        if end > start:
            self._runs.append((start, end))

    def _other(self, token: re.Match[str], at: int) -> int:
        if token[SHORTCODE] is not None:
            return self._shortcode(token, at)
        comment = token[COMMENT]
        if comment is None:
            return at
        found = fence(comment) if "wp:" in comment else None
        if found or comment.strip() in _PAGE_BREAKS:
            self._flush()
            if found:
                self._fence(*found)
            self._begin()
        return at

    def _fence(self, name: str, ends: bool, alone: bool) -> None:
        if ends:
            for number in range(len(self._fences) - 1, 0, -1):
                if self._fences[number][0] == name:
                    del self._fences[number:]
                    return
        elif not alone and len(self._fences) < DEEPEST:
            self._fences.append((name, fence_kind(name)))

    def _shortcode(self, token: re.Match[str], at: int) -> int:
        name, shut = token[SHORTCODE], bool(token[SHUT])
        in_code = self._stack[-1][1] == "code" or "code" in self._holds
        kind = None if in_code else shortcode_kind(name)
        end = -1 if kind is None or shut else self._end_of(name, at)
        if kind in ("code", "embed") and end >= 0:
            return self._aside(kind, at, end)
        needs_end = kind in ("caption", "code", "embed") or "_" not in name  # else it may be a word in brackets
        if kind is None or (needs_end and end < 0 and not shut):
            self._text(token.start(), at)
            return at
        self._flush()
        if shut:
            self._cut(self._find(frozenset({f"[{name}]"})))
        elif kind and end >= 0:
            self._push(f"[{name}]", kind, True)
        self._begin()
        return at

    def _end_of(self, name: str, at: int) -> int:
        """Say where the shortcode of this name is ended, -1 where it is not; never look twice for what is not there."""
        if name in self._without_end:
            return -1
        end = self.content.find(f"[/{name}]", at)
        if end < 0:
            self._without_end.add(name)
        return end

    def _aside(self, kind: str, at: int, end: int) -> int:
        self._flush()
        self.regions.append(Region(kind, runs=[(at, end)]))
        self._begin()
        return self.content.find("]", end) + 1

    def _rest(self, name: str, token: re.Match[str], at: int) -> int:
        """Take a tag that neither makes a block nor closes text."""
        if name == "br":
            self._break(at)
        elif token[END]:
            return at
        elif name in _ENDINGS:
            end = _ENDINGS[name].search(self.content, at)
            return end.end() if end else len(self.content)
        elif name in _NESTED and not token[ATTRIBUTES].endswith("/"):
            return self._behind(_NESTED[name], at)
        return at

    def _break(self, at: int) -> None:
        """Take a line break; the second of two in a row begins a new paragraph."""
        for start, end in reversed(self._runs[-2:]):
            if start == end:
                self._flush()
                self._begin()
                return
            if not self.content[start:end].isspace():
                break
        self._runs.append((at, at))

    def _behind(self, tag: re.Pattern[str], at: int) -> int:
        depth = 1
        for found in tag.finditer(self.content, at):
            depth += -1 if found[1] else 1
            if not depth:
                return found.end()
        return len(self.content)

    def _inline(self, name: str, token: re.Match[str]) -> None:
        hold = self._holds.get(name)
        if hold and (name == "a" or token[END]):
            hold.count -= 1
            if not hold.count:
                self._release(hold, token.span() if token[END] else None)
        elif hold:
            hold.count += 1
        if not token[END] and name not in self._holds:
            self._hold(name, token)

    def _hold(self, name: str, token: re.Match[str]) -> None:
        hold = self._holds[name] = Hold(name, len(self._stack))
        if name == "a":
            found = attributes(token[ATTRIBUTES])
            if "href" in found:
                hold.tie = len(self.ties)
                self.ties.append(Tie(found["href"], tuple(found.get("rel", "").lower().split()), token.span()))
        self._marks.append(Mark(len(self._runs), 1, hold))

    def _release(self, hold: Hold, closed: tuple[int, int] | None) -> None:
        del self._holds[hold.name]
        self._marks.append(Mark(len(self._runs), -1, hold))
        if hold.tie >= 0:
            self.ties[hold.tie].closed = closed

    def _block(self, name: str, token: re.Match[str]) -> None:
        self._flush()
        if token[END]:
            names = HEADINGS if name in HEADINGS else frozenset({name})
            self._cut(self._find(names, frozenset() if name in TABLE_PARTS else TABLE_WALLS))
        else:
            self._start(name, ELEMENTS[name], token[ATTRIBUTES])
        self._begin()

    def _start(self, name: str, element: Element, written: str) -> None:
        if self._stack[-1][0] == "p":
            self._cut(len(self._stack) - 1)
        if element.ends:
            self._cut(self._find(element.ends, element.walls))
        if name == "hr":
            return
        _, kind, locked = self._stack[-1]
        if not locked:
            role = ROLE.search(written) if written else None
            if role:
                kind, locked = ROLES[role[1]], True
            elif element.kind and not (name == "p" and kind):
                kind, locked = element.kind, element.locked
        self._push(name, kind, locked)

    def _push(self, name: str, kind: str, locked: bool) -> None:
        if len(self._stack) < DEEPEST:
            self._stack.append((name, kind, locked))
            self._open[name] = self._open.get(name, 0) + 1

    def _find(self, names: frozenset[str], walls: frozenset[str] = frozenset()) -> int:
        """Say how deep the innermost open element of these names is, 0 where there is none before a wall."""
        if not any(self._open.get(name) for name in names):
            return 0
        for depth in range(len(self._stack) - 1, 0, -1):
            name = self._stack[depth][0]
            if name in names:
                return depth
            if name in walls:
                return 0
        return 0

    def _cut(self, depth: int) -> None:
        """End the element at this depth and all inside it."""
        if not depth:
            return
        for name, _, _ in self._stack[depth:]:
            self._open[name] -= 1
        del self._stack[depth:]
        if self._holds:
            kept = {name: hold for name, hold in self._holds.items() if hold.depth <= depth or name in LASTING}
            self._holds = kept

    def _flush(self) -> None:
        if self._runs or self._marks:
            _, kind, locked = self._stack[-1]
            fence = "" if locked else self._fences[-1][1]
            self.regions.append(Region(kind, len(self._stack) == 1, fence, self._runs, self._marks))
            self._runs, self._marks = [], []

    def _begin(self) -> None:
        if self._holds:
            self._marks = [Mark(0, 1, hold) for hold in self._holds.values()]
