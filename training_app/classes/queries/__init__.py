"""Reads, by topic."""
