"""The reader's language: 简体中文 unless they chose, or their browser asks for, English.

It is chosen once a request. The sentences of both languages are read once a
process, and stand in the templates as they are compiled (``sentences.py``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from wtforms.i18n import messages_path

from storefront.config import ROOT
from storefront.web import site

SENTENCES = ROOT / "storefront" / "translations"
LANGUAGES = ("zh", "en")
NAMES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
BROWSERS = 200  # ways to ask for languages that are remembered
# best_match() knows no kinship of tags: "zh-CN" alone would match nothing, "zh-Hans-CN, en" English
ACCEPTED = {
    "zh": "zh",
    "zh-CN": "zh",
    "zh-SG": "zh",
    "zh-Hans": "zh",
    "zh-Hans-CN": "zh",
    "zh-Hant": "zh",
    "zh-TW": "zh",
    "zh-HK": "zh",
    "en": "en",
    "en-GB": "en",
    "en-US": "en",
}


def pick() -> str:
    """Return the language of the request: the address, the cookie, the browser, Chinese."""
    if not has_request_context():
        return "zh"
    for wish in (request.args.get(COOKIE), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return _best(request.headers.get("Accept-Language", ""))


@lru_cache(BROWSERS)
def _best(accepted: str) -> str:
    best = parse_accept_header(accepted, LanguageAccept).best_match(list(ACCEPTED), default="zh")
    return ACCEPTED[best or "zh"]


_spoken: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the language in force, ``zh`` or ``en``."""
    return _spoken.get() or pick()


@contextmanager
def speaking(wish: str) -> Iterator[None]:
    """Speak another language while inside, as a letter to its reader does."""
    before = _spoken.set(wish)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def sentences(spoken: str) -> NullTranslations:
    """Return the shop's sentences in a language."""
    return Translations.load(str(SENTENCES), [spoken])


@cache
def _form_sentences(spoken: str) -> NullTranslations:
    """Return what WTForms says by itself, in a language."""
    return Translations.load(messages_path(), [spoken], domain="wtforms")


class _Domain(Domain):  # type: ignore[misc]  # flask_babel is untyped
    """Where ``gettext`` looks: the sentences of the language in force."""

    def get_translations(self) -> NullTranslations:
        """Return them, read once a process."""
        return sentences(language())


class _Babel(Babel):  # type: ignore[misc]  # flask_babel is untyped
    """Flask-Babel over our own choice of language."""

    domain_instance = _Domain()


def html_language() -> str:
    """Return the language in force as HTML names it."""
    return "en" if language() == "en" else "zh-Hans"


def translated(row: Any, column: str) -> Any:  # noqa: ANN401  any row, any column
    """Return ``column`` of ``row`` in the language in force, else in the other one."""
    first, second = ("en", "zh") if language() == "en" else ("zh", "en")
    return getattr(row, f"{column}_{first}") or getattr(row, f"{column}_{second}")


def lang_url(wish: str) -> str:
    """Return the address of this page in the language ``wish``.

    A page that answered a POST has no address of its own in another language
    unless the same address can be read; then the home page is.
    """
    readable = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    path = request.path if readable else "/"
    query = [pair for pair in request.args.items(multi=True) if pair[0] != COOKIE and readable]
    return f"{path}?{urlencode([*query, (COOKIE, wish)])}"


def alternates(kept: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Return HTML language → canonical address of this page in that language.

    ``kept`` is what of the address after its question mark makes another page of it.
    """
    here = site.settings().public_url.rstrip("/") + request.path
    chinese, english = urlencode(kept), urlencode([*kept, (COOKIE, "en")])
    return {"zh-Hans": f"{here}?{chinese}" if chinese else here, "en": f"{here}?{english}"}


def _choose() -> None:
    _spoken.set(pick())
    # Flask-WTF would read and parse them anew for every request
    request.wtforms_translations = _form_sentences(language())  # type: ignore[attr-defined]


def _forget(_fault: BaseException | None) -> None:
    _spoken.set(None)


def _remember(response: Response) -> Response:
    wish = request.args.get(COOKIE)
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        secure = site.settings().secure
        response.set_cookie(
            COOKIE, str(wish), COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )
    response.headers["Content-Language"] = html_language()
    return response


def init_app(app: Flask) -> None:
    """Choose a language for every request and give templates the ways to use it."""
    _Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=language)
    app.jinja_env.filters["tr"] = translated
    app.jinja_env.globals.update(
        html_language=html_language,
        lang_url=lang_url,
        language=language,
        language_names=NAMES,
    )
    app.before_request(_choose)
    app.after_request(_remember)
    app.teardown_request(_forget)
