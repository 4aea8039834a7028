"""The audit trail: one table, one writer, one screen.

Every published event is written in the transaction that caused it. One sequencer numbers and chains the
entries afterwards, within a second, so that writers never wait for one another. Entries and links of the
chain are only ever inserted; the database itself refuses UPDATE and DELETE.
"""
