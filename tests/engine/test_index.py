"""The index of a site: what it knows of each post, and that its file gives it back as it was."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sparse

from suggester.engine.build import build
from suggester.engine.index import Card, Index
from suggester.engine.pieces import is_sampled, mean_of
from suggester.entities import Term
from suggester.errors import DiskFull, ModelOutdated
from tests.engine.garden import GARDEN, SITE, category, garden, index_of, post, reading
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
ODD_TITLES = ["Two\nlines", "A\0zero", "🌱 sprouts", "堆肥", "", "half \ud83c emoji", "x" * 5_000]


def same(one: object, other: object) -> bool:
    """Whether two values, or all their fields, are equal to the last bit."""
    if sparse.issparse(one):
        return one.shape == other.shape and not len((one != other).data)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one) if field.compare)
    return one == other


def saved(index: Index, folder: Path) -> Index:
    index.save(folder / "indexes" / "1.npz")
    return Index.load(folder / "indexes" / "1.npz")


def some_embedded() -> Index:
    return build(SITE, [reading(row, LETTERS if row[0] % 2 else None) for row in GARDEN], LetterEncoder.id)


@pytest.mark.parametrize(
    "make",
    [
        lambda: index_of([]),
        lambda: index_of([], LETTERS),
        lambda: index_of([(1, "Alone", "<p>Here.</p>")]),
        lambda: index_of([(1, "", "")], LETTERS),
        lambda: garden(),
        lambda: garden(encode=LETTERS),
        some_embedded,
        lambda: index_of([post(7, "News", terms=(category("News"), Term("post_tag", "a", "A : b")))]),
    ],
    ids=["empty", "empty with an encoder", "one post", "no words", "garden", "with vectors", "half", "with terms"],
)
def test_an_index_comes_back_from_its_file_as_it_was(make, tmp_path):
    index = make()
    assert same(saved(index, tmp_path), index)


def test_odd_titles_come_back_readable(tmp_path):
    index = index_of([(at, title, "") for at, title in enumerate(ODD_TITLES, 1)])
    assert saved(index, tmp_path).posts.titles == (
        "Two\nlines", "A zero", "🌱 sprouts", "堆肥", "", "half ? emoji", "x" * 5_000
    )  # fmt: skip


def test_nothing_is_left_beside_the_file(tmp_path):
    garden().save(tmp_path / "1.npz")
    garden(encode=LETTERS).save(tmp_path / "1.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["1.npz"]
    assert Index.load(tmp_path / "1.npz").encoder_id == "letters"


@pytest.mark.parametrize("broken", ["phrases", "anchors", "heads"])
def test_a_save_that_fails_half_way_leaves_the_old_file_and_no_other(tmp_path, broken):
    garden().save(tmp_path / "1.npz")
    with pytest.raises((AttributeError, ValueError)):
        replace(garden(), **{broken: np.array([object()], dtype=object)}).save(tmp_path / "1.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["1.npz"]
    assert same(Index.load(tmp_path / "1.npz"), garden())


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DiskFull, match="could not be written"):
        garden().save(tmp_path / "taken" / "1.npz")


def test_a_file_that_cannot_be_replaced_is_told_and_nothing_is_left(tmp_path):
    (tmp_path / "1.npz").mkdir()
    with pytest.raises(DiskFull):
        garden().save(tmp_path / "1.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["1.npz"]


DAMAGES = {
    "empty": lambda data: b"",
    "text": lambda data: b"hello",
    "cut in half": lambda data: data[: len(data) // 2],
    "last bytes gone": lambda data: data[:-30],
    "overwritten": lambda data: data[:5_000] + b"x" * 500 + data[5_500:],
    "one bit": lambda data: data[:700] + bytes([data[700] ^ 1]) + data[701:],
    "another zip": lambda data: b"PK\x03\x04" + bytes(100),
    "a pickle": lambda data: pickle.dumps({"card": 1}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_outdated_and_the_message_says_what_to_do(tmp_path, damage):
    path = tmp_path / "1.npz"
    garden(encode=LETTERS).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelOutdated, match="sync again"):
        Index.load(path)


def test_a_missing_file_is_outdated_too(tmp_path):
    with pytest.raises(ModelOutdated, match="nowhere"):
        Index.load(tmp_path / "nowhere.npz")


def packed(*texts: str) -> np.ndarray:
    return np.frombuffer("".join("\0" + text for text in texts).encode(), np.uint8)


@pytest.mark.parametrize(
    "card",
    [
        packed(json.dumps({"format": 0})),
        packed(json.dumps({"format": 99, "encoder": "", "site": {}})),
        packed(json.dumps({"encoder": ""})),
        packed("[]"),
        packed("not json"),
        packed(),
        np.array([255, 254], np.uint8),
    ],
)
def test_an_index_of_another_format_is_outdated(tmp_path, card):
    path = tmp_path / "1.npz"
    garden().save(path)
    with np.load(path) as arrays:
        np.savez(path, **{name: arrays[name] for name in arrays.files if name != "card"}, card=card)
    with pytest.raises(ModelOutdated, match="sync again"):
        Index.load(path)


def test_a_file_cannot_run_code(tmp_path):
    path, ran = tmp_path / "1.npz", tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return Path.touch, (ran,)

    np.savez(path, card=np.array([Trap()], dtype=object))
    with pytest.raises(ModelOutdated):
        Index.load(path)
    assert not ran.exists()


def test_a_card_tells_what_people_are_shown():
    when = datetime(2024, 5, 17, 21, 30, tzinfo=UTC)
    html = "<p>Three words here, and <a href='/2/'>one link</a> <a href='/2/'>twice</a>.</p>"
    index = index_of([post(1, "Start", html, type="page", published=when), post(2, "Next", status="draft")])
    assert (index.card(1), index.card(2), index.card(3)) == (
        Card(1, "https://garden.example/1/", "Start", "page", datetime(2024, 5, 17, tzinfo=UTC), 0, 1, "en", 7, True),
        Card(2, "https://garden.example/2/", "Next", "post", None, 1, 0, "en", 0, False),
        None,
    )


@pytest.mark.parametrize(
    ("post_id", "row"), [(3, 0), (10, 1), (2**40, 2), (0, None), (-1, None), (5, None), (2**41, None)]
)
def test_a_post_is_found_by_its_id(post_id, row):
    index = index_of([(3, "Three", ""), (10, "Ten", ""), (2**40, "Large", "")])
    assert index.row(post_id) == row
    assert index.post_ids == (3, 10, 2**40)


def test_inbound_counts_posts_that_link_not_links():
    index = index_of(
        [
            (1, "One", "<p><a href='/2/'>two</a> <a href='/2/'>again</a> <a href='/1/'>myself</a></p>"),
            (2, "Two", "<p><a href='/99/'>gone</a> <a href='https://elsewhere.example/1/'>out</a></p>"),
            (3, "Three", "<p><a href='/2/'>two</a></p>"),
        ]
    )
    assert index.inbound().tolist() == [0, 2, 0]
    assert dict(index.anchors) == {1: (("two", 2), ("again", 1))}


def test_a_post_without_vectors_among_others_has_zeros():
    index = some_embedded()
    assert index.heads.shape == index.means.shape == (len(GARDEN), LetterEncoder.dimension)
    lengths = np.linalg.norm(index.heads, axis=1).round(3).tolist()
    assert lengths == [1.0 if row[0] % 2 else 0.0 for row in GARDEN]


def test_the_mean_leaves_the_head_out_where_there_are_passages():
    vectors = np.eye(4, dtype=np.float32)
    index = build(SITE, [replace(reading((1, "A", "<p>b</p>")), vectors=vectors[[0, 1, 2]])], "letters")
    assert index.heads.tolist() == [[1, 0, 0, 0]]
    assert index.means == pytest.approx(np.array([[0, 0.70710678, 0.70710678, 0]]))


def test_vectors_that_cancel_out_have_no_mean():
    assert mean_of(np.array([[1, 0], [-1, 0]], np.float32)).tolist() == [0, 0]


def test_phrases_are_counted_in_all_posts_of_a_small_site_and_in_a_sample_of_a_large_one():
    sampled = [row for row in range(20_000) if is_sampled(row, row + 1)]
    assert sampled[:2_000] == list(range(2_000))
    assert 2_000 < len(sampled) < 5_000
    halves = np.histogram(sampled, bins=2, range=(10_000, 20_000))[0]
    assert halves.min() > 0.3 * halves.max()


def test_terms_of_navigation_say_nothing():
    own = (category("Soil"), Term("nav_menu", "main", "Main"), Term("post_format", "aside", "Aside"))
    assert index_of([post(1, "One", terms=own), post(2, "Two")]).term_names == ("category:Soil",)


def test_what_is_compared_here_would_tell_a_difference():
    assert not same(garden(), garden(encode=LETTERS))
