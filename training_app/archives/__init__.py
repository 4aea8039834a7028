"""Sealed class files (一班一档) and personal files (一人一档).

Words: *item* (one thing a class's archive must or may hold), *checklist*, *seal*, *package* (a BagIt bag in a ZIP
that opens and verifies without this system), *supplement* (how a mistake is corrected; nothing is overwritten).
"""
