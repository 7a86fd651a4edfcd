"""Packers: they walk the pick list, type real labels, hand parcels over, and say what arrived."""

import re
from dataclasses import dataclass

from tests.soak.browser import Browser, Form, Page
from tests.soak.town import Town

PARCEL = r"/brand/packing/[0-9A-Z]+"
LISTS = (("parcels", "/brand/packing?by=parcel"), ("pick list", "/brand/packing"))
ROW = re.compile(r"/crates/(\d+)$")
LABEL = re.compile(r"\b([0-9A-Z]{8})-01\b")
DISPATCHED_AND_DELIVERED = 0.5  # of the parcels a packer sends off are soon said to have arrived


@dataclass
class Packer:
    """An operator at the packing table."""

    browser: Browser
    town: Town
    sent: int = 0

    def live(self) -> None:
        """Pack until the soak is over."""
        while not self.browser.over.is_set():
            if not self.pack_one():
                self.browser.pause()

    def pack_one(self) -> bool:
        """Take a parcel from one of the two lists and send it off; False when none waits."""
        kind, address = self.browser.chance.choice(LISTS)
        listed = self.browser.get(kind, address).links(PARCEL)
        if listed:
            self._parcel(self.browser.chance.choice(listed[:12]))
        return bool(listed)

    def _parcel(self, address: str) -> None:
        """Pack one parcel crate by crate and hand it over."""
        page = self.browser.get("parcel", address)
        for row in [ROW.search(form.action) for form in page.forms()]:
            if row is not None:
                self.browser.pause()
                page = self._crate(page, row[0], address)
        self.browser.pause()
        if (finish := page.form(f"{address}/finish")) is not None:
            page = self.browser.follow("parcel", self.browser.send("packed", finish))
            self.browser.diary.did("parcel finished")
        if (leave := page.form(f"{address}/dispatch")) is not None:
            self._dispatch(leave, address)

    def _crate(self, page: Page, row: str, address: str) -> Page:
        """Confirm one crate by a label from the lot's roll; a label is typed once."""
        form = next((each for each in page.forms() if each.action.endswith(row)), None)
        named = LABEL.search(form.inside) if form is not None else None
        if form is None or named is None:
            return page
        label = self.town.label(named[1])
        self.browser.diary.try_key("crate", label)
        answers = self._press(form, label)
        if not any(answer.location for answer in answers):
            self.browser.diary.was_refused(f"crate packed: {answers[0].refusal}")
            return self.browser.get("parcel", address)
        self.browser.diary.promise("crate", label, address.rpartition("/")[2])
        self.browser.diary.did("crate packed")
        return self.browser.get("parcel", address)

    def _press(self, form: Form, label: str) -> list[Page]:
        if self.browser.chance.random() < 0.15:
            return self.browser.send_twice("crate", form, crate=label, how="typed")
        return [self.browser.send("crate", form, crate=label, how="typed")]

    def _dispatch(self, form: Form, address: str) -> None:
        number = f"SF{self.browser.chance.randrange(10**12):012d}"
        twice = self.browser.chance.random() < 0.15
        press = self.browser.send_twice if twice else self._send_once
        answers = press("dispatch", form, carrier="SF", number=number)
        if not any(answer.location for answer in answers):
            self.browser.diary.was_refused(f"dispatched: {answers[0].refusal}")
            return
        self.browser.diary.promise("dispatch", address.rpartition("/")[2], number)
        self.browser.diary.did("dispatched")
        if self.browser.chance.random() < DISPATCHED_AND_DELIVERED:
            self.browser.pause()
            self._deliver(address)

    def _send_once(self, kind: str, form: Form, **typed: object) -> list[Page]:
        return [self.browser.send(kind, form, **typed)]

    def _deliver(self, address: str) -> None:
        form = self.browser.get("parcel", address).form(f"{address}/delivered")
        if form is not None and self.browser.send("delivered", form).location:
            self.browser.diary.promise("delivered", address.rpartition("/")[2])
            self.browser.diary.did("delivered")
