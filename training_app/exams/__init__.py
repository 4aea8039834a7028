"""Closed-book exams: scheduling, double entry of paper scores, settling, publishing; reflections and conduct marks.

Words: *exam* (one sitting), *entry* (one person's typing of one score: first, second, or the settling third),
*score* (append-only versions; the latest counts), *mark* (reflection 心得体会, conduct 日常表现).
"""
