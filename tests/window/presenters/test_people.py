from __future__ import annotations

from datetime import UTC, datetime

from asynchat.messages import Person, Presence
from asynchat.window.presenters.people import blocked, invitable, listed, profile

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def at(when: datetime) -> int:
    """Return a time as the wire has it."""
    return int(when.timestamp() * 1000)


def test_a_profile_tells_who_somebody_is() -> None:
    """Name, state and since when; what is not known is left out."""
    since = at(datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    ben = Presence(account="b", name="ben", state="online", since=since, role="owner")
    shown = profile(ben, me="a", now=NOW, twelve=False, zone=UTC)
    assert (shown.name, shown.state, shown.presence) == ("ben", "online", "online")
    assert shown.lines == ("since 09:05", "owner of this server")
    assert not shown.is_me
    me = profile(Presence(account="a", name="ada", state="away"), me="a", now=NOW, twelve=True)
    assert (me.state, me.lines, me.is_me) == ("away (you)", (), True)


def test_who_is_gone_was_last_seen() -> None:
    """Somebody offline is shown with the last time, and a name that went to another is told."""
    since = at(datetime(2026, 3, 2, 21, 5, tzinfo=UTC))
    gone = Presence(account="b", name=None, state="offline", since=since, was="ben")
    shown = profile(gone, me="a", now=NOW, twelve=True, zone=UTC)
    assert shown.name == "ben"
    assert shown.lines == (
        "last seen yesterday, 9:05 PM",
        "the name is somebody else's now, or nobody's",
    )


def test_a_profile_tells_what_somebody_says() -> None:
    """The display name stands above the real one, then the status and the time there."""
    ben = Presence(
        account="b",
        name="ben",
        state="busy",
        display="Benjamin",
        status="out",
        zone="Asia/Tokyo",
        picture="abc",
    )
    shown = profile(ben, me="a", now=NOW, twelve=False, zone=UTC)
    assert (shown.name, shown.presence, shown.picture) == ("Benjamin", "busy", "abc")
    assert shown.lines == ("@ben", "out", "21:00 there (Asia/Tokyo)")
    nowhere = profile(
        Presence(account="b", name="ben", state="busy", zone="Mars/Olympus"),
        me="a",
        now=NOW,
        twelve=False,
    )
    assert nowhere.lines == ()


def test_a_display_name_is_for_showing() -> None:
    """People are listed by it, with their status; they are invited by their names."""
    ben = Presence(account="b", name="ben", state="busy", display="Benjamin", status="out")
    cyd = Presence(account="c", name="cyd", state="away")
    dan = Presence(account="d", name="dan", state="online")
    assert [(row.text, row.note) for row in listed([cyd, ben, dan], "a")] == [
        ("dan", ""),
        ("Benjamin", "out"),
        ("cyd", ""),
    ]
    assert [row.text for row in invitable([ben], [], "a")] == ["ben"]


def test_people_are_listed() -> None:
    """Who is here comes first, then by name; who is inside or oneself is not invited."""
    ada, ben, carol = (
        Presence(account="a", name="ada", state="offline"),
        Presence(account="b", name="ben", state="online"),
        Presence(account="c", name="Carol", state="online"),
    )
    assert [row.text for row in listed([ada, carol, ben], "a")] == ["ben", "Carol", "ada (you)"]
    lost = Presence(account="d", name=None, state="offline", was="dan")
    assert [row.text for row in invitable([ada, ben, carol, lost], [ben], "a")] == ["Carol"]


def test_a_profile_tells_what_somebody_may() -> None:
    """A moderator is one of the room, a bot is one, and others are what they are to the server."""
    ben = Presence(account="b", name="ben", state="online", role="bot", moderator=True)
    shown = profile(ben, me="a", now=NOW, twelve=False, zone=UTC)
    assert shown.lines == ("moderator of this room", "bot")


def test_roles_stand_beside_people() -> None:
    """A badge has the higher word; members and guests have none."""
    of = {
        "owner": Presence(account="a", name="a", state="online", role="owner", moderator=True),
        "moderator": Presence(account="b", name="b", state="online", role="guest", moderator=True),
        "bot": Presence(account="c", name="c", state="online", role="bot"),
        "": Presence(account="d", name="d", state="online", role="member"),
    }
    rows = listed(of.values(), "me")
    assert [row.mark for row in rows] == list(of)


def test_whom_one_has_blocked() -> None:
    """They are listed by name, also one whose name is another's now."""
    rows = blocked([Person(account="b", name="Ben"), Person(account="a", name=None, was="ada")])
    assert [(row.key, row.text, row.note) for row in rows] == [
        ("a", "ada", "unblock"),
        ("b", "Ben", "unblock"),
    ]
