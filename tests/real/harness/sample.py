"""The sample site's posts, out of its export file, for a real WordPress."""

from __future__ import annotations

from pathlib import Path

from suggester.sample import SAMPLE
from suggester.wordpress.wxr import Item, Reader

from .folders import PHP
from .processes import run
from .website import WordPress
from .written import Written

NAME = "The Back Plot"
HOME = "https://backplot.example"
SHAPE = "update_option( 'blogname', $given['name'] ); update_option( 'blogdescription', $given['about'] ); return 1;"


def sample_posts(url: str) -> list[Written]:
    """Give the posts of the sample site as they would stand on a site at `url`."""
    return [_written(item, url) for item in Reader().feed(SAMPLE.read_text("utf-8"), final=True)]


def write_sample(wordpress: WordPress) -> None:
    """Make a fresh WordPress the sample site: its name, its posts, and pictures in the places that they name."""
    wordpress.php(SHAPE, name=NAME, about="Notes from nine metres by fourteen of heavy clay")
    posts = sample_posts(wordpress.url)
    wordpress.write(posts)
    uploads = wordpress.wordpress / "wp-content/uploads"
    for picture in sorted({path for post in posts for path in _pictures(post.content)}):
        _draw(uploads / picture)


def _written(item: Item, url: str) -> Written:
    text = item.texts.get
    terms: dict[str, list[str]] = {}
    for taxonomy, _, name in item.terms:
        terms.setdefault(taxonomy, []).append(name)
    return Written(
        id=int(text("wp:post_id", "0")),
        title=text("title", ""),
        slug=text("wp:post_name", ""),
        content=text("content:encoded", "").replace(HOME, url).replace("//backplot.example", url.removeprefix("http:")),
        type=text("wp:post_type", "post"),
        status=text("wp:status", "publish"),
        date=text("wp:post_date", ""),
        excerpt=text("excerpt:encoded", ""),
        password=text("wp:post_password", ""),
        terms=terms,
        meta=dict(item.meta),
    )


def _pictures(content: str) -> list[str]:
    return [part.split('"')[0] for part in content.split("/wp-content/uploads/")[1:]]


def _draw(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    run(["php", PHP / "picture.php", file])
