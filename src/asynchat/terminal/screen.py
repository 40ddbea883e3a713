"""The terminal client's screen, by prompt_toolkit.

The line being typed stays whole while others talk.  What is shown and done is
`asynchat.terminal.conversation`'s; this only draws it and reads the keyboard.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from asynchat.address import parse_address
from asynchat.errors import ChatError
from asynchat.tasks import Tasks
from asynchat.terminal.accounts import NEW, SECRETS, check_secrets
from asynchat.terminal.commands import Call, Speech, UsageError, parse
from asynchat.terminal.completion import candidates
from asynchat.terminal.conversation import Conversation
from asynchat.terminal.render import notice_row, quote_text
from asynchat.text import check_name, is_direct, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding import KeyPressEvent

    from asynchat.link.client import Client
    from asynchat.terminal.render import Row

STYLE: Final = Style.from_dict(
    {
        "time": "ansibrightblack",
        "room": "bold",
        "notice": "ansibrightblack",
        "error": "ansired",
        "me": "bold",
        "sender-0": "ansicyan",
        "sender-1": "ansigreen",
        "sender-2": "ansiyellow",
        "sender-3": "ansimagenta",
        "sender-4": "ansiblue",
        "sender-5": "ansibrightcyan",
        "code": "ansicyan",
        "quote": "ansibrightblack",
        "mention": "bold ansiblue",
        "mention-me": "bold ansiyellow",
        "match": "bold underline",
        "prompt": "bold",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bottom-toolbar.text": "noreverse ansibrightblack",
    }
)

MAX_ROWS: Final = 1_000
"""How many rows may wait to be drawn; the oldest give way, and ``/history`` has them all."""

_MAX_TYPED: Final = 100
_LAST_WORDS_TIMEOUT_S: Final = 3.0
_TICK_S: Final = 1.0
_TYPING_S: Final = 3.0


async def run(
    client_for: Callable[[str, str], Client],
    *,
    address: str | None,
    name: str | None,
    room: str,
    login: str,
    default_address: str,
) -> int:
    """Ask for what is missing, chat until the person leaves, and return the exit status.

    ``client_for`` makes the client of an address and a name.  Ctrl+C ends while there is no
    line to clear.  Raise `ChatError` where an answer given on the command line is refused.
    """
    try:
        where = address or await _asked("Address", default_address, parse_address)
        who = name or await _asked("Your name", login, check_name)
        while True:
            client = client_for(where, who)
            try:
                await Screen(client).run(room)
            except ChatError as error:
                if client.key_changed is not None:
                    await _trust_anew(client)
                elif error.code == "name_taken" and name is None:
                    print(error.text)
                    who = await _asked("Your name", error.suggestion or login, check_name)
                else:
                    raise
            else:
                return 0
    except (EOFError, KeyboardInterrupt):
        # Nothing was answered: nothing is wanted.
        return 0


async def _asked(question: str, default: str, check: Callable[[str], object]) -> str:
    """Ask until the answer passes the check, which raises `ChatError` for a wrong one."""
    session: PromptSession[str] = PromptSession(style=STYLE)
    while True:
        answer = (await session.prompt_async(f"{question}: ", default=default)).strip()
        try:
            check(answer)
        except ChatError as error:
            print(error.text)
        else:
            return answer


async def _trust_anew(client: Client) -> None:
    """Ask a person to type how the fingerprint of a changed key begins, until it is right."""
    session: PromptSession[str] = PromptSession(style=STYLE)
    while True:
        typed = await session.prompt_async(
            "The first three groups of the new fingerprint, as they stand where the server runs"
            " (Ctrl+C to leave): "
        )
        try:
            await client.trust_anew(typed)
        except ChatError as error:
            print(error.text)
        else:
            return


class Screen:
    """One client on one terminal."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._conversation = Conversation(client, self._show)
        self._rows: deque[Row] = deque(maxlen=MAX_ROWS)
        self._dropped = 0
        self._to_draw = asyncio.Event()
        self._typed: asyncio.Queue[Speech | Call] = asyncio.Queue(_MAX_TYPED)
        self._tasks = Tasks(on_error=self._failed)
        self._error: BaseException | None = None
        self._session: PromptSession[str] = PromptSession(
            style=STYLE,
            message=lambda: [("class:prompt", f"{self._conversation.label()}> ")],
            bottom_toolbar=lambda: f" {self._conversation.status()}",
            completer=_Names(client, self._conversation),
            complete_while_typing=False,
            complete_style=CompleteStyle.READLINE_LIKE,
            key_bindings=_keys(),
            erase_when_done=True,
        )
        self._conversation.styled = self._depth() is not ColorDepth.DEPTH_1_BIT
        self._session.default_buffer.on_text_changed += self._text_changed
        self._told_typing_at = float("-inf")

    async def run(self, room: str) -> None:
        """Connect, show the room, and talk until the person leaves.

        Raise `ChatError` where the server or the room refuses.
        """
        client, conversation = self._client, self._conversation
        unsubscribe = client.subscribe(conversation.notice)
        try:
            with patch_stdout(raw=True):
                self._tasks.spawn(self._draw(), name="terminal: draw")
                self._show(notice_row(f"Connecting to {client.address}; Ctrl+C ends."))
                if await client.begin() and await conversation.recall(room):
                    self._tasks.spawn(self._watch_welcome(room), name="terminal: welcome")
                else:
                    await client.welcomed()
                    await conversation.open(room)
                self._tasks.spawn(self._do_typed(), name="terminal: commands")
                self._tasks.spawn(self._tick(), name="terminal: status line")
                self._tasks.spawn(conversation.tell_quotes(), name="terminal: quotes")
                await self._read_keyboard()
                await self._last_words()
        finally:
            unsubscribe()
            await conversation.end()
            await self._tasks.cancel()
            if self._error is None:
                await self._draw_waiting()
            await client.close()
        if self._error is not None:
            raise self._error
        if conversation.ended:
            raise ChatError("unreachable", client.connection.reason)

    async def _watch_welcome(self, room: str) -> None:
        """See that we are in the room, where it was shown before there was a connection."""
        try:
            await self._client.welcomed()
        except ChatError:
            # The conversation was told, and says it.
            return
        if room not in self._client.rooms:
            await self._conversation.open(room)

    async def _read_keyboard(self) -> None:
        while not self._conversation.ended and self._error is None:
            try:
                line = await self._session.prompt_async(set_exception_handler=False)
            except KeyboardInterrupt:
                # A signal; the key clears the line by itself.
                continue
            except EOFError:
                return
            try:
                meaning = parse(line)
            except UsageError as error:
                self._conversation.complain(str(error))
                continue
            if meaning == Call("quit"):
                return
            if meaning is None:
                continue
            if isinstance(meaning, Call) and meaning.name in SECRETS:
                try:
                    secrets = await self._ask_secrets(SECRETS[meaning.name])
                except (EOFError, KeyboardInterrupt):
                    self._conversation.complain("Nothing was changed.")
                    continue
                meaning = Call(meaning.name, (*meaning.arguments, *secrets))
            try:
                self._typed.put_nowait(meaning)
            except asyncio.QueueFull:
                self._conversation.complain("Wait until the server has answered.")

    async def _ask_secrets(self, asked: Sequence[str]) -> list[str]:
        """Ask for passwords, for a new one until it may be one.

        Where that was only refused later, it would be typed again into the line that is said.
        """
        given: list[str] = []
        while len(given) < len(asked):
            given.append(await self._ask_secret(asked[len(given)]))
            try:
                check_secrets(asked, given)
            except ChatError as error:
                self._conversation.complain(f"{error.text} Try again, or Ctrl+C.")
                del given[asked.index(NEW) :]
        return given

    async def _ask_secret(self, what: str) -> str:
        """Ask for a password; it is not shown, nor remembered among what was typed."""
        asking: PromptSession[str] = PromptSession(
            style=STYLE, is_password=True, erase_when_done=True
        )
        return await asking.prompt_async(f"{what}: ", set_exception_handler=False)

    async def _do_typed(self) -> None:
        while True:
            meaning = await self._typed.get()
            await self._conversation.do(meaning)
            self._typed.task_done()

    async def _last_words(self) -> None:
        """Wait a little until what was typed is said; tell what was not."""
        if self._error is None and not self._conversation.ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_TIMEOUT_S):
                    await self._typed.join()
                    await self._sent()
        if lost := len(self._client.outbox):
            was = "1 message was" if lost == 1 else f"{lost} messages were"
            kept = self._client.keeps_outbox and self._client.warning is None
            later = "; it goes the next time you are here" if kept else ""
            self._conversation.complain(f"{was} not sent{later}.")

    async def _sent(self) -> None:
        changed = asyncio.Event()
        unsubscribe = self._client.subscribe(lambda _: changed.set())
        try:
            while self._client.outbox and self._client.connection.phase == "online":
                await changed.wait()
                changed.clear()
        finally:
            unsubscribe()

    def _text_changed(self, buffer: Buffer) -> None:
        """Let the others know that something is being typed, every few seconds."""
        now = asyncio.get_running_loop().time()
        if now - self._told_typing_at >= _TYPING_S and buffer.text and buffer.text[0] != "/":
            self._told_typing_at = now
            self._client.typing(self._conversation.room)

    def _show(self, row: Row) -> None:
        self._dropped += len(self._rows) == MAX_ROWS
        self._rows.append(row)
        self._to_draw.set()

    async def _draw(self) -> None:
        while True:
            await self._to_draw.wait()
            await self._draw_waiting()

    async def _draw_waiting(self) -> None:
        async with in_terminal():
            self._to_draw.clear()
            dropped, self._dropped = self._dropped, 0
            if dropped:
                self._print(notice_row(f"{dropped} lines were not shown; /history has them."))
            while self._rows:
                self._print(self._rows.popleft())

    def _print(self, row: Row) -> None:
        output = self._session.output
        print_formatted_text(
            output,
            FormattedText([*row, ("", "\n")]),
            STYLE,
            color_depth=self._depth(),
        )

    def _depth(self) -> ColorDepth:
        """Return how many colours there are: with NO_COLOR, none."""
        return ColorDepth.from_env() or self._session.output.get_default_color_depth()

    async def _tick(self) -> None:
        """Keep the status line true: seconds pass and people come while nothing is typed."""
        while True:
            await asyncio.sleep(_TICK_S)
            if self._conversation.ended:
                self._leave_prompt()
            self._session.app.invalidate()

    def _failed(self, error: BaseException) -> None:
        self._error = error
        self._leave_prompt()

    def _leave_prompt(self) -> None:
        if self._session.app.is_running and not self._session.app.is_done:
            self._session.app.exit(result="")


class _Names(Completer):
    """What Tab completes."""

    def __init__(self, client: Client, conversation: Conversation) -> None:
        self._client = client
        self._conversation = conversation

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - prompt_toolkit's signature
    ) -> Iterator[Completion]:
        """Yield what fits before the cursor."""
        client = self._client
        rooms = [room for room in client.rooms if not is_direct(room) and room == one_line(room)]
        names = {
            person.name
            for room in client.rooms
            for person in client.members(room)
            if person.name is not None
            and person.name == one_line(person.name)
            and person.account != client.account
        }
        said = self._conversation.numbers.newest

        def numbers(own: bool) -> Iterator[int]:  # noqa: FBT001 - a question with one answer
            return (one.number for one in said(account=client.account if own else None))

        replaced, found = candidates(
            document.text_before_cursor, rooms=rooms, names=names, numbers=numbers
        )
        for text in found:
            yield Completion(text, start_position=-replaced, display=self._display(text))

    def _display(self, text: str) -> str:
        """Return what is shown of a candidate: a number with the message's first words."""
        number = text.strip()
        one = self._conversation.numbers.get(int(number)) if number.isdecimal() else None
        return text if one is None else quote_text(one.sender, one.text, number=one.number)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def clear(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    return keys
