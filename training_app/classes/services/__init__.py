"""Use cases, by topic: plan, classes, enrolment, timetable."""
