"""The site's links as a whole: what is wrong with them, why it matters, and a score.

`corpus` is what is looked at, `posts`, `links` and `words` find faults of each kind, `score` weighs them.
"""
