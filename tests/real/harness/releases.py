"""The releases of WordPress as parameters of tests."""

from __future__ import annotations

import pytest

from .core import SUITES


def releases(group: str, *suites: str) -> list[pytest.ParameterSet]:
    """Releases, by default all of them; the tests of one all run in the same process, so that its site is made once."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(f"{group} {name}")) for name in suites or SUITES]
