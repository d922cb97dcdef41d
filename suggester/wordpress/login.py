"""The user of a WordPress site in whose name it is read and written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """A user name with one of that user's application passwords."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """Who a login turned out to be, and what that user may do."""

    user: str
    edits_others: bool  # may read and write the raw content of other people's posts
    roles: tuple[str, ...] = ()
