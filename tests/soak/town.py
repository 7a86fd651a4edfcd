"""The county the soak happens in: enough pears for most, too few of one grade, and old holds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Lock

from flask_migrate import upgrade
from sqlalchemy import select

from storefront import county as rules
from storefront import create_app, db
from storefront.config import Settings
from storefront.orders.models import Order
from storefront.payments import pretend, sessions
from storefront.payments.gateway import CURRENCY
from storefront.supply.households import Household
from tests import factories as make
from tests.people import Person

PLENTY = 300_000  # grams of one delivery of the first grade
SCARCE = 30_000  # of the top grade: the gift box sells out


@dataclass
class Town:
    """What everybody in the soak knows: the cast, the codes, the pages that were left unpaid."""

    county: make.County
    homes: dict[str, tuple[str, ...]]
    old_pages: list[str]
    _labels: dict[str, "count[int]"] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def label(self, lot: str) -> str:
        """Return the next label of the roll that lies beside a lot: no two crates get the same."""
        with self._lock:
            roll = self._labels.setdefault(lot, count(1))
            return f"{lot}-{next(roll):02d}"

    def old_page(self) -> str | None:
        """Return a payment page somebody left long ago; each goes to one person."""
        with self._lock:
            return self.old_pages.pop() if self.old_pages else None


def build(settings: Settings, now: datetime, *, deliveries: int, unpaid: int) -> Town:
    """Build the town in a migrated database, with orders whose holds run out one by one."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        town = settle(now, deliveries)
        town.old_pages += [left_unpaid(now, number) for number in range(unpaid)]
        db.session.remove()
        db.sa.engine.dispose()
    return town


def settle(now: datetime, deliveries: int) -> Town:
    """Let the county begin its season: so many deliveries of each household are in store."""
    with db.transaction():
        county = make.county(now)
        for _ in range(deliveries):
            for home in (county.lin, county.zhao, county.yang):
                make.weigh(county, home, county.first, PLENTY, now=now)
        for home in (county.lin, county.zhao, county.yang):
            make.weigh(county, home, county.top, SCARCE, now=now)
    homes = {agent.identifier: _homes_of(agent) for agent in (county.cast.sun, county.cast.gao)}
    return Town(county, homes, [])


def _homes_of(agent: Person) -> tuple[str, ...]:
    at_station = Household.station_id == agent.actor.station_id
    return tuple(db.session.scalars(select(Household.code).where(at_station)))


def left_unpaid(now: datetime, number: int) -> str:
    """Place an order of half an hour ago whose hold ends in ``number`` seconds; return its page."""
    placed_at = now - rules.rules().hold + timedelta(seconds=number)
    with db.transaction():
        order = make.order((make.BOX, 1), now=placed_at)
    with db.transaction():
        started = sessions.start(order.id, provider="pretend", now=placed_at)
    page = pretend.Page(
        order_code=started.order_code,
        amount=started.amount,
        currency=CURRENCY,
        return_url=f"http://127.0.0.1/orders/{started.order_token}",
    )
    session = pretend.create_session(
        started.key, page, expires_at=started.expires_at, now=placed_at
    )
    url = f"/pretend-pay/{session.reference}"
    with db.transaction():
        sessions.opened(started.payment_id, session.reference, url, now=placed_at)
    assert db.get(Order, order.id).hold_until > placed_at
    return url
