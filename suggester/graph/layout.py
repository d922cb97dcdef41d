"""Where each post stands on the map of a site: posts of one subject side by side, linked ones near, orphans around.

Clusters are placed first, by what joins them, then their posts within and between them. What joins two posts draws them
together, whatever stands close is pushed apart, by the kernel 1 / (1 + d^2) of t-SNE (van der Maaten and Hinton 2008)
with repulsion from posts drawn at random as in LargeVis (Tang et al. 2016) and UMAP (McInnes et al. 2018). Dots that
would cover each other are moved apart at the end. Nothing is left to chance: the same index gives the same map.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.graph.clusters import Clusters

LINK_DRAWS = 0.4  # beside 1 of the nearest post
ACROSS_DRAWS = 0.3  # of what joins posts of two clusters, beside those of one
ROUNDS_OF_CLUSTERS, ROUNDS = 400, 200
DRAWN = 6  # posts that each is pushed away from, in every round
PUSH = 10.0  # of those together, beside 1 of all that draws
STEP = 1.5  # at the beginning; it falls to nothing
ROOM = 7.0  # clusters stand so much further apart than posts, at the beginning
ROUNDS_APART = 80
FILLED = 0.6  # share of the disc that dots may cover
RIM = 1.07  # radius at which the orphans begin, 1 being that of all others
RIM_STEP = 0.022  # between two of them

Places = NDArray[np.float64]  # shape (posts, 2)


def lay_out(index: Index, clusters: Clusters) -> Places:
    """Give each post of a site a place: within a circle of radius 1, orphans around it."""
    alone = index.posts.targets & (index.inbound() == 0)
    ties = _ties(index, clusters)
    found = _start(ties, clusters.of)
    found = _settled(found, ties, ROUNDS)
    return _orphans_around(_within_circle(found, ~alone), alone)


def _ties(index: Index, clusters: Clusters) -> sparse.csr_matrix:
    """Say how much draws each two posts together, both ways."""
    linked = index.links.astype(bool).astype(np.float64)
    ties = clusters.near.maximum(clusters.near.T) + LINK_DRAWS * linked.maximum(linked.T)
    ties = ties.tocoo()
    apart = clusters.of[ties.row] != clusters.of[ties.col]
    weights = np.where(apart, ACROSS_DRAWS, 1.0) * ties.data
    kept = (ties.row != ties.col) & (weights > 0)
    return sparse.csr_matrix((weights[kept], (ties.row[kept], ties.col[kept])), shape=ties.shape)


def _start(ties: sparse.csr_matrix, of: NDArray[np.int64]) -> Places:
    """Give each post a place about the middle of its cluster; clusters are placed by what joins them."""
    count = int(of.max(initial=-1)) + 1
    dice = np.random.default_rng(0)
    if not count:
        return np.asarray(dice.standard_normal((len(of), 2)) * ROOM)
    member = sparse.csr_matrix(
        (np.ones(int((of >= 0).sum())), (np.flatnonzero(of >= 0), of[of >= 0])), shape=(len(of), count)
    )
    joined = (member.T @ ties @ member).tocsr()
    joined.setdiag(0)
    joined.eliminate_zeros()
    sizes = np.maximum(np.asarray(member.sum(axis=0)).ravel(), 1)
    weights = sparse.diags(1 / np.sqrt(sizes)) @ joined @ sparse.diags(1 / np.sqrt(sizes))
    middles = _settled(_spiral(count), weights.tocsr(), ROUNDS_OF_CLUSTERS) * ROOM / 2
    spread = np.sqrt(sizes / len(of) * count)
    there = np.where(of >= 0, of, dice.integers(0, count, len(of)))
    return np.asarray(middles[there] + dice.standard_normal((len(of), 2)) * spread[there, None], np.float64)


def _spiral(count: int) -> Places:
    """Give points that fill a disc evenly, the first in the middle (Vogel 1979)."""
    at = np.arange(count) + 0.5
    angle = at * np.pi * (3 - np.sqrt(5))
    return np.asarray(np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(at)[:, None])


def _settled(places: Places, ties: sparse.csr_matrix, rounds: int) -> Places:
    """Let posts be drawn together by their ties and pushed apart by all others, until little moves."""
    count, dice = len(places), np.random.default_rng(1)
    if count < 2:
        return places
    ends = np.repeat(np.arange(count), np.diff(ties.indptr))
    totals = np.maximum(np.asarray(ties.sum(axis=1)).ravel(), 1e-9)
    shares = ties.data / totals[ends]
    for at in range(rounds):
        drawn = _pulled(places, ends, ties.indices, shares)
        others = dice.integers(0, count, (DRAWN, count))
        pushed = np.zeros_like(places)
        for other in others:
            away = places - places[other]
            square = (away * away).sum(axis=1)
            pushed += away * (2 / ((0.05 + square) * (1 + square)))[:, None]
        step = STEP * (1 - at / rounds)
        places = places + step * np.clip(drawn + pushed * (PUSH / DRAWN), -2, 2)
    return np.asarray(places - places.mean(axis=0))


def _pulled(places: Places, ends: NDArray[np.int64], others: NDArray[np.int32], shares: Places) -> Places:
    towards = places[others] - places[ends]
    weight = shares * 2 / (1 + (towards * towards).sum(axis=1))
    pulls = [np.bincount(ends, weights=towards[:, axis] * weight, minlength=len(places)) for axis in (0, 1)]
    return np.stack(pulls, axis=1)


def _within_circle(places: Places, counted: NDArray[np.bool_]) -> Places:
    """Scale to a circle of radius 1, and let no two dots of equal size cover each other.

    `counted` are the posts that decide the scale; strays are drawn to the rim.
    """
    counted = counted if counted.any() else np.ones(len(places), bool)
    if not len(places):
        return places
    places = _apart(_scaled(places, counted), 1.8 * np.sqrt(FILLED / int(counted.sum())))
    places = _scaled(places, counted)
    reach = np.linalg.norm(places, axis=1)
    return np.asarray(places * (np.minimum(reach, 1) / np.maximum(reach, 1e-9))[:, None])


def _scaled(places: Places, counted: NDArray[np.bool_]) -> Places:
    """Bring the middle of all but the furthest to (0, 0), and them within radius 1."""
    lower, upper = np.quantile(places[counted], (0.01, 0.99), axis=0)
    places = places - (lower + upper) / 2
    return np.asarray(places / max(float(np.quantile(np.linalg.norm(places[counted], axis=1), 0.995)), 1e-9))


def _apart(places: Places, distance: float) -> Places:
    """Move posts until hardly any two are nearer than `distance`."""
    from scipy.spatial import cKDTree  # here, since only the map needs it

    for _ in range(ROUNDS_APART):
        pairs = cKDTree(places).query_pairs(distance, output_type="ndarray")
        if not len(pairs):
            break
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        away = places[pairs[:, 0]] - places[pairs[:, 1]]
        length = np.linalg.norm(away, axis=1)
        angle = pairs.sum(axis=1).astype(np.float64)  # of posts at the very same place
        away = np.where(length[:, None] > 1e-9, away, np.stack([np.cos(angle), np.sin(angle)], axis=1) * 1e-9)
        move = away * (0.25 * (distance - length) / np.maximum(length, 1e-9))[:, None]
        shift = [
            np.bincount(pairs[:, 0], move[:, axis], len(places)) - np.bincount(pairs[:, 1], move[:, axis], len(places))
            for axis in (0, 1)
        ]
        places = places + np.stack(shift, axis=1)
    return places


def _orphans_around(places: Places, alone: NDArray[np.bool_]) -> Places:
    """Set orphans on rings around all others, each as near as can be to the side of the posts that are like it."""
    rows = np.flatnonzero(alone)
    if not len(rows):
        return places
    slots = _slots(len(rows))
    angle = np.arctan2(places[rows, 1], places[rows, 0])
    order = rows[np.lexsort((rows, angle))]
    wanted, given = np.sort(angle), np.arctan2(slots[:, 1], slots[:, 0])
    turn = np.angle(np.exp(1j * (wanted - given)).mean() + 1e-12)
    turned = slots @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    found = places.copy()
    found[order] = turned
    return found


def _slots(count: int) -> Places:
    """Give places on as few rings as hold so many, in the order of their angles."""
    rings = 1
    while sum(int(2 * np.pi * (RIM + RIM_STEP * ring) / RIM_STEP) for ring in range(rings)) < count:
        rings += 1
    radii = RIM + RIM_STEP * np.arange(rings)
    each = np.floor(count * radii / radii.sum()).astype(int)
    each[-1] += count - each.sum()
    angles = [2 * np.pi * (np.arange(many) + 0.5 * (ring % 2)) / max(1, many) - np.pi for ring, many in enumerate(each)]
    found = np.concatenate(
        [np.stack([angle, np.full(len(angle), radius)], axis=1) for angle, radius in zip(angles, radii, strict=True)]
    )
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    return np.asarray(np.stack([np.cos(found[:, 0]), np.sin(found[:, 0])], axis=1) * found[:, 1:])
