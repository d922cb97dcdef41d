"""Makes python-wordpress-xmlrpc 2.3 work on Python 3.10 and later."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

from wordpress_xmlrpc import base


def repair() -> None:
    """Give the library's module `base` a `collections` of its own that still has `Iterable`.

    It asks for `collections.Iterable`, gone since Python 3.10, whenever a call answers with a list. Python's own
    module stays as it is.
    """
    base.collections = SimpleNamespace(Iterable=Iterable)
