"""What every test gets from the suite: strictness, a display, waiting for conditions."""
