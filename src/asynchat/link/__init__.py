"""The client library: everything a client needs but a screen.

It connects, reconnects with backoff, resumes from its cursor, keeps the timeline, and keeps
the outbox, on disk where that is wanted.  Window, terminal and other programs are built on it.
It may know `asynchat.chat` and what lies below; it knows nothing of screens, of the store or of
the server, and it has no threads of its own but the bounded worker that writes the outbox.
"""
