"""What a class adds to a person: composite result, completion, certificate, and the ledger of credit hours.

Words: *scheme* (how a class weighs its parts), *result* (versions; the latest counts), *completion* (结业) and its
reason, *certificate* (number without gaps), *hour entry* (append-only ledger line), *requirement* (dated settings).
"""
