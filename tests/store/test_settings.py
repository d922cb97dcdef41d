from __future__ import annotations

import pytest

from suggester.entities import Settings
from suggester.errors import RequestError, UnknownSite
from suggester.store import Store

DECIDED = Settings(("post", "page"), (3, 9), ("category:news",), ("sale", "日本"), 8.0, 0.35)


def test_a_site_has_the_usual_settings_until_its_owner_decides(store, site_id):
    assert store.settings(site_id) == Settings()


def test_what_was_decided_is_kept(store, site_id, address, tmp_path):
    wanted = {name: getattr(DECIDED, name) for name in Settings.__slots__}
    assert store.change_settings(site_id, wanted) == store.settings(site_id) == DECIDED
    again = Store.open(address, tmp_path / "data")
    assert again.settings(site_id) == DECIDED
    again.close()


def test_what_is_not_named_stays_as_it_is(store, site_id):
    store.change_settings(site_id, {"excluded_words": ["sale"], "links_per_1000": 8})
    store.change_settings(site_id, {"links_per_1000": 5.0})
    assert store.settings(site_id) == Settings(excluded_words=("sale",), links_per_1000=5.0)


def test_what_is_named_twice_is_kept_once(store, site_id):
    assert store.change_settings(site_id, {"excluded_posts": [7, 3, 7]}).excluded_posts == (7, 3)


def test_each_site_has_its_own(store, site_id):
    other = store.add_site("https://other.example", "https://other.example")
    store.change_settings(site_id, {"least_score": 0.5})
    assert store.settings(other) == Settings()


def test_they_go_with_the_site(store, site_id):
    store.change_settings(site_id, {"least_score": 0.5})
    store.remove_site(site_id)
    assert store.settings(store.add_site("https://blog.example", "https://blog.example")) == Settings()


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"links_per_1000": 0}, "links_per_1000 is 0; write a number from 1 to 100"),
        ({"links_per_1000": 101.0}, "from 1 to 100"),
        ({"links_per_1000": float("nan")}, "from 1 to 100"),
        ({"least_score": 1.5}, "least_score is 1.5; write a number from 0 to 1"),
        ({"least_score": -0.1}, "from 0 to 1"),
        ({"excluded_terms": ["news"]}, "'news' names no term; write its taxonomy and slug"),
        ({"excluded_terms": [":news"]}, "as in category:news"),
        ({"refresh_at": "3:30"}, "refresh_at is '3:30'; write hour and minute, as in 03:30"),
        ({"refresh_at": "24:00"}, "as in 03:30"),
        ({"time_zone": "Mars/Olympus"}, "time_zone is 'Mars/Olympus'; write a name as in Europe/Berlin"),
        ({"time_zone": "../etc/passwd"}, "as in Europe/Berlin"),
        ({"time_zone": "Europe"}, "as in Europe/Berlin"),
        ({"audit_every": -1}, "audit_every is -1; write so many months"),
        ({"audit_every": 25}, "audit_every is 25; write so many months"),
        ({"colour": "red"}, "no setting 'colour'; there are post_types, excluded_posts"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(store, site_id, wanted, told):
    with pytest.raises(RequestError, match=told):
        store.change_settings(site_id, wanted)
    assert store.settings(site_id) == Settings()


def test_a_site_that_is_not_there_has_nothing_to_decide(store):
    with pytest.raises(UnknownSite):
        store.change_settings(5, {"least_score": 0.5})
