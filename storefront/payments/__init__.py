"""Payments: money on the wire - sessions, the inbox, refunds, and the providers behind them."""
