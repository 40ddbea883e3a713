"""Names, when they are the same, and what text loses before anyone sees it."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.messages import MAX_TEXT_BYTES, MAX_TEXT_CHARS
from asynchat.text import (
    MAX_COMBINING,
    MAX_NAME_CHARS,
    check_display,
    check_line,
    check_name,
    check_room_name,
    check_text,
    check_topic,
    clean_text,
    displayed,
    escaped,
    escaped_json,
    free_variant,
    is_direct,
    isolate,
    name_from,
    name_key,
    one_line,
    people_named,
    plain,
    room_name,
)

# What names are made of, and what is near it: letters that change with case or in width, marks,
# digits of three kinds, letters from right to left, halves of characters, invisible ones.
LETTERS = (
    "aAzßẞıİſſŉǰǆǅςσΣΐᾳͅéÉ"  # with case
    "ａＡｱｶﾞ한글가गाक़น้ำあ漢"  # in width, and composed
    "אבةهپ٣۴೩5"  # from right to left, and digits
    "\u0301\u0308\u0345\u05b0\u064b\u0903\u20dd"  # marks
    "_-."
)
NEAR = LETTERS + " ~@/\\#!\n\u00b7\u200b\u200d\u202e\u2067\ufeff\u0660\u06f0\ud800\U0001f600"
LIKELY_NAMES = st.text(alphabet=LETTERS, min_size=1, max_size=33)
TYPED = st.text(alphabet=NEAR, max_size=40) | st.text(max_size=40)
TEXTS = st.text(alphabet=NEAR + "\r\t\x00\x1b\x85\x9b\u2028\u2029", max_size=60) | st.text(
    st.characters(), max_size=60
)

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def proper(name: str) -> str:
    """Return a proper name, or give this example up."""
    try:
        return check_name(name)
    except ChatError:
        assume(condition=False)
        raise


def longest_run(text: str) -> int:
    """Return how many marks follow one another at most, whatever invisible stands between."""
    longest = run = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            run += 1
        elif category != "Cf":
            run = 0
        longest = max(longest, run)
    return longest


# People's names


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        "Ada",
        "a",
        "7",
        "x" * 32,
        "a.b-c_d",
        "éva",
        "Ευα",
        "日本",
        "דוד",
        "ب٣",
        "गायत्री",
        "...",
    ],
)
def test_a_name_is_letters_digits_and_three_signs(name: str) -> None:
    """A name of 1 to 32 letters, digits, ``_``, ``-`` and ``.`` stays as it is."""
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 33,
        "a b",
        " ada",
        "ada\n",
        "~ada",
        "a@b",
        "a/b",
        "a\x00",
        "a\u200bb",
        "a\u202eb",
        "\ud800",
        "😀",
        "אa",  # from both sides
        "٣",  # begins with an Arabic digit
        "٣۴",  # digits of two kinds
        "\u0301a",  # would stand over what is before the name
        "a" + "\u0301" * 10,  # would climb over the lines above
        "\u0958" * 17,  # longer than 32 once it is canonical
    ],
)
def test_anything_else_is_no_name(name: str) -> None:
    """What is no name is refused as ``bad_name``."""
    with pytest.raises(ChatError) as caught:
        check_name(name)
    assert caught.value.code == "bad_name"
    with pytest.raises(ChatError) as caught:
        name_key(name)
    assert caught.value.code == "bad_name"


def test_a_name_is_kept_in_one_way_of_writing() -> None:
    """Accents are composed, and wide letters become the usual ones."""
    assert check_name("e\u0301va") == "éva"
    assert check_name("ａｄａ") == "ada"


@given(TYPED | LIKELY_NAMES)
def test_a_checked_name_is_in_its_last_form(typed: str) -> None:
    """Checking again changes nothing, and a name keeps its bounds."""
    name = proper(typed)
    assert check_name(name) == name
    assert name_key(name) == name_key(typed)
    assert 1 <= len(name) <= MAX_NAME_CHARS
    assert longest_run(name) <= MAX_COMBINING


@given(LIKELY_NAMES, st.sampled_from([str.upper, str.lower, str.casefold, str.swapcase]))
def test_names_that_differ_by_case_only_are_the_same(typed: str, change: object) -> None:
    """Two names are compared without case, in any script that has it."""
    name = proper(typed)
    # Without a dot, i is a letter of its own; its capital is not.
    assume("ı" not in name)
    assert callable(change)
    assert name_key(proper(change(name))) == name_key(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada", "aDA", True),
        ("ΟΔΟΣ", "οδος", True),
        ("Straße", "STRASSE", True),
        ("ＡＤＡ", "ada", True),
        ("e\u0301va", "ÉVA", True),
        ("ada", "ada2", False),
        ("ada", "ada.", False),
        ("ı", "i", False),
    ],
)
def test_when_two_names_are_the_same(one: str, other: str, same: bool) -> None:
    """Case, width and the way of writing an accent make no difference; all else does."""
    assert (name_key(one) == name_key(other)) == same


@given(TYPED | LIKELY_NAMES, st.integers(0, 120))
def test_every_name_has_a_free_variant(typed: str, taken: int) -> None:
    """However long a name is, and in whatever script, there is one like it that is free."""
    name = proper(typed)
    asked: list[str] = []

    def is_taken(name: str) -> bool:
        asked.append(name)
        return len(asked) <= taken

    variant = free_variant(name, is_taken)
    assert check_name(variant) == variant
    assert asked[-1] == variant
    assert len(set(asked)) == taken + 1
    assert variant.endswith(str(taken + 2))
    assert name_key(variant) != name_key(name) or variant == name


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("ada", "ada2"),
        ("ada2", "ada22"),
        ("x" * 32, "x" * 31 + "2"),
        ("x" * 31 + "2", "x" * 31 + "3"),
        ("דוד", "דוד2"),
        ("ب٣", "ب2"),
        ("پ۴", "پ۴2"),
        ("é" * 32, "é" * 31 + "2"),
        ("นี่", "นี่2"),
    ],
)
def test_a_variant_is_the_name_with_a_number(name: str, variant: str) -> None:
    """The smallest free number from 2 on stands at the end; the name gives way to it."""
    assert free_variant(name, lambda one: name_key(one) == name_key(name)) == variant


@given(TYPED)
def test_whoever_logs_in_has_a_name(login: str) -> None:
    """What the system calls somebody becomes a proper name, whatever it is."""
    name = name_from(login)
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("ada", "ada"),
        ("Ada Lovelace", "AdaLovelace"),
        ("DOMAIN\\ada", "DOMAINada"),
        ("", "guest"),
        ("!!", "guest"),
        ("\u0301", "guest"),
        ("x" * 40, "x" * 32),
    ],
)
def test_a_login_keeps_what_may_be_in_a_name(login: str, name: str) -> None:
    """Only what no name may have is dropped; where nothing is left it is ``guest``."""
    assert name_from(login) == name


# Rooms' names


@pytest.mark.parametrize("name", ["lobby", "a", "x" * 64, "7", "a.b-c_d", "straße", "ος", "日本"])
def test_a_room_name_has_one_form(name: str) -> None:
    """A room's name of 1 to 64 lower-case letters, digits and signs stays as it is."""
    assert check_room_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 65,
        "Lobby",
        "a b",
        "~abc",
        "#lobby",
        "a/b",
        "a\n",
        "e\u0301",
        "\ud800",
        "\u0301a",
        "q" + "\u0301" * 9,
    ],
)
def test_anything_else_is_no_room_name(name: str) -> None:
    """What is no room's name is refused as ``bad_room``."""
    with pytest.raises(ChatError) as caught:
        check_room_name(name)
    assert caught.value.code == "bad_room"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("#General", "general"), (" lobby ", "lobby"), ("E\u0301va", "éva"), ("~x7Q", "~x7Q")],
)
def test_what_a_person_types_finds_its_room(typed: str, name: str) -> None:
    """Case, a leading ``#`` and spaces around are forgiven; a direct room is left alone."""
    assert room_name(typed) == name


@given(TYPED)
def test_a_typed_room_name_is_proper_or_refused(typed: str) -> None:
    """What `room_name` returns is a room's name, and typing it again finds it again."""
    assume(not typed.startswith("~"))
    try:
        name = room_name(typed)
    except ChatError as error:
        code: str | None = error.code
        name = ""
    else:
        code = None
    assert code in {None, "bad_room"}
    assert code or check_room_name(name) == room_name(name) == name


def test_a_direct_room_is_told_by_its_name() -> None:
    """The wire names of direct rooms begin with ``~``, and no others do."""
    assert is_direct("~x7Q")
    assert not is_direct("lobby")


# Texts


@given(TEXTS)
def test_text_is_clean_once_it_is_cleaned(text: str) -> None:
    """No control but a line end and a tab is left, no half character, no tower of marks."""
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert not CONTROLS - {"\n", "\t"} & set(clean)
    assert not {"\u2028", "\u2029"} & set(clean)
    assert longest_run(clean) <= MAX_COMBINING
    assert clean.encode().decode() == clean
    assert len(clean) <= len(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\x1b[31mred\x9b0m\x07\x7f", "[31mred0m"),
        ("é\ud83d", "é"),
        ("e" + "\u0301" * 9 + "x", "e" + "\u0301" * 8 + "x"),
        ("e" + "\u0301\u200d" * 9, "e" + "\u0301\u200d" * 8 + "\u200d"),
        ("👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062 ❤\ufe0f 1\ufe0f\u20e3", None),
        ("नि\u200dमि नमस्ते שָׁלוֹם", None),
    ],
)
def test_what_text_loses_and_what_it_keeps(text: str, clean: str | None) -> None:
    """Line ends become one kind, controls go, marks are capped; emoji and scripts stay whole."""
    assert clean_text(text) == (text if clean is None else clean)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 4000, None),
        ("x" * 4001, "text_too_long"),
        ("é" * 4000, None),
        ("😀" * 4000, None),
        ("", "empty_text"),
        (" \n\t\u3000", "empty_text"),
        ("\x00\x1b", "empty_text"),
        ("\ud800", "empty_text"),
        ("\u200b\u2060 \ufeff\u3164\u2800", "empty_text"),
        ("\u200b.", None),
        (" a ", None),
    ],
)
def test_a_message_has_1_to_4000_characters(text: str, code: str | None) -> None:
    """A text that is too long, or has nothing in it, is refused; another is cleaned."""
    if code is None:
        assert check_text(text) == text
    else:
        with pytest.raises(ChatError) as caught:
            check_text(text)
        assert caught.value.code == code


def test_the_limit_in_characters_keeps_the_one_in_bytes() -> None:
    """No text of so many characters is longer than a text may be in UTF-8."""
    assert len(check_text("\U0001f600" * MAX_TEXT_CHARS).encode()) <= MAX_TEXT_BYTES


def test_a_topic_is_one_clean_line() -> None:
    """A topic loses line ends and needless space; it may be empty, and has 250 characters."""
    assert check_topic(" tea\r\nand \x1b cake ") == "tea and cake"
    assert check_topic("") == ""
    assert check_topic("x" * 250) == "x" * 250
    with pytest.raises(ChatError) as caught:
        check_topic("x" * 251)
    assert caught.value.code == "text_too_long"


@given(TEXTS)
def test_a_text_cannot_turn_its_surroundings_around(text: str) -> None:
    """An isolated text opens one isolate, at its start, and closes it at its end."""
    isolated = isolate(text)
    if text.isascii():
        assert isolated == text
    else:
        assert isolated[0] == "\u2068"
        assert isolated[-1] == "\u2069"
        assert not BIDI & set(isolated[1:-1])
    assert not BIDI & set(plain(text))


@given(TEXTS)
def test_one_line_is_one_line(text: str) -> None:
    """Nothing in a text moves a terminal's cursor, breaks a line or turns it around."""
    line = one_line(text)
    assert not (CONTROLS | BIDI | {"\u2028", "\u2029"}) & set(line)
    assert len(line.splitlines()) <= 1
    assert longest_run(line) <= MAX_COMBINING


def test_one_line_shows_where_lines_ended() -> None:
    """A line end stays visible in one line."""
    assert one_line("a\r\nb\tc\x1b[2J") == "a ⏎ b c[2J"
    assert one_line("é\u202ex") == "éx"


@given(TEXTS)
def test_what_is_displayed_keeps_its_lines_and_acts_on_none(text: str) -> None:
    """Of controls only newlines and tabs are left, and nothing turns what is around it."""
    shown = displayed(text)
    assert not (CONTROLS - {"\n", "\t"} | BIDI) & set(shown)
    assert displayed(shown) == shown


@given(TEXTS)
def test_a_log_line_is_one_line_in_which_everything_shows(text: str) -> None:
    """Every character that would act is written out; only surplus marks are dropped."""
    line = escaped(text)
    assert not (CONTROLS | BIDI | {"\u2028", "\u2029"}) & set(line)
    assert not re.search("[\ud800-\udfff]", line)
    assert longest_run(line) <= MAX_COMBINING


def test_a_log_line_writes_out_what_acts() -> None:
    """As Python would write it."""
    assert escaped("a\n\x1b[2J\x9b\u202e\ud800 é\t😀") == (r"a\n\x1b[2J\x9b\u202e\ud800 é\t😀")
    assert escaped("plain \\ and simple") == "plain \\ and simple"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.just("\x7f\x9b\u2028\u202e")
)
def test_escaped_json_means_the_same(text: str) -> None:
    """It says what it said, and nothing in it acts on a terminal."""
    shown = escaped_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert not (CONTROLS | BIDI | {"\u2028", "\u2029"}) & set(shown)


def test_a_line_says_of_what_there_is_too_much() -> None:
    """So many characters are taken, as one line; the refusal of more says what is too long."""
    assert check_line("a\tb \n c", 7, "A thing") == "a b c"
    with pytest.raises(ChatError, match="A thing has at most 6 characters") as refused:
        check_line("a\tb \n c", 6, "A thing")
    assert refused.value.code == "text_too_long"


def test_a_display_name_changes_nothing_around_it() -> None:
    """It cannot turn its surroundings around, nor climb on what stands before it."""
    assert check_display("\u202eAda \u2067L.") == "Ada L."
    assert check_display("\u200b\u3164 ") == ""
    with pytest.raises(ChatError) as refused:
        check_display("\u0301x")
    assert refused.value.code == "bad_profile"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ben", ("ben",)),
        ("@ben", ("ben",)),
        ("@ada,ben, @Carol,", ("ada", "ben", "Carol")),
        ("ben,ben", ("ben",)),
        (",", ()),
        ("", ()),
    ],
)
def test_several_people_are_named_with_commas(typed: str, names: tuple[str, ...]) -> None:
    """Each may have its sign; none is named twice."""
    assert people_named(typed) == names
