"""What somebody may do with what was said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.asking import Asker, Target
from asynchat.chat.drafts import Draft
from asynchat.chat.files import Held, Space
from asynchat.chat.rules import judge, target_of
from asynchat.chat.saying import judge_upload
from asynchat.chat.state import Room, State
from asynchat.errors import ChatError
from asynchat.messages import (
    MAX_PINNED,
    MAX_REACTIONS,
    Edit,
    Edited,
    Join,
    Pin,
    Pinned,
    React,
    Reacted,
    Redact,
    Redacted,
    Said,
    Say,
    Upload,
)
from tests.chat.people import NOW_MS, directory_of, known

if TYPE_CHECKING:
    from asynchat.messages import AboutEvent, Write

ADA, BEN, CYD = "u-ada", "u-ben", "u-cyd"
PEOPLE = directory_of("ada", "ben", "cyd")
HELLO = Target(seq=5, room="den", author=ADA, text="hello")


def here() -> State:
    """Return a private room of ada's since 1, in which ben is since 6; cyd is in no room."""
    den = Room("den", private=True)
    den.open(ADA, 1)
    den.open(BEN, 6)
    state = State()
    state.add(den)
    state.rooms["lobby"].open(ADA, 2)
    return state


def drafted(
    request: Write, target: Target | None = HELLO, by: str = ADA
) -> AboutEvent | Said | None:
    """Return the event that a request leads to, None where it needs none."""
    asker = Asker(PEOPLE[by], NOW_MS, b"digest", "fresh")
    drafts = judge(request, asker, known(here(), PEOPLE), target).drafts
    if not drafts:
        return None
    (draft,) = drafts
    assert isinstance(draft, Draft)
    assert isinstance(draft.event, Edited | Redacted | Reacted | Pinned | Said)
    assert (draft.event.account, draft.event.id, draft.asker) == (by, request.id, by)
    return draft.event


def code(request: Write, target: Target | None = HELLO, by: str = ADA) -> str:
    """Return the code that a request is refused with."""
    with pytest.raises(ChatError) as caught:
        drafted(request, target, by)
    return caught.value.code


ABOUT: list[Write] = [
    Say(id="i", room="den", text="yes", reply_to=5),
    Edit(id="i", room="den", about=5, text="hallo"),
    Redact(id="i", room="den", about=5),
    React(id="i", room="den", about=5, emoji="👍"),
    Pin(id="i", room="den", about=5),
]


@pytest.mark.parametrize("request_", ABOUT)
def test_what_is_about_something_says_which(request_: Write) -> None:
    """Each request about a message is judged with that message at hand."""
    assert target_of(request_) == 5


def test_other_requests_are_about_nothing() -> None:
    """Nothing is looked up for a request that is about no message."""
    assert target_of(Say(id="i", room="den", text="hi")) is None
    assert target_of(Join(id="i", room="den")) is None


@pytest.mark.parametrize("request_", ABOUT)
@pytest.mark.parametrize(
    "target",
    [
        None,
        replace(HELLO, room="lobby"),
        replace(HELLO, author=None),
        replace(HELLO, seq=5, author=BEN),
    ],
    ids=["not there", "of another room", "nothing said", "before one's time"],
)
def test_what_cannot_be_read_is_not_there(request_: Write, target: Target | None) -> None:
    """Nobody learns of a message that they may not read whether it exists."""
    by = BEN if target is not None and target.author == BEN else ADA
    assert code(request_, target, by) == "no_such_message"


@pytest.mark.parametrize("request_", ABOUT)
def test_only_members_do_anything(request_: Write) -> None:
    """Who is not in the room does nothing with what was said there, nor learns that it exists."""
    assert code(request_, HELLO, CYD) == "no_such_room"


def test_a_reply_keeps_what_it_replies_to() -> None:
    """A reply says the seq of what it replies to."""
    event = drafted(Say(id="i", room="den", text="yes", reply_to=5))
    assert isinstance(event, Said)
    assert event.reply_to == 5


def test_an_edit_is_the_authors() -> None:
    """Only who said something says it anew; the text is cleaned like any other."""
    event = drafted(Edit(id="i", room="den", about=5, text="hal\x07lo"))
    assert isinstance(event, Edited)
    assert (event.about, event.text) == (5, "hallo")
    later = replace(HELLO, seq=7)
    assert code(Edit(id="i", room="den", about=7, text="x"), later, BEN) == "forbidden"
    assert code(Edit(id="i", room="den", about=5, text=" ")) == "empty_text"
    assert code(Edit(id="i", room="den", about=5, text="x" * 4001)) == "text_too_long"


def test_an_edit_that_changes_nothing_is_no_event() -> None:
    """The same text once more is done without an event."""
    assert drafted(Edit(id="i", room="den", about=5, text="hello")) is None


def test_what_is_deleted_stays_deleted() -> None:
    """A deleted message is neither edited, reacted to nor pinned; deleting it again is done."""
    gone = replace(HELLO, redacted=True)
    assert code(Edit(id="i", room="den", about=5, text="x"), gone) == "no_such_message"
    assert code(React(id="i", room="den", about=5, emoji="👍"), gone) == "no_such_message"
    assert code(Pin(id="i", room="den", about=5), gone) == "no_such_message"
    assert drafted(Redact(id="i", room="den", about=5), gone) is None


def test_a_deletion_is_the_authors() -> None:
    """Only who said something deletes it."""
    event = drafted(Redact(id="i", room="den", about=5))
    assert isinstance(event, Redacted)
    assert event.about == 5
    assert code(Redact(id="i", room="den", about=7), replace(HELLO, seq=7), BEN) == "forbidden"


def test_an_emoji_is_put_and_taken_away_once() -> None:
    """What is so already needs no event."""
    mine = replace(HELLO, mine=frozenset({"👍"}), emoji=frozenset({"👍"}))
    put = React(id="i", room="den", about=5, emoji="👍")
    take = React(id="i", room="den", about=5, emoji="👍", on=False)
    event = drafted(put)
    assert isinstance(event, Reacted)
    assert (event.about, event.emoji, event.on) == (5, "👍", True)
    assert drafted(put, mine) is None
    assert drafted(take) is None
    event = drafted(take, mine)
    assert isinstance(event, Reacted)
    assert not event.on


def test_one_takes_an_emoji_back_from_what_was_deleted() -> None:
    """Taking away is never refused."""
    gone = replace(HELLO, redacted=True, mine=frozenset({"👍"}))
    assert drafted(React(id="i", room="den", about=5, emoji="👍", on=False), gone) is not None


def test_only_so_many_different_emoji_go_under_a_message() -> None:
    """At the limit one may join in, and not begin another."""
    some = frozenset(chr(0x1F600 + n) for n in range(MAX_REACTIONS - 1))
    more = React(id="i", room="den", about=5, emoji="👍")
    assert drafted(more, replace(HELLO, emoji=some)) is not None
    assert code(more, replace(HELLO, emoji=some | {"🎉"})) == "too_many"
    assert drafted(more, replace(HELLO, emoji=some | {"👍"})) is not None


@pytest.mark.parametrize("emoji", ["", " ", "a b", "x" * 33, "\n", "\x1b[1m", "\u202e", "\u200b"])
def test_what_is_no_emoji_is_refused(emoji: str) -> None:
    """A reaction is short, visible and has no spaces."""
    assert code(React(id="i", room="den", about=5, emoji=emoji)) == "bad_emoji"


@pytest.mark.parametrize("emoji", ["👍", "👩‍👩‍👧‍👦", "🇦🇹", "1️⃣", ":shipit:", "+1", "x" * 32])
def test_emoji_and_short_words_are_reactions(emoji: str) -> None:
    """Families, flags and keycaps are one reaction, and so is a short word."""
    assert drafted(React(id="i", room="den", about=5, emoji=emoji)) is not None


def test_anybody_in_the_room_pins_and_unpins() -> None:
    """A pin is the room's; what is so already needs no event."""
    later = replace(HELLO, seq=7)
    event = drafted(Pin(id="i", room="den", about=7), later, BEN)
    assert isinstance(event, Pinned)
    assert (event.about, event.on) == (7, True)
    assert drafted(Pin(id="i", room="den", about=7, on=False), later, BEN) is None
    pinned = replace(later, pinned=True)
    assert drafted(Pin(id="i", room="den", about=7), pinned, BEN) is None
    event = drafted(Pin(id="i", room="den", about=7, on=False), pinned, BEN)
    assert isinstance(event, Pinned)
    assert not event.on


def test_a_room_has_only_so_many_pins() -> None:
    """At the limit nothing more is pinned."""
    pin = Pin(id="i", room="den", about=5)
    assert drafted(pin, replace(HELLO, pinned_in_room=MAX_PINNED - 1)) is not None
    assert code(pin, replace(HELLO, pinned_in_room=MAX_PINNED)) == "too_many"


def test_a_message_names_who_is_mentioned() -> None:
    """Members by account, everybody by a word of its own, and never oneself."""
    event = drafted(Say(id="s1", room="den", text="@ben @ada @cyd @room"))
    assert isinstance(event, Said)
    assert (event.mentions, event.everyone) == ((BEN,), True)


FILE = Held(
    id="f1", account=ADA, room="den", name="a.txt", size=3, at_ms=1, sha256="00", type="text/plain"
)
SPACE = Space(100, free=1000)


def uploaded(name: str = "../a.txt", by: str = ADA, space: Space = SPACE) -> Held:
    """Return the file that somebody may send to the den."""
    asker = Asker(PEOPLE[by], NOW_MS, b"", "fresh")
    request = Upload(id="i", room="den", name=name, size=10)
    return judge_upload(request, asker, known(here(), PEOPLE), space)


def test_a_member_may_send_a_file() -> None:
    """It is noted under a fresh id and a clean name, for this room."""
    assert uploaded() == Held(
        id="fresh", account=ADA, room="den", name="a.txt", size=10, at_ms=NOW_MS
    )


def test_a_file_goes_where_one_may_speak_and_there_is_room() -> None:
    """A stranger to the room and what is too big are refused before a byte is sent."""
    with pytest.raises(ChatError, match="There is no room"):
        uploaded(by=CYD)
    with pytest.raises(ChatError, match="make it smaller"):
        uploaded(space=replace(SPACE, file=9))


def said_with(text: str, offers: Held | None = FILE, file: str | None = "f1") -> Said:
    """Return what ada says with a file."""
    asker = Asker(PEOPLE[ADA], NOW_MS, b"digest", "fresh", offers=offers)
    request = Say(id="i", room="den", text=text, file=file)
    (draft,) = judge(request, asker, known(here(), PEOPLE), None).drafts
    assert isinstance(draft, Draft)
    assert isinstance(draft.event, Said)
    return draft.event


def test_a_message_may_offer_a_file() -> None:
    """With words or without; what it says of the file is what the server found."""
    assert said_with("look").file == FILE.file
    assert said_with("  ").text == ""
    assert said_with("  ").file == FILE.file


def test_a_message_without_file_and_words_says_nothing() -> None:
    """A file that is not there does not stand for words either."""
    for offers, file, refusal in ((None, None, "empty_text"), (None, "f1", "no_such_file")):
        with pytest.raises(ChatError) as caught:
            said_with(" ", offers, file)
        assert caught.value.code == refusal
