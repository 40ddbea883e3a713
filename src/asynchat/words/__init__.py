"""The words of the wire: every message as a frozen struct, and the limits they keep to.

`fields` has what they are made of, then come `requests`, `events` and `replies`.  Everybody
imports them from `asynchat.messages`, which also turns them into bytes and back.  Nothing
here knows of bytes, sockets, clocks, rules or storage.
"""
