"""What upkeep says when it cannot go on."""

from __future__ import annotations


class UpkeepError(Exception):
    """It cannot be done; the text is one sentence that says why and what to do."""
