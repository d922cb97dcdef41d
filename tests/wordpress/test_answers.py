import pytest

from suggester.errors import AnswerUnreadable, SiteRefused
from suggester.wordpress.answers import Missing, RestClosed, check, complaint, read_json
from suggester.wordpress.http import Answer

URL = "https://blog.example/wp-json/wp/v2/posts"


def answer(body, status=200):
    return Answer(URL, status, {}, body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("\ufeff[1]", [1]),
        ("\n\n[1, 2]", [1, 2]),
        ('<br />\n<b>Warning</b>: Undefined array key [0] in x.php on line <b>3</b><br />\n[{"id": 1}]', [{"id": 1}]),
        ('Notice: {closure} in x.php\n{"id": 1}\n', {"id": 1}),
        ('[{"id": 1}]\n<!-- cached by a plugin -->', [{"id": 1}]),
        (b'["caf\xe9"]', ["caf\ufffd"]),
    ],
)
def test_json_is_found_also_behind_notices(body, value):
    assert read_json(answer(body)) == value


@pytest.mark.parametrize(
    ("body", "error", "says"),
    [
        ("<!DOCTYPE html><title>Back soon</title>", AnswerUnreadable, "cache or security plugin or a maintenance page"),
        ("<html><form><input name=pwd type='password'></form>", SiteRefused, "a login or a robot check"),
        ("", AnswerUnreadable, "not JSON"),
        ("Fatal error: out of memory", AnswerUnreadable, "error log"),
        ("[" * 100_000, AnswerUnreadable, "not JSON"),
        ('{"id": 1', AnswerUnreadable, "not JSON"),
    ],
)
def test_what_is_no_json_is_named(body, error, says):
    with pytest.raises(error, match=says):
        read_json(answer(body))


REST_ERROR = '{"code": "rest_forbidden", "message": "Sorry.", "data": {"status": 401}}'


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (401, REST_ERROR, RestClosed, r"Sorry \(rest_forbidden\)"),
        (403, "<html>Forbidden", SiteRefused, "firewall or security plugin"),
        (404, '{"code": "rest_no_route", "message": "No route."}', Missing, "No route"),
        (404, "<html>Not found", Missing, "no such route"),
        (400, '{"code": "rest_invalid_param", "message": "Invalid parameter."}', AnswerUnreadable, "Invalid parameter"),
        (418, "<html>teapot", AnswerUnreadable, "HTML page instead of data"),
    ],
)
def test_each_status_has_its_error(status, body, error, says):
    with pytest.raises(error, match=says):
        check(answer(body, status))


@pytest.mark.parametrize(("body", "code"), [(REST_ERROR, "rest_forbidden"), ("[]", None), ("<html>", None)])
def test_the_complaint_of_the_api_itself_is_told_apart(body, code):
    said = complaint(answer(body, 401))
    assert (said.code if said else None) == code
