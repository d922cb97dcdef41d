"""Topic clusters on sites with planted topics: found, named, with their pillars, links and rivals."""

from __future__ import annotations

import random

import numpy as np
import pytest

from suggester.engine.index import Index
from suggester.graph.clusters import NOWHERE, find_clusters, modularity
from suggester.graph.duplicates import find_rivals
from suggester.graph.naming import named
from suggester.graph.nearest import nearest, unit
from suggester.graph.series import of_one_series
from suggester.graph.topics import purity, topics
from tests.engine.garden import category, index_of, post
from tests.toys import LetterEncoder

TOPICS = {
    "bread": "sourdough flour oven crust dough loaf rye proof kneading yeast",
    "bees": "hive honey queen swarm comb wax pollen drone brood smoker",
    "bikes": "wheel spoke chain pedal saddle brake gear tyre frame pump",
}
EACH = 12
STRANGER = "<p>" + "tax return notary deed mortgage lawyer invoice " * 4 + "</p>"


def planted(*more, links: bool = False, terms: bool = False) -> list[object]:
    """Twelve posts on each of three topics, the first on each saying all of its words at length."""
    made: list[object] = []
    for place, (name, said) in enumerate(TOPICS.items()):
        dice, own = random.Random(name), said.split()
        for number in range(EACH):
            some = own if not number else dice.sample(own, 6)
            text = " ".join(dice.choice(some) for _ in range(40)) + " " + " ".join(some) * (3 if not number else 1)
            post_id = 1 + place * EACH + number
            to = f" <a href='/{1 + place * EACH}/'>all of it</a>" if links and number % 2 else ""
            title = (
                f"All about {own[0]} and {own[1]}"
                if not number
                else f"{some[0]} {some[1]} {'abcdefghijkl'[number] * 3}"
            )
            kept = (category(name),) if terms else ()
            made.append(post(post_id, title, f"<p>{text}{to}</p>", terms=kept))
    return [*made, *more]


def of(index: Index) -> list[list[int]]:
    found = find_clusters(index)
    return sorted(index.posts.ids[found.members(number)].tolist() for number in range(len(found)))


EXPECTED = [list(range(1 + place * EACH, 1 + place * EACH + EACH)) for place in range(len(TOPICS))]


@pytest.mark.parametrize("encode", [None, LetterEncoder().encode])
@pytest.mark.parametrize("terms", [False, True])
def test_planted_topics_are_found_with_embeddings_and_without(encode, terms):
    assert of(index_of(planted(terms=terms), encode)) == EXPECTED


def test_the_same_site_gives_the_same_clusters():
    one, other = (find_clusters(index_of(planted())) for _ in range(2))
    assert one.of.tolist() == other.of.tolist()
    assert one.likeness.tolist() == other.likeness.tolist()


def test_a_post_on_something_else_belongs_nowhere():
    index = index_of(planted(post(99, "Deeds and mortgages", STRANGER)))
    found = find_clusters(index)
    assert index.posts.ids[found.apart].tolist() == [99]
    assert found.of[index.row(99)] == NOWHERE


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"noindex": True}])
def test_what_readers_cannot_find_is_in_no_cluster(hidden):
    index = index_of(planted(post(99, "Sourdough and flour", "<p>sourdough flour oven crust</p>", **hidden)))
    found = find_clusters(index)
    assert found.of[index.row(99)] == NOWHERE
    assert 99 not in index.posts.ids[found.apart]


@pytest.mark.parametrize(
    "posts",
    [
        [],
        [post(1, "Alone", "<p>One post.</p>")],
        [post(number, "", "") for number in range(1, 15)],
        [post(number, f"Post {number}", "<p>a few words about beans</p>") for number in range(1, 5)],
    ],
)
def test_sites_too_small_for_topics_have_none(posts):
    index = index_of(posts)
    found = find_clusters(index)
    assert len(found) == 0
    assert topics(index, found) == []
    assert purity([]) == (None, None)


def test_posts_that_are_all_alike_are_no_topics():
    index = index_of([post(number, "Beans", "<p>beans peas beans peas</p>") for number in range(1, 20)])
    assert len(find_clusters(index)) <= 1


def test_clusters_are_named_by_their_words():
    index = index_of(planted())
    for topic in topics(index, find_clusters(index)):
        own = next(
            said.split() for name, said in TOPICS.items() if topic.members[0] // EACH == list(TOPICS).index(name)
        )
        assert set(topic.named.name.lower().split(", ")) <= set(own)


def test_a_category_that_says_it_all_is_the_name():
    index = index_of(planted(terms=True))
    names = {topic.named.terms[0] for topic in topics(index, find_clusters(index))}
    assert names == set(TOPICS)


def named_by(titles: list[str], term: str) -> tuple[str, ...]:
    """What the first of two topics is about, its posts having these titles and this category."""
    texts = ["<p>compost heap leaves worms</p>", "<p>wheel chain saddle pump</p>"]
    bikes = [f"the wheel, the chain: {name}" for name in ("pump", "saddle", "brake", "tyre", "frame", "gear")]
    posts = [post(at, title, texts[0], terms=(category(term),)) for at, title in enumerate(titles, 1)]
    capitals = sum(word[0].isupper() for title in titles for word in title.split()[1:]) > len(titles)
    posts += [post(at, title.title() if capitals else title, texts[1]) for at, title in enumerate(bikes, 11)]
    index = index_of(posts)
    return named(index, np.array([0] * len(titles) + [1] * len(bikes)))[0].terms


@pytest.mark.parametrize(
    ("titles", "term", "shown"),
    [
        (["Turning a Compost Heap", "My Compost Heap Smells", "A Hot Compost Heap"], "heap", "Compost Heap"),
        (["Turning a compost heap", "Compost heaps for all", "A hot compost heap"], "Worms", "compost heap"),
        (["Why SEO pays", "More SEO every day", "SEO is dead", "seo for cats"], "Cats", "SEO"),
        (["Why SEO pays", "More SEO every day", "SEO is dead"], "seo", "SEO"),
        (["Turning compost often", "Hot compost in May", "Compost is alive"], "Compost", "compost"),
        (["Turning Compost Often", "Hot Compost in May", "Compost Is Alive"], "compost", "Compost"),
        (["My tomatoes in May", "Big tomatoes for all", "Tomatoes and blight"], "Tomato", "tomato"),
        (
            ["Small gardens in May", "More small gardens", "A shed for small gardens"],
            "Gardens & Yards",
            "gardens & Yards",
        ),
        (["Small Gardens in May", "More Small Gardens", "A Shed for Gardens"], "gardens & yards", "Gardens & Yards"),
    ],
)
def test_words_of_names_are_written_as_titles_mostly_write_them(titles: list[str], term: str, shown: str):
    said = named_by(titles, term)
    assert shown in said
    assert len({each.lower() for each in said}) == len(said)


def test_the_post_that_covers_a_topic_is_its_pillar_and_its_links_are_missed():
    index = index_of(planted(links=True))
    for topic in topics(index, find_clusters(index)):
        pillar = topic.pillar
        assert pillar is not None
        assert pillar % EACH == 0
        unlinked = {row for row in topic.members if row != pillar and (row % EACH) % 2 == 0}
        assert set(topic.to_pillar) == {(row, pillar) for row in unlinked}
        assert {target for _, target in topic.from_pillar} == set(topic.members) - {pillar}
        assert all(pillar not in pair for pair in topic.within)
        assert len({frozenset(pair) for pair in topic.within}) == len(topic.within)
        assert topic.purity == 1


def test_where_no_post_covers_a_topic_it_is_said_what_one_should_cover():
    titles = {number: f"Note {number}" for number in range(1, 37)}
    index = index_of([post(number, titles[number], each.content) for number, each in enumerate(planted(terms=True), 1)])
    found = topics(index, find_clusters(index))
    assert [topic.pillar for topic in found] == [None] * 3
    for topic in found:
        assert "title_names_other_things" in topic.lacks or "part_of_a_series" in topic.lacks
        assert topic.to_pillar == topic.from_pillar == []
        assert topic.within


def test_purity_is_told_beside_what_chance_would_give():
    text = f"{TOPICS['bread']} " * 5
    away = [post(100 + at, f"Loose {at}", f"<p>{text}<a href='/{13 + at}/'>bees</a></p>") for at in range(3)]
    index = index_of(planted(*away, links=True))
    kept, by_chance = purity(topics(index, find_clusters(index)))
    assert kept == pytest.approx(18 / 21)
    assert by_chance is not None
    assert 0.25 < by_chance < 0.45


def test_modularity_is_that_of_a_well_kept_library():
    import networkx
    import scipy.sparse as sparse

    dice = np.random.default_rng(1)
    graph = sparse.random(30, 30, 0.2, random_state=1)
    graph = graph.maximum(graph.T).tolil()
    graph.setdiag(0)
    groups = dice.integers(0, 4, 30)
    sets = [set(np.flatnonzero(groups == number).tolist()) for number in range(4)]
    known = networkx.community.modularity(networkx.from_scipy_sparse_array(graph.tocsr()), sets)
    assert modularity(graph.tocoo(), groups) == pytest.approx(known)


def test_neighbours_are_the_same_in_groups_as_among_all(monkeypatch):
    vectors = unit(np.random.default_rng(2).standard_normal((400, 8)).astype(np.float32))
    groups = np.arange(400) % 10
    everyone = nearest(vectors, 5)
    monkeypatch.setattr("suggester.graph.nearest.EXACT", 100)
    grouped = nearest(vectors, 5, groups)  # all ten groups are looked at
    assert np.array_equal(grouped.indices, everyone.indices)
    assert np.allclose(grouped.data, everyone.data, atol=1e-6)  # a product of another shape may round otherwise
    assert np.diff(everyone.indptr).max() <= 5
    assert not everyone.diagonal().any()


TEXT = "<p>" + "sourdough wants flour and water and a warm oven with a good crust " * 5 + "</p>"


def rivals(*posts):
    index = index_of(planted(*posts), LetterEncoder().encode)
    return index, find_rivals(index, find_clusters(index))


def test_of_posts_that_say_the_same_the_one_that_is_linked_to_is_kept():
    linking = post(103, "Crust", "<p>See <a href='/102/'>the guide</a>, a lawyer writes.</p>")
    index, found = rivals(post(101, "A sourdough guide", TEXT), post(102, "Guide to sourdough", TEXT), linking)
    own = [each for each in found if index.row(101) in (each.keep, *each.others)]
    assert [(each.keep, each.others, each.same) for each in own] == [(index.row(102), (index.row(101),), True)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Garden diary: week 8", "Garden diary: week 9", True),
        ("Our honey, part one", "Our honey, part two", True),
        ("Frost dates, May 2024", "Frost dates, April 2025", True),
        ("Building a shed", "Building a shed (2020 edition)", False),
        ("Rye bread", "Rye bread", False),
        ("Month 5", "Month 6", True),
        ("Week 3", "Bees in week 3", False),
    ],
)
def test_parts_of_a_series_do_not_compete(one, other, expected):
    assert of_one_series(one, other) is expected


def test_a_series_is_no_group_of_rivals():
    index, found = rivals(post(101, "Loaf diary 1", TEXT), post(102, "Loaf diary 2", TEXT))
    assert not [each for each in found if {each.keep, *each.others} >= {index.row(101), index.row(102)}]


def test_posts_in_two_languages_do_not_compete():
    index, found = rivals(post(101, "Sauerteig", TEXT, lang="de"), post(102, "Sourdough", TEXT, lang="en"))
    assert not [each for each in found if {each.keep, *each.others} >= {index.row(101), index.row(102)}]
