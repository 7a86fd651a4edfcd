"""Which language a page is in, and how it is remembered."""

import pytest


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-CN,en;q=0.5", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("en", "en"),
        ("de,en;q=0.5", "en"),
        ("de", "zh-Hans"),
        ("fr,zh-CN;q=0.8,en;q=0.7", "zh-Hans"),
    ],
)
def test_the_browser_is_asked(client, wish, language):
    answer = client.get("/nowhere", headers={"Accept-Language": wish})
    assert f'<html lang="{language}">' in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_the_address_wins_and_is_remembered(client):
    assert '<html lang="en">' in client.get("/nowhere?lang=en").text
    assert '<html lang="en">' in client.get("/nowhere").text
    assert '<html lang="zh-Hans">' in client.get("/nowhere?lang=zh").text
    assert '<html lang="zh-Hans">' in client.get("/nowhere").text


def test_a_language_nobody_speaks_here_is_not_remembered(client):
    answer = client.get("/nowhere?lang=xx")
    assert '<html lang="zh-Hans">' in answer.text
    assert client.get_cookie("lang") is None


def test_the_switch_keeps_the_rest_of_the_address(client):
    assert 'href="/healthz?a=1&amp;a=2&amp;lang=en"' not in client.get("/healthz?a=1").text
    with client.application.test_request_context("/healthz?a=1&a=2&lang=zh"):
        switch = client.application.jinja_env.globals["lang_url"]
        assert switch("en") == "/healthz?a=1&a=2&lang=en"


def test_the_switch_on_an_answer_to_a_form_leads_home(client):
    with client.application.test_request_context("/nowhere", method="POST"):
        assert client.application.jinja_env.globals["lang_url"]("en") == "/?lang=en"
