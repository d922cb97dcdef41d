"""Links to former addresses, to posts that are gone, and to dead addresses: what is proposed, and what comes of it."""

from dataclasses import replace

import pytest

from suggester.entities import Rule
from suggester.errors import RequestError
from suggester.store import Change
from suggester.tasks.changing import changed, taken_out
from tests.toys_service import toy_service
from tests.toys_source import HOME, ToySource, toy_post

LINKS = (
    "<!-- wp:paragraph -->\n<p>Prune after <a class='k' href=\"/shears/#whetstone\">sharpening</a>, then boil"
    f' <a href="{HOME}/marmalade/">orange <b>marmalade</b></a>.</p>\n<!-- /wp:paragraph -->'
)


@pytest.fixture
def source():
    return ToySource(
        [
            toy_post(1, LINKS, "Pruning apple trees", "pruning"),
            toy_post(2, "<p>A whetstone keeps the blades keen.</p>", "Garden shears", "shears"),
            toy_post(3, "<p>Oranges boil until the peel is soft.</p>", "Making marmalade", "marmalade"),
            toy_post(4, "<p>Seville oranges are bitter, and made into marmalade.</p>", "Oranges", "oranges"),
            toy_post(5, "<p>Nothing here.</p>", "A quiet day", "quiet"),
        ]
    )


@pytest.fixture
def service(address, tmp_path, source):
    with toy_service(tmp_path / "data", source, database=address) as opened:
        yield opened


def told(edits):
    return [(one.source_id, one.kind, one.anchor.text, one.old_href, one.href, one.reasons[0].code) for one in edits]


def test_a_site_in_order_has_no_link_changes(service):
    assert service.link_changes(1) == []
    with pytest.raises(RequestError, match="No link leads astray"):
        service.make_links_run(1)


def test_a_link_to_a_former_address_gets_the_new_one(service, source):
    source.rename(2, "sharp-shears")
    service.refresh(1)
    (edit,) = service.link_changes(1)
    assert told([edit]) == [(1, "rewrite", "sharpening", "/shears/#whetstone", "/sharp-shears/#whetstone", "moved")]
    assert (edit.target_id, edit.chosen, edit.score, edit.sentence[:11]) == (2, True, 1.0, "Prune after")
    after, done = changed(LINKS, edit)
    assert after == LINKS.replace("/shears/", "/sharp-shears/")
    assert taken_out(after, done) == LINKS


def test_what_the_plugin_told_and_old_slugs_are_former_addresses(service, source):
    content = f'<p>See <a href="/2019/old-name/">this</a> and <a href="{HOME}/older/">that</a>.</p>'
    source.edit(5, content=content)
    source.edit(2, old_slugs=("older",))
    service.store.add_changes(1, [Change(2, "permalink", f"{HOME}/2019/old-name/")])
    service.refresh(1)
    assert told(service.link_changes(1)) == [
        (5, "rewrite", "this", "/2019/old-name/", "/shears/", "moved"),
        (5, "rewrite", "that", f"{HOME}/older/", f"{HOME}/shears/", "moved"),
    ]


def test_a_link_to_a_post_that_is_gone_is_taken_out(service, source):
    source.trash(3)
    service.refresh(1)
    (edit,) = service.link_changes(1)
    assert told([edit]) == [(1, "unlink", "orange marmalade", f"{HOME}/marmalade/", "", "gone")]
    after, done = changed(LINKS, edit)
    assert after == LINKS.replace(f'<a href="{HOME}/marmalade/">orange <b>marmalade</b></a>', "orange <b>marmalade</b>")
    assert taken_out(after, done) == LINKS


def test_a_link_to_a_post_that_readers_cannot_see_is_taken_out_unless_it_publishes_itself(service, source):
    source.edit(3, status="draft")
    source.edit(2, status="future")
    service.refresh(1)
    (edit,) = service.link_changes(1)
    assert told([edit]) == [(1, "unlink", "orange marmalade", f"{HOME}/marmalade/", "", "unpublished")]


def test_a_dead_link_leads_to_another_post_that_fits_its_words(service, source):
    service.change_rules(1, [Rule("always", "orange marmalade", 4)])
    source.trash(3)
    service.refresh(1)
    (edit,) = service.link_changes(1)
    assert told([edit]) == [(1, "rewrite", "orange marmalade", f"{HOME}/marmalade/", f"{HOME}/oranges/", "gone")]
    assert (edit.target_id, edit.score, edit.reasons[1].code) == (4, 1.0, "rule")


def test_a_target_takes_the_place_of_one_dead_link_only(service, source):
    service.change_rules(1, [Rule("always", "marmalade", 4)])
    content = '<p>Cook <a href="/marmalade/">marmalade</a>.</p><p>Eat <a href="/marmalade/">marmalade</a>.</p>'
    source.edit(1, content=content + "<p>{}</p>".format("Boil it. " * 90))
    source.trash(3)
    service.refresh(1)
    assert sorted(edit.kind for edit in service.link_changes(1)) == ["rewrite", "unlink"]


def test_what_cannot_be_done_safely_is_not_chosen_and_says_why(service, source):
    button = '<div class="wp-block-button"><a href="/marmalade/">Marmalade</a></div>'
    source.edit(5, content=button)
    source.trash(3)
    service.refresh(1)
    edits = [edit for edit in service.link_changes(1) if edit.source_id == 5]
    assert [(edit.chosen, edit.why) for edit in edits] == [
        (False, "A button, an embed or a block of another plugin needs its link; edit the post by hand.")
    ]


def test_files_other_sites_and_addresses_nobody_asked_after_are_left_alone(service, source):
    source.edit(5, content='<p><a href="/a.pdf">a</a> <a href="https://x.example/gone/">b</a> <a href="#c">c</a></p>')
    service.refresh(1)
    assert service.link_changes(1) == []


def test_the_proposals_become_a_run_under_review(service, source):
    source.rename(2, "sharp-shears")
    source.trash(3)
    service.refresh(1)
    run = service.make_links_run(1)
    total, edits = service.edits(1, run.id, sort="id")
    assert (run.kind, run.state, run.title, total) == ("links", "planned", "2 link changes", 2)
    assert [replace(edit, id=0, run_id=0) for edit in edits] == service.link_changes(1)
