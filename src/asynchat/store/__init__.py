"""What is kept: one ordered log, accounts, rooms and memberships.

`interface` says what a store does; `sqlite` keeps it in one database file, `memory` in this
process only.  One contract suite, ``tests/contracts``, runs on both.  A store knows nothing
of connections or of the rules: it is given drafts and hands out the only sequence numbers.
"""
