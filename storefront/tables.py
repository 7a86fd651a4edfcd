"""Every room's tables, imported once so that the metadata is whole (migrations, tests)."""

from storefront import audit, chores, outbox
from storefront.accounts import models as accounts
from storefront.catalogue import edition
from storefront.catalogue import models as catalogue
from storefront.db import Base
from storefront.ledger import models as ledger
from storefront.orders import dispatch_days, invoices, requests
from storefront.orders import models as orders
from storefront.payments import models as payments
from storefront.payments import pretend
from storefront.settlement import carrier_lists, loss_cases
from storefront.settlement import models as settlement
from storefront.supply import (
    certificates,
    confirming,
    disputes,
    finding,
    households,
    imports,
    mergers,
    places,
    price_files,
    price_models,
    reveals,
    slip_codes,
)
from storefront.supply import models as supply

ROOMS = (
    accounts,
    audit,
    carrier_lists,
    catalogue,
    certificates,
    chores,
    confirming,
    dispatch_days,
    disputes,
    edition,
    finding,
    households,
    imports,
    invoices,
    ledger,
    loss_cases,
    mergers,
    orders,
    outbox,
    payments,
    places,
    pretend,
    price_files,
    reveals,
    price_models,
    requests,
    settlement,
    slip_codes,
    supply,
)
metadata = Base.metadata
