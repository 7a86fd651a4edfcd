"""What a season brought the county's households, township by township, for everybody to read."""

from flask import render_template, request

from storefront import clock
from storefront.reports.impact import impact
from storefront.reports.seasons import months_of, this_season
from storefront.reports.suppression import FEWEST
from storefront.reports.townships import by_township, seasons
from storefront.web.guards import public
from storefront.web.shop.scope import door


@door.get("/impact", endpoint="impact")
@public
def season_page() -> str:
    """Show a season; the one it is, unless another one with figures is asked for."""
    now = this_season(clock.now())
    known = tuple(dict.fromkeys((now, *seasons())))
    asked = request.args.get("season", "")
    season = int(asked) if asked in map(str, known) else now
    return render_template(
        "shop/impact.html",
        season=season,
        seasons=known,
        is_now=season == now,
        months=months_of(season),
        found=impact(season),
        townships=by_township(season),
        fewest=FEWEST,
    )
