"""How near posts usually are to their neighbours."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sparse

from suggester.engine import nearness
from suggester.engine.nearness import usual


def unit(rows):
    rows = np.array(rows, np.float32)
    return sparse.csr_matrix(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def test_it_is_the_mean_cosine_of_the_nearest_others():
    assert usual(unit([[1, 0], [1, 0], [0, 1]])).tolist() == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize("posts", [0, 1])
def test_a_post_alone_is_near_to_nothing(posts):
    assert usual(unit(np.ones((posts, 2)))).tolist() == [0] * posts


def test_a_sample_stands_for_the_whole_of_a_larger_site(monkeypatch):
    rows = np.random.default_rng(3).random((400, 30)) ** 4
    whole = usual(unit(rows))
    monkeypatch.setattr(nearness, "SAMPLE", 200)
    monkeypatch.setattr(nearness, "AT_ONCE", 70)
    assert np.abs(usual(unit(rows)) - whole).mean() < 0.03


def test_a_post_that_goes_leaves_the_others_as_near_as_they_were(monkeypatch):
    monkeypatch.setattr(nearness, "SAMPLE", 60)
    rows, ids = np.random.default_rng(4).random((400, 30)) ** 4, np.arange(1, 401)
    kept = np.delete(np.arange(400), 7)
    before, after = usual(unit(rows), ids)[kept], usual(unit(rows[kept]), ids[kept])
    assert np.mean(before == after) > 0.9
