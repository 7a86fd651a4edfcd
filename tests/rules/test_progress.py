"""What people read of an order and its parcels, in one word."""

import pytest

from storefront.orders.queries import progress


@pytest.mark.parametrize(
    ("state", "parcels", "word"),
    [
        ("awaiting_payment", ["planned"], "awaiting_payment"),
        ("confirmed", ["planned"], "confirmed"),
        ("confirmed", ["packed", "planned"], "confirmed"),
        ("confirmed", ["packed", "packed"], "packed"),
        ("confirmed", ["dispatched", "packed"], "partly_dispatched"),
        ("confirmed", ["dispatched", "lost", "packed"], "partly_dispatched"),
        ("confirmed", ["lost", "planned"], "confirmed"),
        ("confirmed", ["lost", "packed"], "packed"),
        ("confirmed", ["cancelled"], "confirmed"),
        ("confirmed", ["dispatched", "delivered"], "dispatched"),
        ("confirmed", ["delivered", "closed"], "delivered"),
        ("confirmed", ["delivered", "cancelled"], "delivered"),
        ("confirmed", ["lost", "delivered"], "lost"),
        ("confirmed", ["returned", "dispatched"], "returned"),
        ("completed", ["closed"], "completed"),
        ("completed", ["lost", "closed"], "completed"),
        ("completed", ["lost", "cancelled"], "lost"),
        ("completed", ["returned"], "returned"),
        ("cancelled", ["cancelled"], "cancelled"),
    ],
)
def test_an_order_is_read_by_what_became_of_its_parcels(state, parcels, word):
    assert progress(state, parcels) == word
