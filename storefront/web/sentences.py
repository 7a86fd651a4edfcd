"""Templates that are compiled once for each language, their sentences already in it.

A template is known to Jinja as ``zh/shop/home.html`` and ``en/shop/home.html``: one
file, read twice. ``_("Basket")`` becomes its sentence while the file is compiled,
so that a page looks nothing up; ``_("%(n)s left", n=…)`` keeps only its blanks.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BaseLoader, Template
from jinja2 import Environment as AnyEnvironment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from storefront.web import i18n
from storefront.web.holes import Holed

UNDERSCORE = [("name", "_"), ("lparen", "(")]
BLANKS = "_filled"  # what is left of a sentence with blanks in it


class SpokenEnvironment(Environment):
    """Jinja that names a template by its language; what it extends or includes speaks the same."""

    template_class = Holed

    def __init__(self, app: Flask, **options: Any) -> None:  # noqa: ANN401  Jinja's options
        super().__init__(app, **options)
        self.loader = InEachLanguage(app.create_global_jinja_loader())
        self.add_extension(Spoken)
        self.globals[BLANKS] = _filled

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  Jinja's name
    ) -> Template:
        """Return a template, in the language of its parent or else the one in force."""
        if parent is None and isinstance(name, str):
            name = f"{i18n.language()}/{name}"
        return super().get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template knows, as it is: layers over it cost a tenth of a page."""
        return super().make_globals(d) if d else self.globals

    def join_path(self, template: str, parent: str) -> str:
        """Return the name of a template in the language of the one that asks for it."""
        return f"{parent.partition('/')[0]}/{template}"


class InEachLanguage(BaseLoader):
    """Finds one file under a name for each language."""

    def __init__(self, files: BaseLoader) -> None:
        self._files = files

    def get_source(
        self, environment: AnyEnvironment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the file's text."""
        return self._files.get_source(environment, template.partition("/")[2])

    def list_templates(self) -> list[str]:
        """Return the names of the files."""
        return self._files.list_templates()


class Spoken(Extension):
    """Puts the sentences of a page's language in the place of ``_("…")``, letters aside."""

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterator[Token]:
        """Return the template's tokens in its language."""
        spoken, _slash, path = (stream.name or "").partition("/")
        if spoken not in i18n.LANGUAGES or not path.endswith(".html"):
            return stream
        return _said(list(stream), i18n.sentences(spoken).gettext)


def _said(tokens: list[Token], gettext: Callable[[str], str]) -> Iterator[Token]:
    place = 0
    while place < len(tokens):
        told = [(token.type, token.value) for token in tokens[place : place + 2]]
        after = [token.type for token in tokens[place + 2 : place + 4]]
        line = tokens[place].lineno
        if told == UNDERSCORE and after == ["string", "rparen"]:
            yield from _markup(line, gettext(tokens[place + 2].value) % ())
            place += 4
        elif told == UNDERSCORE and after == ["string", "comma"]:
            yield from (Token(line, "name", BLANKS), tokens[place + 1])
            yield Token(line, "string", gettext(tokens[place + 2].value))
            place += 3
        else:
            yield tokens[place]
            place += 1


def _markup(line: int, sentence: str) -> Iterator[Token]:
    """Yield ``("…"|safe)``, which Jinja folds into the text around it."""
    yield Token(line, "lparen", "(")
    yield Token(line, "string", sentence)
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "safe")
    yield Token(line, "rparen", ")")


def _filled(sentence: str, **blanks: object) -> str:
    return Markup(sentence) % blanks  # noqa: S704  our own sentence; what fills it is escaped
