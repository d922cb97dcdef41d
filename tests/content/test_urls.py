from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.content.urls import absolute

BASE = "https://blog.example/2024/starter/"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://blog.example", "https://blog.example/"),
        ("HTTPS://Blog.Example:443/A/?b=C#d", "https://blog.example/A/?b=C"),
        ("http://blog.example:8080/", "http://blog.example:8080/"),
        ("../rye/", "https://blog.example/2024/rye/"),
        ("  /a\n/b ", "https://blog.example/a/b"),
        ("\\a\\b", "https://blog.example/a/b"),
        ("//cdn.example/x.png", "https://cdn.example/x.png"),
        ("?p=5", "https://blog.example/2024/starter/?p=5"),
        ("#more", BASE),
        ("", BASE),
        ("/café/ und/日本", "https://blog.example/caf%C3%A9/%20und/%E6%97%A5%E6%9C%AC"),
        ("/caf%c3%a9/?q=a b&c=ü", "https://blog.example/caf%C3%A9/?q=a%20b&c=%C3%BC"),
        ("/100%/x", "https://blog.example/100%25/x"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://ann:secret@blog.example/", "https://blog.example/"),
        ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
        ("https://blog.example./a", "https://blog.example/a"),
        ("/\ud800", "https://blog.example/%3F"),
    ],
)
def test_an_address_is_written_one_way(href, url):
    assert absolute(href, BASE) == url


@pytest.mark.parametrize(
    "href",
    [
        "mailto:ann@blog.example",
        "javascript:void(0)",
        "tel:+49",
        "data:text/html,x",
        "ftp://blog.example/",
        "https://",
        "https://[",
        "https://a..b/",
        "https://a b/",
        "https://blog.example:99999/",
        "https://blog.example/" + "a" * 2000,
        "https://" + "a" * 64 + ".example/ü",
    ],
)
def test_what_is_none_of_the_web_is_told(href):
    assert absolute(href, BASE) == ""


def test_an_address_stays_as_it_was_written_once():
    once = absolute("/café/100%?ü=[1]|2", BASE)
    assert absolute(once) == once


@given(st.text(), st.text(max_size=20).map("https://blog.example/".__add__) | st.text(max_size=20))
def test_whatever_is_written_is_an_address_of_plain_letters_or_none(href, base):
    whole = absolute(href, base)
    assert whole.isascii()
    assert whole.isprintable()
    assert absolute(whole) == whole
    assert " " not in whole
