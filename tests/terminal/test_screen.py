"""The terminal client's screen, with keys from a pipe; ``tests/e2e`` has it in a terminal."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from asynchat.errors import ChatError
from asynchat.link.notices import SomeoneIsTyping
from asynchat.messages import Refused
from asynchat.terminal import screen as module
from asynchat.terminal.render import notice_row
from asynchat.terminal.screen import MAX_ROWS, Screen, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Relay

CTRL_D = "\x04"


class Desk:
    """A keyboard and what is drawn."""

    def __init__(self, keys: PipeInput, drawn: io.StringIO) -> None:
        self._keys = keys
        self._drawn = drawn

    @property
    def text(self) -> str:
        return self._drawn.getvalue().replace("\r", "")

    def type(self, keys: str) -> None:
        self._keys.send_text(keys)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = io.StringIO()
    with create_pipe_input() as keys:
        output = Vt100_Output(drawn, lambda: Size(rows=24, columns=80), enable_cpr=False)
        with create_app_session(input=keys, output=output):
            yield Desk(keys, drawn)


@asynccontextmanager
async def opened(client: Client, desk: Desk, until: Until) -> AsyncIterator[Screen]:
    """Run a screen until it is left."""
    async with asyncio.timeout(15), asyncio.TaskGroup() as tasks:
        screen = Screen(client)
        tasks.create_task(screen.run("lobby"))
        await until(lambda: "#lobby>" in desk.text)
        yield screen


async def test_it_shows_and_says(client: Callable[..., Client], desk: Desk, until: Until) -> None:
    """A typed line is said and shown; Ctrl+D leaves."""
    ada = client("ada")
    async with opened(ada, desk, until):
        desk.type("hello\r")
        await until(lambda: ": hello" in desk.text)
        desk.type("/nope\r\r")
        await until(lambda: "There is no command /nope" in desk.text)
        desk.type(CTRL_D)
    assert ada.connection.phase == "closed"


@pytest.mark.parametrize("colours", [True, False])
async def test_markdown_is_styled_where_there_are_colours(
    client: Callable[..., Client],
    desk: Desk,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    colours: bool,
) -> None:
    """Bold is bold, and with NO_COLOR the asterisks say so."""
    if colours:
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("PROMPT_TOOLKIT_COLOR_DEPTH", "DEPTH_4_BIT")
    async with opened(client("ada"), desk, until):
        desk.type("so **bold** here\r")
        shown = "\x1b[0;1mbold" if colours else ": so **bold** here"
        await until(lambda: shown in desk.text)
        desk.type(CTRL_D)


async def test_tab_shows_what_the_numbers_stand_for(
    client: Callable[..., Client], desk: Desk, until: Until
) -> None:
    """Among the numbers to complete each has its message's first words; own ones where only
    those will do.
    """
    async with client("ben") as ben, opened(client("ada"), desk, until) as screen:
        await ben.send("lobby", "from ben")
        desk.type("from me\r")
        numbers = screen._conversation.numbers
        await until(lambda: len(list(numbers.newest())) == 2)
        desk.type("/reply \t\t")
        await until(lambda: "2 ada: from me" in desk.text and "1 ben: from ben" in desk.text)
        desk.type("\x15/delete \t\r")
        await until(lambda: "deleted 2" in desk.text)
        desk.type(CTRL_D)


async def test_what_was_typed_last_is_still_said(
    client: Callable[..., Client], desk: Desk, until: Until
) -> None:
    """Who leaves at once after typing is waited for until it is said."""
    async with client("ben") as ben:
        async with opened(client("ada"), desk, until):
            desk.type("".join(f"/rooms\r{number}\r" for number in range(20)) + CTRL_D)
        page = await ben.history("lobby")
    said = [getattr(event, "text", None) for event in page.events]
    assert said[-20:] == [str(number) for number in range(20)]


async def test_leaving_waits_no_longer_than_bounds(
    *,
    client: Callable[..., Client],
    desk: Desk,
    relay: Relay,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the server has fallen silent one can leave all the same, and is told what is lost."""
    monkeypatch.setattr(module, "_LAST_WORDS_TIMEOUT_S", 0.05)
    async with opened(client("ada", address=relay.address), desk, until):
        relay.silent = True
        desk.type("hello\r" + CTRL_D)
    assert "1 message was not sent" in desk.text


async def test_more_than_can_be_read_is_not_drawn(
    client: Callable[..., Client], desk: Desk, until: Until
) -> None:
    """A flood of lines is bounded: the oldest are left out, and how many is told."""
    async with opened(client("ada"), desk, until) as screen:
        await until(lambda: not screen._rows)
        for number in range(MAX_ROWS + 10):
            screen._show(notice_row(f"flood {number}."))
        await until(lambda: f"flood {MAX_ROWS + 9}." in desk.text)
        assert "* 10 lines were not shown; /history has them." in desk.text
        assert "flood 9." not in desk.text
        assert "flood 10." in desk.text
        desk.type(CTRL_D)


async def test_typing_ahead_is_bounded(
    client: Callable[..., Client],
    desk: Desk,
    relay: Relay,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the server does not answer no more than so many lines are taken."""
    monkeypatch.setattr(module, "_LAST_WORDS_TIMEOUT_S", 0.05)
    async with opened(client("ada", address=relay.address), desk, until):
        relay.silent = True
        desk.type("/rooms\r" * 110)
        await until(lambda: "Wait until the server has answered." in desk.text)
        desk.type(CTRL_D)


async def test_a_new_password_is_asked_for_until_it_may_be_one(
    client: Callable[..., Client], desk: Desk, until: Until
) -> None:
    """What is typed after a refusal is never said in the room; Ctrl+C leaves all as it was."""
    ada = client("ada")
    async with opened(ada, desk, until):
        desk.type("/register\r")
        await until(lambda: desk.text.count("New password:") == 1)
        desk.type("short\r")
        await until(lambda: "8 to 256 characters. Try again" in desk.text)
        desk.type("long enough\r")
        await until(lambda: "The same again:" in desk.text)
        desk.type("\x03")
        await until(lambda: "Nothing was changed." in desk.text)
        desk.type("/register\r")
        desk.type("long enough\rlong enough\r")
        await until(lambda: "You have an account now" in desk.text)
        desk.type(CTRL_D)
    assert "ada: short" not in desk.text
    assert "ada: long" not in desk.text


async def test_others_learn_that_one_is_typing(
    client: Callable[..., Client], desk: Desk, until: Until
) -> None:
    """What is typed is told while it is; a command is nobody's business."""
    typing: list[SomeoneIsTyping] = []

    def note(notice: Notice) -> None:
        if isinstance(notice, SomeoneIsTyping):
            typing.append(notice)

    async with client("ben") as ben, opened(client("ada"), desk, until):
        ben.subscribe(note)
        desk.type("/rooms\r")
        await until(lambda: "1 room" in desk.text)
        assert not typing
        desk.type("hello")
        await until(lambda: typing)
        assert (typing[0].room, typing[0].name) == ("lobby", "ada")
        desk.type("\x03" + CTRL_D)


async def test_an_end_for_good_ends_it(
    client: Callable[..., Client], desk: Desk, relay: Relay, until: Until
) -> None:
    """When the server sends one away it says why and ends."""
    screen = Screen(client("ada", address=relay.address))
    async with asyncio.timeout(15), asyncio.TaskGroup() as tasks:
        tasks.create_task(refused(screen, "You are banned."))
        await until(lambda: "#lobby>" in desk.text)
        relay.tell(Refused(re=None, code="banned", text="You are banned."))
    assert "* You are banned." in desk.text


async def refused(screen: Screen, sentence: str) -> None:
    with pytest.raises(ChatError, match=sentence):
        await screen.run("lobby")


async def test_a_room_that_is_not_there_is_told(client: Callable[..., Client], desk: Desk) -> None:
    """Opening a room that does not exist ends with what the server says."""
    with pytest.raises(ChatError, match="no room of that name"):
        await run(
            lambda address, name: client(name),
            address="unused",
            name="ada",
            room="nowhere",
            login="ada",
            default_address="unused",
        )


async def test_a_failure_of_our_own_ends_it(
    client: Callable[..., Client], desk: Desk, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes wrong while drawing is not swallowed."""
    screen = Screen(client("ada"))

    def fail(row: object) -> None:
        raise ChatError("no_pen", "The pen is broken.")

    async with asyncio.timeout(15), asyncio.TaskGroup() as tasks:
        tasks.create_task(refused(screen, "The pen is broken."))
        await until(lambda: "#lobby>" in desk.text)
        monkeypatch.setattr(screen, "_print", fail)
        screen._show(notice_row("hello"))
