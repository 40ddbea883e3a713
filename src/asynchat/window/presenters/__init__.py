"""What is to be shown, worked out without tkinter, a clock or the network."""
