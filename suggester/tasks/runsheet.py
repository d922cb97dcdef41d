"""A run as CSV: one row an edit, to be looked through in a spreadsheet and taken back in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from suggester.content.blocks import read
from suggester.content.sheets import from_csv, to_csv
from suggester.entities import Anchor, Block, Edit, Post
from suggester.errors import ContentError, CsvRefused, RequestError
from suggester.store import Head
from suggester.tasks.changing import changed, place_of

COLUMNS = (
    "id", "source_id", "source_title", "source_url", "target_id", "target_title", "target_url",
    "anchor", "sentence", "score", "chosen",
)  # fmt: skip
NEEDED = ("id", "anchor", "chosen")
FIXED = ("source_id", "target_id")  # where a row has them, they are those of its edit
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "vrai", "si", "sí", "sim", "da"})
NO = frozenset({"no", "n", "false", "0", "", "nein", "falsch", "non", "faux", "não", "nee"})
QUOTE = 32  # characters of an anchor's surroundings
MOST_SAID = 5  # wrong rows named in one sentence
FIRST_ROW = 2  # below the headings, as spreadsheets count


@dataclass(frozen=True, slots=True)
class Row:
    """What a person decided of one edit."""

    number: int  # as the spreadsheet counts
    edit_id: int
    anchor: str
    chosen: bool
    fixed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """An edit as a person wants it."""

    edit: Edit
    chosen: bool
    words: Anchor | None  # None: stays on its words


def written(edits: Iterable[Edit], heads: Mapping[int, Head]) -> str:
    """Write edits, with the titles and addresses of their posts."""
    return to_csv(COLUMNS, [_cells(each, heads) for each in edits])


def read_rows(text: str) -> list[Row]:
    """Read what came back; CsvRefused names the rows that cannot be read."""
    try:
        found = from_csv(text, NEEDED)
    except RequestError as error:
        raise CsvRefused(str(error)) from error
    wrong: list[str] = []
    rows = [row for number, cells in enumerate(found, FIRST_ROW) if (row := _row(number, cells, wrong))]
    seen: dict[int, int] = {}
    for row in rows:
        if row.edit_id in seen:
            wrong.append(f"row {row.number} has the id {row.edit_id} of row {seen[row.edit_id]}")
        seen[row.edit_id] = row.number
    _refuse(wrong)
    if not rows:
        raise CsvRefused("The CSV has no rows; export the run again.")
    return rows


def wishes(rows: Iterable[Row], edits: Mapping[int, Edit], posts: Mapping[int, Post]) -> list[Wish]:
    """See what each row wants of its edit; CsvRefused names the rows that want what cannot be."""
    wrong: list[str] = []
    wanted = [wish for row in rows if (wish := _wish(row, edits, posts, wrong))]
    _refuse(wrong)
    return wanted


def _cells(each: Edit, heads: Mapping[int, Head]) -> list[str | int | float | bool | None]:
    source = heads.get(each.source_id)
    target = heads.get(each.target_id) if each.target_id is not None else None
    posts = [each.source_id, *_named(source), each.target_id, *_named(target, each.href)]
    return [each.id, *posts, each.anchor.text, each.sentence, round(each.score, 3), each.chosen]


def _named(head: Head | None, url: str = "") -> tuple[str, str]:
    return (head.title, head.url) if head else ("", url)


def _row(number: int, cells: Mapping[str, str], wrong: list[str]) -> Row | None:
    told, chosen = cells["id"].strip(), cells["chosen"].strip().lower()
    if not any(value.strip() for value in cells.values()):
        return None
    if not told.isdecimal():
        wrong.append(f"row {number} has {told!r} for an id")
    elif chosen not in YES | NO:
        wrong.append(f"row {number} says {chosen!r} where yes or no is wanted")
    else:
        fixed = tuple(cells.get(name, "").strip() for name in FIXED)
        return Row(number, int(told), " ".join(cells["anchor"].split()), chosen in YES, fixed)
    return None


def _wish(row: Row, edits: Mapping[int, Edit], posts: Mapping[int, Post], wrong: list[str]) -> Wish | None:
    edit = edits.get(row.edit_id)
    if edit is None:
        wrong.append(f"row {row.number} has the id {row.edit_id}, which no edit of the run has")
        return None
    is_fixed = (str(edit.source_id), "" if edit.target_id is None else str(edit.target_id))
    if any(told and told != known for told, known in zip(row.fixed, is_fixed, strict=True)):
        wrong.append(f"row {row.number} names another post than the edit {edit.id}, which cannot be changed here")
        return None
    if edit.state != "waiting" or row.anchor == " ".join(edit.anchor.text.split()):
        return Wish(edit, row.chosen, None)
    try:
        return Wish(edit, row.chosen, _anchor(edit, row.anchor, posts.get(edit.source_id)))
    except ContentError as error:
        wrong.append(f"row {row.number}: {error}")
        return None


def _anchor(edit: Edit, words: str, post: Post | None) -> Anchor:
    """Find other words in the block of the edit's own, and prove that a link may stand on them."""
    if post is None or not words or edit.kind not in ("insert", "append"):
        raise ContentError("Other words cannot be given here.")
    found = list(_places(_block(edit, post), words))
    if not found:
        raise ContentError(f"“{words}” does not stand in that paragraph.")
    near = min(found, key=lambda each: (each.before + words + each.after not in edit.sentence, abs(_at(each, edit))))
    changed(post.content, replace(edit, kind="insert", anchor=near, new_text=None))
    return near


def _block(edit: Edit, post: Post) -> Block:
    body = read(post.content)
    if edit.kind == "insert":
        return place_of(body, edit.anchor)[0]
    if edit.anchor.block >= len(body.blocks):
        raise ContentError("The paragraph is not there any more.")
    return body.blocks[edit.anchor.block]


def _places(block: Block, words: str) -> Iterator[Anchor]:
    at = block.text.find(words)
    while at >= 0:
        end = at + len(words)
        before, after = block.text[max(0, at - QUOTE) : at], block.text[end : end + QUOTE]
        yield Anchor(words, before, after, block.index, block.kind)
        at = block.text.find(words, at + 1)


def _at(place: Anchor, edit: Edit) -> int:
    """Say how far a place is from the edit's own words, as far as both see each other."""
    quote = place.before + place.text + place.after
    at = quote.find(edit.anchor.text)
    return at - len(place.before) if at >= 0 else len(quote)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - MOST_SAID:,} more" if len(wrong) > MOST_SAID else ""
        said = "; ".join(each.rstrip(".") for each in wrong[:MOST_SAID])
        raise CsvRefused(f"Nothing was taken in: {said}{more}.")
