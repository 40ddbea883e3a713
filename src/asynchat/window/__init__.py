"""The Tk window: one widget per file, presenters that do not import tkinter, the theme.

This is the only package that imports tkinter, async_tkinter_loop and Pillow.  It may know
`asynchat.link` and what lies below, and never the store, the doors or the hub.  Widgets only
draw: they never await, parse or store, and nothing here opens a nested Tk loop.
"""
