"""Use cases on the people's records, by topic."""
