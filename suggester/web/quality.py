"""How good the suggestions of a site are, put into words: for the terminal and the dashboard alike."""

from __future__ import annotations

from collections.abc import Iterator

from suggester.content.text import plural
from suggester.evaluate.own_site import BUNDLED, HELD_OUT, HIDDEN, OURS, SAME_TAG, TFIDF, Evaluation, Part

TOOLS = {OURS: "this program", BUNDLED: "with the bundled ranker", TFIDF: "TF-IDF cosine", SAME_TAG: "same tag"}
BACK = "R@10/all"  # the share that comes back, newer posts included


def part_in_words(part: Part, found: Evaluation) -> str:
    """Say which links a part is made of."""
    posts = plural(part.sources, "post")
    if part.name == HELD_OUT:
        return f"Held out from all training: {plural(part.targets, 'target')} of {posts}"
    seen = ", seen by the training of this ranker" if found.own_ranker else ""
    return f"Hidden at random: {plural(part.targets, 'target')} of {posts}{seen}"


def in_words(found: Evaluation) -> Iterator[str]:
    """Say what was found, in sentences."""
    words = "cut out of the text" if found.removed else "left in the text"
    yield (
        f"{found.linking:,} of {plural(found.posts, 'post')} have links of their own to other posts, "
        f"{plural(found.links, 'link')}; the words of the hidden ones were {words}."
    )
    part = telling(found)
    ours = part.figures[OURS]
    beside = ", ".join(f"{TOOLS[tool]} {_percent(part.figures[tool][BACK])}" for tool in (TFIDF, SAME_TAG))
    yield f"Among the first ten suggestions are {_percent(ours[BACK])} of the links that authors had set ({beside})."
    if "shown precision" in ours:
        back, right = _percent(ours["shown recall"]), _percent(ours["shown precision"])
        yield (
            f"Shown unasked are {ours['shown a source']:.1f} suggestions a post, with {back} of the hidden links among "
            f"them; at least {right} of what is shown is right, since many good links were never set."
        )


def settings(found: Evaluation) -> str:
    """Say what was found with which settings."""
    encoder = found.encoder or "none, words alone"
    return (
        f"Encoder {encoder}; ranker {found.ranker}; shown from a score of {found.least_score:g} on; "
        f"share {found.share:g}; seed {found.seed}."
    )


def telling(found: Evaluation) -> Part:
    """Give the part that tells most: where the ranker was trained on this site, what that has not seen."""
    wanted = HELD_OUT if found.own_ranker else HIDDEN
    return next((part for part in found.parts if part.name == wanted), found.parts[0])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
