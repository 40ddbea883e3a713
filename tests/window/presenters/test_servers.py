from __future__ import annotations

import pytest

from asynchat.link.notices import Connection, Entry
from asynchat.messages import Unread
from asynchat.window.presenters.servers import host_label, labels, letters, tile, unsent

CHAT = "asynchat://chat.example.org:27742"
LOCAL = "asynchat://127.0.0.1:4321?tls=no"


def test_a_server_is_called_by_its_host() -> None:
    """The port is told where it is not the usual one."""
    assert host_label(CHAT) == "chat.example.org"
    assert host_label(LOCAL) == "127.0.0.1:4321"


def test_two_accounts_on_one_server_are_told_apart() -> None:
    """Where two would be called the same, the name is told, too."""
    assert labels([(CHAT, "ada"), (LOCAL, "ada"), (CHAT, "ben")]) == (
        "chat.example.org (ada)",
        "127.0.0.1:4321",
        "chat.example.org (ben)",
    )


@pytest.mark.parametrize(
    ("address", "shown"), [(CHAT, "CE"), (LOCAL, "21"), ("[::1]:27742?tls=no", "42")]
)
def test_letters(address: str, shown: str) -> None:
    """A name gives its initials; of numbers the port tells more."""
    assert letters(address) == shown


@pytest.mark.parametrize(
    ("connection", "trouble", "says"),
    [
        (Connection("online"), "", "connected"),
        (Connection("connecting"), "busy", "connecting …"),
        (Connection("waiting", reason="Nobody listens there."), "busy", "Nobody listens there"),
        (Connection("closed", reason="You are banned."), "bad", "disconnected: You are banned"),
        (Connection("closed"), "bad", "disconnected"),
    ],
)
def test_a_tile_tells_how_the_server_is(connection: Connection, trouble: str, says: str) -> None:
    """What is wrong stands in the picture and in the words that come up over it."""
    shown = tile("0", address=CHAT, name="ada", connection=connection, unread=(), selected=False)
    assert (shown.trouble, shown.badge, shown.unread) == (trouble, "", False)
    assert shown.tip.startswith(f"{CHAT}\nas ada, ")
    assert says in shown.tip


def test_a_tile_counts_what_mentions_one() -> None:
    """The badge counts mentions of all rooms, the dot is for anything unread."""
    unread = [Unread(room="a", seq=1, unread=3, mentions=1), Unread(room="b", seq=1, mentions=1)]
    shown = tile(
        "0",
        address=CHAT,
        name="ada",
        connection=Connection("online"),
        unread=unread,
        selected=True,
    )
    assert (shown.badge, shown.unread, shown.selected) == ("2", True, True)
    assert shown.tip.endswith("3 unread messages, 2 mentions")


def test_unsent_texts_are_named() -> None:
    """Three of them are quoted, the rest counted; with none there is nothing to say."""
    texts = ["hello", "a very long text that goes on and on and on and on", "c", "d", "e"]
    entries = [Entry(id=str(at), room="a", text=text, time=0) for at, text in enumerate(texts)]
    assert unsent([]) == ""
    assert unsent(entries[:1]).startswith("1 message is not sent yet: “hello”. It is kept")
    assert "“a very long text that goes on and on an…”, “c” and 2 more." in unsent(entries)
