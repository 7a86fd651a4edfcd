"""The reader's language: 简体中文 unless they chose, or their browser asks for, English."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale

from storefront.config import ROOT
from storefront.web import site

LANGUAGES = ("zh", "en")
NAMES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
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
    best = request.accept_languages.best_match(list(ACCEPTED), default="zh")
    return ACCEPTED[best or "zh"]


def language() -> str:
    """Return the language in force, ``zh`` or ``en`` (also under ``force_locale``)."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


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


def alternates() -> dict[str, str]:
    """Return HTML language → canonical address of this page in that language."""
    base = site.settings().public_url.rstrip("/")
    chinese = base + request.path
    return {"zh-Hans": chinese, "en": f"{chinese}?{COOKIE}=en"}


def _remember(response: Response) -> Response:
    wish = request.args.get(COOKIE)
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        secure = site.settings().secure
        response.set_cookie(
            COOKIE, str(wish), COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )
    response.vary.update(("Accept-Language", "Cookie"))
    response.content_language.add("zh-Hans" if pick() == "zh" else "en")
    return response


def init_app(app: Flask) -> None:
    """Choose a language for every request and give templates the ways to use it."""
    Babel(
        app,
        default_locale="zh",
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(ROOT / "storefront" / "translations"),
        locale_selector=pick,
    )
    app.jinja_env.filters["tr"] = translated
    app.jinja_env.globals.update(
        alternates=alternates,
        html_language=html_language,
        lang_url=lang_url,
        language=language,
        language_names=NAMES,
    )
    app.after_request(_remember)
