"""The store on disk does what the one in memory does, whatever comes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asynchat.chat.accounts import Device
from asynchat.chat.drafts import (
    BlockDraft,
    Draft,
    GuessesDraft,
    InvitationDraft,
    SettingDraft,
    Together,
)
from asynchat.chat.guesses import Guesses
from asynchat.chat.invitations import Invitation
from asynchat.chat.searching import Criteria, phrases_of
from asynchat.chat.state import OPEN, Interval
from asynchat.store.interface import Keep, RequestKey
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import (
    TIME,
    account,
    appointed,
    changed,
    created,
    deed,
    edited,
    held,
    joined,
    left,
    mark,
    pinned,
    reacted,
    redacted,
    report,
    request,
    said,
    topic,
)

if TYPE_CHECKING:
    from asynchat.chat.drafts import AnyDraft
    from asynchat.store.interface import Removed, Store

ROOMS = st.sampled_from(["lobby", "den", "dеn", "attic", "~1", "~2"])
PEOPLE = st.sampled_from(["a1", "a2", "a3"])
IDS = st.none() | st.sampled_from("vwxyz")
SEQS = st.integers(0, 30)
ABOUT = st.integers(1, 12)
SPANS = st.lists(st.tuples(ROOMS, st.builds(Interval, SEQS, SEQS | st.just(OPEN))), max_size=5)

WORDS = st.sampled_from(
    [
        "tea",
        "Tea",
        "t\u00e9a",
        "te",
        "team",
        "t",
        "\u8336\u5668",
        "\u0130",
        "https://t.ea",
        "r1",
        ":l",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
TYPED = st.lists(
    WORDS | st.sampled_from(['"', '"tea team"', "*", "NOT", "\u8336"]), max_size=3
).map(" ".join)
MAYBE = st.none() | st.booleans()
TIMES = st.none() | st.integers(0, 12).map(lambda ms: TIME + ms)

DEVICES = st.lists(
    st.builds(
        Device,
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from([b"t1", b"t2", b"t3"]),
        st.sampled_from(["", "phone"]),
        st.just(TIME),
        st.none() | st.just(TIME),
    ),
    max_size=3,
    unique_by=(lambda one: one.id, lambda one: one.token_hash),
).map(lambda devices: tuple(sorted(devices, key=lambda one: one.id)))

DRAFTS: st.SearchStrategy[AnyDraft] = st.one_of(
    st.builds(
        said,
        st.text(alphabet='a\u00e9\n"\\', max_size=20) | TEXTS,
        room=ROOMS,
        account=PEOPLE,
        id=IDS,
        digest=st.sampled_from([b"1", b"2"]),
        time=st.integers(0, 12).map(lambda ms: TIME + ms),
        mentions=st.sets(PEOPLE, max_size=2).map(lambda people: (*sorted(people),)),
        everyone=st.booleans(),
    ),
    st.builds(mark, SEQS, room=ROOMS, account=PEOPLE),
    st.builds(joined, ROOMS, PEOPLE, id=IDS),
    st.builds(left, ROOMS, PEOPLE, id=IDS),
    st.builds(created, ROOMS, PEOPLE, id=IDS, private=st.booleans()),
    st.builds(
        created, ROOMS, PEOPLE, people=st.permutations(["a1", "a2", "a3"]).map(lambda p: (*p[:2],))
    ),
    st.builds(topic, ROOMS, st.sampled_from(["", "tea"])),
    st.builds(
        changed,
        ROOMS,
        PEOPLE,
        private=MAYBE,
        read_only=MAYBE,
        archived=MAYBE,
        slow_s=st.none() | st.integers(0, 2),
    ),
    st.builds(appointed, ROOMS, PEOPLE, st.sampled_from(["moderator", "member"])),
    st.builds(request, IDS.filter(bool), PEOPLE, digest=st.sampled_from([b"1", b"2"])),
    st.builds(
        held,
        PEOPLE | st.just("192.0.2.0/24"),
        kind=st.sampled_from(["mute", "ban"]),
        room=ROOMS | st.just(""),
        on=st.booleans(),
        since_ms=st.integers(0, 12).map(lambda ms: TIME + ms),
        until_ms=TIMES,
    ),
    st.builds(BlockDraft, PEOPLE, PEOPLE, st.booleans()),
    st.builds(report, room=ROOMS),
    st.builds(SettingDraft, st.sampled_from("xy"), st.none() | st.sampled_from("12")),
    st.builds(deed, st.sampled_from(["kick", "ban"])),
    st.builds(edited, ABOUT, st.sampled_from("xyz") | TEXTS, room=ROOMS, account=PEOPLE),
    st.builds(redacted, ABOUT, room=ROOMS, account=PEOPLE),
    st.builds(
        reacted, ABOUT, st.sampled_from("👍🎉"), on=st.booleans(), room=ROOMS, account=PEOPLE
    ),
    st.builds(pinned, ABOUT, on=st.booleans(), room=ROOMS),
    st.builds(
        account,
        PEOPLE,
        st.none() | st.sampled_from(["ada", "Ada", "\u0430da", "\u00e9va", "ben"]),
        token=st.none() | st.sampled_from(["t1", "t2"]),
        devices=st.none() | DEVICES,
        role=st.sampled_from(["guest", "member"]),
        password=st.sampled_from([None, "stored"]),
        deleted=st.booleans(),
        held=st.booleans(),
        picture=st.sampled_from([None, None, b"GIF87a", b"GIF89a"]),
        hash=st.sampled_from(["", "of one before"]),
        display=st.sampled_from(["", "Ada \u00c9."]),
        status=st.sampled_from(["", "out"]),
        zone=st.sampled_from(["", "Europe/Paris"]),
        seen_ms=st.none() | st.just(TIME),
    ),
    st.builds(
        InvitationDraft,
        st.builds(
            Invitation,
            st.sampled_from([b"1", b"2"]),
            st.sampled_from(["member", "owner"]),
            st.none() | ROOMS,
            st.integers(0, 2),
            st.just(TIME),
            st.none() | PEOPLE,
            st.just(TIME),
        ),
        gone=st.booleans(),
    ),
    st.builds(
        GuessesDraft,
        st.builds(
            Guesses,
            st.sampled_from(["here", "there", "there ada"]),
            st.integers(0, 3),
            st.sampled_from([TIME, TIME + 1, TIME + 3_700_000]),
        ),
    ),
)

GROUPS = st.builds(
    lambda accounts, events: Together((*accounts, *events)),
    st.lists(DRAFTS.filter(lambda draft: not isinstance(draft, Draft)), max_size=3),
    st.lists(DRAFTS.filter(lambda draft: isinstance(draft, Draft)), max_size=1),
)

QUESTIONS: st.SearchStrategy[tuple[str, tuple[Any, ...], dict[str, Any]]] = st.one_of(
    st.tuples(
        st.just("read"),
        st.tuples(SPANS),
        st.fixed_dictionaries(
            {
                "max_events": st.integers(1, 12),
                "max_bytes": st.integers(1, 3000),
            }
        ),
    ),
    st.tuples(
        st.just("page"),
        st.tuples(ROOMS, SPANS.map(lambda spans: [interval for _, interval in spans])),
        st.fixed_dictionaries(
            {
                "reader": PEOPLE,
                "before": st.none() | SEQS,
                "after": st.none() | SEQS,
                "limit": st.integers(1, 12),
                "max_bytes": st.integers(1, 3000),
            }
        ),
    ),
    st.tuples(
        st.just("pinned"),
        st.tuples(ROOMS, SPANS.map(lambda spans: [interval for _, interval in spans])),
        st.fixed_dictionaries(
            {"reader": PEOPLE, "before": st.none() | SEQS, "max_bytes": st.integers(1, 3000)}
        ),
    ),
    st.tuples(
        st.just("unread"),
        st.tuples(PEOPLE, st.lists(st.tuples(ROOMS, SEQS), max_size=3)),
        st.fixed_dictionaries({"upto": SEQS}),
    ),
    st.tuples(
        st.just("search"),
        st.tuples(
            st.builds(
                Criteria,
                TYPED.map(phrases_of),
                account=st.none() | PEOPLE,
                since=TIMES,
                until=TIMES,
                link=st.booleans(),
            ),
            st.dictionaries(ROOMS, st.lists(st.builds(Interval, SEQS, st.just(OPEN)), max_size=2)),
        ),
        st.fixed_dictionaries(
            {
                "before": st.none() | SEQS,
                "limit": st.integers(1, 12),
                "max_bytes": st.integers(1, 3000),
            }
        ),
    ),
    st.tuples(st.just("target"), st.tuples(ABOUT, PEOPLE), st.just({})),
    st.tuples(
        st.just("audit"),
        st.just(()),
        st.fixed_dictionaries(
            {"before": st.none() | st.integers(1, 9), "limit": st.integers(1, 5)}
        ),
    ),
    st.tuples(
        st.just("reports"),
        st.just(()),
        st.fixed_dictionaries(
            {
                "before": st.none() | st.integers(1, 9),
                "limit": st.integers(1, 5),
                "rooms": st.none() | st.sets(ROOMS, max_size=2),
                "resolved": st.booleans(),
            }
        ),
    ),
    st.tuples(st.just("report"), st.tuples(st.integers(1, 5)), st.just({})),
    st.tuples(st.just("picture"), st.tuples(PEOPLE), st.just({})),
    st.tuples(
        st.just("find"),
        st.tuples(
            st.lists(
                st.builds(
                    RequestKey, PEOPLE, st.sampled_from("vwxyz"), st.sampled_from([b"1", b"2"])
                )
            )
        ),
        st.just({}),
    ),
)


PASSES = st.tuples(
    ROOMS,
    st.builds(Keep, age_ms=st.none() | st.integers(1, 9), size=st.none() | st.integers(0, 2000)),
    st.integers(0, 12).map(lambda ms: TIME + ms),
    SEQS,
)


async def answers(store: Store, questions: list[tuple[str, tuple[Any, ...], Any]]) -> list[Any]:
    """Return everything that a store tells of itself, and its answers to the questions."""
    snapshot = await store.snapshot()
    state = snapshot.state
    return [
        snapshot.head,
        store.head(),
        snapshot.accounts,
        snapshot.revoked,
        snapshot.invitations,
        snapshot.guesses,
        snapshot.restraints,
        snapshot.blocks,
        snapshot.settings,
        state.rooms,
        {account: set(state.ever_of(account)) for account in ("a1", "a2", "a3")},
        [state.direct_of(people) for people in (("a1", "a2"), ("a1", "a3"), ("a2", "a3"))],
        [store.position(store.cursor(seq)) for seq in range(store.head() + 1)],
        *[await getattr(store, name)(*given, **limits) for name, given, limits in questions],
    ]


async def clean(store: Store, room: str, keep: Keep, now_ms: int, upto: int) -> Removed:
    """Remove what is not to be kept."""
    return await store.remove(room, keep, now_ms=now_ms, upto=upto)


@settings(max_examples=2 * settings().max_examples)
@given(
    st.lists(
        st.tuples(st.lists(DRAFTS | GROUPS, max_size=12), st.none() | PASSES, st.booleans()),
        max_size=6,
    ),
    st.lists(QUESTIONS, max_size=20),
)
async def test_disk_and_memory_agree(
    batches: list[tuple[list[AnyDraft], tuple[str, Keep, int, int] | None, bool]],
    questions: list[tuple[str, tuple[Any, ...], Any]],
) -> None:
    """The same drafts have the same outcomes, watches and answers, also after a restart.

    So have the same policies: they remove the same events, whatever the clock said.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with MemoryStore() as memory:
            watched = memory.watch()
            async with SqliteStore(Path(folder)) as sqlite:
                watch = sqlite.watch()
                for batch, passed, indexed in batches:
                    assert await sqlite.append(batch) == await memory.append(batch)
                    if passed is not None:
                        assert await clean(sqlite, *passed) == await clean(memory, *passed)
                    if indexed:
                        assert not await sqlite.index()
                expected = await answers(memory, questions)
                assert await answers(sqlite, questions) == expected
            async with SqliteStore(Path(folder)) as reopened:
                assert await answers(reopened, questions) == expected
        assert [batch async for batch in watch] == [batch async for batch in watched]
