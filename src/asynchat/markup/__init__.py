"""What stands in a message: Markdown, links, mentions and shortcodes, for every screen.

Pure.  It knows texts only: no screen, no network, no clock.  Nothing in it imports a parser
or a table before a text needs one.
"""
