from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from suggester.errors import LinkRefused
from suggester.store import sign_ins
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.toys_source import ToySource

from .conftest import Owner

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def addresses(app: Flask, method: str) -> list[str]:
    rules = [each for each in app.url_map.iter_rules() if each.endpoint.startswith("dashboard.")]
    values = {
        "site_id": 1,
        "run_id": 1,
        "edit_id": 1,
        "post_id": 1,
        "rule_id": 1,
        "verb": "start",
        "deed": "again",
        "task_id": 1,
        "delivery_id": 1,
        "kind": "orphans",
        "number": 1,
        "what": "inlinks",
        "_anything": "x",
    }
    open_ones = {"dashboard.sign_in", "dashboard.signed_out"}
    return [
        app.url_map.bind("localhost").build(each.endpoint, {name: values[name] for name in each.arguments}, method)
        for each in rules
        if method in each.methods and each.endpoint not in open_ones
    ]


def test_a_link_opens_the_dashboard_once(visitor: FlaskClient, app: Flask, service: Service):
    link = f"/dashboard/sign-in?token={service.sign_in_link([1])}"
    assert visitor.get(link, follow_redirects=True).request.path == "/dashboard/1/"
    other = app.test_client().get(link)
    assert (other.status_code, "used before" in other.text) == (401, True)


def test_a_link_clicked_twice_in_one_browser_leads_on(visitor: FlaskClient, service: Service):
    link = f"/dashboard/sign-in?token={service.sign_in_link([1])}"
    visitor.get(link)
    assert visitor.get(link).location == "/dashboard/"


def test_looking_where_a_link_leads_does_not_use_it_up(visitor: FlaskClient, service: Service):
    link = f"/dashboard/sign-in?token={service.sign_in_link([1])}"
    assert visitor.head(link).status_code == 200
    assert visitor.get(link).status_code == 302


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_asks_a_stranger_for_a_link(visitor: FlaskClient, app: Flask, method: str):
    paths = addresses(app, method)
    assert len(paths) > 5
    for path in paths:
        answer = visitor.open(path, method=method)
        assert (answer.status_code, "suggester dashboard" in answer.text) == (401, True), path


def test_a_part_of_a_page_sends_a_stranger_to_the_door(visitor: FlaskClient):
    answer = visitor.get("/dashboard/1/orphans", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/dashboard/")


def test_every_form_needs_the_token_of_its_session(owner: Owner, app: Flask):
    for path in addresses(app, "POST"):
        for sent in ({}, {"csrf": "guessed"}):
            answer = owner.client.post(path, data=sent)
            assert (answer.status_code, "earlier session" in answer.text) == (400, True), path
    assert owner.get("").status_code == 200


def test_the_token_may_come_in_a_header(owner: Owner, run):
    edits = owner.client.application.extensions["suggester"].edits(1, run.id)[1]
    address = f"/dashboard/1/edits/{edits[0].id}/choose"
    assert owner.client.post(address, headers={"X-CSRF-Token": owner.token}).status_code == 200


def test_signing_out_ends_the_session_for_copies_of_the_cookie_too(owner: Owner):
    stolen = owner.client.get_cookie("link_suggester", path="/dashboard").value
    answer = owner.client.post("/dashboard/sign-out", data={"csrf": owner.token}, follow_redirects=True)
    assert "You are signed out." in answer.text
    assert owner.get("").status_code == 401
    owner.client.set_cookie("link_suggester", stolen, path="/dashboard")
    assert owner.get("").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: FlaskClient, service: Service):
    answer = visitor.get(f"/dashboard/sign-in?token={service.sign_in_link([1])}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/dashboard" in cookie
    assert "Secure" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_travels_over_https_alone(service: Service):
    for app, base in ((create_app(service), "https://links.example"), (create_app(service, address="https://x"), None)):
        answer = app.test_client().get(f"/dashboard/sign-in?token={service.sign_in_link([1])}", base_url=base)
        assert "Secure" in answer.headers["Set-Cookie"]


def test_a_cookie_signed_by_another_data_folder_is_worth_nothing(owner: Owner, app: Flask):
    app.secret_key = b"another" * 5
    assert owner.get("").status_code == 401


def test_pages_run_no_script_but_their_own(owner: Owner):
    for path in ("", "orphans", "runs/", "no-such-page"):
        policy = owner.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy


def test_a_link_for_one_site_opens_no_other(visitor: FlaskClient, service: Service):
    other = service.store.add_site("https://other.example", "https://other.example", name="Other")
    visitor.get(f"/dashboard/sign-in?token={service.sign_in_link([1])}")
    assert visitor.get("/dashboard/1/").status_code == 200
    assert visitor.get(f"/dashboard/{other}/").status_code == 401
    assert "Other" not in visitor.get("/dashboard/1/").text


def test_a_second_link_adds_its_site_to_the_session(visitor: FlaskClient, service: Service):
    other = service.store.add_site("https://other.example", "https://other.example", name="Other")
    for each in (1, other):
        visitor.get(f"/dashboard/sign-in?token={service.sign_in_link([each])}")
    page = visitor.get("/dashboard/")
    assert page.status_code == 200
    assert visitor.get("/dashboard/1/").status_code == visitor.get(f"/dashboard/{other}/").status_code == 200


def test_a_site_that_is_removed_is_gone_from_sessions(owner: Owner, service: Service):
    service.remove_site(1)
    assert owner.get("").status_code == 401


def test_a_link_lasts_minutes_and_a_session_a_day(service: Service):
    store = service.store
    with store._write() as connection:
        link = sign_ins.make(connection, sign_ins.LINK, [1], NOW)
        with pytest.raises(LinkRefused, match="make a new one"):
            sign_ins.redeem(connection, link, "", NOW + timedelta(minutes=11))
        session = sign_ins.redeem(connection, link, "", NOW + timedelta(minutes=9))
        later = NOW + timedelta(minutes=9)
        assert sign_ins.sites_of(connection, session, later + timedelta(hours=11)) == {1}
        assert sign_ins.sites_of(connection, session, later + timedelta(hours=13)) == frozenset()


def test_tokens_are_not_kept_in_the_clear(service: Service, tmp_path):
    link = service.sign_in_link([1])
    session = service.store.open_session(service.sign_in_link([1]))
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("suggester.db*"))
    assert link.encode() not in kept
    assert session.encode() not in kept


def test_a_session_is_no_link_and_a_link_no_session(service: Service):
    link = service.sign_in_link([1])
    assert service.store.sites_of_session(link) == frozenset()
    session = service.store.open_session(link)
    with pytest.raises(LinkRefused):
        service.store.open_session(session)


def test_the_plugin_gets_a_link_with_its_key(app: Flask, service: Service, source: ToySource):
    key = service.new_key(1)
    answer = app.test_client().post("/v1/dashboard-links", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201
    assert app.test_client().get(answer.json["url"]).location == "/dashboard/"


def test_the_link_leads_where_browsers_find_the_service(service: Service):
    app = create_app(service, address="https://links.example/")
    answer = app.test_client().post("/v1/dashboard-links", headers={"Authorization": f"Bearer {service.new_key(1)}"})
    assert answer.json["url"].startswith("https://links.example/dashboard/sign-in?token=")
