"""The page on which a person judges a random sample of suggestions, and the same sample as JSON."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlsplit

from suggester.evaluate.sample import Sample, Shown
from suggester.evaluate.verdicts import FORMAT
from suggester.web import answers
from suggester.web.answers import Json
from suggester.web.standalone import policy, static, templates


def render(sample: Sample) -> str:
    """Write the page; what a person says there is saved as a file that holds none of the site's text."""
    style, script = static("report.css", "sample.css"), static("sample.js")
    pages = templates()
    pages.filters["confidence"] = answers.confidence
    page = pages.get_template("sample.html")
    head = _head(sample) | {"id": _id(sample), "file": f"verdicts-{_host(sample)}-{sample.seed}.json"}
    return page.render(sample=sample, head=head, style=style, script=script, policy=policy(style, script))


def as_json(sample: Sample) -> Json:
    """Tell a sample whole; with a verdict written to each suggestion it is a verdict file."""
    return _head(sample) | {"suggestions": [_suggestion(number, each) for number, each in enumerate(sample.items, 1)]}


def _head(sample: Sample) -> Json:
    return {
        "format": FORMAT,
        "site": {"url": sample.url, "name": sample.name},
        "meta": answers.meta(sample.made),
        "least_score": sample.least_score,
        "seed": sample.seed,
        "posts": sample.posts,
        "asked": sample.asked,
        "shown": sample.shown,
    }


def _suggestion(number: int, each: Shown) -> Json:
    item = each.suggestion
    return {
        "number": number,
        "source_id": item.source_id,
        "source": answers.target(each.source),
        "target": answers.target(each.target) | {"begins": each.begins},
        "heading": each.heading,
        "paragraph": [{"text": piece.text, "kind": piece.kind} for piece in each.paragraph],
        "anchor": item.anchor.text if item.anchor else "",
        "block": item.anchor.block if item.anchor else 0,
        "score": item.score,
        "reasons": [reason.text for reason in item.reasons],
        "verdict": "",
    }


def _id(sample: Sample) -> str:
    """Tell this sample from any other, so that the browser keeps their verdicts apart."""
    drawn = [(each.suggestion.source_id, each.suggestion.target_id) for each in sample.items]
    return hashlib.sha256(json.dumps([sample.url, sample.seed, drawn]).encode()).hexdigest()[:16]


def _host(sample: Sample) -> str:
    return "".join(char if char.isalnum() or char in ".-" else "-" for char in urlsplit(sample.url).netloc) or "site"
