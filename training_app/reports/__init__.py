"""Cross-feature lists and figures: the start page by role, the overview for leaders, figures of a period.

Reads any table, writes none.
"""
