"""Accounts: signing in, sessions, devices, roles, and the organisational units that scope what one sees.

Words: *account* (who signs in), *role* (what one is here), *reach* (how far it goes), *unit* (单位, a tree).
Who a cadre is belongs to ``cadres``; an account may belong to a cadre, a teacher, or neither.
"""
