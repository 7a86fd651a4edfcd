"""What every page and fragment keeps to; the test client looks at each one it is given."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
CONTROLS = {"input", "select", "textarea"}


@dataclass
class Form:
    """A form as it stands on a page."""

    method: str
    action: str | None
    fields: set[str] = field(default_factory=set)


@dataclass
class Page(HTMLParser):
    """A page or fragment taken apart."""

    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    roots: list[dict[str, str | None]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    controls: list[dict[str, str | None]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    language: str | None = None
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if not self._open:
            self.roots.append(found)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self._look(tag, found)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def _look(self, tag: str, found: dict[str, str | None]) -> None:
        if tag == "html":
            self.language = found.get("lang")
        elif tag == "label":
            self.labelled.add(found.get("for") or "")
        elif tag == "form":
            self.forms.append(Form((found.get("method") or "get").lower(), found.get("action")))
        elif tag == "h1":
            self.headings.append("")
        elif tag == "title" and "svg" not in self._open:
            self.titles.append("")
        elif tag in CONTROLS:
            self._control(found)

    def _control(self, found: dict[str, str | None]) -> None:
        if self.forms:
            self.forms[-1].fields.add(found.get("name") or "")
        wrapped = "label" in self._open
        if (found.get("type") or "text") not in UNLABELLED and not wrapped:
            self.controls.append(found)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.headings[-1] += data
        elif "title" in self._open and "svg" not in self._open:
            self.titles[-1] += data


def take_apart(html: str) -> Page:
    """Return what ``html`` is made of."""
    page = Page()
    page.feed(html)
    return page


def faults(html: str) -> list[str]:
    """Return what is wrong with a page, or with a fragment (which has no ``<html>``)."""
    page = take_apart(html)
    found = [f"the id {name} stands twice" for name in {*page.ids} if page.ids.count(name) > 1]
    found += [f"no label for {control}" for control in page.controls if not _named(page, control)]
    found += [
        f"no form token in the form to {form.action}"
        for form in page.forms
        if form.method == "post" and "csrf_token" not in form.fields
    ]
    return found + (_page_faults(page) if "<html" in html else _fragment_faults(page))


def _named(page: Page, control: dict[str, str | None]) -> bool:
    spoken = control.get("aria-label") or control.get("aria-labelledby")
    return bool(spoken) or control.get("id") in page.labelled


def _page_faults(page: Page) -> list[str]:
    found = []
    if len(page.headings) != 1 or not page.headings[0].strip():
        found.append(f"h1: {page.headings}")
    if len(page.titles) != 1 or not page.titles[0].partition("·")[0].strip():
        found.append(f"title: {page.titles}")
    if not page.language:
        found.append("no language")
    return found


def _fragment_faults(page: Page) -> list[str]:
    own = [root for root in page.roots if not root.get("hx-swap-oob")]
    return [] if len(own) == 1 else [f"{len(own)} roots: {own}"]
