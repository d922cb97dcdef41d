"""Look through the links that stand in a draft, with all that the store knows of where they lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.standing import Known, report
from suggester.entities import LinkReport
from suggester.store import Store
from suggester.tasks.indexes import Ready

ENOUGH = 100  # changes looked at; so many mean that the corpus is behind in any case


def reports_of(
    store: Store, site_id: int, ready: Ready, drafts: Sequence[Draft], policy: Policy
) -> Iterator[LinkReport]:
    """Count the links of drafts and say what is wrong with them; the store is asked only for what matters."""
    targets = {link.target for draft in drafts for link in draft.body.links if link.target is not None}
    hidden = store.unpublished(site_id, targets)
    for draft in drafts:
        known = Known(ready.resolver, hidden)
        if any(ready.resolver.is_unknown(link.href, draft.post.url) for link in draft.body.links):
            dead, complete = store.dead_addresses(site_id), _is_complete(store, site_id, draft.post.id)
            known = Known(ready.resolver, hidden, dead, complete)
        yield report(draft, ready.index, policy, known)


def _is_complete(store: Store, site_id: int, own: int) -> bool:
    """Whether nothing happened in WordPress, but to this very post, that the corpus does not know yet."""
    return all(told.post_id == own for told in store.waiting_changes(site_id, ENOUGH))
