"""PostgreSQL and Valkey from Python wheels, and the runner behind `make run`.

Knows nothing of Django: settings read the addresses that this package leaves in DATA_DIR.
"""
