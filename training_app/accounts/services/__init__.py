"""Use cases of accounts, split by topic."""
