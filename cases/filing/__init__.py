"""Cases that colleagues file by form: what it asks of whom, the draft as it is typed, the one call that files."""
