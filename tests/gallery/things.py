"""What the addresses name: things of the demonstration's season, as the role matrix wants them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text

from storefront import db

# what an address names → a question that answers with the most telling one
LOT_OF = """select lot.code from lot join household h on h.id = lot.household_id
    where h.code = :household order by lot.available_g > 0 desc, lot.id desc"""
SLIP_OF = """select slip.code from slip join lot on lot.slip_id = slip.id
    join household h on h.id = lot.household_id where h.code = :household order by slip.id desc"""
KEY_OF = """select m.key from movement m join lot on lot.id = m.lot_id
    where lot.code = :lot order by m.id desc"""
ROW_OF = """select a.id from allocation a join household h on h.id = a.household_id
    where h.code = :household and a.state in ('confirmed', 'paid', 'due', 'booked')
    order by a.state = 'confirmed' desc, a.id"""
QUESTIONS: Final[Mapping[str, str]] = {
    "slug": "select 'yulu-first-grade'",
    "/brand/catalogue/grades code": "select code from grade order by position",
    "/brand/catalogue/shelves slug": "select slug from category order by position",
    "/brand/price-files code": """select code from price_file where role = 'operator'
        order by id desc""",
    "/county/places/stations code": "select code from station order by id",
    "/county/places/villages code": """select code from village where successor_id is null
        order by id""",
    "/county/price-files code": """select code from price_file where role = 'officer'
        order by id desc""",
    "/brand/prices code": "select code from grade order by position",
    "/county/prices code": "select code from grade order by position",
    "reveal": "select id from secret_reveal order by id desc",
    "sku": "select sku from offer order by id",
    "position": "select 1",
    "token": "select token from orders where state = 'completed' order by id desc",
    "file": "select digest || '-480.jpg' from photo order by id",
    "reference": "select reference from pretend_session order by state = 'open' desc, id desc",
    "row_id": """select a.id from allocation a join orders o on o.id = a.order_id
        where a.state = 'planned' and o.state = 'confirmed' order by a.parcel_id, a.id""",
    "case_id": "select id from loss_case where decision is null order by id",
    "paper": "select id from slip_paper order by id desc",
    "dispute": "select id from slip_dispute order by id desc",
    "entry_id": "select id from entry where kind = 'dispatch' order by id desc",
    "user": "select id from users order by id",
    "member": "select id from users where household_id is not null order by id",
    "/account/addresses code": "select code from address order by id desc",
    "/t code": "select trace_code from parcel where state = 'closed' order by id desc",
    "/orders code": "select code from parcel where state = 'delivered' order by id desc",
    "/brand/carrier-lists code": "select code from carrier_list order by id desc",
    "/brand/certificates code": "select code from certificate order by id desc",
    "/brand/lots code": "select code from lot where state = 'received' order by id desc",
    "/brand/orders code": "select code from orders where state = 'confirmed' order by id desc",
    "/brand/packing code": """select p.code from parcel p join orders o on o.id = p.order_id
        where p.state = 'planned' and o.state = 'confirmed' order by p.id""",
    "/brand/packing/<code>/slip code": "select code from parcel where state = 'packed' order by id",
    "/county/orders code": "select code from orders where state = 'completed' order by id desc",
    "/county/pay-runs code": "select code from pay_run where state = 'settled' order by id desc",
    "/county/pay-runs household": """select i.household_code from pay_item i
        join pay_run r on r.id = i.run_id where r.state = 'settled' order by r.id desc, i.id""",
    "/county/registry code": "select code from registry_file order by id desc",
    "/county/households code": """select h.code from household h join household_month m
        on m.household_id = h.id group by h.code order by sum(m.booked_fen) desc""",
}
HOUSEHOLD_OF = """select h.code from household h join users u on u.household_id = h.id
    where u.id = :user"""
HOUSEHOLD_AT = """select h.code from household h join lot on lot.household_id = h.id
    join users u on u.station_id = h.station_id where u.id = :user
    group by h.code order by sum(lot.available_g) desc"""


class Known(dict[str, object]):
    """Things by name; what only forms are sent to is not looked for."""

    def __missing__(self, _name: str) -> None:
        """Return nothing: an address with it is no picture."""


def one(question: str, **facts: object) -> object:
    """Return the first answer to a question; nothing if there is none."""
    return db.session.execute(text(question), facts).scalar()


def things(household_user: int, agent_user: int) -> Known:
    """Return everything that an address may name, for these two people's doors."""
    own, theirs = one(HOUSEHOLD_OF, user=household_user), one(HOUSEHOLD_AT, user=agent_user)
    found = {name: one(question) for name, question in QUESTIONS.items()}
    for door, household in (("/producers/", own), ("/producers/for/", theirs)):
        rest = "<household>/" if household == theirs else ""
        lot = one(LOT_OF, household=household)
        found[f"{door}{rest}lots code"] = lot
        found[f"{door}{rest}lots key"] = one(KEY_OF, lot=lot)
        found[f"{door}{rest}income row"] = one(ROW_OF, household=household)
        found[f"{door}{rest}slips code"] = one(SLIP_OF, household=household)
    found["/producers/paper code"] = found["/producers/slips code"]
    return Known(found, household=theirs, status=404)


def named() -> frozenset[str]:
    """Return every argument of an address that the gallery has a thing for."""
    names = {name.rpartition(" ")[2] for name in QUESTIONS}
    return frozenset(names | {"household", "key", "code", "row"})
