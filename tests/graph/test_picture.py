"""A site as a whole, written down and read again."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.graph.clusters import find_clusters
from suggester.graph.duplicates import find_rivals
from suggester.graph.layout import lay_out
from suggester.graph.picture import Picture, fingerprint, of_arrays, to_arrays
from suggester.graph.topics import topics
from tests.engine.garden import index_of, post
from tests.toys import LetterEncoder

from .test_clusters import STRANGER, planted

TWINS = (
    post(91, "Yeast for a loaf", "<p>yeast loaf rye dough</p>"),
    post(92, "Yeast for loaves", "<p>yeast loaf rye dough</p>"),
)


@pytest.fixture(scope="module")
def index():
    return index_of(planted(post(99, "Deeds", STRANGER), *TWINS, links=True), LetterEncoder().encode)


@pytest.fixture(scope="module")
def picture(index) -> Picture:
    found = find_clusters(index)
    return Picture(found, tuple(topics(index, found)), tuple(find_rivals(index, found)), lay_out(index, found))


def test_a_picture_is_read_as_it_was_written(index, picture: Picture):
    read = of_arrays(to_arrays(picture, fingerprint(index)), fingerprint(index))
    assert read
    assert picture.topics
    assert picture.rivals
    assert read.topics == picture.topics
    assert read.rivals == picture.rivals
    assert read.places.tolist() == picture.places.tolist()
    assert read.clusters.of.tolist() == picture.clusters.of.tolist()
    assert read.clusters.apart.tolist() == picture.clusters.apart.tolist()
    assert (read.clusters.near != picture.clusters.near).nnz == 0


def test_a_picture_of_another_index_is_not_taken(index, picture: Picture):
    assert of_arrays(to_arrays(picture, "another"), fingerprint(index)) is None


def test_a_picture_of_another_format_is_not_taken(index, picture: Picture, monkeypatch):
    written = to_arrays(picture, fingerprint(index))
    monkeypatch.setattr("suggester.graph.picture.FORMAT", 2)
    assert of_arrays(written, fingerprint(index)) is None


@pytest.mark.parametrize(
    "changed",
    [
        planted(links=True),
        planted(links=False),
        planted(terms=True),
        [*planted()[:-1], post(36, "Another title", planted()[-1].content)],
    ],
)
def test_any_change_of_a_site_gives_another_fingerprint(index, changed):
    names = {fingerprint(index), fingerprint(index_of(planted())), fingerprint(index_of(changed))}
    assert len(names) == (2 if changed == planted() else 3)
    assert np.all([fingerprint(index_of(changed)) == fingerprint(index_of(changed))])
