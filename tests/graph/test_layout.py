"""Where posts stand on the map: by subject, orphans around, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.engine.index import Index
from suggester.graph.clusters import find_clusters
from suggester.graph.layout import RIM, lay_out
from tests.engine.garden import index_of, post
from tests.toys import LetterEncoder

from .test_clusters import EACH, STRANGER, TOPICS, planted


def ring(posts: list[object]) -> list[object]:
    """A link from each post to the next one of its topic, so that none is an orphan."""
    made = []
    for number, each in enumerate(posts):
        after = number // EACH * EACH + (number + 1) % EACH + 1
        made.append(post(each.id, each.title, f"{each.content}<p><a href='/{after}/'>next</a></p>"))
    return made


@pytest.fixture(scope="module")
def linked() -> Index:
    return index_of(ring(planted()), LetterEncoder().encode)


def placed(index: Index) -> np.ndarray:
    return lay_out(index, find_clusters(index))


def test_posts_on_one_subject_stand_together(linked: Index):
    found = placed(linked)
    groups = [found[start : start + EACH] for start in range(0, len(TOPICS) * EACH, EACH)]
    for number, own in enumerate(groups):
        middle = own.mean(axis=0)
        within = np.linalg.norm(own - middle, axis=1).mean()
        others = [np.linalg.norm(group.mean(axis=0) - middle) for at, group in enumerate(groups) if at != number]
        assert min(others) > 2 * within


def test_all_but_orphans_stand_within_the_circle_and_none_on_another(linked: Index):
    found = placed(linked)
    assert np.linalg.norm(found, axis=1).max() <= 1 + 1e-9
    apart = np.linalg.norm(found[:, None] - found[None], axis=2)[~np.eye(len(found), dtype=bool)]
    assert apart.min() > 0.02


def test_orphans_stand_around_all_others():
    index = index_of(
        [*ring(planted()), post(98, "Deeds and mortgages", STRANGER), post(99, "More dough", "<p>dough</p>")]
    )
    found = np.linalg.norm(placed(index), axis=1)
    alone = np.isin(index.posts.ids, [98, 99])
    assert found[alone].min() >= RIM - 1e-9
    assert found[~alone].max() <= 1 + 1e-9


def test_the_same_site_gives_the_same_map(linked: Index):
    assert placed(linked).tolist() == placed(linked).tolist()


@pytest.mark.parametrize(
    "posts", [[], [post(1, "Alone", "<p>alone</p>")], planted()[:2], [post(n, "", "") for n in range(1, 5)]]
)
def test_a_site_of_hardly_any_posts_has_a_map_too(posts):
    index = index_of(posts)
    found = placed(index)
    assert found.shape == (len(posts), 2)
    assert np.isfinite(found).all()


def test_many_orphans_share_rings_evenly():
    index = index_of([post(number, f"Post {number}", f"<p>word{number}</p>") for number in range(1, 301)])
    found = placed(index)
    reach = np.linalg.norm(found, axis=1)
    assert reach.min() >= RIM - 1e-9
    assert reach.max() < 1.4
    apart = np.linalg.norm(found[:, None] - found[None], axis=2)[~np.eye(len(found), dtype=bool)]
    assert apart.min() > 0.01
