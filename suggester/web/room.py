"""The room of services behind the door: handed in once, never built inside a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from suggester.tasks.service import Service

KEY = "suggester"


def hand_in(app: Flask, room: Service) -> None:
    """Give the app its service; a request sees each site as it was when the request first asked."""
    app.extensions[KEY] = room
    answer = app.wsgi_app

    def at_one_moment(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with room.at_one_moment():
            return answer(environ, start_response)

    app.wsgi_app = at_one_moment  # type: ignore[method-assign]  # as Flask lets an app be wrapped


def service() -> Service:
    """Give the service of the running app."""
    return cast("Service", current_app.extensions[KEY])
