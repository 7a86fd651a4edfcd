"""On which day a parcel leaves, and how a season stands: pure rules."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from storefront.catalogue.windows import OFF, OPEN, PRESALE, Window, is_day_of_year, season_on
from storefront.orders.promise import Calendar, Ready, day_for, days, first_day

MONDAY = date(2026, 9, 21)
DAY = timedelta(days=1)
a_day = some.dates(date(2026, 1, 1), date(2029, 12, 31))
day_of_year = some.integers(101, 1231).filter(is_day_of_year)
windows = some.builds(Window, some.none() | day_of_year, day_of_year, day_of_year)
calendars = some.builds(
    Calendar,
    today=a_day,
    lead=some.integers(0, 5),
    weekdays=some.frozensets(some.integers(1, 7), min_size=1),
    closed=some.frozensets(a_day, max_size=5),
    most=some.none() | some.integers(1, 3),
    promised=some.dictionaries(a_day, some.integers(0, 4), max_size=20),
)
stocks = some.lists(
    some.builds(Ready, some.integers(1, 2), a_day, some.integers(1, 5_000)), max_size=6
)


def test_a_sunday_is_not_counted_where_nothing_leaves_on_sundays():
    saturday = Calendar(MONDAY - 2 * DAY, 2, weekdays=range(1, 7))
    assert first_day(saturday) == MONDAY + DAY


def test_a_holiday_is_no_working_day_either():
    closed = Calendar(MONDAY, 2, closed={MONDAY + DAY})
    assert first_day(closed) == MONDAY + 3 * DAY


def test_a_full_day_is_not_promised_again():
    full = {MONDAY + 2 * DAY: 5, MONDAY + 3 * DAY: 4}
    assert first_day(Calendar(MONDAY, 2, most=5, promised=full)) == MONDAY + 3 * DAY
    assert first_day(Calendar(MONDAY, 2, most=4, promised=full)) == MONDAY + 4 * DAY


def test_a_limit_holds_from_its_day_on_and_may_be_lifted():
    full = {MONDAY + n * DAY: 5 for n in range(2, 6)}
    limits = ((MONDAY + 3 * DAY, 6), (MONDAY + 5 * DAY, None))
    assert first_day(Calendar(MONDAY, 2, most=5, promised=full, limits=limits)) == MONDAY + 3 * DAY
    lowered = ((MONDAY, 3), (MONDAY + 5 * DAY, None))
    assert first_day(Calendar(MONDAY, 2, promised=full, limits=lowered)) == MONDAY + 5 * DAY


def test_nothing_leaves_before_the_season_opens():
    assert first_day(Calendar(MONDAY, 2), MONDAY + 9 * DAY) == MONDAY + 9 * DAY
    assert first_day(Calendar(MONDAY, 2), MONDAY) == MONDAY + 2 * DAY


@given(calendars, some.none() | a_day)
def test_the_first_day_is_one_on_which_something_may_leave(calendar, not_before):
    day = first_day(calendar, not_before)
    assert calendar.has_room(day)
    assert day >= (not_before or day)
    worked = [calendar.today + n * DAY for n in range(1, (day - calendar.today).days + 1)]
    assert sum(calendar.works(each) for each in worked) >= calendar.lead


@given(calendars, some.none() | a_day)
def test_no_earlier_day_would_do(calendar, not_before):
    day = first_day(calendar, not_before)
    before = day - DAY
    while before > calendar.today and not calendar.has_room(before):
        before -= DAY
    between = [calendar.today + n * DAY for n in range(1, (before - calendar.today).days + 1)]
    packed = sum(calendar.works(each) for each in between) >= calendar.lead
    assert before <= calendar.today or not packed or before < (not_before or before)


@given(calendars, some.none() | a_day, stocks, some.integers(1, 6_000))
def test_what_is_promised_is_there_by_then(calendar, not_before, stock, grams):
    day = day_for(calendar, not_before, {1: grams}, stock)
    mine = [ready for ready in stock if ready.grade_id == 1]
    if day is None:
        assert sum(ready.grams for ready in mine) < grams
    else:
        assert sum(ready.grams for ready in mine if ready.ready_on <= day) >= grams
        assert day in days(calendar, not_before, [ready.ready_on for ready in mine])
        assert calendar.has_room(day)


def test_what_is_not_grown_leaves_on_the_first_day():
    assert day_for(Calendar(MONDAY, 2), None, {}, []) == MONDAY + 2 * DAY


PEARS = Window(presale_from=725, opens_on=825, ends_on=430)


def test_a_season_is_before_it_open_and_over():
    states = {
        date(2026, 7, 24): OFF,
        date(2026, 7, 25): PRESALE,
        date(2026, 8, 24): PRESALE,
        date(2026, 8, 25): OPEN,
        date(2027, 1, 1): OPEN,
        date(2027, 4, 30): OPEN,
        date(2027, 5, 1): OFF,
    }
    assert {day: season_on(PEARS, day).state for day in states} == states
    assert season_on(PEARS, date(2026, 7, 25)).opens == date(2026, 8, 25)
    over = season_on(PEARS, date(2027, 5, 1))
    assert (over.returns, over.opens) == (date(2027, 7, 25), date(2027, 8, 25))


def test_without_a_window_it_is_always_open():
    assert season_on(None, MONDAY).state == OPEN


@given(windows, a_day)
def test_a_season_that_is_over_says_when_it_returns(window, day):
    season = season_on(window, day)
    if season.state == OFF:
        assert season.returns is not None
        assert season.returns > day
        assert season_on(window, season.returns).state != OFF
        between = [day + n * DAY for n in range(1, min(40, (season.returns - day).days))]
        assert all(season_on(window, each).state == OFF for each in between)


@given(windows, a_day)
def test_before_it_opens_the_day_it_opens_is_known(window, day):
    season = season_on(window, day)
    if season.state == PRESALE:
        assert season.opens is not None
        assert season.opens > day
        assert season_on(window, season.opens).state == OPEN


@given(some.integers(0, 2_000))
def test_a_day_of_the_year_comes_every_year(number):
    if is_day_of_year(number):
        assert [date(year, *divmod(number, 100)) for year in (2026, 2027, 2028)]
