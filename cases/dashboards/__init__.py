"""Dashboards: one frame for all. A dashboard is data: a few set queries, a pure decider, blocks.

The frame reads what is asked from the address, shows, exports and prints the blocks, and leads from each figure to the
cases behind it. An app adds its own by `registry.offer`.
"""
