from __future__ import annotations

from pathlib import Path

import pytest

from asynchat.errors import ChatError
from asynchat.window.presenters.attachments import MAX_ATTACHED, Attached, Attachment


def some(count: int) -> list[Attachment]:
    """Return so many files."""
    return [Attachment(Path(f"/f/{number}.txt"), number) for number in range(count)]


def test_each_room_has_its_own() -> None:
    """What is attached in one room is not in another, and the same file is there once."""
    attached, (one, two) = Attached(), some(2)
    attached.add("den", one)
    attached.add("den", one)
    attached.add("zoo", two)
    assert attached.of("den") == (one,)
    assert attached.of("zoo") == (two,)
    assert attached.of(None) == ()


def test_only_so_many_go_at_a_time() -> None:
    """One more is refused, and what is there stays."""
    attached = Attached()
    for one in some(MAX_ATTACHED):
        attached.add("den", one)
    with pytest.raises(ChatError) as refused:
        attached.add("den", Attachment(Path("/f/more"), 1))
    assert refused.value.code == "too_many"
    assert len(attached.of("den")) == MAX_ATTACHED


def test_a_text_is_the_first_ones_caption() -> None:
    """Unless that has one: then it is said by itself."""
    attached, (one, two) = Attached(), some(2)
    attached.add("den", one)
    attached.add("den", two)
    attached.caption("den", 1, "the second")
    attached.caption("den", 7, "none")
    taken, text = attached.take("den", "look")
    assert [each.caption for each in taken] == ["look", "the second"]
    assert text == ""
    assert attached.take("den", "look") == ((), "look")
    attached.add("den", one)
    attached.caption("den", 0, "mine")
    taken, text = attached.take("den", "look")
    assert (taken[0].caption, text) == ("mine", "look")


def test_one_is_not_sent_after_all() -> None:
    """The others stay; what is not there cannot be removed."""
    attached, (one, two) = Attached(), some(2)
    attached.add("den", one)
    attached.add("den", two)
    assert attached.remove("den", 0) == one
    assert attached.of("den") == (two,)
    assert attached.remove("den", 5) is None


def test_a_picture_has_another_sign() -> None:
    """By the end of its name, which is all that is known of it yet."""
    assert Attachment(Path("/f/a.PNG"), 1).sign == "picture"
    assert Attachment(Path("/f/a.pdf"), 1).sign == "file"
