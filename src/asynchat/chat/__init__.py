"""The rules of the chat, pure: a request and the state give drafts of events, or an error.

Nothing here may know of sockets, files, clocks or randomness; times, ids and the account
that asks come in as arguments.  `state` holds rooms and memberships, `accounts` who there
is, `rules` decides, `budget` counts rates.
"""
