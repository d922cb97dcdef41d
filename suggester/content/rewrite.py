"""Lets a link lead elsewhere, or takes it out, whoever wrote it, and puts it back byte for byte.

Nothing is touched but the address of the one link, or its two tags. Every result is read again and compared with what
was there before, and so is the way back; what cannot be proved safe is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from urllib.parse import parse_qsl, urlencode, urlsplit

from suggester.content.blocks import Outline
from suggester.content.elements import LINKABLE_KINDS, OPEN_FENCES, fence_kind
from suggester.content.insert import as_value, raw_span, read_again, spots_of, texts
from suggester.content.links import ASKS_FOR_OTHERS
from suggester.content.offsets import Span
from suggester.content.spots import Spot, most_familiar
from suggester.content.tokens import ATTRIBUTES, COMMENT, TAG, TOKEN, attribute_span, clean, fence
from suggester.content.walk import Tie
from suggester.entities import Anchor, Body, Link
from suggester.errors import AnchorMissing, AnchorRefused

_BARE = re.compile(r"[^\s\"'=<>`]+")  # an address that may stand without quotes
_ENDING = re.compile(r"</a(?:[ \t\n\f\r/][^>]*)?>\Z", re.IGNORECASE)
_COUNTS_VISITORS = ("utm_", "fbclid", "gclid", "replytocom")
_RICH_TEXT = LINKABLE_KINDS | {"heading", "caption"}  # kinds of text in which the block editor lets links come and go
_WORDLESS = OPEN_FENCES | {"core/image"}  # WordPress blocks in which an image may do without its link


def rewrite(content: str, anchor: Anchor, old_href: str, new_href: str) -> str:
    """Let the link on these words lead to `new_href`, which is written as it is given; see `carried_over`.

    Only the value of that one attribute changes. AnchorMissing where no link to `old_href` stands on the words,
    AnchorRefused where the change cannot be proved safe. `put_back` with what `written` gave before is the way back.
    """
    before = read_again(content)
    link, tie = _found(before, anchor, old_href)
    if not link.anchor and not tie.closed:
        raise AnchorRefused("This link holds nothing and is not ended; edit the post by hand.")
    if _kept_in_settings(content, tie, old_href):
        raise AnchorRefused(
            "The block around this link keeps the address in its settings too; change it in the editor."
        )
    result = _with_value(content, tie, as_value(new_href))
    _prove_rewritten(before, result, link, new_href)
    if put_back(result, anchor, new_href, _element(content, tie)) != content:
        raise AnchorRefused(
            f"The change of the link on “{anchor.text}” could not be taken back; edit the post by hand."
        )
    return result


def put_back(content: str, anchor: Anchor, href: str, old: str) -> str:
    """Undo `rewrite`: the link on these words, which leads to `href` now, gets the address that `old` has.

    `old` is the link as `written` gave it before. What else was changed in the link since stays.
    """
    before = read_again(content)
    link, tie = _found(before, anchor, href)
    opening = TOKEN.match(clean(old))
    place = opening and _value_in(opening)
    if not opening or not place or opening[TAG].lower() != "a":
        raise AnchorRefused(f"The link that stood on “{anchor.text}” was not kept whole; edit the post by hand.")
    result = _with_raw(content, tie, old[slice(*_quoted(old, place))])
    _prove_rewritten(before, result, link, None)
    return result


def written(content: str, anchor: Anchor, href: str) -> str:
    """Give the whole link on these words as it stands in the raw content: its two tags and what is between them."""
    return _element(content, _found(read_again(content), anchor, href)[1])


def unlink(content: str, anchor: Anchor, old_href: str) -> tuple[str, str]:
    """Take the link off these words; gives the content without it, and the link as it stood, for `relink`.

    AnchorMissing where no link to `old_href` stands on the words, AnchorRefused where it cannot be proved safe.
    """
    before = read_again(content)
    link, tie = _found(before, anchor, old_href)
    if not tie.closed:
        raise AnchorRefused(f"The link on “{anchor.text}” is not ended in the post's HTML; edit the post by hand.")
    if not _may_go(content, before, link, tie):
        raise AnchorRefused("A button, an embed or a block of another plugin needs its link; edit the post by hand.")
    old, inside = _element(content, tie), content[tie.opened[1] : tie.closed[0]]
    result = content[: tie.opened[0]] + inside + content[tie.closed[1] :]
    wanted = replace(before.body, links=tuple(each for each in before.body.links if each is not link))
    if _reading(read_again(result).body) != _reading(wanted):
        raise AnchorRefused(f"Taking the link off “{anchor.text}” would change the text; edit the post by hand.")
    if relink(result, anchor, old) != content:
        raise AnchorRefused(f"The link on “{anchor.text}” could not be put back; edit the post by hand.")
    return result, old


def relink(content: str, anchor: Anchor, old: str) -> str:
    """Undo `unlink`: put the two tags of `old`, a link as it stood, around what stood between them.

    AnchorMissing where the words or their markup are gone, AnchorRefused where another link stands there by now.
    """
    opening, ending = TOKEN.match(clean(old)), _ENDING.search(old)
    if not opening or not ending or opening.end() > ending.start():
        raise AnchorRefused(f"The link that stood on “{anchor.text}” was not kept whole; edit the post by hand.")
    before, inside = read_again(content), old[opening.end() : ending.start()]
    tags = old[: opening.end()], old[ending.start() :]
    for at in _places(content, before, anchor, inside):
        result = content[:at] + tags[0] + inside + tags[1] + content[at + len(inside) :]
        if _is_back(before, result, anchor):
            return result
    raise AnchorRefused(f"“{anchor.text}” or the markup around it has changed since; edit the post by hand.")


def carried_over(old_href: str, url: str) -> str:
    """Give the address a link to a moved post gets: its new one, as far as the old one was written out.

    The part of the page that the link names is carried over, and what its query asks of the page itself; not what it
    asks of WordPress, as `?p=7`, nor what only counts visitors.
    """
    base, _, fragment = old_href.partition("#")
    path, _, query = base.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _is_dropped(name)]
    if path.startswith("/") and not path.startswith("//"):
        url = url.removeprefix("{0.scheme}://{0.netloc}".format(urlsplit(url))) or "/"
    if kept and "?" not in url:
        url = f"{url}?{urlencode(kept)}"
    return f"{url}#{fragment}" if fragment and "#" not in url else url


def _is_dropped(name: str) -> bool:
    return name in ASKS_FOR_OTHERS or name.startswith(_COUNTS_VISITORS)


def _found(before: Outline, anchor: Anchor, href: str) -> tuple[Link, Tie]:
    """Find the link that stands on the anchor's words and leads there."""
    words = " ".join(anchor.text.split())
    ours = [
        (link, tie)
        for link, tie in zip(before.body.links, before.ties, strict=True)
        if link.href == href and link.anchor == words
    ]
    if not ours:
        raise AnchorMissing(f"No link to {href} stands on “{anchor.text}” any more; look for link changes again.")
    spots = [Spot(before.body.blocks[link.block], link.start, link.end) for link, _ in ours]
    return ours[most_familiar(spots, anchor)]


def _element(content: str, tie: Tie) -> str:
    return content[tie.opened[0] : (tie.closed or tie.opened)[1]]


def _with_value(content: str, tie: Tie, value: str) -> str:
    """Write another value into the address of a link, in the quotes that stand there."""
    tag = TOKEN.match(clean(content), tie.opened[0])
    place = tag and _value_in(tag)
    if not tag or not place:
        raise AnchorRefused("The address of this link cannot be found in the post's HTML; edit the post by hand.")
    quote = content[place[0] - 1]
    if quote == "'":
        value = value.replace("'", "&#39;")
    elif quote != '"' and not _BARE.fullmatch(value):
        value = f'"{value}"'
    return content[: place[0]] + value + content[place[1] :]


def _with_raw(content: str, tie: Tie, raw: str) -> str:
    tag = TOKEN.match(clean(content), tie.opened[0])
    place = tag and _value_in(tag)
    if not tag or not place:
        raise AnchorRefused("The address of this link cannot be found in the post's HTML; edit the post by hand.")
    start, end = _quoted(content, place)
    return content[:start] + raw + content[end:]


def _value_in(tag: re.Match[str]) -> Span | None:
    """Say where the address stands that a start tag names, without its quotes."""
    span = attribute_span(tag[ATTRIBUTES], "href")
    offset = tag.start(ATTRIBUTES)
    return None if span is None else (offset + span[0], offset + span[1])


def _quoted(content: str, place: Span) -> Span:
    """Take in the quotes around a value, where it has some."""
    start, end = place
    has_quotes = content[start - 1] in "\"'" and content[end : end + 1] == content[start - 1]
    return (start - 1, end + 1) if has_quotes else place


def _prove_rewritten(before: Outline, result: str, link: Link, href: str | None) -> None:
    """Read the result again: all as before, but for where the one link leads."""
    after = read_again(result).body
    number = before.body.links.index(link)
    wanted = list(before.body.links)
    if number < len(after.links):
        wanted[number] = replace(link, href=after.links[number].href if href is None else href)
    if list(after.links) != wanted or texts(after.blocks) != texts(before.body.blocks):
        raise AnchorRefused(f"Changing the link on “{link.anchor}” would change the text; edit the post by hand.")


def _reading(body: Body) -> tuple[list[tuple[str, str]], list[Link]]:
    """Give the texts and links of a body; blocks without text do not count, they come and go with their links."""
    numbers = list(accumulate((bool(block.text) for block in body.blocks), initial=0))
    links = [replace(link, block=numbers[link.block]) for link in body.links]
    return texts(block for block in body.blocks if block.text), links


def _may_go(content: str, before: Outline, link: Link, tie: Tie) -> bool:
    fences = [name for name, _ in _fences(content, tie.opened[0])]
    if any(fence_kind(name) == "other" for name in fences):
        return False
    if link.anchor:
        return before.body.blocks[link.block].kind in _RICH_TEXT
    return all(name in _WORDLESS for name in fences)


def _kept_in_settings(content: str, tie: Tie, href: str) -> bool:
    """Whether a block around the link has its address among its own settings, which HTML alone would not change."""
    return any(href in _texts_in(settings) for _, settings in _fences(content, tie.opened[0]))


def _texts_in(settings: str) -> Iterator[str]:
    """Give the texts among a block's settings, however deep."""
    try:
        waiting: list[object] = [json.loads(settings)] if settings else []
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _fences(content: str, at: int) -> list[tuple[str, str]]:
    """Give the WordPress blocks that are open at a place, outermost first: name and settings as written."""
    opened: list[tuple[str, str]] = []
    for token in TOKEN.finditer(content, 0, at):
        comment = token[COMMENT]
        found = fence(comment) if comment and "wp:" in comment else None
        if found is None or comment is None:
            continue
        name, ends, alone = found
        if ends:
            names = [each for each, _ in opened]
            if name in names:
                del opened[len(names) - 1 - names[::-1].index(name) :]
        elif not alone:
            opened.append((name, comment[comment.find("{") : comment.rfind("}") + 1] if "{" in comment else ""))
    return opened


def _places(content: str, before: Outline, anchor: Anchor, inside: str) -> Iterator[int]:
    """Give the places where what stood in a link stands now, around the anchor's words."""
    words = " ".join(anchor.text.split())
    if not words:
        at = content.find(inside) if inside else -1
        if at < 0 or content.find(inside, at + 1) >= 0:
            raise AnchorMissing(
                "What this link stood on is not there any more, or stands there twice; link it by hand."
            )
        yield at
        return
    spots = list(spots_of(before.body.blocks, words))
    start, end = raw_span(content, before, spots[most_familiar(spots, anchor)])
    at = content.find(inside, max(0, end - len(inside)), start + len(inside))
    while 0 <= at <= start:
        yield at
        at = content.find(inside, at + 1, start + len(inside))


def _is_back(before: Outline, result: str, anchor: Anchor) -> bool:
    """Read the result again: the texts as before, and one link more, on the anchor's words."""
    words = " ".join(anchor.text.split())
    there, links = _reading(before.body)
    texts_after, links_after = _reading(read_again(result).body)
    new = [link for link in links_after if link not in links and link.anchor == words]
    if len(new) != 1:
        return False
    links_after.remove(new[0])
    return (texts_after, links_after) == (there, links)
