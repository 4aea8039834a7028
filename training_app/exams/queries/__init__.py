"""Reads, by topic; frozen rows only."""
