"""What the menu of the dashboard leads to, in groups: one line for each page.

A page that the blueprint does not have is left out, so that a line may stand here before its page does.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    endpoint: str  # within the blueprint
    name: str
    icon: str  # a shape of templates/dashboard/macros.html


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together; the first group goes without a heading."""

    name: str
    entries: tuple[Entry, ...]


NAVIGATION = (
    Group("", (Entry("overview", "Overview", "home"),)),
    Group(
        "Repair",
        (
            Entry("orphans", "Orphans", "orphan"),
            Entry("runs", "Runs", "runs"),
            Entry("link_changes", "Link changes", "changes"),
        ),
    ),
    Group(
        "The whole site",
        (
            Entry("audit", "Audit", "audit"),
            Entry("equity", "Equity", "equity"),
            Entry("clusters", "Clusters", "clusters"),
            Entry("map", "Map", "map"),
            Entry("spread", "Spread", "spread"),
        ),
    ),
    Group(
        "Readers and search",
        (
            Entry("imports", "Imports", "imports"),
            Entry("clicks", "Clicks", "clicks"),
        ),
    ),
    Group(
        "Upkeep",
        (
            Entry("rules", "Rules", "rules"),
            Entry("nights", "Nights", "nights"),
            Entry("quality", "Quality", "quality"),
        ),
    ),
)


def menu(pages: Container[str]) -> tuple[Group, ...]:
    """Give the groups of the menu with those of their lines whose page exists; `pages` are full endpoints."""
    found = (
        Group(group.name, tuple(entry for entry in group.entries if f"dashboard.{entry.endpoint}" in pages))
        for group in NAVIGATION
    )
    return tuple(group for group in found if group.entries)
