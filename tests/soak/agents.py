"""Station agents and the store: weighing in, declaring, taking back, writing off; sent again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.soak.browser import Browser, Form, Page
from tests.soak.town import Town

LOT = r"/brand/lots/[0-9A-Z]+"
SLIP = re.compile(r"/slips/([0-9A-Z]+)$")


@dataclass
class Agent:
    """An agent who acts for the households of a station."""

    browser: Browser
    town: Town
    homes: tuple[str, ...]

    def live(self) -> None:
        """Act until the soak is over."""
        deeds = (self._weigh_in, self._weigh_in, self._declare, self._declare, self._take)
        while not self.browser.over.is_set():
            home = f"/producers/for/{self.browser.chance.choice(self.homes)}/"
            self.browser.get("household", home)
            self.browser.pause()
            self.browser.chance.choice(deeds)(home)
            self.browser.pause()

    def _weigh_in(self, home: str) -> None:
        page = self.browser.get("scale", f"{home}weigh-in")
        form = page.form("/weigh-in")
        if form is None:
            return
        self.browser.pause()
        grade = self.browser.chance.choice((self.town.county.first, self.town.county.top))
        kg = self.browser.chance.randrange(20, 80)
        row = {"rows-0-grade": grade, "rows-0-gross": kg, "rows-0-tare": 2}
        blank = {name: 0 for name in form.fields if name.endswith(("-grade", "-declared"))}
        typed = {**blank, **row}
        answer = self._keyed("weighed in", form, typed)
        found = SLIP.search(answer.location)
        if found:
            self.browser.diary.promise("slip", form.fields["key"], found[1])

    def _declare(self, home: str) -> None:
        form = self.browser.get("declare", f"{home}lots/declare").form("/declare")
        if form is None:
            return
        self.browser.pause()
        typed = {"grade": self.town.county.first, "grams": self.browser.chance.randrange(20, 90)}
        answer = self._keyed("declared", form, typed)
        if answer.location:
            self.browser.diary.promise("movement", form.fields["key"], answer.location)

    def _take(self, home: str) -> None:
        """Take some of a lot back, or all that is free of it."""
        act = self.browser.chance.choice(("take-back", "take-back", "sold-out"))
        chosen = self.browser.get("choose", f"{home}lots/{act}")
        lots = chosen.links(rf"{re.escape(home)}lots/[0-9A-Z]+/{act}")
        if not lots:
            return
        address = lots[0] if act == "sold-out" else self.browser.chance.choice(lots)
        form = self.browser.get(act, address).form(act)
        if form is None:
            return
        self.browser.pause()
        typed = {} if act == "sold-out" else {"grams": self.browser.chance.randrange(2, 12)}
        answer = self._keyed(act, form, typed)
        if "/done/" in answer.location:
            self.browser.diary.promise("movement", form.fields["key"], answer.location)

    def _keyed(self, act: str, form: Form, typed: Mapping[str, object]) -> Page:
        return keyed(self.browser, act, form, typed)


@dataclass
class Storekeeper:
    """An operator in the store: losses written off, lots held and released."""

    browser: Browser

    def live(self) -> None:
        """Look after the lots until the soak is over."""
        deeds = (self._write_off, self._write_off, self._hold)
        while not self.browser.over.is_set():
            lots = self.browser.get("lots", "/brand/lots?state=received").links(LOT)
            self.browser.pause()
            if lots:
                self.browser.chance.choice(deeds)(self.browser.chance.choice(lots))
            self.browser.pause()

    def _write_off(self, address: str) -> None:
        form = self.browser.get("lot", address).form(f"{address}/write-off")
        if form is None:
            return
        self.browser.pause()
        typed = {"grams": 1, "reason": "rot", "bearer": "brand_fund", "note": ""}
        answer = keyed(self.browser, "written off", form, typed)
        if answer.location:
            self.browser.diary.promise("movement", form.fields["key"], answer.location)

    def _hold(self, address: str) -> None:
        form = self.browser.get("lot", address).form(f"{address}/hold")
        if form is None or not self.browser.send("hold", form, why="doubt").location:
            return
        self.browser.pause()
        release = self.browser.get("lot", address).form(f"{address}/release")
        if release is not None and self.browser.send("release", release).location:
            self.browser.diary.did("held and released")


def keyed(browser: Browser, act: str, form: Form, typed: Mapping[str, object]) -> Page:
    """Send a form that carries a client key: once, twice at once, or again a little later."""
    browser.diary.try_key("key", form.fields["key"])
    mood = browser.chance.random()
    if mood < 0.2:
        answers = browser.send_twice(act, form, **typed)
    else:
        answers = [browser.send(act, form, **typed)]
    if mood > 0.8 and answers[0].location:
        answers.append(browser.send(act, form, **typed))
    known = [answer for answer in answers if answer.location]
    if not known:
        browser.diary.was_refused(f"{act}: {answers[0].refusal}")
        return answers[0]
    browser.diary.did(act)
    if len({answer.location for answer in known}) > 1:
        browser.diary.went_wrong(f"{act}: sent again it led elsewhere")
    return known[0]
