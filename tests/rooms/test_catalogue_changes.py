"""The catalogue is changed: what was ordered stays, nobody's change is lost, nothing loses."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import changing, desk, drafting, wording
from storefront.catalogue.changing import Pack
from storefront.catalogue.drafting import BoughtPart, GrownPart
from storefront.catalogue.models import Offer, Part, Product
from storefront.catalogue.steps import Reduction
from storefront.catalogue.wording import Wording
from storefront.errors import NotFound, Refusal
from storefront.money import Fen
from storefront.orders import cart, checkout, shelf, standing
from storefront.orders.models import Line, LinePart
from storefront.reports.check import check
from storefront.supply import offering
from storefront.weight import Grams
from tests import factories as make


@pytest.fixture
def county(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 60_000)
        make.weigh(county, county.lin, county.top, 60_000)
        return county


def he(county):
    return {"actor": county.cast.he.actor, "now": make.NOW}


def pack(county, sku=make.BOX):
    return changing.pack_of(db.get(Offer, county.offers[sku]))


def changed(was, **others):
    return replace(was, draft=replace(was.draft, **others))


def change(county, wanted, *, seen=None, sell=False, sku=make.BOX):
    seen = seen or pack(county, sku).mark
    with db.transaction():
        return offering.change_offer(county.offers[sku], wanted, seen=seen, sell=sell, **he(county))


def refusal(write, *args, **others):
    with pytest.raises(Refusal) as refused:
        write(*args, **others)
    db.session.rollback()
    return refused.value


def acts(verb, kind):
    query = select(audit.AuditEvent).where(
        audit.AuditEvent.verb == verb, audit.AuditEvent.object_kind == kind
    )
    return list(db.session.scalars(query.order_by(audit.AuditEvent.id)))


def snapshot(order):
    """What a line and its parts say."""
    query = select(Line, LinePart).join(LinePart, LinePart.line_id == Line.id)
    return [
        (line.sku, line.label_zh, line.net_g, line.price_fen, part.name_zh, part.grams)
        for line, part in db.session.execute(query.where(Line.order_id == order.id))
    ]


def test_an_order_keeps_the_pack_it_was_placed_with(county):
    with db.transaction():
        order = make.order((make.BOX, 2))
        make.pay(order.id)
    before = snapshot(order)
    parts = (GrownPart("特级", "Top", county.top, Grams(3_000)),)
    wanted = changed(pack(county), label_zh="新装", net=Grams(3_000), price=Fen(6_000), parts=parts)
    change(county, Pack(wanted.draft, (Reduction(3, Fen(100)),)))
    with db.transaction():
        make.dispatch(county, order.id)
    assert snapshot(order) == before
    assert [finding for finding in check() if not finding.ok] == []
    with db.transaction():
        later = make.order((make.BOX, 1))
    assert snapshot(later) == [(make.BOX, "新装", 3_000, 6_000, "特级", 3_000)]


def test_a_change_of_a_pack_on_sale_keeps_it_on_sale_and_is_written_down(county):
    change(county, changed(pack(county), price=Fen(4_500)))
    assert offering.is_on_sale(db.get(Offer, county.offers[make.BOX]))
    assert shelf.display("pear-box", now=make.NOW).packs[0].offer.price == Fen(4_500)
    event = acts("change", "offer")[-1]
    assert event.facts["price"] == [3_990, 4_500]
    assert event.actor_user_id == county.cast.he.actor.user_id


def test_a_pack_on_sale_is_not_made_cheaper_than_what_is_in_it(county):
    before = pack(county)
    refused = refusal(change, county, changed(before, price=Fen(1_000)))
    assert (refused.code, refused.facts["shares"]) == ("offer_below_cost", Fen(1_750))
    assert pack(county) == before
    assert offering.is_on_sale(db.get(Offer, county.offers[make.BOX]))
    assert acts("change", "offer") == []


def test_what_more_costs_less_is_held_to_the_same(county):
    before = pack(county)
    cheaper = Pack(changed(before, price=Fen(2_600)).draft, (Reduction(2, Fen(1_000)),))
    refused = refusal(change, county, cheaper)
    assert refused.code == "step_below_cost"
    assert pack(county) == before


def test_a_pack_that_is_not_sold_may_be_written_down_below_cost_and_not_put_on_sale(county):
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], **he(county))
    cheap = changed(pack(county), price=Fen(1_000))
    change(county, cheap)
    assert pack(county) == cheap
    offer = county.offers[make.BOX]
    assert refusal(sell, county, offer).code == "offer_below_cost"
    dear = changed(cheap, price=Fen(5_000))
    change(county, dear, sell=True)
    assert offering.is_on_sale(db.get(Offer, offer))


def sell(county, offer):
    with db.transaction():
        offering.put_on_sale(offer, **he(county))


def test_the_same_change_twice_is_one(county):
    seen, wanted = pack(county).mark, changed(pack(county), price=Fen(4_500))
    for _again in range(2):
        change(county, wanted, seen=seen)
    assert len(acts("change", "offer")) == 1


def test_nobody_s_change_is_written_over(county):
    seen = pack(county).mark
    change(county, changed(pack(county), price=Fen(4_500)), seen=seen)
    other = changed(pack(county), label_en="Another")
    assert refusal(change, county, other, seen=seen).code == "changed_meanwhile"
    assert pack(county).draft.label_en != "Another"
    words = Wording.of(db.get(Product, county.products[make.BOX]))
    describe(county, replace(words, name_en="First"), seen=words.mark)
    second = refusal(describe, county, replace(words, name_en="Second"), seen=words.mark)
    assert second.code == "changed_meanwhile"


def describe(county, words, *, seen):
    with db.transaction():
        wording.describe(county.products[make.BOX], words, seen=seen, **he(county))


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"parts": ()}, "offer_without_parts"),
        ({"gross": Grams(2_000)}, "gross_below_net"),
        ({"net": Grams(2_400)}, "net_unlike_parts"),
        ({"net": Grams(2_600)}, "net_unlike_parts"),
    ],
)
def test_a_pack_that_makes_no_sense_is_refused(county, others, code):
    before = pack(county)
    assert refusal(change, county, changed(before, **others)).code == code
    assert pack(county) == before


def test_bought_in_goods_may_weigh_what_harvest_does_not(county):
    before = pack(county)
    jar = BoughtPart("罐", "Jar", Fen(100))
    wanted = changed(before, parts=(*before.draft.parts, jar), net=Grams(2_600))
    change(county, wanted)
    assert pack(county) == wanted
    held = select(Part).where(Part.offer_id == county.offers[make.BOX]).order_by(Part.position)
    assert [part.position for part in db.session.scalars(held)] == [1, 2]


def test_a_new_pack_is_off_sale_unless_it_is_to_be_sold_and_its_number_is_its_own(county):
    fresh = changed(pack(county), sku="NEW-1", position=2)
    add(county, fresh)
    assert shown_skus() == [make.BOX]
    add(county, fresh, sell=True)  # the same again is the one that is there
    assert shown_skus() == [make.BOX, "NEW-1"]
    assert refusal(add, county, changed(fresh, price=Fen(9_999))).code == "sku_taken"
    assert refusal(add, county, changed(fresh, sku="N-2", price=Fen(5)), sell=True).code == (
        "offer_below_cost"
    )
    assert db.session.scalar(select(Offer).where(Offer.sku == "N-2")) is None


def add(county, wanted, *, sell=False):
    with db.transaction():
        offering.add_offer(wanted, sell=sell, **he(county))


def shown_skus():
    return [pack.offer.sku for pack in shelf.display("pear-box", now=make.NOW).packs]


def test_a_product_begins_hidden_and_is_found_once_it_is_shown(county):
    words = Wording.of(db.get(Product, county.products[make.BOX]))
    with db.transaction():
        made = wording.draft_product("second-box", words, **he(county))
    with pytest.raises(NotFound):
        shelf.display("second-box", now=make.NOW)
    with db.transaction():
        wording.show(made.id, **he(county))
        wording.show(made.id, **he(county))
    assert shelf.display("second-box", now=make.NOW).packs == ()
    assert len(acts("show", "product")) == 1
    again = replace(words, name_en="Another")
    assert refusal(draft, county, "second-box", again).code == "slug_taken"
    for odd in ("Über", "a--b", "-a", "", "a" * 61, "a b"):
        assert refusal(draft, county, odd, words).code == "slug_unreadable"


def draft(county, slug, words):
    with db.transaction():
        wording.draft_product(slug, words, actor=Actor.shop(), now=make.NOW)


def test_what_is_hidden_cannot_be_bought_either(county):
    with db.transaction():
        token = cart.add(None, make.BOX, 1, now=make.NOW)
    with db.transaction():
        wording.hide(county.products[make.BOX], **he(county))
    assert not cart.view(token, now=make.NOW).lines[0].on_sale
    with pytest.raises(NotFound), db.transaction():
        cart.add(None, make.BOX, 1, now=make.NOW)
    form = replace(make.wanted((make.PASTE, 1)), cart_token=token)
    assert refusal(place, form).code == "off_sale"


def place(form):
    with db.transaction():
        checkout.place_order(form, actor=Actor.guest(), now=make.NOW)


def test_a_product_stands_in_the_shop_in_one_word(county):
    def stands():
        found = standing.standings([desk.product("pear-box")], now=make.NOW)
        return found[0].state, found[0].loses

    assert stands() == ("on_sale", False)
    with db.transaction():
        make.order((make.BOX, 20))
    with db.transaction():
        make.order((make.BOX, 4))
    assert stands() == ("sold_out", False)
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], **he(county))
    assert stands() == ("resting", False)
    with db.transaction():
        wording.hide(county.products[make.BOX], **he(county))
    assert stands() == ("hidden", False)


def test_the_desk_lists_every_product_and_finds_by_name_and_number(county):
    with db.transaction():
        wording.hide(county.products[make.BOX], **he(county))
    assert [one.slug for one in desk.products().products] == [
        "pear-box",
        "pear-pair",
        "gift",
        "paste",
    ]
    assert [one.slug for one in desk.products(typed=make.GIFT.lower()).products] == ["gift"]
    assert desk.products(typed="%").products == ()
    first = desk.products(limit=3)
    rest = desk.products(limit=3, after=first.after)
    assert ([one.slug for one in rest.products], rest.after) == (["paste"], None)
