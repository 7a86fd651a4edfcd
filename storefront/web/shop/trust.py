"""What a stranger asks before they pay: who we are, how it is traced, what if, and what of me."""

from datetime import timedelta

from flask import render_template

from storefront import clock, county
from storefront.catalogue import freight_zones
from storefront.orders.carriers import CARRIERS
from storefront.reports.custody import followed
from storefront.reports.impact import impact
from storefront.reports.seasons import this_season
from storefront.web.county_texts import passages
from storefront.web.guards import public
from storefront.web.shop.scope import door


@door.get("/about")
@public
def about() -> str:
    """Say who sells here and why, with the season's figures."""
    return render_template(
        "shop/help/about.html",
        passages=passages("about"),
        season=impact(this_season(clock.now())),
    )


@door.get("/help/how-we-trace")
@public
def how_we_trace() -> str:
    """Say how a box is followed to a household, and where that ends; with this season's proof."""
    rows = followed(this_season(clock.now()))
    return render_template(
        "shop/help/how_we_trace.html",
        rules=county.rules(),
        followed=rows,
        all_grams=sum(int(row.grams) for row in rows),
    )


@door.get("/help/freshness")
@public
def freshness() -> str:
    """Say what is paid for when fruit arrives bruised, and who pays."""
    return render_template(
        "shop/help/freshness.html",
        hours=county.rules().after_sale // timedelta(hours=1),
        days=county.rules().delivery_days,
    )


@door.get("/help/delivery")
@public
def delivery() -> str:
    """Say when a parcel leaves, what it costs to where, and where we do not send."""
    now = clock.now()
    return render_template(
        "shop/help/delivery.html",
        rules=county.rules(),
        zones=freight_zones.zones(clock.china_day(now)),
        carriers=[carrier for carrier in CARRIERS if carrier.pattern],
        passages=passages("delivery"),
    )


@door.get("/help/privacy")
@public
def privacy() -> str:
    """Say what is asked of people, why, who sees it, and when it is forgotten."""
    rules = county.rules()
    return render_template(
        "shop/help/privacy.html",
        address_days=rules.address_kept.days,
        buyer_days=rules.buyer_kept.days,
    )


@door.get("/help/contact")
@public
def contact() -> str:
    """Say how to reach somebody, and who is answerable."""
    return render_template("shop/help/contact.html", passages=passages("contact"))
