"""Numbers for Prometheus at /metrics: of the sites and the queue from the store, of the requests from this process."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from suggester.errors import KeyRefused
from suggester.web.answers import VERSION

if TYPE_CHECKING:
    from suggester.store import Store
    from suggester.store.figures import SiteFigures

ADDRESS = "/metrics"
FORM = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NO_ROUTE = "none"  # of addresses where nothing is: as many as somebody likes to try
UNWATCHED = {ADDRESS, "/healthz"}
LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
log = logging.getLogger("suggester.requests")


def serve_metrics(app: Flask, store: Store, token: str) -> None:
    """Count the requests of the app, and give all numbers to who may have them.

    With a token whoever sends it may; without one only who asks from this machine, and not through a proxy on it.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges(store))
    ProcessCollector(registry=registry)
    asked = Histogram(
        "suggester_http_request_seconds",
        "How long requests took that this process answered",
        ("route", "method", "status"),
        buckets=BUCKETS,
        registry=registry,
    )

    def metrics() -> Response:
        _check(token)
        return Response(generate_latest(registry), content_type=FORM)

    def begin() -> None:
        g.began = perf_counter()

    def end(answer: Response) -> Response:
        _count(asked, answer)
        return answer

    app.add_url_rule(ADDRESS, view_func=metrics)
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


class Gauges(Collector):
    """Reads the store each time it is asked, so that any of many processes gives the same numbers.

    The posts and suggestions of a site are counted again only when a refresh of it has ended since.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._counted: dict[int, tuple[int, SiteFigures]] = {}  # site -> its last refresh, and the numbers then

    def collect(self) -> Iterator[Metric]:
        """Give all numbers."""
        now, last = datetime.now(UTC), self._store.last_refreshes()
        done = {site_id: refresh for site_id, refresh in last.items() if refresh}
        figures = self._figures({site_id: refresh.id for site_id, refresh in done.items()})
        ages = {(site_id,): (now - refresh.ended_at).total_seconds() for site_id, refresh in done.items()}
        stages = {
            (site_id, stage): seconds for site_id, refresh in done.items() for stage, seconds in refresh.seconds.items()
        }
        yield InfoMetricFamily("suggester", "Which version this is", {"version": VERSION})
        yield _gauge("sites", "Sites that are kept", (), {(): len(last)})
        yield _gauge("posts", "Posts as of the last refresh", ("site",), _each(figures, "posts"))
        yield _gauge("orphans", "Posts that no other post links to", ("site",), _each(figures, "orphans"))
        yield _gauge("suggestions", "Suggestions that are shown", ("site",), _each(figures, "suggestions"))
        yield _gauge("last_success_age_seconds", "Since a refresh last ended well", ("site",), ages)
        yield _gauge("refresh_seconds", "How long each stage of the last refresh took", ("site", "stage"), stages)
        yield from self._queue()

    def _queue(self) -> Iterator[Metric]:
        queued = self._store.queued()
        named = (
            ("queue_length", "waiting", "Tasks that wait for a worker"),
            ("tasks_running", "running", "Tasks under way"),
            ("dead_letters", "failed", "Tasks that were given up, and wait for a person"),
        )
        for name, state, meaning in named:
            counts = {(kind,): count for (kind, other), count in queued.tasks.items() if other == state}
            yield _gauge(name, meaning, ("kind",), {("refresh",): 0} | counts)
        counts = {(state,): queued.deliveries.get(state, 0) for state in ("waiting", "failed")}
        yield _gauge("digest_deliveries", "Digests on their way, and given up", ("state",), counts)
        yield _gauge("changes_waiting", "Changes told by plugins, not yet taken up", (), {(): queued.changes})

    def _figures(self, refreshes: dict[int, int]) -> dict[int, SiteFigures]:
        with self._lock:
            before, self._counted = self._counted, {}
            for site_id, refresh_id in refreshes.items():
                known = before.get(site_id)
                fresh = known and known[0] == refresh_id
                figures = known[1] if known and fresh else self._store.site_figures(site_id)
                self._counted[site_id] = (refresh_id, figures)
            return {site_id: figures for site_id, (_, figures) in self._counted.items()}


def _gauge(name: str, meaning: str, labels: Iterable[str], values: Mapping[Any, float]) -> Metric:
    made = GaugeMetricFamily(f"suggester_{name}", meaning, labels=list(labels))
    for key, value in values.items():
        made.add_metric([str(each) for each in key], value)
    return made


def _each(figures: dict[int, SiteFigures], name: str) -> dict[Any, float]:
    return {(site_id,): getattr(found, name) for site_id, found in figures.items()}


def _count(asked: Histogram, answer: Response) -> None:
    """Count a request by its route as it is written in the code, never by its address."""
    route = str(request.url_rule) if request.url_rule else NO_ROUTE
    if route in UNWATCHED:
        return
    method = request.method if request.method in METHODS else "other"
    seconds = perf_counter() - g.get("began", perf_counter())
    asked.labels(route, method, str(answer.status_code)).observe(seconds)
    facts = {"method": method, "route": route, "status": answer.status_code, "seconds": round(seconds, 4)}
    site_id = g.get("site_id") or (request.view_args or {}).get("site_id")
    log.info("request", extra=facts | ({"site": site_id} if isinstance(site_id, int) else {}))


def _check(token: str) -> None:
    if token:
        kind, _, sent = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode()):
            return
        raise KeyRefused("Send SUGGESTER_METRICS_TOKEN in the header `Authorization: Bearer <token>`.")
    if not _from_here():
        raise KeyRefused("Set SUGGESTER_METRICS_TOKEN and send it along; without it only this machine itself may ask.")


def _from_here() -> bool:
    """Whether this machine itself asks, and no proxy on it for somebody else."""
    try:
        here = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    name = request.host.rpartition(":")[0] if not request.host.endswith("]") and ":" in request.host else request.host
    return here and name.strip("[]") in LOCAL_NAMES and not any(each in request.headers for each in PROXY_HEADERS)
