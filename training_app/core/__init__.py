"""Technical ground: database, clock, errors, events, permissions, files, spreadsheets, documents.

Knows no feature and no HTTP. Everything above may import it; it imports nothing of the house.
"""
