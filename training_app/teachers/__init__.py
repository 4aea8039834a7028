"""The teacher pool (师资库): four kinds of teachers, full-time and part-time, admitted and reviewed.

Words: *teacher*, *kind* (党校教师, 党政领导, 技术专家, 乡土人才), *pool status*. Who teaches what when is a matter
of ``classes``.
"""
