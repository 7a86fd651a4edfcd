"""Whether HTML is valid, as far as a parser and the document itself can say.

html5lib names what a browser would mend in silence; the rest is what no parser sees: who stands
in whom, names that name nothing, attributes nobody knows.
"""

from collections.abc import Callable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

import html5lib

NAMES: Final = (
    *("for", "form", "headers", "list", "aria-controls", "aria-owns", "aria-describedby"),
    *("aria-details", "aria-errormessage", "aria-labelledby"),
)
PRESSED: Final = {"a", "button", "details", "input", "label", "select", "textarea"}
# what holds words only, and what is more than words
WORDS: Final = {
    *("b", "button", "dt", "em", "h1", "h2", "h3", "h4", "i"),
    *("label", "p", "small", "span", "strong", "summary", "time"),
}
BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "details", "dl", "div", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "header", "hr", "main"),
    *("nav", "ol", "p", "pre", "section", "table", "ul"),
}
# whose children are told by name
ONLY_IN: Final = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select", "optgroup", "datalist"},
    "legend": {"fieldset"},
    "caption": {"table"},
    "summary": {"details"},
    "figcaption": {"figure"},
}
ANYWHERE: Final = {
    "autofocus",
    "class",
    "dir",
    "hidden",
    "id",
    "inert",
    "lang",
    "role",
    "tabindex",
    "title",
}
OWN: Final = {
    "a": "download href hreflang rel target",
    "button": "disabled form formaction formmethod formnovalidate name type value",
    "data": "value",
    "details": "name open",
    "fieldset": "disabled form name",
    "form": "accept-charset action autocomplete enctype method name novalidate target",
    "html": "",
    "img": "alt decoding fetchpriority height loading sizes src srcset width",
    "input": "accept autocapitalize autocomplete checked disabled enterkeyhint form formnovalidate "
    "inputmode list "
    "max maxlength min minlength multiple name pattern placeholder readonly required size "
    "spellcheck step type value",
    "label": "for",
    "link": "as crossorigin href hreflang imagesizes imagesrcset media rel sizes type",
    "meta": "charset content http-equiv media name property",
    "meter": "high low max min optimum value",
    "ol": "reversed start type",
    "optgroup": "disabled label",
    "option": "disabled label selected value",
    "output": "for form name",
    "progress": "max value",
    "script": "async crossorigin defer integrity nomodule src type",
    "select": "autocomplete disabled form multiple name required size",
    "source": "height media sizes src srcset type width",
    "td": "colspan headers rowspan",
    "textarea": "autocapitalize autocomplete disabled enterkeyhint form inputmode maxlength "
    "minlength name placeholder readonly required rows spellcheck wrap",
    "th": "abbr colspan headers rowspan scope",
    "time": "datetime",
    "col": "span",
    "colgroup": "span",
}
TOLD_BY: Final = ("aria-", "data-", "hx-")


def faults(html: str) -> list[str]:
    """Return what is not valid in a page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    found = [f"line {line}: {code} {facts}" for (line, _), code, facts in parser.errors]
    found += _names(root)
    walked = list(_walk(root, ()))
    return found + [fault for rule in RULES for one in walked for fault in rule(*one)]


def _walk(one: Element, above: tuple[Element, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield every element of HTML, with the names of those it stands in, the nearest first."""
    if not str(one.tag).isalnum():  # a comment, or a drawing with names of its own
        return
    yield one, tuple(str(each.tag) for each in above)
    for child in one:
        yield from _walk(child, (one, *above))


def _names(root: Element) -> Iterator[str]:
    ids = [str(one.get("id")) for one in root.iter() if one.get("id") is not None]
    for name in sorted({name for name in ids if ids.count(name) > 1 or not name.strip()}):
        yield f"the id {name!r} stands {ids.count(name)} times"
    for one in root.iter():
        for attribute in NAMES:
            for name in (one.get(attribute) or "").split():
                if name not in ids:
                    yield f"{one.tag}: {attribute} names {name}, which is not there"


def _attributes(one: Element, _above: tuple[str, ...]) -> Iterator[str]:
    known = ANYWHERE | set(OWN.get(str(one.tag), "").split())
    for name, value in one.attrib.items():
        if name not in known and not name.startswith(TOLD_BY):
            yield f"{one.tag}: the attribute {name}"
        if value == "None":
            yield f"{one.tag}: {name} is None"


def _stands(one: Element, above: tuple[str, ...]) -> Iterator[str]:
    tag = str(one.tag)
    near = above[0] if above else ""
    if tag in ONLY_IN and near not in ONLY_IN[tag]:
        yield f"{tag} in {near}"
    if tag in BLOCKS and not (WORDS - {"dt"}).isdisjoint(above[: _first_block(above)]):
        yield f"{tag} in {near}, which holds words"
    if near in {"ul", "ol"} and tag not in {"li", "script", "template"}:
        yield f"{tag} in {near}"
    if near == "dl" and tag not in {"dt", "dd", "div"}:
        yield f"{tag} in dl"


def _first_block(above: tuple[str, ...]) -> int:
    """Return how far up words go: a heading may stand in a summary, and then holds words itself."""
    return next((i for i, tag in enumerate(above) if tag in BLOCKS - WORDS), len(above))


def _pressed(one: Element, above: tuple[str, ...]) -> Iterator[str]:
    tag = str(one.tag)
    if tag not in PRESSED or one.get("type") == "hidden":
        return
    within = {"a", "button", "summary"} if tag != "label" else {"a", "button", "label"}
    yield from (f"{tag} in {outer}" for outer in within.intersection(above))


def _required(one: Element, _above: tuple[str, ...]) -> Iterator[str]:
    """A list with nothing to choose first is never empty, so it cannot be required."""
    first = next(iter(one.iter("option")), None)
    empty = first is not None and first.get("value", first.text or "") == ""
    if one.tag == "select" and one.get("required") is not None and not empty:
        yield f"select {one.get('name')} is required, and something is always chosen"
    if one.tag == "input" and one.get("autocomplete") == "street-address":
        yield "an input of one line for a street-address"


Rule = Callable[[Element, tuple[str, ...]], Iterator[str]]
RULES: Final[tuple[Rule, ...]] = (_attributes, _stands, _pressed, _required)
