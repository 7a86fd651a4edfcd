"""``make gallery``: every page in every state, in both languages, at three widths, light and dark.

The pages come from the url map, so that a new one is in it from the day it is there;
what an address names is in ``things.py``, states that no address has are in ``states.py``.
"""
