"""How an endpoint of /v1 is declared: once, for the routing, the validation and the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from suggester.web.answers import Json
from suggester.web.auth import require_key

View = TypeVar("View", bound=Callable[..., Json])
Room = Any  # flask-smorest's Blueprint, which carries no types


class BodyParser(FlaskParser):
    """Reads JSON bodies; whatever is not JSON in UTF-8 is refused by name."""

    def _raw_load_json(self, req: Request) -> object:
        if not core.is_json(req.mimetype):
            raise UnsupportedMediaType
        try:
            return json.loads(req.get_data(cache=False).decode())
        except (ValueError, RecursionError) as error:
            raise BadRequest from error


def room(name: str, description: str) -> Room:
    """Make a blueprint that asks for a key and reads bodies with `BodyParser`."""
    made = Blueprint(name, __name__, url_prefix="/v1", description=description)
    made.ARGUMENTS_PARSER = BodyParser()
    made.before_request(require_key)
    return made


def endpoint(
    blueprint: Room,
    method: str,
    path: str,
    *,
    gives: type[Schema],
    takes: type[Schema] | None = None,
    place: str = "json",
    status: int = 200,
) -> Callable[[View], View]:
    """Declare an endpoint; its docstring becomes its description."""

    def declare(view: View) -> View:
        declared: Any = blueprint.response(status, gives)(view)
        if takes:
            declared = blueprint.arguments(takes, location=place)(declared)
        blueprint.route(path, methods=[method])(declared)
        return view

    return declare
