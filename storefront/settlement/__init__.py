"""Settlement: who is owed - sales, losses, refunds, pay runs, and the kept summary."""
