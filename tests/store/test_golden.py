"""P12: a database of every schema that ever landed opens, migrates, and is read exactly."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from asynchat.chat.accounts import Device
from asynchat.chat.state import OPEN, Interval
from asynchat.messages import AboutEvent, decode_event, encode
from asynchat.store.blobs import Blobs
from asynchat.store.interface import Repeat, RequestKey, Stored
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.schema import VERSION
from asynchat.store.sqlite import SqliteStore
from asynchat.text import name_skeleton, room_skeleton
from asynchat.upkeep.check import check
from tests.contracts.drafts import said
from tests.store.golden.make_version_4 import told

GOLDEN = Path(__file__).parent / "golden"
NO_DEVICE = Device("", b"", "", 0)
VERSIONS = range(1, VERSION + 1)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> int:
    """Give each version of the schema."""
    return int(request.param)


@pytest.fixture
def expected(version: int) -> dict[str, Any]:
    """Give what must be read of the golden database."""
    content: dict[str, Any] = json.loads((GOLDEN / f"version_{version}.json").read_text("utf-8"))
    return content


@pytest.fixture
def data(version: int, expected: dict[str, Any], tmp_path: Path) -> Path:
    """Give a data directory with a copy of the golden database, and its files."""
    shutil.copy(GOLDEN / f"version_{version}.db", tmp_path / DATABASE_FILE)
    blobs = Blobs(tmp_path)
    for content in map(bytes.fromhex, expected.get("blobs", ())):
        part = blobs.part("x")
        part.write(content)
        digest = part.settle()
        part.close()
        blobs.keep(part, digest)
    return tmp_path


def test_every_version_has_its_golden_database() -> None:
    """Whoever makes a version leaves its database, what is in it and how it was made."""
    names = {f"{form.format(n)}" for n in VERSIONS for form in ("version_{}.db", "version_{}.json")}
    scripts = {f"make_version_{n}.py" for n in VERSIONS}
    assert {path.name for path in GOLDEN.iterdir() if path.is_file()} == names | scripts


async def test_everything_in_it_is_read_exactly(data: Path, expected: dict[str, Any]) -> None:
    """Identity, cursors, every frame byte for byte, rooms, stays, accounts and requests."""
    frames = [frame.encode() for frame in expected["frames"]]
    epochs = expected["epochs"]
    async with SqliteStore(data) as store:
        assert (store.server, store.secret.hex()) == (expected["server"], expected["secret"])
        head = decode_event(frames[-1]).seq
        assert store.head() == head
        for seq in range(head + 1):
            epoch = max((first, epoch) for epoch, first in epochs if first <= seq)[1]
            assert store.cursor(seq) == f"{epoch}.{seq}"
            assert store.position(f"{epoch}.{seq}") == seq
        rooms = [room["name"] for room in expected["rooms"]]
        everything = [(name, Interval(0, head)) for name in rooms]
        part = await store.read(everything, max_events=10**6, max_bytes=10**9)
        assert (part.frames, part.damaged) == (frames, ())
        for name in rooms:
            excerpt = await store.page(
                name, [Interval(0)], reader="a1", limit=10**6, max_bytes=10**9
            )
            events = map(decode_event, frames)
            own = [one for one in events if one.room == name and not isinstance(one, AboutEvent)]
            assert [stored.event for stored in excerpt.events] == own
            assert {tally.about for tally in excerpt.reactions} == {
                about
                for about, *_ in expected.get("reactions", ())
                if any(one.seq == about for one in own)
            }
            pins = await store.pinned(name, [Interval(0)], reader="a1", max_bytes=10**9)
            assert [stored.event.seq for stored in pins.events] == [
                about for about, _ in expected.get("pins", ()) if any(o.seq == about for o in own)
            ]
        for asker, id_, seq, time, digest in expected["requests"]:
            found = await store.find([RequestKey(asker, id_, bytes.fromhex(digest))])
            assert found == [Repeat(seq, time, same=True)]
        snapshot = await store.snapshot()
        assert [
            {
                "name": room.name,
                "topic": room.topic,
                "private": room.private,
                "direct": room.direct,
                "people": list(room.people),
                "stays": sorted(
                    (
                        [account, stay.first, None if stay.last == OPEN else stay.last]
                        for account, stays in room.stays.items()
                        for stay in stays
                    ),
                    key=lambda stay: (stay[1], stay[0]),
                ),
            }
            for room in snapshot.state.rooms.values()
        ] == expected["rooms"]
        assert [
            [one.id, one.name, token.hex(), one.created_ms, one.was, one.role, one.held]
            for one in snapshot.accounts
            for token in (device.token_hash for device in one.devices[:1] or [NO_DEVICE])
        ] == expected["accounts"]
        assert [
            [one.id, one.display, one.status, one.zone, one.picture, one.seen_ms]
            for one in snapshot.accounts
            if one.picture
        ] == [profile[:-1] for profile in expected.get("profiles", ())]
        for account, *_, picture in expected.get("profiles", ()):
            assert await store.picture(account) == bytes.fromhex(picture)


async def test_it_goes_on_from_there(data: Path, expected: dict[str, Any]) -> None:
    """What is said next comes after it; an id that was used is used for ever; check is content."""
    asker, id_, seq, _, digest = expected["requests"][0]
    async with SqliteStore(data) as store:
        again = said("again", account=asker, id=id_, digest=bytes.fromhex(digest))
        repeat, new = await store.append([again, said("on we go", account=asker, id="new")])
        assert isinstance(repeat, Repeat)
        assert (repeat.seq, repeat.same) == (seq, True)
        assert isinstance(new, Stored)
        assert new.event.seq == json.loads(expected["frames"][-1])["seq"] + 1
    assert list(check(data)) == []


async def test_what_is_missing_was_removed(data: Path, expected: dict[str, Any]) -> None:
    """Each seq is that of an event or was removed, and a room's head may be one that was."""
    there = [json.loads(frame) for frame in expected["frames"]]
    gone = [seq for a, b in expected.get("removed", ()) for seq in range(a, b + 1)]
    assert sorted([*gone, *(one["seq"] for one in there)]) == list(range(1, there[-1]["seq"] + 1))
    async with SqliteStore(data) as store:
        rooms = (await store.snapshot()).state.rooms.values()
        with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
            assert [*db.execute("SELECT first, last FROM removed ORDER BY first")] == [
                tuple(stretch) for stretch in expected.get("removed", ())
            ]
    for room in rooms:
        newest = max((one["seq"] for one in there if one["room"] == room.name), default=0)
        assert room.head == max(newest, expected.get("removed_of", {}).get(room.name, 0))


def test_its_frames_are_what_this_version_writes(expected: dict[str, Any]) -> None:
    """A frame that is decoded and encoded again is the same: nothing in it is lost on us."""
    for frame in expected["frames"]:
        assert encode(decode_event(frame.encode())).decode() == frame


def test_there_is_something_of_every_kind(version: int, expected: dict[str, Any]) -> None:
    """The golden database has every kind of event and room, and an account without a name."""
    events = [json.loads(frame) for frame in expected["frames"]]
    kinds_of_events = {"said", "joined", "left", "created", "topic"}
    if version >= 3:
        kinds_of_events |= {"edited", "redacted", "reacted", "pinned"}
    if version >= 5:
        kinds_of_events |= {"changed", "appointed"}
    assert {event["type"] for event in events} == kinds_of_events
    assert any("by" in event for event in events)
    assert any(event["id"] is None for event in events)
    assert any(not frame.isascii() for frame in expected["frames"])
    kinds = {(room["private"], room["direct"]) for room in expected["rooms"]}
    assert kinds == {(False, False), (True, False), (True, True)}
    assert any(account[1] is None and account[4] for account in expected["accounts"])
    assert any(stay[2] is not None for room in expected["rooms"] for stay in room["stays"])
    assert len(expected["epochs"]) > 2


async def test_who_may_come_in_is_known(data: Path, expected: dict[str, Any]) -> None:
    """Devices, a password, what was revoked, invitations and wrong guesses are as they were.

    Of what was there before, each account has the one token that it had.
    """
    async with SqliteStore(data) as store:
        snapshot = await store.snapshot()
    people = expected.get("people")
    named = [one.name for one in snapshot.accounts if one.name is not None]
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        skeletons = db.execute("SELECT name_skeleton FROM accounts WHERE name IS NOT NULL")
        assert sorted(map(name_skeleton, named)) == sorted(one for (one,) in skeletons)
        rooms = db.execute("SELECT name, skeleton FROM rooms WHERE NOT direct").fetchall()
        assert [room_skeleton(name) for name, _ in rooms] == [looks for _, looks in rooms]
    if people is None:
        assert {len(one.devices) for one in snapshot.accounts} == {1}
        assert (snapshot.revoked, snapshot.invitations, snapshot.guesses) == (frozenset(), [], [])
        return
    (account,) = (one for one in snapshot.accounts if one.id == people["of"])
    assert list(map(told, account.devices)) == people["devices"]
    assert account.password == people["password"]
    assert [one.id for one in snapshot.accounts if one.deleted] == people["deleted"]
    assert sorted(one.hex() for one in snapshot.revoked) == people["revoked"]
    assert list(map(told, snapshot.invitations)) == people["invitations"]
    assert list(map(told, snapshot.guesses)) == people["guesses"]


async def test_what_was_read_is_known(data: Path, expected: dict[str, Any]) -> None:
    """Marks and mentions are as they were; of what was there before marks nothing is unread."""
    async with SqliteStore(data) as store:
        head = store.head()
        rooms = (await store.snapshot()).state.rooms.values()
        own = [(who, room.name, since) for room in rooms for who, since in room.members.items()]
        counts = {
            (who, name): (await store.unread(who, [(name, since)], upto=head))[0]
            for who, name, since in own
        }
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        mentions = db.execute(
            "SELECT name, account, seq FROM mentions JOIN rooms ON rooms.id = room"
            " ORDER BY seq, account"
        )
        assert list(map(list, mentions)) == expected.get("mentions", [])
    if "marks" not in expected:
        assert own
        assert all((one.unread, one.mentions) == (0, 0) for one in counts.values())
    for who, name, seq in expected.get("marks", ()):
        assert counts[who, name].seq == seq
        later = [one for one in map(json.loads, expected["frames"]) if one["seq"] > seq]
        others = [
            one
            for one in later
            if one["type"] == "said" and one["room"] == name and one["account"] != who
        ]
        assert counts[who, name].unread == sum(not one.get("redacted") for one in others)
        called = [one for one in others if who in one.get("mentions", ()) or one.get("everyone")]
        assert counts[who, name].mentions == len(called)


async def test_order_is_kept_as_it_was(data: Path, expected: dict[str, Any]) -> None:
    """How rooms are used and what holds is read exactly; before version 5 rooms were as made."""
    async with SqliteStore(data) as store:
        snapshot = await store.snapshot()
        deeds = await store.audit(limit=100)
        reports = await store.reports(limit=100, resolved=True)
    rooms = snapshot.state.rooms
    for name, room in rooms.items():
        read_only, archived, slow_s = expected.get("use", {}).get(name, (False, False, 0))
        assert (room.read_only, room.archived, room.slow_s) == (read_only, archived, slow_s)
    public = [name for name, room in rooms.items() if not room.private]
    openings = expected.get("openings", [[name, 0, None] for name in sorted(public)])
    assert sorted(
        [name, one.first, None if one.last == OPEN else one.last]
        for name, room in rooms.items()
        for one in room.openings
    ) == sorted(openings)
    made = [one for one in map(json.loads, expected["frames"]) if one["type"] == "created"]
    still = [
        [one["room"], one["account"]]
        for one in made
        if "direct" not in one and one["account"] in rooms[one["room"]].members
    ]
    moderators = [[name, one] for name, room in rooms.items() for one in room.moderators]
    assert sorted(moderators) == sorted(expected.get("moderators", still))
    assert [
        [*one.key, one.since_ms, one.by, one.by_name, one.until_ms, one.reason]
        for one in snapshot.restraints
    ] == expected.get("restraints", [])
    assert snapshot.blocks == [tuple(one) for one in expected.get("blocks", [])]
    assert snapshot.settings == expected.get("settings", {})
    assert [json.loads(encode(one)) for one in reports[::-1]] == expected.get("reports", [])
    assert [json.loads(encode(one)) for one in deeds[::-1]] == expected.get("audit", [])


async def test_files_are_known_as_they_were(data: Path, expected: dict[str, Any]) -> None:
    """Each is as it was stored, and a message says of its own what the table does."""
    rows = expected.get("files", [])
    said = {one["seq"]: one["file"] for one in map(json.loads, expected["frames"]) if "file" in one}
    async with SqliteStore(data) as store:
        for row in rows:
            held = await store.files.get(row[0])
            assert held is not None
            assert [*msgspec.structs.astuple(held)] == row
            if held.seq is not None:
                assert said.pop(held.seq) == json.loads(encode(held.file))
    assert not said
