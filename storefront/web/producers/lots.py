"""A household's lots and its three buttons: + to deliver, - taken back, sold out."""

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import lots as supply
from storefront.supply import queries
from storefront.supply.queries import GradeRow
from storefront.web import asked, refusals
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import screen
from storefront.web.producers.forms import DeclareForm, SoldOutForm, TakeBackForm
from storefront.web.producers.scope import Place
from storefront.web.producers.waiting import kept

SHOWN = 30


@screen("lots")
def lots(place: Place) -> ResponseReturnValue:
    """Show the household's lots, the newest first."""
    before = asked.key("before")
    rows = queries.household_lots(place.household.id, before_id=before, limit=SHOWN + 1)
    more = rows[SHOWN - 1].id if len(rows) > SHOWN else None
    facts = {"lots": rows[:SHOWN], "more": more, "before": before}
    return render_template("producers/lots.html", **facts, **place.facts)


@screen("lots/<code>")
def lot(place: Place, code: str) -> ResponseReturnValue:
    """Show one lot: what it is, and all that happened to it."""
    row = queries.household_lot(place.household.id, code)
    moved = queries.movements(row.id)
    return render_template("producers/lot.html", lot=row, moved=moved, **place.facts)


@screen("lots/<code>/done/<key>")
def done(place: Place, code: str, key: str) -> ResponseReturnValue:
    """Show what an action did, and which action is its opposite."""
    row = queries.household_lot(place.household.id, code)
    moved = queries.done(row.id, key)
    return render_template("producers/done.html", lot=row, moved=moved, **place.facts)


@screen("lots/declare", "GET", "POST")
def declare(place: Place) -> ResponseReturnValue:
    """Say what there is to deliver."""
    today = clock.china_day(clock.now())
    grades = _own_grades_first(place, today)
    form = DeclareForm(harvested_on=today, grade=grades[0].id if grades else None)
    form.offer(grades)
    if form.validate_on_submit():
        try:
            code = _declare(place, form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            return kept(place.url("done", code=code, key=form.key.data), form.key.data)
    facts = {"form": form, "grades": grades, "today": today}
    return render_template("producers/declare.html", **facts, **place.facts), _status(form)


def _own_grades_first(place: Place, today: date) -> tuple[GradeRow, ...]:
    """Return the grades, those the household brought last before the others."""
    brought = queries.grades_brought(place.household.id)
    rank = {grade_id: place for place, grade_id in enumerate(brought)}
    grades = queries.grades_with_prices(today)
    return tuple(sorted(grades, key=lambda grade: rank.get(grade.id, len(rank))))


def _declare(place: Place, form: DeclareForm) -> str:
    with transaction():
        made = supply.declare(
            place.household.id,
            form.grade.data,
            form.grams.data,
            harvested_on=form.harvested_on.data,
            key=form.key.data,
            actor=current_actor(),
            now=clock.now(),
        )
        return made.code


def _status(form: DeclareForm | TakeBackForm | SoldOutForm) -> int:
    return 422 if form.is_submitted() else 200


@screen("lots/take-back")
def choose_take_back(place: Place) -> ResponseReturnValue:
    """Choose the lot to take from; where there is only one, go on to it."""
    return _choose(place, "take_back")


@screen("lots/sold-out")
def choose_sold_out(place: Place) -> ResponseReturnValue:
    """Choose the lot that is sold out; where there is only one, go on to it."""
    return _choose(place, "sold_out")


def _choose(place: Place, action: str) -> ResponseReturnValue:
    rows = queries.lots_to_take(place.household.id)
    if len(rows) == 1:
        return send_to(place.url(action, code=rows[0].code))
    return render_template("producers/choose.html", lots=rows, action=action, **place.facts)


@screen("lots/<code>/take-back", "GET", "POST")
def take_back(place: Place, code: str) -> ResponseReturnValue:
    """Take some of a lot home again."""
    row, form = queries.household_lot(place.household.id, code), TakeBackForm()
    if form.validate_on_submit():
        facts = {"key": form.key.data, "actor": current_actor(), "now": clock.now()}
        try:
            with transaction():
                supply.take_back(row.id, form.grams.data, **facts)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            return kept(place.url("done", code=code, key=form.key.data), form.key.data)
    page = render_template("producers/take_back.html", lot=row, form=form, **place.facts)
    return page, _status(form)


@screen("lots/<code>/sold-out", "GET", "POST")
def sold_out(place: Place, code: str) -> ResponseReturnValue:
    """Take back all that is not planned yet."""
    row, form = queries.household_lot(place.household.id, code), SoldOutForm()
    if not form.validate_on_submit():
        page = render_template("producers/sold_out.html", lot=row, form=form, **place.facts)
        return page, _status(form)
    with transaction():
        moved = supply.sold_out(row.id, key=form.key.data, actor=current_actor(), now=clock.now())
    if moved is None:
        toast(_("Nothing was left of this lot, so nothing changed."), "warn")
        return kept(place.url("lot", code=code), form.key.data)
    return kept(place.url("done", code=code, key=form.key.data), form.key.data)
