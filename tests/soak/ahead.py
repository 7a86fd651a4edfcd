"""The shop on a machine whose clock is two minutes ahead of everybody else's."""

from datetime import UTC, datetime, timedelta

import time_machine

from storefront import create_app

time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=True).start()
app = create_app()
