"""Annual assessment (年度考核): the training statement of each person for a year, with the source of every figure.

Words: *statement* (培训情况单: hours against the requirement, attendance, exams, completion, certificates). The
figures are those of ``results``; this module dates them, lists them by unit and takes them out. What a training
result means for somebody's grade is decided by people.
"""
