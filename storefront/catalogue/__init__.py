"""Catalogue: what we offer - products, grades, offers and their parts, freight, fees."""
