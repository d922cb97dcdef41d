"""Write sample.xml and expected.json from the texts under posts/: `python -m suggester.sample.build`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from suggester.sample import EXPECTED, SAMPLE
from suggester.sample.texts import HOME, Text, read

POSTS = Path(__file__).with_name("posts")
AUTHOR = "nell"

_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/">
<channel>
\t<title>The Back Plot</title>
\t<link>{home}</link>
\t<description>Notes from nine metres by fourteen of heavy clay</description>
\t<pubDate>{now}</pubDate>
\t<language>en-GB</language>
\t<wp:wxr_version>1.2</wp:wxr_version>
\t<wp:base_site_url>{home}</wp:base_site_url>
\t<wp:base_blog_url>{home}</wp:base_blog_url>
\t<wp:author><wp:author_id>2</wp:author_id><wp:author_login><![CDATA[{author}]]></wp:author_login>\
<wp:author_email><![CDATA[nell@backplot.example]]></wp:author_email>\
<wp:author_display_name><![CDATA[Nell]]></wp:author_display_name>\
<wp:author_first_name><![CDATA[]]></wp:author_first_name>\
<wp:author_last_name><![CDATA[]]></wp:author_last_name></wp:author>
"""

_ITEM = """\t<item>
\t\t<title><![CDATA[{title}]]></title>
\t\t<link>{link}</link>
\t\t<pubDate>{published}</pubDate>
\t\t<dc:creator><![CDATA[{author}]]></dc:creator>
\t\t<guid isPermaLink="false">{home}/?p={id}</guid>
\t\t<description></description>
\t\t<content:encoded><![CDATA[{content}]]></content:encoded>
\t\t<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
\t\t<wp:post_id>{id}</wp:post_id>
\t\t<wp:post_date><![CDATA[{date}]]></wp:post_date>
\t\t<wp:post_date_gmt><![CDATA[{date}]]></wp:post_date_gmt>
\t\t<wp:post_modified><![CDATA[{modified}]]></wp:post_modified>
\t\t<wp:post_modified_gmt><![CDATA[{modified}]]></wp:post_modified_gmt>
\t\t<wp:comment_status><![CDATA[closed]]></wp:comment_status>
\t\t<wp:ping_status><![CDATA[closed]]></wp:ping_status>
\t\t<wp:post_name><![CDATA[{slug}]]></wp:post_name>
\t\t<wp:status><![CDATA[{status}]]></wp:status>
\t\t<wp:post_parent>0</wp:post_parent>
\t\t<wp:menu_order>0</wp:menu_order>
\t\t<wp:post_type><![CDATA[{type}]]></wp:post_type>
\t\t<wp:post_password><![CDATA[{password}]]></wp:post_password>
\t\t<wp:is_sticky>0</wp:is_sticky>
{terms}{meta}\t</item>
"""


def number(texts: Sequence[Text]) -> dict[str, int]:
    """The id of each post by slug: growing with time and with gaps, as in a real site."""
    return {text.slug: 12 + 7 * place + place % 3 for place, text in enumerate(texts)}


def wxr(texts: Sequence[Text]) -> str:
    """The whole site as a WordPress export file."""
    ids = number(texts)
    last = max(_modified(text) for text in texts)
    head = _HEAD.format(home=HOME, author=AUTHOR, now=_rfc822(last))
    items = "".join(_item(text, ids) for text in texts)
    return f"{head}{_site_terms(texts)}{items}</channel>\n</rss>\n"


def expected(texts: Sequence[Text]) -> list[dict[str, str | bool]]:
    """The links that are missing: source, target, the words that stand in the source, and whether they are clear."""
    return [
        {"source": text.slug, "target": mention.target, "anchor": mention.words, "clear": mention.clear}
        for text in texts
        for mention in text.mentions
    ]


def write(xml: Path, answers: Path) -> None:
    """Write both files."""
    texts = read(POSTS)
    xml.write_text(wxr(texts), encoding="utf-8")
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in expected(texts))
    answers.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


def _item(text: Text, ids: Mapping[str, int]) -> str:
    field = text.fields.get
    return _ITEM.format(
        title=text.fields["title"],
        link=_link(text, ids),
        published=_rfc822(text.fields["date"]),
        author=AUTHOR,
        home=HOME,
        id=ids[text.slug],
        content=text.content(ids),
        excerpt=field("excerpt", ""),
        date=_stamp(text.fields["date"]),
        modified=_stamp(_modified(text)),
        slug=text.slug,
        status=field("status", "publish"),
        type=field("type", "post"),
        password=field("password", ""),
        terms=_terms(text),
        meta=_meta(text),
    )


def _link(text: Text, ids: Mapping[str, int]) -> str:
    return f"{HOME}/?p={ids[text.slug]}" if text.fields.get("status") == "draft" else text.url


def _modified(text: Text) -> str:
    return text.fields.get("modified", text.fields["date"])


def _stamp(date: str) -> str:
    return f"{date}:00"


def _rfc822(date: str) -> str:
    return format_datetime(datetime.fromisoformat(date).replace(tzinfo=UTC))


def _nicename(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.replace("&amp;", "").lower()).strip("-")


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _terms(text: Text) -> str:
    pairs = [(domain, name) for domain, key in _TAXONOMIES for name in _split(text.fields.get(key, ""))]
    return "".join(
        f'\t\t<category domain="{domain}" nicename="{_nicename(name)}"><![CDATA[{name}]]></category>\n'
        for domain, name in pairs
    )


_TAXONOMIES = (("category", "category"), ("post_tag", "tags"))


def _site_terms(texts: Iterable[Text]) -> str:
    seen = {(key, name) for text in texts for _, key in _TAXONOMIES for name in _split(text.fields.get(key, ""))}
    writers = {"category": _site_category, "tags": _site_tag}
    return "".join(writers[key](place, name) for place, (key, name) in enumerate(sorted(seen), 2))


def _site_category(place: int, name: str) -> str:
    return (
        f"\t<wp:category><wp:term_id>{place}</wp:term_id>"
        f"<wp:category_nicename><![CDATA[{_nicename(name)}]]></wp:category_nicename>"
        f"<wp:category_parent><![CDATA[]]></wp:category_parent>"
        f"<wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>\n"
    )


def _site_tag(place: int, name: str) -> str:
    return (
        f"\t<wp:tag><wp:term_id>{place}</wp:term_id><wp:tag_slug><![CDATA[{_nicename(name)}]]></wp:tag_slug>"
        f"<wp:tag_name><![CDATA[{name}]]></wp:tag_name></wp:tag>\n"
    )


def _meta(text: Text) -> str:
    keys = {"old slug": "_wp_old_slug", "noindex": "_yoast_wpseo_meta-robots-noindex"}
    return "".join(
        f"\t\t<wp:postmeta>\n\t\t<wp:meta_key><![CDATA[{key}]]></wp:meta_key>\n"
        f"\t\t<wp:meta_value><![CDATA[{text.fields[name]}]]></wp:meta_value>\n\t\t</wp:postmeta>\n"
        for name, key in keys.items()
        if name in text.fields
    )


if __name__ == "__main__":
    write(SAMPLE, EXPECTED)
