"""What became of things said, from the stream and from pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.annotations import Annotations, Reaction
from asynchat.messages import Edited, Pinned, Reacted, Redacted, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.messages import AboutEvent

ME = "u-me"
MESSAGES = (1, 2)


def about(kind: type[AboutEvent], seq: int, message: int, who: str, **fields: object) -> AboutEvent:
    """Return an event about a message."""
    return kind(
        seq=seq,
        time=seq,
        room="den",
        account=f"u-{who}",
        sender=who,
        id=None,
        about=message,
        **fields,
    )


def react(seq: int, emoji: str = "👍", *, who: str = "ada", on: bool = True) -> AboutEvent:
    """Return a reaction to message 1."""
    return about(Reacted, seq, 1, who, emoji=emoji, on=on)


def test_an_edit_is_shown_and_an_older_one_is_not() -> None:
    """The newest edit is what a message says."""
    known = Annotations(ME)
    assert known.take(about(Edited, 9, 1, "ada", text="new"))
    assert not known.take(about(Edited, 8, 1, "ada", text="old"))
    assert not known.take(about(Edited, 9, 1, "ada", text="new"))
    annotation = known.get(1)
    assert annotation is not None
    assert annotation.text == "new"


def test_a_deletion_is_the_end() -> None:
    """Of a deleted message nothing is shown any more, whatever comes after."""
    known = Annotations(ME)
    known.take(react(3))
    known.take(about(Pinned, 4, 1, "ada", on=True))
    assert known.take(about(Redacted, 5, 1, "ada"))
    assert not known.take(about(Redacted, 5, 1, "ada"))
    assert not known.take(about(Edited, 6, 1, "ada", text="again"))
    assert not known.take(react(7))
    assert not known.take(about(Pinned, 8, 1, "ada", on=True))
    annotation = known.get(1)
    assert annotation is not None
    assert (annotation.deleted, annotation.pinned, annotation.shown()) == (True, False, ())


def test_an_edit_that_was_blanked_says_nothing() -> None:
    """Who catches up reads edits that were deleted since: they are blank."""
    assert not Annotations(ME).take(about(Edited, 3, 1, "ada", text="", redacted=True))


def test_reactions_are_counted_and_named() -> None:
    """An emoji stands once, with how many put it there, whether oneself did, and who."""
    known = Annotations(ME)
    for event in (react(3), react(4, who="me"), react(5, "🎉")):
        assert known.take(event)
    annotation = known.get(1)
    assert annotation is not None
    assert annotation.shown() == (
        Reaction("👍", 2, mine=True, names=("ada", "me")),
        Reaction("🎉", 1, mine=False, names=("ada",)),
    )
    assert known.take(react(6, who="me", on=False))
    assert annotation.shown()[0] == Reaction("👍", 1, mine=False, names=("ada",))


def test_what_a_page_has_counted_is_not_counted_again() -> None:
    """A page may be ahead of the stream: what the stream brings of that time is known."""
    known = Annotations(ME)
    tallies = [Tally(about=1, emoji="👍", count=40, mine=True)]
    assert known.take_page([1, 2], [react(9)], tallies, counted=10) == {1}
    assert not known.take(react(9))
    assert not known.take(react(10, who="ben"))
    assert known.take(react(11, who="cyd"))
    annotation = known.get(1)
    assert annotation is not None
    assert annotation.shown() == (Reaction("👍", 41, mine=True, names=("ada", "cyd")),)


def test_a_pin_is_turned_on_and_off() -> None:
    """The newest word counts; what is so already shows nothing anew."""
    known = Annotations(ME)
    assert known.take(about(Pinned, 3, 1, "ada", on=True))
    assert not known.take(about(Pinned, 4, 1, "ben", on=True))
    assert known.take(about(Pinned, 5, 1, "ada", on=False))
    assert not known.take(about(Pinned, 4, 1, "ben", on=True))


def test_what_is_forgotten_is_unknown() -> None:
    """A message that is shown no more costs nothing."""
    known = Annotations(ME)
    known.take(react(3))
    known.forget([1])
    assert known.get(1) is None
    assert known.take(react(3))


def log_of(steps: Sequence[tuple[int, str, str, bool]]) -> list[AboutEvent]:
    """Return a log as a server writes one: nobody puts an emoji twice, nothing after the end."""
    log: list[AboutEvent] = []
    there: set[tuple[int, str, str]] = set()
    gone: set[int] = set()
    for seq, (message, who, what, on) in enumerate(steps, 3):
        if message in gone:
            continue
        if what == "edit":
            log.append(about(Edited, seq, message, who, text=f"text {seq}"))
        elif what == "redact":
            gone.add(message)
            log.append(about(Redacted, seq, message, who))
        elif what == "pin":
            log.append(about(Pinned, seq, message, who, on=on))
        elif on != ((message, who, what) in there):
            (there.add if on else there.discard)((message, who, what))
            log.append(about(Reacted, seq, message, who, emoji=what, on=on))
    return log


def page_at(log: Sequence[AboutEvent], upto: int) -> tuple[list[AboutEvent], list[Tally]]:
    """Return what a page says of the messages when the log ends at a seq."""
    known = Annotations(ME)
    for event in log:
        if event.seq <= upto:
            known.take(event)
    later: list[AboutEvent] = []
    tallies: list[Tally] = []
    for message in MESSAGES:
        annotation = known.get(message)
        if annotation is None:
            continue
        if annotation.edited:
            later += [event for event in log if event.seq == annotation.edited]
        if annotation.deleted:
            later += [e for e in log if isinstance(e, Redacted) and e.about == message]
        elif annotation.pinned:
            later += [event for event in log if event.seq == annotation.pin_seq]
        tallies += [
            Tally(about=message, emoji=one.emoji, count=one.count, mine=one.mine)
            for one in annotation.shown()
        ]
    return later, tallies


STEPS = st.lists(
    st.tuples(
        st.sampled_from(MESSAGES),
        st.sampled_from(["ada", "me"]),
        st.sampled_from(["👍", "🎉", "edit", "pin", "pin", "redact"]),
        st.booleans(),
    ),
    max_size=25,
)


@given(steps=STEPS, data=st.data())
def test_a_page_and_the_stream_after_it_are_the_whole_log(
    steps: list[tuple[int, str, str, bool]], data: st.DataObject
) -> None:
    """However far ahead a page was, and whatever comes twice: in the end all is as in the log."""
    log = log_of(steps)
    end = len(steps) + 3
    whole, known = Annotations(ME), Annotations(ME)
    for event in log:
        whole.take(event)
    shown = data.draw(st.integers(2, end))
    counted = data.draw(st.integers(shown, end))
    # Edits, deletions and pins of a page are as of the stream, its counts are as of the newest.
    later, _ = page_at(log, shown)
    _, tallies = page_at(log, counted)
    known.take_page(MESSAGES, later, tallies, counted)
    again = data.draw(st.integers(shown + 1, end + 1))
    for event in log:
        if event.seq > shown:
            known.take(event)
    for event in log:
        if event.seq >= again:
            known.take(event)
    for message in MESSAGES:
        one, other = known.get(message), whole.get(message)
        assert (one.text if one else "") == (other.text if other else "")
        assert (one.deleted if one else False) == (other.deleted if other else False)
        assert (one.pinned if one else False) == (other.pinned if other else False)
        assert {(r.emoji, r.count, r.mine) for r in (one.shown() if one else ())} == {
            (r.emoji, r.count, r.mine) for r in (other.shown() if other else ())
        }
