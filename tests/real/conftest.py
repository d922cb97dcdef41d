"""One real WordPress of each release, full of posts, for as long as the tests run; and what a test may do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from suggester.entities import Post
from suggester.wordpress.connect import open_source
from suggester.wordpress.login import Login
from suggester.wordpress.source import Source

from ..conftest import VERSIONS
from .harness.core import get_core
from .harness.database import Database
from .harness.posts import Library, library
from .harness.releases import kept_to, releases
from .harness.service import told
from .harness.website import WordPress

READING = "reading"  # tests that share the site of a release
PERMALINKS = {"bookworm": "/%postname%/", "trixie": "/%year%/%monthnum%/%postname%/", "newest": "/archives/%post_id%/"}
SHOWN_TYPES = ("post", "page", "recipe")  # those that the site shows in its REST API
LISTED = ("publish", "draft", "pending", "private", "future")  # what a sync with a password sees
FIELDS = (
    "'id', ID, 'type', post_type, 'status', post_status, 'title', post_title, 'slug', post_name,"
    " 'content', post_content, 'password', post_password, 'modified', post_modified_gmt"
)


@dataclass
class World:
    """A running site with the posts that were put into it."""

    wordpress: WordPress
    library: Library
    said: list[str] = field(default_factory=list)  # what was said aloud while connecting

    @property
    def url(self) -> str:
        return self.wordpress.url

    @property
    def login(self) -> Login:
        return Login(self.wordpress.user, self.wordpress.password)

    def source(self, login: Login | None = None) -> Source:
        """Connect as a stranger, or with a login."""
        return open_source(self.url, login, say=self.said.append)

    def sql_posts(self, *statuses: str, types: tuple[str, ...] = SHOWN_TYPES) -> dict[int, dict[str, str]]:
        """What the database holds, by id: the truth that every source is measured against."""
        wanted_statuses = ", ".join(f"'{status}'" for status in statuses or LISTED)
        wanted_types = ", ".join(f"'{kind}'" for kind in types)
        where = f"FROM wp_posts WHERE post_type IN ({wanted_types}) AND post_status IN ({wanted_statuses})"
        return {row["id"]: row for row in self.wordpress.rows(FIELDS, where)}


def all_posts(source: Source) -> dict[int, Post]:
    """Everything a source lists, by id; a post that comes twice is a fault."""
    found: dict[int, Post] = {}
    for page in source.changed():
        for post in page.posts:
            assert post.id not in found, f"post {post.id} came twice"
            found[post.id] = post
    return found


ON_ONE_RELEASE = kept_to("standing_world", READING, "trixie")  # for what takes long and does not depend on WordPress


@pytest.fixture(scope="session", params=releases(READING))
def standing_world(request: pytest.FixtureRequest, place: Path, database: Database) -> Iterator[World]:
    wordpress = WordPress(
        get_core(request.param), database, place / request.param, permalinks=PERMALINKS[request.param]
    )
    request.config.stash[VERSIONS].add(wordpress.version)
    with ExitStack() as cleanup:
        cleanup.callback(wordpress.kill)
        wordpress.start()
        posts = library(wordpress.url, wordpress.path, wordpress.permalinks)
        wordpress.write(posts.posts)
        yield World(wordpress, posts)


@pytest.fixture
def world(standing_world: World) -> Iterator[World]:
    """The site, in good weather; afterwards PHP must have had nothing to complain of."""
    wordpress = standing_world.wordpress
    wordpress.forget_requests()
    standing_world.said.clear()
    yield standing_world
    wordpress.fail_with()
    wordpress.start()
    assert wordpress.complaints() == ""


@pytest.fixture(scope="session")
def subdirectory(place: Path, database: Database) -> Iterator[World]:
    """A small site that lives in a folder of its host."""
    wordpress = WordPress(get_core("trixie"), database, place / "folder", path="/blog", permalinks="/%postname%/")
    with ExitStack() as cleanup:
        cleanup.callback(wordpress.kill)
        wordpress.start()
        posts = library(wordpress.url, wordpress.path, wordpress.permalinks, count=60)
        wordpress.write(posts.posts)
        yield World(wordpress, posts)
    assert wordpress.complaints() == ""


@dataclass
class Kept:
    """A site that was connected and synced on the command line, as a person would."""

    data: Path
    world: World
    said: dict[str, Any]  # what `connect` printed
    report: dict[str, Any]  # what `sync` printed

    @property
    def site_id(self) -> int:
        return int(self.said["site_id"])


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the sites of all releases: texts that they share are embedded once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def kept(standing_world: World, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    password = tmp_path_factory.mktemp("password") / "password"
    password.write_text(standing_world.login.password)
    login = ("--user", standing_world.login.user, "--password-file", str(password))
    said = told(data, "connect", standing_world.url, *login)
    return Kept(data, standing_world, said, told(data, "sync", standing_world.url))
