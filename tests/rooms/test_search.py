"""Finding a product: by characters, pinyin, initials or English; ranked and paged."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import select

from storefront import db
from storefront.catalogue import drafting, listing, search
from storefront.catalogue.folding import words_of
from storefront.catalogue.listing import Wish
from storefront.catalogue.models import Category, Offer, Product
from storefront.config import ROOT
from storefront.money import Fen
from storefront.supply import prices
from storefront.weight import Grams
from tests import factories as make
from tests.visits import statements

NAMES = {
    "yulu": ("玉露香梨 一级", "Yulu fragrant pear, first grade"),
    "jar": ("秋梨膏", "Pear paste"),
    "duo": ("玉露香梨配秋梨膏 礼盒", "Gift box of pears and paste"),
    "apple": ("红富士苹果", "Red Fuji apple"),
    "bean": ("绿豆", "Mung beans"),
    "chestnut": ("重庆板栗", "Chestnuts"),
    "wild": ("50% 糖_梨\\汁", "Half sugar"),
}
FOUND = {
    "玉露香": ["yulu", "duo"],
    "玉露香梨": ["yulu", "duo"],
    "露": ["yulu", "duo"],
    "梨膏": ["jar", "duo"],
    "秋梨膏": ["jar", "duo"],
    "yulu": ["yulu", "duo"],
    "YuLuXiang": ["yulu", "duo"],
    "yu lu xiang": ["yulu", "duo"],
    "yù lù xiāng": ["yulu", "duo"],
    "ylx": ["yulu", "duo"],
    "ＹＬＸ": ["yulu", "duo"],
    "ligao": ["jar", "duo"],
    "qlg": ["jar", "duo"],
    "pear": ["yulu", "jar", "duo"],
    "Pear Paste": ["jar", "duo"],
    "蘋果": ["apple"],
    "apple": ["apple"],
    "hongfushi": ["apple"],
    "lvdou": ["bean"],
    "lǜ dòu": ["bean"],
    "chongqing": ["chestnut"],
    "zhongqing": ["chestnut"],
    "cqbl": ["chestnut"],
    "礼盒 秋梨膏": ["duo"],
    "durian": [],
    "玉露梨香": [],
}


@pytest.fixture
def shelf(app):
    """A shelf of its own: each product with one jar's worth of offer."""
    with db.transaction():
        county = make.county()
        for product in db.session.scalars(select(Product)):
            product.published_at = None
        for place, (slug, (zh, en)) in enumerate(NAMES.items(), start=1):
            add(slug, zh, en, place)
        search.spell_names(now=make.NOW)
    return county


def add(slug, zh, en, position):
    jars = db.session.scalars(select(Category).where(Category.slug == "paste")).one()
    texts = dict.fromkeys(("tagline_zh", "tagline_en", "story_zh", "story_en"), "")
    texts |= dict.fromkeys(("origin_zh", "origin_en", "storage_zh", "storage_en"), "")
    product = Product(
        slug=slug,
        category_id=jars.id,
        name_zh=zh,
        name_en=en,
        shelf_life_days=1,
        custody="segregated",
        picture="jar",
        position=position,
        **texts,
    )
    drafting.add_product(product, actor=make.OFFICE, now=make.NOW)
    draft = drafting.OfferDraft(
        product_id=product.id,
        sku=slug.upper(),
        label_zh="一罐",
        label_en="A jar",
        pieces="1",
        net=Grams(230),
        gross=Grams(400),
        price=Fen(3_000 + position * 100),
        max_per_order=20,
        parts=[drafting.BoughtPart("罐", "Jar", Fen(1_000))],
    )
    offer = drafting.add_offer(draft, actor=make.OFFICE, now=make.NOW)
    prices.publish_offer(offer.id, actor=make.OFFICE, now=make.NOW)


def slugs(wish):
    return [card.slug for card in listing.listed(wish).cards]


def found(typed):
    return slugs(Wish(words=words_of(typed)))


@pytest.mark.parametrize("typed", FOUND)
def test_a_product_is_found_by(shelf, typed):
    assert found(typed) == FOUND[typed]


def test_a_name_that_begins_so_comes_before_one_that_holds_it_before_what_is_said_elsewhere(shelf):
    with db.transaction():
        add("said", "糕点", "Cake", 0)
        cake = db.session.scalars(select(Product).where(Product.slug == "said")).one()
        cake.tagline_zh = "配秋梨膏吃"
        search.spell(cake, db.get(Category, cake.category_id), now=make.NOW)
    assert found("秋梨膏") == ["jar", "duo", "said"]
    assert found("梨膏") == ["jar", "duo", "said"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "%%", "100%", "' OR 1=1 --", "|", "/", "/%"])
def test_signs_of_sql_find_only_what_bears_them_as_words(shelf, typed):
    words = words_of(typed)
    assert words == () or found(typed) == []


def test_a_sign_of_like_that_is_part_of_a_name_does_not_hide_it(shelf):
    assert found("50% 糖") == ["wild"]
    assert found("糖_梨") == ["wild"]


@pytest.mark.parametrize("word", ["y%u", "yul_", "y\\", "%"])
def test_a_word_is_looked_for_and_not_a_pattern(shelf, word):
    """Folding leaves no such sign; were one left, it would stand for itself."""
    assert slugs(Wish(words=(word,))) == []


@pytest.mark.parametrize(
    "typed", ["梨" * 5_000, "🍐" * 300, "a " * 3_000, "\u202e梨\u200b膏", "\x07", "ﷺ" * 40]
)
def test_nothing_typed_is_too_strange(shelf, typed):
    words = words_of(typed)
    assert words == () or isinstance(found(typed), list)


def test_before_its_pinyin_is_known_a_product_is_found_by_its_names(shelf):
    with db.transaction():
        add("new", "枣夹核桃", "Dates with walnuts", 9)
    assert found("核桃") == ["new"]
    assert found("walnut") == ["new"]
    assert found("hetao") == []
    with db.transaction():
        assert search.spell_names(now=make.NOW) == 1
        assert search.spell_names(now=make.NOW) == 0
    assert found("hetao") == ["new"]


def test_what_is_not_on_sale_is_not_found(shelf):
    with db.transaction():
        offer = db.session.scalars(select(Offer.id).where(Offer.sku == "JAR"))
        paste = offer.all()
        for offer_id in paste:
            drafting.withdraw(offer_id, actor=make.OFFICE, now=make.NOW)
    assert found("秋梨膏") == ["duo"]


@pytest.mark.parametrize("sort", listing.SORTS)
@pytest.mark.parametrize("words", [(), ("梨",)])
def test_pages_by_key_show_everything_once_and_in_order(shelf, sort, words):
    whole = slugs(Wish(sort=sort, words=words))
    seen, after = [], None
    while True:
        page = listing.listed(Wish(sort=sort, words=words, after=after, limit=2))
        seen += [card.slug for card in page.cards]
        after = page.after
        if after is None:
            break
        assert len(page.cards) == 2
    assert seen == whole
    assert len(set(seen)) == len(seen)


def test_sorts_are_by_the_cheapest_pack(shelf):
    assert slugs(Wish(sort="cheap")) == list(NAMES)
    assert slugs(Wish(sort="dear")) == list(NAMES)[::-1]


def test_a_category_shows_its_own_only(shelf):
    assert slugs(Wish(category="pears")) == []
    assert slugs(Wish(category="paste")) == list(NAMES)


@pytest.mark.parametrize("words", [(), ("梨",)])
def test_whatever_page_of_a_long_shelf_is_asked_for_it_is_read_once(shelf, words):
    with db.transaction():
        for number in range(60):
            add(f"pear-{number}", f"{number} 号梨", f"Pear {number}", number)
    with statements() as asked:
        page = listing.listed(Wish(words=words))
        assert len(asked) == 3  # products, parts, the edition
        further = listing.listed(Wish(words=words, after=page.after))
    assert (len(page.cards), len(further.cards), len(asked)) == (24, 24, 3)
    assert not {card.slug for card in page.cards} & {card.slug for card in further.cards}


def test_no_page_loads_the_readings():
    """They are 57 MiB: the shop is made, a product is searched for, and they are not there."""
    script = (
        "import sys, wsgi; from storefront.catalogue import folding, search;"
        "folding.words_of('玉露香'); search.rank('|yulu|', '|yulu|', ['yulu']);"
        "sys.exit('pypinyin' in sys.modules)"
    )
    env = {**os.environ, "DATABASE_URL": "sqlite:///:memory:"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, check=False)
    assert done.returncode == 0
