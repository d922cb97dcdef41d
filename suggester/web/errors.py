"""Every error leaves as JSON: its name, and one sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from suggester import errors

STATUS: dict[type[errors.SuggesterError], int] = {  # the first that fits counts
    errors.KeyRefused: 401,
    errors.SiteUnread: 404,
    errors.UnknownPost: 404,
    errors.UnknownSite: 404,
    errors.UnknownRun: 404,
    errors.RunRefused: 409,
    errors.BodyTooLarge: 413,
    errors.LoginRefused: 422,
    errors.RequestError: 400,
    errors.ContentError: 409,
    errors.SiteChanged: 409,
    errors.SyncRunning: 409,
    errors.SiteError: 502,
    errors.ExportError: 400,
    errors.DiskFull: 507,
    errors.StoreBusy: 503,
    errors.ModelError: 503,
    errors.SuggesterError: 500,
}
RETRY_AFTER = 5  # seconds, where trying again may help

SENTENCES = {
    400: "The request could not be read; send valid JSON as UTF-8.",
    404: "There is nothing at this address; /v1/openapi.json lists what there is.",
    405: "This address does not answer that method; /v1/openapi.json lists what it answers.",
    415: "Send the body as application/json.",
    422: "Some fields are missing or wrong.",
    500: "Something went wrong inside the service; its log says what. Nothing was lost.",
}
log = logging.getLogger("suggester.web")


def register(app: Flask) -> None:
    """Let every error of the app leave as JSON."""
    app.register_error_handler(errors.SuggesterError, _of_ours)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, _unexpected)


def of_http(error: HTTPException) -> Response:
    """Answer an error of HTTP itself."""
    if isinstance(error, RequestEntityTooLarge):
        return _of_ours(errors.BodyTooLarge("The body is larger than this service takes; send one post at a time."))
    status = error.code or 500
    wrong = _wrong_fields(getattr(error, "data", None))
    sentence = _first_sentence(wrong) or SENTENCES.get(status, error.name + ".")
    answer = _answer(status, type(error).__name__, sentence, **({"fields": wrong} if wrong else {}))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "Location"}:
            answer.headers[name] = value
    return answer


def status_of(error: errors.SuggesterError) -> int:
    """Give the HTTP status for an error of ours."""
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


def _of_ours(error: errors.SuggesterError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    answer = _answer(status, type(error).__name__, str(error))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="link-suggester"'
    if not error.permanent:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _unexpected(error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return _answer(500, "InternalError", SENTENCES[500])


def _answer(status: int, name: str, message: str, **more: object) -> Response:
    answer = jsonify({"error": name, "message": message} | more)
    answer.status_code = status
    return answer


def _wrong_fields(data: object) -> Mapping[str, object]:
    """Give webargs's complaints without the name of the place they were found in."""
    messages = data.get("messages", {}) if isinstance(data, Mapping) else {}
    return {name: wrong for place in messages.values() if isinstance(place, Mapping) for name, wrong in place.items()}


def _first_sentence(wrong: object) -> str:
    """Give the first complaint with the path of its field in front, as in `changes.0.kind: …`."""
    path: list[str] = []
    while isinstance(wrong, Mapping) and wrong:
        name, wrong = next(iter(wrong.items()))
        path.append(str(name))
    where = ".".join(name for name in path if name != "_schema") or "The body"
    return f"{where}: {wrong[0]}" if isinstance(wrong, list) and wrong else ""
