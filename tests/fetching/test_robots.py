from __future__ import annotations

import time

import pytest

from suggester.fetching.robots import LONGEST_DELAY, fits, read

WORDPRESS = """User-agent: *
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php

Sitemap: https://blog.example/wp-sitemap.xml
"""
GROUPS = """
user-agent: Googlebot
disallow: /only-google/

User-Agent : somebody
User-agent: Link-Suggester/2.0
Disallow: /ours/   # a remark
Disallow:
Allow: /ours/open
Crawl-delay: 2

User-agent: *
Disallow: /
Crawl-delay: 60
"""


@pytest.mark.parametrize(
    ("text", "target", "allowed"),
    [
        (WORDPRESS, "/2024/05/starter/", True),
        (WORDPRESS, "/wp-admin/post.php?post=1", False),
        (WORDPRESS, "/wp-admin/admin-ajax.php", True),
        (GROUPS, "/", True),
        (GROUPS, "/only-google/", True),
        (GROUPS, "/ours/", False),
        (GROUPS, "/ours/open/x", True),
        ("User-agent: *\nDisallow: /*?s=", "/?s=tea", False),
        ("User-agent: *\nDisallow: /*?s=", "/page/?a=b&s=tea", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf?x", True),
        ("User-agent: *\nDisallow: /caf%c3%a9", "/caf%C3%A9/", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: *\nAllow: /open", "/open", True),
        ("Disallow: /", "/", True),
        ("User-agent: *\nDisallow:", "/", True),
        ("<!doctype html><title>Not found</title>", "/", True),
    ],
)
def test_the_longest_rule_that_fits_decides(text, target, allowed):
    assert read(text).allows(target) == allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        (GROUPS, 2.0),
        ("User-agent: *\nCrawl-delay: 1.5", 1.5),
        ("User-agent: *\nCrawl-delay: 86400", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: inf", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: -4", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("", 0.0),
    ],
)
def test_a_delay_is_kept_within_reason(text, delay):
    assert read(text).delay == delay


def test_a_pattern_made_to_be_slow_is_not():
    begun = time.perf_counter()
    assert not fits("/" + "*a" * 5_000 + "b", "/" + "a" * 20_000)
    assert time.perf_counter() - begun < 1
