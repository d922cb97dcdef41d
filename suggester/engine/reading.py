"""What the engine works on: posts whose content has been read and embedded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from suggester.encoding.protocol import Vectors
from suggester.entities import Body, Post

Encode = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, shape (len(texts), dimension); usually an encoder behind a store of known vectors."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A post of the corpus as the index takes it in."""

    post: Post
    body: Body  # links carry their `target` where it is known
    lang: str  # primary language subtag, declared or detected; "" where unknown
    texts: tuple[str, ...]  # what is embedded of it: `passages.texts_of(post.title, body)`; the first is its head
    vectors: Vectors | None = None  # one row for each of `texts`; None where there is no encoder


@dataclass(frozen=True, slots=True)
class Draft:
    """The post for which suggestions are wanted, as it stands on screen, saved or not."""

    post: Post  # id 0 where WordPress has not given it one yet
    body: Body
    lang: str = ""
