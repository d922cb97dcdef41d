"""The data folder: sites, posts, vectors, verdicts and keys."""

from suggester.store.embeddings import text_hash
from suggester.store.posts import is_too_long, path_of
from suggester.store.rows import Change, Count, KeyRow, SiteRow, Step, SyncState, Task
from suggester.store.runs import Head, Intent
from suggester.store.secrets import Secrets
from suggester.store.shelf import FolderShelf, Shelf, put_text
from suggester.store.store import DATABASE, Store
from suggester.store.suggestions import Made, Ripple, Watched

__all__ = [
    "DATABASE",
    "Change",
    "Count",
    "FolderShelf",
    "Head",
    "Intent",
    "KeyRow",
    "Made",
    "Ripple",
    "Secrets",
    "Shelf",
    "SiteRow",
    "Step",
    "Store",
    "SyncState",
    "Task",
    "Watched",
    "is_too_long",
    "path_of",
    "put_text",
    "text_hash",
]
