"""What happened, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from asynchat.chat import sentences
from asynchat.chat.sentences import sentence
from asynchat.messages import (
    AnyEvent,
    Appointed,
    Changed,
    Created,
    Edited,
    File,
    Joined,
    Left,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Topic,
)

if TYPE_CHECKING:
    from asynchat.messages import Event


FILE = File(id="f1", name="a.txt", size=1, type="text/plain", sha256="00")


def event(kind: type[Event], *, sender: str = "ada", **fields: object) -> AnyEvent:
    """Return an event about ada."""
    return kind(  # type: ignore[return-value]
        seq=1,
        time=1,
        room="den",
        account="u1",
        sender=sender,
        id=None,
        **fields,
    )


@pytest.mark.parametrize(
    ("happened", "text"),
    [
        (event(Said, text="hi", reply_to=None), "ada: hi"),
        (event(Said, text="", reply_to=None, redacted=True), "ada: (deleted)"),
        (event(Said, text="", reply_to=None, file=FILE), "ada sent a.txt"),
        (event(Said, text="hi", reply_to=None, file=FILE), "ada sent a.txt: hi"),
        (event(Joined), "ada joined"),
        (event(Joined, sender=""), "Somebody joined"),
        (event(Joined, by="u2", by_name="ben"), "ben added ada"),
        (event(Joined, by="u2"), "Somebody added ada"),
        (event(Left), "ada left"),
        (event(Left, by="u2", by_name="ben"), "ben removed ada"),
        (event(Left, by="u2"), "Somebody removed ada"),
        (event(Created, topic="", private=False), "ada created this room"),
        (event(Created, topic="tea", private=False), "ada created this room, with the topic: tea"),
        (event(Created, topic="", private=True, direct=True), "ada opened this conversation"),
        (event(Topic, text="tea"), "ada set the topic: tea"),
        (event(Topic, text=""), "ada removed the topic"),
        (event(Edited, about=1, text="ho"), "ada edited a message: ho"),
        (event(Edited, about=1, text="", redacted=True), "ada edited a message"),
        (event(Redacted, about=1), "ada deleted a message"),
        (event(Reacted, about=1, emoji="👍", on=True), "ada reacted with 👍"),
        (event(Reacted, about=1, emoji="👍", on=False), "ada took back 👍"),
        (event(Pinned, about=1, on=True), "ada pinned a message"),
        (event(Pinned, about=1, on=False), "ada unpinned a message"),
    ],
)
def test_what_happened_in_a_few_words(happened: AnyEvent, text: str) -> None:
    """Every event has its sentence."""
    assert sentence(happened) == text


def test_no_event_is_without_a_sentence() -> None:
    """A new kind of event has to be told, too."""
    assert set(sentences._SENTENCES) == set(get_args(AnyEvent))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"private": True}, "ada made this room private"),
        ({"private": False, "slow_s": 0}, "ada made this room public, no longer slow"),
        ({"read_only": True, "archived": False}, "ada made this room read-only, active again"),
        ({"archived": True}, "ada made this room archived"),
        ({"read_only": False}, "ada made this room open for all to speak"),
        ({"slow_s": 30}, "ada made this room slow: a message every 30 s"),
    ],
)
def test_what_a_room_became_is_told(fields: dict[str, object], told: str) -> None:
    """Each thing that is another now, in one sentence."""
    assert sentence(event(Changed, **fields)) == told  # type: ignore[arg-type]


def test_who_got_a_role_or_had_to_go_is_told() -> None:
    """By whom, and why if that was said; stepping down is one's own."""
    by = {"by": "u2", "by_name": "ben"}
    made = event(Appointed, role="moderator", **by)
    assert sentence(made) == "ben made ada a moderator"
    taken = event(Appointed, role="member", **by)
    assert sentence(taken) == "ben took the role of a moderator from ada"
    own = event(Appointed, role="member", by="u1", by_name="ada")
    assert sentence(own) == "ada is no moderator any more"
    assert sentence(event(Left, **by)) == "ben removed ada"
    assert sentence(event(Left, reason="loud", **by)) == "ben removed ada: loud"
