"""The releases of WordPress as parameters of tests."""

from __future__ import annotations

import pytest

from .core import SUITES


def releases(group: str, *suites: str) -> list[pytest.ParameterSet]:
    """Releases, by default all of them; the tests of one all run in the same process, so that its site is made once."""
    return [on_release(group, name) for name in suites or SUITES]


def on_release(group: str, suite: str, *values: object) -> pytest.ParameterSet:
    """One release as a parameter, and others beside it."""
    return pytest.param(suite, *values, marks=pytest.mark.xdist_group(f"{group} {suite}"))


def kept_to(fixture: str, group: str, *suites: str) -> pytest.MarkDecorator:
    """Keep a test, whose site is this fixture's, to some releases: bookworm (6.1), trixie (6.8), newest."""
    return pytest.mark.parametrize(fixture, releases(group, *suites), indirect=True, scope="session")
