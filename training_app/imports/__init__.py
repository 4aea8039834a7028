"""Bringing in files as they come: reading, checking, storing, and the report of every row.

Each feature says in its own ``imports.py`` which columns its sheets have and how a row becomes a command; here is
what is common: finding the kind of a sheet, the order of a folder, the stored original, the screens, the command.
"""
