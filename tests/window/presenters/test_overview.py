from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.messages import (
    Connected,
    Deed,
    Held,
    Invitation,
    Listed,
    Reported,
    Room,
    Setting,
    Stats,
)
from asynchat.window.presenters import overview
from asynchat.window.presenters.overview import TABS, bytes_text, summary, written
from asynchat.window.presenters.samples import Samples
from tests.window.presenters.test_samples import stats

if TYPE_CHECKING:
    from asynchat.window.presenters.tables import TableRow

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR_MS = 3_600_000
WHEN: dict[str, Any] = {"now": NOW, "twelve": False}
HOSTILE = "a\x1b[31m\nforged [exec rm] \u202eevil"


def test_tabs_are_sound() -> None:
    """Names are single; each has a column that stays; each key is bound once."""
    assert len({tab.name for tab in TABS}) == len(TABS)
    for tab in TABS:
        assert any(column.rank == 0 for column in tab.columns)
        assert sum(column.wide for column in tab.columns) == 1
        keys = [act.bound for act in tab.acts if act.bound]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (9 * 1024, "9.0 KiB"),
        (310 * 1024, "310 KiB"),
        (5 * 2**20, "5.0 MiB"),
        (2**50, "1,024 TiB"),
    ],
)
def test_bytes_are_read(count: int, text: str) -> None:
    """One unit, and as many digits as help."""
    assert bytes_text(count) == text


def sampled() -> Samples:
    """Return a sample of a server."""
    samples = Samples()
    samples.add(stats(), answer_ms=1.0, at_s=30.0)
    return samples


def made() -> dict[str, tuple[TableRow, ...]]:
    """Return rows of every tab, in which people wrote hostile texts."""
    held: dict[str, Any] = {"key": "k", "kind": "ban", "since": NOW_MS, "by": "o"}
    return {
        "connections": overview.connections(
            [
                Connected(
                    session=3,
                    account="b",
                    name=HOSTILE,
                    address="127.0.0.1",
                    client=HOSTILE,
                    since=NOW_MS - HOUR_MS,
                    rooms=("lobby",),
                    room_count=3,
                    unsent_bytes=2048,
                    lagging=True,
                )
            ],
            now_ms=NOW_MS,
        ),
        "rooms": overview.rooms(
            [Room(name="zoo", topic=HOSTILE, members=2, head=1, private=True, slow_s=9)]
        ),
        "accounts": overview.accounts(
            [
                Listed(account="b", name=HOSTILE, role="member", created=NOW_MS, online=True),
                Listed(account="c", name=None, was="carl", role="guest", created=1, seen=NOW_MS),
                Listed(account="d", name=None, role="guest", created=1),
            ],
            **WHEN,
        ),
        "bans": overview.bans(
            [
                Held(**held, by_name=HOSTILE, name=HOSTILE, reason=HOSTILE, until=NOW_MS + HOUR_MS),
                Held(**(held | {"kind": "mute", "key": "m"}), by_name="o", account="b", room="zoo"),
            ],
            **WHEN,
        ),
        "invitations": overview.invitations(
            [
                Invitation(
                    id="i",
                    role="member",
                    uses=1,
                    expires=NOW_MS + HOUR_MS,
                    created=NOW_MS,
                    room="zoo",
                    by_name=HOSTILE,
                ),
                Invitation(id="j", role="bot", uses=5, expires=NOW_MS, created=NOW_MS),
            ],
            **WHEN,
        ),
        "reports": overview.reports(
            [
                Reported(
                    number=7,
                    time=NOW_MS,
                    room="zoo",
                    about=3,
                    account="a",
                    name="ada",
                    author="b",
                    author_name=HOSTILE,
                    said=HOSTILE,
                    text=HOSTILE,
                )
            ],
            **WHEN,
        ),
        "audit": overview.audit(
            [
                Deed(
                    number=9,
                    time=NOW_MS,
                    by="o",
                    by_name=HOSTILE,
                    action="ban",
                    name=HOSTILE,
                    room="zoo",
                    text=HOSTILE,
                ),
                Deed(number=8, time=NOW_MS, by="o", by_name="boss", action="set"),
            ],
            **WHEN,
        ),
        "settings": overview.settings(
            [
                Setting(name="data", value='"/x"', started_with='"/x"'),
                Setting(name="welcome_text", value='"Hi"', started_with='""', live=True),
            ]
        ),
        "health": sampled().rows(30.0),
    }


def test_every_tab_has_rows_with_all_its_cells() -> None:
    """Cells and what orders them are as many as there are columns."""
    rows = made()
    assert rows.keys() == {tab.name for tab in TABS}
    for tab in TABS:
        for row in rows[tab.name]:
            assert len(row.cells) == len(row.order) == len(tab.columns)
            assert row.detail


def test_nothing_that_people_wrote_acts_or_leaves_its_line() -> None:
    """Escapes, line ends and overrides of direction are gone, in cells and details alike."""
    for rows in made().values():
        for row in rows:
            for text in (*row.cells, row.detail):
                assert not set(text) & {"\n", "\x1b", "\u202e"}


def test_a_connection_tells_who_where_and_how_far_behind() -> None:
    """Rooms beyond those named are counted; who lags is marked."""
    (row,) = made()["connections"]
    assert row.cells[1:4] == ("127.0.0.1", "#lobby and 2 more", "1 h")
    assert row.cells[7] == "2.0 KiB ↓"
    assert "behind the others" in row.detail


def test_times_of_bans_and_accounts() -> None:
    """Until when, since when, and who is here now."""
    rows = made()
    assert [row.cells[3] for row in rows["bans"]] == ["until 13:00", "for good"]
    assert [row.cells[2] for row in rows["bans"]] == ["the server", "#zoo"]
    assert [row.cells[2] for row in rows["accounts"]] == ["now", "12:00", "—"]
    assert [row.cells[0] for row in rows["accounts"]][1:] == ["was carl", "(no name)"]


def test_settings_that_may_change_come_first_and_are_written_as_typed() -> None:
    """What is as it was started says so once."""
    first, second = made()["settings"]
    assert (first.cells, first.dim) == (("welcome_text", "Hi", ""), False)
    assert (second.cells, second.dim) == (("data", "/x", ""), True)
    assert [written(value) for value in ("true", "0.5", "null", '["a"]', "oops")] == [
        "true",
        "0.5",
        "",
        '["a"]',
        "oops",
    ]


def test_addresses_are_ordered_by_number() -> None:
    """192.0.2.9 comes before 192.0.2.10, and numbers before all else."""
    addresses = ["::1", "192.0.2.10", "192.0.2.9", "7"]
    assert sorted(addresses, key=overview._by_number) == ["7", "192.0.2.9", "192.0.2.10", "::1"]


def test_the_line_about_the_server() -> None:
    """Memory is left out where the system does not tell it."""
    fields: dict[str, Any] = dict.fromkeys(
        ("online", "accounts", "rooms", "head", "queued_bytes", "received_bytes", "sent_bytes"), 1
    )
    stats = Stats(
        re="r",
        version="1",
        started=0,
        time=HOUR_MS,
        connections=1,
        events_per_s=2.5,
        commit_ms=0.44,
        commit_worst_ms=1,
        memory_bytes=None,
        **fields,
    )
    assert summary(stats) == "1 connection · 2.5 messages/s · commit 0.4 ms · up 1 h"
