"""Who is in post: the people that hold a role and can sign in."""

from sqlalchemy import select

from storefront import db
from storefront.accounts.models import User, UserRole


def in_post(role: str, *, besides: int | None = None) -> tuple[str, ...]:
    """Return the names of the people who hold ``role``, without the user ``besides``."""
    query = (
        select(User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == role, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    if besides is not None:
        query = query.where(User.id != besides)
    return tuple(db.session.scalars(query))
