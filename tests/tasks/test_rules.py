"""Rules are kept whole, checked, and carried in and out as CSV."""

import pytest

from suggester.entities import Limits, Rule
from suggester.errors import RequestError
from suggester.store import Store
from tests.toys_service import toy_service
from tests.toys_source import ToySource, toy_post

HEADINGS = "kind,phrase,post,other_post,number,options\n"


@pytest.fixture
def service(address, tmp_path):
    source = ToySource([toy_post(number) for number in (1, 2, 3)])
    with toy_service(tmp_path / "data", source, database=address) as opened:
        yield opened


@pytest.fixture
def kept(service):
    return service.find_site("").id


def test_rules_are_kept_in_order_and_once(service, kept):
    first, second = Rule("always", " rye  bread ", 2, any_case=True), Rule("never_target", "left over", 3)
    made = service.change_rules(kept, [first, second, first])
    assert made == service.rules(kept)
    assert made == (Rule("always", "rye bread", 2, any_case=True, id=1), Rule("never_target", post=3, id=2))
    assert service.change_rules(kept, [second], remove=[1]) == (Rule("never_target", post=3, id=2),)
    assert service.change_rules(kept, [first], whole=True)[0].phrase == "rye bread"


def test_a_new_limit_takes_the_place_of_the_one_before(service, kept):
    service.change_rules(kept, [Rule("most_per_run", number=9), Rule("most_per_target", number=2)])
    service.change_rules(kept, [Rule("most_per_run", number=50), Rule("most_per_run", number=60)])
    assert service.rulebooks.of(kept).limits == Limits(60, None, 2)


def test_a_change_of_another_process_holds_at_once(service, kept):
    assert not service.rulebooks.of(kept)
    other = Store.open(service.store.address, service.folder)
    other.rules.change(kept, [Rule("never_source", post=1)])
    other.close()
    assert service.rulebooks.of(kept).never_sources == {1}
    assert service.suggestions(kept, 1).dropped == {"ruled_out": 1}
    assert service.rulebooks.of(kept) is service.rulebooks.of(kept)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule("sometimes"), "no rule of kind 'sometimes'"),
        (Rule("always", "", 2), "needs a phrase"),
        (Rule("keyword", "?!", 2), "needs a phrase"),
        (Rule("keyword", "x" * 201, 2), "at most 200 characters"),
        (Rule("always", "rye"), "needs a post"),
        (Rule("never_target"), "needs a post"),
        (Rule("never_pair", post=2), "needs another post"),
        (Rule("never_pair", post=2, other_post=2), "needs another post"),
        (Rule("most_per_run"), "whole number"),
        (Rule("most_per_source", number=0), "whole number"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_not_kept(service, kept, rule, why):
    with pytest.raises(RequestError, match=why):
        service.change_rules(kept, [Rule("never_source", post=1), rule])
    assert service.rules(kept) == ()


def test_a_phrase_is_always_linked_to_one_post_only(service, kept):
    service.change_rules(kept, [Rule("always", "rye", 1)])
    with pytest.raises(RequestError, match="another post already"):
        service.change_rules(kept, [Rule("always", "Rye", 2)])
    assert len(service.change_rules(kept, [Rule("always", "Rye", 2)], remove=[1])) == 1


RULES = (
    Rule("always", "=cmd|' /C calc'!A0, \"x\"", 2, any_case=True, inflected=True),
    Rule("keyword", "日本語; Brot", 1),
    Rule("never_pair", post=1, other_post=3),
    Rule("never_target", post=3),
    Rule("most_per_run", number=300),
)


def test_rules_come_back_from_the_file_they_were_exported_to(service, kept):
    made = service.change_rules(kept, RULES)
    written = service.export_rules(kept)
    assert written.splitlines()[1].startswith("always,\"'=cmd")
    assert "https://blog.example/post-2/" in written
    service.change_rules(kept, whole=True)
    for text in (written, "\ufeff" + written.replace("\n", "\r\n")):
        assert service.import_rules(kept, text, whole=True) == made


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_posts_are_named_by_id_address_or_slug(service, kept, mark):
    rows = [HEADINGS, "always,Rye,2,,,any_case\n", "never_target,,/post-3/,,,\n", "never_pair,,post-1,3,,\n\n"]
    text = "".join(rows).replace(",", mark)
    assert service.import_rules(kept, text) == (
        Rule("always", "Rye", 2, any_case=True, id=1),
        Rule("never_target", post=3, id=2),
        Rule("never_pair", post=1, other_post=3, id=3),
    )


def test_columns_may_be_left_out_and_stand_in_any_order(service, kept):
    assert service.import_rules(kept, "post,kind\n2,NEVER_TARGET\n") == (Rule("never_target", post=2, id=1),)


def test_every_wrong_line_is_named_and_nothing_is_imported(service, kept):
    rows = [
        "never_target,,2,,,",
        "never_target,,77,,,",
        "often,x,2,,,",
        'always,"a\nb",no-such,,,',
        "always,b,2,,,loud",
    ]
    rows += ["most_per_run,,,,ten,", "always,rye,1,,,", "always,Rye,2,,,"]
    with pytest.raises(RequestError) as told:
        service.import_rules(kept, HEADINGS + "\n".join(rows))
    message = str(told.value)
    for part in (
        "line 3: There is no post 77",
        "line 4: There is no rule of kind 'often'",
        "line 6: No post is called",
    ):
        assert part in message
    assert "line 7: There is no option 'loud'" in message
    assert "line 8: 'ten' is no whole number" in message
    assert message.endswith("; and 1 more.")
    assert service.rules(kept) == ()


@pytest.mark.parametrize("text", ["", "phrase,post\nx,2\n", 'kind\n"always'])
def test_what_is_no_table_of_rules_is_refused(service, kept, text):
    with pytest.raises(RequestError):
        service.import_rules(kept, text)


def test_rules_go_with_their_site(service, kept):
    service.change_rules(kept, [Rule("never_source", post=1)])
    service.remove_site(kept)
    assert service.rules(kept) == ()
