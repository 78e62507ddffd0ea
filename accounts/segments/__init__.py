"""Accounts that cross the SMB line: noticed, listed for the quarter's move, moved on the day."""
