"""Keeping what is stored: backup, restore, check and export of a data directory.

Each is a sub-command of ``asynchat-server`` and works on the database file through a
connection of its own, also while a server serves the same directory; only `restore` needs it
stopped.  Nothing here knows of connections, doors or the hub, and nothing is asynchronous.
"""
