"""Names of files, what they may take, and who may say them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import islice

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asynchat.chat.files import (
    MAX_UNSAID,
    NAMELESS,
    Held,
    Space,
    check_own,
    clean_file_name,
    numbered,
    offered,
    size_text,
)
from asynchat.errors import ChatError
from asynchat.messages import MAX_FILE_NAME_BYTES

PIECES = st.sampled_from(
    [
        "..", "/", "\\", "CON", "nul", "com1", "LPT¹", ".", " ", "\u202e", "\u2066", "\x00", "\n",
        "\ud800", ":", "é", "e\u0301", "報", "a" * 300, "📎" * 70, ".pdf", ".tar.gz", "report",
    ]
)  # fmt: skip
NAMES = st.one_of(st.text(), st.lists(PIECES, max_size=8).map("".join))
SPACE = Space(100, account=1000, total=5000, floor=50, of_account=0, of_all=0, free=10_000)
HELD = Held(
    id="f1", account="u-ada", room="den", name="a.txt", size=3, at_ms=1, sha256="00", type="x"
)


@given(name=NAMES)
@example(name="con.txt")
@example(name=" .  . ")
@example(name="a" * 250 + ".jpeg")
def test_whatever_a_file_was_called_its_name_harms_no_disk(name: str) -> None:
    """It is one visible name, not hidden, no device, short enough, and cleaning changes it once."""
    clean = clean_file_name(name)
    assert clean
    assert not set(clean) & set('/\\:*?"<>|')
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in clean)
    assert clean[0] not in ". "
    assert clean[-1] not in ". "
    stem = clean.partition(".")[0].rstrip().upper()
    assert stem not in {"CON", "NUL", "COM1", "LPT¹", "AUX", "PRN", "CONIN$"}
    assert len(clean.encode()) <= MAX_FILE_NAME_BYTES
    assert clean_file_name(clean) == clean


@given(name=NAMES)
def test_a_name_that_is_taken_gets_a_number_and_stays_clean(name: str) -> None:
    """All numbered names differ, and each is what cleaning makes of it."""
    names = list(islice(numbered(clean_file_name(name)), 12))
    assert len(set(names)) == 12
    for one in names:
        assert clean_file_name(one) == one


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("gpj.\u202eexe", "gpj.exe"),
        (".bashrc", "bashrc"),
        ("notes.txt. .", "notes.txt"),
        ("aux.c", "_aux.c"),
        ("com0.txt", "_com0.txt"),
        ("console.log", "console.log"),
        ("two\n lines", "two lines"),
        ("a:b", "a_b"),
        ("nicht\udcfc.txt", "nicht_.txt"),
        ("e\u0301", "é"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 250 + ".pdf"),
        ("." + "y" * 300, "y" * 254),
        ("a." + "y" * 300, "a." + "y" * 252),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    """A path, a disguise, a device and half a character leave what people meant."""
    assert clean_file_name(name) == clean


def test_a_number_goes_before_the_ending() -> None:
    """The ending stays, by which a program is chosen."""
    assert list(islice(numbered("report.pdf"), 3)) == ["report.pdf", "report (2).pdf",
                                                       "report (3).pdf"]  # fmt: skip
    assert list(islice(numbered("Makefile"), 2))[1] == "Makefile (2)"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1500, "1.5 kB"), (99_949, "100 kB"),
        (999_999, "1 MB"), (100_000_000, "100 MB"), (1_234_000_000, "1.2 GB"), (10**16, "10000 TB"),
    ],
)  # fmt: skip
def test_sizes_are_told_as_people_read_them(size: int, text: str) -> None:
    """Few digits, in the unit that fits."""
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("space", "size", "code"),
    [
        (SPACE, 101, "file_too_big"),
        (replace(SPACE, file=0), 1, "file_too_big"),
        (replace(SPACE, unsaid=MAX_UNSAID), 1, "too_many"),
        (replace(SPACE, of_account=901), 100, "quota_used"),
        (replace(SPACE, of_all=4901), 100, "storage_full"),
        (replace(SPACE, free=149), 100, "storage_full"),
    ],
)
def test_a_limit_says_which_it_is(space: Space, size: int, code: str) -> None:
    """Just over each limit there is a refusal with its own code, and a sentence."""
    with pytest.raises(ChatError) as caught:
        space.check(size)
    assert caught.value.code == code
    assert caught.value.text.endswith(".")


@pytest.mark.parametrize(
    "space",
    [
        SPACE,
        replace(SPACE, unsaid=MAX_UNSAID - 1),
        replace(SPACE, of_account=900),
        replace(SPACE, of_all=4900),
        replace(SPACE, free=150),
        replace(SPACE, account=0, total=0, of_account=10**9, of_all=10**9),
    ],
)
def test_up_to_each_limit_there_is_room(space: Space) -> None:
    """Just at a limit a file is taken, and a limit of 0 is none."""
    space.check(100)


def test_who_sent_a_file_may_say_it_once_where_it_was_meant_for() -> None:
    """Another's, a half one, one for another room and one that was said are not there."""
    assert offered(HELD, "u-ada", "den") == HELD.file
    change = msgspec.structs.replace
    for held, account, room in (
        (None, "u-ada", "den"),
        (HELD, "u-ben", "den"),
        (HELD, "u-ada", "lobby"),
        (change(HELD, sha256=""), "u-ada", "den"),
        (change(HELD, seq=5), "u-ada", "den"),
    ):
        with pytest.raises(ChatError) as caught:
            offered(held, account, room)
        assert caught.value.code == "no_such_file"


def test_a_half_file_is_its_owners_too() -> None:
    """It can be gone on with, or given up."""
    half = msgspec.structs.replace(HELD, sha256="")
    assert check_own(half, "u-ada") is half


@pytest.mark.parametrize("char", "\u3164\u115f\u1160\u2800\uffa0\u034f\u180b\ufe0f\U000e0100")
def test_what_is_not_seen_is_in_no_name(char: str) -> None:
    """A name of such letters is none, and two that look alike are one."""
    assert clean_file_name(char * 3) == NAMELESS
    assert clean_file_name(f"{char}report{char}.pdf").replace(" ", "") == "report.pdf"
