"""Attendance: the changing code, check-in by phone or by staff, and the record of who was there.

Words: *code* (what the projector shows for a few seconds), *ticket* (what a genuine scan buys a browser for 120 s),
*record* (one person at one lesson), *flag* (a doubt for a person to settle; it never changes a status).
"""
