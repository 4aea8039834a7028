"""Use cases of attendance, by topic."""
