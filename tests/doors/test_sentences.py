"""Sentences stand in the templates as they are compiled, in the language of whoever reads."""

import pytest
from jinja2 import DictLoader

from storefront.web.i18n import LANGUAGES, speaking
from storefront.web.sentences import InEachLanguage, SpokenEnvironment

BASKET = {"zh": "购物篮", "en": "Basket"}
LEFT = {"zh": "还剩 &lt;3 份", "en": "&lt;3 left"}
FILES = {
    "plain.html": '<p>{{ _("Basket") }}</p>',
    "filled.html": '{{ _("%(left)s left", left=left) }}',
    "chosen.html": '{% set name = "Bas" ~ "ket" %}{{ _(name) }}',
    "asking.html": '{% extends "plain.html" %}',
    "including.html": '{% from "macro.html" import said %}{% include "plain.html" %}{{ said() }}',
    "macro.html": '{% macro said() %}<i title="{{ _("Basket") }}"></i>{% endmacro %}',
    "letter.txt": '{{ _("%(left)s left", left=left) }}',
}


@pytest.fixture(params=LANGUAGES)
def written(request, app):
    """Read one of the files in each language; returns the text and the language."""
    environment = SpokenEnvironment(app)
    environment.globals.update(app.jinja_env.globals)
    environment.policies.update(app.jinja_env.policies)
    environment.add_extension("jinja2.ext.i18n")
    environment.loader = InEachLanguage(DictLoader(FILES))

    def read(name, **facts):
        with app.test_request_context("/"), speaking(request.param):
            return environment.get_template(name).render(**facts), request.param

    return read


def test_a_sentence_is_a_part_of_the_page(written):
    text, spoken = written("plain.html")
    assert text == f"<p>{BASKET[spoken]}</p>"


def test_what_fills_a_sentence_is_escaped_on_pages_only(written):
    text, spoken = written("filled.html", left="<3")
    assert text == LEFT[spoken]
    letter, spoken = written("letter.txt", left="<3")
    assert letter == LEFT[spoken].replace("&lt;", "<")


def test_a_sentence_that_is_chosen_late_is_said_too(written):
    text, spoken = written("chosen.html")
    assert text == BASKET[spoken]


def test_what_a_page_extends_includes_or_imports_speaks_its_language(written):
    assert written("asking.html") == written("plain.html")
    text, spoken = written("including.html")
    assert text == f'<p>{BASKET[spoken]}</p><i title="{BASKET[spoken]}"></i>'


def test_a_letter_inside_a_page_of_another_language_speaks_its_own(app):
    with app.test_request_context("/?lang=en"), speaking("zh"):
        assert app.jinja_env.get_template("shop/cart.html").name == "zh/shop/cart.html"
