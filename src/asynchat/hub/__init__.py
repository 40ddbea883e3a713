"""The broadcast hub: batches, fan-out, registry, presence.

Requests that were waiting while the last commit ran become the next batch; what the store's
``watch()`` yields goes to every writer it concerns, and no broadcast awaits a client.  The hub
may know the doors' interface and what lies below; it knows nothing of command lines, sockets'
addresses or screens.
"""
