"""Discipline of attendance: what presence and absence mean for a person and a class.

Leave (请假) asked for and granted, return from leave (销假), the line of a seventh and the proposal to withdraw,
bulletins (考勤通报), presence at a glance. Records themselves are kept by ``attendance``; who has completed is
decided in ``results``.
"""
