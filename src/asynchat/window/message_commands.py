"""What each command about a message does, by its name in the table of commands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import DELETE
from asynchat.errors import ChatError
from asynchat.link.zones import time_of
from asynchat.markup.shortcodes import with_emoji
from asynchat.messages import MAX_REPORT_CHARS, MAX_TEXT_CHARS
from asynchat.text import plain
from asynchat.window.look.native import drawable
from asynchat.window.presenters.clock import moment
from asynchat.window.presenters.commands import Given
from asynchat.window.presenters.emoji_grid import used

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.link.timeline import Line
    from asynchat.window.composing import Composing
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block
    from asynchat.window.session import Session
    from asynchat.window.widgets.emoji_picker import EmojiPicker
    from asynchat.window.widgets.main_screen import MainScreen
    from asynchat.window.widgets.pinned_panel import PinnedPanel

_MOST_SHOWN: Final = 300


class MessageCommands:
    """Acts on the message that is given, or chosen by the keys, or the newest that it can be."""

    def __init__(
        self,
        root: tk.Tk,
        screen: MainScreen,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        composing: Composing,
        to_newest: Callable[[], None],
        twelve: Callable[[], bool],
    ) -> None:
        self._root = root
        self._screen = screen
        self._look = look
        self._session = session
        self._failures = failures
        self._composing = composing
        self._to_newest = to_newest
        self._twelve = twelve
        self._pinned: PinnedPanel | None = None
        self._picker: EmojiPicker | None = None
        self._reacting_to = 0
        self.actions: dict[str, Callable[[Given], None]] = {
            "choose-previous": lambda _: screen.transcript.choose(-1),
            "choose-next": lambda _: screen.transcript.choose(1),
            "reply": lambda given: composing.reply(self.line(given)),
            "edit": lambda given: composing.edit(self.line(given, own=True)),
            "delete": self._delete,
            "report": self._report,
            "react": self._react,
            "pin": self._pin,
            "pinned": lambda _: self._show_pinned(),
            "mark-unread": self._mark_unread,
            "copy-message": lambda given: self._copy(self.line(given)),
        }

    def act(self, name: str, block: Block, words: str) -> None:
        """Do what was asked for in the transcript.  Raise `ChatError`."""
        if name == "copy-message":
            self._put(block.text or ("" if block.file is None else block.file.name))
        elif block.seq is not None:
            room = self._session.on_view or ""
            self.actions[name](Given(room=room, words=words, seq=block.seq))

    def line(self, given: Given, *, own: bool = False) -> Line:
        """Return the message that is meant.  Raise `ChatError`."""
        session, chosen = self._session, self._screen.transcript.chosen
        seq = given.seq or (0 if chosen is None else chosen.seq or 0)
        newest = session.newest_own if own else session.newest_said
        line = session.line(seq) if seq else newest()
        if line is None or line.kind != "said" or line.deleted or line.seq is None:
            raise ChatError("no_such_message")
        if own and line.account != session.me:
            raise ChatError("forbidden", "This is not a message of yours.")
        return line

    def _delete(self, given: Given) -> None:
        # Without one that is chosen it is one's own: nobody means the last word of another.
        deletes = self._session.speaking.standing.may(DELETE) and (given.seq or self._chosen_seq)
        line = self.line(given, own=not deletes)
        self._session.spawn(self._ask_to_delete(line), "delete?")

    @property
    def _chosen_seq(self) -> int:
        chosen = self._screen.transcript.chosen
        return 0 if chosen is None else chosen.seq or 0

    def _report(self, given: Given) -> None:
        session, line = self._session, self.line(given)
        if line.account == session.me:
            raise ChatError("forbidden", "This is a message of your own.")
        if line.seq is None:
            return
        if given.words:
            session.spawn(self._send_report(given.room, line.seq, given.words), "report")
        else:
            session.spawn(self._ask_to_report(given.room, line), "report?")

    async def _ask_to_report(self, room: str, line: Line) -> None:
        from asynchat.window.widgets.deed_dialog import DeedDialog  # noqa: PLC0415 - when asked

        who = self._session.called(line.account, line.sender)
        text = self._look.fonts.shortened(" ".join(line.words.split()), self._look.px(340))
        dialog = DeedDialog(
            self._root,
            self._look,
            title="Report this message?",
            text=f"{who}: “{text}”\n\nThe moderators of this room and the administrators of the"
            " server see it, with what it says now and your name.",
            do="Report",
            question="What is wrong with it?",
            most=MAX_REPORT_CHARS,
        )
        deed = await dialog.answer(dialog.reason)
        if deed is not None and line.seq is not None:
            await self._send_report(room, line.seq, deed.reason)

    async def _send_report(self, room: str, seq: int, text: str) -> None:
        await self._session.client.report(room or self._session.on_view or "", seq, text)
        self._failures.tell("Reported: those who keep order here see it.")

    async def _ask_to_delete(self, line: Line) -> None:
        from asynchat.window.widgets.dialog import Question  # noqa: PLC0415 - when asked

        text = " ".join(line.words.split())
        shown = self._look.fonts.shortened(text, self._look.px(340))
        answer = await Question(
            self._root,
            self._look,
            title="Delete this message?",
            text=f"“{shown}”\n\nIt is deleted for everybody, and cannot be brought back.",
            choices=(("delete", "Delete"), ("keep", "Keep it")),
        ).ask()
        if answer == "delete" and line.seq is not None:
            self._session.delete(line.seq)

    def _react(self, given: Given) -> None:
        line = self.line(given)
        if line.seq is None:
            return
        if given.words:
            self._session.react(line.seq, with_emoji(given.words))
        else:
            self._pick(line.seq)

    def _pick(self, seq: int) -> None:
        """Let a reaction be picked from all emoji."""
        from asynchat.window.widgets.emoji_picker import EmojiPicker  # noqa: PLC0415 - when asked

        composer, px = self._screen.composer, self._look.px
        self._reacting_to = seq
        if self._picker is None:
            guarded = self._failures.guarded
            self._picker = EmojiPicker(
                composer.master,
                self._look,
                on_pick=guarded(self._picked),
                on_close=self._put_picker_away,
            )
        picker = self._picker
        picker.place(in_=composer, relx=1, x=-px(16), y=px(2), anchor="se", bordermode="outside")
        picker.lift()
        composer.update_idletasks()
        top = composer.winfo_rooty() - composer.winfo_toplevel().winfo_rooty()
        picker.open(composer.recent, top)

    def _picked(self, emoji: str) -> None:
        composer = self._screen.composer
        composer.recent = used(composer.recent, emoji)
        composer.on_recent(composer.recent)
        self._put_picker_away()
        self._session.react(self._reacting_to, emoji)

    def _put_picker_away(self) -> None:
        if self._picker is not None:
            self._picker.place_forget()
            self._screen.composer.focus()

    def _pin(self, given: Given) -> None:
        line = self.line(given)
        if line.seq is not None:
            self._session.pin(line.seq, on=not line.pinned)

    def _mark_unread(self, given: Given) -> None:
        line = self.line(given)
        if line.seq is not None:
            self._session.reading.mark_unread(line.seq)

    def _show_pinned(self) -> None:
        from asynchat.window.widgets.pinned_panel import PinnedPanel  # noqa: PLC0415 - when asked

        self.close()
        session, guarded = self._session, self._failures.guarded
        label = session.label().replace("# ", "#", 1)
        self._pinned = panel = PinnedPanel(
            self._root,
            self._look,
            drawable(f"Pinned in {label}"),
            on_jump=guarded(session.places.jump),
            on_unpin=guarded(lambda seq: session.pin(seq, on=False)),
        )
        self.refresh()
        panel.open(panel.first)

    def refresh(self) -> None:
        """Show what is pinned anew, where it is shown."""
        panel = self._pinned
        if panel is None or not panel.winfo_exists():
            return
        from asynchat.window.widgets.pinned_panel import Pinned  # noqa: PLC0415 - it is there

        now, twelve = datetime.now().astimezone(), self._twelve()
        panel.show(
            [
                Pinned(
                    line.seq,
                    drawable(self._session.called(line.account, line.sender)),
                    moment(
                        time_of(line.time),
                        now=now,
                        twelve=twelve,
                    ),
                    drawable(plain(shortened(line.words))),
                )
                for line in self._session.pins.lines
                if line.seq is not None
            ]
        )

    def close(self) -> None:
        """Take away what was opened beside."""
        if self._pinned is not None and self._pinned.winfo_exists():
            self._pinned.close()
        self._pinned = None

    async def send_parts(self, texts: Sequence[str]) -> None:
        """Offer to send a text that is too long as several messages.  Raise `ChatError`."""
        from asynchat.window.widgets.dialog import Question  # noqa: PLC0415 - when asked

        session, composing = self._session, self._composing
        room, typed = session.on_view, self._screen.composer.typed
        answer = await Question(
            self._root,
            self._look,
            title="A long message",
            text=f"A message has at most {MAX_TEXT_CHARS:,} characters, and this text has"
            f" {len(typed):,}. It can be sent as {len(texts)} messages, one after the other.",
            choices=(("send", f"Send {len(texts)} messages"), ("keep", "Go on writing")),
        ).ask()
        if answer != "send" or (room, typed) != (session.on_view, self._screen.composer.typed):
            return
        reply_to = composing.reply_to
        for at, text in enumerate(texts):
            session.post(text, reply_to=reply_to if at == 0 else None)
        composing.sent()
        self._to_newest()

    def _copy(self, line: Line) -> None:
        self._put(line.words)

    def _put(self, text: str) -> None:
        self._root.clipboard_clear()
        self._root.clipboard_append(text)


def shortened(text: str) -> str:
    """Return the beginning of a text, for a list."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN].rstrip()}…"
