"""Buyers: from the first page to a paid order; with double clicks, second thoughts, late money."""

import re
from dataclasses import dataclass, field

from tests import factories as make
from tests.doors.shopping import DOOR, SLUGS
from tests.soak.browser import Browser, Form, Page
from tests.soak.town import Town

ORDER = re.compile(r"/orders/([\w-]+)")
PAGE = re.compile(r"/pretend-pay/(\w+)")
WANTED = (*(make.BOX,) * 10, *(make.PAIR,) * 5, *(make.GIFT,) * 3, *(make.PASTE,) * 2)


@dataclass
class Buyer:
    """Somebody who buys again and again, each time as a new visitor."""

    browser: Browser
    town: Town
    unfinished: list[str] = field(default_factory=list)

    def live(self) -> None:
        """Buy until the soak is over; then finish what was begun, as a person does."""
        while not self.browser.over.is_set():
            self.visit()
        for token in self.unfinished:
            self._make_good(token)

    def visit(self) -> None:
        """Come once: look, fill a basket, perhaps place an order and pay it."""
        if self.browser.chance.random() < 0.1 and (late := self.town.old_page()):
            self._pay_late(late)
            return
        self.browser.cookies.clear()
        self.browser.get("home", "/")
        self.browser.pause()
        if not self._fill_basket():
            return
        if self.browser.chance.random() < 0.15:
            self.browser.diary.did("basket left")
            return
        self.browser.pause()
        page = self._check_out()
        if page is not None:
            self._at_the_till(page)

    def _fill_basket(self) -> bool:
        sku = self.browser.chance.choice(WANTED)
        product = self.browser.get("product", f"/products/{SLUGS[sku]}")
        form = product.form(f"/products/{SLUGS[sku]}")
        if form is None:
            self.browser.diary.was_refused("basket filled")
            return False
        self.browser.pause()
        how_many = self.browser.chance.choice((1, 1, 1, 2, 3))
        answer = self.browser.send("basket", form, sku=sku, quantity=how_many)
        if not answer.location:
            self.browser.diary.was_refused(f"basket filled: {answer.refusal}")
            return False
        self.browser.follow("basket", answer)
        self.browser.diary.did("basket filled")
        return True

    def _check_out(self) -> Page | None:
        """Send the checkout form once, twice at once, or again later; one order comes of it."""
        asked = self.browser.get("checkout", f"/checkout?province={make.SHANXI}")
        form = asked.form("/checkout")
        if form is None:
            self.browser.diary.was_refused("order placed")
            return None
        self.browser.pause()
        key = form.fields["key"]
        self.browser.diary.try_key("order", key)
        answers = self._press(form)
        tokens = {self._token_of(answer) for answer in answers if answer.location}
        tokens.discard("")
        if not tokens:
            self.browser.diary.was_refused(f"order placed: {answers[0].refusal}")
            return None
        for token in tokens:
            self.browser.diary.promise("order", key, token)
        self.browser.diary.did("order placed")
        return next(answer for answer in answers if answer.location)

    def _press(self, form: Form) -> list[Page]:
        filled = {**DOOR, "email": "ana@example.com"}
        mood = self.browser.chance.random()
        if mood < 0.2:
            self.browser.diary.did("pressed twice")
            return self.browser.send_twice("checkout", form, **filled)
        first = self.browser.send("checkout", form, **filled)
        if mood < 0.3 and first.location:
            self.browser.diary.did("sent again")
            return [first, self.browser.send("checkout", form, **filled)]
        return [first]

    def _token_of(self, answer: Page) -> str:
        """Return the token of the order that a checkout led to, by way of its payment page."""
        if found := ORDER.search(answer.location):
            return found[1]
        page = self.browser.follow("payment page", answer)
        found = ORDER.search(page.text)
        return found[1] if found else ""

    def _at_the_till(self, answer: Page) -> None:
        """Pay, fail and pay, pay unheard, walk away, or cancel."""
        page = self.browser.follow("payment page", answer)
        token = ORDER.search(page.text + page.address)
        mood = self.browser.chance.random()
        if token is None or mood < 0.08:
            return
        self.browser.pause()
        if mood < 0.14:
            self._cancel(token[1])
            return
        form = page.form("/pretend-pay/")
        if form is None:  # the payment page did not answer: the order page offers it again
            self._make_good(token[1])
            return
        if mood < 0.2:
            self.browser.send("payment", form, do="fail")
            self._make_good(token[1])
            return
        do = self.browser.chance.choice(("pay", "pay", "pay", "pay-told-twice", "pay-untold"))
        self._pay(form, token[1], do)

    def _pay(self, form: Form, token: str, do: str) -> None:
        """Press pay; a press that got no answer is pressed again, by the same person."""
        twice = self.browser.chance.random() < 0.15
        press = self.browser.send_twice if twice else self._send_once
        answers = press("payment", form, do=do)
        if do != "pay-untold" and any(ORDER.search(answer.location) for answer in answers):
            reference = PAGE.search(form.action)
            self.browser.diary.promise("payment", reference[1] if reference else "", token)
            self.browser.diary.did("paid")
        self._see(token)
        if do == "pay-untold" or not any(ORDER.search(answer.location) for answer in answers):
            self._make_good(token)

    def _send_once(self, kind: str, form: Form, **typed: object) -> list[Page]:
        return [self.browser.send(kind, form, **typed)]

    def _see(self, token: str) -> Page:
        return self.browser.get("order", f"/orders/{token}")

    def _make_good(self, token: str) -> None:
        """Press "pay" on the order page, as far as it is offered."""
        for _try in range(3):
            form = self._see(token).form(f"/orders/{token}/pay")
            if form is None:
                return
            answer = self.browser.send("pay again", form)
            page = self.browser.follow("payment page", answer)
            till = page.form("/pretend-pay/")
            if till is not None and page.text.count('value="pay"'):
                sent = self.browser.send("payment", till, do="pay")
                if ORDER.search(sent.location):
                    reference = PAGE.search(page.address)
                    self.browser.diary.promise("payment", reference[1] if reference else "", token)
                    self.browser.diary.did("paid")
        self.unfinished.append(token)

    def _cancel(self, token: str) -> None:
        form = self._see(token).form(f"/orders/{token}/cancel")
        if form is None:
            return
        answer = self.browser.send("cancel", form)
        if answer.location:
            self.browser.diary.promise("cancelled", token)
            self.browser.diary.did("cancelled")

    def _pay_late(self, address: str) -> None:
        """Let money arrive for an order that lapsed or is about to."""
        page = self.browser.get("payment page", address)
        form, token = page.form("/pretend-pay/"), ORDER.search(page.text)
        if form is None or token is None:
            return
        self.browser.pause()
        do = "pay-late" if 'value="pay-late"' in page.text else "pay"
        answer = self.browser.send("payment", form, do=do)
        if ORDER.search(answer.location):
            reference = PAGE.search(address)
            self.browser.diary.promise("payment", reference[1] if reference else "", token[1])
            self.browser.diary.did("paid late")
