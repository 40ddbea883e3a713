"""The widgets, one to a file.  They draw, and call back; they know nothing of the network."""
