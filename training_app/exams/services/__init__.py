"""Use cases, by topic; each is one transaction."""
