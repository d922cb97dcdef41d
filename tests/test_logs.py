"""What leaves in the log, and what does not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from suggester import logs
from suggester.errors import SiteUnreachable

LOG = logging.getLogger("suggester.test")


@pytest.fixture(params=["json", "text"])
def form(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def told(form: str) -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.set_up(form, stream=stream)
    yield stream
    root.handlers, root.level = before, level
    for name in (logs.NAME, logs.REQUESTS):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("form", ["json"], indirect=True)
def test_an_event_is_one_json_object_with_its_facts(told: io.StringIO):
    LOG.info("digest sent", extra={"site": 3, "tries": 1, "seconds": 0.25, "given_up": False, "colour": "red"})
    LOG.warning("two\nlines")
    first, second = map(json.loads, told.getvalue().splitlines())
    assert {**first, "at": ""} == {
        "at": "", "level": "info", "logger": "suggester.test", "event": "digest sent", "site": 3, "tries": 1,
        "seconds": 0.25, "given_up": False,
    }  # fmt: skip
    assert (second["event"], second["level"]) == ("two lines", "warning")


@pytest.mark.parametrize("form", ["text"], indirect=True)
def test_for_people_it_is_one_line(told: io.StringIO):
    LOG.info("digest sent", extra={"site": 3, "tries": 1})
    (line,) = told.getvalue().splitlines()
    assert line.endswith("Z  info  digest sent  site=3 tries=1")


@pytest.mark.parametrize(
    "secret",
    [
        "https://hooks.example/services/T000/B000/hidden",
        "https://hooks.example/in?key=hidden",
        "https://anna:hidden@blog.example/",
        "postgresql://suggester:hidden@db/suggester",
        "Authorization: Bearer hidden.hidden-hidden",
        "Basic aGlkZGVuOmhpZGRlbg==hidden",
        "sug_hidden",
        "whsec_hidden+hidden/hidden=",
        "abcd EFGH 1234 ijkl MNOP hidd",
        "?token=hidden&more=1",
        "password=hidden",
        "the post “hidden title” of",
        'the post "hidden title" of',
        "RequestError: 'hidden title' is no post",
        "hidden@blog.example",
        "https://blog.example/wp-json/?rest_route=/wp/v2/posts&search=hidden#hidden",
    ],
)
def test_no_secret_leaves_however_it_comes_in(told: io.StringIO, secret: str):
    def leak(text: str) -> None:
        raise ValueError(text)

    hidden = secret.replace("hidd", "hidden") if secret.endswith("hidd") else secret
    LOG.warning("it says: %s", secret)
    LOG.warning("SiteUnreachable: %s", SiteUnreachable(secret))
    LOG.info(
        "request", extra={"route": hidden, "site": hidden, "error": hidden, "title": "hidden", "reason": "hidden t"}
    )
    for error in (ValueError(hidden), SiteUnreachable(secret), OSError(2, "No such file", hidden)):
        try:
            raise error
        except Exception:
            LOG.exception("unexpected")
    try:
        leak(hidden)
    except ValueError:
        LOG.exception("unexpected")
    said = told.getvalue()
    assert "hidden" not in said.replace("hidden_", "")
    assert "MNOP" not in said
    assert "aGlk" not in said


def test_an_unexpected_error_says_where_and_not_what(told: io.StringIO):
    try:
        int("some content of a post")
    except ValueError:
        LOG.exception("unexpected")
    said = told.getvalue()
    assert "ValueError" in said
    assert "tests/test_logs.py:" in said
    assert "content" not in said


def test_an_error_of_the_system_says_what_the_system_says(told: io.StringIO):
    try:
        raise OSError(28, "No space left on device", "/data/hidden")
    except OSError:
        LOG.exception("unexpected")
    assert "No space left on device" in told.getvalue()
    assert "/data" not in told.getvalue()


def test_setting_it_up_again_tells_everything_once(told: io.StringIO, form: str):
    logs.set_up(form, stream=told)
    LOG.info("once")
    assert told.getvalue().count("once") == 1


def test_other_programs_chatter_stays_out(told: io.StringIO):
    logging.getLogger("urllib3").info("GET /secret")
    logging.getLogger("huey").info("Executing")
    assert told.getvalue() == ""


def test_a_line_for_each_request_is_for_programs_alone(told: io.StringIO, form: str):
    logging.getLogger(logs.REQUESTS).info("request", extra={"status": 200})
    assert ("request" in told.getvalue()) == (form == "json")
