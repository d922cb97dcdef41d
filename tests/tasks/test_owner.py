"""What a site's owner decides, and how it shows: settings, logins, counts, and the links that stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.entities import Post, Settings, Term
from suggester.errors import LoginRefused, RequestError, SiteRefused, SiteUnreachable, SiteUnread
from suggester.tasks.service import Service
from suggester.wordpress.login import Login
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

NEWS = Term("category", "news", "What is new")
ANN = Login("ann", "abcd EFGH ijkl")
POSTS = {
    1: toy_post(1, "<p>A whetstone keeps the blades keen for pruning.</p>", "Sharpening garden shears", "shears"),
    2: toy_post(2, "<p>Prune in winter, after sharpening garden shears.</p>", "Pruning apple trees", "pruning"),
    3: toy_post(3, "<p>Oranges boil until the peel is soft.</p>", "Making marmalade", "marmalade"),
    4: toy_post(4, "<p>It is not written yet.</p>", "A draft", "draft"),
}


class Gatekeeper:
    """Opens the toy for whoever has the right password, as `open_source` does, and remembers the logins."""

    def __init__(self, source: ToySource) -> None:
        self.source = source
        self.logins: list[Login | None] = []
        self.error: Exception | None = None

    def __call__(self, url_or_path: str, login: Login | None) -> ToySource:
        self.logins.append(login)
        if self.error:
            raise self.error
        if login and login != ANN:
            raise SiteRefused("WordPress does not accept the application password; create a new one.")
        return self.source


@pytest.fixture
def source():
    posts = [replace(post, lang="en") for post in POSTS.values()]
    posts[0] = replace(posts[0], terms=(NEWS,))
    posts[3] = replace(posts[3], status="draft", url=f"{HOME}/?p=4")
    return ToySource(posts)


@pytest.fixture
def door(source):
    return Gatekeeper(source)


@pytest.fixture
def service(address, tmp_path, door):
    opened = Service.open(tmp_path / "data", database=address, load_encoder=LetterEncoder, open_source=door)
    opened.refresh(opened.connect(HOME).site_id)
    yield opened
    opened.close()


def targets(service: Service, post_id: int = 2) -> list[int]:
    return [item.target_id for item in service.suggestions(1, post_id).items]


def links(service: Service, content: str, post_id: int = 2):
    return service.draft_suggestions(1, post_id, title="", content=content, lang="en").links


@pytest.mark.parametrize(
    "wanted",
    [{"excluded_posts": [1]}, {"excluded_terms": ["category:news"]}, {"excluded_words": ["shears", "sharpening"]}],
)
def test_what_the_owner_leaves_out_is_not_suggested_from_now_on(service, wanted):
    assert service.suggestions(1, 2).items[0].anchor.text == "sharpening garden shears"
    service.change_settings(1, wanted)
    assert all(item.target_id != 1 or item.anchor is None for item in service.suggestions(1, 2).items)
    service.change_settings(1, dict.fromkeys(wanted, []))
    assert targets(service)[0] == 1


@pytest.mark.parametrize("wanted", [{"excluded_posts": [2]}, {"post_types": ["page"]}])
def test_a_post_that_the_owner_leaves_out_gets_no_suggestions(service, wanted):
    service.change_settings(1, wanted)
    found = service.suggestions(1, 2)
    assert (found.items, found.dropped) == ((), {"excluded": 1})
    on_screen = service.draft_suggestions(1, 2, title="New", content="<p>Sharpening garden shears.</p>")
    assert on_screen.dropped == {"excluded": 1}


def test_a_score_below_the_owner_s_least_is_not_shown(service):
    assert service.suggestions(1, 2).items[0].shown
    service.change_settings(1, {"least_score": 1.0})
    assert not any(item.shown for item in service.suggestions(1, 2).items)


def test_the_settings_hold_for_all_suggestions_and_outlive_the_process(service, address, tmp_path, door):
    service.change_settings(1, {"excluded_posts": [1]})
    again = Service.open(tmp_path / "data", database=address, load_encoder=LetterEncoder, open_source=door)
    assert again.settings(1) == Settings(excluded_posts=(1,))
    assert 1 not in [item.target_id for found in again.all_suggestions(1) for item in found.items]
    again.close()


def test_a_setting_that_makes_no_sense_is_refused(service):
    with pytest.raises(RequestError, match="write a number from 0 to 1"):
        service.change_settings(1, {"least_score": 2})


def test_the_next_sync_reads_everything_with_the_login_that_was_handed_in(service, door, source):
    service.sign_in(1, ANN)
    assert service.status(1).signed_in_as == "ann"
    source.asked.clear()
    service.refresh(1)
    assert door.logins[-1] == ANN
    assert "changed 1" in source.asked


def test_a_login_is_kept_encrypted(service, tmp_path):
    service.sign_in(1, ANN)
    assert b"EFGH" not in b"".join(file.read_bytes() for file in (tmp_path / "data").glob("*.db*"))


def test_a_login_that_wordpress_refuses_is_not_kept(service):
    service.sign_in(1, ANN)
    with pytest.raises(LoginRefused, match="create a new one"):
        service.sign_in(1, Login("ann", "wrong"))
    assert service.status(1).signed_in_as == "ann"
    service.refresh(1)


def test_where_wordpress_does_not_answer_nothing_is_decided(service, door):
    door.error = SiteUnreachable("The site does not answer; try again later.")
    with pytest.raises(SiteUnreachable):
        service.sign_in(1, ANN)
    assert service.status(1).signed_in_as == ""


def test_a_login_can_be_forgotten(service, door):
    service.sign_in(1, ANN)
    service.sign_out(1)
    assert service.status(1).signed_in_as == ""
    service.refresh(1)
    assert door.logins[-1] is None


def test_an_export_file_needs_no_login(tmp_path, door):
    file = tmp_path / "blog.xml"
    file.write_text("<rss/>")
    service = Service.open(tmp_path / "other", load_encoder=LetterEncoder, open_source=door)
    site_id = service.connect(str(file)).site_id
    with pytest.raises(LoginRefused, match="export file, which needs no login"):
        service.sign_in(site_id, ANN)
    service.close()


def test_links_are_counted_for_the_posts_that_are_known(service, source):
    source.edit(2, content='<p>After <a href="/shears/">sharpening</a> and <a href="/marmalade/">tea</a>.</p>')
    service.refresh(1)
    counted = [(card.id, card.inbound, card.outbound, card.orphan) for card in service.counts(1, [3, 2, 99, 3, 4])]
    assert counted == [(3, 1, 0, False), (2, 0, 2, True), (4, 0, 0, False)]
    assert service.counts(1, []) == []


def test_before_the_first_sync_nothing_can_be_counted(tmp_path, door):
    service = Service.open(tmp_path / "other", load_encoder=LetterEncoder, open_source=door)
    with pytest.raises(SiteUnread, match="run `suggester sync`"):
        service.counts(service.connect(HOME).site_id, [1])
    service.close()


def test_the_links_on_screen_are_looked_through(service):
    found = links(
        service, "<p>Use <a href='/shears/'>shears</a>, <a href='/?p=3'>jam</a>, <a href='/?p=4'>soon</a>.</p>"
    )
    assert (found.internal, found.external, found.inbound) == (3, 0, 0)
    assert [(each.kind, each.target_id, each.url) for each in found.problems] == [
        ("redirected", 3, f"{HOME}/marmalade/"),
        ("draft_target", 4, None),
    ]


def test_the_recommended_share_is_the_owner_s(service):
    service.change_settings(1, {"links_per_1000": 6})
    assert links(service, "<p>Words.</p>").recommended == (3.0, 6.0)
    assert links(service, "<p>Words.</p>", 0).inbound is None


def test_an_address_at_which_wordpress_found_nothing_is_broken(service, source):
    source.edit(3, content="<p>See <a href='/gone/'>the old recipe</a>.</p>")
    service.refresh(1)
    assert [each.kind for each in service.suggestions(1, 3).links.problems] == ["broken"]


def dated(number: int) -> Post:
    slug = f"post-{number}"
    return replace(toy_post(number, slug=slug), url=f"{HOME}/2026/01/{slug}/")


def test_an_unknown_post_is_not_called_broken_while_wordpress_has_news(service, door):
    door.source = ToySource([dated(number) for number in (1, 2, 3)])
    service.refresh(1, full=True)
    html = "<p>See <a href='/2026/01/brand-new/'>what is new</a>.</p>"
    assert [each.kind for each in links(service, html).problems] == ["broken"]
    service.add_changes(1, [{"id": 2, "kind": "saved"}])
    assert [each.kind for each in links(service, html).problems] == ["broken"]
    service.add_changes(1, [{"id": 77, "kind": "saved"}])
    assert links(service, html).problems == ()
