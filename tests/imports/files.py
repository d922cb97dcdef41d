"""Files as other tools write them, made after their documented columns; and a site that they speak of."""

from __future__ import annotations

import io
import zipfile
from typing import IO

from suggester.content.links import Address, Resolver
from suggester.entities import Site
from suggester.imports.gather import Gathered
from suggester.imports.read import Read, read

HOME = "https://blog.example"
POSTS = tuple(Address(number, f"{HOME}/post-{number}/") for number in range(1, 10))


def url(number: int) -> str:
    return f"{HOME}/post-{number}/"


def resolver() -> Resolver:
    return Resolver(Site(HOME), POSTS)


def file(text: str, name: str = "some.csv", encoding: str = "utf-8") -> tuple[str, IO[bytes]]:
    return name, io.BytesIO(text.encode(encoding))


def packed(members: dict[str, str], name: str = "some.zip") -> tuple[str, IO[bytes]]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, text in members.items():
            made.writestr(path, text)
    return name, out


def understood(*given: tuple[str, IO[bytes]], kind: str = "") -> Read:
    return read(given, resolver(), kind)


def one(*given: tuple[str, IO[bytes]], kind: str = "") -> Gathered:
    """What files of a single kind say."""
    (found,) = understood(*given, kind=kind).found
    return found
