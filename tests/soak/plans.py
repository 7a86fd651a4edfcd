"""The soaks there are: a short one for every change, a long one for an evening."""

from tests.conftest import CHEAP_PASSWORDS
from tests.soak.soak import Plan

CHEAP = CHEAP_PASSWORDS
SHORT = Plan(
    seconds=14,
    buyers=8,
    packers=3,
    agents=2,
    think=0.7,
    kill_every=3,
    deliveries=4,
    unpaid=12,
    least={
        "order placed": 12,
        "paid": 8,
        "paid late": 1,
        "crate packed": 6,
        "dispatched": 4,
        "weighed in": 1,
        "declared": 1,
    },
)
LONG = Plan(
    seconds=180,
    buyers=16,
    packers=4,
    agents=3,
    think=1.2,
    kill_every=4,
    deliveries=30,
    unpaid=60,
    least={
        "order placed": 300,
        "paid": 200,
        "paid late": 20,
        "pressed twice": 40,
        "sent again": 20,
        "cancelled": 10,
        "crate packed": 200,
        "dispatched": 150,
        "delivered": 50,
        "weighed in": 20,
        "declared": 20,
        "take-back": 5,
        "written off": 10,
    },
)
