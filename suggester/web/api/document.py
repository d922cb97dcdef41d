"""The OpenAPI document, written by the schemas that validate."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api

from suggester.web import auth, errors
from suggester.web.api.clicks import clicks
from suggester.web.api.content import content
from suggester.web.api.dashboard import dashboard_links
from suggester.web.api.inbound import inbound
from suggester.web.api.posts import posts
from suggester.web.api.rules import rules
from suggester.web.api.schemas.base import ErrorSchema
from suggester.web.api.settings import settings
from suggester.web.api.site import site

Document = Any  # flask-smorest's Api, which carries no types
DESCRIPTION = (
    "Finds the internal links the posts of a WordPress site lack. Every answer is JSON; so is every error. "
    "Fields of a request that are not named here are ignored."
)


def _make(app: Flask) -> Document:
    app.config |= {
        "API_TITLE": "Link suggester",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION},
            "security": [{"siteKey": []}],
        },
    }

    class JsonApi(Api):  # type: ignore[misc]  # flask-smorest carries no types
        ERROR_SCHEMA = ErrorSchema

        def _register_error_handlers(self) -> None:
            errors.register(app)

    return JsonApi(app)


def serve_api(app: Flask) -> None:
    """Put /v1 and its document into the app; all of it but the document asks for a key."""
    api = _make(app)
    api.spec.components.security_scheme("siteKey", auth.SCHEME)
    for blueprint in (posts, inbound, site, content, settings, rules, dashboard_links, clicks):
        api.register_blueprint(blueprint)
