"""Bank accounts, masked: for the county's own pages, never for a public one (law 11)."""

from sqlalchemy import select

from storefront import db
from storefront.settlement.models import PayItem, PayRun

SHOWN = 4  # last digits, enough to tell two accounts apart


def masked_accounts(run_code: str) -> dict[str, str]:
    """Return household code → masked account of a run's items; one statement."""
    query = (
        select(PayItem.household_code, PayItem.bank_account)
        .join(PayRun, PayRun.id == PayItem.run_id)
        .where(PayRun.code == run_code)
    )
    return {code: masked(account) for code, account in db.session.execute(query) if account}


def masked(account: str) -> str:
    """Return all but the last digits of ``account`` as one mark, whatever its length."""
    return f"**** {account[-SHOWN:]}" if len(account) > 2 * SHOWN else "****"
