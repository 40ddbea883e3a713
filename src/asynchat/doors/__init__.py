"""The ways into the server: bytes become requests, events become bytes.

A door accepts connections, holds each one's session and its deadlines, and reaches the hub
only by a Protocol, so that the hub can serve many kinds of door.  It may know the store's
interface; it decides nothing about rooms and people, and never imports the hub.
"""
