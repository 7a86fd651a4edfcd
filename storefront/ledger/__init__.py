"""Ledger: the books - accounts, entries, postings. It knows nothing of pears."""
