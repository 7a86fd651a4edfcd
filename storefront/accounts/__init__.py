"""Accounts: who a person is - users, roles, sign-in."""
