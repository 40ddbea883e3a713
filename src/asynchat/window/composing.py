"""What the composer is for: a message, a reply, or another text for a message of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.text import plain
from asynchat.window.drafts import Draft
from asynchat.window.look.native import drawable

if TYPE_CHECKING:
    from asynchat.link.timeline import Line
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen

_QUOTED: Final = 120


@dataclass(frozen=True, slots=True)
class Editing:
    """A message is being edited; ``before`` is what stood in the composer."""

    seq: int
    text: str
    before: Draft


class Composing:
    """Keeps what the composer is for beside what stands in it; Escape calls `cancel`."""

    def __init__(self, screen: MainScreen, session: Session) -> None:
        self._screen = screen
        self._session = session
        self._draft = Draft()
        self._editing: Editing | None = None
        screen.composer.on_up = self.edit_newest

    @property
    def draft(self) -> Draft:
        """What is to be kept of it: an edit is not, but what stood there before."""
        if self._editing is not None:
            return self._editing.before
        reply = self._draft
        return Draft(self._screen.composer.typed, reply.reply_to, reply.sender, reply.quoted)

    @property
    def editing(self) -> Editing | None:
        """The message that is being edited."""
        return self._editing

    @property
    def reply_to(self) -> int | None:
        """The seq of what is being replied to."""
        return None if self._editing is not None else self._draft.reply_to

    def show(self, draft: Draft, placeholder: str | None = None) -> None:
        """Go on with a draft."""
        composer = self._screen.composer
        self._editing, self._draft = None, draft
        composer.show(draft.text, composer.placeholder if placeholder is None else placeholder)
        self._say()

    def reply(self, line: Line) -> None:
        """Let what is written be a reply."""
        self._leave_edit()
        quoted = " ".join(plain(line.words).split())[:_QUOTED]
        self._draft = Draft("", line.seq, self._session.called(line.account, line.sender), quoted)
        self._say()
        self._screen.composer.focus()
        self._session.keep_draft()

    def edit(self, line: Line) -> None:
        """Let a message of one's own be written anew."""
        if line.seq is None:
            return
        before = self.draft
        self._editing = Editing(line.seq, line.text, before)
        composer = self._screen.composer
        composer.show("", composer.placeholder)
        composer.insert(line.text)
        self._say()
        composer.focus()

    def edit_newest(self) -> bool:
        """Edit one's last message, where nothing is written; tell whether there is one."""
        line = None if self._editing is not None else self._session.newest_own()
        if line is None or self._draft.reply_to is not None:
            return False
        self.edit(line)
        return True

    def cancel(self) -> bool:
        """Go back to a plain message; tell whether it was none."""
        if self._editing is not None:
            self._leave_edit()
            return True
        if self._draft.reply_to is not None:
            self._draft = Draft()
            self._say()
            self._session.keep_draft()
            return True
        return False

    def sent(self) -> None:
        """Begin anew, once it is sent; after an edit, with what stood there before."""
        if self._editing is not None:
            self._leave_edit()
        else:
            self.show(Draft())
            self._session.keep_draft()

    def _leave_edit(self) -> None:
        if self._editing is not None:
            self.show(self._editing.before)

    def _say(self) -> None:
        bar = self._screen.mode
        if self._editing is not None:
            bar.show("Editing your message", "Enter saves, Esc cancels")
        elif self._draft.reply_to is not None:
            about = drawable(self._draft.quoted)
            bar.show(drawable(f"Replying to {self._draft.sender}"), about)
        else:
            bar.hide()
