"""The ground doors stand on, tried through a small door made for it."""

import pytest
from flask import Blueprint, abort
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from wtforms import StringField

from storefront import create_app
from storefront.actors import CHECKER, OFFICER, ROLES, Actor
from storefront.config import ROOT
from storefront.errors import Busy, Forbidden, NotFound, Refusal
from storefront.web import guards
from storefront.web.guards import Visitor
from storefront.web.htmx import page, see_other, toast
from storefront.web.refusals import on_form, sentence
from storefront.web.security import no_store
from tests.conftest import Client, settings_for

PAGE = """{% extends "shop/layout.html" %}{% block title %}T{% endblock %}
{% block main %}<h1>Full</h1>{% include "_part.html" %}{% endblock %}"""
PART = """<section id="part">{{ _("Search") }}</section>"""
FAULTS = {
    "refused": Refusal("lot_not_received", lot="B0X", on_hand="0"),
    "unknown": Refusal("no such code"),
    "lost": NotFound(),
    "readonly": Forbidden(),
    "busy": Busy(),
    "bug": ZeroDivisionError(),
}


def small_door() -> Blueprint:
    door = Blueprint("small", __name__)

    @door.get("/read")
    def read():
        return page("page.html", "_part.html")

    @door.post("/write")
    def write():
        toast("Saved it")
        return see_other("small.read")

    @door.route("/fails/<how>", methods=["GET", "POST"])
    def fails(how):
        raise FAULTS.get(how) or abort(int(how))

    @door.get("/money")
    @no_store
    def money():
        return "<p>¥1</p>"

    for guard in (guards.signed_in, guards.officer, guards.checker, guards.operator):
        view = guard(_answers(guard.__name__))
        door.add_url_rule(f"/only/{guard.__name__}", view_func=view, methods=["GET", "POST"])
    return door


def _answers(name):
    def view():
        return f"<p>{name}</p>"

    view.__name__ = f"only_{name}"
    return view


@pytest.fixture(scope="module")
def ground(database, var):
    app = create_app(settings_for(var, database.url))
    app.register_blueprint(small_door())
    ours = DictLoader({"page.html": PAGE, "_part.html": PART})
    app.jinja_loader = ChoiceLoader([ours, FileSystemLoader(ROOT / "templates")])
    app.test_client_class = Client
    return app


@pytest.fixture
def visitor(ground, database):
    database.renew()
    with ground.app_context():
        yield ground.test_client()


HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "full"),
    [
        ({}, True),
        (HTMX, False),
        ({**HTMX, "HX-Boosted": "true"}, True),
        ({**HTMX, "HX-History-Restore-Request": "true"}, True),
    ],
)
def test_one_address_serves_the_page_and_its_fragment(visitor, headers, full):
    answer = visitor.get("/read", headers=headers)
    assert ("<html" in answer.text) is full
    assert 'id="part"' in answer.text
    assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"} <= set(answer.vary)


def test_a_post_is_answered_by_going_to_read(visitor):
    answer = visitor.post("/write")
    assert (answer.status_code, answer.location) == (303, "/read")


def test_a_toast_is_shown_once_on_the_page_or_beside_the_fragment(visitor):
    visitor.post("/write")
    assert visitor.get("/read").text.count("Saved it") == 1
    visitor.post("/write")
    fragment = visitor.get("/read", headers=HTMX).text
    assert 'hx-swap-oob="beforeend"' in fragment
    assert fragment.count("Saved it") == 1
    assert "Saved it" not in visitor.get("/read").text


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("refused", 409),
        ("unknown", 409),
        ("lost", 404),
        ("readonly", 403),
        ("busy", 503),
        ("bug", 500),
        ("413", 413),
        ("429", 429),
        ("400", 400),
        ("418", 418),
    ],
)
def test_every_fault_has_a_page_and_a_toast(visitor, how, status):
    answer = visitor.get(f"/fails/{how}")
    assert answer.status_code == status
    assert "<h1" in answer.text
    toasted = visitor.get(f"/fails/{how}", headers=HTMX)
    assert toasted.status_code == status
    assert toasted.headers["HX-Retarget"] == "#toasts"
    assert toasted.headers["HX-Reswap"] == "beforeend"
    assert 'role="alert"' in toasted.text


def test_a_refusal_is_told_in_the_readers_language(visitor):
    assert "B0X" in visitor.get("/fails/refused?lang=en").text


def test_a_wrong_method_names_the_right_ones(visitor):
    answer = visitor.post("/read")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_busy_says_when_to_try_again(visitor):
    assert visitor.get("/fails/busy").headers["Retry-After"] == "2"


def test_a_fault_of_ours_is_noted_without_what_was_sent(visitor, capsys):
    visitor.post("/fails/bug?phone=13800000001", data={"name": "Ana"})
    noted = capsys.readouterr().err
    assert '"kind": "ZeroDivisionError"' in noted
    assert "13800000001" not in noted
    assert "Ana" not in noted


def test_when_even_the_error_page_is_broken_a_sentence_is_left(ground, visitor, monkeypatch):
    monkeypatch.setitem(ground.jinja_env.globals, "site", None)
    answer = visitor.get("/fails/bug")
    assert answer.status_code == 500
    assert "try again later" in answer.text


def test_a_request_is_logged_by_its_rule_and_not_its_address(visitor, capsys):
    visitor.get("/fails/lost?q=secret")
    logged = capsys.readouterr().err
    assert '"route": "/fails/<how>"' in logged
    assert '"status": 404' in logged
    assert '"role": "guest"' in logged
    assert "secret" not in logged
    assert "/fails/lost" not in logged


def test_every_answer_tells_the_browser_what_to_refuse(visitor):
    headers = visitor.get("/read").headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Strict-Transport-Security" not in headers
    assert visitor.get("/money").headers["Cache-Control"] == "no-store"


def test_over_tls_the_browser_is_told_to_stay_there(database, var):
    tls = {"PUBLIC_URL": "https://pears.example", "PAY_ORIGINS": "https://pay.example"}
    settings = settings_for(var, database.url, **tls)
    headers = create_app(settings).test_client().get("/healthz").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "form-action 'self' https://pay.example;" in headers["Content-Security-Policy"]


def raw(ground):
    """A browser that brings only what it was given."""
    return FlaskClient(ground, ground.response_class)


TYPED = {"name": "Ana", "crates": ["3", "4"], "password": "pears and plums", "csrf_token": "old"}


def test_an_expired_form_gives_back_what_was_typed(ground, visitor):
    answer = raw(ground).post("/write?step=2", data=TYPED, headers={"Origin": "http://localhost"})
    assert answer.status_code == 400
    for typed in ('name="name" value="Ana"', 'name="crates" value="3"', 'name="crates" value="4"'):
        assert typed in answer.text
    assert 'action="/write?step=2"' in answer.text
    assert "pears and plums" not in answer.text
    assert 'value="old"' not in answer.text


def test_what_was_typed_is_shown_under_the_words_of_its_field(ground, visitor):
    typed = {"identifier": "13800000001", "key": "0123", "csrf_token": "old"}
    browser = raw(ground)
    answer = browser.post("/sign-in?lang=en", data=typed, headers={"Origin": "http://localhost"})
    assert "<dt>Phone or e-mail</dt>" in answer.text
    assert "<dt>key</dt>" not in answer.text
    assert 'name="key" value="0123"' in answer.text


def test_a_form_that_another_site_sent_is_given_nothing_to_send_again(ground, visitor):
    for source in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}, {}):
        answer = raw(ground).post("/write", data=TYPED, headers=source)
        assert answer.status_code == 400
        assert "Ana" not in answer.text


def test_an_expired_form_within_a_page_takes_the_page(ground, visitor):
    answer = raw(ground).post("/write", data=TYPED, headers={"Origin": "http://localhost", **HTMX})
    assert answer.headers["HX-Retarget"] == "body"
    assert 'value="Ana"' in answer.text


class OneField(FlaskForm):
    gross = StringField("Gross")


def test_a_refusal_lands_on_its_field_or_on_the_form(ground):
    of_a_field = Refusal("net_not_positive", field="gross", net="0")
    of_none = Refusal("empty_delivery")
    with ground.test_request_context():
        form = OneField(meta={"csrf": False})
        on_form(form, of_a_field)
        on_form(form, of_none)
        assert form["gross"].errors == [sentence(of_a_field)]
        assert form.form_errors == [sentence(of_none)]


@pytest.mark.parametrize("name", ["signed_in", "officer", "checker", "operator"])
def test_nobody_is_asked_to_sign_in_and_comes_back(visitor, name, monkeypatch):
    monkeypatch.setattr(guards, "url_for", lambda _end, **words: f"/sign-in?{words}")
    answer = visitor.get(f"/only/{name}?page=2")
    assert answer.status_code == 303
    assert f"/only/{name}?page=2" in answer.location
    within = visitor.get(f"/only/{name}", headers=HTMX)
    assert within.status_code == 401
    assert "HX-Redirect" in within.headers


@pytest.mark.parametrize(
    ("name", "method", "allowed", "forbidden"),
    [
        ("signed_in", "GET", set(ROLES), set()),
        ("officer", "GET", {OFFICER, CHECKER}, set()),
        ("officer", "POST", {OFFICER}, {CHECKER}),
        ("checker", "POST", {CHECKER}, {OFFICER}),
        ("operator", "POST", {"operator"}, set()),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_a_guard_lets_in_its_roles_only(
    visitor, monkeypatch, role, name, method, allowed, forbidden
):
    actor = Actor("staff", user_id=1, roles=frozenset({role}))
    monkeypatch.setattr(guards, "current_user", Visitor(actor, "He", 1))
    answer = visitor.open(f"/only/{name}", method=method)
    expected = 200 if role in allowed else 403 if role in forbidden else 404
    assert answer.status_code == expected
    if expected == 200:
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_view_cannot_have_two_guards():
    with pytest.raises(TypeError, match="two guards"):
        guards.public(guards.officer(lambda: ""))
