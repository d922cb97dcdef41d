from datetime import UTC, datetime

import pytest

from suggester.wordpress import addresses, dates, languages
from suggester.wordpress.xmltext import Cleaner, clean, encoding, is_exact


@pytest.mark.parametrize(
    ("mark", "lang"),
    [
        ("en-US", "en"),
        ("de_DE_formal", "de"),
        ("pt", "pt"),
        ("", ""),
        (None, ""),
        (False, ""),
        ("12", ""),
        ("x-klingon", ""),
    ],
)
def test_language_marks_come_down_to_the_primary_subtag(mark, lang):
    assert languages.primary(mark) == lang


@pytest.mark.parametrize(
    ("html", "lang"),
    [
        ('<!doctype html><html lang="fr-FR">', "fr"),
        ("<HTML class='x' LANG=he dir=rtl>", "he"),
        ('<html xml:lang="de">', ""),
        ("<p>no page</p>", ""),
    ],
)
def test_a_page_declares_its_language(html, lang):
    assert languages.of_page(html) == lang


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20 08:30:00", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00+01:00", datetime(2026, 11, 20, 7, 30, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("-0001-11-30T00:00:00", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_wordpress_dates_are_utc(text, moment):
    assert dates.from_gmt(text) == moment


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://blog.example", "http://www.blog.example/x", True),
        ("https://blog.example:8443", "https://blog.example:8443/x", True),
        ("https://blog.example", "https://blog.example:8443", False),
        ("https://blog.example", "https://news.blog.example", False),
        ("https://blog.example", "https://blog.example.evil.example", False),
        ("https://blog.example", "https://blog.example@evil.example", False),
        ("https://blog.example", "http://[", False),
        ("https://blog.example", "", False),
    ],
)
def test_one_site_is_one_host_give_or_take_www(one, other, same):
    assert addresses.same_site(one, other) is same


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("https://blog.example", "www.blog.example"),
        ("https://www.blog.example", "blog.example"),
        ("http://127.0.0.1:8080", ""),
        ("http://10.0.0.1", ""),
        ("http://localhost", ""),
        ("http://[::1]", ""),
    ],
)
def test_a_host_has_a_twin_with_or_without_www(url, twin):
    assert addresses.www_twin(url) == twin


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<?xml version='1.0'?>", "utf-8-sig"),
        (b'<?xml version="1.0" encoding="UTF-8" ?>', "utf-8-sig"),
        (b'<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
        (b'<?xml version="1.0" encoding="rot13"?>', "utf-8-sig"),
        (b'<?xml version="1.0" encoding="base64"?>', "utf-8-sig"),
        (b'<?xml version="1.0" encoding="nonsense"?>', "utf-8-sig"),
        (b"\xff\xfe<\x00", "utf-16"),
    ],
)
def test_an_encoding_is_believed_where_it_is_one(head, name):
    assert encoding(head) == name


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_a_document_is_cleaned_alike_in_pieces_of_any_size(size):
    document = "<a>caf\u00e9 &#7;&#x1F;&#13;&amp; \x08\ufffe &#55296; & b \U0001f600</a>&".encode() + b"\xe9"
    cleaner = Cleaner(document)
    pieces = [cleaner.feed(document[at : at + size]) for at in range(0, len(document), size)]
    assert "".join(pieces) + cleaner.feed(b"", final=True) == clean(document)
    assert clean(document) == "<a>caf\u00e9 &#13;&amp;   & b \U0001f600</a>&\ufffd"


@pytest.mark.parametrize(
    ("document", "exact"),
    [
        ("<a>Salt &amp; 🍞\r\n</a>".encode(), True),
        (b"<a>A bell \x07</a>", False),
        (b"<a>A bell &#7;</a>", False),
        (b"<a>Half a letter \xc3</a>", False),
    ],
)
def test_it_is_known_where_cleaning_takes_something_away(document, exact):
    assert is_exact(document) is exact
