"""The course catalogue, teaching sites (现场教学点) and routes with ordered stops.

Words: *course*, *domain* (课程类别), *credit hours* (学时), *site*, *route*. When a course is taught is a *lesson*,
in ``classes``; a lesson keeps the course's title and hours as they were.
"""
