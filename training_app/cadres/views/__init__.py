"""Pages of the people's records, by topic."""
