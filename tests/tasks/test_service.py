from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from time import sleep

import pytest

from suggester.entities import Post, Site, Suggestions, Term, Verdict
from suggester.errors import (
    ConfigError,
    KeyRefused,
    ModelMissing,
    RequestError,
    SiteUnreachable,
    SiteUnread,
    SyncRunning,
    UnknownPost,
    UnknownSite,
)
from suggester.store.shelf import FRESH
from suggester.tasks.service import Service
from suggester.wordpress.login import Login
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, no_answer, toy_post

SUBJECTS = {
    1: ("Feeding a sourdough starter", "Flour and water wake the wild yeast every morning on the kitchen shelf."),
    2: ("Growing tomatoes in pots", "Tomatoes want sun, a deep pot and a stake before the first truss of fruit sets."),
    3: ("Sharpening garden shears", "A whetstone and a little oil keep the blades of garden shears keen for pruning."),
    4: ("Pruning apple trees", "Prune in winter with clean cuts, and learn sharpening garden shears before you start."),
    5: ("Making marmalade", "Seville oranges boil until the peel is soft and the sugar sets on a cold plate."),
}


def essay(number: int) -> Post:
    title, text = SUBJECTS[number]
    slug = title.lower().replace(" ", "-")
    return replace(toy_post(number, f"<p>{text}</p>\n<p>{text.lower()}</p>", title, slug), lang="en")


class Opener:
    """Opens the toy source for any address, and remembers for which, and with which login."""

    def __init__(self, source: ToySource) -> None:
        self.source = source
        self.opened: list[tuple[str, Login | None]] = []

    def __call__(self, url_or_path: str, login: Login | None) -> ToySource:
        self.opened.append((url_or_path, login))
        return self.source


@pytest.fixture
def source():
    return ToySource([essay(number) for number in SUBJECTS])


@pytest.fixture
def encoder():
    return LetterEncoder()


@pytest.fixture
def opener(source):
    return Opener(source)


@pytest.fixture
def service(address, tmp_path, opener, encoder):
    opened = Service.open(tmp_path / "data", database=address, load_encoder=lambda: encoder, open_source=opener)
    yield opened
    opened.close()


@pytest.fixture
def site_id(service):
    return service.connect(HOME).site_id


@pytest.fixture
def ready(service, site_id):
    """A service whose site has been read."""
    service.refresh(site_id)
    return service


def without_encoder() -> LetterEncoder:
    raise ModelMissing("onnxruntime is not installed; install it to compare meanings.")


def targets(found: Suggestions) -> list[int]:
    return [item.target_id for item in found.items]


def test_connecting_gives_a_key_that_speaks_for_the_site(service):
    connected = service.connect(HOME)
    assert (connected.url, connected.name, connected.source_name) == (HOME, "A blog", "rest")
    assert service.site_for_key(connected.key) == connected.site_id
    assert [site.url for site in service.sites()] == [HOME]


def test_connecting_again_leaves_the_key_as_it_is(service):
    key = service.connect(HOME).key
    again = service.connect(HOME)
    assert again.key == ""
    assert service.site_for_key(key) == again.site_id


def test_a_new_key_makes_the_old_one_worthless(service):
    old = service.connect(HOME).key
    new = service.connect(HOME, new_key=True).key
    assert service.site_for_key(new) == 1
    with pytest.raises(KeyRefused):
        service.site_for_key(old)


def test_a_login_is_kept_encrypted_and_used_for_every_sync(service, opener, tmp_path):
    login = Login("ann", "abcd EFGH ijkl MNOP")
    service.refresh(service.connect(HOME, login).site_id)
    assert opener.opened == [(HOME, login), (HOME, login)]
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("*.db*"))
    assert b"EFGH" not in kept


def test_a_login_cannot_be_read_with_another_secret(service, address, tmp_path, opener):
    site_id = service.connect(HOME, Login("ann", "abcd EFGH")).site_id
    other = Service.open(tmp_path / "data", database=address, secret="another long secret", open_source=opener)
    with pytest.raises(ConfigError, match="run `suggester connect` again"):
        other.refresh(site_id)
    other.close()


def test_an_export_file_is_kept_by_its_full_path(service, tmp_path, monkeypatch, opener):
    (tmp_path / "blog.xml").write_text("<rss/>")
    monkeypatch.chdir(tmp_path)
    site_id = service.connect("blog.xml").site_id
    service.source_of(site_id)
    assert opener.opened[-1] == (str(tmp_path / "blog.xml"), None)


def test_a_refresh_syncs_embeds_indexes_and_renews(service, site_id, bar):
    report = service.refresh(site_id, bar)
    assert (report.sync.read, report.posts, report.trouble) == (5, 5, "")
    assert report.embed.embedded == report.embed.texts > 5
    assert report.seconds >= report.embed.seconds
    assert [stage for stage, _, _ in bar.told] == ["read", "look up", "embed", "renew"]


def test_a_refresh_with_nothing_new_leaves_the_index_as_it_is(ready, site_id, bar):
    file = ready.store.shelf.find(site_id, "index").path
    before = file.stat().st_mtime_ns
    assert ready.refresh("blog.example", bar).posts == 5
    assert [stage for stage, _, _ in bar.told] == ["read"]
    assert file.stat().st_mtime_ns == before
    assert ready.refresh(site_id, full=True).embed.reused > 5
    assert file.stat().st_mtime_ns > before


def test_a_damaged_index_is_made_anew_by_the_next_refresh(ready, site_id):
    ready.store.shelf.find(site_id, "index").path.write_bytes(b"half an index")
    with pytest.raises(SiteUnread, match="run `suggester sync`"):
        ready.suggestions(site_id, 4)
    ready.refresh(site_id)
    assert targets(ready.suggestions(site_id, 4))[0] == 3


def test_suggestions_lead_to_the_post_that_the_words_name(ready, site_id):
    found = ready.suggestions(site_id, 4)
    assert found.source_id == 4
    assert targets(found)[0] == 3
    assert found.items[0].anchor.text == "sharpening garden shears"
    assert 4 not in targets(found)


def test_a_stored_post_and_the_same_text_on_screen_get_the_same_answer(ready, site_id, source):
    post = source.here[4]
    on_screen = ready.draft_suggestions(site_id, 4, title=post.title, content=post.content, lang="en")
    assert on_screen == ready.suggestions(site_id, 4)


def test_a_text_that_was_never_saved_gets_suggestions(ready, site_id):
    text = "<p>Before the frost we do some pruning apple trees, and then we rest with marmalade.</p>"
    found = ready.draft_suggestions(
        site_id, 0, title="Winter", content=text, lang="en", terms=[Term("category", "garden", "Garden")], limit=3
    )
    assert targets(found)[0] == 4
    assert len(found.items) <= 3


@pytest.mark.parametrize(
    "content", ["", "<p><img src='/a.jpg'></p>", "<p>Hm, soil.</p>" * 5_000], ids=["empty", "images", "large"]
)
def test_any_draft_gets_an_answer(ready, site_id, content):
    assert ready.draft_suggestions(site_id, 2, title="", content=content).source_id == 2


def test_an_edited_draft_costs_only_what_was_edited(ready, site_id, encoder):
    first, second = f"<p>{'Soil and sand. ' * 30}</p>", f"<p>{'Peat and silt. ' * 30}</p>"
    ready.draft_suggestions(site_id, 0, title="Soil", content=first + second, lang="en")
    ready.draft_suggestions(site_id, 0, title="Soil", content=first + second, lang="en")
    assert len(encoder.seen) == len(set(encoder.seen))


def test_a_dismissed_target_is_not_suggested_again_for_this_post(ready, site_id):
    best = targets(ready.suggestions(site_id, 4))[0]
    ready.add_verdict(site_id, Verdict(4, best, "dismissed"))
    assert best not in targets(ready.suggestions(site_id, 4))


def test_every_published_post_gets_its_suggestions(ready, site_id, source, bar):
    source.edit(5, status="draft")
    ready.refresh(site_id)
    found = list(ready.all_suggestions(site_id, 2, bar))
    assert [each.source_id for each in found] == [1, 2, 3, 4]
    assert found[3] == ready.suggestions(site_id, 4, 2)
    assert bar.told == [("suggest", 4, 4)]


def test_orphans_are_the_posts_that_no_other_links_to(ready, site_id, source):
    source.edit(4, content='<p>With <a href="/sharpening-garden-shears/">keen shears</a>.</p>')
    ready.refresh(site_id)
    assert [card.id for card in ready.orphans(site_id)] == [1, 2, 4, 5]
    assert ready.card(site_id, 3).inbound == 1
    assert ready.orphans(site_id)[0] == ready.card(site_id, 1)


def test_a_link_over_a_redirect_that_only_wordpress_knows_counts(ready, site_id, source):
    source.redirects = {f"{HOME}/go/shears": f"{HOME}/sharpening-garden-shears/"}
    source.edit(4, content='<p>With <a href="/go/shears">keen shears</a>.</p>')
    ready.refresh(site_id)
    assert ready.card(site_id, 3).inbound == 1


def test_an_index_that_another_process_renewed_is_taken_up(ready, site_id, source, address, tmp_path, opener, encoder):
    ready.suggestions(site_id, 4)
    source.add(toy_post(9))
    folder = tmp_path / ("elsewhere" if "://" in address else "data")  # with a database server, on another machine
    other = Service.open(folder, database=address, load_encoder=lambda: encoder, open_source=opener)
    other.refresh(site_id)
    other.close()
    sleep(FRESH)
    assert ready.card(site_id, 9).title == "Post 9"


def test_what_is_asked_at_one_moment_fits_together(ready, site_id, source, address, tmp_path, opener, encoder):
    with ready.at_one_moment():
        gone = targets(ready.suggestions(site_id, 4))[0]
        title = ready.card(site_id, gone).title
        source.trash(gone)
        folder = tmp_path / ("elsewhere" if "://" in address else "data")
        with closing(Service.open(folder, database=address, load_encoder=lambda: encoder, open_source=opener)) as other:
            other.refresh(site_id)
        sleep(FRESH)
        assert ready.card(site_id, gone).title == title
        assert targets(ready.suggestions(site_id, 4))[0] == gone
    with pytest.raises(UnknownPost):
        ready.card(site_id, gone)


@pytest.mark.parametrize(
    ("ask", "error", "told"),
    [
        (lambda service: service.suggestions(1, 99), UnknownPost, "run `suggester sync`"),
        (lambda service: service.card(1, 99), UnknownPost, "run `suggester sync`"),
        (lambda service: service.refresh("c.example"), UnknownSite, "connected are https://blog.example"),
        (lambda service: service.site_for_key("sug_wrong"), KeyRefused, "`suggester keys new` makes one"),
        (lambda service: service.add_changes(1, [{"id": 1, "kind": "eaten"}]), RequestError, "not 'eaten'"),
        (lambda service: service.add_verdict(1, Verdict(1, 2, "maybe")), RequestError, "not 'maybe'"),
    ],
)
def test_what_is_asked_wrongly_is_answered_with_what_to_do(ready, ask, error, told):
    with pytest.raises(error, match=told):
        ask(ready)


@pytest.mark.parametrize(
    "ask",
    [
        lambda service: service.draft_suggestions(1, 0, title="", content=""),
        lambda service: service.orphans(1),
        lambda service: service.card(1, 1),
        lambda service: list(service.all_suggestions(1)) or service.orphans(1),
    ],
)
def test_before_the_first_sync_it_says_so(service, site_id, ask):
    with pytest.raises(SiteUnread, match="has not been read yet; run `suggester sync`"):
        ask(service)


def test_without_an_encoder_suggestions_go_by_words_alone(address, tmp_path, opener):
    service = Service.open(tmp_path / "data", database=address, load_encoder=without_encoder, open_source=opener)
    site_id = service.connect(HOME).site_id
    report = service.refresh(site_id)
    assert "words alone: onnxruntime is not installed" in report.trouble
    assert report.posts == 5
    assert targets(service.suggestions(site_id, 4))[0] == 3
    status = service.status(site_id)
    assert (status.encoder, status.embedded, status.to_embed) == ("", 0, 0)
    assert status.advice == (report.trouble,)
    assert service.meta(site_id).encoder == ""
    service.close()


def test_an_index_with_vectors_still_serves_where_the_encoder_went_away(ready, site_id, address, tmp_path, opener):
    service = Service.open(tmp_path / "data", database=address, load_encoder=without_encoder, open_source=opener)
    assert targets(service.suggestions(site_id, 4))[0] == 3
    service.close()


@pytest.mark.parametrize(("name", "error"), [("bundled", ""), ("my/model", "is not installed")])
def test_only_the_bundled_encoder_may_be_missing(tmp_path, monkeypatch, name, error):
    monkeypatch.setattr("suggester.encoding.load", lambda name, threads: without_encoder())
    service = Service.open(tmp_path / "data", name)
    with pytest.raises(ConfigError, match=error) if error else nullcontext():
        assert service.encoder() is None
    service.close()


def test_another_encoder_than_the_index_s_is_not_mixed_in(ready, site_id, address, tmp_path, opener):
    other = LetterEncoder()
    other.id = "other letters"
    service = Service.open(tmp_path / "data", database=address, load_encoder=lambda: other, open_source=opener)
    assert targets(service.suggestions(site_id, 4))[0] == 3
    assert other.seen == []
    assert (
        "The index was made with another encoder; run `suggester sync` to renew it." in service.status(site_id).advice
    )
    service.refresh(site_id)
    assert service.status(site_id).encoder == service.meta(site_id).encoder == "other letters"
    service.close()


def test_the_status_of_a_site_in_order(ready, site_id):
    status = ready.status(site_id)
    assert (status.url, status.name, status.source) == (HOME, "A blog", HOME)
    assert (status.posts, status.by_status, status.targets, status.indexed) == (5, {"publish": 5}, 5, 5)
    assert (status.orphans, status.encoder, status.embedded, status.to_embed) == (5, "letters", 5, 0)
    assert (status.changes, status.under_way, status.interrupted, status.error) == (0, False, False, "")
    assert status.source_name == "rest"
    assert status.seconds > 0
    assert status.advice == ()
    assert ready.meta(site_id).synced_at == status.synced_at


def test_the_status_of_a_site_never_read(service, site_id):
    status = service.status(site_id)
    assert (status.posts, status.orphans, status.synced_at) == (0, 0, None)
    assert status.advice == ("The site has not been read yet; run `suggester sync`.",)


def test_the_status_tells_what_waits(ready, site_id, source):
    ready.add_changes(site_id, [{"id": 1, "kind": "saved"}, {"id": 2, "kind": "permalink", "old_url": f"{HOME}/old/"}])
    source.edit(1, content="<p>New.</p>")
    status = ready.status(site_id)
    assert status.changes == 2
    assert status.advice == ("2 changes wait; `suggester sync` takes them up.",)
    ready.sync(site_id)
    assert ready.status(site_id).advice == ("1 post has no vectors yet; `suggester sync` makes them.",)


def test_the_status_tells_why_the_last_sync_stopped_and_how_to_go_on(ready, site_id, source):
    source.fails["ids"] = no_answer()
    source.fails["site"] = no_answer()
    with pytest.raises(SiteUnreachable):
        ready.refresh(site_id)
    assert ready.status(site_id).error == "The site does not answer; try again later."
    del source.fails["site"]
    source.fails["changed 1"] = no_answer()
    with pytest.raises(SiteUnreachable):
        ready.refresh(site_id, full=True)
    status = ready.status(site_id)
    assert status.interrupted
    assert "The last sync was stopped; run `suggester sync`, it goes on where it was." in status.advice
    source.fails.clear()
    ready.refresh(site_id)
    assert (ready.status(site_id).error, ready.status(site_id).advice) == ("", ())


def test_a_sync_under_way_is_seen_and_keeps_others_away(ready, site_id):
    with ready.store.lock(site_id):
        assert ready.status(site_id).under_way
        with pytest.raises(SyncRunning):
            ready.refresh(site_id)
    assert not ready.status(site_id).under_way


def test_a_removed_site_leaves_nothing_behind(ready, site_id, tmp_path):
    assert list(tmp_path.rglob("*.npz"))
    ready.remove_site(site_id)
    assert ready.sites() == []
    assert not list(tmp_path.rglob("*.npz"))
    with pytest.raises(UnknownSite):
        ready.status(site_id)


def test_many_threads_get_the_same_answers_while_the_site_is_refreshed(ready, site_id):
    wanted = {number: ready.suggestions(site_id, number) for number in SUBJECTS}
    with ThreadPoolExecutor(6) as pool:
        refreshing = pool.submit(ready.refresh, site_id, full=True)
        asked = [pool.submit(ready.suggestions, site_id, number) for number in list(SUBJECTS) * 10]
        found = [each.result() for each in asked]
        assert refreshing.result().posts == 5
    assert found == [wanted[number] for number in list(SUBJECTS) * 10]


def test_two_sites_never_meet(service, source, opener):
    first = service.connect(HOME).site_id
    service.refresh(first)
    opener.source = ToySource([essay(5)])
    opener.source.named = Site("https://other.example", "Another", "en")
    second = service.connect("https://other.example").site_id
    service.refresh(second)
    assert targets(service.draft_suggestions(second, 0, title="Shears", content=essay(4).content, lang="en")) in (
        [],
        [5],
    )
    assert service.status(first).posts == 5
    assert service.status(second).posts == 1
