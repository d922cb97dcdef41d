"""What robots.txt asks of programs (RFC 9309): the longest rule that fits decides, and a tie is decided for us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OURS = "link-suggester"  # the product token of our User-Agent
MOST = 500 << 10  # bytes that are read of it; RFC 9309, 2.5, asks for so many at least
LONGEST_DELAY = 10.0  # seconds between two requests; who asks for more gets no more than that

_LINE = re.compile(r"^\s*([A-Za-z-]+)\s*:\s*(.*?)\s*(?:#.*)?$")
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A beginning of addresses, `*` for anything and `$` for the end."""

    pattern: str
    allows: bool


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that hold for us on one host."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0  # seconds between two requests that are asked for
    closed: str = ""  # why nothing may be asked at all; "" where the rules say

    def allows(self, target: str) -> bool:
        """Whether we may ask for this path (and query)."""
        path = _even(target)
        fitting = [(len(rule.pattern), rule.allows) for rule in self.rules if fits(rule.pattern, path)]
        return not self.closed and max(fitting, default=(0, True))[1]


OPEN = Robots()


def read(text: str) -> Robots:
    """Read a robots.txt: the rules of all groups that name us, else of those for everybody."""
    ours: list[Rule] = []
    everybody: list[Rule] = []
    delays = {True: 0.0, False: 0.0}
    named = False
    for agents, key, value in _lines(text):
        mine = OURS in agents
        if not mine and "*" not in agents:
            continue
        named = named or mine
        if key == "crawl-delay":
            delays[mine] = max(delays[mine], _seconds(value))
        elif key in ("allow", "disallow") and value:
            (ours if mine else everybody).append(Rule(_even(value), key == "allow"))
    return Robots(tuple(ours if named else everybody), delays[named])


def fits(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says, found piece by piece and thus in linear time."""
    ends = pattern.endswith("$")
    first, *others = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others, 1):
        if ends and number == len(others):
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not ends or at == len(path)


def _lines(text: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Give each line of a group with the programs that the group is for."""
    agents: set[str] = set()
    listing = False
    for line in text[:MOST].splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1].lower(), found[2]
        if key == "user-agent":
            agents = {*(agents if listing else ()), value.split("/")[0].strip().lower()}
            listing = True
            yield frozenset(agents), key, value
        elif agents:
            listing = False
            yield frozenset(agents), key, value


def _seconds(value: str) -> float:
    try:
        asked = float(value)
    except ValueError:
        return 0.0
    return min(asked, LONGEST_DELAY) if asked > 0 else 0.0


def _even(path: str) -> str:
    return _ESCAPE.sub(lambda found: found[0].upper(), path)
