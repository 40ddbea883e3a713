"""What is not shown of people whom one has blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.messages import Edited, Reacted, Said

if TYPE_CHECKING:
    from collections.abc import Collection

    from asynchat.messages import AnyEvent


def is_heard(event: AnyEvent, blocked: Collection[str]) -> bool:
    """Tell whether an event is for somebody who has blocked these accounts.

    What they say is not, nor how they say it anew, nor their reactions; that they come and go, and
    what they do to a room or to the messages of others, is.
    """
    return event.account not in blocked or not isinstance(event, Said | Edited | Reacted)
