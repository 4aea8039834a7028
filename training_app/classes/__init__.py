"""Plan, classes, seats, enrolment and timetable.

Words: *plan line* (年度计划的一行), *program* (班型), *training class* (班次), *seats* (名额), *enrollment*
(学员: a person inside one class, with the unit and post of that time), *lesson* (一次课).
Who came is in ``attendance``.
"""
