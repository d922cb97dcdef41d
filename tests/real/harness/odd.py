"""One post of each kind that has ever made trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from .markup import block, image, paragraph
from .written import Written

DRAFT, PENDING, PRIVATE, PROTECTED, SCHEDULED, TRASHED, NOINDEX, NOTE = range(2000, 2008)
CJK, RTL, EMPTY, IMAGES, HUGE, BROKEN, OLD_SLUG, ENTITIES, CHILD, FORMS, SHORTCODE, UNTITLED = range(2100, 2112)
HIDDEN = frozenset({DRAFT, PENDING, PRIVATE, PROTECTED, SCHEDULED, TRASHED, NOINDEX, NOTE})
FORMER_SLUG = "the-slug-of-yesteryear"
HUGE_SIZE = 2_000_000

JAPANESE = "酵母の育て方について説明します。毎日小麦粉と水を加えてください。温度は二十五度が理想です。"
ARABIC = "نشرح هنا كيف تعتني بخميرة الخبز الطبيعية. أضف الدقيق والماء كل يوم واتركها في مكان دافئ."
MESS = (
    "<p>An <b>unclosed <i>tag</b> about the queen excluder</p><div><p>a stray & ampersand, a < sign"
    '<a href="/nowhere>half a link</a> and the varroa mite</p></section><td>a lost cell</td>\x0b'
)

Href = Callable[[Written, int], str]


def posts(href: Href, ordinary: Sequence[Written]) -> list[Written]:
    """All of them; `ordinary` are the posts that they may link to."""
    return [*_hidden(ordinary), *_strange(), _forms(href, ordinary)]


def _hidden(ordinary: Sequence[Written]) -> list[Written]:
    """Posts that no reader finds, each by its title as good a target as its published twin."""
    secret = [("draft", "draft"), ("pending", "pending"), ("private", "private"), ("protected", "publish")]
    secret += [("scheduled", "future"), ("trashed", "trash"), ("noindex", "publish"), ("note", "publish")]
    found = []
    for number, (name, status) in enumerate(secret):
        model = ordinary[number * 7 % len(ordinary)]
        title = f"Everything on the {_topic(model)}, {name}"
        body = paragraph(escape(f"{title}. The {_topic(model)} again, and once more the {_topic(model)}."))
        found.append(
            Written(
                id=DRAFT + number,
                title=title,
                slug=f"hidden-{name}",
                content=body,
                type="note" if name == "note" else "post",
                status=status,
                date="2099-01-01 08:00:00" if status == "future" else "2024-06-01 08:00:00",
                password="open sesame" if name == "protected" else "",
                meta={"_yoast_wpseo_meta-robots-noindex": "1"} if name == "noindex" else {},
            )
        )
    return found


def _topic(post: Written) -> str:
    for before in ("Choosing a ", "What a ", "Five mistakes with the ", "Looking after your "):
        post_title = post.title.removeprefix(before)
        if post_title != post.title:
            return post_title.removesuffix(" really does")
    return post.title.split(":")[0]


def _strange() -> list[Written]:
    huge = paragraph("The tidal stream turns at the headland, and the anchor chain hums. " * 40)
    return [
        Written(CJK, "サワードウ酵母の育て方", "cjk", paragraph(JAPANESE * 3)),
        Written(RTL, "العناية بخميرة الخبز", "rtl", paragraph(ARABIC * 3)),
        Written(EMPTY, "An empty post", "empty"),
        Written(IMAGES, "Pictures only", "pictures-only", "\n\n".join(image("") for _ in range(4))),
        Written(HUGE, "The logbook of a whole year", "logbook", "\n\n".join([huge] * (HUGE_SIZE // len(huge) + 1))),
        Written(BROKEN, "Markup from another age", "broken", MESS),
        Written(
            OLD_SLUG,
            "A post that moved",
            "the-slug-of-today",
            paragraph("It stood somewhere else."),
            meta={"_wp_old_slug": FORMER_SLUG},
        ),
        Written(
            ENTITIES,
            "Salt &amp; flour — “the” <em>basics</em>",
            "entities",
            paragraph("Salt &amp; flour&nbsp;&#8212; 5 &lt; 6."),
        ),
        Written(CHILD, "A page of its own", "own-page", paragraph("A page."), type="page"),
        Written(
            SHORTCODE,
            "A gallery by shortcode",
            "shortcode",
            '[gallery ids="1,2"]\n\nThe kiln shelf [caption]again[/caption].',
        ),
        Written(UNTITLED, "", "untitled", paragraph("A post without a title, about the bilge pump.")),
    ]


def shouted(href: str) -> str:
    """The address with scheme, host and slug in capitals."""
    start, _, slug = href.rstrip("/").rpartition("/")
    return f"{start.replace('http', 'HTTP', 1)}/{slug.upper()}/"


def _forms(href: Href, ordinary: Sequence[Written]) -> Written:
    """A post that links in every form there is, to others and to nothing."""
    hrefs = [href(post, form) for form, post in enumerate(ordinary[:5])]
    hrefs += [href(ordinary[5], 0).rsplit("/", 2)[0] + f"/{FORMER_SLUG}/", "/no-such-post/", "/?p=999999"]
    hrefs += ["https://elsewhere.example/a/", "mailto:a@b.example", "#top", shouted(href(ordinary[6], 0))]
    hrefs += [href(ordinary[8], 0) + "?utm_source=x&y=1", href(ordinary[9], 0).replace("a", "%61", 1)]
    body = "\n\n".join(paragraph(f'See <a href="{escape(one)}">this {number}</a>.') for number, one in enumerate(hrefs))
    return Written(FORMS, "Links of every form", "forms", body + block("separator", "<hr/>"))
