import gzip
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suggester.entities import Post, Site, Term
from suggester.errors import ExportHostile, ExportUnreadable, SiteRefused
from suggester.wordpress.export import ExportSource

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.8" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
    <title>Tea &amp; Co</title>
    <link>https://blog.example</link>
    <language>en-GB</language>
    <wp:wxr_version>1.2</wp:wxr_version>
    <wp:base_site_url>https://net.example</wp:base_site_url>
    <wp:base_blog_url>https://blog.example</wp:base_blog_url>
    <wp:category><wp:term_id>7</wp:term_id><wp:category_nicename>tea</wp:category_nicename></wp:category>
"""
TAIL = "</channel></rss>"
OLD = {"http://wordpress.org/export/1.2/": "http://wordpress.org/export/1.0/", "1.2</wp:wxr": "1.0</wp:wxr"}


def item(key, content="Text", *, title="Title", more="", **fields):
    texts = {
        "post_id": key,
        "post_date_gmt": "2026-01-01 10:00:00",
        "post_modified_gmt": "2026-01-02 10:00:00",
        "post_name": f"post-{key}",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        **fields,
    }
    inner = "".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>" for name, value in texts.items() if value is not None)
    return (
        f"<item><title>{title}</title><link>https://blog.example/post-{key}/</link>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[]]></excerpt:encoded>{inner}{more}</item>\n"
    )


@pytest.fixture
def export(tmp_path):
    def write(*items, head=HEAD, tail=TAIL, name="export.xml"):
        path = tmp_path / name
        parts = [part if isinstance(part, bytes) else part.encode() for part in (head, *items, tail)]
        path.write_bytes(b"".join(parts))
        return ExportSource(path)

    return write


def posts(source, **how):
    return [post for page in source.changed(**how) for post in page.posts]


def only(source):
    (post,) = posts(source)
    return post


def test_a_file_gives_the_same_post_as_the_site_would(export):
    terms = (
        '<category domain="post_tag" nicename="green"><![CDATA[Green]]></category>'
        '<category domain="category" nicename="tea"><![CDATA[Tea &amp; more]]></category>'
    )
    content = "<!-- wp:paragraph -->\n<p>One ]]]]><![CDATA[> two</p>"
    assert only(export(item(1, content, title="<![CDATA[Post &amp; 1]]>", more=terms))) == Post(
        id=1,
        url="https://blog.example/post-1/",
        title="Post & 1",
        content="<!-- wp:paragraph -->\n<p>One ]]> two</p>",
        slug="post-1",
        published=datetime(2026, 1, 1, 10, tzinfo=UTC),
        modified=datetime(2026, 1, 2, 10, tzinfo=UTC),
        terms=(Term("category", "tea", "Tea & more"), Term("post_tag", "green", "Green")),
    )


def test_the_head_of_the_file_tells_the_site(export):
    site = Site("https://blog.example", "Tea & Co", "en", ("net.example", "www.blog.example"))
    assert export(item(1)).site() == site
    assert export().site() == site


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"post_type": "page"}, True),
        ({"post_type": "recipe"}, True),
        ({"post_type": "attachment", "status": "inherit"}, False),
        ({"post_type": "nav_menu_item"}, False),
        ({"post_type": "wp_block"}, False),
        ({"post_type": "revision", "status": "inherit"}, False),
        ({"status": "draft"}, True),
        ({"status": "private"}, True),
        ({"status": "trash"}, False),
        ({"status": "auto-draft"}, False),
        ({"post_id": ""}, False),
    ],
)
def test_only_what_readers_visit_is_kept(export, fields, kept):
    assert bool(posts(export(item(1, **fields)))) is kept


@pytest.mark.parametrize(
    ("fields", "published", "modified"),
    [
        ({}, (2026, 1, 1, 10), (2026, 1, 2, 10)),
        ({"post_modified_gmt": None}, (2026, 1, 1, 10), (2026, 1, 1, 10)),
        (
            {"post_date_gmt": "0000-00-00 00:00:00", "post_date": "2026-03-01 09:00:00"},
            (2026, 3, 1, 9),
            (2026, 1, 2, 10),
        ),
        ({"post_date_gmt": "0000-00-00 00:00:00", "post_modified_gmt": "0000-00-00 00:00:00"}, None, None),
        (
            {"post_date_gmt": None, "more": "<pubDate>Fri, 20 Nov 2026 08:30:00 +0000</pubDate>"},
            (2026, 11, 20, 8, 30),
            (2026, 1, 2, 10),
        ),
        (
            {"post_date_gmt": None, "more": "<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>"},
            None,
            (2026, 1, 2, 10),
        ),
    ],
)
def test_dates_fall_back_where_a_draft_has_none(export, fields, published, modified):
    post = only(export(item(1, **fields)))
    assert post.published == (published and datetime(*published, tzinfo=UTC))
    assert post.modified == (modified and datetime(*modified, tzinfo=UTC))


def meta(key, value):
    return (
        f"<wp:postmeta><wp:meta_key><![CDATA[{key}]]></wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


@pytest.mark.parametrize(
    ("more", "noindex"),
    [
        (meta("_yoast_wpseo_meta-robots-noindex", "1"), True),
        (meta("_yoast_wpseo_meta-robots-noindex", "2"), False),
        (meta("rank_math_robots", 'a:1:{i:0;s:7:"noindex";}'), True),
        (meta("rank_math_robots", 'a:1:{i:0;s:5:"index";}'), False),
        (meta("_seopress_robots_index", "yes"), True),
        (f"<wp:comment>{meta('rank_math_robots', 'noindex').replace('post', 'comment')}</wp:comment>", False),
    ],
)
def test_the_wish_to_stay_out_of_search_is_seen(export, more, noindex):
    assert only(export(item(1, more=more))).noindex is noindex


def test_old_slugs_and_passwords_and_languages_are_seen(export):
    more = (
        meta("_wp_old_slug", "once")
        + meta("_wp_old_slug", "twice")
        + '<category domain="language" nicename="de"><![CDATA[Deutsch]]></category>'
    )
    post = only(export(item(1, post_password="x", more=more)))
    assert (post.old_slugs, post.protected, post.lang, post.terms) == (("once", "twice"), True, "de", ())


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"one\x08 two\x00 three\x1f", "one two three"),
        (b"caf\xe9 and caf\xc3\xa9", "caf\ufffd and café"),
        (b"half a surrogate \xed\xa0\x80.", "half a surrogate \ufffd\ufffd\ufffd."),
        ("end of plane \ufffe\uffff.".encode(), "end of plane ."),
        ("emoji 😀 and שלום".encode(), "emoji 😀 and שלום"),
    ],
)
def test_what_no_xml_may_hold_is_survived(export, content, read):
    assert only(export(item(1, "@@").encode().replace(b"@@", content))).content == read


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Salt &#038; pepper", "Salt & pepper"),
        ("Bell&#7; &#x1B;rings &#11;", "Bell rings"),
        ("Fish&nbsp;&amp;&nbsp;chips &eacute;", "Fish & chips é"),
    ],
)
def test_references_that_old_versions_wrote_are_survived(export, title, read):
    assert only(export(item(1, title=title))).title == read


@pytest.mark.parametrize("before", [b"\n\n", b"\xef\xbb\xbf", b"<br />Notice: x in y.php\n"])
def test_what_stands_before_the_file_begins_is_passed_over(export, before):
    assert only(export(item(1), head=before + HEAD.encode())).id == 1


def test_a_file_of_another_encoding_is_read(export):
    head = HEAD.replace("UTF-8", "ISO-8859-1")
    assert only(export(item(1, "café").encode("latin-1"), head=head)).content == "café"


def test_the_first_version_of_the_format_is_read(export):
    head = HEAD
    for new, old in OLD.items():
        head = head.replace(new, old)
    assert only(export(item(1), head=head)).id == 1


def test_a_cursor_goes_on_where_it_stopped(export):
    items = [item(key, post_type="attachment" if key % 3 == 0 else "post") for key in range(1, 401)]
    source = export(*items)
    pages = list(source.changed())
    assert [len(page.posts) for page in pages] == [100, 100, 67]
    assert [post.id for page in pages for post in page.posts] == [key for key in range(1, 401) if key % 3]
    rest = posts(source, cursor=pages[0].cursor)
    assert rest == [post for page in pages[1:] for post in page.posts]


def test_a_newer_file_of_the_same_name_is_read_from_its_beginning(export):
    items = [item(key) for key in range(1, 151)]
    cursor = next(export(*items).changed()).cursor
    newer = export(item(1, "Edited meanwhile"), *items[1:])
    assert len(posts(newer, cursor=cursor)) == 150
    assert posts(newer, cursor=cursor)[0].content == "Edited meanwhile"


def test_what_changed_and_which_ids_there_are_is_told(export):
    source = export(item(1), item(2, post_modified_gmt="2026-05-01 00:00:00"), item(3, status="trash"))
    assert [post.id for post in posts(source, since=datetime(2026, 4, 1, tzinfo=UTC))] == [2]
    assert source.ids() == {1, 2}
    assert [post.id for post in source.posts([2, 9, 1])] == [2, 1]
    assert source.post(9) is None


def test_a_file_is_only_read(export):
    source = export(item(1))
    assert source.locate("https://blog.example/x/") == "https://blog.example/x/"
    with pytest.raises(SiteRefused, match="only read"):
        source.write(1, "new")


@pytest.mark.parametrize("left", [0.999, 0.9, 0.6, 0.4])
def test_of_a_truncated_file_nothing_read_is_lost(export, left):
    source = export(*[item(key, "x" * 3000) for key in range(1, 301)])
    whole = source.path.read_bytes()
    source.path.write_bytes(whole[: int(len(whole) * left)])
    found = []

    def read():
        for page in source.changed():
            found.extend(post.id for post in page.posts)

    with pytest.raises(ExportUnreadable, match=r"breaks off or is damaged") as raised:
        read()
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= int(300 * left) - 3
    assert f"after {len(found)} posts, none of which is lost" in str(raised.value)


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, '<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd">'])
def test_entities_are_refused_before_anything_is_expanded(export, doctype):
    source = export(item(1), head=HEAD.replace("<rss", f"{doctype}<rss"))
    with pytest.raises(ExportHostile, match="declares a document type or entities"):
        posts(source)


def test_elements_without_end_are_refused(export):
    with pytest.raises(ExportHostile, match="deeper than any export"):
        posts(export("<a>" * 100_000))


def test_one_post_that_fills_the_memory_is_refused(export, monkeypatch):
    monkeypatch.setattr("suggester.wordpress.wxr._LONGEST_TEXT", 1000)
    with pytest.raises(ExportHostile, match="larger than"):
        posts(export(item(1, "x" * 2000)))


def test_a_post_of_two_megabytes_an_empty_one_and_one_of_images_are_read(export):
    contents = ["x" * 2_000_000, "", '<img src="a.jpg">']
    assert [
        post.content for post in posts(export(*[item(key, text) for key, text in enumerate(contents, 1)]))
    ] == contents


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.xml", b"", "is empty"),
        ("page.xml", b"<!DOCTYPE html><html><body>Log in</body></html>", "not a WordPress export"),
        ("picture.xml", b"\x89PNG\r\n\x1a\n" + bytes(2000), "not a WordPress export"),
        (
            "feed.xml",
            b"<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>",
            "holds no WordPress export",
        ),
        (
            "items.xml",
            b"<?xml version='1.0'?><rss><channel><item><title>News</title></item></channel></rss>",
            "holds no WordPress export",
        ),
        ("broken.gz", gzip.compress(b"<?xml version='1.0'?><rss>" * 99, mtime=0)[:-20], "cannot be unpacked"),
        ("broken.zip", b"PK\x03\x04 and then nothing", "cannot be opened"),
        ("odd.xml", b"<?xml version='1.0'?><rss><channel></rss>", "breaks off or is damaged"),
    ],
)
def test_every_other_file_gets_one_clear_sentence(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ExportUnreadable, match=says) as raised:
        posts(ExportSource(path))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ExportUnreadable, match="cannot be opened"):
        posts(ExportSource(tmp_path / "nowhere.xml"))
    with pytest.raises(ExportUnreadable, match="cannot be opened"):
        ExportSource(tmp_path).site()


def test_packed_files_are_read_as_they_are(export, tmp_path):
    plain = export(item(1)).path.read_bytes()
    (tmp_path / "export.xml.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("__MACOSX/._export.xml", "")
        archive.writestr("folder/export.xml", plain)
    assert only(ExportSource(tmp_path / "export.xml.gz")).id == 1
    assert only(ExportSource(tmp_path / "export.zip")).id == 1


MEASURE = """
import resource, sys
from suggester.wordpress.export import ExportSource
source = ExportSource(sys.argv[1])
source.site()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(len(page.posts) for page in source.changed())
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_large_file_takes_little_memory(tmp_path):
    path = tmp_path / "large.xml"
    words = "Tea & toast, with a ünïcode word. " * 300
    with path.open("w") as file:
        file.write(HEAD)
        for key in range(1, 6001):
            file.write(item(key, words))
        file.write(TAIL)
    assert path.stat().st_size > 60_000_000
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, env=env, check=True)
    count, megabytes = map(int, run.stdout.split())
    assert count == 6000
    assert megabytes < 20
