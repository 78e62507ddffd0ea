"""High Value Accounts: named by an advocate, decided by a manager, looked after through a fiscal year."""
