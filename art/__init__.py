"""Our own pictures, drawn by rule: one hand, so that the next person can change it.

``python -m art`` writes ``static/img/*.svg`` anew. Chance comes from a fixed seed:
the same hand draws the same pear.
"""
