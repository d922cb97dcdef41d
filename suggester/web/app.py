"""The web door: Flask around the one room of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, render_template

from suggester.web.answers import Json
from suggester.web.api.document import serve_api
from suggester.web.dashboard import serve_dashboard
from suggester.web.metrics import serve_metrics
from suggester.web.room import hand_in

if TYPE_CHECKING:
    from suggester.tasks.service import Service

MAX_BODY_BYTES = 8 * 1024 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    service: Service, *, max_body_bytes: int = MAX_BODY_BYTES, address: str = "", metrics_token: str = ""
) -> Flask:
    """Make the app that answers for this service; `address` is where browsers find it, "" for wherever they ask.

    `metrics_token` lets other machines read /metrics.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = max_body_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]  # answers keep the order of the contract
    hand_in(app, service)
    serve_api(app)
    serve_dashboard(app, address)
    serve_metrics(app, service.store, metrics_token)
    app.add_url_rule("/", view_func=landing)
    app.add_url_rule("/healthz", view_func=healthz)
    app.after_request(_guarded)
    return app


def landing() -> str:
    """Say what this is, and that all is well; nothing of any site."""
    return render_template("landing.html")


def healthz() -> Json:
    """Say that the service answers; asks for no key."""
    return {"status": "ok"}


def _guarded(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
