"""A believable book and its last days, played through the real path with the clock moved.

What happens is decided by chance with a seed: the same seed and the same last hour make the same book.
"""
