"""What is told of topic clusters and of posts that compete, as plain JSON values: the same for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggester.web import answers
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.engine.index import Index
    from suggester.graph.duplicates import Rivals
    from suggester.graph.topics import Topic
    from suggester.tasks.clusters import Clustered, Competing
    from suggester.tasks.service import Service

LACKS = {
    "title_names_other_things": "its title names none of the topic's main words",
    "covers_too_little": "it says too few of the topic's words",
    "shorter_than_most": "it is shorter than most posts of the cluster",
    "beside_the_topic": "it is further from the topic than most",
    "part_of_a_series": "it is one part of a series",
}


def clusters(service: Service, site_id: int, found: Clustered) -> Json:
    """Tell the clusters, the largest first, and the posts that belong nowhere."""
    kept, by_chance = found.purity
    return {
        "clusters": [cluster(found, each) for each in found.topics],
        "nowhere": [_post(found.index, row) for row in found.clusters.apart.tolist()],
        "purity": _rounded(kept),
        "purity_by_chance": _rounded(by_chance),
        "by_meaning": bool(len(found.index.heads)),
        "fewest_posts": found.fewest,
        "meta": answers.meta(service.meta(site_id)),
    }


def cluster(found: Clustered, topic: Topic) -> Json:
    """Tell one cluster."""
    index = found.index
    return {
        "number": topic.number + 1,
        "name": topic.named.name,
        "terms": list(topic.named.terms),
        "posts": [
            _post(index, row) | {"likeness": round(float(found.clusters.likeness[row]), 3)} for row in topic.members
        ],
        "pillar": None if topic.pillar is None else _post(index, topic.pillar),
        "nearest_to_pillar": _post(index, topic.nearest),
        "lacks": [{"code": code, "text": LACKS[code]} for code in topic.lacks],
        "to_cover": list(topic.uncovered),
        "missing": {
            "to_pillar": _pairs(index, topic.to_pillar),
            "from_pillar": _pairs(index, topic.from_pillar),
            "within": _pairs(index, topic.within),
        },
        "links_out": topic.links_out,
        "links_inside": topic.links_inside,
        "purity": _rounded(topic.purity),
        "purity_by_chance": _rounded(topic.chance),
    }


def of_posts(told: Json) -> list[Json]:
    """Give a line for each post: which cluster it is of, and whether it is its pillar."""
    lines = [
        {"cluster": each["number"], "name": each["name"], "pillar": post["id"] == (each["pillar"] or {}).get("id")}
        | post
        for each in told["clusters"]
        for post in each["posts"]
    ]
    return lines + [{"cluster": None, "name": "", "pillar": False} | post for post in told["nowhere"]]


def rivals(service: Service, site_id: int, found: Competing) -> Json:
    """Tell the posts that compete, the most alike first."""
    return {
        "rivals": [_rivals(found.index, each) for each in found.rivals],
        "meta": answers.meta(service.meta(site_id)),
    }


def _rivals(index: Index, found: Rivals) -> Json:
    return {
        "keep": _post(index, found.keep),
        "others": [_post(index, row) for row in found.others],
        "same_text": found.same,
        "likeness_of_words": round(found.words, 3),
        "likeness_of_meaning": _rounded(found.meaning),
    }


def _post(index: Index, row: int) -> Json:
    return answers.card(index.card_at(row))


def _pairs(index: Index, pairs: list[tuple[int, int]]) -> list[Json]:
    ids = index.posts.ids
    return [{"source_id": int(ids[source]), "target_id": int(ids[target])} for source, target in pairs]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
