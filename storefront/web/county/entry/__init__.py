"""A household's entry: its numbers, its payee, and when two become one or one two."""

from storefront.web.county.entry import merging, numbers, payee, reveals, splitting

__all__ = ["merging", "numbers", "payee", "reveals", "splitting"]
