"""The clients without a window: the terminal, the pipe, and ``--send`` and ``--follow``.

They may know `asynchat.link` and what lies below, and never the store, the doors, the hub or
tkinter.  Standard output is for what is said; everything else goes to standard error.
"""
