"""The shop that is pictured: the demonstration's season, two empty shelves, an error page."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import flask_migrate
from flask import Flask, g
from sqlalchemy import select
from werkzeug.serving import make_server

from storefront import clock, config, create_app, db
from storefront.accounts import addresses
from storefront.accounts.models import User
from storefront.accounts.passwords import vault
from storefront.accounts.people import UserDraft, add_user, load_user
from storefront.actors import SHOPPER, Actor
from storefront.catalogue.models import Grade, Offer, Part, Product
from storefront.cli.demo import file
from storefront.cli.demo.scene import PASSWORD
from storefront.orders import kept
from storefront.orders.models import Order
from storefront.supply.price_models import PurchasePrice
from storefront.web import errors
from storefront.web.guards import public
from tests import factories as make
from tests.gallery.film import AGENT
from tests.telling import come_in

ROLES: Final = {
    "household": "household_member",
    "agent": "agent",
    "operator": "operator",
    "officer": "officer",
    "checker": "checker",
    "shopper": "shopper",
}


def open_shop(folder: Path, season: Path) -> Flask:
    """Return the shop on a copy of ``season``, brought up to this version."""
    copy = folder / "gallery.db"
    copy.unlink(missing_ok=True)
    source, target = sqlite3.connect(season), sqlite3.connect(copy)
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    settings = config.load(
        {
            "DATABASE_URL": f"sqlite:///{copy.resolve()}",
            "PUBLIC_URL": "http://127.0.0.1",
            "LIMIT_FACTOR": "100000",
            "PASSWORD_MEMORY_KIB": "32",
            "PASSWORD_PASSES": "1",
        }
    )
    app = create_app(settings)
    app.add_url_rule("/gallery/<int:status>", "gallery.error", public(errors.answer))
    with app.app_context():
        flask_migrate.upgrade()
        with db.transaction():
            empty_shelves()
            regular()
    return app


def regular() -> None:
    """Let somebody have an account with an address and the latest orders in it."""
    now, hashed = clock.now(), vault.hash(PASSWORD)
    draft = UserDraft(name="顾客", password_hash=hashed, roles=(SHOPPER,), phone="13800000081")
    person = load_user(add_user(draft, actor=Actor.shop(), now=now), 1)
    assert person is not None
    addresses.add(make.address(), actor=person.actor, now=now)
    for order_id in db.session.scalars(select(Order.id).order_by(Order.id.desc()).limit(12)):
        kept.keep(order_id, "link", actor=person.actor, now=now)


def empty_shelves() -> None:
    """Put two products in: one of which every lot is gone, one of which nothing is on sale."""
    pattern = db.session.scalars(select(Product).where(Product.slug == "red-fuji")).one()
    offer = db.session.scalars(select(Offer).where(Offer.product_id == pattern.id)).first()
    assert offer is not None
    part = db.session.scalars(select(Part).where(Part.offer_id == offer.id)).first()
    assert part is not None
    assert part.grade_id is not None
    grade = like(db.get(Grade, part.grade_id), code="GALLERY")
    for price in db.session.scalars(
        select(PurchasePrice).where(PurchasePrice.grade_id == part.grade_id)
    ):
        like(price, grade_id=grade.id)
    gone = like(pattern, slug="gallery-sold-out")
    like(pattern, slug="gallery-off-season")
    sold = like(offer, product_id=gone.id, sku="GALLERY-1")
    like(part, offer_id=sold.id, grade_id=grade.id)


def like(row: Any, **others: object) -> Any:
    """Add a row that differs from another in nothing but ``others``."""
    kept = {
        column.key: getattr(row, column.key)
        for column in row.__mapper__.column_attrs
        if column.key != "id"
    }
    made = type(row)(**{**kept, **others})
    db.session.add(made)
    db.session.flush()
    return made


def sessions(app: Flask) -> tuple[dict[str, str], dict[str, int]]:
    """Sign somebody of each role in; return their session cookies, and who they are."""
    cookies, users = {}, {}
    people = file.somebody_of_each(ROLES.values())
    for who, role in ROLES.items():
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = AGENT
        app.config["WTF_CSRF_ENABLED"] = False
        come_in(client, people[role][1])
        g.pop("_login_user", None)  # kept in this context, where no request ends
        cookie = client.get_cookie("session")
        assert cookie is not None
        cookies[who] = cookie.value
        users[who] = next(
            one.id for one in db.session.scalars(select(User)) if one.phone == people[role][1]
        )
    app.config["WTF_CSRF_ENABLED"] = True
    return cookies, users


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the shop on a free port; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def season_of(folder: Path) -> Path:
    """Return the database of `make demo`; say what to do if there is none."""
    path = folder / "demo.db"
    if not path.is_file():
        message = "no season to picture: `make demo` tells one (stop it when it stands)"
        raise SystemExit(message)
    return path


def fresh(folder: Path) -> Path:
    """Return an empty folder for the pictures."""
    pictures = folder / "gallery"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    return pictures
